//! The table of a run as a whole: its sections in order.

use crate::market::NO_MEANS;
use crate::report::Reported;
use crate::report::table::ladder::{ladder, ladder_heading};
use crate::report::table::over_life::over_life;
use crate::report::table::page::{Block, Page};
use crate::report::table::{against, balances, key_ages, managers, private, ruin, starts, verdict};
use crate::report::view::{View, assumptions};
use crate::report::words::{count, dollars_of, one_line};
use crate::scenario::{Basis, Scenario};

/// The result of a run for a terminal.
#[must_use]
pub fn table(reported: Reported<'_>) -> Page {
    let (scenario, outcome, view) = (reported.scenario, reported.outcome, reported.view());
    let mut page = Page::new(one_line(&scenario.title), &subtitle(view));
    let mut section = |heading: String, body: Vec<Block>| page.section(&heading, body);
    section(balances::heading(view), balances::balances(view));
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::engine::{BreakEven, BySkill, Outcome};
    use crate::report::sample::{self, Recipe, USUAL};
    use crate::report::table::grid;

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
