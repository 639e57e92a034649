//! From what is written to what is meant: wire types become the domain's values, defaults filled in and every
//! problem collected under its key.

mod account;
mod ages;
pub(super) mod asset;
pub(super) mod assumption_set;
mod bootstrap;
mod correlations;
mod effects;
mod findings;
mod ground;
mod haircut;
mod history;
mod life;
mod managers;
mod market;
mod model;
mod output;
mod overlay;
mod participant;
mod plausible;
mod policy;
mod run;
mod sets;
mod uncertainty;
mod vehicle;
mod weights;

use crate::engine::Inputs;
use crate::error::Problem;
use crate::scenario::companions::Companions;
use crate::scenario::wire::ScenarioFile;
use crate::scenario::{Scenario, Variant};

use ages::Ages;
use findings::Findings;
use market::BuiltMarket;

/// Builds the scenario; `stem` is its name if the file gives none, `companions` has the files that it names. With
/// problems the scenario may be missing.
pub(super) fn build(
    file: &ScenarioFile,
    stem: &str,
    companions: &Companions<'_>,
) -> (Option<Scenario>, Vec<Problem>) {
    let mut findings = Findings::default();
    let (name, title) = output::names(file, stem, &mut findings);
    let steps_per_year = run::steps_per_year(file.run.step);
    let built = market::build(&file.market, steps_per_year, companions, &mut findings);
    let participant = participant::build(file, steps_per_year, &mut findings);
    let ages = participant.as_ref().map(Ages::of);
    let mut settings = run::build(&file.run, ages, &mut findings);
    settings.sustainable_rate = file.output.sustainable_rate;
    if let (Some(first), Some(ages)) = (built.markets.iter().flatten().next(), ages) {
        run::fit_to_history(&mut settings, &first.market.model, ages.end - ages.start, &mut findings);
    }
    let policies = policy::build(&file.policy, &built.universe, steps_per_year, &mut findings);
    for market in built.markets.iter().flatten() {
        effects::check(file, market, &policies, steps_per_year, &mut findings);
    }
    plausible::check(file, built.markets.iter().flatten().map(|built| &built.market), &mut findings);
    let expectations = output::expectations(&file.expect, &policies, ages, &mut findings);
    let (problems, warnings) = findings.into_parts();
    let mut variants = built.markets.into_iter().flatten().zip(std::iter::repeat(participant)).filter_map(
        |(BuiltMarket { assumptions, source, market, .. }, participant)| {
            let (policies, settings) = (policies.clone(), settings.clone());
            let inputs = Inputs { market, participant: participant?, policies, settings };
            Some(Variant { assumptions, source, inputs })
        },
    );
    let scenario = variants.next().filter(|_| problems.is_empty()).map(|first| Scenario {
        name,
        title,
        description: file.description.trim().to_string(),
        source: first.source,
        inputs: first.inputs,
        assumptions: first.assumptions,
        further: variants.collect(),
        output: output::choices(&file.output),
        expectations,
        warnings,
    });
    (scenario, problems)
}
