//! Figures with their errors as JSON.

use serde_json::{Value, json};

use crate::engine::{Distribution, Estimate, Interval};

/// Mean and percentiles with their errors.
pub(super) fn distribution(distribution: &Distribution) -> Value {
    json!({
        "count": distribution.count,
        "mean": estimate(distribution.mean),
        "percentiles": lists(&distribution.percentiles.map(Some)),
    })
}

/// Intervals as three parallel lists, `null` where there is none.
pub(super) fn lists(intervals: &[Option<Interval>]) -> Value {
    let list = |read: fn(&Interval) -> f64| -> Vec<Value> {
        intervals.iter().map(|i| i.as_ref().map(read).into()).collect()
    };
    json!({ "value": list(|i| i.value), "low": list(|i| i.low), "high": list(|i| i.high) })
}

/// A value with its interval.
pub(super) fn interval(interval: Interval) -> Value {
    json!({ "value": interval.value, "low": interval.low, "high": interval.high })
}

/// A value with its standard error.
pub(super) fn estimate(estimate: Estimate) -> Value {
    json!({ "value": estimate.value, "standard_error": estimate.standard_error })
}
