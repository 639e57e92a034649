//! The files of a run, built in memory: names and bytes.

use crate::engine::PolicyOutcome;
use crate::error::Result;
use crate::report::across::{Across, assumptions_csv, assumptions_json};
use crate::report::{
    Months, Reported, Timing, chart, managers_csv, months_csv, percentiles_csv, start_dates_csv, summary_json,
};
use crate::scenario::Scenario;

/// The longest part of a file's name that comes from a policy's key.
const LONGEST_KEY: usize = 100;

/// The file of break-even premiums.
pub(super) const BREAK_EVEN: &str = "breakeven.json";

/// All files that a calibration may write.
pub(super) const CALIBRATION: [&str; 4] =
    ["market.toml", "calibration.json", "diagnostics.html", "returns.csv"];

/// A file that is not yet on the disk; its name may be a path with `/`.
#[derive(Clone, Debug)]
pub(super) struct NamedFile {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// All files of a run; the summary is the last, so that it takes its name when all else is in place.
///
/// # Errors
///
/// A chart that cannot be drawn.
pub(super) fn build(reported: Reported<'_>, timing: &Timing) -> Result<Vec<NamedFile>> {
    let Reported { scenario, outcome, .. } = reported;
    let mut files = Vec::new();
    let mut add = |name: String, bytes: Vec<u8>| files.push(NamedFile { name, bytes });
    if scenario.output.charts {
        for (policy, stem) in chart_names(&outcome.policies).into_iter().enumerate() {
            let svg = chart::fan_svg(scenario, outcome, policy)?;
            add(format!("{stem}.png"), chart::to_png(&svg)?);
            add(format!("{stem}.svg"), svg.into_bytes());
        }
        let svg = chart::comparison_svg(reported)?;
        add("comparison.png".to_string(), chart::to_png(&svg)?);
        add("comparison.svg".to_string(), svg.into_bytes());
        if let Some(svg) = chart::start_dates_svg(scenario, outcome)? {
            add("start_dates.png".to_string(), chart::to_png(&svg)?);
            add("start_dates.svg".to_string(), svg.into_bytes());
        }
    }
    if let Some(months) = Months::of(scenario, outcome)? {
        if scenario.output.charts {
            let svg = chart::months_svg(scenario, outcome, &months)?;
            add("months.png".to_string(), chart::to_png(&svg)?);
            add("months.svg".to_string(), svg.into_bytes());
        }
        add("months.csv".to_string(), months_csv(outcome, &months).into_bytes());
    }
    add("percentiles.csv".to_string(), percentiles_csv(outcome).into_bytes());
    if let Some(csv) = managers_csv(outcome) {
        add("managers.csv".to_string(), csv.into_bytes());
    }
    if !outcome.starts.is_empty() {
        add("start_dates.csv".to_string(), start_dates_csv(outcome).into_bytes());
    }
    add("summary.json".to_string(), summary_json(reported, timing).into_bytes());
    Ok(files)
}

/// All files that compare several sets of assumptions; the JSON is the last.
///
/// # Errors
///
/// A chart that cannot be drawn.
pub(super) fn build_across(across: Across<'_>, timings: &[Timing]) -> Result<Vec<NamedFile>> {
    let mut files = Vec::new();
    let mut add = |name: &str, bytes: Vec<u8>| files.push(NamedFile { name: name.to_string(), bytes });
    if across.scenarios.iter().any(|scenario| scenario.output.charts) {
        let svg = chart::assumptions_svg(across)?;
        add("assumptions.png", chart::to_png(&svg)?);
        add("assumptions.svg", svg.into_bytes());
    }
    add("assumptions.csv", assumptions_csv(across).into_bytes());
    add("assumptions.json", assumptions_json(across, timings).into_bytes());
    Ok(files)
}

/// Every file that [`build`] may write for a scenario, whatever comes of it.
pub(super) fn possible(scenario: &Scenario) -> Vec<String> {
    let policies = &scenario.inputs.policies;
    let fans = fan_names(policies.iter().map(|policy| policy.key.as_str()));
    let charts = fans.into_iter().chain(["comparison", "start_dates", "months"].map(String::from));
    let tables = ["months.csv", "percentiles.csv", "managers.csv", "start_dates.csv", "summary.json"];
    charts
        .flat_map(|stem| [format!("{stem}.png"), format!("{stem}.svg")])
        .chain(tables.map(String::from))
        .collect()
}

/// Every file that [`build_across`] may write.
pub(super) fn possible_across() -> Vec<String> {
    ["png", "svg", "csv", "json"].map(|extension| format!("assumptions.{extension}")).to_vec()
}

/// A file name for the fan of each policy, without extension; no two are the same, also where letters of
/// either case are.
fn chart_names(policies: &[PolicyOutcome]) -> Vec<String> {
    fan_names(policies.iter().map(|policy| policy.key.as_str()))
}

fn fan_names<'a>(keys: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut names: Vec<String> = vec![];
    for (place, key) in keys.enumerate() {
        let safe = |c: char| if c.is_ascii_alphanumeric() || c == '_' || c == '-' { c } else { '_' };
        let key: String = key.chars().map(safe).take(LONGEST_KEY).collect();
        let name = format!("fan_{key}");
        let is_taken = names.iter().any(|other| other.eq_ignore_ascii_case(&name));
        names.push(if is_taken { format!("{name}~{}", place + 1) } else { name });
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::{self, Recipe, USUAL};

    #[test]
    fn file_names_are_safe_and_differ() {
        let mut policies = sample::outcome(&Recipe { lifetimes: 2, ..Recipe::saver() }, &USUAL[..4]).policies;
        for (policy, key) in policies.iter_mut().zip(["../a b", "a", "A", "é"]) {
            policy.key = key.to_string();
        }
        assert_eq!(chart_names(&policies), ["fan____a_b", "fan_a", "fan_A~3", "fan__"]);
    }

    #[test]
    fn the_same_outcome_gives_the_same_bytes() {
        let scenario = sample::scenario(&USUAL[..2]);
        let outcome = sample::outcome(&Recipe { lifetimes: 60, ..Recipe::saver() }, &USUAL[..2]);
        let timing = Timing { wall_seconds: 1.0, threads: 2, lifetimes_per_second: 1e6 };
        let bytes = || -> Vec<Vec<u8>> {
            build(Reported::new(&scenario, &outcome), &timing)
                .unwrap()
                .into_iter()
                .map(|file| file.bytes)
                .collect()
        };
        assert_eq!(bytes(), bytes());
    }

    #[test]
    fn a_scenario_without_charts_has_numbers_only() {
        let mut scenario = sample::scenario(&USUAL[..1]);
        scenario.output.charts = false;
        let outcome = sample::outcome(&Recipe { lifetimes: 2, ..Recipe::saver() }, &USUAL[..1]);
        let timing = Timing { wall_seconds: 1.0, threads: 2, lifetimes_per_second: 1e6 };
        let names: Vec<_> = build(Reported::new(&scenario, &outcome), &timing)
            .unwrap()
            .into_iter()
            .map(|file| file.name)
            .collect();
        assert_eq!(names, ["percentiles.csv", "summary.json"]);
    }
}
