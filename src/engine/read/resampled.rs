//! How the figures at key ages would vary if other lifetimes had been drawn: all of them in the same replicates, so that the
//! spread of a difference counts what both sides share.

use crate::engine::outcome::{COMPARED_PERCENTILES, Replicates};
use crate::engine::plan::Plan;
use crate::engine::tally::Tally;
use crate::math::streams::Streams;
use crate::statistics::{Bootstrap, DifferenceVariance, Ordered, spread};

/// Fewer lifetimes than this beyond a percentile do not tell its error.
const LEAST_BEYOND: f64 = 5.0;

/// The figures of single lifetimes at the key ages, sorted, and their replicates.
#[derive(Debug)]
pub(super) struct Resampled {
    runs: usize,
    /// Real balances by key year and run, in ascending order.
    balances: Vec<Ordered>,
    /// Whether they are those of all lifetimes of the tally.
    complete: bool,
    lifetimes: f64,
    /// What brings the spread over the lifetimes kept to that over all.
    scale: f64,
    /// By key year and run, by percentile, by replicate; empty if there is nothing to resample.
    percentiles: Vec<Vec<Vec<f64>>>,
    /// Ruin by policy, by replicate.
    ruin: Vec<Vec<f64>>,
}

impl Resampled {
    pub(super) fn of(plan: &Plan, tally: &Tally, errors: bool) -> Self {
        let (runs, keys) = (plan.runs.len(), plan.key_years.len());
        let columns = (0..keys).flat_map(|key| (0..runs).map(move |run| (key, run)));
        let column = |(key, run)| Ordered::new(&tally.kept.balances(runs, key, run));
        let balances: Vec<Ordered> = columns.map(column).collect();
        let lifetimes = tally.kept.lifetimes();
        let count = tally.count() as f64;
        let (mut percentiles, mut ruin) = (vec![], vec![]);
        if errors && lifetimes.len() > 1 {
            let bootstrap = Bootstrap::new(Streams::new(plan.seed), &lifetimes);
            percentiles = bootstrap.percentiles(&balances, &COMPARED_PERCENTILES);
            let columns: Vec<Vec<f64>> = (0..plan.policies.len()).map(|i| tally.kept.ruin(i)).collect();
            ruin = bootstrap.means(&columns.iter().map(Vec::as_slice).collect::<Vec<_>>());
        }
        Self {
            runs,
            balances,
            complete: lifetimes.len() as u64 == tally.count(),
            lifetimes: count,
            scale: (lifetimes.len() as f64 / count).sqrt(),
            percentiles,
            ruin,
        }
    }

    /// The real balances of a run at a key year in ascending order, if those of all lifetimes are known.
    pub(super) fn exact(&self, run: usize, key: usize) -> Option<&[f64]> {
        self.complete.then(|| self.balances[key * self.runs + run].values())
    }

    /// One balance over the other at a key year, where the other is not empty, if those of all lifetimes are known.
    pub(super) fn ratios(
        &self,
        tally: &Tally,
        (run, against): (usize, usize),
        key: usize,
    ) -> Option<Vec<f64>> {
        self.complete.then(|| {
            let [here, there] = [run, against].map(|run| tally.kept.balances(self.runs, key, run));
            here.iter()
                .zip(&there)
                .filter(|(_, there)| **there > 0.0)
                .map(|(here, there)| here / there)
                .collect()
        })
    }

    /// The standard error of the difference of a percentile (by its place among [`COMPARED_PERCENTILES`]) of two runs.
    pub(super) fn difference_error(
        &self,
        runs: (usize, usize),
        key: usize,
        percentile: usize,
    ) -> Option<f64> {
        let probability = COMPARED_PERCENTILES[percentile];
        let enough =
            self.lifetimes * self.scale * self.scale * probability.min(1.0 - probability) >= LEAST_BEYOND;
        if !enough {
            return None;
        }
        let [here, there] = [runs.0, runs.1].map(|run| key * self.runs + run);
        let variance = DifferenceVariance::of(&self.balances[here], &self.balances[there], probability);
        if let Some(DifferenceVariance { sampling, single }) = variance {
            return Some((sampling * self.scale * self.scale + single).sqrt());
        }
        let of = |column: usize| self.percentiles.get(column)?.get(percentile);
        let differences: Vec<f64> = of(here)?.iter().zip(of(there)?).map(|(a, b)| a - b).collect();
        spread(&differences).map(|error| error * self.scale)
    }

    /// The replicates of a policy's figures.
    pub(super) fn replicates(&self, policy: usize, withdraws: bool) -> Replicates {
        let keys = self.balances.len() / self.runs.max(1);
        let median = COMPARED_PERCENTILES.iter().position(|&p| p == 0.5).unwrap_or(0);
        let enough = 0.5 * self.lifetimes * self.scale * self.scale >= LEAST_BEYOND;
        let medians = (0..keys).map(|key| {
            let column = self.percentiles.get(key * self.runs + policy).filter(|_| enough);
            column.map_or(vec![], |by_percentile| by_percentile[median].clone())
        });
        let ruin = self.ruin.get(policy).filter(|_| withdraws).cloned().unwrap_or_default();
        Replicates { medians: medians.collect(), ruin, scale: self.scale }
    }
}
