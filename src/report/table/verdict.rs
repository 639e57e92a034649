//! What a run says, in sentences: how the first policy fares, and how each other one differs from it, with
//! an honest word on noise.

use std::fmt::Write as _;

use crate::engine::{Comparison, Estimate};
use crate::report::table::grid::wrapped;
use crate::report::view::{P5, P25, P50, P75, View};
use crate::report::words::{MARGIN, capitalised, money, money_short, one_line, percent_with_interval};
use crate::scenario::Basis;

/// The most policies that get a sentence each.
const MOST: usize = 6;

/// From how many standard errors a difference is well outside Monte Carlo error.
const WELL_OUTSIDE: f64 = 4.0;

/// What a difference is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Judgement {
    Unknown,
    Within,
    Outside,
    WellOutside,
}

impl Judgement {
    fn of(difference: Estimate) -> Self {
        let errors = difference.value.abs() / difference.standard_error;
        if difference.value == 0.0 {
            Self::Within
        } else if errors.is_nan() {
            Self::Unknown
        } else if errors < MARGIN {
            Self::Within
        } else if errors < WELL_OUTSIDE {
            Self::Outside
        } else {
            Self::WellOutside
        }
    }

    /// The end of a sentence that begins with a difference.
    fn words(self) -> &'static str {
        match self {
            Self::Unknown => "not to be told from noise with so few lifetimes",
            Self::Within => "within Monte Carlo error",
            Self::Outside => "outside Monte Carlo error, though not by far",
            Self::WellOutside => "well outside Monte Carlo error",
        }
    }
}

/// The verdict as lines.
pub(super) fn sentences(view: View<'_>) -> Vec<String> {
    let Some(age) = view.decision_age() else { return vec![] };
    let mut sentences: Vec<String> = baseline(view, age).into_iter().collect();
    let comparisons = &view.outcome.comparisons;
    sentences.extend(comparisons.iter().take(MOST).filter_map(|c| against(view, c, age)));
    if comparisons.len() > MOST {
        sentences.push(format!("{} more policies are in the table above.", comparisons.len() - MOST));
    }
    sentences.iter().flat_map(|sentence| wrapped(&format!("- {sentence}"), "  ")).collect()
}

