//! JSON for people and programs: indented, but with short lists and figures on one line.

use serde_json::Value;

/// The most columns that a list or an object takes on one line: room for nine figures in full.
const LINE: usize = 220;

/// The value as text, without a line feed at its end.
pub(super) fn pretty(value: &Value) -> String {
    let mut out = String::new();
    write(value, 0, &mut out);
    out
}

fn write(value: &Value, indent: usize, out: &mut String) {
    if let Some(line) = on_one_line(value).filter(|line| line.len() + indent <= LINE) {
        out.push_str(&line);
        return;
    }
    match value {
        Value::Array(items) => {
            block(items.iter().map(|item| (None, item)), ('[', ']'), indent, out);
        }
        Value::Object(map) => {
            block(map.iter().map(|(key, item)| (Some(key), item)), ('{', '}'), indent, out);
        }
        scalar => out.push_str(&scalar.to_string()),
    }
}

/// Items on lines of their own between brackets.
fn block<'a>(
    items: impl Iterator<Item = (Option<&'a String>, &'a Value)>,
    (open, close): (char, char),
    indent: usize,
    out: &mut String,
) {
    out.push(open);
    for (i, (key, item)) in items.enumerate() {
        out.push_str(if i == 0 { "\n" } else { ",\n" });
        out.push_str(&" ".repeat(indent + 2));
        if let Some(key) = key {
            out.push_str(&quoted(key));
            out.push_str(": ");
        }
        write(item, indent + 2, out);
    }
    out.push('\n');
    out.push_str(&" ".repeat(indent));
    out.push(close);
}

/// The whole value on one line, unless it holds lists or objects within objects.
fn on_one_line(value: &Value) -> Option<String> {
    let plain = |item: &Value| !item.is_array() && !item.is_object();
    match value {
        Value::Array(items) if items.iter().all(plain) => {
            let items: Vec<String> = items.iter().map(Value::to_string).collect();
            Some(format!("[{}]", items.join(", ")))
        }
        Value::Object(map) if map.is_empty() => Some("{}".to_string()),
        Value::Object(map) if map.values().all(plain) => {
            let items: Vec<String> =
                map.iter().map(|(key, item)| format!("{}: {item}", quoted(key))).collect();
            Some(format!("{{ {} }}", items.join(", ")))
        }
        Value::Array(_) | Value::Object(_) => None,
        scalar => Some(scalar.to_string()),
    }
}

fn quoted(key: &str) -> String {
    Value::from(key).to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn short_figures_stand_on_one_line_and_the_text_reads_back_the_same() {
        let value = json!({
            "figure": { "value": 1.5, "low": null, "high": 2.0 },
            "list": [1, 2, 3],
            "empty": [[], {}],
            "long": ["x".repeat(120), "y".repeat(120)],
            "quoted \"key\"": "line\nfeed",
        });
        let text = pretty(&value);
        assert!(
            text.contains("\n  \"figure\": { \"value\": 1.5, \"low\": null, \"high\": 2.0 },\n"),
            "{text}"
        );
        assert!(text.contains("\n  \"list\": [1, 2, 3],\n"), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }
}
