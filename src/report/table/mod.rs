//! The terminal's table: figures by policy, each policy against the first, the frictions if they were asked
//! for, and the verdict in words.

mod against;
pub(super) mod grid;
mod hangs_on;
mod key_ages;
mod ladder;
mod managers;
mod over_life;
pub(super) mod page;
mod private;
mod ruin;
mod starts;
mod verdict;

use crate::engine::Interval;
use crate::market::NO_MEANS;
use crate::report::Reported;
use crate::report::view::{P5, P50, P95, View, assumptions, margin};
use crate::report::words::{NOTHING, count, dollars_of, money, money_short, one_line, percent_with_interval};
use crate::scenario::{Basis, Scenario};
use grid::Grid;
use ladder::{ladder, ladder_heading};
use over_life::over_life;
use page::{Block, Page};

/// The name of the last row of a table, with the largest 95 % margin of each column.
const AT_MOST: &str = "± at most (95 %)";

/// The result of a run for a terminal.
#[must_use]
pub fn table(reported: Reported<'_>) -> Page {
    let (scenario, outcome, view) = (reported.scenario, reported.outcome, reported.view());
    let mut page = Page::new(one_line(&scenario.title), &subtitle(view));
    let mut section = |heading: String, body: Vec<Block>| page.section(&heading, body);
    section(balances_heading(view), balances(view));
    section(format!("Medians at every key age, {}", dollars_of(view.basis)), key_ages::medians(view));
    section("Running out of money, probability (95 %)".to_string(), ruin::ruin(view));
    section(format!("Over life, {}", dollars_of(Basis::Real)), over_life(view));
    section(starts::heading(view), starts::rates(view));
    for (heading, lines) in against::against(view) {
        section(heading, lines);
    }
    section("By the skill of private managers".to_string(), managers::managers(scenario, view));
    section(private::HEADING.to_string(), private::private(view));
    section(ladder_heading(view), ladder(view));
    section("Verdict".to_string(), verdict::sentences(scenario, view, reported.conditions));
    page.conclude(&if outcome.enumerated { starts::caveat(scenario) } else { caveat(scenario) });
    page
}

/// What the first table shows; taxes are not simulated, and balances of those who draw on them are before they pay any.
fn balances_heading(view: View<'_>) -> String {
    let taxed = if view.outcome.policies.iter().any(|policy| policy.ruin.is_some()) {
        ", before income tax"
    } else {
        ""
    };
    format!("Balances, {}{taxed}", dollars_of(view.basis))
}

fn subtitle(view: View<'_>) -> String {
    let lifetimes = view.outcome.lifetimes;
    let plural = if lifetimes == 1 { "" } else { "s" };
    if let Some(dates) = starts::subtitle(view) {
        return dates;
    }
    let among = if view.some_die() { " · balances of those alive then" } else { "" };
    format!("{} lifetime{plural} · seed {}{among}", count(lifetimes), view.outcome.seed)
}

fn caveat(scenario: &Scenario) -> String {
    let no_means = if scenario.inputs.market.model.has_finite_means() {
        String::new()
    } else {
        format!("Means are left out: {NO_MEANS}. ")
    };
    format!(
        "{no_means}± and brackets are 95 % Monte Carlo margins: the noise of the simulation, not whether its \
         assumptions hold. Assumptions: {}.",
        one_line(&assumptions(scenario)).trim_end_matches('.')
    )
}

/// Medians and range at the age of decision, median later, ruin.
fn balances(view: View<'_>) -> Vec<Block> {
    let Some(age) = view.decision_age() else { return vec![] };
    let clock = view.clock;
    let later = view.later_age();
    // Where people die, ruin has a table of its own.
    let ruins = view.outcome.policies.iter().any(|p| p.ruin.is_some()) && !view.some_die();
    let mut headings = vec!["Policy".to_string(), format!("Median {}", clock.column(age))];
    headings.push(format!("5th–95th {}", clock.column(age)));
    headings.extend(later.map(|age| format!("Median {}", clock.column(age))));
    let ruin = if view.outcome.enumerated { "Ruin" } else { "Ruin (95 %)" };
    headings.extend(ruins.then(|| ruin.to_string()));
    let mut grid = Grid::new(headings);
    let median = |policy: usize, age: u32| view.percentile(policy, age, P50);
    for (i, policy) in view.outcome.policies.iter().enumerate() {
        let mut figures = vec![amount(median(i, age)), range(view, i, age)];
        figures.extend(later.map(|age| amount(median(i, age))));
        figures.extend(ruins.then(|| policy.ruin.map_or_else(nothing, percent_with_interval)));
        grid.row(&one_line(&policy.name), figures);
    }
    let all = 0..view.outcome.policies.len();
    let worst = |age: u32, place: usize| margins(all.clone().map(|i| view.percentile(i, age, place)));
    let mut figures = vec![money_short(worst(age, P50)), money_short(worst(age, P5).max(worst(age, P95)))];
    figures.extend(later.map(|age| money_short(worst(age, P50))));
    if !view.outcome.enumerated {
        grid.row(AT_MOST, figures);
    }
    grid.into()
}

fn amount(interval: Option<Interval>) -> String {
    interval.map_or_else(nothing, |i| money(i.value))
}

fn nothing() -> String {
    NOTHING.to_string()
}

