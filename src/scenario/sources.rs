//! The texts that a scenario is read from, and places in them. Knows no TOML.

use std::ops::Range;
use std::path::Path;

use crate::error::Location;

/// The longest value that a message quotes, in characters.
const LONGEST_QUOTE: usize = 60;

/// The name under which overrides appear as a file; the `n`th flag is its line `n`.
pub(super) const FLAGS: &str = "--set";

/// The texts that a scenario was read from: the file, and the flags that override it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sources {
    file_name: String,
    text: String,
    flags: String,
    /// Where the lines of the file and of the flags begin.
    lines: [Vec<usize>; 2],
    /// Files that the scenario may name by their names and texts, although they are not on the disk.
    companions: Vec<(String, String)>,
}

impl Sources {
    /// A file by the name that the user gave it, and the `key=value` overrides in order.
    #[must_use]
    pub fn new(file_name: &str, text: &str, overrides: &[String]) -> Self {
        let one_line = |flag: &String| flag.replace(['\n', '\r'], " ");
        let flags: Vec<String> = overrides.iter().map(one_line).collect();
        let flags = flags.join("\n");
        // A file that is called as the flags are in reports is called by its path.
        let file_name = if file_name == FLAGS { format!("./{FLAGS}") } else { file_name.to_string() };
        let lines = [text, flags.as_str()].map(line_starts);
        Self { file_name, text: text.to_string(), flags, lines, companions: vec![] }
    }

    /// The same with a file that the scenario may name, such as a table of returns, although it is not on the disk.
    #[must_use]
    pub fn with_companion(mut self, name: &str, text: &str) -> Self {
        self.companions.push((name.to_string(), text.to_string()));
        self
    }

    /// The same with further `key=value` overrides after those that are there.
    #[must_use]
    pub fn with_overrides(&self, further: &[String]) -> Self {
        let earlier = self.flags.lines().map(String::from);
        let all: Vec<String> = earlier.chain(further.iter().cloned()).collect();
        Self { companions: self.companions.clone(), ..Self::new(&self.file_name, &self.text, &all) }
    }

    /// The text of the file, or of all flags, by the name that a [`Location`] carries.
    #[must_use]
    pub fn text_of(&self, file: &str) -> Option<&str> {
        if file == FLAGS {
            Some(&self.flags)
        } else if file == self.file_name {
            Some(&self.text)
        } else {
            None
        }
    }

    /// The file's name without folders and extension.
    pub(super) fn stem(&self) -> &str {
        Path::new(&self.file_name).file_stem().and_then(|stem| stem.to_str()).unwrap_or_default()
    }

    /// The file's name as the user gave it, folders included.
    pub(super) fn file_name(&self) -> &str {
        &self.file_name
    }

    /// The text of a file that is held beside the scenario.
    pub(super) fn companion(&self, name: &str) -> Option<&str> {
        self.companions.iter().find(|(held, _)| held == name).map(|(_, text)| text.as_str())
    }

    pub(super) fn file_text(&self) -> &str {
        &self.text
    }

    pub(super) fn flag_lines(&self) -> impl Iterator<Item = &str> {
        self.flags.lines()
    }

    pub(super) fn locate(&self, span: &Span) -> Location {
        let (file, text) = match span.source {
            Source::File => (self.file_name.as_str(), self.text.as_str()),
            Source::Flags => (FLAGS, self.flags.as_str()),
        };
        let start = floor_char_boundary(text, span.range.start);
        let end = floor_char_boundary(text, span.range.end).max(start);
        let lines = &self.lines[usize::from(span.source == Source::Flags)];
        let line = lines.partition_point(|line_start| *line_start <= start).max(1);
        let line_start = lines.get(line - 1).copied().unwrap_or(0);
        Location {
            file: file.to_string(),
            line,
            column: text[line_start..start].chars().count() + 1,
            span: start..end,
        }
    }

    /// What the user wrote at a place, on one line and cut if it is long.
    pub(super) fn quote(&self, span: &Span) -> String {
        let location = self.locate(span);
        let text = self.text_of(&location.file).unwrap_or_default();
        let words: Vec<&str> = text[location.span].split_whitespace().collect();
        let line = words.join(" ");
        match line.char_indices().nth(LONGEST_QUOTE) {
            Some((cut, _)) => format!("{}…", &line[..cut]),
            None => line,
        }
    }
}

/// Where the lines of a text begin.
fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect()
}

fn floor_char_boundary(text: &str, index: usize) -> usize {
    let index = index.min(text.len());
    (0..=index).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0)
}

/// Which text a span belongs to; the file comes first in reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Source {
    File,
    Flags,
}

/// A place in one of the texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub source: Source,
    pub range: Range<usize>,
}
