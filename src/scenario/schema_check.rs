//! Holds a document against the JSON Schema: unknown keys, missing ones, and values of the wrong sort, all
//! of them in one pass. What is wrong is cut out, so that the rest can be read and checked further.

use std::sync::LazyLock;

use serde_json::{Map, Value as Json};

use crate::error::Problem;
use crate::scenario::branch::{admits, branches, in_words, words_of};
use crate::scenario::document::{Entry, Node, Value};
use crate::scenario::sources::{Sources, Span};
use crate::scenario::suggest;

/// The most problems that are kept: more than are ever reported, and few enough that what is done with each pair of them
/// takes no time.
pub(super) const MOST_KEPT: usize = 400;

/// What is wrong with a document.
pub(super) struct Findings {
    /// The first problems that were found, [`MOST_KEPT`] at most.
    pub problems: Vec<Problem>,
    /// How many more there were.
    pub beyond: usize,
    /// Keys that unknown ones were probably meant to be; that they are missing is no news.
    pub probably_meant: Vec<String>,
}

/// Checks the whole document; afterwards it holds only what the schema accepts.
pub(super) fn check(root: &mut Node, schema: &'static Json, sources: &Sources) -> Findings {
    let findings = Findings { problems: vec![], beyond: 0, probably_meant: vec![] };
    let mut checker = Checker { schema, sources, findings };
    checker.keep(root, schema, "");
    checker.findings
}

static NO_KEYS: LazyLock<Map<String, Json>> = LazyLock::new(Map::new);

struct Checker<'a> {
    /// The whole schema, in which references are looked up.
    schema: &'static Json,
    sources: &'a Sources,
    findings: Findings,
}

impl Checker<'_> {
    /// Whether the node may stay; its own wrong parts are cut out.
    fn keep(&mut self, node: &mut Node, schema: &'static Json, key: &str) -> bool {
        let Some(branch) = branches(self.schema, schema).into_iter().find(|branch| admits(branch, node))
        else {
            self.refuse(node, key, self.accepted(schema), None);
            return false;
        };
        match &mut node.value {
            Value::Table(entries) => self.keep_entries(entries, branch, key, &node.span),
            Value::List(items) => self.keep_items(items, branch, key, &node.span),
            Value::Text(word) => {
                let words = words_of(branch);
                let known = words.is_empty() || words.contains(&word.as_str());
                if !known {
                    let help = suggest::nearest(word, words).map(|word| format!("did you mean `{word}`?"));
                    self.refuse(node, key, self.accepted(schema), help);
                }
                known
            }
            Value::Float(x) if !x.is_finite() => {
                self.refuse(node, key, "must be a finite number".into(), None);
                false
            }
            Value::Float(x) if branch.get("type") == Some(&Json::from("integer")) => {
                node.value = Value::Integer(*x as i128);
                true
            }
            _ => true,
        }
    }

    fn keep_entries(
        &mut self,
        entries: &mut Vec<Entry>,
        schema: &'static Json,
        key: &str,
        span: &Span,
    ) -> bool {
        let known = schema.get("properties").and_then(Json::as_object).unwrap_or(&NO_KEYS);
        let any = schema.get("additionalProperties").filter(|any| any.is_object());
        entries.retain_mut(|entry| {
            let path = joined(key, &entry.name);
            if let Some(schema) = known.get(&entry.name).or(any) {
                return self.keep(&mut entry.node, schema, &path);
            }
            self.unknown(entry, key, known);
            false
        });
        let required = schema.get("required").and_then(Json::as_array).into_iter().flatten();
        let mut complete = true;
        for name in required.filter_map(Json::as_str) {
            if !entries.iter().any(|entry| entry.name == name) {
                complete = false;
                let schema = known.get(name).unwrap_or(&Json::Null);
                self.missing(joined(key, name), schema, span);
            }
        }
        complete
    }

    fn keep_items(&mut self, items: &mut [Node], schema: &'static Json, key: &str, span: &Span) -> bool {
        let least = schema.get("minItems").and_then(Json::as_u64);
        let most = schema.get("maxItems").and_then(Json::as_u64);
        let count = items.len() as u64;
        if least.is_some_and(|least| count < least) || most.is_some_and(|most| count > most) {
            self.push(|checker| Problem {
                key: key.to_string(),
                found: Some(format!("a list of {count}")),
                message: format!("must be {}", in_words(schema)),
                help: None,
                location: Some(checker.sources.locate(span)),
            });
            return false;
        }
        let Some(item_schema) = schema.get("items") else { return true };
        let mut whole = true;
        for (i, item) in items.iter_mut().enumerate() {
            whole &= self.keep(item, item_schema, &format!("{key}[{i}]"));
        }
        whole
    }

    /// Keeps a problem, or counts it if there are enough.
    fn push(&mut self, problem: impl FnOnce(&Self) -> Problem) {
        if self.findings.problems.len() < MOST_KEPT {
            let problem = problem(self);
            self.findings.problems.push(problem);
        } else {
            self.findings.beyond += 1;
        }
    }

    fn refuse(&mut self, node: &Node, key: &str, message: String, help: Option<String>) {
        self.push(|checker| Problem {
            key: key.to_string(),
            found: Some(match node.value {
                Value::Table(_) | Value::List(_) => node.kind().to_string(),
                _ => checker.sources.quote(&node.span),
            }),
            message,
            help,
            location: Some(checker.sources.locate(&node.span)),
        });
    }

    fn unknown(&mut self, entry: &Entry, within: &str, known: &Map<String, Json>) {
        if self.findings.problems.len() >= MOST_KEPT {
            self.findings.beyond += 1;
            return;
        }
        let names = known.keys().map(String::as_str).filter(|name| !name.starts_with('$'));
        let meant = suggest::nearest(&entry.name, names.clone());
        self.findings.probably_meant.extend(meant.map(|name| joined(within, name)));
        self.push(|checker| Problem {
            key: joined(within, &entry.name),
            found: None,
            message: "is not a known key".into(),
            help: Some(suggest::help(&entry.name, names)),
            location: Some(checker.sources.locate(&entry.name_span)),
        });
    }

    fn missing(&mut self, key: String, schema: &'static Json, span: &Span) {
        // A key that was there but wrong has been reported already.
        if self.findings.problems.iter().any(|problem| problem.key == key) {
            return;
        }
        let wanted: Vec<String> =
            branches(self.schema, schema).iter().map(|branch| in_words(branch)).collect();
        self.push(|checker| Problem {
            key,
            found: None,
            message: format!("is missing; give {}", wanted.join(" or ")),
            help: None,
            location: Some(checker.sources.locate(span)),
        });
    }

    fn accepted(&self, schema: &'static Json) -> String {
        let wanted: Vec<String> =
            branches(self.schema, schema).iter().map(|branch| in_words(branch)).collect();
        format!("must be {}", wanted.join(" or "))
    }
}

fn joined(key: &str, name: &str) -> String {
    if key.is_empty() { name.to_string() } else { format!("{key}.{name}") }
}
