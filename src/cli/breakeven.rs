//! `decumulus breakeven`: what the alternative assets of a policy must return for it to equal the baseline.

use std::cell::Cell;

use anyhow::Result;
use decumulus::engine::{Plan, RunOptions};
use decumulus::report::{self, BreakEvens, Origin, break_even_json, break_even_table};
use decumulus::scenario::Scenario;
use decumulus::study::{BreakEvenPremium, break_even_premium, sleeve_of};

use super::arguments::{BreakEvenArguments, Format};
use super::load;
use super::papers;
use super::progress::Watch;
use super::terminal::{Report, columns, note, print};

/// Finds, writes and prints the premiums of one policy or of all that have a sleeve, under each set of assumptions.
///
/// # Errors
///
/// Bad input, a policy or age for which there is no such premium, an interrupted run.
pub fn break_even(arguments: &BreakEvenArguments) -> Result<()> {
    let mut loaded = load::loaded(&arguments.scenario, &arguments.overrides)?;
    loaded.scenario.change_settings(|settings| {
        settings.lifetimes = arguments.lifetimes.unwrap_or(settings.lifetimes);
        settings.seed = arguments.seed.unwrap_or(settings.seed);
    });
    for warning in &loaded.scenario.warnings {
        note(&format!("warning: {warning}"));
    }
    // The plan is that of the scenario, whatever its policies are held against here.
    let origin = papers::of_plan(Origin::break_even(&loaded.scenario)?, &loaded)?;
    let mut scenario = loaded.scenario;
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
    let place = arguments.output.join(&scenario.name);
    let watch = Watch::begin(scenario.inputs.settings.lifetimes, arguments.quiet);
    let folder = report::prepare(&place, origin, arguments.earlier()).inspect_err(|_| watch.give_up())?;
    let sets = scenario.under_each_set();
    let searches = Searches { watch: &watch, done: Cell::new(0), all: sets.len() * policies.len() };
    let found = sets
        .into_iter()
        .map(|scenario| of_set(scenario, &policies, arguments, &searches))
        .collect::<Result<Vec<_>>>()
        .inspect_err(|_| watch.give_up())?;
    let writing = watch.end()?;
    let files = folder.write_break_even(&found)?;
    drop(writing);
    if !arguments.quiet {
        note(&format!("wrote {} files to {}", files.len(), place.display()));
    }
    match arguments.format {
        Format::Text => print(&break_even_table(&found).in_columns(columns())),
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

/// Which of how many searches it is.
struct Searches<'a> {
    watch: &'a Watch,
    done: Cell<usize>,
    all: usize,
}

impl Searches<'_> {
    fn next(&self, scenario: &Scenario, policy: usize) {
        self.done.set(self.done.get() + 1);
        let key = scenario.inputs.policies.get(policy).map_or("", |policy| policy.key.as_str());
        let set = scenario.assumptions.as_ref().map(|set| format!(" under {set}")).unwrap_or_default();
        self.watch.next(&format!("{} of {}: {key}{set}", self.done.get(), self.all));
    }
}

fn of_set(
    scenario: Scenario,
    policies: &[usize],
    arguments: &BreakEvenArguments,
    searches: &Searches<'_>,
) -> Result<BreakEvens> {
    // What is wrong with the whole scenario is said before anything is simulated.
    Plan::compile(&scenario.inputs)?;
    let options = RunOptions { threads: arguments.threads.map(usize::from), ..RunOptions::default() };
    let premiums = policies
        .iter()
        .map(|&policy| {
            searches.next(&scenario, policy);
            break_even_premium(&scenario.inputs, policy, arguments.age, &options, searches.watch)
        })
        .collect::<decumulus::Result<Vec<BreakEvenPremium>>>()?;
    Ok(BreakEvens { scenario, premiums })
}