/// Whose balance is meant: savers if anybody retires, outcomes of an account otherwise.
fn who(view: View<'_>) -> &'static str {
    if view.outcome.retirement_age.is_some() { "saver" } else { "outcome" }
}

/// How the first policy fares, in the basis of the report.
fn baseline(view: View<'_>, age: u32) -> Option<String> {
    let name = one_line(&view.outcome.policies.first()?.name);
    let at = |place: usize| view.percentile(0, age, place).map(|i| i.value);
    let (p5, p25, p50, p75) = (at(P5)?, at(P25)?, at(P50)?, at(P75)?);
    let who = who(view);
    let mut sentence = format!(
        "{}, {name} gives the median {who} {}, half of all {who}s {}–{}, and one in twenty less than {}",
        capitalised(&view.clock.at(age)),
        money(p50),
        money(p25),
        money(p75),
        money(p5),
    );
    if let Some(ruin) = view.outcome.policies.first()?.ruin {
        let _ = write!(sentence, "; {} run out of money", percent_with_interval(ruin));
    }
    Some(sentence + ".")
}

/// How a policy differs from the first one, in dollars of the start.
fn against(view: View<'_>, comparison: &Comparison, age: u32) -> Option<String> {
    let at = comparison.at.iter().find(|at| at.age == age)?;
    let name = |policy: usize| view.outcome.policies.get(policy).map(|p| one_line(&p.name));
    let (name, first) = (name(comparison.policy)?, name(comparison.against)?);
    let [unlucky, median, _] = at.percentile_differences;
    let who = who(view);
    // Comparisons are in dollars of the start, whatever the rest is shown in.
    let unit = if view.basis == Basis::Nominal { " in today's dollars" } else { "" };
    let article = if who == "outcome" { "an" } else { "a" };
    let mut sentence = format!(
        "{}, {name} leaves the median {who} {}{unit} than {first}, and {article} {who} at the unlucky 5th percentile \
         {}; {}",
        capitalised(&view.clock.at(age)),
        off(median),
        off(unlucky),
        judged(Judgement::of(median), Judgement::of(unlucky)),
    );
    sentence.push('.');
    if let Some(ruin) = comparison.ruin_difference {
        sentence.push_str(&ruin_words(ruin));
    }
    Some(sentence)
}

/// A difference as people say it: `$41k (± $2k) better off`.
fn off(difference: Estimate) -> String {
    let size = money_short(difference.value.abs());
    let margin = MARGIN * difference.standard_error;
    let margin = if margin.is_finite() { format!(" (± {})", money_short(margin)) } else { String::new() };
    let direction = if difference.value < 0.0 { "worse" } else { "better" };
    format!("{size}{margin} {direction} off")
}

fn judged(median: Judgement, unlucky: Judgement) -> String {
    if median == unlucky {
        format!("both differences are {}", median.words())
    } else {
        format!("the first difference is {}, the second {}", median.words(), unlucky.words())
    }
}

/// The difference of the probabilities of ruin, in percentage points.
fn ruin_words(difference: Estimate) -> String {
    if Judgement::of(difference) == Judgement::Unknown || !difference.value.is_finite() {
        return String::new();
    }
    if Judgement::of(difference) == Judgement::Within {
        return " Ruin is about as likely.".to_string();
    }
    let points = 100.0 * difference.value.abs();
    let margin = (100.0 * MARGIN * difference.standard_error).max(0.01);
    let decimals = if margin < 0.095 { 2 } else { 1 };
    let direction = if difference.value < 0.0 { "less" } else { "more" };
    format!(" Ruin is {points:.decimals$} points (± {margin:.decimals$}) {direction} likely.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::ComparisonAt;
    use crate::report::sample::{self, Recipe, USUAL};

    fn said(change: impl Fn(&mut ComparisonAt)) -> String {
        let mut outcome = sample::outcome(&Recipe { lifetimes: 500, ..Recipe::saver() }, &USUAL[..2]);
        change(&mut outcome.comparisons[0].at[0]);
        let scenario = sample::scenario(&USUAL[..2]);
        sentences(View::new(&scenario, &outcome)).join(" ").replace("   ", " ")
    }

    #[test]
    fn a_clear_difference_is_stated_with_its_margin() {
        let text = said(|at| {
            at.percentile_differences[1] = Estimate { value: 41_200.0, standard_error: 1_000.0 };
            at.percentile_differences[0] = Estimate { value: -3_120.0, standard_error: 400.0 };
        });
        assert!(
            text.contains("Target date leaves the median saver $41k (± $2.0k) better off than 60/40"),
            "{text}"
        );
        assert!(text.contains("unlucky 5th percentile $3.1k (± $780) worse off"), "{text}");
        assert!(text.contains("both differences are well outside Monte Carlo error"), "{text}");
    }

    #[test]
    fn noise_is_called_noise() {
        let text = said(|at| {
            at.percentile_differences[1] = Estimate { value: 900.0, standard_error: 1_000.0 };
            at.percentile_differences[0] = Estimate { value: -3_000.0, standard_error: 1_000.0 };
        });
        assert!(text.contains("the first difference is within Monte Carlo error"), "{text}");
        assert!(text.contains("the second outside Monte Carlo error"), "{text}");
    }

    #[test]
    fn without_a_standard_error_nothing_is_claimed() {
        let text =
            said(|at| at.percentile_differences = [Estimate { value: 1.0, standard_error: f64::NAN }; 3]);
        assert!(text.contains("not to be told from noise"), "{text}");
    }
}
