//! What the figures of an overlay are for: a scenario's market, or a set of assumptions.

use crate::scenario::meaning::findings::Findings;

/// What the figures of an overlay are for.
#[derive(Clone, Copy)]
pub(super) struct Ground<'a> {
    /// The assets by key, in order.
    pub assets: &'a [String],
    /// Whether they are those of a set of assumptions, for whose assets the program has figures of its own.
    pub in_a_set: bool,
    /// What comes before the overlay's key in the file: `market.` in a scenario, nothing in a set.
    pub prefix: &'static str,
    /// What a figure's source is called that the file gives without one; `None` if it has to name one.
    pub own: Option<&'static str>,
}

impl Ground<'_> {
    /// Whether there is such an asset; reported under `table` if not.
    pub fn knows(&self, table: &str, asset: &str, findings: &mut Findings) -> bool {
        let known = self.assets.iter().any(|key| key == asset);
        if !known {
            let names = self.assets.iter().map(String::as_str);
            let whose =
                if self.prefix.is_empty() { "an asset of this set" } else { "an asset of this market" };
            findings.unknown(format!("{table}.{asset}"), asset, whose, names);
        }
        known
    }

    /// Sources in the order of the assets.
    pub fn in_order(&self, sources: &mut [(String, String)]) {
        sources.sort_by_key(|(asset, _)| self.assets.iter().position(|key| key == asset));
    }

    /// The source of figures that a table gives itself; reported if a set does not name it.
    pub fn source(&self, table: &str, written: Option<&str>, findings: &mut Findings) -> String {
        match (written.map(str::trim).filter(|text| !text.is_empty()), self.own) {
            (Some(text), _) => text.to_string(),
            (None, Some(own)) => own.to_string(),
            (None, None) => {
                findings.missing(format!("{table}.provenance"), "say where the figures come from");
                String::new()
            }
        }
    }
}
