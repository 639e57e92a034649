//! Break-even premiums as a table and as JSON: what a sleeve must earn beside what it costs.

use serde_json::{Value, json};

use crate::engine::Estimate;
use crate::report::across::set_name;
use crate::report::pretty_json::pretty;
use crate::report::table::grid::Grid;
use crate::report::table::page::{Block, Page};
use crate::report::words::{Clock, NOTHING, count, money_change, one_line, points_with_margin};
use crate::scenario::Scenario;
use crate::study::{BreakEvenPremium, Premium};

/// The version of the layout; it rises when a key changes its meaning or goes.
const SCHEMA_VERSION: u32 = 1;

/// What was found under one set of assumptions: the scenario of that set and the premiums of some policies.
#[derive(Clone, Debug)]
pub struct BreakEvens {
    /// The scenario under the set.
    pub scenario: Scenario,
    /// One for each policy that was asked for.
    pub premiums: Vec<BreakEvenPremium>,
}

/// The premiums for a terminal.
#[must_use]
pub fn break_even_table(sets: &[BreakEvens]) -> Page {
    let Some((scenario, first)) = sets.first().and_then(|set| Some((&set.scenario, set.premiums.first()?)))
    else {
        return Page::default();
    };
    let clock = clock(scenario);
    let settings = &scenario.inputs.settings;
    let about = format!("{} lifetimes · seed {}", count(first.lifetimes), settings.seed);
    let mut page = Page::new(one_line(&scenario.title), &about);
    for set in sets {
        let heading = format!("Break-even premium of sleeves {}, points a year", clock.at(first.age));
        let name = if sets.len() > 1 { format!("{heading} · {}", set_name(&set.scenario)) } else { heading };
        page.section(&name, rows(set));
    }
    page.conclude(&explanation(&baselines(scenario, sets), &clock.at(first.age)));
    page
}

/// The baseline by its name, if it is the same for all policies.
fn baselines(scenario: &Scenario, sets: &[BreakEvens]) -> String {
    let mut against: Vec<usize> =
        sets.iter().flat_map(|set| &set.premiums).map(|found| found.against).collect();
    against.sort_unstable();
    against.dedup();
    let policies = &scenario.inputs.policies;
    match against.as_slice() {
        [one] => policies.get(*one).map_or_else(String::new, |policy| one_line(&policy.name)),
        _ => "the policy that it is compared with".to_string(),
    }
}

fn clock(scenario: &Scenario) -> Clock {
    let start = scenario.inputs.participant.schedule(scenario.inputs.settings.steps_per_year);
    Clock::starting_at(start.map_or(0, |schedule| schedule.start_age))
}

fn rows(set: &BreakEvens) -> Vec<Block> {
    let heads = ["Policy", "weight", "by median", "by mean", "median now", "fees", "assumed", "asked"];
    let mut grid = Grid::new(heads.map(String::from));
    for found in &set.premiums {
        let name = set.scenario.inputs.policies.get(found.policy).map_or("", |policy| policy.name.as_str());
        grid.row(
            &one_line(name),
            [
                plain(found.weight()),
                premium(found.median),
                premium(found.mean),
                money_change(found.median_difference.value),
                plain(found.weighted(|asset| asset.fees)),
                assumed(found).map_or_else(|| NOTHING.to_string(), plain),
                plain(found.weighted(|asset| asset.required_premium)),
            ],
        );
    }
    grid.into()
}

/// The assumed premium of the sleeve, assets without one counting as none; `None` if no asset has one.
fn assumed(found: &BreakEvenPremium) -> Option<f64> {
    let any = found.sleeve.iter().any(|asset| asset.assumed_premium.is_some());
    any.then(|| found.weighted(|asset| asset.assumed_premium.unwrap_or(0.0)))
}

fn plain(share: f64) -> String {
    if share.is_finite() { format!("{:.2}", 100.0 * share) } else { NOTHING.to_string() }
}

fn premium(premium: Premium) -> String {
    match premium {
        Premium::Found(estimate) => {
            let fine = 100.0 * estimate.standard_error < 0.05;
            if fine || !estimate.standard_error.is_finite() {
                with_two_decimals(estimate)
            } else {
                points_with_margin(estimate)
            }
        }
        Premium::Above(shift) => format!("above {:+.0}", 100.0 * shift),
        Premium::Below(shift) => format!("below {:+.0}", 100.0 * shift),
        Premium::Unknown => NOTHING.to_string(),
    }
}

