//! `contents.json`: what this program wrote to a folder, for which plan, and the SHA-256 of each file. Whatever is not in it is
//! the user's own.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::engine::hexadecimal;
use crate::report::files::NamedFile;
use crate::report::pretty_json::pretty;

/// The name of the file.
pub(super) const CONTENTS: &str = "contents.json";

/// What the program wrote to one folder, by command.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Contents {
    pub program: Program,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub commands: BTreeMap<String, Section>,
}

/// Who wrote it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Program {
    pub name: String,
    pub version: String,
}

impl Default for Program {
    fn default() -> Self {
        Self { name: env!("CARGO_PKG_NAME").to_string(), version: env!("CARGO_PKG_VERSION").to_string() }
    }
}

/// What one command wrote.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Section {
    /// The scenario, or the table, by name.
    pub name: String,
    /// Its title, for people.
    pub title: String,
    /// What makes it this plan (or table) and no other.
    pub identity: String,
    /// Files by their path from the folder, with `/`, and the SHA-256 of each.
    pub files: BTreeMap<String, String>,
}

impl Contents {
    /// What is told of a folder; nothing if nothing is.
    pub(super) fn of(folder: &Path) -> Self {
        let told = fs::read(folder.join(CONTENTS)).ok();
        told.and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .filter(|found: &Self| found.program.name == Program::default().name)
            .unwrap_or_default()
    }

    /// Whether a file, by its path from the folder, is this program's.
    pub(super) fn has(&self, file: &str) -> bool {
        (file == CONTENTS && !self.commands.is_empty())
            || self.commands.values().any(|section| section.files.contains_key(file))
    }

    /// As JSON.
    pub(super) fn to_json(&self) -> String {
        // Names and digests: nothing that JSON lacks.
        serde_json::to_value(self).map(|value| pretty(&value)).unwrap_or_default() + "\n"
    }
}

/// SHA-256 in hexadecimal.
pub(super) fn digest(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// The files with the SHA-256 of each.
pub(super) fn digests(files: &[NamedFile]) -> BTreeMap<String, String> {
    files.iter().map(|file| (file.name.clone(), digest(&file.bytes))).collect()
}
