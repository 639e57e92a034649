//! Numbers by age that are linear between points: what allocations are made of. Knows nothing of weights that sum to one.

use crate::error::{Error, Result};

/// Numbers at one age.
#[derive(Clone, Debug, PartialEq)]
pub struct WeightPoint {
    /// Age in years.
    pub age: f64,
    /// A weight for each asset of the market, in its order.
    pub weights: Vec<f64>,
}

/// Numbers as a function of age: linear between points, constant before the first and after the last.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Path {
    /// At least one; ages rise and all rows are of one length.
    points: Vec<WeightPoint>,
}

impl Path {
    /// A path through points; errors call the numbers `weights` and their places `age`.
    ///
    /// # Errors
    ///
    /// No point, ages that do not rise, rows of different lengths, a number below 0, above 1 or NaN.
    pub(super) fn new(points: Vec<WeightPoint>) -> Result<Self> {
        let Some(first) = points.first() else {
            return Err(Error::invalid("weights", "empty", "at least one point"));
        };
        let count = first.weights.len();
        let mut last_age = f64::NEG_INFINITY;
        for point in &points {
            if !(point.age > last_age && point.age.is_finite()) {
                return Err(Error::invalid("age", point.age, "an age above the one before"));
            }
            last_age = point.age;
            if point.weights.len() != count {
                return Err(Error::invalid("weights", point.weights.len(), format_args!("{count} weights")));
            }
            if let Some(bad) = point.weights.iter().find(|w| !(**w >= 0.0 && **w <= 1.0)) {
                return Err(Error::invalid("weights", bad, "weights from 0 to 1"));
            }
        }
        Ok(Self { points })
    }

    pub(super) fn points(&self) -> &[WeightPoint] {
        &self.points
    }

    /// How many numbers there are at an age.
    pub(super) fn width(&self) -> usize {
        self.points[0].weights.len()
    }

    /// The numbers at `age`.
    pub(super) fn at(&self, age: f64) -> Vec<f64> {
        let after = self.points.partition_point(|point| point.age <= age);
        if after == 0 {
            return self.points[0].weights.clone();
        }
        let left = &self.points[after - 1];
        let Some(right) = self.points.get(after) else {
            return left.weights.clone();
        };
        let part = (age - left.age) / (right.age - left.age);
        left.weights.iter().zip(&right.weights).map(|(l, r)| l + part * (r - l)).collect()
    }

    /// The ages at which the path bends; none if it is constant.
    pub(super) fn bends(&self) -> Vec<f64> {
        let moves = self.points.len() > 1;
        self.points.iter().filter(|_| moves).map(|point| point.age).collect()
    }
}
/// A number for a message: six digits, without trailing zeros.
pub(super) fn rounded(value: f64) -> String {
    let text = format!("{value:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}
