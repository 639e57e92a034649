//! Policies compared by the skill of the managers: the part of `summary.json`, and `managers.csv`.
//!
//! Columns of the table: `policy` and `against` (keys), `age` (or year), `manager_percentile` (the middle of the bin, 2.5
//! to 97.5), `lifetimes` (in the bin, alive), `mean_difference` with `low` and `high` (dollars of the start, 1.96 standard
//! errors), `better` with `better_low` and `better_high`, and `worse` with `worse_low` and `worse_high` (probabilities
//! with Wilson's interval, or the exact one where nothing or everything happened).

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::engine::{BreakEven, BySkill, Interval, Outcome, SkillPoint};
use crate::report::json_figures::{estimate, interval};
use crate::report::percentiles_csv::quoted;
use crate::report::words::MARGIN;

const HEADER: &str = "policy,against,age,manager_percentile,lifetimes,mean_difference,low,high,better,better_low,\
                      better_high,worse,worse_low,worse_high\n";

/// A comparison by skill for `summary.json`.
pub(super) fn by_skill(by_skill: &BySkill) -> Value {
    let percentile = match by_skill.break_even {
        BreakEven::At { percentile, .. } => Some(estimate(percentile)),
        _ => None,
    };
    json!({
        "break_even": { "finding": by_skill.break_even.as_str(), "percentile": percentile },
        "points": by_skill.points.iter().map(point).collect::<Vec<_>>(),
    })
}

fn point(point: &SkillPoint) -> Value {
    json!({
        "percentile": point.percentile,
        "lifetimes": point.count,
        "mean_difference": estimate(point.mean_difference),
        "better": interval(point.better),
        "worse": interval(point.worse),
    })
}

/// The comparisons of all policies, key ages and bins as CSV; `None` if managers do not differ.
#[must_use]
pub fn managers_csv(outcome: &Outcome) -> Option<String> {
    let key = |policy: usize| outcome.policies.get(policy).map_or_else(String::new, |p| quoted(&p.key));
    let mut out = String::new();
    for comparison in &outcome.comparisons {
        let pair = format!("{},{}", key(comparison.policy), key(comparison.against));
        for at in &comparison.at {
            for point in at.by_skill.iter().flat_map(|by_skill| &by_skill.points) {
                write_row(&mut out, &format!("{pair},{}", at.age), point);
            }
        }
    }
    (!out.is_empty()).then(|| format!("{HEADER}{out}"))
}

fn write_row(out: &mut String, start: &str, point: &SkillPoint) {
    let number = |value: f64, digits: usize| {
        if value.is_finite() { format!("{value:.digits$}") } else { String::new() }
    };
    let (mean, margin) = (point.mean_difference.value, MARGIN * point.mean_difference.standard_error);
    let share = |i: Interval| [i.value, i.low, i.high].map(|value| number(value, 6)).join(",");
    let _ = writeln!(
        out,
        "{start},{:.1},{},{},{},{},{},{}",
        100.0 * point.percentile,
        point.count,
        number(mean, 2),
        number(mean - margin, 2),
        number(mean + margin, 2),
        share(point.better),
        share(point.worse),
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::{self, Recipe, USUAL};

    #[test]
    fn a_run_without_managers_has_no_table_and_one_with_them_a_row_for_every_bin() {
        let mut outcome = sample::outcome(&Recipe { lifetimes: 50, ..Recipe::saver() }, &USUAL[..3]);
        assert_eq!(managers_csv(&outcome), None);
        for at in outcome.comparisons.iter_mut().flat_map(|comparison| &mut comparison.at) {
            at.by_skill = Some(sample::by_skill(0.62));
        }
        let csv = managers_csv(&outcome).unwrap();
        assert_eq!(csv.lines().count(), 1 + 2 * 3 * 20);
        assert!(csv.lines().all(|line| line.split(',').count() == 14), "{csv}");
        assert!(csv.contains("\npolicy_1,policy_0,65,2.5,") && !csv.contains("NaN"));
        let value = by_skill(&sample::by_skill(0.62));
        assert_eq!(value["break_even"]["finding"], "better above");
        assert_eq!(value["break_even"]["percentile"]["value"], 0.62);
        assert!(by_skill(&BySkill { break_even: BreakEven::AlwaysWorse, points: vec![] })["break_even"]
            ["percentile"]
            .is_null());
    }
}
