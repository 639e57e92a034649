//! The house rules that no compiler checks: imports go down the floors only, and some words belong to one room.

use std::fs;
use std::path::{Path, PathBuf};

/// The floor of a room; `None` for a file that belongs to no room.
fn floor(room: &str) -> Option<u32> {
    Some(match room {
        "error" => 0,
        "math" => 1,
        "statistics" => 2,
        "market" => 3,
        "participant" | "policy" | "calibration" => 4,
        "engine" => 5,
        "study" => 6,
        "scenario" => 7,
        "report" => 8,
        "cli" | "main" => 9,
        _ => return None,
    })
}

fn source_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = vec![];
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(source_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The lines of a text without the items that only tests have, wherever they stand.
///
/// In code as `rustfmt` leaves it an item ends at the first line that closes a brace at its own depth, or at a semicolon.
fn without_tests(text: &str) -> Vec<&str> {
    let mut kept = vec![];
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.trim() != "#[cfg(test)]" {
            kept.push(line);
            continue;
        }
        let depth = &line[..line.len() - line.trim_start().len()];
        let end = format!("{depth}}}");
        let is_last = |line: &&str| {
            let is_attribute = line.trim_start().starts_with("#[");
            *line == end
                || (!is_attribute
                    && line.starts_with(depth)
                    && line.ends_with(';')
                    && !line[depth.len()..].starts_with(' '))
        };
        lines.find(is_last);
    }
    kept
}

#[test]
fn code_after_tests_is_read_and_tests_are_not() {
    let text = "one\n#[cfg(test)]\nmod sample;\ntwo\n#[cfg(test)]\n#[allow(unused)]\nmod tests {\n    fn t() {}\n\n    let s;\n}\nthree\n    \
                #[cfg(test)]\n    fn only() {\n        {\n        }\n    }\n    four\n";
    assert_eq!(without_tests(text), ["one", "two", "three", "    four"]);
}

/// Every source file: its path from `src`, its room, and its text without tests and without comments.
fn sources() -> Vec<(String, String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = vec![];
    for path in source_files(&folder) {
        let name = path.strip_prefix(&folder).unwrap().to_string_lossy().replace('\\', "/");
        let room = name.split(['/', '.']).next().unwrap().to_string();
        let text = fs::read_to_string(&path).unwrap();
        let mut code = without_tests(&text);
        code.retain(|line| !line.trim_start().starts_with("//"));
        sources.push((name, room, code.join("\n")));
    }
    assert!(sources.len() > 40, "the source tree was not found");
    sources
}

#[test]
fn imports_go_down_the_floors_only() {
    let mut wrong = vec![];
    for (name, room, code) in sources() {
        let Some(own) = floor(&room) else { continue };
        for used in code.split("crate::").skip(1) {
            let target: String = used.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            match floor(&target) {
                Some(other) if other >= own && target != room => wrong.push(format!("{name} uses {target}")),
                _ => {}
            }
        }
    }
    assert!(wrong.is_empty(), "imports that do not go down: {wrong:#?}");
}

#[test]
fn every_file_begins_by_saying_what_it_is() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for path in source_files(&root) {
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("//! "), "{} has no opening sentence", path.display());
    }
}

#[test]
fn some_words_belong_to_one_room() {
    let rules: [(&str, &[&str]); 10] = [
        ("std::fs", &["report", "cli", "main", "scenario/companions.rs"]),
        ("std::time", &["cli", "main"]),
        ("rayon", &["engine/run/threads.rs", "calibration/mod.rs"]),
        ("std::thread", &["engine/run/threads.rs"]),
        ("clap::", &["cli", "main"]),
        ("anyhow", &["cli", "main"]),
        ("toml::", &["scenario"]),
        ("plotters", &["report/chart"]),
        ("argmin", &["calibration/optimise.rs"]),
        ("statrs", &["calibration"]),
    ];
    let mut wrong = vec![];
    for (name, _, code) in sources() {
        for (word, allowed) in rules {
            let at_home = allowed.iter().any(|home| name.starts_with(home));
            if code.contains(word) && !at_home {
                wrong.push(format!("{name} says {word}"));
            }
        }
    }
    assert!(wrong.is_empty(), "words out of their rooms: {wrong:#?}");
}

#[test]
fn the_arithmetic_that_differs_between_machines_is_not_used_below_the_report() {
    // Library functions whose last bit, or fused instructions whose rounding, depends on the machine.
    let forbidden = [
        ".mul_add(",
        ".exp()",
        ".ln()",
        ".ln_1p()",
        ".exp_m1()",
        ".powf(",
        ".sin()",
        ".cos()",
        ".tanh()",
        ".dot(",
    ];
    let mut wrong = vec![];
    for (name, room, code) in sources() {
        if floor(&room).is_some_and(|floor| floor <= 7) {
            wrong.extend(forbidden.iter().filter(|w| code.contains(**w)).map(|w| format!("{name} says {w}")));
        }
    }
    assert!(wrong.is_empty(), "arithmetic that is not portable: {wrong:#?}");
}

#[test]
fn only_the_streams_module_constructs_a_generator() {
    for (name, _, code) in sources() {
        let constructs = code.contains("philox4x32(") || code.contains("seed_from_u64");
        let at_home = name == "math/streams.rs" || name == "math/philox.rs";
        assert!(!constructs || at_home, "{name} constructs a generator");
    }
}
