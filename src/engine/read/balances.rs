//! Balances by age.

use ndarray::{Array2, Array3};

use crate::engine::outcome::{BalanceTable, PERCENTILES};
use crate::engine::plan::Plan;
use crate::engine::read::known::{Known, Quantity};
use crate::engine::read::resampled::Resampled;
use crate::statistics::{Cumulative, Sample};

/// The real balances of a run at the end of a year: each lifetime's where they are kept, or their histogram.
pub(super) fn real_balances(
    plan: &Plan,
    resampled: &Resampled,
    sample: &Sample,
    (run, year): (usize, usize),
) -> Cumulative {
    let key = plan.key_years.iter().position(|&key| key as usize == year);
    let exact = key.and_then(|key| resampled.exact(run, key));
    exact.map_or_else(|| Cumulative::new(sample.histogram()), |values| Cumulative::of_values(values.to_vec()))
}

/// Balances by policy and year; `cumulative` makes those of a policy's sample in a year ready for questions.
pub(super) fn table(
    known: Known,
    policies: &[&[Sample]],
    cumulative: &dyn Fn(&Sample, (usize, usize)) -> Cumulative,
) -> BalanceTable {
    let years = policies.first().map_or(0, |samples| samples.len());
    let shape = (policies.len(), years, PERCENTILES.len());
    let ready: Vec<Vec<Cumulative>> = policies
        .iter()
        .enumerate()
        .map(|(i, samples)| samples.iter().enumerate().map(|(year, s)| cumulative(s, (i, year))).collect())
        .collect();
    let intervals =
        Array3::from_shape_fn(shape, |(i, year, p)| known.percentile(&ready[i][year], PERCENTILES[p]));
    let means = Array2::from_shape_fn((shape.0, shape.1), |(i, year)| {
        known.mean(&policies[i][year], Quantity::Unbounded)
    });
    BalanceTable {
        percentiles: intervals.mapv(|interval| interval.value),
        low: intervals.mapv(|interval| interval.low),
        high: intervals.mapv(|interval| interval.high),
        mean: means.mapv(|estimate| estimate.value),
        mean_standard_error: means.mapv(|estimate| estimate.standard_error),
        standard_deviation: Array2::from_shape_fn((shape.0, shape.1), |(i, year)| {
            known.standard_deviation(&policies[i][year])
        }),
    }
}
