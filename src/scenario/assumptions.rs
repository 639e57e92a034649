//! The shipped sets of assumptions, by name: everything a scenario need not repeat.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::error::{Error, Problem, Result};
use crate::market::AssumptionSet;
use crate::scenario::build::asset::{asset_from, inflation_from};
use crate::scenario::wire::{AssetTable, InflationTable};

/// The names of all sets.
pub(super) const NAMES: [&str; 1] = ["base_2026"];

const TEXTS: [&str; 1] = [include_str!("assumption_sets/base_2026.toml")];

/// A set as its file is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SetFile {
    title: String,
    source: String,
    order: Vec<String>,
    correlation: Vec<Vec<f64>>,
    correlation_provenance: String,
    friction_provenance: String,
    inflation: InflationTable,
    asset: BTreeMap<String, AssetTable>,
}

/// The set of a name; `None` if there is none.
///
/// # Errors
///
/// What is wrong with the embedded text; a test holds every set to have nothing wrong.
#[must_use]
pub fn assumption_set(name: &str) -> Option<Result<AssumptionSet>> {
    let place = NAMES.iter().position(|known| *known == name)?;
    Some(parse(name, TEXTS[place]).map_err(|error| error.within(&format!("assumption set {name}"))))
}

/// The names of the shipped sets of assumptions.
#[must_use]
pub fn assumption_set_names() -> &'static [&'static str] {
    &NAMES
}

fn parse(name: &str, text: &str) -> Result<AssumptionSet> {
    let broken = |message: String| Error::from(Problem { message, ..Problem::default() });
    let file: SetFile = toml::from_str(text).map_err(|error| broken(error.to_string()))?;
    let mut assets = vec![];
    for key in &file.order {
        let table = file.asset.get(key).ok_or_else(|| broken(format!("{key} has no figures")))?;
        assets.push(asset_from(key, table, None).map_err(|error| error.within(key))?);
    }
    let (inflation, inflation_provenance) =
        inflation_from(&file.inflation, None).map_err(|error| error.within("inflation"))?;
    Ok(AssumptionSet {
        name: name.to_string(),
        title: file.title,
        source: file.source,
        assets,
        inflation,
        inflation_provenance,
        correlation: file.correlation,
        correlation_provenance: file.correlation_provenance,
        friction_provenance: file.friction_provenance,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::market::Correlation;

    #[test]
    fn every_shipped_set_is_sound_and_says_where_each_figure_comes_from() {
        for name in NAMES {
            let set = assumption_set(name).unwrap().unwrap();
            assert_eq!(set.correlation.len(), set.assets.len() + 1);
            assert!(set.assets.iter().all(|asset| asset.provenance.len() > 20));
            assert!(Correlation::new(set.correlation).is_ok());
        }
    }

    #[test]
    fn base_2026_has_the_published_smallest_eigenvalue_and_geometric_returns() {
        let set = assumption_set("base_2026").unwrap().unwrap();
        let published =
            [0.0670, 0.0750, 0.0480, 0.0430, 0.0310, 0.0550, 0.0460, 0.1020, 0.0770, 0.0820, 0.0650, 0.0670];
        for (asset, geometric) in set.assets.iter().zip(published) {
            assert!((asset.moments.geometric() - geometric).abs() < 1e-4, "{}", asset.key);
        }
        assert!((set.inflation.geometric() - 0.025).abs() < 1e-4);
        let smallest = Correlation::new(set.correlation).unwrap().smallest_eigenvalue();
        assert!((smallest - 0.0922).abs() < 5e-5, "{smallest}");
    }

    #[test]
    fn private_assets_are_charged_their_wrapper_only() {
        let set = assumption_set("base_2026").unwrap().unwrap();
        let charged = |key: &str| set.assets[set.index_of(key).unwrap()].fees.charged_per_year();
        assert_eq!(charged("private_equity"), 0.0075);
        assert_eq!(charged("bitcoin"), 0.0025);
    }

    #[test]
    fn an_unknown_name_is_no_set() {
        assert!(assumption_set("base_1926").is_none());
    }
}
