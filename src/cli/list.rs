//! `decumulus schema` and `decumulus scenarios`: what ships with the program.

use anyhow::Result;
use decumulus::scenario::{Scenario, json_schema, shipped};

use super::terminal::{Report, print};

/// Prints the JSON Schema of scenario files.
///
/// # Errors
///
/// If standard output cannot be written.
pub fn schema() -> Result<()> {
    print(&format!("{}\n", serde_json::to_string_pretty(&json_schema())?))
}

/// Lists the shipped scenarios with their titles, or prints the text of one.
///
/// # Errors
///
/// An unknown name, or standard output cannot be written.
pub fn scenarios(name: Option<&str>) -> Result<()> {
    let Some(name) = name else { return print(&list()?) };
    let found = shipped().iter().find(|shipped| shipped.name == name);
    let names: Vec<&str> = shipped().iter().map(|shipped| shipped.name).collect();
    let unknown =
        || Report::bad_input(format_args!("there is no scenario `{name}`; there are {}", names.join(", ")));
    print(&without_expectations(found.ok_or_else(unknown)?.text))
}

/// A shipped scenario as a file to start from: without the results that the program's own tests hold it to, which stand at its
/// end and would be wrong after the first change.
fn without_expectations(text: &str) -> String {
    let Some((rest, _)) = text.split_once("\n[[expect]]") else { return text.to_string() };
    let lines: Vec<&str> = rest.lines().collect();
    let is_blank = |line: &&&str| line.trim().is_empty() || line.starts_with('#');
    let trailing = lines.iter().rev().take_while(is_blank).count();
    lines[..lines.len() - trailing].join("\n") + "\n"
}

fn list() -> Result<String> {
    let width = shipped().iter().map(|shipped| shipped.name.len()).max().unwrap_or(0);
    let mut lines = vec![];
    for shipped in shipped() {
        let title = Scenario::from_toml(shipped.text, shipped.name, &[])?.title;
        lines.push(format!("{:width$}  {title}\n", shipped.name));
    }
    lines.push(
        "\nRun one by name, or print it as a file to start from: decumulus scenarios NAME > my.toml\n".into(),
    );
    Ok(lines.concat())
}
