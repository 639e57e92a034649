//! Weights by asset as written → one number for each asset of the market, by age.

use std::collections::BTreeMap;

use crate::error::{Error, Problem, Result};
use crate::policy::{Allocation, NamedGlidePath, WeightPoint};
use crate::scenario::meaning::findings::{Findings, each_problem};
use crate::scenario::meaning::market::Universe;
use crate::scenario::wire::{PolicyTable, WeightsAtAge};

type Named = BTreeMap<String, f64>;

/// Ages between which the default bond part moves from nominal bonds into TIPS, and their share at the end.
const TIPS_FROM: f64 = 55.0;
const TIPS_UNTIL: f64 = 65.0;
const TIPS_SHARE: f64 = 0.25;

/// A weight for each asset of the market; unknown assets and weights outside 0 to 1 are reported under `key`.
fn vector(named: &Named, key: &str, universe: &Universe, findings: &mut Findings) -> Option<Vec<f64>> {
    let mut weights = vec![0.0; universe.keys.len()];
    let mut sound = true;
    for (name, &weight) in named {
        let key = format!("{key}.{name}");
        match universe.index_of(name) {
            None => {
                universe.unknown(key, name, findings);
                sound = false;
            }
            Some(_) if !(0.0..=1.0).contains(&weight) => {
                findings.refuse(key, weight, "a weight from 0 to 1");
                sound = false;
            }
            Some(i) => weights[i] = weight,
        }
    }
    sound.then_some(weights)
}

/// As [`vector`], for weights that sum to one.
fn whole(named: &Named, key: &str, universe: &Universe, findings: &mut Findings) -> Option<Vec<f64>> {
    let weights = vector(named, key, universe, findings)?;
    let checked = Allocation::fixed(weights.clone()).map_err(|error| rekeyed(error, key));
    findings.take("", checked).map(|_| weights)
}

/// The error with its key replaced: the domain says "weights" where the file may say "equity".
fn rekeyed(error: Error, key: &str) -> Error {
    each_problem(error, |problem| Problem { key: key.to_string(), ..problem })
}

/// The points of `weights_by_age` or `sleeve_by_age`.
pub(super) fn points(
    written: &[WeightsAtAge],
    key: &str,
    sums_to_one: bool,
    universe: &Universe,
    findings: &mut Findings,
) -> Option<Vec<WeightPoint>> {
    let mut points = vec![];
    let mut sound = true;
    let mut last = f64::NEG_INFINITY;
    for (i, point) in written.iter().enumerate() {
        let place = format!("{key}[{i}].weights");
        let weights = if sums_to_one {
            whole(&point.weights, &place, universe, findings)
        } else {
            vector(&point.weights, &place, universe, findings)
        };
        if !(point.age > last && point.age <= 200.0) {
            let accepted = "an age up to 200, above that of the point before";
            findings.refuse(format!("{key}[{i}].age"), point.age, accepted);
            sound = false;
        }
        last = point.age;
        match weights {
            Some(weights) => points.push(WeightPoint { age: point.age, weights }),
            None => sound = false,
        }
    }
    if written.is_empty() {
        findings.refuse(key, "an empty list", "at least one point");
        sound = false;
    }
    sound.then_some(points)
}

/// The weights of a policy before sleeves.
pub(super) fn base(
    table: &PolicyTable,
    key: &str,
    universe: &Universe,
    findings: &mut Findings,
) -> Option<Allocation> {
    let given = [table.weights.is_some(), table.weights_by_age.is_some(), table.glide_path.is_some()];
    match given.into_iter().filter(|given| *given).count() {
        0 => {
            findings.missing(format!("{key}.weights"), "give weights, weights_by_age or glide_path");
            return None;
        }
        1 => {}
        _ => {
            let accepted = "given by exactly one of weights, weights_by_age and glide_path";
            findings.refuse(key, "a policy with several sorts of weights", accepted);
            return None;
        }
    }
    if let Some(name) = &table.glide_path {
        return glide_path(name, table, key, universe, findings);
    }
    for (name, part) in [("equity", &table.equity), ("bonds", &table.bonds)] {
        if part.is_some() {
            findings.refuse(format!("{key}.{name}"), "given without glide_path", "left out");
        }
    }
    if let Some(named) = &table.weights {
        let weights = whole(named, &format!("{key}.weights"), universe, findings)?;
        return findings.take(key, Allocation::fixed(weights));
    }
    let written = table.weights_by_age.as_deref().unwrap_or_default();
    let points = points(written, &format!("{key}.weights_by_age"), true, universe, findings)?;
    findings.take(key, Allocation::by_age(points))
}

