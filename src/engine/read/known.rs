//! What is known of a figure: decided here, where it is made, never erased afterwards. A mean is known if the quantity has
//! one under the return model; errors are known where lifetimes were drawn, not where each possible one is there once.

use crate::engine::outcome::{Distribution, Estimate, Interval, PERCENTILES};
use crate::engine::plan::Plan;
use crate::statistics::{Cumulative, PairedDifference, Sample, WeightedEvents, probability_interval};

/// An estimate of something that has no value, or none that is known.
pub(super) const NOT_KNOWN: Estimate = Estimate { value: f64::NAN, standard_error: f64::NAN };

/// Whether a quantity has a mean under every return model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quantity {
    /// A share, an age, a count: it cannot be large.
    Bounded,
    /// Dollars, rates and returns: they have a mean only if growth factors do.
    Unbounded,
}

/// What can be told of the figures of a plan.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    means: bool,
    errors: bool,
}

impl Known {
    pub(crate) fn of(plan: &Plan) -> Self {
        Self { means: plan.finite_means, errors: !plan.enumerates() }
    }

    /// Whether figures have sampling errors.
    pub(super) fn errors(self) -> bool {
        self.errors
    }

    /// An error of a figure; NaN if there is none.
    pub(crate) fn error(self, error: Option<f64>) -> f64 {
        error.filter(|_| self.errors).unwrap_or(f64::NAN)
    }

    fn interval(self, value: Option<f64>, ends: Option<(f64, f64)>) -> Interval {
        let (low, high) = ends.filter(|_| self.errors).unwrap_or((f64::NAN, f64::NAN));
        Interval { value: value.unwrap_or(f64::NAN), low, high }
    }

    pub(super) fn mean(self, sample: &Sample, quantity: Quantity) -> Estimate {
        if quantity == Quantity::Unbounded && !self.means {
            return NOT_KNOWN;
        }
        Estimate {
            value: sample.mean().unwrap_or(f64::NAN),
            standard_error: self.error(sample.standard_error()),
        }
    }

    /// The standard deviation over lifetimes of an unbounded quantity.
    pub(super) fn standard_deviation(self, sample: &Sample) -> f64 {
        sample.standard_deviation().filter(|_| self.means).unwrap_or(f64::NAN)
    }

    /// The mean of a paired difference of dollars.
    pub(crate) fn difference(self, paired: &PairedDifference) -> Estimate {
        if !self.means {
            return NOT_KNOWN;
        }
        Estimate {
            value: paired.mean().unwrap_or(f64::NAN),
            standard_error: self.error(paired.standard_error()),
        }
    }

    pub(super) fn percentile(self, cumulative: &Cumulative, probability: f64) -> Interval {
        self.interval(cumulative.percentile(probability), cumulative.interval(probability))
    }

    pub(crate) fn probability(self, successes: u64, count: u64) -> Interval {
        let share = (count > 0).then(|| successes as f64 / count as f64);
        self.interval(share, probability_interval(successes, count))
    }

    /// The probability of events that count by their weights.
    pub(super) fn weighted(self, events: &WeightedEvents) -> Interval {
        self.interval(events.probability(), events.interval())
    }

    /// The distribution of a sample; `None` if it is empty.
    pub(super) fn distribution(self, sample: &Sample, quantity: Quantity) -> Option<Distribution> {
        let cumulative = Cumulative::new(sample.histogram());
        (sample.count() > 0).then(|| Distribution {
            count: sample.count(),
            mean: self.mean(sample, quantity),
            percentiles: PERCENTILES.map(|p| self.percentile(&cumulative, p)),
        })
    }

    /// The distribution of a sample of every lifetime, of which an outcome has at least one.
    pub(super) fn always(self, sample: &Sample, quantity: Quantity) -> Distribution {
        let nothing = Interval { value: f64::NAN, low: f64::NAN, high: f64::NAN };
        let none = Distribution { count: 0, mean: NOT_KNOWN, percentiles: [nothing; 9] };
        self.distribution(sample, quantity).unwrap_or(none)
    }
}
