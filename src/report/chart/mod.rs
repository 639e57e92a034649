//! Charts: one fan for each policy, and one picture that lays the policies side by side; SVG drawn by
//! plotters, and PNG rendered from that same SVG.

mod across;
mod canvas;
mod comparison;
mod fan;
mod font;
mod footer;
mod frame;
mod heading;
pub(super) mod history;
mod months;
mod names;
mod plot;
mod png;
mod scale;
mod starts;

pub(super) use canvas::GENERATOR_MARK;
pub use names::warnings as chart_warnings;
pub use png::render as to_png;

use crate::engine::Outcome;
use crate::error::Result;
use crate::report::Reported;
use crate::report::across::Across;
use crate::report::months::Months;
use crate::report::view::View;
use crate::scenario::Scenario;

/// The fan chart of a policy (by its place in the outcome) as SVG.
///
/// # Errors
///
/// None that is known: the chart is drawn in memory.
pub fn fan_svg(scenario: &Scenario, outcome: &Outcome, policy: usize) -> Result<String> {
    fan::draw(scenario, View::new(scenario, outcome), policy)
}

/// The chart of all policies side by side as SVG.
///
/// # Errors
///
/// None that is known: the chart is drawn in memory.
pub fn comparison_svg(reported: Reported<'_>) -> Result<String> {
    comparison::draw(reported)
}

/// What came of each start date of a history as SVG: sustainable rates and end balances; `None` for a run without start dates.
///
/// # Errors
///
/// None that is known: the chart is drawn in memory.
pub fn start_dates_svg(scenario: &Scenario, outcome: &Outcome) -> Result<Option<String>> {
    starts::draw(scenario, View::new(scenario, outcome))
}

/// A stress path told month by month as SVG: markets, gates, what waits; `None` for a run without such a path.
///
/// # Errors
///
/// None that is known: the chart is drawn in memory.
pub fn months_svg(scenario: &Scenario, outcome: &Outcome, told: &Months) -> Result<String> {
    months::draw(scenario, View::new(scenario, outcome), told)
}

