//! Percentiles and means of the balance at every age as one long, rectangular table for Python, R or a
//! spreadsheet.
//!
//! Columns: `policy` (key), `age` (or year, for an account without an age), `basis` (`real`: dollars of the
//! start, `nominal`: dollars of the day, `reported`: dollars of the start at reported NAVs, for policies whose NAVs are not
//! values), `percentile` (1 to 99, or `mean`), `value`, `low` and `high` (the 95 %
//! Monte Carlo interval: order statistics for a percentile, 1.96 standard errors for a mean), `alive`
//! (the probability of being alive at that age, if these balances are to be seen). Amounts have two decimals; a field
//! is empty where nothing is known. Quoting follows RFC 4180; lines end in a line feed.

use std::fmt::Write as _;

use crate::engine::{BalanceTable, Distribution, Interval, Outcome, PERCENTILES};
use crate::report::view::{interval_at, mean_at};
use crate::report::words::MARGIN;

const HEADER: &str = "policy,age,basis,percentile,value,low,high,alive\n";

/// The table of all policies, ages, bases and percentiles as CSV.
#[must_use]
pub fn percentiles_csv(outcome: &Outcome) -> String {
    let rows = outcome.policies.len() * outcome.ages.len() * 2 * (PERCENTILES.len() + 1);
    let mut out = String::with_capacity(HEADER.len() + 80 * rows);
    out.push_str(HEADER);
    for (policy, found) in outcome.policies.iter().enumerate() {
        let key = quoted(&found.key);
        for (basis, table) in [("real", &outcome.real), ("nominal", &outcome.nominal)] {
            for (row, (age, alive)) in outcome.ages.iter().zip(&outcome.alive).enumerate() {
                let start = format!("{key},{age},{basis}");
                age_rows(&mut out, table, (policy, row), &start, *alive);
            }
        }
        if let Some(private) = &found.private {
            for (row, (age, alive)) in outcome.ages.iter().zip(&outcome.alive).enumerate() {
                let reported = private.reported.get(row).and_then(Option::as_ref);
                reported_rows(&mut out, &format!("{key},{age},reported"), reported, *alive);
            }
        }
    }
    out
}

/// The rows of balances at reported NAVs of one policy and age.
fn reported_rows(out: &mut String, start: &str, reported: Option<&Distribution>, alive: f64) {
    for (place, probability) in PERCENTILES.iter().enumerate() {
        let percentile = (probability * 100.0).round().to_string();
        write_row(out, start, &percentile, reported.map(|d| d.percentiles[place]), alive);
    }
    let mean = reported.map(|d| {
        let margin = MARGIN * d.mean.standard_error;
        Interval { value: d.mean.value, low: d.mean.value - margin, high: d.mean.value + margin }
    });
    write_row(out, start, "mean", mean, alive);
}

/// The rows of one policy, basis and age.
fn age_rows(out: &mut String, table: &BalanceTable, (policy, row): (usize, usize), start: &str, alive: f64) {
    for (place, probability) in PERCENTILES.iter().enumerate() {
        let percentile = (probability * 100.0).round();
        write_row(out, start, &percentile.to_string(), interval_at(table, policy, row, place), alive);
    }
    let mean = mean_at(table, policy, row).map(|mean| {
        let margin = MARGIN * mean.standard_error;
        Interval { value: mean.value, low: mean.value - margin, high: mean.value + margin }
    });
    write_row(out, start, "mean", mean, alive);
}

fn write_row(out: &mut String, start: &str, percentile: &str, interval: Option<Interval>, alive: f64) {
    let amount = |amount: Option<f64>| {
        amount.filter(|a| a.is_finite()).map_or_else(String::new, |a| format!("{a:.2}"))
    };
    let _ = writeln!(
        out,
        "{start},{percentile},{},{},{},{alive:.6}",
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
        assert!(csv.starts_with("policy,age,basis,percentile,value,low,high,alive\npolicy_0,26,real,1,"));
        assert!(csv.lines().all(|line| line.split(',').count() == 8));
        assert_eq!(csv.lines().count(), 1 + 2 * 75 * 2 * 10);
        assert!(
            csv.contains("\npolicy_0,29,real,10,,,,1.000000\n")
                || csv.contains("\npolicy_0,29,real,10,,,,0.9")
        );
        assert!(!csv.contains("NaN") && csv.ends_with('\n'));
    }

    #[test]
    fn a_key_with_a_comma_or_a_quotation_mark_is_quoted() {
        assert_eq!(quoted("a,b"), "\"a,b\"");
        assert_eq!(quoted("say \"b\""), "\"say \"\"b\"\"\"");
        assert_eq!(quoted("plain_1"), "plain_1");
    }
}
