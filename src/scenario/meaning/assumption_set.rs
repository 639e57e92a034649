//! A set of assumptions from its file, over the set that it extends.

use crate::error::Problem;
use crate::market::{Asset, AssumptionSet, Correlation, MAX_ASSETS, Overlays, ReturnMoments};
use crate::scenario::meaning::asset::{asset_from, inflation_from};
use crate::scenario::meaning::correlations::{change, independent, moving};
use crate::scenario::meaning::findings::{Findings, each_problem};
use crate::scenario::meaning::ground::Ground;
use crate::scenario::meaning::{managers, uncertainty};
use crate::scenario::wire::{AssetTable, AssumptionSetFile, InflationTable};

/// Builds the set; `stem` is its name if the file gives none.
pub(in crate::scenario) fn build(
    file: &AssumptionSetFile,
    stem: &str,
    base: Option<&AssumptionSet>,
) -> (Option<AssumptionSet>, Vec<Problem>) {
    let mut findings = Findings::default();
    let set = whole(file, stem, base, &mut findings);
    let (problems, _) = findings.into_parts();
    (set.filter(|_| problems.is_empty()), problems)
}

fn whole(
    file: &AssumptionSetFile,
    stem: &str,
    base: Option<&AssumptionSet>,
    findings: &mut Findings,
) -> Option<AssumptionSet> {
    let name = name(file, stem, findings);
    said(file, findings);
    let keys = keys(file, base, findings);
    let assets: Vec<Option<Asset>> = keys.iter().map(|key| asset(key, file, base, findings)).collect();
    let inflation = inflation(file, base, findings);
    let moments = assets.iter().map(|asset| asset.as_ref().map(|asset| asset.moments));
    let moves = moving(moments, inflation.as_ref().map(|(moments, _)| *moments));
    let correlation = correlation(file, &keys, &moves, base, findings);
    let correlation_provenance = provenance(
        "correlation_provenance",
        file.correlation_provenance.as_deref(),
        base.map(|set| set.correlation_provenance.as_str()),
        file.correlation.is_some() || !file.correlations.is_empty(),
        findings,
    );
    let friction_provenance = provenance(
        "friction_provenance",
        file.friction_provenance.as_deref(),
        base.map(|set| set.friction_provenance.as_str()),
        false,
        findings,
    );
    let overlays = overlays(file, &keys, base, findings);
    let (inflation, inflation_provenance) = inflation?;
    Some(AssumptionSet {
        name,
        title: file.title.trim().to_string(),
        source: file.source.trim().to_string(),
        date: file.date.trim().to_string(),
        licence: file.licence.trim().to_string(),
        interest: stated(file.interest.as_deref()),
        extends: base.map(|set| set.name.clone()),
        assets: assets.into_iter().collect::<Option<_>>()?,
        inflation,
        inflation_provenance,
        correlation: correlation?,
        correlation_provenance: correlation_provenance?,
        friction_provenance: friction_provenance?,
        overlays,
    })
}

/// A text that says something.
fn stated(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_string)
}

/// The overlays that a scenario has unless it says otherwise.
fn overlays(
    file: &AssumptionSetFile,
    assets: &[String],
    base: Option<&AssumptionSet>,
    findings: &mut Findings,
) -> Overlays {
    let ground = Ground { assets, in_a_set: true, prefix: "", own: None };
    let base = base.map(|set| &set.overlays);
    let of_base = base.and_then(|base| base.parameter_uncertainty.as_ref());
    let parameter_uncertainty =
        uncertainty::build(file.parameter_uncertainty.as_ref(), of_base, ground, findings);
    let of_base = base.and_then(|base| base.managers.as_ref());
    let managers = managers::build(file.managers.as_ref(), of_base, ground, findings);
    let overlays = Overlays { parameter_uncertainty, managers, ..Overlays::default() };
    findings.take("", overlays.checked_for(assets));
    overlays
}

fn name(file: &AssumptionSetFile, stem: &str, findings: &mut Findings) -> String {
    let name = file.name.as_deref().unwrap_or(stem);
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
    if name.is_empty() || name.len() > 64 || !name.chars().all(plain) {
        let accepted = "at most 64 lower-case letters, digits, `_` and `-`";
        findings.refuse("name", format_args!("`{name}`"), accepted);
    }
    name.to_string()
}

/// What every set says of itself.
fn said(file: &AssumptionSetFile, findings: &mut Findings) {
    for (key, text) in [("title", &file.title), ("source", &file.source), ("licence", &file.licence)] {
        if text.trim().is_empty() {
            findings.refuse(key, "empty", "a line of text");
        }
    }
    let parts: Vec<&str> = file.date.trim().split('-').collect();
    let number = |i: usize, digits: usize, most: u32| {
        parts.get(i).is_none_or(|part| {
            part.len() == digits && part.parse::<u32>().is_ok_and(|n| (1..=most).contains(&n))
        })
    };
    if parts.len() > 3 || !(number(0, 4, 9999) && number(1, 2, 12) && number(2, 2, 31)) {
        let accepted = "a year, year and month, or a day, such as 2025, 2025-10 or 2025-10-31";
        findings.refuse("date", format_args!("`{}`", file.date), accepted);
    }
}

