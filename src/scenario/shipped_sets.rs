//! The texts of the sets of assumptions that ship with the program, by name.

/// A set by its file in `assumption_sets/`; a further one is a file and a word here.
macro_rules! shipped {
    ($($name:literal),* $(,)?) => {
        /// The names of all shipped sets.
        pub(super) const NAMES: &[&str] = &[$($name),*];
        const TEXTS: &[&str] = &[$(include_str!(concat!("assumption_sets/", $name, ".toml"))),*];
    };
}

shipped! {
    "no_premium_2026",
    "base_2026",
    "survey_2017",
    "history_1971",
    "bitcoin_capm_neutral",
    "bitcoin_issuer_bear",
    "bitcoin_equity_parity",
    "bitcoin_issuer_base",
    "bitcoin_issuer_bull",
}

/// The names of the shipped sets of assumptions.
#[must_use]
pub fn assumption_set_names() -> &'static [&'static str] {
    NAMES
}

/// The text of a shipped set's file: what a set of one's own may start from.
#[must_use]
pub fn assumption_set_text(name: &str) -> Option<&'static str> {
    NAMES.iter().position(|known| *known == name).map(|place| TEXTS[place])
}
