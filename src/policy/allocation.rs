//! Target weights by age: a path between points, two allocations whose shares move, or one with a sleeve on top. What is made of
//! several paths is worked out anew at every age, because products and ratios of paths are not linear between their points.

use crate::error::{Error, Result};
use crate::policy::path::Path;
use crate::policy::sleeve::Sleeve;
use crate::policy::{NamedGlidePath, WeightPoint};

/// How far a sum of weights may be from one.
const SUM_TOLERANCE: f64 = 1e-6;

/// Target weights as a function of age; they sum to one at every age.
#[derive(Clone, Debug, PartialEq)]
pub struct Allocation {
    parts: Parts,
    /// The weights at every age at which a part bends; one point if nothing moves.
    points: Vec<WeightPoint>,
}

/// What an allocation is made of.
#[derive(Clone, Debug, PartialEq)]
enum Parts {
    /// Weights that are linear between points.
    Path(Path),
    /// A share of one allocation, the rest of another.
    Mix(Box<Mix>),
    /// An allocation with a sleeve that its public part pays for.
    Sleeve(Box<Sleeve>),
}

/// `share·first + (1 − share)·second` at every age.
#[derive(Clone, Debug, PartialEq)]
struct Mix {
    /// The glide path whose equity share `share` is.
    name: Option<NamedGlidePath>,
    share: Path,
    first: Allocation,
    second: Allocation,
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

    /// Weights at points of rising age: linear between them, constant before the first and after the last.
    ///
    /// # Errors
    ///
    /// * no point, or points whose ages do not rise;
    /// * points with different numbers of weights;
    /// * a weight below 0 or above 1, or NaN;
    /// * weights whose sum differs from 1 by more than 1e-6 (smaller differences are scaled away).
    pub fn by_age(points: Vec<WeightPoint>) -> Result<Self> {
        let mut points = Path::new(points)?.points().to_vec();
        for point in &mut points {
            let sum = point.weights.iter().fold(0.0, |sum, w| sum + w);
            if (sum - 1.0).abs() > SUM_TOLERANCE {
                let found = format!("a sum of {}", rounded(sum));
                return Err(Error::invalid("weights", found, "weights that sum to 1"));
            }
            for weight in &mut point.weights {
                *weight /= sum;
            }
        }
        Ok(Self::of(Parts::Path(Path::new(points)?)))
    }

    /// A share of one allocation and the rest of another, `share·first + (1 − share)·second` at every age. The share is
    /// given by age, linear between its points and constant outside.
    ///
    /// ```
    /// use decumulus::policy::Allocation;
    /// let (bonds, tips) = (Allocation::fixed(vec![1.0, 0.0])?, Allocation::fixed(vec![0.0, 1.0])?);
    /// let mixed = Allocation::mixed(&[(55.0, 0.0), (65.0, 0.25)], tips, bonds)?;
    /// assert_eq!(mixed.at(59.0), [0.9, 0.1]);
    /// # Ok::<(), decumulus::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// * no point, ages that do not rise, or a share below 0, above 1 or NaN;
    /// * allocations over different numbers of assets.
    pub fn mixed(share: &[(f64, f64)], first: Self, second: Self) -> Result<Self> {
        Self::mix(None, share, first, second)
    }

    /// A named glide path: its equity share of `equity`, the rest of `bonds`.
    ///
    /// # Errors
    ///
    /// Parts over different numbers of assets.
    pub fn glide_path(path: NamedGlidePath, equity: Self, bonds: Self) -> Result<Self> {
        Self::mix(Some(path), path.equity_shares(), equity, bonds)
    }

    fn mix(name: Option<NamedGlidePath>, share: &[(f64, f64)], first: Self, second: Self) -> Result<Self> {
        if first.assets() != second.assets() {
            let accepted = format!("{} weights", first.assets());
            return Err(Error::invalid("weights", second.assets(), accepted));
        }
        let points = share.iter().map(|&(age, share)| WeightPoint { age, weights: vec![share] });
        let share = Path::new(points.collect()).map_err(|error| error.within("share"))?;
        Ok(Self::of(Parts::Mix(Box::new(Mix { name, share, first, second }))))
    }

    pub(super) fn with(sleeve: Sleeve) -> Self {
        Self::of(Parts::Sleeve(Box::new(sleeve)))
    }

