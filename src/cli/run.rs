//! `decumulus run`: simulate, print the summary, write charts and numbers.

use std::path::Path;
use std::time::Instant;

use anyhow::Result;
use decumulus::engine::{self, InstructionSet, Outcome, Plan, RunOptions};
use decumulus::report::{self, Across, Origin, Reported, Timing};
use decumulus::scenario::Scenario;
use decumulus::study::{self, AcrossSets, Condition};

use super::arguments::{Format, RunArguments};
use super::load;
use super::papers;
use super::progress::Watch;
use super::record::{Record, place_of_set};
use super::terminal::{columns, note, print};

/// Simulates the scenario that the arguments name, under each of its sets of assumptions, and reports what was found.
///
/// # Errors
///
/// Bad input; an output folder that cannot be written; an interrupted run, which leaves earlier results alone.
pub fn run(arguments: &RunArguments) -> Result<()> {
    let loaded = load::scenario_to_run(arguments)?;
    let scenario = &loaded.scenario;
    let of_charts = if scenario.output.charts { report::chart_warnings(scenario) } else { vec![] };
    for warning in scenario.warnings.iter().chain(&of_charts) {
        note(&format!("warning: {warning}"));
    }
    let scenarios = scenario.under_each_set();
    let plans: Vec<Plan> =
        scenarios.iter().map(|scenario| Plan::compile(&scenario.inputs)).collect::<decumulus::Result<_>>()?;
    let top = arguments.output.join(&scenario.name);
    // Folders first: a bad path costs no time.
    let origin = papers::of_run(Origin::run(scenario)?, &loaded)?;
    // From here on there is something to clear away: a signal is heard, and nothing is left behind.
    let watch = Watch::begin(plans.first().map_or(0, Plan::lifetimes), arguments.quiet);
    let folder = report::prepare(&top, origin, arguments.earlier()).inspect_err(|_| watch.give_up())?;
    let records = begin_records(arguments, &scenarios, &plans).inspect_err(|_| watch.give_up())?;
    let Simulated { outcomes, timings, conditions } =
        simulate(arguments, (&scenarios, &plans, &records), &watch)?;
    let writing = watch.end()?;
    for record in records {
        let place = record.end()?;
        if !arguments.quiet {
            note(&format!("wrote every lifetime to {}", place.display()));
        }
    }
    if let ([scenario], [outcome], [timing]) = (scenarios.as_slice(), outcomes.as_slice(), timings.as_slice())
    {
        let conditions = conditions.first().map_or(&[][..], Vec::as_slice);
        let reported = Reported { scenario, outcome, conditions };
        let files = folder.write(reported, timing)?;
        drop(writing);
        wrote(arguments, files.len(), &top);
        return match arguments.format {
            Format::Text => print(&report::table(reported).in_columns(columns())),
            Format::Json => print(&report::summary_json(reported, timing)),
        };
    }
    let found = AcrossSets::of(&outcomes)?;
    let across =
        Across { scenarios: &scenarios, outcomes: &outcomes, conditions: &conditions, found: &found };
    let files = folder.write_across(across, &timings)?;
    drop(writing);
    wrote(arguments, files.len(), &top);
    match arguments.format {
        Format::Text => print(&texts(across)),
        Format::Json => print(&report::assumptions_json(across, &timings)),
    }
}

/// The usual table under the first set, which is the headline, and then all sets side by side.
fn texts(across: Across<'_>) -> String {
    let side_by_side = report::assumptions_table(across).in_columns(columns());
    let Some(first) = across.reported(0) else { return side_by_side };
    let table = report::table(first).in_columns(columns());
    let sets = across.scenarios.len();
    let first = format!("Under {}, the first of {sets} sets of assumptions", set_name(first.scenario));
    format!("{first}\n\n{table}\nUnder all of them\n\n{side_by_side}")
}

fn set_name(scenario: &Scenario) -> &str {
    scenario.assumptions.as_deref().unwrap_or("own")
}

fn wrote(arguments: &RunArguments, files: usize, folder: &Path) {
    if !arguments.quiet {
        note(&format!("wrote {files} files to {}", folder.display()));
    }
}

/// The files in which every lifetime is taken down, one for each set of assumptions; none unless asked for.
fn begin_records(arguments: &RunArguments, scenarios: &[Scenario], plans: &[Plan]) -> Result<Vec<Record>> {
    let Some(place) = &arguments.record else { return Ok(vec![]) };
    let several = scenarios.len() > 1;
    let of = |(scenario, plan): (&Scenario, &Plan)| {
        let place = place_of_set(place, several.then(|| set_name(scenario)));
        Ok(Record::begin(&place, plan, arguments.overwrite)?)
    };
    scenarios.iter().zip(plans).map(of).collect()
}

/// What was simulated under each set of assumptions.
#[derive(Default)]
struct Simulated {
    outcomes: Vec<Outcome>,
    timings: Vec<Timing>,
    conditions: Vec<Vec<Condition>>,
}

/// Runs every plan, one after the other, and then asks what the gains hang on.
fn simulate(
    arguments: &RunArguments,
    (scenarios, plans, records): (&[Scenario], &[Plan], &[Record]),
    watch: &Watch,
) -> Result<Simulated> {
    let instructions = arguments.instructions.as_deref().map(InstructionSet::named).transpose()?;
    let options = RunOptions { threads: arguments.threads.map(usize::from), instructions };
    let mut all = Simulated::default();
    for (i, (scenario, plan)) in scenarios.iter().zip(plans).enumerate() {
        if scenarios.len() > 1 {
            watch.next(&format!("{} ({} of {})", set_name(scenario), i + 1, scenarios.len()));
        }
        let record = records.get(i);
        let begin = Instant::now();
        let outcome = match record.and_then(Record::recorder) {
            Some(recorder) => engine::run_recorded(plan, &options, watch, recorder),
            None => engine::run(plan, &options, watch),
        };
        let outcome = outcome.inspect_err(|_| watch.give_up())?;
        let wall_seconds = begin.elapsed().as_secs_f64();
        all.timings.push(Timing {
            wall_seconds,
            threads: options.threads_for(plan),
            lifetimes_per_second: outcome.lifetimes as f64 / wall_seconds.max(1e-9),
        });
        all.outcomes.push(outcome);
    }
    for (scenario, outcome) in scenarios.iter().zip(&all.outcomes) {
        watch.next(&format!("what gains hang on, {}", set_name(scenario)));
        let Some(at) = report::condition_age(scenario, outcome) else { continue };
        let found = study::conditions(&scenario.inputs, outcome, at, &options, watch);
        all.conditions.push(found.inspect_err(|_| watch.give_up())?);
    }
    Ok(all)
}
