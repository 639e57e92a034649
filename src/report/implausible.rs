//! A warning where results are beyond what anybody's savings come to.

use crate::report::view::{P50, View};

/// Medians of more times final pay are called implausible: twelve are a comfortable retirement, two hundred is nobody's.
const IMPLAUSIBLE: f64 = 200.0;

/// The most policies that the warning names.
const MOST: usize = 6;

/// The warning, if the median of some policy is a large multiple of final pay, or of what was put in at the start by who has no
/// pay; policies are called by `names`.
pub(super) fn implausible(view: View<'_>, age: u32, names: &[String]) -> Option<String> {
    let base = view.outcome.final_pay.filter(|pay| *pay > 0.0).or(Some(view.outcome.opening_balance))?;
    let median = |policy: usize| view.percentile(policy, age, P50).map_or(0.0, |median| median.value);
    let beyond: Vec<&str> = names
        .iter()
        .enumerate()
        .filter(|(policy, _)| base > 0.0 && median(*policy) > IMPLAUSIBLE * base)
        .map(|(_, name)| name.as_str())
        .collect();
    let listed = match beyond.len().saturating_sub(MOST) {
        0 => beyond.join("; "),
        more => format!("{} and {more} more", beyond[..MOST].join("; ")),
    };
    (!beyond.is_empty()).then(|| {
        let what = if view.outcome.final_pay.is_some() { "final pay" } else { "the opening balance" };
        format!(
            "Beyond plausibility: a median of more than {IMPLAUSIBLE} times {what} ({listed}). Check the means and volatilities of \
             what is held (`decumulus check`): percent where fractions are meant, or a mean that no asset has kept up."
        )
    })
}
