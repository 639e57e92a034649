//! The assets of a market by key, and sources in words.

use crate::error::{Error, Result};

/// Sources in words, assets of one source together: `gold, bitcoin: our judgement; cash: a survey`.
pub(super) fn in_words(sources: &[(String, String)]) -> String {
    let mut groups: Vec<(&str, Vec<&str>)> = vec![];
    for (asset, source) in sources {
        match groups.iter_mut().find(|(known, _)| known == source) {
            Some((_, assets)) => assets.push(asset),
            None => groups.push((source, vec![asset])),
        }
    }
    let parts: Vec<String> =
        groups.iter().map(|(source, assets)| format!("{}: {source}", assets.join(", "))).collect();
    parts.join("; ")
}

/// The keys of the market's assets.
#[derive(Clone, Copy)]
pub(super) struct Known<'a>(pub(super) &'a [&'a str]);

impl Known<'_> {
    /// Refuses an asset that is not in the market, named in the table `key`.
    pub(super) fn check(self, key: &str, asset: &str) -> Result<()> {
        if self.0.contains(&asset) {
            return Ok(());
        }
        let accepted = format!("one of the market's assets: {}", self.0.join(", "));
        Err(Error::invalid(format!("{key}.{asset}"), format_args!("`{asset}`"), accepted))
    }
}
