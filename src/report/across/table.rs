//! The terminal's table of several sets: medians and ruin by policy and set, and where the spread comes from.

use crate::engine::Estimate;
use crate::report::across::gains::{self, UnderEachSet};
use crate::report::across::{Across, finding, primary, set_name, shares_in_words};
use crate::report::table::grid::Grid;
use crate::report::table::page::{Block, Page, bulleted, wrapped};
use crate::report::view::View;
use crate::report::words::{
    MARGIN, NOTHING, change_with_margin, count, dollars_of, money, money_short, name_of, one_line, percent,
    points, points_with_margin,
};
use crate::scenario::Basis;
use crate::statistics::REPLICATES;
use crate::study::{Answers, SURE};

/// The comparison of sets for a terminal.
#[must_use]
pub fn assumptions_table(across: Across<'_>) -> Page {
    let Some((scenario, outcome)) = across.first() else { return Page::default() };
    let about = format!(
        "{} lifetimes · seed {} · the same lifetimes under {} sets of assumptions",
        count(outcome.lifetimes),
        outcome.seed,
        across.scenarios.len()
    );
    let mut page = Page::new(one_line(&scenario.title), &about);
    if let Some(at) = across.decision() {
        let heading = format!("Median balance {}, {}", across.clock().at(at.age), dollars_of(Basis::Real));
        page.section(&heading, answers(across, &at.dollars, dollars));
    }
    if let Some(ruin) = &across.found.ruin {
        let heading = "Probability of running out of money, of all lifetimes";
        page.section(heading, answers(across, ruin, share));
    }
    differences(&mut page, across);
    page.section("Whose assumptions?", sentences(across));
    page.conclude(&caveat(across));
    page
}

/// How policies differ from those that they are compared with under each set, and which gains survive which set.
fn differences(page: &mut Page, across: Across<'_>) {
    let all = UnderEachSet::all(across);
    let (Some((scenario, outcome)), Some(at)) = (across.first(), across.decision()) else { return };
    let view = View::new(scenario, outcome);
    let names: Vec<String> = all.iter().map(|under| name_of(outcome, under.policy)).collect();
    let sets = across.scenarios.len();
    let cells = |text: &dyn Fn(&UnderEachSet, usize) -> String| -> Vec<Vec<String>> {
        all.iter().map(|under| (0..sets).map(|set| text(under, set)).collect()).collect()
    };
    if all.is_empty() {
        return;
    }
    let told = |estimate: Option<Estimate>, text: fn(Estimate) -> String| {
        estimate.map_or_else(|| NOTHING.to_string(), text)
    };
    let heading = format!(
        "Median {} less that of the policy that each is compared with, {}",
        across.clock().at(at.age),
        dollars_of(Basis::Real)
    );
    let medians = cells(&|under, set| told(under.median(set), change_with_margin));
    page.section(&heading, by_set(&names, &across.names(), medians));
    if outcome.policies.iter().any(|policy| policy.ruin.is_some()) {
        let heading =
            format!("Ruin less that of the same, percentage points {}", view.whom().words(view.clock));
        let ruin = cells(&|under, set| told(under.ruin(set), points_with_margin));
        page.section(&heading, by_set(&names, &across.names(), ruin));
    }
    let sure = format!(
        "Where more than {SURE} standard errors apart, paired; ruin {}:",
        view.whom().words(view.clock)
    );
    let mut lines = wrapped(&sure, "");
    lines.extend(all.iter().flat_map(|under| bulleted("- ", &under.sentence(across), "  ")));
    let interests = gains::interests(across);
    if !interests.is_empty() {
        let sentence = format!("Figures from a source that gains by them: {}.", interests.join("; "));
        lines.extend(bulleted("- ", &sentence, "  "));
    }
    page.section("Which gains survive which assumptions", lines);
}

/// A table by policy and set.
fn answers(across: Across<'_>, answers: &Answers, text: fn(Estimate) -> String) -> Vec<Block> {
    let cells = answers.table.iter().map(|row| row.iter().map(|answer| text(*answer)).collect()).collect();
    let policies = across.first().map(|(_, outcome)| outcome.policies.as_slice()).unwrap_or_default();
    let rows: Vec<String> = policies.iter().map(|policy| one_line(&policy.name)).collect();
    by_set(&rows, &across.names(), cells)
}

/// A table by row and set.
fn by_set(rows: &[String], names: &[&str], cells: Vec<Vec<String>>) -> Vec<Block> {
    let heads = names.iter().map(ToString::to_string);
    let mut grid = Grid::new(std::iter::once("Policy".to_string()).chain(heads));
    for (name, row) in rows.iter().zip(cells) {
        grid.row(name, row);
    }
    grid.into()
}

fn dollars(estimate: Estimate) -> String {
    let margin = MARGIN * estimate.standard_error;
    let value = money(estimate.value);
    if margin.is_finite() && value != NOTHING { format!("{value} ± {}", money_short(margin)) } else { value }
}

fn share(estimate: Estimate) -> String {
    let margin = MARGIN * estimate.standard_error;
    let value = percent(estimate.value);
    if margin.is_finite() { format!("{value} ± {}", points(margin).replace("< ", "")) } else { value }
}

/// One sentence for the medians at the age of decision, one for ruin.
fn sentences(across: Across<'_>) -> Vec<Block> {
    let clock = across.clock();
    let mut lines = vec![];
    if let Some(at) = across.decision() {
        let what = format!("median {}", clock.at(at.age));
        let sentence = primary(at).map_or_else(
            || format!("The {what} does not differ, or is not known everywhere."),
            |(parts, of)| format!("{}: {} ({of}).", finding(parts, &what), shares_in_words(parts)),
        );
        lines.extend(wrapped(&sentence, "  "));
    }
    if let Some(parts) = across.found.ruin.as_ref().and_then(|ruin| ruin.decomposition) {
        let what = "probability of running out of money";
        lines.extend(wrapped(&format!("{}: {}.", finding(parts, what), shares_in_words(parts)), "  "));
    }
    lines
}

fn caveat(across: Across<'_>) -> String {
    let sources: Vec<String> = across
        .scenarios
        .iter()
        .map(|scenario| {
            format!("{}: {}", set_name(scenario), one_line(&scenario.source).trim_end_matches('.'))
        })
        .collect();
    format!(
        "Shares are of the squared spread about the mean of all policies under all sets; with other policies or sets they \
         are others. ± are 95 % Monte Carlo margins from {REPLICATES} \
         resamples of the same lifetimes, whose noise is taken off the shares. Assumptions: {}.",
        sources.join("; ")
    )
}
