//! `market.assumptions`: the sets that a scenario names, and what they have in common.

use crate::error::Error;
use crate::market::{AssumptionSet, Market};
use crate::scenario::assumptions::named_set;
use crate::scenario::companions::Companions;
use crate::scenario::meaning::findings::Findings;
use crate::scenario::wire::{AssumptionsValue, MarketTable};

/// The most sets of one scenario.
const MOST_SETS: usize = 16;

/// The sets that the scenario names, in order; `None` if something is wrong with one.
pub(super) fn chosen(
    table: &MarketTable,
    companions: &Companions<'_>,
    findings: &mut Findings,
) -> Option<Vec<AssumptionSet>> {
    let key = "market.assumptions";
    let names = match &table.assumptions {
        None => return Some(vec![]),
        Some(AssumptionsValue::One(name)) => {
            let set = named_set(name, companions);
            return findings.take(key, set).map(|set| vec![set]);
        }
        Some(AssumptionsValue::Several(names)) => names,
    };
    if names.is_empty() || names.len() > MOST_SETS {
        findings.refuse(
            key,
            format_args!("a list of {}", names.len()),
            format_args!("1 to {MOST_SETS} sets"),
        );
        return None;
    }
    let mut sets: Vec<Option<AssumptionSet>> = vec![];
    for (i, name) in names.iter().enumerate() {
        let key = format!("{key}[{i}]");
        let set = findings.take(&key, named_set(name, companions));
        if let Some(set) = &set
            && sets.iter().flatten().any(|earlier| earlier.name == set.name)
        {
            findings.refuse(key, format_args!("`{name}`"), "a set of another name than those before it");
        }
        sets.push(set);
    }
    sets.into_iter().collect()
}

/// The keys of the assets that all sets have, in the order of the first.
pub(super) fn shared(sets: &[AssumptionSet]) -> Vec<String> {
    let Some((first, further)) = sets.split_first() else { return vec![] };
    let keys = first.assets.iter().map(|asset| asset.key.clone());
    keys.filter(|key| further.iter().all(|set| set.index_of(key).is_some())).collect()
}

/// Assets that some sets have and others do not, each with the first set that lacks it; those that the scenario gives
/// itself are not among them.
pub(super) fn lacking(table: &MarketTable, sets: &[AssumptionSet]) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = vec![];
    for key in sets.iter().flat_map(|set| &set.assets).map(|asset| &asset.key) {
        let lacks = sets.iter().find(|set| set.index_of(key).is_none());
        if let Some(set) = lacks.filter(|_| !table.asset.contains_key(key)) {
            found.push((key.clone(), set.name.clone()));
        }
    }
    found
}

/// The name of the set, if it is one of several.
pub(super) fn lacks<'a>(table: &MarketTable, set: Option<&'a AssumptionSet>) -> Option<&'a str> {
    let is_one_of_several =
        matches!(&table.assumptions, Some(AssumptionsValue::Several(names)) if names.len() > 1);
    set.filter(|_| is_one_of_several).map(|set| set.name.as_str())
}

/// Notes that an asset cannot be used because a set lacks it.
pub(super) fn refuse(key: String, asset: &str, set: &str, findings: &mut Findings) {
    let accepted =
        "an asset that every set of market.assumptions has, or one with its own [market.asset] table";
    findings
        .add(Error::invalid(key, format_args!("`{asset}`"), accepted).help(format!("{set} has no {asset}")));
}

/// Who published the assumptions, with a word if the scenario changed them.
pub(super) fn source(table: &MarketTable, set: Option<&AssumptionSet>, market: &Market) -> String {
    if let Some(history) = market.model.history() {
        return history.source.clone();
    }
    let Some(set) = set else { return "the scenario's own figures".into() };
    let in_market = |key: &String| market.index_of(key).is_some();
    let changed =
        table.asset.keys().any(in_market) || table.inflation.is_some() || !table.correlations.is_empty();
    if changed { format!("{}, changed in the scenario", set.source) } else { set.source.clone() }
}
