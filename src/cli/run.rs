//! `decumulus run`: simulate, print the summary, write charts and numbers.

use std::path::Path;
use std::time::Instant;

use anyhow::Result;
use decumulus::engine::{self, AcrossSets, Outcome, Plan, RunOptions};
use decumulus::report::{self, Across, Folder, Timing};
use decumulus::scenario::Scenario;

use super::arguments::{Format, RunArguments};
use super::load;
use super::progress::Watch;
use super::terminal::{note, print};

/// Simulates the scenario that the arguments name, under each of its sets of assumptions, and reports what was found.
///
/// # Errors
///
/// Bad input; an output folder that cannot be written; an interrupted run, which leaves earlier results alone.
pub fn run(arguments: &RunArguments) -> Result<()> {
    let scenario = load::scenario_to_run(arguments)?;
    let of_charts = if scenario.output.charts { report::chart_warnings(&scenario) } else { vec![] };
    for warning in scenario.warnings.iter().chain(&of_charts) {
        note(&format!("warning: {warning}"));
    }
    let scenarios = scenario.under_each_set();
    let plans: Vec<Plan> =
        scenarios.iter().map(|scenario| Plan::compile(&scenario.inputs)).collect::<decumulus::Result<_>>()?;
    let top = arguments.output.join(&scenario.name);
    // Folders first: a bad path costs no time.
    let whole = report::prepare(&top)?;
    let folders: Vec<Folder> = if scenarios.len() > 1 {
        scenarios
            .iter()
            .map(|scenario| report::prepare(&top.join(set_name(scenario))))
            .collect::<decumulus::Result<_>>()?
    } else {
        vec![]
    };
    let (outcomes, timings) = simulate(arguments, &scenarios, &plans)?;
    if let ([scenario], [outcome], [timing]) = (scenarios.as_slice(), outcomes.as_slice(), timings.as_slice())
    {
        let files = whole.write(scenario, outcome, timing)?;
        wrote(arguments, files.len(), &top);
        return match arguments.format {
            Format::Text => print(&report::table(scenario, outcome)),
            Format::Json => print(&report::summary_json(scenario, outcome, timing)),
        };
    }
    let found = AcrossSets::of(&outcomes)?;
    let across = Across { scenarios: &scenarios, outcomes: &outcomes, found: &found };
    let mut count = 0;
    for (i, folder) in folders.into_iter().enumerate() {
        count += folder.write(&scenarios[i], &outcomes[i], &timings[i])?.len();
    }
    count += whole.write_across(across, &timings)?.len();
    wrote(arguments, count, &top);
    match arguments.format {
        Format::Text => print(&texts(across)),
        Format::Json => print(&report::assumptions_json(across, &timings)),
    }
}

/// The usual table under the first set, which is the headline, and then all sets side by side.
fn texts(across: Across<'_>) -> String {
    let (scenarios, outcomes) = (across.scenarios, across.outcomes);
    let (Some(scenario), Some(outcome)) = (scenarios.first(), outcomes.first()) else {
        return report::assumptions_table(across);
    };
    let first = format!("Under {}, the first of {} sets of assumptions", set_name(scenario), scenarios.len());
    let [table, side_by_side] = [report::table(scenario, outcome), report::assumptions_table(across)];
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

/// Runs every plan, one after the other.
fn simulate(
    arguments: &RunArguments,
    scenarios: &[Scenario],
    plans: &[Plan],
) -> Result<(Vec<Outcome>, Vec<Timing>)> {
    let options = RunOptions { threads: arguments.threads.map(usize::from) };
    let lifetimes = plans.first().map_or(0, Plan::lifetimes);
    let watch = Watch::begin(lifetimes, arguments.quiet);
    let (mut outcomes, mut timings) = (vec![], vec![]);
    for (i, (scenario, plan)) in scenarios.iter().zip(plans).enumerate() {
        if scenarios.len() > 1 {
            watch.next(&format!("{} ({} of {})", set_name(scenario), i + 1, scenarios.len()));
        }
        let begin = Instant::now();
        let outcome = engine::run(plan, &options, &watch).inspect_err(|_| watch.give_up())?;
        let wall_seconds = begin.elapsed().as_secs_f64();
        timings.push(Timing {
            wall_seconds,
            threads: options.threads_for(plan),
            lifetimes_per_second: outcome.lifetimes as f64 / wall_seconds.max(1e-9),
        });
        outcomes.push(outcome);
    }
    watch.end()?;
    Ok((outcomes, timings))
}
