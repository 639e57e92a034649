//! `assumptions.json`: the answers under every set, and where their spread comes from.

use serde_json::{Map, Value, json};

use crate::engine::Estimate;
use crate::report::Timing;
use crate::report::across::{Across, primary, set_name};
use crate::report::pretty_json::pretty;
use crate::study::{Answers, Decomposition, MediansAt};

/// The version of the layout; it rises when a key changes its meaning or goes.
const SCHEMA_VERSION: u32 = 1;

/// The comparison of sets as JSON, with a line feed at its end; what differs between two runs (`timing`) stands last.
#[must_use]
pub fn assumptions_json(across: Across<'_>, timings: &[Timing]) -> String {
    let (name, title) = across.first().map_or(("", ""), |(s, _)| (s.name.as_str(), s.title.as_str()));
    let sets = across.scenarios.iter().zip(across.outcomes).map(|(scenario, outcome)| {
        json!({
            "set": set_name(scenario),
            "source": scenario.source,
            "plan_hash": outcome.plan_hash,
            "folder": set_name(scenario),
        })
    });
    let outcome = across.first().map(|(_, outcome)| outcome);
    let policies = outcome.map(|o| o.policies.as_slice()).unwrap_or_default();
    let summary = json!({
        "schema_version": SCHEMA_VERSION,
        "program": { "name": "decumulus", "version": env!("CARGO_PKG_VERSION") },
        "scenario": { "name": name, "title": title },
        "run": { "lifetimes": outcome.map(|o| o.lifetimes), "seed": outcome.map(|o| o.seed) },
        "sets": sets.collect::<Vec<_>>(),
        "policies": policies.iter().map(|p| json!({ "key": p.key, "name": p.name })).collect::<Vec<_>>(),
        "units": {
            "medians": "dollars of the start of the simulation, of those alive then",
            "ruin": "probability that a scheduled payment could not be made in full while alive",
            "tables": "policies in order, by set in order",
            "decompositions": "shares of the sum of squares about the mean of all policies under all sets",
            "standard_error": "one standard error, from 256 bootstrap resamples of the same lifetimes in every run at once; the noise that it measures is taken off the shares",
        },
        "medians": across.found.medians.iter().map(medians).collect::<Vec<_>>(),
        "ruin": across.found.ruin.as_ref().map(|ruin| json!({
            "table": table(ruin),
            "decomposition": ruin.decomposition.map(parts),
        })),
        "timing": timings.iter().zip(across.names()).map(|(timing, set)| json!({
            "set": set,
            "wall_seconds": timing.wall_seconds,
            "threads": timing.threads,
            "lifetimes_per_second": timing.lifetimes_per_second,
        })).collect::<Vec<_>>(),
    });
    pretty(&summary) + "\n"
}

fn medians(at: &MediansAt) -> Value {
    let mut decompositions = Map::new();
    decompositions.insert("primary".into(), primary(at).map(|(_, scale)| scale).into());
    decompositions.insert("logarithms".into(), at.logarithms.map(parts).into());
    decompositions.insert("dollars".into(), at.dollars.decomposition.map(parts).into());
    json!({ "age": at.age, "table": table(&at.dollars), "decomposition": decompositions })
}

fn table(answers: &Answers) -> Vec<Vec<Value>> {
    answers.table.iter().map(|row| row.iter().map(|answer| estimate(*answer)).collect()).collect()
}

fn parts(parts: Decomposition) -> Value {
    json!({
        "policies": estimate(parts.policies),
        "assumptions": estimate(parts.assumptions),
        "interaction": estimate(parts.interaction),
    })
}

fn estimate(estimate: Estimate) -> Value {
    json!({ "value": estimate.value, "standard_error": estimate.standard_error })
}
