//! A scenario as one TOML text with all flags applied, which stands where no other file is: what lies beside results.

use std::fmt::Write as _;
use std::path::{Path, absolute};

use toml::de::DeTable;

use crate::error::Result;
use crate::scenario::document::{Entry, Node, Value};
use crate::scenario::sources::{Source, Sources};
use crate::scenario::{Scenario, overrides};

/// The scenario as a file that means the same wherever it lies: flags and settings are in it, its name too, and other files that it
/// names are named by their whole path. `[[expect]]` is left out.
///
/// `scenario` is what was read from the same sources, with settings changed if flags of their own did so.
///
/// # Errors
///
/// Those of reading the sources again; none if `scenario` came from them.
///
/// ```
/// use decumulus::scenario::{Scenario, Sources, resolved_text};
/// let text = "
///     account = { years = 30, opening_balance = 1000 }
///     market.asset.fund = { mean = 0.05, volatility = 0.1 }
///     policy = [{ key = 'all', weights = { fund = 1 } }]
/// ";
/// let sources = Sources::new("lump_sum.toml", text, &["account.years=10".into()]);
/// let mut scenario = Scenario::from_sources(&sources)?;
/// scenario.change_settings(|settings| settings.seed = 7);
/// let resolved = resolved_text(&sources, &scenario)?;
/// let again = Scenario::from_toml(&resolved, "elsewhere.toml", &[])?;
/// assert_eq!((&again.name, &again.inputs), (&scenario.name, &scenario.inputs));
/// # Ok::<(), decumulus::Error>(())
/// ```
pub fn resolved_text(sources: &Sources, scenario: &Scenario) -> Result<String> {
    let as_read = Scenario::from_sources(sources)?.inputs.settings;
    let (table, _) = DeTable::parse_recoverable(sources.file_text());
    let mut root = Node::from_table(&table, Source::File, 0);
    let _ = overrides::apply(&mut root, sources);
    let wanted = &scenario.inputs.settings;
    put(&mut root, &["name"], Value::Text(scenario.name.clone()));
    if wanted.lifetimes != as_read.lifetimes {
        put(&mut root, &["run", "lifetimes"], Value::Integer(wanted.lifetimes.into()));
    }
    if wanted.seed != as_read.seed {
        put(&mut root, &["run", "seed"], Value::Integer(wanted.seed.into()));
    }
    if wanted.attribution != as_read.attribution {
        put(&mut root, &["run", "attribution"], Value::Boolean(wanted.attribution));
    }
    let around = Path::new(sources.file_name()).parent().unwrap_or(Path::new("")).to_path_buf();
    if let Some(file) = at(&mut root, &["market", "history", "file"]) {
        make_absolute(file, &around);
    }
    if let Some(sets) = at(&mut root, &["market", "assumptions"]) {
        for set in members(sets) {
            let is_file = matches!(&set.value, Value::Text(name) if Path::new(name).extension().is_some_and(|e| e == "toml"));
            if is_file {
                make_absolute(set, &around);
            }
        }
    }
    if let Value::Table(entries) = &mut root.value {
        entries.retain(|entry| entry.name != "expect" && entry.name != "$schema");
    }
    let mut out = String::new();
    write_table(&root, "", &mut out);
    Ok(out)
}

/// The items of a list, or the value itself.
fn members(node: &mut Node) -> Vec<&mut Node> {
    if matches!(node.value, Value::List(_)) {
        let Value::List(items) = &mut node.value else { return vec![] };
        return items.iter_mut().collect();
    }
    vec![node]
}

fn make_absolute(node: &mut Node, around: &Path) {
    if let Value::Text(name) = &mut node.value
        && let Ok(whole) = absolute(around.join(&*name))
        && let Some(whole) = whole.to_str()
    {
        *name = whole.to_string();
    }
}

fn at<'a>(node: &'a mut Node, path: &[&str]) -> Option<&'a mut Node> {
    let Some((first, rest)) = path.split_first() else { return Some(node) };
    let Value::Table(entries) = &mut node.value else { return None };
    at(&mut entries.iter_mut().find(|entry| entry.name == *first)?.node, rest)
}

