//! Whose results a folder holds: one plan's, and no other's unless it is told to replace them.

use std::path::Path;

use crate::error::{Error, Problem, Result};
use crate::report::across::set_name;
use crate::report::files::{self, NamedFile};
use crate::report::folder::contents::{CONTENTS, Contents, Section, digest, digests};
use crate::scenario::Scenario;

/// Digits of an identity that messages show.
const SHOWN: usize = 12;

/// The paper that tells plans apart.
const SCENARIO: &str = "scenario.toml";

/// The longest part of a line that messages show, in characters.
const LONGEST_LINE: usize = 60;

/// What results come from, and what is laid beside them.
#[derive(Clone, Debug)]
pub struct Origin {
    command: Command,
    name: String,
    title: String,
    identity: String,
    /// Every file that the command may write, by its path from the folder.
    possible: Vec<String>,
    /// Texts that are laid beside the results.
    pub(super) papers: Vec<NamedFile>,
}

/// Which command writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Command {
    Run,
    BreakEven,
    Calibrate,
}

impl Command {
    fn key(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::BreakEven => "breakeven",
            Self::Calibrate => "calibrate",
        }
    }

    /// The commands whose results must be of the same plan, if they are in one folder.
    fn kin(self) -> &'static [Self] {
        match self {
            Self::Run | Self::BreakEven => &[Self::Run, Self::BreakEven],
            Self::Calibrate => &[Self::Calibrate],
        }
    }
}

/// What becomes of another plan's results in a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Earlier {
    /// They stay, and nothing is written.
    Keep,
    /// They are replaced.
    Replace,
}

impl Origin {
    /// A run of a scenario, under all of its sets of assumptions.
    ///
    /// # Errors
    ///
    /// As [`Scenario::identity`].
    pub fn run(scenario: &Scenario) -> Result<Self> {
        Ok(Self::run_of(scenario, scenario.identity()?))
    }

    /// A run of a scenario whose identity is known.
    pub(super) fn run_of(scenario: &Scenario, identity: String) -> Self {
        let mut possible = vec![];
        if scenario.further.is_empty() {
            possible.extend(files::possible(scenario));
        } else {
            possible.extend(files::possible_across());
            for variant in scenario.under_each_set() {
                let set = set_name(&variant);
                possible.extend(files::possible(&variant).into_iter().map(|file| format!("{set}/{file}")));
            }
        }
        Self::of_scenario(Command::Run, scenario, identity, possible)
    }

    /// Break-even premiums of a scenario; they may lie beside a run of it.
    ///
    /// # Errors
    ///
    /// As [`Scenario::identity`].
    pub fn break_even(scenario: &Scenario) -> Result<Self> {
        let possible = vec![files::BREAK_EVEN.to_string()];
        Ok(Self::of_scenario(Command::BreakEven, scenario, scenario.identity()?, possible))
    }

    fn of_scenario(command: Command, scenario: &Scenario, identity: String, possible: Vec<String>) -> Self {
        let (name, title) = (scenario.name.clone(), scenario.title.clone());
        Self { command, name, title, identity, possible, papers: vec![] }
    }

    /// A calibration on a table: its name, and the file's bytes, which tell it from any other.
    #[must_use]
    pub fn calibration(table: &str, bytes: &[u8]) -> Self {
        Self {
            command: Command::Calibrate,
            name: table.to_string(),
            title: table.to_string(),
            identity: digest(bytes),
            possible: files::CALIBRATION.map(String::from).to_vec(),
            papers: vec![],
        }
    }

    /// The same with a text that is laid beside the results, by its path from the folder, such as `scenario.toml`.
    #[must_use]
    pub fn with_paper(mut self, name: &str, text: &str) -> Self {
        self.papers.push(NamedFile { name: name.to_string(), bytes: text.as_bytes().to_vec() });
        self
    }

    /// Refuses a folder that holds results of something else, or files of the user's by names that are needed.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Input`](crate::ErrorKind::Input): what the folder holds, and the cures.
    pub(super) fn require(&self, contents: &Contents, folder: &Path, named: &Path) -> Result<()> {
        let mut kin = self.command.kin().iter().filter_map(|command| contents.commands.get(command.key()));
        if let Some(other) = kin.find(|held| (&held.name, &held.identity) != (&self.name, &self.identity)) {
            return Err(self.refuse_other(other, folder, named));
        }
        let needed = self.possible.iter().chain(self.papers.iter().map(|paper| &paper.name));
        let mut taken = needed.map(String::as_str).chain([CONTENTS]).filter(|name| {
            !contents.has(name)
                && std::fs::symlink_metadata(folder.join(name)).is_ok_and(|found| !found.is_dir())
        });
        let Some(first) = taken.next() else { return Ok(()) };
        let others = match taken.count() {
            0 => String::new(),
            more => format!(" and {more} more of the names that are needed"),
        };
        Err(refused(
            format!(
                "{} holds {first}{others}, and its {CONTENTS} does not say that it came from this program; \
                 nothing was changed",
                named.display()
            ),
            self.cures(),
        ))
    }