/// The chart of several sets of assumptions side by side as SVG.
///
/// # Errors
///
/// None that is known: the chart is drawn in memory.
pub fn assumptions_svg(across: Across<'_>) -> Result<String> {
    across::draw(across)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::chart::canvas::tests::assert_texts_are_apart;
    use crate::report::sample::{self, Recipe, USUAL};
    use crate::scenario::{Basis, MoneyAxis, RowOrder};

    #[test]
    fn every_chart_is_well_formed_and_none_of_its_texts_touch_or_leave_it() {
        for (case, scenario, outcome) in cases() {
            let view = View::new(&scenario, &outcome);
            for policy in 0..outcome.policies.len().min(3) {
                let svg = fan_svg(&scenario, &outcome, policy).unwrap();
                assert_sound(case, &svg);
                assert_texts_are_apart(&fan::compose(
                    &scenario,
                    view,
                    policy,
                    &fan::title(&scenario, view, policy),
                ));
            }
            assert_sound(case, &comparison_svg(Reported::new(&scenario, &outcome)).unwrap());
            assert_texts_are_apart(&comparison::compose(
                Reported::new(&scenario, &outcome),
                &comparison::title(&scenario, view),
            ));
        }
    }

    /// All words of a canvas, in lines as they are drawn.
    fn words(canvas: &canvas::Canvas) -> String {
        let texts = canvas.shapes().iter().filter_map(|shape| match shape {
            canvas::Shape::Text { text, .. } => Some(text.replace('\u{A0}', " ")),
            _ => None,
        });
        texts.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn every_chart_says_the_question_whose_figures_it_shows_and_what_the_margins_are() {
        for (case, scenario, mut outcome) in cases() {
            for enumerated in [false, true] {
                outcome.enumerated = enumerated;
                let view = View::new(&scenario, &outcome);
                let fan = fan::compose(&scenario, view, 0, &fan::title(&scenario, view, 0));
                let comparison = comparison::compose(
                    Reported::new(&scenario, &outcome),
                    &comparison::title(&scenario, view),
                );
                for canvas in [fan, comparison] {
                    let said = words(&canvas);
                    let noise = if enumerated { footer::NO_NOISE } else { footer::NOISE };
                    assert!(said.contains(noise) && said.contains(&scenario.title), "{case}: {said}");
                    assert!(
                        said.contains("under base_2026") && !said.contains("Monte Carlo"),
                        "{case}: {said}"
                    );
                }
            }
        }
    }

    #[test]
    fn rows_stand_in_the_order_of_the_file_or_of_the_finding() {
        let outcome = sample::outcome(&Recipe { lifetimes: 900, ..Recipe::saver() }, &USUAL);
        let mut scenario = sample::scenario(&USUAL);
        let order = |scenario: &Scenario| {
            let view = View::new(scenario, &outcome);
            let said = words(&comparison::compose(Reported::new(scenario, view.outcome), ""));
            let place =
                |name: &str| said.rfind(&format!("{name} ")).unwrap_or_else(|| said.rfind(name).unwrap());
            let mut names: Vec<&str> = USUAL
                .iter()
                .map(|made| made.0)
                .filter(|name| *name != "Target date" && *name != "60/40")
                .collect();
            names.sort_by_key(|name| place(name));
            names
        };
        assert_eq!(order(&scenario)[..2], ["Target date + 5 % Bitcoin", "Target date + 5 % gold"]);
        scenario.output.order = RowOrder::Finding;
        assert_eq!(order(&scenario)[..2], ["Target date + 5 % Bitcoin", "Target date + all alternatives"]);
        assert_eq!(order(&scenario)[3], "Target date + 5 % gold");
    }

    fn assert_sound(case: &str, svg: &str) {
        assert!(png::parse(svg).is_ok(), "{case}");
        assert!(!svg.contains("NaN") && !svg.contains("inf,"), "{case}");
        assert!(svg.contains("role=\"img\"") && svg.contains("<title>") && svg.contains("<desc>"), "{case}");
    }

    #[test]
    fn an_outcome_without_policies_or_ages_draws_something_and_does_not_panic() {
        let (_, scenario, mut outcome) = cases().swap_remove(3);
        outcome.ages.clear();
        outcome.alive.clear();
        assert!(fan_svg(&scenario, &outcome, 0).is_ok() && fan_svg(&scenario, &outcome, 9).is_ok());
        outcome.policies.clear();
        assert!(
            fan_svg(&scenario, &outcome, 0).is_ok()
                && comparison_svg(Reported::new(&scenario, &outcome)).is_ok()
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn no_name_and_no_number_breaks_a_chart(
            names in prop::collection::vec(".{0,90}", 2),
            title in ".{0,200}",
            amounts in prop::collection::vec(
                prop_oneof![Just(f64::NAN), Just(0.0), Just(f64::INFINITY), 0.0..1e7, 1e-9..1e40_f64, -1e6..0.0],
                1..40,
            ),
            log in any::<bool>(),
        ) {
            let recipe = Recipe { lifetimes: 20, horizon: 70, ..Recipe::saver() };
            let mut outcome = sample::outcome(&recipe, &USUAL[..2]);
            let mut next = amounts.iter().cycle();
            outcome.real.percentiles.mapv_inplace(|_| *next.next().unwrap());
            for (policy, name) in outcome.policies.iter_mut().zip(&names) {
                policy.name.clone_from(name);
                policy.ruin_by_age.iter_mut().for_each(|ruin| ruin.value = next.next().unwrap().min(1.0));
            }
            let mut scenario = sample::scenario(&USUAL[..2]);
            scenario.output.axis = if log { MoneyAxis::Log } else { MoneyAxis::Linear };
            scenario.source.clone_from(&title);
            scenario.title = title;
            let view = View::new(&scenario, &outcome);
            assert_sound("random", &fan_svg(&scenario, &outcome, 0).unwrap());
            assert_sound("random", &comparison_svg(Reported::new(&scenario, &outcome)).unwrap());
            assert_texts_are_apart(&fan::compose(&scenario, view, 0, &fan::title(&scenario, view, 0)));
            assert_texts_are_apart(&comparison::compose(Reported::new(&scenario, &outcome), &comparison::title(&scenario, view)));
        }
    }

    /// Writes pictures to look at, to a folder that an environment variable names.
    #[test]
    fn pictures_to_look_at_are_written_on_request() {
        let Ok(dir) = std::env::var("DECUMULUS_PICTURES") else { return };
        let save = |name: &str, svg: String| {
            std::fs::write(format!("{dir}/{name}.png"), to_png(&svg).unwrap()).unwrap();
            std::fs::write(format!("{dir}/{name}.svg"), svg).unwrap();
        };
        for (case, scenario, outcome) in cases() {
            for policy in 0..outcome.policies.len().min(2) {
                save(&format!("{case}_{policy}"), fan_svg(&scenario, &outcome, policy).unwrap());
            }
            save(&format!("{case}_cmp"), comparison_svg(Reported::new(&scenario, &outcome)).unwrap());
        }
    }

    /// Realistic and hard cases.
    pub(super) fn cases() -> Vec<(&'static str, Scenario, Outcome)> {
        let long = "A target-date glide path with ten percent private equity, five percent Bitcoin & <gold>";
        let crypto = [("60/40", 0.04, 0.1), ("Bitcoin 100 %", 0.12, 0.72), (long, 0.045, 0.13)];
        let many: Vec<(String, f64, f64)> =
            (0..64).map(|i| (format!("Policy number {i}"), 0.02 + 0.0006 * f64::from(i), 0.1)).collect();
        let many: Vec<_> = many.iter().map(|(name, m, s)| (name.as_str(), *m, *s)).collect();
        let poor = Recipe { contribution: 2_000.0, withdrawal: 60_000.0, ..Recipe::saver() };
        let nothing = Recipe { contribution: 0.0, ..Recipe::saver() };
        let drawdown = Recipe { start_age: 64, opening: 8e5, retirement_age: Some(65), ..Recipe::saver() };
        let few = Recipe { lifetimes: 1, ..Recipe::saver() };
        let mut cases = vec![
            ("usual", Recipe::saver(), &USUAL[..]),
            ("linear", drawdown, &USUAL[..]),
            ("crypto", Recipe::saver(), &crypto[..]),
            ("one", Recipe::saver(), &USUAL[..1]),
            ("poor", poor, &USUAL[..2]),
            ("nothing", nothing, &USUAL[..2]),
            ("account", Recipe::account(), &USUAL[..4]),
            ("few", few, &USUAL[..3]),
            ("many", Recipe { lifetimes: 300, ..Recipe::saver() }, &many[..]),
            ("twelve", Recipe { lifetimes: 300, ..Recipe::saver() }, &many[..12]),
        ]
        .into_iter()
        .map(|(name, recipe, made)| (name, sample::scenario(made), sample::outcome(&recipe, made)))
        .collect::<Vec<_>>();
        cases[1].1.output.axis = MoneyAxis::Linear;
        cases[1].1.output.basis = Basis::Nominal;
        cases
    }
}
