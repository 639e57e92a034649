//! Names of folders from names of files: letters that every system takes, and never one folder for two files whose names lose
//! letters.

use sha2::{Digest, Sha256};

use crate::engine::hexadecimal;

/// The longest name or key, in characters; file systems allow more, tables do not.
pub(super) const LONGEST_NAME: usize = 64;

/// A plain name from the stem of a file's name: `Client A` is `client_a`, `Müller` is `m_ller-` and six digits of its own.
pub(super) fn plain_name(stem: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c.to_ascii_lowercase() } else { '_' };
    let mark = mark_of_lost_letters(stem, LONGEST_NAME).map(|mark| format!("-{mark}")).unwrap_or_default();
    let name: String = stem.chars().map(plain).take(LONGEST_NAME - mark.len()).collect();
    let name = name.trim_start_matches(['_', '-']);
    format!("{}{mark}", if name.is_empty() { "scenario" } else { name })
}

/// Six hexadecimal digits of the SHA-256 of a text that loses letters where only `longest` of ASCII are taken; `None` if it
/// loses none.
pub(crate) fn mark_of_lost_letters(text: &str, longest: usize) -> Option<String> {
    let is_lost = !text.is_ascii() || text.len() > longest;
    is_lost.then(|| hexadecimal(&Sha256::digest(text)[..3]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lose_letters_are_told_apart() {
        for (stem, name) in [
            ("default", "default"),
            ("Client A", "client_a"),
            ("my-plan_2", "my-plan_2"),
            ("_x", "x"),
            ("", "scenario"),
        ] {
            assert_eq!(plain_name(stem), name);
        }
        let long = "x".repeat(64);
        let odd = [
            "Müller",
            "Möller",
            "Mu\u{308}ller",
            "計画",
            "退職",
            "M_ller",
            "é",
            &long,
            &format!("{long}y"),
            &format!("{long}z"),
        ];
        for (i, one) in odd.iter().enumerate() {
            let name = plain_name(one);
            assert!(name.len() <= LONGEST_NAME && name.is_ascii(), "{name}");
            for other in &odd[..i] {
                assert_ne!(name, plain_name(other), "{one} and {other}");
            }
        }
        assert!(plain_name("Müller").starts_with("m_ller-"));
        assert!(plain_name("計画").starts_with("scenario-"));
    }
}
