//! The JSON Schema of scenario files, from the wire types: what editors complete against, and what a file
//! is checked against before anything else is asked of it.

use std::sync::LazyLock;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::scenario::wire::{AssumptionSetFile, ScenarioFile};

/// The JSON Schema (draft 7, which TOML editors read) of scenario files.
#[must_use]
pub fn json_schema() -> Value {
    SCHEMA.clone()
}

pub(super) static SCHEMA: LazyLock<Value> = LazyLock::new(|| schema_of::<ScenarioFile>("decumulus scenario"));

/// The JSON Schema of files of assumptions.
pub(super) static SET_SCHEMA: LazyLock<Value> =
    LazyLock::new(|| schema_of::<AssumptionSetFile>("decumulus assumptions"));

fn schema_of<T: JsonSchema>(title: &str) -> Value {
    let generator = SchemaSettings::draft07().into_generator();
    let mut schema = generator.into_root_schema_for::<T>().to_value();
    tidy(&mut schema);
    if let Value::Object(root) = &mut schema {
        root.insert("title".into(), json!(title));
    }
    schema
}

/// Removes what has no meaning in TOML (null), and joins the lines of descriptions.
fn tidy(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            drop_null(object);
            if let Some(Value::String(text)) = object.get_mut("description") {
                *text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            }
            if let Some(Value::Object(default)) = object.get_mut("default") {
                default.retain(|_, value| !value.is_null());
            }
            object.values_mut().for_each(tidy);
        }
        Value::Array(items) => items.iter_mut().for_each(tidy),
        _ => {}
    }
}

fn drop_null(object: &mut Map<String, Value>) {
    if let Some(Value::Array(types)) = object.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            object.insert("type".into(), only);
        }
    }
    if let Some(Value::Array(words)) = object.get_mut("enum") {
        words.retain(|word| !word.is_null());
    }
    if object.get("default").is_some_and(|default| default.is_null() || default == &json!({})) {
        object.remove("default");
    }
    if let Some(Value::Array(branches)) = object.get_mut("anyOf") {
        branches.retain(|branch| branch.get("type") != Some(&json!("null")));
        if let [only] = branches.as_slice() {
            let only = only.clone();
            object.remove("anyOf");
            object.insert("allOf".into(), json!([only]));
        }
    }
}