    fn of(parts: Parts) -> Self {
        let mut allocation = Self { parts, points: vec![] };
        let mut ages = allocation.bends();
        if let (Parts::Path(path), true) = (&allocation.parts, ages.is_empty()) {
            ages.extend(path.points().iter().map(|point| point.age));
        }
        if ages.is_empty() {
            ages.push(0.0);
        }
        allocation.points =
            ages.into_iter().map(|age| WeightPoint { age, weights: allocation.at(age) }).collect();
        allocation
    }

    /// The ages at which a part of the allocation bends, in order; none if weights are the same at every age.
    pub(super) fn bends(&self) -> Vec<f64> {
        let mut ages = match &self.parts {
            Parts::Path(path) => path.bends(),
            Parts::Mix(mix) => [mix.share.bends(), mix.first.bends(), mix.second.bends()].concat(),
            Parts::Sleeve(sleeve) => sleeve.bends(),
        };
        ages.sort_by(f64::total_cmp);
        ages.dedup();
        ages
    }

    /// The weights at every age at which a part of the allocation bends; a single point if weights are the same at every
    /// age. Between two points weights are those of [`Allocation::at`], which are linear in age only where no share of a
    /// share moves.
    #[must_use]
    pub fn points(&self) -> &[WeightPoint] {
        &self.points
    }

    /// Whether weights are the same at every age.
    #[must_use]
    pub fn is_constant(&self) -> bool {
        self.points.len() == 1
    }

    /// The named glide path on which the allocation stands, below any sleeves.
    #[must_use]
    pub fn named_glide_path(&self) -> Option<NamedGlidePath> {
        match &self.parts {
            Parts::Path(_) => None,
            Parts::Mix(mix) => mix.name,
            Parts::Sleeve(sleeve) => sleeve.base().named_glide_path(),
        }
    }

    /// The number of assets.
    #[must_use]
    pub fn assets(&self) -> usize {
        match &self.parts {
            Parts::Path(path) => path.width(),
            Parts::Mix(mix) => mix.first.assets(),
            Parts::Sleeve(sleeve) => sleeve.base().assets(),
        }
    }

    /// The target weights at `age`.
    #[must_use]
    pub fn at(&self, age: f64) -> Vec<f64> {
        match &self.parts {
            Parts::Path(path) => path.at(age),
            Parts::Mix(mix) => {
                let share = mix.share.at(age)[0];
                let (first, second) = (mix.first.at(age), mix.second.at(age));
                first.iter().zip(second).map(|(a, b)| share * a + (1.0 - share) * b).collect()
            }
            Parts::Sleeve(sleeve) => sleeve.at(age),
        }
    }
}

/// A number for a message: six digits, without trailing zeros.
pub(super) fn rounded(value: f64) -> String {
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
        assert_eq!(path.points().len(), 2);
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
        let one = || Allocation::fixed(vec![1.0]).unwrap();
        for share in [&[][..], &[(40.0, 1.5)], &[(50.0, 0.1), (50.0, 0.2)], &[(40.0, f64::NAN)]] {
            assert!(Allocation::mixed(share, one(), one()).is_err(), "{share:?}");
        }
        let two = Allocation::fixed(vec![0.5, 0.5]).unwrap();
        assert!(Allocation::mixed(&[(40.0, 0.5)], one(), two).is_err());
    }

    #[test]
    fn a_share_of_a_share_is_a_product_at_every_age_and_not_a_line() {
        let fixed = |weights: [f64; 3]| Allocation::fixed(weights.to_vec()).unwrap();
        let bonds =
            Allocation::mixed(&[(55.0, 0.0), (65.0, 0.25)], fixed([0.0, 0.0, 1.0]), fixed([0.0, 1.0, 0.0]));
        let path =
            Allocation::glide_path(NamedGlidePath::HundredMinusAge, fixed([1.0, 0.0, 0.0]), bonds.unwrap())
                .unwrap();
        let weights = path.at(60.5);
        let (equity, tips) = (0.395, 0.25 * 0.55);
        for (found, expected) in weights.iter().zip([equity, 0.605 * (1.0 - tips), 0.605 * tips]) {
            assert!((found - expected).abs() < 1e-15, "{weights:?}");
        }
        assert_eq!(path.points().iter().map(|point| point.age).collect::<Vec<_>>(), [0.0, 55.0, 65.0, 100.0]);
        assert_eq!(path.named_glide_path(), Some(NamedGlidePath::HundredMinusAge));
        assert!(!path.is_constant());
    }
}