fn put(node: &mut Node, path: &[&str], value: Value) {
    let Some((first, rest)) = path.split_first() else {
        node.value = value;
        return;
    };
    let span = node.span.clone();
    let Value::Table(entries) = &mut node.value else { return };
    let place = entries.iter().position(|entry| entry.name == *first).unwrap_or_else(|| {
        let node = Node { value: Value::Table(vec![]), span: span.clone() };
        entries.push(Entry { name: (*first).to_string(), name_span: span, node });
        entries.len() - 1
    });
    put(&mut entries[place].node, rest, value);
}

/// A table under its heading: first its values, then its tables, then its lists of tables.
fn write_table(node: &Node, path: &str, out: &mut String) {
    let Value::Table(entries) = &node.value else { return };
    let sub = |name: &str| if path.is_empty() { key(name) } else { format!("{path}.{}", key(name)) };
    // The name comes first, for whoever opens the file.
    let mut entries: Vec<&Entry> = entries.iter().collect();
    entries.sort_by_key(|entry| !["name", "key", "title"].contains(&entry.name.as_str()));
    let heads = |entry: &Entry| matches!(entry.node.value, Value::Table(_)) || is_list_of_tables(&entry.node);
    for entry in entries.iter().filter(|entry| !heads(entry)) {
        let _ = writeln!(out, "{} = {}", key(&entry.name), inline(&entry.node));
    }
    for entry in entries.iter().filter(|entry| heads(entry)) {
        let path = sub(&entry.name);
        let Value::List(items) = &entry.node.value else {
            let _ = writeln!(out, "\n[{path}]");
            write_table(&entry.node, &path, out);
            continue;
        };
        for item in items {
            let _ = writeln!(out, "\n[[{path}]]");
            write_table(item, &path, out);
        }
    }
}

fn is_list_of_tables(node: &Node) -> bool {
    let Value::List(items) = &node.value else { return false };
    !items.is_empty() && items.iter().all(|item| matches!(item.value, Value::Table(_)))
}

fn inline(node: &Node) -> String {
    match &node.value {
        Value::Text(text) => quoted(text),
        Value::Integer(i) => i.to_string(),
        Value::Float(x) => format!("{x:?}"),
        Value::Boolean(b) => b.to_string(),
        // Refused wherever a scenario is read.
        Value::DateTime => quoted(""),
        Value::List(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Value::Table(entries) => {
            let pairs = entries.iter().map(|entry| format!("{} = {}", key(&entry.name), inline(&entry.node)));
            format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
        }
    }
}

fn key(name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !name.is_empty() && name.chars().all(bare) { name.to_string() } else { quoted(name) }
}

/// A text in quotes, on several lines if it has several.
fn quoted(text: &str) -> String {
    let is_long = text.contains('\n');
    let mut out = String::from(if is_long { "\"\"\"\n" } else { "\"" });
    for c in text.chars() {
        match c {
            '\n' if is_long => out.push('\n'),
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", c as u32);
            }
            c => out.push(c),
        }
    }
    out + if is_long { "\"\"\"" } else { "\"" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::shipped;

    #[test]
    fn every_shipped_scenario_means_the_same_when_resolved() {
        for shipped in shipped() {
            let flags = ["title=\"a \\\"quoted\\\" \\\\ title\"".to_string()];
            let sources = Sources::new(shipped.name, shipped.text, &flags);
            let mut scenario = Scenario::from_sources(&sources).unwrap();
            scenario.change_settings(|settings| settings.seed = 99);
            let resolved = resolved_text(&sources, &scenario).unwrap();
            let again = Scenario::from_toml(&resolved, "scenario.toml", &[]).unwrap();
            assert_eq!(Scenario { expectations: vec![], ..scenario }, again, "{}", shipped.name);
        }
    }

    #[test]
    fn files_beside_the_scenario_are_named_by_their_whole_path() {
        let mut node = Node {
            value: Value::Text("../data/h.csv".into()),
            span: crate::scenario::sources::Span { source: Source::File, range: 0..0 },
        };
        make_absolute(&mut node, Path::new("/plans"));
        assert_eq!(inline(&node), "\"/plans/../data/h.csv\"");
    }
}
