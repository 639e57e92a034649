//! One alternative of a JSON Schema: which values it admits, and what it accepts in words.

use serde_json::Value as Json;

use crate::scenario::document::{Node, Value};

/// The alternatives of a part of the schema `root` with references resolved: one, unless it is an `anyOf`.
pub(super) fn branches(root: &'static Json, schema: &'static Json) -> Vec<&'static Json> {
    if let Some(name) = schema.get("$ref").and_then(Json::as_str) {
        let pointer = name.trim_start_matches('#');
        return root.pointer(pointer).map(|found| branches(root, found)).unwrap_or_default();
    }
    if let Some([only]) = schema.get("allOf").and_then(Json::as_array).map(Vec::as_slice) {
        return branches(root, only);
    }
    match schema.get("anyOf").and_then(Json::as_array) {
        Some(all) => all.iter().flat_map(|one| branches(root, one)).collect(),
        None => vec![schema],
    }
}

/// Whether a value is of the sort that a branch describes.
pub(super) fn admits(branch: &Json, node: &Node) -> bool {
    let sort = branch.get("type").and_then(Json::as_str).unwrap_or("string");
    match &node.value {
        Value::Text(_) => sort == "string",
        Value::Integer(i) => match sort {
            "number" => true,
            "integer" => *i >= least(branch) && *i <= most(branch),
            _ => false,
        },
        Value::Float(x) => match sort {
            "number" => true,
            "integer" if x.fract() == 0.0 => *x as i128 >= least(branch) && *x as i128 <= most(branch),
            _ => false,
        },
        Value::Boolean(_) => sort == "boolean",
        Value::DateTime => false,
        Value::List(_) => sort == "array",
        Value::Table(_) => sort == "object",
    }
}

fn least(branch: &Json) -> i128 {
    branch.get("minimum").and_then(Json::as_f64).map_or(i128::MIN, |least| least as i128)
}

fn most(branch: &Json) -> i128 {
    let thirty_two_bits = branch.get("format").and_then(Json::as_str) == Some("uint32");
    if thirty_two_bits { i128::from(u32::MAX) } else { 1 << 53 }
}

/// The words that a branch accepts; empty if it accepts any text.
pub(super) fn words_of(branch: &Json) -> Vec<&str> {
    let listed = branch.get("enum").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str);
    let one = branch.get("const").and_then(Json::as_str);
    let variants = branch.get("oneOf").and_then(Json::as_array).into_iter().flatten();
    listed.chain(one).chain(variants.flat_map(words_of)).collect()
}

/// What a branch accepts, in words that follow "must be".
pub(super) fn in_words(branch: &Json) -> String {
    match branch.get("type").and_then(Json::as_str) {
        Some("number") => "a number".into(),
        Some("integer") => format!("a whole number from {} to {}", least(branch).max(0), most(branch)),
        Some("boolean") => "true or false".into(),
        Some("array") => list_in_words(branch),
        Some("object") => match branch.get("properties").and_then(Json::as_object) {
            Some(known) => {
                let names: Vec<&str> = known.keys().map(String::as_str).take(6).collect();
                format!("a table of keys such as {}", names.join(", "))
            }
            None => "a table".into(),
        },
        _ => match words_of(branch).as_slice() {
            [] => "text in quotes".into(),
            [only] => format!("\"{only}\""),
            words => format!("one of {}", words.join(", ")),
        },
    }
}

fn list_in_words(branch: &Json) -> String {
    let items = match branch.get("minItems").and_then(Json::as_u64) {
        Some(count) => format!("a list of {count} entries"),
        None => "a list".into(),
    };
    match branch.pointer("/items/type").and_then(Json::as_str) {
        Some("number" | "integer") => format!("{items}, each a number"),
        Some("string") => format!("{items}, each text in quotes"),
        _ => items,
    }
}
