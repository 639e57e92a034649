//! No circle of imports among source files, by a reader of our own.
//!
//! An arrow goes from a file that says a name to the file that defines it: in `use` lines and in paths in the code.
//! What is re-exported is followed to where it is defined, and a re-export is an arrow of the file that makes it.
//! Declarations (`mod x;`), visibilities (`pub(in x)`), comments, texts and tests are no arrows.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// A module as a path from the root of the crate, which is empty.
type Module = Vec<String>;

/// The smallest parts of code that matter here.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    /// A name or a keyword.
    Name(String),
    /// The sign `::`.
    Colons,
    /// Any other sign.
    Sign(char),
}

impl Token {
    fn is(&self, word: &str) -> bool {
        matches!(self, Token::Name(name) if name == word)
    }
}

/// The end of a text between quotes that opens at `start`, where escapes count unless `raw`, closed by `hashes` signs `#`.
fn end_of_text(text: &[char], start: usize, hashes: usize, raw: bool) -> usize {
    let mut at = start + 1;
    while at < text.len() {
        match text[at] {
            '\\' if !raw => at += 1,
            '"' if text[at + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes => {
                return at + 1 + hashes;
            }
            _ => {}
        }
        at += 1;
    }
    at
}

/// The end of a comment between `/*` and `*/`, which may hold others.
fn end_of_block_comment(text: &[char], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0);
    while at + 1 < text.len() {
        match (text[at], text[at + 1]) {
            ('/', '*') => (at, depth) = (at + 2, depth + 1),
            ('*', '/') => (at, depth) = (at + 2, depth - 1),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

/// Code without comments and texts, taken apart.
fn tokens(code: &str) -> Vec<Token> {
    let text: Vec<char> = code.chars().collect();
    let next = |at: usize| text.get(at).copied().unwrap_or(' ');
    let in_name = |c: char| c.is_alphanumeric() || c == '_';
    let mut tokens = vec![];
    let mut at = 0;
    while at < text.len() {
        let sign = text[at];
        if sign == '/' && next(at + 1) == '/' {
            at += text[at..].iter().take_while(|c| **c != '\n').count();
        } else if sign == '/' && next(at + 1) == '*' {
            at = end_of_block_comment(&text, at);
        } else if sign == '"' {
            at = end_of_text(&text, at, 0, false);
        } else if sign == '\'' {
            // A character, or a lifetime.
            let escaped = next(at + 1) == '\\';
            if escaped {
                at += 3;
                at += text[at..].iter().take_while(|c| **c != '\'').count() + 1;
            } else {
                let is_letter = next(at + 2) == '\'';
                at += if is_letter { 3 } else { 1 };
                at += text[at..].iter().take_while(|c| !is_letter && in_name(**c)).count();
            }
        } else if in_name(sign) {
            let name: String = text[at..].iter().take_while(|c| in_name(**c)).collect();
            at += name.chars().count();
            let raw = name == "r" || name == "br";
            let hashes = text[at..].iter().take_while(|c| **c == '#').count();
            if raw && next(at + hashes) == '"' {
                at = end_of_text(&text, at + hashes, hashes, true);
            } else if name == "b" && next(at) == '"' {
                at = end_of_text(&text, at, 0, false);
            } else {
                tokens.push(Token::Name(name));
            }
        } else if sign == ':' && next(at + 1) == ':' {
            tokens.push(Token::Colons);
            at += 2;
        } else {
            if !sign.is_whitespace() {
                tokens.push(Token::Sign(sign));
            }
            at += 1;
        }
    }
    tokens
}

/// The place behind the bracket that closes the one at `open`.
fn behind_bracket(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token {
            Token::Sign('(' | '[' | '{') => depth += 1,
            Token::Sign(')' | ']' | '}') => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    tokens.len()
}

/// The place behind an item that begins at `start`: its semicolon, its closing brace, or the comma of a field.
fn behind_item(tokens: &[Token], start: usize) -> usize {
    let mut at = start;
    while at < tokens.len() {
        match tokens[at] {
            Token::Sign('{') => return behind_bracket(tokens, at),
            Token::Sign('(' | '[') => at = behind_bracket(tokens, at),
            Token::Sign(';' | ',') => return at + 1,
            Token::Sign('}') => return at,
            _ => at += 1,
        }
    }
    at
}

/// Tokens without the items that only tests have, and the child modules among these by name.
fn without_tests(tokens: &[Token]) -> (Vec<Token>, Vec<String>) {
    let (mut kept, mut test_modules, mut at) = (vec![], vec![], 0);
    while at < tokens.len() {
        let opens = tokens[at] == Token::Sign('#') && tokens.get(at + 1) == Some(&Token::Sign('['));
        let end = if opens { behind_bracket(tokens, at + 1) } else { at };
        let attribute = &tokens[at..end];
        let has = |word: &str| attribute.iter().any(|token| token.is(word));
        let of_tests = opens
            && has("test")
            && !has("not")
            && (attribute.get(2).is_some_and(|first| first.is("cfg")) || attribute.len() == 4);
        if !of_tests {
            kept.push(tokens[at].clone());
            at += 1;
            continue;
        }
        let mut start = end;
        while tokens.get(start) == Some(&Token::Sign('#')) {
            start = behind_bracket(tokens, start + 1);
        }
        at = behind_item(tokens, start);
        if let Some(place) = tokens[start..at].iter().position(|token| token.is("mod")) {
            if let Some(Token::Name(name)) = tokens.get(start + place + 1) {
                test_modules.push(name.clone());
            }
        }
    }
    (kept, test_modules)
}

/// A path as it is written, and the name under which a `use` line brings it in.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Used {
    path: Vec<String>,
    /// `None` for `*` and for paths in the code.
    name: Option<String>,
    everything: bool,
}

/// What one module says and defines.
#[derive(Debug, Default)]
struct Content {
    file: String,
    defined: BTreeSet<String>,
    used: Vec<Used>,
    /// All names that are said, for what `use x::*` may bring in.
    said: BTreeSet<String>,
}

/// All paths of the `use` line whose tree begins at `at`, and the place behind the tree.
fn use_tree(tokens: &[Token], mut at: usize, prefix: &[String], out: &mut Vec<Used>) -> usize {
    let mut path = prefix.to_vec();
    loop {
        match tokens.get(at) {
            Some(Token::Name(name)) => {
                if !(name == "self" && !path.is_empty()) {
                    path.push(name.clone());
                }
                at += 1;
            }
            Some(Token::Colons) => {
                at += 1;
                continue;
            }
            Some(Token::Sign('*')) => {
                out.push(Used { path, name: None, everything: true });
                return at + 1;
            }
            Some(Token::Sign('{')) => {
                at += 1;
                while tokens.get(at).is_some_and(|token| *token != Token::Sign('}')) {
                    at = use_tree(tokens, at, &path, out);
                    if tokens.get(at) == Some(&Token::Sign(',')) {
                        at += 1;
                    }
                }
                return at + 1;
            }
            _ => return at + 1,
        }
        match tokens.get(at) {
            Some(Token::Colons) => {}
            Some(Token::Name(word)) if word == "as" => {
                let name = match tokens.get(at + 1) {
                    Some(Token::Name(alias)) => Some(alias.clone()),
                    _ => None,
                };
                out.push(Used { path, name, everything: false });
                return at + 2;
            }
            _ => {
                let name = path.last().cloned();
                out.push(Used { path, name, everything: false });
                return at;
            }
        }
    }
}

/// The source files of a crate by module, taken apart.
#[derive(Debug, Default)]
struct Tree {
    modules: BTreeMap<Module, Content>,
}

/// An arrow's two files, with the names that make it.
type Arrows = BTreeMap<(String, String), BTreeSet<String>>;

impl Tree {
    /// Reads the files, each given by its path from `src` and its text.
    fn new(files: &[(String, String)]) -> Self {
        let mut tree = Self::default();
        let mut of_tests: Vec<Module> = vec![];
        for (file, text) in files {
            let module = module_of(file);
            let (code, test_modules) = without_tests(&tokens(text));
            of_tests.extend(test_modules.iter().map(|name| child(&module, name)));
            tree.read(&module, file, &code);
        }
        tree.modules.retain(|module, _| !of_tests.iter().any(|tests| module.starts_with(tests)));
        tree
    }

    /// Reads the code of one module, which stands in `file`.
    fn read(&mut self, module: &Module, file: &str, tokens: &[Token]) {
        let mut content = Content { file: file.to_string(), ..Content::default() };
        let mut depth = 0_usize;
        let mut at = 0;
        while at < tokens.len() {
            let Token::Name(word) = &tokens[at] else {
                match tokens[at] {
                    Token::Sign('{') => depth += 1,
                    Token::Sign('}') => depth -= 1,
                    _ => {}
                }
                at += 1;
                continue;
            };
            let name = tokens.get(at + 1).and_then(|token| match token {
                Token::Name(name) => Some(name.clone()),
                _ => None,
            });
            match (word.as_str(), name) {
                ("pub", _) if tokens.get(at + 1) == Some(&Token::Sign('(')) => {
                    let behind = behind_bracket(tokens, at + 1);
                    at = match tokens.get(behind) {
                        Some(word) if word.is("use") => use_tree(tokens, behind + 1, &[], &mut content.used),
                        _ => behind,
                    };
                }
                ("pub", Some(name)) if name == "use" => {
                    at = use_tree(tokens, at + 2, &[], &mut content.used);
                }
                ("use", Some(_)) => at = use_tree(tokens, at + 1, &[], &mut content.used),
                ("mod", Some(name)) if tokens.get(at + 2) == Some(&Token::Sign('{')) => {
                    let behind = behind_bracket(tokens, at + 2);
                    self.read(&child(module, &name), file, &tokens[at + 3..behind - 1]);
                    at = behind;
                }
                ("mod", Some(_)) => at += 2,
                ("fn" | "struct" | "enum" | "trait" | "type" | "const" | "static" | "union", Some(name))
                    if depth == 0 =>
                {
                    // The name of `const fn name` is read at `fn`; `static mut` does not occur.
                    content.defined.insert(name);
                    at += if word == "const" { 1 } else { 2 };
                }
                _ => at = path_in_code(tokens, at, &mut content),
            }
        }
        self.modules.insert(module.clone(), content);
    }

    /// The file and name behind a path that module `from` writes; none for what is not of this crate.
    fn resolve(&self, from: &Module, path: &[String], depth: usize) -> BTreeSet<(String, String)> {
        let Some((first, rest)) = path.split_first() else { return BTreeSet::new() };
        match first.as_str() {
            "crate" => self.walk(&vec![], rest, depth),
            "self" => self.walk(from, rest, depth),
            "super" => self.walk(&from[..from.len().saturating_sub(1)].to_vec(), rest, depth),
            _ => self.walk(from, path, depth),
        }
    }

    /// As [`Tree::resolve`], from a module downwards.
    fn walk(&self, module: &Module, path: &[String], depth: usize) -> BTreeSet<(String, String)> {
        let mut found = BTreeSet::new();
        let Some(content) = self.modules.get(module).filter(|_| depth < 30) else { return found };
        let Some((first, rest)) = path.split_first() else {
            found.insert((content.file.clone(), module.last().cloned().unwrap_or_default()));
            return found;
        };
        if first == "super" || first == "self" {
            return self.resolve(module, path, depth + 1);
        }
        if self.modules.contains_key(&child(module, first)) {
            found.extend(self.walk(&child(module, first), rest, depth + 1));
            // A path that goes on can only go on in the module, though a function may have its name.
            if !rest.is_empty() && !found.is_empty() {
                return found;
            }
        }
        if content.defined.contains(first) {
            found.insert((content.file.clone(), first.clone()));
        }
        for used in &content.used {
            // `use x::x;` in a module that has a child `x` would lead back to itself without the step that is taken.
            if used.name.as_ref() == Some(first) && used.path.first() != Some(first) {
                let whole: Vec<String> = used.path.iter().chain(rest).cloned().collect();
                found.extend(self.resolve(module, &whole, depth + 1));
            } else if used.name.as_ref() == Some(first) && used.path.len() > 1 {
                let whole: Vec<String> = used.path[1..].iter().chain(rest).cloned().collect();
                found.extend(self.walk(&child(module, &used.path[0]), &whole, depth + 1));
            }
        }
        if found.is_empty() {
            for used in content.used.iter().filter(|used| used.everything) {
                let whole: Vec<String> = used.path.iter().chain(path).cloned().collect();
                found.extend(self.resolve(module, &whole, depth + 1));
            }
        }
        found
    }

    /// As [`Tree::resolve`]; what only a macro defines is looked for where its path leads.
    fn found(&self, from: &Module, path: &[String]) -> BTreeSet<(String, String)> {
        let whole = (1..=path.len()).rev().map(|length| self.resolve(from, &path[..length], 0));
        whole.into_iter().find(|found| !found.is_empty()).unwrap_or_default()
    }

    /// All arrows between different files.
    fn arrows(&self) -> Arrows {
        let mut arrows = Arrows::new();
        for (module, content) in &self.modules {
            let mut add = |found: BTreeSet<(String, String)>| {
                for (file, name) in found.into_iter().filter(|(file, _)| *file != content.file) {
                    arrows.entry((content.file.clone(), file)).or_default().insert(name);
                }
            };
            for used in &content.used {
                add(self.found(module, &used.path));
                for name in content.said.iter().filter(|_| used.everything) {
                    add(self.resolve(module, &[used.path.clone(), vec![name.clone()]].concat(), 0));
                }
            }
        }
        arrows
    }
}

/// Reads a path or a single name in the code; the place behind it.
fn path_in_code(tokens: &[Token], start: usize, content: &mut Content) -> usize {
    let mut path = vec![];
    let mut at = start;
    while let Some(Token::Name(name)) = tokens.get(at) {
        content.said.insert(name.clone());
        path.push(name.clone());
        if tokens.get(at + 1) != Some(&Token::Colons) {
            break;
        }
        at += 2;
    }
    // What stands behind `::` here belongs to a type in brackets, as in `<T as Trait>::name`.
    let before = start.checked_sub(1).map(|before| &tokens[before]);
    if path.len() > 1 && before != Some(&Token::Colons) {
        content.used.push(Used { path, name: None, everything: false });
    }
    at.max(start) + 1
}

fn child(module: &[String], name: &str) -> Module {
    [module, &[name.to_string()]].concat()
}

/// The module that a file holds, by its path from `src`.
fn module_of(file: &str) -> Module {
    let mut module: Module = file.trim_end_matches(".rs").split('/').map(str::to_string).collect();
    if matches!(module.last().map(String::as_str), Some("mod" | "lib")) {
        module.pop();
    }
    module
}

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
            text += &format!("    {from} -> {to}: {}\n", names.join(", "));
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
    let arrows = Tree::new(&files).arrows();
    assert!(arrows.len() > 500, "the reader sees {} arrows only", arrows.len());
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
