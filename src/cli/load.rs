//! From what the user named to a scenario: a file on disk, or one that ships with the program.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::Result;
use decumulus::engine::Plan;
use decumulus::scenario::{Scenario, Sources, placed, shipped, text_of_bytes};

use super::arguments::RunArguments;
use super::terminal::Report;

/// The most bytes that are read of a file; a scenario has a few thousand.
const MOST_BYTES: u64 = 4 << 20;

/// A scenario and the texts that it was read from.
pub struct Loaded {
    pub scenario: Scenario,
    pub sources: Sources,
}

/// The scenario of a run, flags applied.
///
/// # Errors
///
/// A file that cannot be read, and everything that is wrong with it.
pub fn scenario_to_run(arguments: &RunArguments) -> Result<Loaded> {
    let Loaded { mut scenario, sources } = loaded(&arguments.scenario, &arguments.overrides)?;
    let enumerates = scenario.inputs.market.model.enumerates();
    if enumerates && arguments.lifetimes.is_some() {
        let warning =
            "--lifetimes has no effect: under the model historical every start date is one lifetime";
        scenario.warnings.push(warning.to_string());
    }
    scenario.change_settings(|settings| {
        settings.lifetimes = arguments.lifetimes.filter(|_| !enumerates).unwrap_or(settings.lifetimes);
        settings.seed = arguments.seed.unwrap_or(settings.seed);
        settings.attribution |= arguments.attribution;
    });
    Ok(Loaded { scenario, sources })
}

/// The scenario of a file or a shipped name, with overrides.
///
/// # Errors
///
/// As [`scenario_to_run`].
pub fn scenario(named: &str, overrides: &[String]) -> Result<Scenario> {
    loaded(named, overrides).map(|loaded| loaded.scenario)
}

/// As [`scenario`], with the texts.
///
/// # Errors
///
/// As [`scenario_to_run`].
pub fn loaded(named: &str, overrides: &[String]) -> Result<Loaded> {
    let sources = Sources::new(named, &text_of(named)?, overrides);
    let compiled = |scenario: Scenario| {
        // What is read but cannot be simulated is wrong too.
        for variant in scenario.under_each_set() {
            Plan::compile(&variant.inputs)?;
        }
        Ok(scenario)
    };
    match Scenario::from_sources(&sources).and_then(compiled) {
        Ok(scenario) => Ok(Loaded { scenario, sources }),
        Err(error) => Err(Report::of(&placed(error, &sources), &sources).into()),
    }
}

fn text_of(named: &str) -> Result<String> {
    let path = Path::new(named);
    if !path.exists() {
        return match shipped().iter().find(|shipped| shipped.name == named) {
            Some(shipped) => Ok(shipped.text.to_string()),
            None => Err(not_found(named).into()),
        };
    }
    if path.is_dir() {
        // A folder may happen to be called like a shipped scenario.
        return match shipped().iter().find(|shipped| shipped.name == named) {
            Some(shipped) => Ok(shipped.text.to_string()),
            None => Err(Report::bad_input(format_args!("{named} is a folder, not a scenario file")).into()),
        };
    }
    file_text(path)
}

/// The text of a file.
///
/// # Errors
///
/// A file that cannot be read, or that is not UTF-8.
pub fn file_text(path: &Path) -> Result<String> {
    let named = path.display();
    if path.is_dir() {
        return Err(Report::bad_input(format_args!("{named} is a folder, not a file")).into());
    }
    let mut bytes = Vec::new();
    let unreadable = |error| decumulus::Error::system("read", path, error);
    let file = File::open(path).map_err(unreadable)?;
    file.take(MOST_BYTES).read_to_end(&mut bytes).map_err(unreadable)?;
    text_of_bytes(bytes).map_err(|what| Report::bad_input(format_args!("{named} {what}")).into())
}

fn not_found(named: &str) -> Report {
    let all: Vec<&str> = shipped().iter().map(|shipped| shipped.name).collect();
    let commands = ["run", "check", "breakeven", "calibrate", "assumptions", "schema", "scenarios"];
    let hint = match commands.into_iter().find(|command| looks_like(named, command)) {
        Some(command) => format!("; did you mean the command `{command}`?"),
        None => format!("; the scenarios that ship with the program are {}", all.join(", ")),
    };
    Report::bad_input(format_args!("there is no file or scenario `{named}`{hint}"))
}

/// Whether a word is a command with letters left out, added or swapped: same first letter, similar letters.
fn looks_like(word: &str, command: &str) -> bool {
    let sorted = |text: &str| {
        let mut letters: Vec<char> = text.chars().collect();
        letters.sort_unstable();
        letters.dedup();
        letters
    };
    let (typed, wanted) = (sorted(word), sorted(command));
    let shared = typed.iter().filter(|letter| wanted.contains(letter)).count();
    word.chars().next() == command.chars().next()
        && word.chars().count().abs_diff(command.chars().count()) <= 1
        && shared + 1 >= wanted.len().max(typed.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistyped_commands_are_recognised_and_file_names_are_not() {
        assert!(looks_like("chekc", "check"));
        assert!(looks_like("shema", "schema"));
        assert!(looks_like("scenario", "scenarios"));
        assert!(!looks_like("mine.toml", "run"));
    }

    #[test]
    fn shipped_scenarios_are_found_by_name() {
        assert_eq!(scenario("reference", &[]).unwrap().name, "reference");
    }
}
