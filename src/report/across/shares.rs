//! What weighs more, whose assumptions one believes or the policy: shares of the squared spread in words.

use crate::engine::Estimate;
use crate::report::words::MARGIN;
use crate::study::{Decomposition, MediansAt, SURE};

/// Which decomposition speaks first: that of logarithms, in which a policy that earns a tenth more counts the same under every
/// set; in dollars the set with the largest balances would decide alone. Dollars where a median is zero.
pub(in crate::report) fn primary(at: &MediansAt) -> Option<(Decomposition, &'static str)> {
    let logarithms = at.logarithms.map(|parts| (parts, "of the logarithms of the medians"));
    logarithms.or_else(|| at.dollars.decomposition.map(|parts| (parts, "of the medians in dollars")))
}

/// The three shares in words: `assumptions 93.1 % ± 0.8, policies 5.9 % ± 0.7, both together 1.0 % ± 0.1`.
pub(in crate::report) fn shares_in_words(parts: Decomposition) -> String {
    let share = |name: &str, part: Estimate| {
        let margin = 100.0 * MARGIN * part.standard_error;
        // Two decimals where the error allows them.
        let decimals = if margin < 0.095 { 2 } else { 1 };
        let told =
            if margin.is_finite() { format!(" ± {:.decimals$}", margin.max(0.01)) } else { String::new() };
        format!("{name} {:.decimals$} %{told}", 100.0 * part.value)
    };
    [
        share("assumptions", parts.assumptions),
        share("policies", parts.policies),
        share("both together", parts.interaction),
    ]
    .join(", ")
}

/// What weighs more, as the beginning of a sentence; only a sure difference is claimed.
///
/// Of two shares of one total the error of the difference is at most the sum of both, however they move together.
pub(in crate::report) fn finding(parts: Decomposition, what: &str) -> String {
    let is_more = |one: Estimate, other: Estimate| {
        one.value - other.value > SURE * (one.standard_error + other.standard_error)
    };
    let Decomposition { assumptions, policies, interaction } = parts;
    if is_more(interaction, assumptions) && is_more(interaction, policies) {
        format!("What a policy does to the {what} depends on whose assumptions one believes")
    } else if is_more(assumptions, policies) {
        format!("Whose assumptions one believes moves the {what} more than the policy does")
    } else if is_more(policies, assumptions) {
        format!("The policy moves the {what} more than whose assumptions one believes")
    } else {
        format!("Policy and assumptions move the {what} about alike")
    }
}