/// The keys of the set's assets in order; too many, none and repeated ones are reported.
fn keys(file: &AssumptionSetFile, base: Option<&AssumptionSet>, findings: &mut Findings) -> Vec<String> {
    let inherited: Vec<&String> = base.into_iter().flat_map(|set| &set.assets).map(|a| &a.key).collect();
    let added = file.asset.keys().filter(|key| !inherited.contains(key));
    let all = || inherited.iter().copied().chain(added).cloned().collect();
    let mut keys: Vec<String> = file.order.clone().unwrap_or_else(all);
    if keys.is_empty() {
        findings.missing("asset", "a set has at least one asset");
    }
    if keys.len() > MAX_ASSETS {
        findings.refuse("order", keys.len(), format_args!("at most {MAX_ASSETS} assets"));
        keys.truncate(MAX_ASSETS);
    }
    for (i, key) in keys.iter().enumerate() {
        if keys[..i].contains(key) {
            findings.refuse(format!("order[{i}]"), format_args!("`{key}`"), "named once only");
        }
        if key == "inflation" {
            let accepted = "an asset; inflation is always there";
            findings.refuse(format!("order[{i}]"), "`inflation`", accepted);
        }
    }
    for unused in file.asset.keys().filter(|key| !keys.contains(key)) {
        findings.refuse(format!("asset.{unused}"), format_args!("`{unused}`"), "an asset that `order` names");
    }
    let mut seen: Vec<String> = vec![];
    keys.retain(|key| {
        let new = !seen.contains(key);
        seen.push(key.clone());
        new && key != "inflation"
    });
    keys
}

fn asset(
    key: &str,
    file: &AssumptionSetFile,
    base: Option<&AssumptionSet>,
    findings: &mut Findings,
) -> Option<Asset> {
    let inherited = base.and_then(|set| set.assets.iter().find(|asset| asset.key == key));
    let written = file.asset.get(key);
    if written.is_none() && inherited.is_none() {
        let place = file.order.iter().flatten().position(|listed| listed == key).unwrap_or(0);
        let known = base.into_iter().flat_map(|set| &set.assets).map(|asset| asset.key.as_str());
        let known: Vec<&str> = known.chain(file.asset.keys().map(String::as_str)).collect();
        let accepted = "an asset with an [asset] table of its own, or one of the set that is extended";
        findings.unknown(format!("order[{place}]"), key, accepted, known.iter().copied());
        return None;
    }
    if let Some(table) = written
        && is_blank(table.provenance.as_deref())
    {
        findings.missing(format!("asset.{key}.provenance"), "say where the figures come from");
    }
    let empty = AssetTable::default();
    let asset =
        findings.take(&format!("asset.{key}"), asset_from(key, written.unwrap_or(&empty), inherited))?;
    let gives_return = written.is_some_and(|table| {
        [table.mean, table.volatility, table.log_mean, table.log_sd].iter().any(Option::is_some)
    });
    let of_set = stated(file.interest.as_deref()).filter(|_| gives_return);
    Some(Asset { interest: asset.interest.clone().or(of_set), ..asset })
}

fn is_blank(text: Option<&str>) -> bool {
    text.is_none_or(|text| text.trim().is_empty())
}

fn inflation(
    file: &AssumptionSetFile,
    base: Option<&AssumptionSet>,
    findings: &mut Findings,
) -> Option<(ReturnMoments, String)> {
    if let Some(table) = &file.inflation
        && is_blank(table.provenance.as_deref())
    {
        findings.missing("inflation.provenance", "say where the figures come from");
    }
    if file.inflation.is_none() && base.is_none() {
        findings.missing("inflation", "give its mean, volatility and provenance");
        return None;
    }
    let empty = InflationTable::default();
    let inherited = base.map(|set| (set.inflation, set.inflation_provenance.as_str()));
    findings.take("inflation", inflation_from(file.inflation.as_ref().unwrap_or(&empty), inherited))
}

/// The matrix of the assets, inflation last.
fn correlation(
    file: &AssumptionSetFile,
    assets: &[String],
    moves: &[bool],
    base: Option<&AssumptionSet>,
    findings: &mut Findings,
) -> Option<Vec<Vec<f64>>> {
    let keys: Vec<&str> = assets.iter().map(String::as_str).chain(["inflation"]).collect();
    let mut rows = match &file.correlation {
        None => base.map_or_else(|| independent(keys.len()), |set| set.correlation_of(&keys)),
        Some(_) if file.order.is_none() => {
            findings.missing("order", "name the assets in the order of the rows of `correlation`");
            return None;
        }
        Some(rows) if rows.len() != keys.len() || rows.iter().any(|row| row.len() != keys.len()) => {
            let accepted = format!("{0} rows of {0}: the assets of `order`, then inflation", keys.len());
            findings.refuse("correlation", format_args!("a list of {} rows", rows.len()), accepted);
            return None;
        }
        Some(rows) => rows.clone(),
    };
    if !change(&mut rows, &file.correlations, "correlations", &keys, findings) {
        return None;
    }
    let place = if file.correlation.is_some() { "correlation" } else { "correlations" };
    let renamed = |error| each_problem(error, |p| Problem { key: place.into(), help: None, ..p });
    findings.take("", Correlation::of_moving(rows.clone(), moves).map_err(renamed)).map(|_| rows)
}

/// The text as written, or that of the set that is extended, with a word if something of it was changed.
fn provenance(
    key: &str,
    written: Option<&str>,
    base: Option<&str>,
    changed: bool,
    findings: &mut Findings,
) -> Option<String> {
    match (written.map(str::trim).filter(|text| !text.is_empty()), base) {
        (Some(text), _) => Some(text.to_string()),
        (None, Some(_)) if changed => {
            findings.missing(key, "say where the figures come from that this set changes");
            None
        }
        (None, Some(base)) => Some(base.to_string()),
        (None, None) => {
            findings.missing(key, "say where the figures come from");
            None
        }
    }
}
