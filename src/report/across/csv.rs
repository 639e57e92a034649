//! The answers by policy and set as a long table: `figure` (`median_real_balance` in dollars of the start, or `ruin`),
//! `age` (empty for ruin), `policy` and `set` by key, `value`, `standard_error` (empty where it is not known).

use std::fmt::Write as _;

use crate::report::across::Across;
use crate::report::percentiles_csv::quoted;
use crate::study::Answers;

const HEADER: &str = "figure,age,policy,set,value,standard_error\n";

/// The answers under every set as CSV.
#[must_use]
pub fn assumptions_csv(across: Across<'_>) -> String {
    let mut out = HEADER.to_string();
    for at in &across.found.medians {
        rows(&mut out, across, &format!("median_real_balance,{}", at.age), &at.dollars, 2);
    }
    if let Some(ruin) = &across.found.ruin {
        rows(&mut out, across, "ruin,", ruin, 6);
    }
    out
}

fn rows(out: &mut String, across: Across<'_>, start: &str, answers: &Answers, decimals: usize) {
    let policies = across.first().map(|(_, outcome)| outcome.policies.as_slice()).unwrap_or_default();
    let number = |x: f64| if x.is_finite() { format!("{x:.decimals$}") } else { String::new() };
    for (policy, row) in policies.iter().zip(&answers.table) {
        for (set, answer) in across.names().into_iter().zip(row) {
            let (value, error) = (number(answer.value), number(answer.standard_error));
            let _ = writeln!(out, "{start},{},{},{value},{error}", quoted(&policy.key), quoted(set));
        }
    }
}
