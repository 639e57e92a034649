//! From what is written to what is meant: wire types become the domain's values, defaults filled in and every
//! problem collected under its key.

mod account;
pub(super) mod asset;
mod bootstrap;
mod correlations;
mod findings;
mod history;
mod life;
mod market;
mod model;
mod output;
mod overlay;
mod participant;
mod policy;
mod run;
mod vehicle;
mod weights;

use crate::engine::Inputs;
use crate::error::Problem;
use crate::market::Market;
use crate::scenario::Scenario;
use crate::scenario::companions::Companions;
use crate::scenario::wire::ScenarioFile;

use findings::Findings;

/// The ages at which balances are recorded: after `start`, up to `end`. Years, for an account without an age.
#[derive(Clone, Copy, Debug)]
struct Ages {
    start: u32,
    end: u32,
}

impl Ages {
    fn contains(self, age: u32) -> bool {
        age > self.start && age <= self.end
    }
}

/// Builds the scenario; `stem` is its name if the file gives none, `companions` has the files that it names. With problems the scenario may be missing.
pub(super) fn build(
    file: &ScenarioFile,
    stem: &str,
    companions: &Companions,
) -> (Option<Scenario>, Vec<Problem>) {
    let mut findings = Findings::default();
    let (name, title) = output::names(file, stem, &mut findings);
    let steps_per_year = run::steps_per_year(file.run.step);
    let market = market::build(&file.market, steps_per_year, companions, &mut findings);
    if let Some(market) = &market.market {
        overlay::check(market, steps_per_year, &mut findings);
    }
    let participant = participant::build(file, steps_per_year, &mut findings);
    let ages = participant.as_ref().map(participant::ages);
    if let Some(market) = &market.market {
        model::check_compiles(market, steps_per_year, &mut findings);
    }
    let mut settings = run::build(&file.run, ages, &mut findings);
    settings.sustainable_rate = file.output.sustainable_rate;
    if let (Some(market), Some(ages)) = (&market.market, ages) {
        run::fit_to_history(&mut settings, &market.model, ages.end - ages.start, &mut findings);
    }
    let policies = policy::build(&file.policy, &market.universe, steps_per_year, &mut findings);
    let expectations = output::expectations(&file.expect, &policies, ages, &mut findings);
    let inputs = match (market.market, participant) {
        (Some(market), Some(participant)) => Some(Inputs { market, participant, policies, settings }),
        _ => None,
    };
    let (problems, warnings) = findings.into_parts();
    let scenario = inputs.filter(|_| problems.is_empty()).map(|inputs| Scenario {
        name,
        title,
        description: file.description.trim().to_string(),
        source: source(file, &inputs.market),
        inputs,
        assumptions: file.market.assumptions.clone(),
        output: output::choices(&file.output),
        expectations,
        warnings,
    });
    (scenario, problems)
}

/// Who published the assumptions, with a word if the scenario changed them.
fn source(file: &ScenarioFile, market: &Market) -> String {
    if let Some(history) = market.model.history() {
        return history.source.clone();
    }
    let named = file.market.assumptions.as_deref().and_then(super::assumption_set);
    let Some(Ok(set)) = named else {
        return "the scenario's own figures".into();
    };
    let table = &file.market;
    let in_market = |key: &String| market.index_of(key).is_some();
    let changed =
        table.asset.keys().any(in_market) || table.inflation.is_some() || !table.correlations.is_empty();
    if changed { format!("{}, changed in the scenario", set.source) } else { set.source }
}
