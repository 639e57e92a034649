//! What a shipped binary holds of others, and under which licences: `LICENSES-THIRD-PARTY.md` names every crate that is linked
//! in. After a change of dependencies, `DECUMULUS_BLESS=1 cargo test --locked --test lib licences` writes it anew.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

const FILE: &str = "LICENSES-THIRD-PARTY.md";

/// A crate that is linked into the program.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Linked {
    name: String,
    version: String,
    licence: String,
    repository: String,
}

fn cargo(arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO"));
    let output = command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Every crate that is linked in on this machine but our own; macros that run when it is built are not.
fn linked() -> Vec<Linked> {
    let flags = [
        "tree",
        "--offline",
        "--locked",
        "-e",
        "normal,no-proc-macro",
        "--prefix",
        "none",
        "--format",
        "{p}|{l}|{r}",
    ];
    let mut crates: Vec<Linked> = cargo(&flags)
        .lines()
        .filter(|line| !line.starts_with("decumulus "))
        .map(|line| {
            let parts: Vec<&str> = line.trim_end_matches(" (*)").split('|').collect();
            let mut words = parts[0].split_whitespace();
            let mut word = || words.next().unwrap_or_default().to_string();
            let (name, version) = (word(), word().trim_start_matches('v').to_string());
            Linked { name, version, licence: parts[1].to_string(), repository: parts[2].to_string() }
        })
        .collect();
    crates.sort();
    crates.dedup();
    crates
}

fn table(crates: &[Linked]) -> String {
    let mut text = "| crate | version | licence | source |\n| --- | --- | --- | --- |\n".to_string();
    for Linked { name, version, licence, repository } in crates {
        let _ = writeln!(text, "| {name} | {version} | {licence} | {repository} |");
    }
    text
}

/// The licence file of a crate that is shortest to comply with: that of MIT where there is a choice.
fn licence_text(folder: &Path) -> Option<String> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    let name = |path: &PathBuf| path.file_name().unwrap_or_default().to_string_lossy().to_uppercase();
    let is_licence =
        |path: &&PathBuf| ["LICEN", "COPYING", "UNLICEN"].iter().any(|begin| name(path).starts_with(begin));
    let found: Vec<&PathBuf> = files.iter().filter(is_licence).collect();
    let chosen = found.iter().find(|path| name(path).contains("MIT")).or(found.first())?;
    Some(std::fs::read_to_string(chosen).ok()?.replace("\r\n", "\n").trim().to_string())
}

/// The whole file, with the texts of the licences.
fn written(crates: &[Linked]) -> String {
    let compiler = Command::new("rustc").arg("-vV").output().unwrap();
    let compiler = String::from_utf8(compiler.stdout).unwrap();
    let host = compiler.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let flags = ["metadata", "--offline", "--locked", "--format-version", "1", "--filter-platform", host];
    let metadata: serde_json::Value = serde_json::from_str(&cargo(&flags)).unwrap();
    let folder_of = |linked: &Linked| {
        let package = metadata["packages"].as_array()?.iter().find(|package| {
            package["name"] == linked.name.as_str() && package["version"] == linked.version.as_str()
        })?;
        Some(Path::new(package["manifest_path"].as_str()?).parent()?.to_path_buf())
    };
    let mut by_text: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for linked in crates {
        let text = folder_of(linked).and_then(|folder| licence_text(&folder));
        let text =
            text.unwrap_or_else(|| format!("The crate ships no text; its licence is {}.", linked.licence));
        by_text.entry(text).or_default().push(format!("{} {}", linked.name, linked.version));
    }
    let mut groups: Vec<(Vec<String>, String)> =
        by_text.into_iter().map(|(text, names)| (names, text)).collect();
    groups.sort();
    let mut out = format!(
        "# Licences of others\n\nA program that is built from this repository holds the crates below, the font Noto Sans \
         (`src/report/chart/fonts/OFL.txt`), and tables whose sources stand in their heads (`src/scenario`). Our own licence is MIT or \
         Apache-2.0, as you choose.\n\n{}",
        table(crates)
    );
    for (names, text) in groups {
        let _ = write!(out, "\n## {}\n\n```text\n{text}\n```\n", names.join(", "));
    }
    out
}

#[test]
fn every_crate_that_is_linked_in_stands_in_the_list_with_its_licence() {
    let crates = linked();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    if std::env::var_os("DECUMULUS_BLESS").is_some() {
        std::fs::write(&path, written(&crates)).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap();
    assert!(crates.len() > 50 && crates.iter().all(|linked| !linked.licence.is_empty()), "{crates:?}");
    // Another machine may link a few crates more or less; what this one links must be there.
    for line in table(&crates).lines() {
        assert!(
            found.contains(line),
            "{FILE} is out of date: it lacks\n{line}\nRun this test with DECUMULUS_BLESS=1"
        );
    }
}

#[test]
fn no_licence_asks_for_more_than_to_be_named() {
    let fine = [
        "MIT",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "Zlib",
        "Unlicense",
        "0BSD",
        "BSL-1.0",
        "ISC",
        "Unicode-3.0",
    ];
    for linked in linked() {
        let alternatives = linked.licence.replace('/', " OR ");
        let is_fine = |licence: &str| {
            licence.split(" AND ").all(|part| fine.contains(&part.trim_matches(['(', ')', ' '])))
        };
        assert!(alternatives.split(" OR ").any(is_fine), "{linked:?}");
    }
}