fn with_two_decimals(estimate: Estimate) -> String {
    let margin = 100.0 * super::words::MARGIN * estimate.standard_error;
    let value = format!("{:+.2}", 100.0 * estimate.value);
    if margin.is_finite() { format!("{value} ± {:.2}", margin.max(0.01)) } else { value }
}

fn explanation(baseline: &str, when: &str) -> String {
    format!(
        "Premium: how many points more a year (nominal, arithmetic, before fees, simple volatility held) all alternative \
         assets of which the policy holds more than {baseline} would have to return for its median (or mean) real balance \
         {when} to equal that of {baseline}, after every fee and friction; negative: what they may lose. ± is half a 95 % \
         interval, paired. weight: the sleeve's mean target weight in per cent. median now: the difference of medians as \
         assumed, today's dollars. In per cent a year, weighted: fees, all that is charged with the expected profit share; \
         assumed, the illiquidity premium that the mean contains already; asked, by Ang, Papanikolaou and Westerfield \
         (2014) for the seller's wait."
    )
}

/// The premiums as JSON, with a line feed at its end.
#[must_use]
pub fn break_even_json(sets: &[BreakEvens]) -> String {
    let scenario = sets.first().map(|set| &set.scenario);
    let settings = scenario.map(|scenario| &scenario.inputs.settings);
    let value = json!({
        "schema_version": SCHEMA_VERSION,
        "program": { "name": "decumulus", "version": env!("CARGO_PKG_VERSION") },
        "scenario": { "name": scenario.map(|s| &s.name), "title": scenario.map(|s| &s.title) },
        "run": { "lifetimes": settings.map(|s| s.lifetimes), "seed": settings.map(|s| s.seed) },
        "units": {
            "premium": "fraction a year, added to the nominal arithmetic mean return of the sleeve's assets before fees",
            "volatility": "the simple volatility of what the assets own is held",
            "difference": "dollars of the start of the simulation, policy less the one that it is compared with, of those alive then, without any premium",
            "standard_error": "one standard error: of the paired difference at the root over its slope",
            "bound": "where there is no root within it, the last shift tried",
            "fees": "fraction of NAV charged a year, the expected profit share included",
            "weight": "mean target weight from the start to the age, less that of the policy compared with",
        },
        "sets": sets.iter().map(|set| json!({
            "set": set.scenario.assumptions,
            "source": set.scenario.source,
            "policies": set.premiums.iter().map(|found| policy_json(&set.scenario, found)).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
    });
    pretty(&value) + "\n"
}

fn policy_json(scenario: &Scenario, found: &BreakEvenPremium) -> Value {
    let policy = scenario.inputs.policies.get(found.policy);
    let sleeve = found.sleeve.iter().map(|asset| {
        json!({
            "asset": asset.key,
            "weight": asset.weight,
            "fees": asset.fees,
            "assumed_premium": asset.assumed_premium,
            "required_premium": asset.required_premium,
        })
    });
    json!({
        "policy": policy.map(|policy| &policy.key),
        "against": scenario.inputs.policies.get(found.against).map(|policy| &policy.key),
        "name": policy.map(|policy| &policy.name),
        "age": found.age,
        "median": premium_json(found.median),
        "mean": premium_json(found.mean),
        "median_difference": estimate(found.median_difference),
        "mean_difference": estimate(found.mean_difference),
        "weight": found.weight(),
        "fees": found.weighted(|asset| asset.fees),
        "assumed_premium": assumed(found),
        "required_premium": found.weighted(|asset| asset.required_premium),
        "sleeve": sleeve.collect::<Vec<_>>(),
        "runs": found.runs,
    })
}

pub(super) fn premium_json(premium: Premium) -> Value {
    match premium {
        Premium::Found(Estimate { value, standard_error }) => {
            json!({ "status": "found", "premium": value, "standard_error": standard_error, "bound": null })
        }
        Premium::Above(bound) => outside("above", Some(bound)),
        Premium::Below(bound) => outside("below", Some(bound)),
        Premium::Unknown => outside("unknown", None),
    }
}

fn outside(status: &str, bound: Option<f64>) -> Value {
    json!({ "status": status, "premium": null, "standard_error": null, "bound": bound })
}

fn estimate(estimate: Estimate) -> Value {
    json!({ "value": estimate.value, "standard_error": estimate.standard_error })
}
