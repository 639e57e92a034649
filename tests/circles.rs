//! No circle of imports among source files, by a reader of our own.
//!
//! An arrow goes from a file that says a name to the file that defines it: in `use` lines and in paths in the code.
//! What is re-exported is followed to where it is defined, and a re-export is an arrow of the file that makes it.
//! Declarations (`mod x;`), visibilities (`pub(in x)`), comments, texts and tests are no arrows.

mod tokens;
mod tree;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use tree::{Arrows, Tree};

/// The circles: sets of two files and more, each of which leads to each other one.
fn circles(arrows: &Arrows) -> Vec<BTreeSet<String>> {
    let mut next: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (from, to) in arrows.keys() {
        next.entry(from).or_default().push(to);
    }
    let reached = |start: &str| {
        let mut reached: BTreeSet<String> = BTreeSet::new();
        let mut open = vec![start.to_string()];
        while let Some(file) = open.pop() {
            for to in next.get(file.as_str()).into_iter().flatten() {
                if reached.insert((*to).to_string()) {
                    open.push((*to).to_string());
                }
            }
        }
        reached
    };
    let all: BTreeMap<&str, BTreeSet<String>> = next.keys().map(|file| (*file, reached(file))).collect();
    let mut circles = BTreeSet::new();
    for (file, reached) in &all {
        if reached.contains(*file) {
            let back =
                |other: &&String| all.get(other.as_str()).is_some_and(|reached| reached.contains(*file));
            circles.insert(reached.iter().filter(back).cloned().collect::<BTreeSet<String>>());
        }
    }
    circles.into_iter().collect()
}

/// A circle in words: its files, and below them the arrows with the names that tie them.
fn told(circle: &BTreeSet<String>, arrows: &Arrows) -> String {
    let mut text =
        format!("{} files: {}\n", circle.len(), circle.iter().cloned().collect::<Vec<_>>().join(", "));
    for ((from, to), names) in arrows {
        if circle.contains(from) && circle.contains(to) {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let _ = writeln!(text, "    {from} -> {to}: {}", names.join(", "));
        }
    }
    text
}