    /// A line in which the scenario that lies there differs from this one, with the line here; empty if none is found.
    fn difference(&self, folder: &Path) -> String {
        let here = self.papers.iter().find(|paper| paper.name == SCENARIO);
        let here = here.map(|paper| String::from_utf8_lossy(&paper.bytes)).unwrap_or_default();
        let there = std::fs::read_to_string(folder.join(SCENARIO)).unwrap_or_default();
        let first_not_in = |text: &str, other: &str| {
            let is_figure = |line: &&str| line.contains(" = ") && !line.starts_with("name =");
            let line = text.lines().filter(is_figure).find(|line| !other.lines().any(|known| known == *line));
            line.map(|line| line.chars().take(LONGEST_LINE).collect::<String>())
        };
        match (first_not_in(&there, &here), first_not_in(&here, &there)) {
            (Some(there), Some(here)) => format!("; there `{there}`, here `{here}`"),
            (Some(there), None) => format!("; there also `{there}`"),
            (None, Some(here)) => format!("; here also `{here}`"),
            (None, None) => String::new(),
        }
    }

    fn refuse_other(&self, other: &Section, folder: &Path, named: &Path) -> Error {
        let what = match self.command {
            Command::Calibrate => "table",
            Command::Run | Command::BreakEven => "plan",
        };
        let short = |identity: &str| identity.chars().take(SHOWN).collect::<String>();
        let called = |name: &str, title: &str| match what {
            "table" => format!("`{name}`"),
            _ => format!("`{name}`, {title:?}"),
        };
        refused(
            format!(
                "{} holds the results of another {what}: {} ({what} {}), and this is {} ({what} {}){}; nothing was changed",
                named.display(),
                called(&other.name, &other.title),
                short(&other.identity),
                called(&self.name, &self.title),
                short(&self.identity),
                self.difference(folder),
            ),
            self.cures(),
        )
    }

    fn cures(&self) -> &'static str {
        match self.command {
            Command::Calibrate => {
                "choose another folder with --output, or replace what is there with --overwrite"
            }
            Command::Run | Command::BreakEven => {
                "give this one another name (--set name=NAME), choose another folder with --output, or replace what is \
                 there with --overwrite"
            }
        }
    }

    /// Files that no list has and that go because they are of a kind that this command writes.
    pub(super) fn possible(&self) -> &[String] {
        &self.possible
    }

    /// Texts to lay beside the results: those that another command has laid there for the same plan stay.
    pub(super) fn fresh_papers(&self, before: &Contents) -> Vec<NamedFile> {
        let is_laid = |name: &str| {
            let mut others = before.commands.iter().filter(|(key, _)| key.as_str() != self.command.key());
            self.command == Command::BreakEven && others.any(|(_, held)| held.files.contains_key(name))
        };
        self.papers.iter().filter(|paper| !is_laid(&paper.name)).cloned().collect()
    }

    /// What will be told of the folder with these files in it.
    pub(super) fn contents(&self, before: &Contents, files: &[NamedFile]) -> Contents {
        let new = Section {
            name: self.name.clone(),
            title: self.title.clone(),
            identity: self.identity.clone(),
            files: digests(files),
        };
        let mut commands = before.commands.clone();
        // Another plan's results do not stay beside these.
        let is_other = |held: &Section| (&held.name, &held.identity) != (&self.name, &self.identity);
        for kin in self.command.kin() {
            if commands.get(kin.key()).is_some_and(is_other) {
                commands.remove(kin.key());
            }
        }
        commands.remove(self.command.key());
        for held in commands.values_mut() {
            held.files.retain(|name, _| !new.files.contains_key(name));
        }
        commands.insert(self.command.key().to_string(), new);
        Contents { commands, ..Contents::default() }
    }
}

fn refused(message: String, cures: &str) -> Error {
    Error::from(Problem { message, help: Some(cures.to_string()), ..Problem::default() })
}
