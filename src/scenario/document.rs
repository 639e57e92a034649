//! A parsed file as a tree in which every key and value knows where it stands, flags of the command line
//! included. Knows no scenario.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::error::Problem;
use crate::scenario::sources::{Source, Sources, Span};

/// Longer findings are quoted as they were written.
const LONGEST_FOUND: usize = 60;

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
        // A number of hundreds of digits was hardly written so.
        if let (Some(found), Some(value)) = (&problem.found, value)
            && found.len() > LONGEST_FOUND
        {
            problem.found = Some(sources.quote(value));
        }
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
