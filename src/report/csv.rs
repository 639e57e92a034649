//! Percentiles and means of the balance at every age as one long, rectangular table for Python, R or a
//! spreadsheet.
//!
//! Columns: `policy` (key), `age` (or year, for an account without an age), `basis` (`real`: dollars of the
//! start, `nominal`: dollars of the day, `reported`: dollars of the start at reported NAVs, for policies whose NAVs are not
//! values), `percentile` (1 to 99, or `mean`), `value`, `low` and `high` (the 95 %
//! Monte Carlo interval: order statistics for a percentile, 1.96 standard errors for a mean), `survivors`
//! (lifetimes alive at that age, of which these are the percentiles). Amounts have two decimals; a field
//! is empty where nobody is alive. Quoting follows RFC 4180; lines end in a line feed.

use std::fmt::Write as _;

use crate::engine::{BalanceTable, Distribution, Interval, Outcome, PERCENTILES};
use crate::report::view::{interval_at, mean_at};
use crate::report::words::MARGIN;

const HEADER: &str = "policy,age,basis,percentile,value,low,high,survivors\n";

/// The table of all policies, ages, bases and percentiles as CSV.
#[must_use]
pub fn percentiles_csv(outcome: &Outcome) -> String {
    let rows = outcome.policies.len() * outcome.ages.len() * 2 * (PERCENTILES.len() + 1);
    let mut out = String::with_capacity(HEADER.len() + 80 * rows);
    out.push_str(HEADER);
    for (policy, found) in outcome.policies.iter().enumerate() {
        let key = quoted(&found.key);
        for (basis, table) in [("real", &outcome.real), ("nominal", &outcome.nominal)] {
            for (row, (age, survivors)) in outcome.ages.iter().zip(&outcome.survivors).enumerate() {
                let start = format!("{key},{age},{basis}");
                age_rows(&mut out, table, (policy, row), &start, *survivors);
            }
        }
        if let Some(private) = &found.private {
            for (row, (age, survivors)) in outcome.ages.iter().zip(&outcome.survivors).enumerate() {
                let reported = private.reported.get(row).and_then(Option::as_ref);
                reported_rows(&mut out, &format!("{key},{age},reported"), reported, *survivors);
            }
        }
    }
    out
}

/// The rows of balances at reported NAVs of one policy and age.
fn reported_rows(out: &mut String, start: &str, reported: Option<&Distribution>, survivors: u64) {
    for (place, probability) in PERCENTILES.iter().enumerate() {
        let percentile = (probability * 100.0).round().to_string();
        write_row(out, start, &percentile, reported.map(|d| d.percentiles[place]), survivors);
    }
    let mean = reported.map(|d| {
        let margin = MARGIN * d.mean.standard_error;
        Interval { value: d.mean.value, low: d.mean.value - margin, high: d.mean.value + margin }
    });
    write_row(out, start, "mean", mean, survivors);
}

/// The rows of one policy, basis and age.
fn age_rows(
    out: &mut String,
    table: &BalanceTable,
    (policy, row): (usize, usize),
    start: &str,
    survivors: u64,
) {
    for (place, probability) in PERCENTILES.iter().enumerate() {
        let percentile = (probability * 100.0).round();
        write_row(out, start, &percentile.to_string(), interval_at(table, policy, row, place), survivors);
    }
    let mean = mean_at(table, policy, row).map(|mean| {
        let margin = MARGIN * mean.standard_error;
        Interval { value: mean.value, low: mean.value - margin, high: mean.value + margin }
    });
    write_row(out, start, "mean", mean, survivors);
}

fn write_row(out: &mut String, start: &str, percentile: &str, interval: Option<Interval>, survivors: u64) {
    let amount = |amount: Option<f64>| {
        amount.filter(|a| a.is_finite()).map_or_else(String::new, |a| format!("{a:.2}"))
    };
    let _ = writeln!(
        out,
        "{start},{percentile},{},{},{},{survivors}",
        amount(interval.map(|i| i.value)),
        amount(interval.map(|i| i.low)),
        amount(interval.map(|i| i.high)),
    );
}

/// A field, in quotation marks if it needs them.
pub(super) fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::{self, Recipe, USUAL};

    #[test]
    fn every_row_has_eight_fields_and_every_combination_its_row() {
        let mut outcome = sample::outcome(&Recipe { lifetimes: 50, ..Recipe::saver() }, &USUAL[..2]);
        outcome.real.percentiles[[0, 3, 2]] = f64::NAN;
        let csv = percentiles_csv(&outcome);
        assert!(csv.starts_with("policy,age,basis,percentile,value,low,high,survivors\npolicy_0,26,real,1,"));
        assert!(csv.lines().all(|line| line.split(',').count() == 8));
        assert_eq!(csv.lines().count(), 1 + 2 * 75 * 2 * 10);
        assert!(csv.contains("\npolicy_0,29,real,10,,,,50\n") || csv.contains("\npolicy_0,29,real,10,,,,4"));
        assert!(!csv.contains("NaN") && csv.ends_with('\n'));
    }

    #[test]
    fn a_key_with_a_comma_or_a_quotation_mark_is_quoted() {
        assert_eq!(quoted("a,b"), "\"a,b\"");
        assert_eq!(quoted("say \"b\""), "\"say \"\"b\"\"\"");
        assert_eq!(quoted("plain_1"), "plain_1");
    }
}
