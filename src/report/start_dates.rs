//! What came of each start date of a history: a file for Python, R or a spreadsheet, and the worst and best for the
//! summary.
//!
//! Columns: `start` (YYYY, or YYYY-MM for a table of months), `policy` (key), `end_balance_real` (dollars of the start, at
//! the last age, if still alive), `success` (`yes`, or `no` if a payment cannot be made in full by then;
//! empty if nothing is withdrawn), `ruin_age` (age, or year, at the end of the year of ruin, if still alive), `sustainable_rate` (the largest constant real
//! payment a year that lasts, as a share of the balance when withdrawals begin).

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::engine::{Outcome, StartOutcome};
use crate::report::percentiles_csv::quoted;

const HEADER: &str = "start,policy,end_balance_real,success,ruin_age,sustainable_rate\n";

/// The table of all start dates and policies as CSV.
#[must_use]
pub fn start_dates_csv(outcome: &Outcome) -> String {
    let mut out = HEADER.to_string();
    for start in &outcome.starts {
        for (policy, found) in outcome.policies.iter().zip(&start.policies) {
            let number = |value: Option<f64>, digits: usize| {
                let finite = value.filter(|value| value.is_finite());
                finite.map_or_else(String::new, |value| format!("{value:.digits$}"))
            };
            let success = match (policy.ruin, found.ruin_age) {
                (None, _) => "",
                (Some(_), None) => "yes",
                (Some(_), Some(_)) => "no",
            };
            let _ = writeln!(
                out,
                "{},{},{},{success},{},{}",
                date(start),
                quoted(&policy.key),
                number(Some(found.real_balance), 2),
                found.ruin_age.map_or_else(String::new, |age| age.to_string()),
                number(found.sustainable_rate, 8),
            );
        }
    }
    out
}

/// A start date as it is written in the table.
pub(super) fn date(start: &StartOutcome) -> String {
    match start.month {
        Some(month) => format!("{:04}-{month:02}", start.year),
        None => format!("{:04}", start.year),
    }
}

/// The start dates with the smallest and the largest sustainable rate of a policy.
pub(super) fn extremes(outcome: &Outcome, policy: usize) -> Option<[(String, f64); 2]> {
    let rated: Vec<(&StartOutcome, f64)> = outcome
        .starts
        .iter()
        .filter_map(|start| Some((start, start.policies.get(policy)?.sustainable_rate?)))
        .collect();
    let least = rated.iter().min_by(|a, b| a.1.total_cmp(&b.1))?;
    let most = rated.iter().max_by(|a, b| a.1.total_cmp(&b.1))?;
    Some([least, most].map(|(start, rate)| (date(start), *rate)))
}

/// Counts and extremes of a policy for the summary; `null` without start dates.
pub(super) fn of_policy(outcome: &Outcome, policy: usize) -> Value {
    if outcome.starts.is_empty() {
        return Value::Null;
    }
    let under = || outcome.starts.iter().filter_map(|start| Some((start, start.policies.get(policy)?)));
    let failed: Vec<String> =
        under().filter(|(_, found)| found.ruin_age.is_some()).map(|(start, _)| date(start)).collect();
    let withdraws = outcome.policies.get(policy).is_some_and(|policy| policy.ruin.is_some());
    let extreme = extremes(outcome, policy)
        .map(|extremes| extremes.map(|(start, rate)| json!({ "start": start, "rate": rate })));
    json!({
        "count": outcome.starts.len(),
        "successes": withdraws.then(|| outcome.starts.len() - failed.len()),
        "failed": withdraws.then_some(failed),
        "smallest_sustainable_rate": extreme.as_ref().map(|[least, _]| least),
        "largest_sustainable_rate": extreme.as_ref().map(|[_, most]| most),
    })
}
