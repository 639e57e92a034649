//! The terminal's table of several sets: medians and ruin by policy and set, and where the spread comes from.

use crate::engine::{Answers, Estimate};
use crate::report::across::{Across, finding, primary, set_name, shares_in_words};
use crate::report::table::grid::{Grid, WIDTH, clipped, columns, wrapped};
use crate::report::words::{
    MARGIN, NOTHING, count, dollars_of, money, money_short, one_line, percent, points,
};
use crate::scenario::Basis;

/// Room that is kept for the names of policies.
const NAMES: usize = 26;

/// The comparison of sets for a terminal: no line is wider than 100 columns.
#[must_use]
pub fn assumptions_table(across: Across<'_>) -> String {
    let Some((scenario, outcome)) = across.first() else { return String::new() };
    let mut lines = vec![
        clipped(&one_line(&scenario.title), WIDTH),
        format!(
            "{} lifetimes · seed {} · the same lifetimes under {} sets of assumptions",
            count(outcome.lifetimes),
            outcome.seed,
            across.scenarios.len()
        ),
    ];
    if let Some(at) = across.decision() {
        let heading = format!("Median balance {}, {}", across.clock().at(at.age), dollars_of(Basis::Real));
        section(&mut lines, &heading, across, &at.dollars, dollars);
    }
    if let Some(ruin) = &across.found.ruin {
        section(&mut lines, "Probability of running out of money", across, ruin, share);
    }
    lines.extend([String::new(), "Whose assumptions?".to_string()]);
    lines.extend(sentences(across));
    lines.push(String::new());
    lines.extend(wrapped(&caveat(across), ""));
    lines.push(String::new());
    lines.join("\n")
}

/// A table by policy and set, cut into as many blocks of sets as its width asks for.
fn section(
    lines: &mut Vec<String>,
    heading: &str,
    across: Across<'_>,
    answers: &Answers,
    text: fn(Estimate) -> String,
) {
    lines.extend([String::new(), heading.to_string()]);
    let cells: Vec<Vec<String>> =
        answers.table.iter().map(|row| row.iter().map(|answer| text(*answer)).collect()).collect();
    let names = across.names();
    let width = |set: usize| {
        let figures = cells.iter().filter_map(|row| row.get(set)).map(|cell| columns(cell));
        figures.fold(columns(names[set]), usize::max) + 2
    };
    let mut first = 0;
    while first < names.len() {
        let (mut end, mut used) = (first + 1, NAMES + width(first));
        while end < names.len() && used + width(end) <= WIDTH {
            used += width(end);
            end += 1;
        }
        let heads = names[first..end].iter().map(|name| clipped(name, WIDTH / 2));
        let mut grid = Grid::new(std::iter::once("Policy".to_string()).chain(heads));
        let policies = across.first().map(|(_, outcome)| outcome.policies.as_slice()).unwrap_or_default();
        for (policy, row) in policies.iter().zip(&cells) {
            grid.row(&one_line(&policy.name), row.get(first..end).unwrap_or_default().to_vec());
        }
        lines.extend(grid.lines());
        first = end;
    }
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
fn sentences(across: Across<'_>) -> Vec<String> {
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
         are others. ± are 95 % Monte Carlo margins from 32 sections of the same lifetimes. Assumptions: {}.",
        sources.join("; ")
    )
}
