//! The schema and the reference of keys in `scenarios/` against the wire types.
//!
//! Both are written by the program; after a change of keys, `DECUMULUS_BLESS=1 cargo test --test lib
//! scenario_documents` writes them anew.

use std::fmt::Write;
use std::path::PathBuf;

use decumulus::scenario::{Scenario, json_schema, shipped};
use serde_json::Value;

const BEGIN: &str = "<!-- The keys below are written from the schema; change the types, not this text. -->\n";

fn in_scenarios(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name)
}

/// Holds a file to what it should be, or writes it if asked to.
fn holds(name: &str, wanted: &str) {
    let path = in_scenarios(name);
    if std::env::var_os("DECUMULUS_BLESS").is_some() {
        std::fs::write(&path, wanted).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == wanted, "scenarios/{name} is out of date; run the tests with DECUMULUS_BLESS=1");
}

#[test]
fn the_committed_schema_is_that_of_the_types() {
    let text = serde_json::to_string_pretty(&json_schema()).unwrap();
    holds("scenario.schema.json", &format!("{text}\n"));
}

#[test]
fn the_readme_documents_every_key() {
    let readme = std::fs::read_to_string(in_scenarios("README.md")).unwrap();
    let head = readme.split(BEGIN).next().unwrap();
    holds("README.md", &format!("{head}{BEGIN}{}", reference()));
}

#[test]
fn every_key_of_the_schema_has_a_description() {
    fn walk(schema: &Value, path: &str) {
        if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
            for (name, property) in properties {
                let described = property.get("description").and_then(Value::as_str).unwrap_or_default();
                assert!(described.len() > 8, "{path}.{name} has no description");
            }
        }
        if let Some(definitions) = schema.get("definitions").and_then(Value::as_object) {
            for (name, definition) in definitions {
                walk(definition, name);
            }
        }
    }
    walk(&json_schema(), "scenario");
}

#[test]
fn the_schema_says_nothing_of_null() {
    assert!(!json_schema().to_string().contains("null"));
}

#[test]
fn every_shipped_scenario_lies_in_the_folder_under_its_name() {
    for shipped in shipped() {
        let text = std::fs::read_to_string(in_scenarios(&format!("{}.toml", shipped.name))).unwrap();
        assert_eq!(text, shipped.text);
        Scenario::from_toml(&text, "x.toml", &[]).unwrap();
    }
}

/// The tables of keys, one section for each table of the file.
fn reference() -> String {
    let schema = json_schema();
    let mut text = String::new();
    section(&schema, &schema, "", &mut text);
    text
}

fn section(root: &Value, schema: &Value, path: &str, text: &mut String) {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return };
    let title = if path.is_empty() { "At the top".to_string() } else { format!("`{path}`") };
    writeln!(text, "\n### {title}\n\n{}\n", described(schema)).unwrap();
    writeln!(text, "| key | value | default | meaning |\n| --- | --- | --- | --- |").unwrap();
    let mut inner = vec![];
    for (name, property) in properties {
        let resolved = resolve(root, property);
        let default =
            property.get("default").filter(|value| !value.is_object() && *value != &serde_json::json!([]));
        let default = default.map_or(String::new(), |value| format!("`{value}`"));
        let meaning = format!("{}{}", described(property), choices(resolved));
        writeln!(
            text,
            "| `{name}` | {} | {default} | {} |",
            sort(root, resolved),
            meaning.replace('|', "\\|")
        )
        .unwrap();
        inner.extend(tables(
            root,
            resolved,
            &if path.is_empty() { name.clone() } else { format!("{path}.{name}") },
        ));
    }
    for (path, schema) in inner {
        section(root, schema, &path, text);
    }
}

/// The tables with keys of their own that a value may be or hold, with the path under which they are written.
fn tables<'a>(root: &'a Value, schema: &'a Value, path: &str) -> Vec<(String, &'a Value)> {
    let schema = resolve(root, schema);
    if schema.get("properties").is_some() {
        return vec![(path.to_string(), schema)];
    }
    if let Some(items) = schema.get("items") {
        return tables(root, items, &format!("{path}[]"));
    }
    if let Some(any) = schema.get("additionalProperties").filter(|any| any.is_object()) {
        return tables(root, any, &format!("{path}.<key>"));
    }
    let branches = schema.get("anyOf").and_then(Value::as_array).into_iter().flatten();
    branches.flat_map(|branch| tables(root, branch, path)).collect()
}

fn resolve<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        return resolve(root, root.pointer(reference.trim_start_matches('#')).unwrap());
    }
    match schema.get("allOf").and_then(Value::as_array).map(Vec::as_slice) {
        Some([only]) => resolve(root, only),
        _ => schema,
    }
}

fn described(schema: &Value) -> &str {
    schema.get("description").and_then(Value::as_str).unwrap_or_default()
}

/// The words of a choice with their meanings.
fn choices(schema: &Value) -> String {
    let variants = schema.get("oneOf").and_then(Value::as_array).into_iter().flatten();
    variants.fold(String::new(), |text, variant| {
        let word = variant.get("const").and_then(Value::as_str).unwrap_or_default();
        format!("{text} `{word}`: {}", described(variant))
    })
}

/// The sort of a value in words.
fn sort(root: &Value, schema: &Value) -> String {
    let schema = resolve(root, schema);
    let words = |key: &str| schema.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if !words("anyOf").is_empty() {
        return words("anyOf").iter().map(|branch| sort(root, branch)).collect::<Vec<_>>().join(" or ");
    }
    let listed = words("enum").iter().chain(words("oneOf").iter().filter_map(|v| v.get("const")));
    let listed: Vec<String> = listed.map(|word| format!("`{word}`")).collect();
    if !listed.is_empty() {
        return listed.join(", ");
    }
    match schema.get("type").and_then(Value::as_str) {
        Some("number") => "number".into(),
        Some("integer") => "whole number".into(),
        Some("boolean") => "`true` or `false`".into(),
        Some("array") => format!("list: {}", sort(root, &schema["items"])),
        Some("object") => match schema.get("additionalProperties").filter(|any| any.is_object()) {
            Some(any) => format!("table by key: {}", sort(root, any)),
            None => "table".into(),
        },
        _ => "text".into(),
    }
}