fn read_folder(folder: &Path, root: &Path, files: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_folder(&path, root, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            // Nobody can import the program, which imports the library by its name.
            if name != "main.rs" {
                files.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
}

#[test]
fn no_circle_of_imports_among_source_files() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = vec![];
    read_folder(&root, &root, &mut files);
    let tree = Tree::new(&files);
    let arrows = tree.arrows();
    assert!(arrows.len() > 1000, "the reader sees {} arrows only", arrows.len());
    // Names that only macros define. More would say that the reader has gone blind.
    let lost = tree.lost();
    assert!(lost.len() <= 5, "the reader does not know where these are defined: {lost:#?}");
    let circles = circles(&arrows);
    let told: Vec<String> = circles.iter().map(|circle| told(circle, &arrows)).collect();
    assert!(circles.is_empty(), "{} circles of imports:\n{}", circles.len(), told.concat());
}

/// The circles of a made-up tree, each as its files in order.
fn circles_of(files: &[(&str, &str)]) -> Vec<Vec<String>> {
    let files: Vec<(String, String)> =
        files.iter().map(|(file, text)| ((*file).to_string(), (*text).to_string())).collect();
    circles(&Tree::new(&files).arrows()).into_iter().map(|circle| circle.into_iter().collect()).collect()
}

#[test]
fn a_module_that_defines_what_its_children_use_and_re_exports_them_is_a_circle() {
    let room = "mod child; pub use child::Child; pub struct Shared;";
    let child = "use super::Shared; pub struct Child(Shared);";
    let found = circles_of(&[("lib.rs", "mod room;"), ("room/mod.rs", room), ("room/child.rs", child)]);
    assert_eq!(found, [["room/child.rs", "room/mod.rs"]]);
}

#[test]
fn a_re_export_is_followed_to_the_file_that_defines_the_name() {
    let lib = "mod other; mod room; pub use room::Inner as Outer;";
    let files = |other| {
        [
            ("lib.rs", lib),
            ("room/mod.rs", "mod inner; pub use inner::{Deep, Inner};"),
            ("room/inner.rs", "use crate::other::help; pub struct Inner; pub struct Deep;"),
            ("other.rs", other),
        ]
    };
    let circle = [["other.rs", "room/inner.rs"]];
    assert_eq!(circles_of(&files("use crate::room::Inner; pub fn help(_: Inner) {}")), circle);
    assert_eq!(
        circles_of(&files("use crate::{room::{self as house, Deep}}; pub fn help(_: Deep) {}"))[0].len(),
        3
    );
    assert_eq!(circles_of(&files("pub fn help() { let _ = crate::Outer; }")), circle);
    assert!(circles_of(&files("pub fn help() {}")).is_empty());
}

#[test]
fn a_facade_is_no_circle() {
    let files = [
        ("lib.rs", "mod room; pub use room::{One, Two};"),
        ("room/mod.rs", "//! A room.\nmod one; mod two; pub use one::One; pub(crate) use two::*;"),
        ("room/one.rs", "use crate::room::Two; pub(in crate::room) struct One(Two);"),
        ("room/two.rs", "pub(super) struct Two;"),
    ];
    assert!(circles_of(&files).is_empty());
    let arrows = Tree::new(&files.map(|(file, text)| (file.to_string(), text.to_string()))).arrows();
    let to_two = ("room/one.rs".to_string(), "room/two.rs".to_string());
    assert_eq!(arrows[&to_two], BTreeSet::from(["Two".to_string()]));
}

#[test]
fn paths_in_the_code_count_without_a_use_line() {
    let parent = "mod child; pub struct Limit; fn all() { child::each() }";
    for child in [
        "pub fn each() { let _ = super::Limit; }",
        "pub fn each() -> crate::room::Limit { loop {} }",
        "use crate::room; pub fn each() { let _ = room::Limit; }",
        "use super::*; pub fn each() { let _ = Limit; }",
        "pub fn each() { use super::{self as above}; let _: Vec<above::Limit>; }",
        "mod within { pub fn deep() { let _ = super::super::Limit; } } pub fn each() {}",
        "macro_rules! made { () => { $crate::room::Limit } } pub fn each() { made!(); }",
    ] {
        let found = circles_of(&[("lib.rs", "mod room;"), ("room/mod.rs", parent), ("room/child.rs", child)]);
        assert_eq!(found, [["room/child.rs", "room/mod.rs"]], "{child}");
    }
}

#[test]
fn what_a_macro_defines_is_found_where_it_is_defined() {
    let one = "use crate::two::f; macro_rules! made { ($n:ident) => { pub const $n: u8 = 1; } } made!(NAME);";
    let files = [
        ("lib.rs", "mod one; mod two;"),
        ("one.rs", one),
        ("two.rs", "use crate::one; pub fn f() { one::NAME; }"),
    ];
    assert_eq!(circles_of(&files), [["one.rs", "two.rs"]]);
}

#[test]
fn a_function_with_the_name_of_its_module_ties_nobody_who_passes_through_the_module() {
    let files = [
        ("lib.rs", "mod table;"),
        ("table/mod.rs", "mod cells; mod whole; pub use whole::table;"),
        ("table/whole.rs", "use crate::table::cells::blank; pub fn table() { blank() }"),
        ("table/cells.rs", "use crate::table::cells as own; pub fn blank() { own::blank() }"),
    ];
    assert!(circles_of(&files).is_empty());
}

#[test]
fn tests_comments_and_texts_do_not_count_and_code_after_tests_does() {
    let one = "use crate::two::f; pub struct One;";
    let of = |two| circles_of(&[("lib.rs", "mod one; mod two;"), ("one.rs", one), ("two.rs", two)]);
    for quiet in [
        "pub fn f() {} #[cfg(test)] mod tests { use crate::one::One; }",
        "#[cfg(test)] pub(crate) mod tests { fn t() { let _ = crate::one::One; } } pub fn f() {}",
        "pub fn f() {} #[cfg(test)] #[allow(unused)] fn only() { let _ = crate::one::One; }",
        "pub fn f() {} #[test] fn only() { let _ = crate::one::One; }",
        "#[cfg(test)] use crate::one::One; pub fn f() {}",
        "/// See [`crate::one::One`].\npub fn f() {} /* crate::one::One /* */ crate::one::One */",
        "pub fn f() -> &'static str { let _ = ('\\'', '\"', b'x'); \"crate::one::One \\\" crate::one::One\" }",
        "pub fn f() -> &'static str { r#\"\" crate::one::One\"# }",
    ] {
        assert!(of(quiet).is_empty(), "{quiet}");
    }
    for loud in [
        "#[cfg(test)] mod tests { struct T; } pub fn f() { let _ = crate::one::One; }",
        "#[cfg(not(test))] use crate::one::One; pub fn f() {}",
        "#[cfg(test)] use crate::one::Other; use crate::one::One; pub fn f() {}",
        "pub fn f<'a>(_: &'a str) { let _ = ('\\'', '\"', crate::one::One); }",
    ] {
        assert_eq!(of(loud), [["one.rs", "two.rs"]], "{loud}");
    }
    // A whole file that only tests have.
    let files = [
        ("lib.rs", "mod one; #[cfg(test)] mod two;"),
        ("one.rs", "#[cfg(test)] mod t { use crate::two::f; }"),
    ];
    assert!(circles_of(&[&files[..], &[("two.rs", "use crate::one::One;")]].concat()).is_empty());
}

#[test]
fn circles_that_do_not_touch_are_told_apart_and_named() {
    let mut files = vec![("lib.rs".to_string(), String::new())];
    for (file, other) in [("a", "b"), ("b", "a"), ("c", "d"), ("d", "e"), ("e", "c"), ("f", "a")] {
        files.push((format!("{file}.rs"), format!("use crate::{other}::Name as N; pub struct Name;")));
    }
    let arrows = Tree::new(&files).arrows();
    let circles = circles(&arrows);
    assert_eq!(circles.iter().map(BTreeSet::len).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(
        told(&circles[0], &arrows),
        "2 files: a.rs, b.rs\n    a.rs -> b.rs: Name\n    b.rs -> a.rs: Name\n"
    );
}
