//! Target weights by age: constant, or linear between points.

use crate::error::{Error, Result};

/// How far a sum of weights may be from one.
const SUM_TOLERANCE: f64 = 1e-6;

/// Target weights at one age.
#[derive(Clone, Debug, PartialEq)]
pub struct WeightPoint {
    /// Age in years.
    pub age: f64,
    /// A weight for each asset of the market, in its order; they sum to one.
    pub weights: Vec<f64>,
}

/// Target weights as a function of age: linear between points, constant before the first and after the last.
#[derive(Clone, Debug, PartialEq)]
pub struct Allocation {
    points: Vec<WeightPoint>,
}

impl Allocation {
    /// The same weights at every age.
    ///
    /// ```
    /// use decumulus::policy::Allocation;
    /// assert!(Allocation::fixed(vec![0.6, 0.4]).is_ok());
    /// let error = Allocation::fixed(vec![0.6, 0.3]).unwrap_err();
    /// assert_eq!(error.to_string(), "weights is a sum of 0.9, but must be weights that sum to 1");
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Allocation::by_age`].
    pub fn fixed(weights: Vec<f64>) -> Result<Self> {
        Self::by_age(vec![WeightPoint { age: 0.0, weights }])
    }

    /// Weights at points of rising age.
    ///
    /// # Errors
    ///
    /// * no point, or points whose ages do not rise;
    /// * points with different numbers of weights;
    /// * a weight below 0 or above 1, or NaN;
    /// * weights whose sum differs from 1 by more than 1e-6 (smaller differences are scaled away).
    pub fn by_age(mut points: Vec<WeightPoint>) -> Result<Self> {
        if points.is_empty() {
            return Err(Error::invalid("weights", "empty", "at least one point"));
        }
        let count = points[0].weights.len();
        let mut last_age = f64::NEG_INFINITY;
        for point in &mut points {
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
            let sum = point.weights.iter().fold(0.0, |sum, w| sum + w);
            if (sum - 1.0).abs() > SUM_TOLERANCE {
                let found = format!("a sum of {}", rounded(sum));
                return Err(Error::invalid("weights", found, "weights that sum to 1"));
            }
            for weight in &mut point.weights {
                *weight /= sum;
            }
        }
        Ok(Self { points })
    }

    /// The points between which weights are linear.
    #[must_use]
    pub fn points(&self) -> &[WeightPoint] {
        &self.points
    }

    /// The number of assets.
    #[must_use]
    pub fn assets(&self) -> usize {
        self.points[0].weights.len()
    }

    /// The target weights at `age`.
    #[must_use]
    pub fn at(&self, age: f64) -> Vec<f64> {
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
}

/// A sum for a message: six digits, without trailing zeros.
fn rounded(value: f64) -> String {
    let text = format!("{value:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_linear_between_points_and_constant_outside() {
        let path = Allocation::by_age(vec![
            WeightPoint { age: 40.0, weights: vec![0.9, 0.1] },
            WeightPoint { age: 60.0, weights: vec![0.5, 0.5] },
        ])
        .unwrap();
        assert_eq!(path.at(30.0), [0.9, 0.1]);
        assert!((path.at(50.0)[0] - 0.7).abs() < 1e-15);
        assert_eq!(path.at(60.0), [0.5, 0.5]);
        assert_eq!(path.at(90.0), [0.5, 0.5]);
    }

    #[test]
    fn interpolated_weights_sum_to_one() {
        let path = Allocation::by_age(vec![
            WeightPoint { age: 25.0, weights: vec![0.54, 0.36, 0.1] },
            WeightPoint { age: 72.0, weights: vec![0.18, 0.12, 0.7] },
        ])
        .unwrap();
        for age in 20..80 {
            let sum: f64 = path.at(f64::from(age)).iter().sum();
            assert!((sum - 1.0).abs() < 1e-14);
        }
    }

    #[test]
    fn broken_weights_and_ages_are_refused() {
        for weights in [vec![0.5, 0.6], vec![-0.1, 1.1], vec![f64::NAN, 1.0], vec![]] {
            assert!(Allocation::fixed(weights).is_err());
        }
        let backwards = [50.0, 40.0].map(|age| WeightPoint { age, weights: vec![1.0] });
        assert!(Allocation::by_age(backwards.to_vec()).is_err());
    }
}
