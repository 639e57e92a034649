//! What the chart of several sets of assumptions says in words: the finding, what is drawn, whose figures they are, and a
//! description for screen readers.

use crate::report::across::{Across, finding, interests, primary, set_name, shares_in_words};
use crate::report::chart::across::panel::{self, Panel, median_of, ruin_of};
use crate::report::chart::comparison::{before_tax, zone_in_words};
use crate::report::chart::footer::{Footer, NO_NOISE, NOISE};
use crate::report::chart::names;
use crate::report::held;
use crate::report::view::{P95, View};
use crate::report::words::{self, capitalised, dollars_of, money, money_tick, percent};
use crate::scenario::{Basis, MoneyAxis};

/// What weighs more in the median at the age of decision, and in ruin: whose assumptions one believes, or the policy.
pub(in crate::report::chart) fn title(across: Across<'_>) -> String {
    let what = across.decision().map(|at| format!("median {}", across.clock().at(at.age)));
    let of_median = across.decision().and_then(primary).zip(what);
    let of_median = of_median.map(|((parts, _), what)| finding(parts, &what));
    let of_ruin = across.found.ruin.as_ref().and_then(|ruin| ruin.decomposition);
    let of_ruin = of_ruin.map(|parts| finding(parts, "probability of running out of money"));
    match (of_median, of_ruin) {
        (None, None) => format!("The same question under {}", counted(across)),
        (Some(one), None) | (None, Some(one)) => format!("{one}, under {}", counted(across)),
        (Some(median), Some(ruin)) => format!("{median}. {ruin}, under {}", counted(across)),
    }
}

/// `these 5 sets of assumptions`.
fn counted(across: Across<'_>) -> String {
    match across.scenarios.len() {
        1 => "one set of assumptions".to_string(),
        count => format!("these {count} sets of assumptions"),
    }
}

pub(super) fn subtitle(across: Across<'_>) -> String {
    let of_median =
        across.decision().and_then(primary).map(|(parts, of)| format!("{of}: {}", shares_in_words(parts)));
    let of_ruin = across.found.ruin.as_ref().and_then(|ruin| ruin.decomposition);
    let of_ruin =
        of_ruin.map(|parts| format!("of the probabilities of running out: {}", shares_in_words(parts)));
    let both: Vec<String> = of_median.into_iter().chain(of_ruin).collect();
    if both.is_empty() { String::new() } else { capitalised(&format!("squared spread {}", both.join("; "))) }
}

/// What is drawn, and how.
pub(super) fn drawn(across: Across<'_>, panels: &[Panel]) -> String {
    let axis = across.first().map_or(MoneyAxis::Log, |(scenario, _)| scenario.output.axis);
    let axis = if axis == MoneyAxis::Log { "log scale" } else { "linear scale" };
    let among = across.first().is_some_and(|(scenario, outcome)| View::new(scenario, outcome).some_die());
    let among = if among { " of those alive then" } else { "" };
    let zone = panels.first().filter(|panel| panel.scale.has_zone());
    let zone =
        zone_in_words(&zone.map(|panel| money_tick(panel.scale.low())).into_iter().collect::<Vec<_>>());
    let is_cut =
        |panel: &Panel| panel::ends(across, &[P95]).iter().any(|amount| panel.scale.is_above(*amount));
    let cut = if panels.first().is_some_and(is_cut) { "; an arrowhead: goes on beyond the axis" } else { "" };
    let dollars = dollars_of(Basis::Real);
    let tax = across.first().map_or("", |(scenario, outcome)| before_tax(View::new(scenario, outcome)));
    format!(
        "Balances in {dollars}{tax}{among}, {axis}: mark = median, thick = 25th–75th, thin = 5th–95th percentile; same lifetimes \
         under every set{zone}{cut}"
    )
}

pub(super) fn footer(across: Across<'_>) -> Footer {
    let Some((scenario, outcome)) = across.first() else { return Footer::of(&[]) };
    let run = format!(
        "{} simulated lifetimes · seed {} · decumulus {} · hypothetical, not a forecast",
        words::count(outcome.lifetimes),
        outcome.seed,
        env!("CARGO_PKG_VERSION"),
    );
    let noise = if outcome.enumerated { NO_NOISE } else { NOISE };
    let mut sentences = vec![run, noise.to_string()];
    sentences.extend(names::note(outcome));
    let all: Vec<usize> = (0..outcome.policies.len()).collect();
    let interests = interests(across);
    if !interests.is_empty() {
        sentences.push(format!("Figures from a source that gains by them: {}.", interests.join("; ")));
    }
    sentences.push(format!(
        "{} That is {}; `decumulus assumptions NAME` prints the sources of another set.",
        held::sources(scenario, &all),
        set_name(scenario)
    ));
    Footer::of(&sentences)
}

/// The chart in words.
pub(super) fn describe(across: Across<'_>) -> String {
    let mut parts = vec![];
    if let Some((_, outcome)) = across.first() {
        for policy in 0..outcome.policies.len() {
            let medians = across.names().into_iter().enumerate().filter_map(|(set, name)| {
                let ruin = ruin_of(across, (policy, set))
                    .map_or_else(String::new, |ruin| format!(", {} run out", percent(ruin.value)));
                Some(format!("{name} {}{ruin}", money(median_of(across, (policy, set))?.value)))
            });
            let medians: Vec<String> = medians.collect();
            parts.push(format!("{}: median {}", names::shown(outcome, policy), medians.join("; ")));
        }
    }
    format!("{}. {}.", parts.join(". "), subtitle(across))
}
