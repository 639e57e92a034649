//! `decumulus breakeven`: what the alternative assets of a policy must return for it to equal the baseline.

use anyhow::Result;
use decumulus::engine::{BreakEvenPremium, Plan, RunOptions, break_even_premium, sleeve_of};
use decumulus::report::{BreakEvens, break_even_json, break_even_table};
use decumulus::scenario::Scenario;

use super::arguments::{BreakEvenArguments, Format};
use super::load;
use super::progress::Watch;
use super::terminal::{Report, note, print};

/// Finds and prints the premiums of one policy or of all that have a sleeve, under each set of assumptions.
///
/// # Errors
///
/// Bad input, a policy or age for which there is no such premium, an interrupted run.
pub fn break_even(arguments: &BreakEvenArguments) -> Result<()> {
    let mut scenario = load::scenario(&arguments.scenario, &arguments.overrides)?;
    scenario.change_settings(|settings| {
        settings.lifetimes = arguments.lifetimes.unwrap_or(settings.lifetimes);
        settings.seed = arguments.seed.unwrap_or(settings.seed);
    });
    for warning in &scenario.warnings {
        note(&format!("warning: {warning}"));
    }
    if let Some(key) = &arguments.against {
        place_of(&scenario, "--against", key)?;
        let further = scenario.further.iter_mut().map(|variant| &mut variant.inputs);
        for inputs in std::iter::once(&mut scenario.inputs).chain(further) {
            for policy in &mut inputs.policies {
                policy.against = (policy.key != *key).then(|| key.clone());
            }
        }
    }
    let policies = chosen(&scenario, arguments)?;
    let watch = Watch::begin(scenario.inputs.settings.lifetimes, arguments.quiet);
    let found = scenario
        .under_each_set()
        .into_iter()
        .map(|scenario| of_set(scenario, &policies, arguments, &watch))
        .collect::<Result<Vec<_>>>()
        .inspect_err(|_| watch.give_up())?;
    watch.end()?;
    match arguments.format {
        Format::Text => print(&break_even_table(&found)),
        Format::Json => print(&break_even_json(&found)),
    }
}

/// The place of a policy by its key.
fn place_of(scenario: &Scenario, flag: &str, key: &str) -> Result<usize> {
    let policies = &scenario.inputs.policies;
    policies.iter().position(|policy| policy.key == key).ok_or_else(|| {
        let keys: Vec<&str> = policies.iter().map(|policy| policy.key.as_str()).collect();
        Report::bad_input(format_args!("{flag} is `{key}`, but must be one of {}", keys.join(", "))).into()
    })
}

/// The policies that were asked for; all with a sleeve if none was named.
fn chosen(scenario: &Scenario, arguments: &BreakEvenArguments) -> Result<Vec<usize>> {
    if let Some(key) = &arguments.policy {
        return Ok(vec![place_of(scenario, "--policy", key)?]);
    }
    let policies = &scenario.inputs.policies;
    let mut with_sleeve = vec![];
    for place in 0..policies.len() {
        if !sleeve_of(&scenario.inputs, place, arguments.age)?.is_empty() {
            with_sleeve.push(place);
        }
    }
    if with_sleeve.is_empty() {
        let message = "no policy holds more of an alternative asset than the one that it is compared with";
        return Err(Report::bad_input(message).into());
    }
    Ok(with_sleeve)
}

fn of_set(
    scenario: Scenario,
    policies: &[usize],
    arguments: &BreakEvenArguments,
    watch: &Watch,
) -> Result<BreakEvens> {
    // What is wrong with the whole scenario is said before anything is simulated.
    Plan::compile(&scenario.inputs)?;
    let options = RunOptions { threads: arguments.threads.map(usize::from), ..RunOptions::default() };
    let premiums = policies
        .iter()
        .map(|&policy| {
            let key = scenario.inputs.policies.get(policy).map_or("", |policy| policy.key.as_str());
            watch.next(
                &scenario.assumptions.as_ref().map_or_else(|| key.into(), |set| format!("{key}, {set}")),
            );
            break_even_premium(&scenario.inputs, policy, arguments.age, &options, watch)
        })
        .collect::<decumulus::Result<Vec<BreakEvenPremium>>>()?;
    Ok(BreakEvens { scenario, premiums })
}
