//! The correlation matrix of a market: the pairs of an assumption set with those that a scenario changes.

use crate::error::Problem;
use crate::market::{Asset, AssumptionSet, Correlation, ReturnMoments};
use crate::scenario::meaning::findings::{Findings, each_problem};
use crate::scenario::wire::{Correlations, MarketTable, RepairWord};

const INFLATION: &str = "inflation";
const REPAIR_HELP: &str =
    "change the pairs given here, or set market.repair = \"nearest\" to use the nearest valid matrix";

/// The matrix of `assets`, inflation (if it is known) last, and where it comes from.
pub(super) fn build(
    table: &MarketTable,
    assets: &[Asset],
    inflation: Option<ReturnMoments>,
    set: Option<&AssumptionSet>,
    findings: &mut Findings,
) -> (Option<Correlation>, String) {
    let keys: Vec<&str> = assets.iter().map(|asset| asset.key.as_str()).chain([INFLATION]).collect();
    let mut rows = set.map_or_else(|| independent(keys.len()), |set| set.correlation_of(&keys));
    let sound = change(&mut rows, &table.correlations, "market.correlations", &keys, findings);
    let moves = moving(assets.iter().map(|asset| Some(asset.moments)), inflation);
    let matrix = if sound { accept(&rows, &moves, &keys, table, findings) } else { None };
    (matrix, provenance(table, set))
}

/// Which series have a volatility, inflation last; those that are not known count as having one.
pub(super) fn moving(
    assets: impl Iterator<Item = Option<ReturnMoments>>,
    inflation: Option<ReturnMoments>,
) -> Vec<bool> {
    assets.chain([inflation]).map(|moments| moments.is_none_or(|moments| moments.log_sd() > 0.0)).collect()
}

/// The matrix of series that have nothing to do with each other.
pub(super) fn independent(size: usize) -> Vec<Vec<f64>> {
    (0..size).map(|i| (0..size).map(|j| f64::from(u8::from(i == j))).collect()).collect()
}

/// Writes pairs, which stand under `place`, into the matrix; `false` if one of them is refused.
pub(super) fn change(
    rows: &mut [Vec<f64>],
    pairs: &Correlations,
    place: &str,
    keys: &[&str],
    findings: &mut Findings,
) -> bool {
    let mut written: Vec<(usize, usize)> = vec![];
    let mut sound = true;
    for (first, others) in pairs {
        for (second, &value) in others {
            let Some((i, j)) = pair((place, first, second), value, keys, &written, findings) else {
                sound = false;
                continue;
            };
            (rows[i][j], rows[j][i]) = (value, value);
            written.extend([(i, j), (j, i)]);
        }
    }
    sound
}

/// The places of a pair in the matrix, unless something is wrong with it.
fn pair(
    (place, first, second): (&str, &str, &str),
    value: f64,
    keys: &[&str],
    written: &[(usize, usize)],
    findings: &mut Findings,
) -> Option<(usize, usize)> {
    let index = |key: &str| keys.iter().position(|known| *known == key);
    let accepted = "an asset of this market, or inflation";
    let key = format!("{place}.{first}");
    let Some(i) = index(first) else {
        findings.unknown(key, first, accepted, keys.iter().copied());
        return None;
    };
    let key = format!("{key}.{second}");
    let Some(j) = index(second) else {
        findings.unknown(key, second, accepted, keys.iter().copied());
        return None;
    };
    let accepted = if i == j {
        "left out: the correlation with itself is 1".to_string()
    } else if !(-1.0..=1.0).contains(&value) {
        "a number from -1 to 1".to_string()
    } else if written.contains(&(i, j)) {
        format!("left out: the pair is already given under {second}")
    } else {
        return Some((i, j));
    };
    findings.refuse(key, value, accepted);
    None
}

fn accept(
    rows: &[Vec<f64>],
    moves: &[bool],
    keys: &[&str],
    table: &MarketTable,
    findings: &mut Findings,
) -> Option<Correlation> {
    let rename = |error| {
        each_problem(error, |problem| Problem {
            key: "correlations".into(),
            help: problem.help.as_ref().map(|_| REPAIR_HELP.to_string()),
            ..problem
        })
    };
    let accepted = match table.repair {
        None => Correlation::of_moving(rows.to_vec(), moves).map(|matrix| (matrix, 0.0)),
        Some(RepairWord::Nearest) => Correlation::nearest_of_moving(rows.to_vec(), moves),
    };
    let (matrix, distance) = findings.take("market", accepted.map_err(rename))?;
    let pairs = || (0..rows.len()).flat_map(|i| (0..i).map(move |j| (i, j)));
    let changed = |k: usize| pairs().any(|(i, j)| (i == k || j == k) && matrix.get(i, j) != rows[i][j]);
    let left_out: Vec<&str> = (0..rows.len()).filter(|&k| !moves[k] && changed(k)).map(|k| keys[k]).collect();
    if !left_out.is_empty() {
        findings.warn(format!(
            "the correlations of {} are left out, because a series without volatility has none: with them those of the \
             others would not be positive definite",
            left_out.join(" and ")
        ));
    }
    if distance > 0.0 {
        let largest = pairs()
            .filter(|&(i, j)| moves[i] && moves[j])
            .map(|(i, j)| (matrix.get(i, j) - rows[i][j]).abs())
            .fold(0.0, f64::max);
        findings.warn(format!(
            "the correlations were not positive definite and were replaced by the nearest valid ones \
             (distance {distance:.4}, largest change of a pair {largest:.4})"
        ));
    }
    Some(matrix)
}

fn provenance(table: &MarketTable, set: Option<&AssumptionSet>) -> String {
    match (set, table.correlations.is_empty()) {
        (Some(set), true) => set.correlation_provenance.clone(),
        (Some(set), false) => format!("the scenario's own pairs; the rest: {}", set.correlation_provenance),
        (None, true) => "none given: all series are independent".into(),
        (None, false) => "the scenario's own figures; pairs not given are 0".into(),
    }
}
