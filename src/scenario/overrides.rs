//! `--set key=value`: dotted keys that replace or add values of a document.

use toml::de::DeValue;

use crate::error::Problem;
use crate::scenario::document::{Entry, Node, Value};
use crate::scenario::sources::{Source, Sources, Span};
use crate::scenario::suggest;

/// The most parts a key may have; the deepest one of a scenario has five.
const MOST_PARTS: usize = 16;

/// Applies every flag in order and returns what is wrong with them.
pub(super) fn apply(root: &mut Node, sources: &Sources) -> Vec<Problem> {
    let mut problems = vec![];
    let mut at = 0;
    for flag in sources.flag_lines() {
        if let Err(problem) = apply_one(root, flag, at) {
            let location = Some(sources.locate(&span_of(at, flag.len())));
            problems.push(Problem { location, ..*problem });
        }
        at += flag.len() + 1;
    }
    problems
}

fn apply_one(root: &mut Node, flag: &str, at: usize) -> Result<(), Box<Problem>> {
    let Some((key, text)) = flag.split_once('=') else {
        return Err(problem(flag, "must be written as key=value, such as run.seed=7"));
    };
    let value = parse_value(text, at + key.len() + 1).map_err(|message| problem(key.trim(), &message))?;
    let parts = parse_key(key)?;
    put(root, &parts, value, &span_of(at, key.len()), key.trim())
}

fn span_of(start: usize, length: usize) -> Span {
    Span { source: Source::Flags, range: start..start + length }
}

fn problem(key: &str, message: &str) -> Box<Problem> {
    Box::new(Problem { key: key.to_string(), message: message.to_string(), ..Problem::default() })
}

/// A value as TOML; bare words stand for themselves.
fn parse_value(text: &str, offset: usize) -> Result<Node, String> {
    let trimmed = text.trim();
    let offset = offset + (text.len() - text.trim_start().len());
    if trimmed.matches(['.', '[', '{']).count() > 4096 {
        return Err("has a value that is nested too deeply".into());
    }
    let (value, errors) = DeValue::parse_recoverable(trimmed);
    if errors.is_empty() && !trimmed.is_empty() {
        return Ok(Node::from_value(&value, Source::Flags, offset));
    }
    let first_is_letter = trimmed.chars().next().is_some_and(char::is_alphabetic);
    let is_word = |c: char| c.is_alphanumeric() || " _-./%:".contains(c);
    if first_is_letter && trimmed.chars().all(is_word) {
        let value = Value::Text(trimmed.to_string());
        return Ok(Node { value, span: span_of(offset, trimmed.len()) });
    }
    Err(format!(
        "has the value `{trimmed}`, but must have a TOML value such as 0.05, \"text\" or {{ gold = 0.1 }}"
    ))
}

#[derive(Debug, PartialEq)]
enum Part<'a> {
    Name(&'a str),
    Index(usize),
}

/// `policy[0].weights.gold` in parts; quotes are not needed, because no key of a scenario has points.
fn parse_key(key: &str) -> Result<Vec<Part<'_>>, Box<Problem>> {
    let key = key.trim();
    let refused =
        || problem(key, "must be a dotted key such as market.asset.gold.mean or policy[0].weights.gold");
    let mut parts = vec![];
    for piece in key.split('.') {
        let (name, mut indices) = piece.split_at(piece.find('[').unwrap_or(piece.len()));
        let name = name.trim().trim_matches('"');
        if name.is_empty() {
            return Err(refused());
        }
        parts.push(Part::Name(name));
        while !indices.is_empty() {
            let inner = indices.strip_prefix('[').and_then(|rest| rest.split_once(']'));
            let (index, rest) = inner.ok_or_else(refused)?;
            parts.push(Part::Index(index.trim().parse().map_err(|_| refused())?));
            indices = rest;
        }
    }
    if parts.len() > MOST_PARTS { Err(refused()) } else { Ok(parts) }
}

fn put(node: &mut Node, parts: &[Part<'_>], value: Node, span: &Span, key: &str) -> Result<(), Box<Problem>> {
    let Some((part, rest)) = parts.split_first() else {
        *node = value;
        return Ok(());
    };
    match (&mut node.value, part) {
        (Value::Table(entries), Part::Name(name)) => {
            let at = entries.iter().position(|entry| entry.name == *name).unwrap_or_else(|| {
                let node = Node { value: Value::Table(vec![]), span: span.clone() };
                entries.push(Entry { name: (*name).to_string(), name_span: span.clone(), node });
                entries.len() - 1
            });
            put(&mut entries[at].node, rest, value, span, key)
        }
        (Value::List(items), Part::Index(index)) => match items.get_mut(*index) {
            Some(item) => put(item, rest, value, span, key),
            None => {
                Err(problem(key, &format!("does not exist: the list has {} entries, from [0]", items.len())))
            }
        },
        (Value::List(items), Part::Name(name)) => {
            let at = position_by_key(items, name).map_err(|help| {
                let unknown =
                    problem(key, &format!("does not exist: no entry of the list has the key `{name}`"));
                Box::new(Problem { help: Some(help), ..*unknown })
            })?;
            put(&mut items[at], rest, value, span, key)
        }
        (_, part) => {
            let part = match part {
                Part::Name(name) => format!("`{name}`"),
                Part::Index(index) => format!("[{index}]"),
            };
            Err(problem(key, &format!("does not exist: {part} is looked for in {}", node.kind())))
        }
    }
}

/// The table of a list whose `key` is `name`.
fn position_by_key(items: &[Node], name: &str) -> Result<usize, String> {
    let keys: Vec<&str> = items
        .iter()
        .map(|item| match item.get("key").map(|node| &node.value) {
            Some(Value::Text(text)) => text.as_str(),
            _ => "",
        })
        .collect();
    keys.iter().position(|key| *key == name).ok_or_else(|| suggest::help(name, keys.iter().copied()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_names_and_indices() {
        let parts = parse_key("policy[2].weights.gold").unwrap();
        assert_eq!(parts, [Part::Name("policy"), Part::Index(2), Part::Name("weights"), Part::Name("gold")]);
        for bad in ["", "a..b", "a[", "a[x]", "[0]", "a[0]b"] {
            assert!(parse_key(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn bare_words_are_text_and_everything_else_is_toml() {
        assert!(matches!(parse_value("nearest", 0).unwrap().value, Value::Text(word) if word == "nearest"));
        assert!(matches!(parse_value("true", 0).unwrap().value, Value::Boolean(true)));
        assert!(matches!(parse_value(" 1e6 ", 0).unwrap().value, Value::Float(x) if x == 1e6));
        assert!(matches!(parse_value("{ gold = 1 }", 0).unwrap().value, Value::Table(_)));
        for bad in ["", "0.1x", "{", "\"open", "=3"] {
            assert!(parse_value(bad, 0).is_err(), "{bad}");
        }
    }
}
