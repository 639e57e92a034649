//! The source files of a crate by module, and the arrows between them.

use std::collections::{BTreeMap, BTreeSet};

use super::tokens::{Token, behind_bracket, tokens, without_tests};

/// A module as a path from the root of the crate, which is empty.
type Module = Vec<String>;

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
                if name != "self" || path.is_empty() {
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
pub struct Tree {
    modules: BTreeMap<Module, Content>,
}

/// An arrow's two files, with the names that make it.
pub type Arrows = BTreeMap<(String, String), BTreeSet<String>>;

impl Tree {
    /// Reads the files, each given by its path from `src` and its text.
    pub fn new(files: &[(String, String)]) -> Self {
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

    /// Paths within the crate whose last name no file defines, each with its file.
    pub fn lost(&self) -> Vec<String> {
        let within = |used: &&Used| ["crate", "self", "super"].contains(&used.path[0].as_str());
        let of_module = |(module, content): (&Module, &Content)| -> Vec<String> {
            let lost = content
                .used
                .iter()
                .filter(within)
                .filter(|used| self.resolve(module, &used.path, 0).is_empty());
            lost.map(|used| format!("{}: {}", content.file, used.path.join("::"))).collect()
        };
        self.modules.iter().flat_map(of_module).collect()
    }

    /// All arrows between different files.
    pub fn arrows(&self) -> Arrows {
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
