//! A sleeve: alternative assets added to weights and paid for by their public part, pro rata at every age.

use crate::error::{Error, Problem, Result};
use crate::policy::path::{Path, WeightPoint, rounded};

/// Months from birth to the last age at which a sleeve is held against the public part.
const LAST_MONTH: f64 = 200.0 * 12.0;

/// Weights that are added to those of an allocation and taken from its public assets.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sleeve {
    added: Path,
    is_public: Vec<bool>,
}

/// The keys of a path as those of a sleeve.
fn of_sleeve(error: &Error) -> Error {
    let renamed = |problem: &Problem| match problem.key.as_str() {
        "weights" => Problem { key: "sleeve".into(), ..problem.clone() },
        key => Problem { key: format!("sleeve.{key}"), ..problem.clone() },
    };
    Error::input(error.problems().iter().map(renamed).collect())
}

impl Sleeve {
    /// A sleeve for allocations over as many assets as there are marks.
    pub(super) fn new(points: &[WeightPoint], is_public: &[bool]) -> Result<Self> {
        let added = Path::new(points.to_vec()).map_err(|error| of_sleeve(&error))?;
        Ok(Self { added, is_public: is_public.to_vec() })
    }

    /// The number of weights.
    pub(super) fn width(&self) -> usize {
        self.added.width()
    }

    /// The ages at which its weights bend.
    pub(super) fn bends(&self) -> Vec<f64> {
        self.added.bends()
    }

    /// Refuses a sleeve that is larger than the public part of `base` where a part of either bends or, because that part may be curved, in any
    /// month between: those are the ages at which a simulation asks.
    pub(super) fn check(&self, bends: Vec<f64>, base: impl Fn(f64) -> Vec<f64>) -> Result<()> {
        let first = bends.iter().copied().fold(LAST_MONTH / 12.0, f64::min);
        let last = bends.iter().copied().fold(0.0, f64::max);
        let mut ages = if bends.is_empty() { vec![0.0] } else { bends };
        let months = |age: f64| (age * 12.0).clamp(0.0, LAST_MONTH) as u32;
        ages.extend((months(first)..=months(last)).map(|month| f64::from(month) / 12.0));
        for age in ages {
            let (public, total) = self.sums(&base(age), &self.added.at(age));
            if total > public + 1e-12 {
                let found = format!("a sum of {}", rounded(total));
                let accepted =
                    format!("at most {}, the public part at age {}", rounded(public), rounded(age));
                return Err(Error::invalid("sleeve", found, accepted));
            }
        }
        Ok(())
    }

    /// The weight of the public part, and that of the sleeve.
    fn sums(&self, weights: &[f64], added: &[f64]) -> (f64, f64) {
        let public =
            weights.iter().zip(&self.is_public).filter(|(_, p)| **p).fold(0.0, |sum, (w, _)| sum + w);
        (public, added.iter().fold(0.0, |sum, w| sum + w))
    }

    /// Weights at `age` with the sleeve.
    pub(super) fn added_to(&self, mut weights: Vec<f64>, age: f64) -> Vec<f64> {
        let added = self.added.at(age);
        let (public, total) = self.sums(&weights, &added);
        let keep = if public > 0.0 { ((public - total) / public).max(0.0) } else { 1.0 };
        for ((weight, extra), is_public) in weights.iter_mut().zip(added).zip(&self.is_public) {
            *weight = if *is_public { *weight * keep } else { *weight } + extra;
        }
        weights
    }
}
