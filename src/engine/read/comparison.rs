//! Policies against each other and against themselves without frictions, on the same lifetimes.

use crate::engine::outcome::{
    Attribution, COMPARED_PERCENTILES, Comparison, ComparisonAt, Distribution, Estimate, PERCENTILES, Rung,
    RungAt,
};
use crate::engine::plan::{Ladder, LadderRung, Pair, Plan};
use crate::engine::read::balances::real_balances;
use crate::engine::read::known::{Known, NOT_KNOWN, Quantity};
use crate::engine::read::resampled::Resampled;
use crate::engine::read::skill::by_skill;
use crate::engine::tally::{PairAt, PairTally, Tally};
use crate::statistics::{Cumulative, difference_standard_error};

/// What comparisons are read from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading<'a> {
    pub(super) plan: &'a Plan,
    pub(super) tally: &'a Tally,
    pub(super) known: Known,
    pub(super) resampled: &'a Resampled,
}

impl Reading<'_> {
    /// The comparison of a pair of policies.
    pub(super) fn comparison(self, place: usize) -> Comparison {
        let Pair { run, against } = self.plan.pairs[place];
        let pair = &self.tally.pairs[place];
        let withdraws = self.plan.schedule.withdraws();
        Comparison {
            policy: run as usize,
            against: against as usize,
            ruin_difference: withdraws.then(|| self.ruin_difference(pair)),
            at: (0..self.plan.key_years.len()).map(|key| self.at(place, key)).collect(),
        }
    }

    /// Each further policy against the first.
    pub(super) fn against_first(self) -> Vec<Comparison> {
        let policies = 1..self.plan.policies.len() as u32;
        let place = |run: u32| self.plan.pairs.iter().position(|pair| *pair == Pair { run, against: 0 });
        policies.filter_map(place).map(|place| self.comparison(place)).collect()
    }

    /// Ruin of all lifetimes less the other's. A probability has a mean whatever the model.
    fn ruin_difference(self, pair: &PairTally) -> Estimate {
        Estimate {
            value: pair.ruin.mean().unwrap_or(f64::NAN),
            standard_error: self.known.error(pair.ruin.standard_error()),
        }
    }

    fn ruin_difference_if_alive(self, at: &PairAt) -> Estimate {
        let (here, there, lifetimes) = (at.ruined_only_here, at.ruined_only_there, self.tally.count());
        Estimate {
            value: (here as f64 - there as f64) / lifetimes as f64,
            standard_error: self.known.error(difference_standard_error(here, there, lifetimes)),
        }
    }

    fn at(self, place: usize, key: usize) -> ComparisonAt {
        let at = &self.tally.pairs[place].at[key];
        let difference = &at.difference;
        let withdraws = self.plan.schedule.withdraws();
        ComparisonAt {
            age: self.age(key),
            count: difference.count(),
            better: self.known.probability(difference.positive(), difference.count()),
            equal: self.known.probability(difference.equal(), difference.count()),
            ratio: self.ratio(place, key),
            mean_difference: self.known.difference(difference),
            percentile_differences: std::array::from_fn(|p| self.percentile_difference(place, key, p)),
            ruin_difference_if_alive: withdraws.then(|| self.ruin_difference_if_alive(at)),
            by_skill: self.tally.skill.bins(self.plan, place, key).map(|bins| by_skill(self.known, bins)),
        }
    }

    fn age(self, key: usize) -> u32 {
        self.plan.schedule.start_age + self.plan.key_years[key] + 1
    }

    /// The distribution of one balance over the other; it has no mean, because the other comes near to nothing.
    fn ratio(self, place: usize, key: usize) -> Option<Distribution> {
        let sample = &self.tally.pairs[place].at[key].ratio;
        let ratio = self.known.distribution(sample, Quantity::Bounded)?;
        let Pair { run, against } = self.plan.pairs[place];
        let exact = self.resampled.ratios(self.tally, (run as usize, against as usize), key);
        let percentiles = exact.map(|values| {
            let cumulative = Cumulative::of_values(values);
            PERCENTILES.map(|p| self.known.percentile(&cumulative, p))
        });
        Some(Distribution { mean: NOT_KNOWN, percentiles: percentiles.unwrap_or(ratio.percentiles), ..ratio })
    }

    fn cumulative(self, run: usize, key: usize) -> Cumulative {
        let year = self.plan.key_years[key] as usize;
        real_balances(self.plan, self.resampled, &self.tally.runs[run].real[year], (run, year))
    }

    /// The difference of a percentile between two runs at a key year. Its error counts the pairing and the width of the
    /// buckets from which percentiles are read.
    fn percentile_difference(self, place: usize, key: usize, percentile: usize) -> Estimate {
        let Pair { run, against } = self.plan.pairs[place];
        let runs = (run as usize, against as usize);
        let probability = COMPARED_PERCENTILES[percentile];
        let sides = [runs.0, runs.1].map(|run| self.cumulative(run, key));
        let [here, there] = sides.each_ref().map(|side| side.percentile(probability).unwrap_or(f64::NAN));
        let rank = (self.tally.count().saturating_sub(1) as f64 * probability) as u64;
        let rounding = sides.map(|side| side.rounding_error(rank).unwrap_or(f64::NAN));
        let sampling = self.resampled.difference_error(runs, key, percentile);
        let error = sampling
            .map(|error| (error * error + rounding[0] * rounding[0] + rounding[1] * rounding[1]).sqrt());
        Estimate { value: here - there, standard_error: self.known.error(error) }
    }

    /// The rungs of a policy's ladder.
    pub(super) fn attribution(self, ladder: &Ladder) -> Attribution {
        let rung = |rung: &LadderRung| Rung {
            friction: rung.friction,
            at: (0..self.plan.key_years.len()).map(|key| self.rung_at(rung, key)).collect(),
        };
        Attribution { policy: ladder.policy as usize, rungs: ladder.rungs.iter().map(rung).collect() }
    }

    fn rung_at(self, rung: &LadderRung, key: usize) -> RungAt {
        let (run, year) = (rung.run as usize, self.plan.key_years[key] as usize);
        let pair = rung.pair.map(|pair| pair as usize);
        let median = COMPARED_PERCENTILES.iter().position(|&p| p == 0.5).unwrap_or(0);
        RungAt {
            age: self.age(key),
            mean: self.known.mean(&self.tally.runs[run].real[year], Quantity::Unbounded),
            median: self.known.percentile(&self.cumulative(run, key), 0.5),
            mean_change: pair.map(|pair| self.known.difference(&self.tally.pairs[pair].at[key].difference)),
            median_change: pair.map(|pair| self.percentile_difference(pair, key, median)),
        }
    }
}
