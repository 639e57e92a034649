//! `decumulus check`: what a scenario means, in at most 100 columns, without simulating anything.

mod conventions;
mod funds;
mod history;
mod illiquidity;
mod lines;
pub(super) mod market;
pub(super) mod overlays;
mod participant;
mod policies;

pub(super) use lines::{NO_BREAK, item, percent, wrapped};

use anyhow::Result;
use decumulus::report;
use decumulus::scenario::Scenario;

use super::arguments::CheckArguments;
use super::load;
use super::terminal::{note, print, show};
use lines::WIDTH;

/// Checks every scenario and prints what it means; all are read before one that is wrong ends the program.
///
/// # Errors
///
/// The first scenario that is wrong, after the others have been reported too.
pub fn check(arguments: &CheckArguments) -> Result<()> {
    let mut first_error = None;
    for (i, named) in arguments.scenarios.iter().enumerate() {
        match load::scenario(named, &arguments.overrides) {
            Ok(scenario) if arguments.quiet => warn(&scenario),
            Ok(scenario) => {
                let rule = if i == 0 { String::new() } else { format!("\n{}\n", "=".repeat(WIDTH)) };
                print(&format!("{rule}{}", digest(&scenario)))?;
                warn(&scenario);
            }
            Err(error) => match first_error {
                None => first_error = Some(error),
                Some(_) => match error.downcast_ref() {
                    Some(report) => show(report),
                    None => note(&format!("{error}")),
                },
            },
        }
    }
    first_error.map_or(Ok(()), Err)
}

fn warn(scenario: &Scenario) {
    let of_charts = if scenario.output.charts { report::chart_warnings(scenario) } else { vec![] };
    for warning in scenario.warnings.iter().chain(&of_charts) {
        note(&format!("warning: {warning}"));
    }
}

/// What a scenario means.
pub(super) fn digest(scenario: &Scenario) -> String {
    let inputs = &scenario.inputs;
    let mut parts =
        vec![wrapped(&format!("{} ({})", scenario.title, scenario.name), 0, 0), conventions::text(scenario)];
    let all = scenario.under_each_set();
    for (i, variant) in all.iter().enumerate().filter(|_| all.len() > 1) {
        let name = variant.assumptions.as_deref().unwrap_or_default();
        let text = format!("Set {} of {}: {name}; source: {}", i + 1, all.len(), variant.source);
        parts.push(wrapped(&text, 0, 2) + &market::text(&variant.inputs.market));
        parts.push(funds::text(&variant.inputs));
        parts.push(overlays::text(&variant.inputs.market.overlays));
    }
    if all.len() == 1 {
        parts.push(market::text(&inputs.market));
        parts.push(funds::text(inputs));
        parts.push(overlays::text(&inputs.market.overlays));
    }
    parts.extend([participant::text(inputs), policies::text(inputs)]);
    parts.retain(|part| !part.is_empty());
    parts.join("\n").replace(NO_BREAK, " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use decumulus::scenario::shipped;

    #[test]
    fn the_digest_of_every_shipped_scenario_fits_100_columns() {
        for shipped in shipped() {
            let scenario = Scenario::from_toml(shipped.text, shipped.name, &[]).unwrap();
            for line in digest(&scenario).lines() {
                assert!(line.chars().count() <= WIDTH, "{line}");
                assert_eq!(line.trim_end(), line, "a space at the end of a line");
            }
        }
    }

    #[test]
    fn overlays_are_told_where_there_are_any() {
        let text = shipped().iter().find(|shipped| shipped.name == "default").unwrap().text;
        let told = |flags: &[&str]| {
            let house = std::iter::once(&"market.assumptions=base_2026");
            let flags: Vec<String> = house.chain(flags).map(|flag| (*flag).to_string()).collect();
            digest(&Scenario::from_toml(text, "default", &flags).unwrap())
        };
        assert!(!told(&[]).contains("On top of the return model"));
        let all = told(&[
            "market.crashes.asset.bitcoin={ mean = -0.35, sd = 0.25 }",
            "market.permanent_loss.bitcoin={ hazard = 0.01, loss = 0.95 }",
            "market.parameter_uncertainty.scale=1",
            "market.managers.vintage_years=7",
        ]);
        for part in
            ["bitcoin log jump -0.35", "loses 95.00 %", "private_equity 2.88 %", "every 7 years", "6.00 %"]
        {
            let on_one_line = all.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(on_one_line.contains(part), "{part}\n{all}");
        }
        assert!(all.lines().all(|line| line.chars().count() <= WIDTH), "{all}");
    }
}