fn range(view: View<'_>, policy: usize, age: u32) -> String {
    match (view.percentile(policy, age, P5), view.percentile(policy, age, P95)) {
        (Some(low), Some(high)) => format!("{}–{}", money(low.value), money(high.value)),
        _ => nothing(),
    }
}

/// The largest half of an interval, NaN if there is none.
fn margins(intervals: impl Iterator<Item = Option<Interval>>) -> f64 {
    intervals.flatten().map(margin).fold(f64::NAN, f64::max)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::engine::{BreakEven, BySkill, Outcome};
    use crate::report::sample::{self, Recipe, USUAL};

    fn table(scenario: &Scenario, outcome: &Outcome) -> String {
        super::table(Reported::new(scenario, outcome)).to_string()
    }

    fn widest(text: &str) -> usize {
        text.lines().map(grid::columns).max().unwrap_or(0)
    }

    #[test]
    fn the_table_of_a_usual_run_says_everything_in_a_hundred_columns() {
        let mut outcome = sample::outcome(&Recipe::saver(), &USUAL);
        outcome.attributions = sample::attributions(&outcome);
        let text = table(&sample::scenario(&USUAL), &outcome);
        if std::env::var("DECUMULUS_PICTURES").is_ok() {
            println!("{text}");
        }
        assert!(widest(&text) <= 100);
        for part in
            ["Median at 65", "of those who retire", "Better at 65", "Verdict", "base_2026", "seed 20260101"]
        {
            assert!(text.contains(part), "{part}\n{text}");
        }
        assert!(!text.contains("NaN"));
    }

    #[test]
    fn an_account_without_age_and_withdrawals_is_described_by_years() {
        let outcome = sample::outcome(&Recipe::account(), &USUAL[..2]);
        let text = table(&sample::scenario(&USUAL[..2]), &outcome);
        if std::env::var("DECUMULUS_PICTURES").is_ok() {
            println!("{text}");
        }
        assert!(text.contains("Median year 30") && text.contains("After 30 years"), "{text}");
        assert!(!text.contains("Ruin") && !text.contains("Shortfall") && !text.contains("run out"), "{text}");
    }

    #[test]
    fn the_break_even_of_managers_is_told_with_its_margin() {
        let mut outcome = sample::outcome(&Recipe { lifetimes: 50, ..Recipe::saver() }, &USUAL[..3]);
        let scenario = sample::scenario(&USUAL[..3]);
        assert!(!table(&scenario, &outcome).contains("manager"));
        outcome.comparisons[0].at[0].by_skill = Some(sample::by_skill(0.62));
        let never = BySkill { break_even: BreakEven::AlwaysWorse, ..sample::by_skill(0.5) };
        outcome.comparisons[1].at[0].by_skill = Some(never);
        let text = table(&scenario, &outcome);
        assert!(text.contains("Break-even at 65") && text.contains("62 ± 4"), "{text}");
        assert!(text.contains("hurts at every") && widest(&text) <= 100, "{text}");
    }

    #[test]
    fn a_ruin_of_zero_is_never_printed_without_its_limit() {
        let recipe = Recipe { withdrawal: 1.0, ..Recipe::saver() };
        let outcome = sample::outcome(&recipe, &USUAL[..2]);
        let text = table(&sample::scenario(&USUAL[..2]), &outcome);
        assert!(text.contains("0 % (< 0.1 %)"), "{text}");
    }

    #[test]
    fn one_lifetime_one_policy_and_nothing_at_all_still_have_a_table() {
        let recipe = Recipe { lifetimes: 1, ..Recipe::saver() };
        let mut outcome = sample::outcome(&recipe, &USUAL[..3]);
        let scenario = sample::scenario(&USUAL[..1]);
        assert!(!table(&scenario, &outcome).contains("NaN"));
        outcome.ages.clear();
        assert!(!table(&scenario, &outcome).contains("NaN"));
        outcome.policies.clear();
        assert!(table(&scenario, &outcome).contains("lifetime"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn no_name_and_no_number_makes_a_line_too_wide(
            names in prop::collection::vec(".{0,120}", 3),
            title in ".{0,200}",
            factors in prop::collection::vec(prop_oneof![Just(f64::NAN), Just(1e30), -1e9..1e9_f64], 4),
        ) {
            let recipe = Recipe { lifetimes: 30, ..Recipe::saver() };
            let mut outcome = sample::outcome(&recipe, &USUAL[..3]);
            outcome.attributions = sample::attributions(&outcome);
            for (policy, name) in outcome.policies.iter_mut().zip(&names) {
                policy.name.clone_from(name);
                policy.fees.mean.value *= factors[0];
            }
            outcome.real.percentiles.mapv_inplace(|v| v * factors[1]);
            for at in outcome.comparisons.iter_mut().flat_map(|c| &mut c.at) {
                at.percentile_differences[1].value *= factors[2];
                at.percentile_differences[0].standard_error *= factors[3];
            }
            let mut scenario = sample::scenario(&USUAL[..3]);
            scenario.source.clone_from(&title);
            scenario.title = title;
            let page = super::table(Reported::new(&scenario, &outcome));
            for columns in [60, 80, 100, 120] {
                let text = page.in_columns(columns);
                prop_assert!(widest(&text) <= columns, "{text}");
            }
        }
    }
}
