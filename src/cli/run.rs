//! `decumulus run`: simulate, print the summary, write charts and numbers.

use std::time::Instant;

use anyhow::Result;
use decumulus::engine::{self, Plan, RunOptions};
use decumulus::report::{self, Timing};

use super::arguments::{Format, RunArguments};
use super::load;
use super::progress::Watch;
use super::terminal::{note, print};

/// Simulates the scenario that the arguments name and reports what was found.
///
/// # Errors
///
/// Bad input; an output folder that cannot be written; an interrupted run, which leaves earlier results alone.
pub fn run(arguments: &RunArguments) -> Result<()> {
    let scenario = load::scenario_to_run(arguments)?;
    for warning in &scenario.warnings {
        note(&format!("warning: {warning}"));
    }
    let plan = Plan::compile(&scenario.inputs)?;
    let folder = report::prepare(&arguments.output.join(&scenario.name))?;
    let options = RunOptions { threads: arguments.threads.map(usize::from) };
    let watch = Watch::begin(scenario.inputs.settings.lifetimes, arguments.quiet);
    let begin = Instant::now();
    let outcome = engine::run(&plan, &options, &watch);
    let wall_seconds = begin.elapsed().as_secs_f64();
    let undisturbed = watch.end();
    let outcome = outcome?;
    undisturbed?;
    let timing = Timing {
        wall_seconds,
        threads: options.threads_for(&plan),
        lifetimes_per_second: outcome.lifetimes as f64 / wall_seconds.max(1e-9),
    };
    let files = folder.write(&scenario, &outcome, &timing)?;
    if !arguments.quiet {
        note(&format!("wrote {} files to {}", files.len(), arguments.output.join(&scenario.name).display()));
    }
    match arguments.format {
        Format::Text => print(&report::table(&scenario, &outcome)),
        Format::Json => print(&report::summary_json(&scenario, &outcome, &timing)),
    }
}