fn glide_path(
    name: &str,
    table: &PolicyTable,
    key: &str,
    universe: &Universe,
    findings: &mut Findings,
) -> Option<Allocation> {
    let known = NamedGlidePath::ALL.map(NamedGlidePath::as_str);
    let Some(path) = NamedGlidePath::ALL.into_iter().find(|path| path.as_str() == name) else {
        findings.unknown(format!("{key}.glide_path"), name, "a glide path by name", known);
        return None;
    };
    let equity = match &table.equity {
        Some(weights) => whole(weights, &format!("{key}.equity"), universe, findings),
        None => default_part(&[("us_equity", 0.6), ("intl_equity", 0.4)], "equity", key, universe, findings),
    };
    let bonds = match &table.bonds {
        Some(weights) => whole(weights, &format!("{key}.bonds"), universe, findings),
        None => default_part(&[("us_bonds", 1.0)], "bonds", key, universe, findings),
    };
    let bonds = if table.bonds.is_some() {
        bonds.and_then(|weights| findings.take(key, Allocation::fixed(weights)))
    } else {
        bonds.and_then(|weights| findings.take(key, with_tips(weights, universe)))
    };
    let equity = equity.and_then(|weights| findings.take(key, Allocation::fixed(weights)));
    findings.take(key, Allocation::glide_path(path, equity?, bonds?))
}

/// The default split of a part; its assets must be in the market.
fn default_part(
    part: &[(&str, f64)],
    name: &str,
    key: &str,
    universe: &Universe,
    findings: &mut Findings,
) -> Option<Vec<f64>> {
    let mut weights = vec![0.0; universe.keys.len()];
    for (asset, weight) in part {
        let Some(i) = universe.index_of(asset) else {
            let advice = format!("this market has no {asset}, so say which assets the {name} part holds");
            findings.missing(format!("{key}.{name}"), advice);
            return None;
        };
        weights[i] = *weight;
    }
    Some(weights)
}

/// The default bond part: from an age on a share of it moves into TIPS, if the market has them.
fn with_tips(bonds: Vec<f64>, universe: &Universe) -> Result<Allocation> {
    let nominal = Allocation::fixed(bonds)?;
    let Some(tips) = universe.index_of("tips") else { return Ok(nominal) };
    let mut weights = vec![0.0; universe.keys.len()];
    weights[tips] = 1.0;
    let share = [(TIPS_FROM, 0.0), (TIPS_UNTIL, TIPS_SHARE)];
    Allocation::mixed(&share, Allocation::fixed(weights)?, nominal)
}

/// The points of a policy's sleeve; empty without one, `None` if something is wrong with it.
pub(super) fn sleeve(
    table: &PolicyTable,
    key: &str,
    universe: &Universe,
    findings: &mut Findings,
) -> Option<Vec<WeightPoint>> {
    match (&table.sleeve, &table.sleeve_by_age) {
        (Some(_), Some(_)) => {
            findings.refuse(
                format!("{key}.sleeve_by_age"),
                "given beside sleeve",
                "left out, or sleeve must be",
            );
            None
        }
        (Some(named), None) => {
            let weights = vector(named, &format!("{key}.sleeve"), universe, findings)?;
            Some(vec![WeightPoint { age: 0.0, weights }])
        }
        (None, Some(written)) => points(written, &format!("{key}.sleeve_by_age"), false, universe, findings),
        (None, None) => Some(vec![]),
    }
}
