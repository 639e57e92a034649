//! A parsed file as a tree in which every key and value knows where it stands, flags of the command line
//! included. Knows no scenario.

use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::error::{Location, Problem};

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
}

impl Sources {
    /// A file by the name that the user gave it, and the `key=value` overrides in order.
    #[must_use]
    pub fn new(file_name: &str, text: &str, overrides: &[String]) -> Self {
        let one_line = |flag: &String| flag.replace(['\n', '\r'], " ");
        let flags: Vec<String> = overrides.iter().map(one_line).collect();
        Self { file_name: file_name.to_string(), text: text.to_string(), flags: flags.join("\n") }
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
        let before = &text[..start];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Location {
            file: file.to_string(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
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

/// A value and its place.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub value: Value,
    pub span: Span,
}

/// A TOML value; dates and times are kept only to be refused.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Text(String),
    Integer(i128),
    Float(f64),
    Boolean(bool),
    DateTime,
    List(Vec<Node>),
    Table(Vec<Entry>),
}

/// A key of a table with its value.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub name: String,
    pub name_span: Span,
    pub node: Node,
}

impl Node {
    /// The tree of a parsed document whose text begins `offset` bytes into the source.
    pub(super) fn from_table(table: &Spanned<DeTable<'_>>, source: Source, offset: usize) -> Self {
        let span = shifted(table.span(), source, offset);
        Self { value: table_value(table.get_ref(), source, offset), span }
    }

    pub(super) fn from_value(spanned: &Spanned<DeValue<'_>>, source: Source, offset: usize) -> Self {
        let value = match spanned.get_ref() {
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Integer(i) => {
                // Out of range even for 128 bits: kept as a float, which every whole-number key refuses.
                i128::from_str_radix(i.as_str(), i.radix()).map_or(Value::Float(f64::MAX), Value::Integer)
            }
            DeValue::Float(x) => Value::Float(x.as_str().parse().unwrap_or(f64::NAN)),
            DeValue::Boolean(b) => Value::Boolean(*b),
            DeValue::Datetime(_) => Value::DateTime,
            DeValue::Array(items) => {
                Value::List(items.iter().map(|item| Self::from_value(item, source, offset)).collect())
            }
            DeValue::Table(table) => table_value(table, source, offset),
        };
        Self { value, span: shifted(spanned.span(), source, offset) }
    }

    /// The place of a dotted key such as `policy[2].weights.gold`, or of the nearest table that should hold
    /// it: where its name stands, and its value if the key itself was found.
    fn locate(&self, key: &str) -> (&Span, Option<&Span>) {
        let (mut node, mut name_span, mut rest) = (self, &self.span, key);
        while !rest.is_empty() {
            let Some((next, next_span, tail)) = node.step(rest) else {
                return (name_span, None);
            };
            (node, name_span, rest) = (next, next_span, tail);
        }
        (name_span, Some(&node.span))
    }

    fn step<'a, 'k>(&'a self, key: &'k str) -> Option<(&'a Self, &'a Span, &'k str)> {
        match &self.value {
            Value::Table(entries) => entries.iter().find_map(|entry| {
                let tail = key.strip_prefix(entry.name.as_str())?;
                let tail = match tail.strip_prefix('.') {
                    Some(tail) => tail,
                    None if tail.is_empty() || tail.starts_with('[') => tail,
                    None => return None,
                };
                Some((&entry.node, &entry.name_span, tail))
            }),
            Value::List(items) => {
                let (index, tail) = key.strip_prefix('[')?.split_once(']')?;
                let node = items.get(index.parse::<usize>().ok()?)?;
                Some((node, &node.span, tail.strip_prefix('.').unwrap_or(tail)))
            }
            _ => None,
        }
    }

    /// The entry of a table by name.
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        match &self.value {
            Value::Table(entries) => entries.iter().find(|entry| entry.name == name).map(|entry| &entry.node),
            _ => None,
        }
    }

    /// What sort of value this is, in words.
    pub(super) fn kind(&self) -> &'static str {
        match self.value {
            Value::Text(_) => "text",
            Value::Integer(_) => "a whole number",
            Value::Float(_) => "a number",
            Value::Boolean(_) => "true or false",
            Value::DateTime => "a date or time",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
        }
    }

    /// The tree as JSON, from which the wire types are read; numbers that JSON lacks become null.
    pub(super) fn to_json(&self) -> serde_json::Value {
        match &self.value {
            Value::Text(text) => text.as_str().into(),
            Value::Integer(i) => match (i64::try_from(*i), u64::try_from(*i)) {
                (Ok(i), _) => i.into(),
                (_, Ok(u)) => u.into(),
                _ => (*i as f64).into(),
            },
            Value::Float(x) => (*x).into(),
            Value::Boolean(b) => (*b).into(),
            Value::DateTime => serde_json::Value::Null,
            Value::List(items) => items.iter().map(Self::to_json).collect(),
            Value::Table(entries) => {
                let pairs = entries.iter().map(|entry| (entry.name.clone(), entry.node.to_json()));
                serde_json::Value::Object(pairs.collect())
            }
        }
    }
}

/// Adds the place to a problem whose key is known: the value, or the name if that is what is wrong.
pub(super) fn with_location(mut problem: Problem, root: &Node, sources: &Sources) -> Problem {
    if problem.location.is_none() {
        let (name, value) = root.locate(&problem.key);
        let last_name = problem.key.rsplit('.').next().unwrap_or_default();
        let about_name = problem.found.as_deref() == Some(&format!("`{last_name}`"));
        let span = if about_name { name } else { value.unwrap_or(name) };
        problem.location = Some(sources.locate(span));
    }
    problem
}

fn table_value(table: &DeTable<'_>, source: Source, offset: usize) -> Value {
    let entry = |(name, value): (&Spanned<std::borrow::Cow<'_, str>>, &Spanned<DeValue<'_>>)| Entry {
        name: name.get_ref().to_string(),
        name_span: shifted(name.span(), source, offset),
        node: Node::from_value(value, source, offset),
    };
    Value::Table(table.iter().map(entry).collect())
}

fn shifted(range: Range<usize>, source: Source, offset: usize) -> Span {
    Span { source, range: range.start + offset..range.end + offset }
}
