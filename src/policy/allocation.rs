//! Target weights by age: a path between points, two allocations whose shares move, or one with a sleeve on top. What is made of
//! several paths is worked out anew at every age, because products and ratios of paths are not linear between their points.

use crate::error::{Error, Result};
use crate::policy::glide_path::NamedGlidePath;
use crate::policy::path::{Path, WeightPoint, rounded};
use crate::policy::sleeve::Sleeve;

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
    Sleeve(Box<(Allocation, Sleeve)>),
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
    fn bends(&self) -> Vec<f64> {
        let mut ages = match &self.parts {
            Parts::Path(path) => path.bends(),
            Parts::Mix(mix) => [mix.share.bends(), mix.first.bends(), mix.second.bends()].concat(),
            Parts::Sleeve(parts) => [parts.0.bends(), parts.1.bends()].concat(),
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
            Parts::Sleeve(parts) => parts.0.named_glide_path(),
        }
    }

    /// The number of assets.
    #[must_use]
    pub fn assets(&self) -> usize {
        match &self.parts {
            Parts::Path(path) => path.width(),
            Parts::Mix(mix) => mix.first.assets(),
            Parts::Sleeve(parts) => parts.0.assets(),
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
            Parts::Sleeve(parts) => parts.1.added_to(parts.0.at(age), age),
        }
    }
}

/// Adds the weights of `sleeve` to `base`, taking their sum from the public assets in proportion.
///
/// With `P` the public weight and `s` the sleeve's total at an age, each public weight is multiplied by
/// `(P − s)/P`, at that age: the result is no line between points even where `base` and sleeve are. `is_public` has one
/// entry for each asset. The sleeve is given by points of age, linear between them and constant outside; its weights
/// need not sum to one. Without points there is no sleeve, and a sleeve of weight 0 changes no bit.
///
/// ```
/// use decumulus::policy::{Allocation, WeightPoint, with_sleeve};
/// let sixty_forty = Allocation::fixed(vec![0.6, 0.4, 0.0])?;
/// let bitcoin = [WeightPoint { age: 0.0, weights: vec![0.0, 0.0, 0.05] }];
/// let weights = with_sleeve(&sixty_forty, &bitcoin, &[true, true, false])?.at(40.0);
/// assert!((weights[0] - 0.57).abs() < 1e-12 && (weights[2] - 0.05).abs() < 1e-12);
/// # Ok::<(), decumulus::Error>(())
/// ```
///
/// # Errors
///
/// * a sleeve weight below 0, above 1 or NaN, ages that do not rise, or another number of assets than the base;
/// * a sleeve larger than the public part at some age.
pub fn with_sleeve(base: &Allocation, sleeve: &[WeightPoint], is_public: &[bool]) -> Result<Allocation> {
    if sleeve.is_empty() {
        return Ok(base.clone());
    }
    let sleeve = Sleeve::new(sleeve, is_public)?;
    for (found, what) in [(sleeve.width(), "weights"), (is_public.len(), "marks of public assets")] {
        if found != base.assets() {
            return Err(Error::invalid("sleeve", found, format_args!("{} {what}", base.assets())));
        }
    }
    sleeve.check([base.bends(), sleeve.bends()].concat(), |age| base.at(age))?;
    Ok(Allocation::of(Parts::Sleeve(Box::new((base.clone(), sleeve)))))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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

    #[test]
    fn a_sleeve_leaves_other_alternatives_alone_and_the_sum_at_one() {
        let base = Allocation::fixed(vec![0.5, 0.3, 0.2]).unwrap();
        let sleeve = [WeightPoint { age: 0.0, weights: vec![0.0, 0.0, 0.1] }];
        let with = with_sleeve(&base, &sleeve, &[true, true, false]).unwrap();
        let weights = with.at(50.0);
        assert!((weights[2] - 0.3).abs() < 1e-12);
        assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!(with.is_constant() && with_sleeve(&base, &[], &[true; 3]).unwrap() == base);
    }

    #[test]
    fn a_tapering_sleeve_follows_its_points_on_a_glide_path() {
        let base = Allocation::by_age(vec![
            WeightPoint { age: 30.0, weights: vec![0.9, 0.1, 0.0] },
            WeightPoint { age: 60.0, weights: vec![0.5, 0.5, 0.0] },
        ])
        .unwrap();
        let sleeve =
            [(30.0, 0.10), (65.0, 0.03)].map(|(age, w)| WeightPoint { age, weights: vec![0.0, 0.0, w] });
        let path = with_sleeve(&base, &sleeve, &[true, true, false]).unwrap();
        assert!((path.at(30.0)[2] - 0.10).abs() < 1e-12);
        assert!((path.at(65.0)[2] - 0.03).abs() < 1e-12);
        assert!((path.at(60.0)[2] - 0.04).abs() < 1e-12);
        // Between the points both the base and what it keeps move: 76 % times 92.1 %.
        let (gold, stocks) = (0.10 - 0.07 * 10.5 / 35.0, 0.9 - 0.4 * 10.5 / 30.0);
        let found = path.at(40.5);
        for (found, expected) in
            found.iter().zip([stocks * (1.0 - gold), (1.0 - stocks) * (1.0 - gold), gold])
        {
            assert!((found - expected).abs() < 1e-15, "{found} is not {expected}");
        }
    }

    #[test]
    fn a_sleeve_larger_than_the_public_part_is_refused() {
        let base = Allocation::fixed(vec![0.05, 0.95]).unwrap();
        let sleeve = [WeightPoint { age: 0.0, weights: vec![0.0, 0.1] }];
        let error = with_sleeve(&base, &sleeve, &[true, false]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "sleeve is a sum of 0.1, but must be at most 0.05, the public part at age 0"
        );
        assert!(with_sleeve(&base, &sleeve, &[true]).is_err());
        let short = [WeightPoint { age: 0.0, weights: vec![0.1] }];
        assert!(with_sleeve(&base, &short, &[true, false]).is_err());
    }

    #[test]
    fn a_sleeve_that_is_too_large_only_between_the_points_is_refused_too() {
        // The public part is x² while x falls from 1 to 0: a sleeve of x asks for more everywhere but at the ends.
        let fixed = |weights: [f64; 2]| Allocation::fixed(weights.to_vec()).unwrap();
        let falls = [(40.0, 1.0), (60.0, 0.0)];
        let line = |from: f64, to: f64| {
            [(40.0, from), (60.0, to)].map(|(age, w)| WeightPoint { age, weights: vec![0.0, w] })
        };
        let square = Allocation::mixed(
            &falls,
            Allocation::mixed(&falls, fixed([1.0, 0.0]), fixed([0.0, 1.0])).unwrap(),
            fixed([0.0, 1.0]),
        )
        .unwrap();
        let error = with_sleeve(&square, &line(1.0, 0.0), &[true, false]).unwrap_err();
        assert!(error.to_string().contains("the public part at age"), "{error}");
        assert!(with_sleeve(&square, &line(0.0, 0.0), &[true, false]).is_ok());
    }

    /// Rows of three weights that sum to one, at three ages.
    fn rows() -> impl Strategy<Value = Vec<(f64, [f64; 3])>> {
        let row = (0.1..1.0, 0.1..1.0, 0.1..1.0).prop_map(|(a, b, c)| [a, b, c].map(|w| w / (a + b + c)));
        let steps = (20.0..40.0, 0.5..25.0, 0.5..25.0);
        (steps, [row.clone(), row.clone(), row]).prop_map(|((first, second, third), rows)| {
            let ages = [first, first + second, first + second + third];
            ages.into_iter().zip(rows).collect()
        })
    }

    fn points(rows: &[(f64, [f64; 3])], scale: f64) -> Vec<WeightPoint> {
        let point = |(age, row): &(f64, [f64; 3])| WeightPoint {
            age: *age,
            weights: row.iter().map(|w| w * scale).collect(),
        };
        rows.iter().map(point).collect()
    }

    /// The rows at an age, written out: no line of the engine's interpolation.
    fn between(rows: &[(f64, [f64; 3])], age: f64, k: usize) -> f64 {
        let [first, .., last] = rows else { panic!("two rows") };
        if age <= first.0 {
            return first.1[k];
        }
        for pair in rows.windows(2) {
            let [(a, left), (b, right)] = pair else { panic!("pairs") };
            if age <= *b {
                return (left[k] * (b - age) + right[k] * (age - a)) / (b - a);
            }
        }
        last.1[k]
    }

    proptest! {
        #[test]
        fn weights_at_any_age_are_those_of_the_pro_rata_formula(
            base in rows(),
            sleeve in rows(),
            second in rows(),
            age in 15.0..100.0_f64,
        ) {
            // At least 0.1/2.1 of the base is in its public assets, so sleeves of 2 % in all fit.
            let is_public = [true, true, false];
            let path = Allocation::by_age(points(&base, 1.0)).unwrap();
            let once = with_sleeve(&path, &points(&sleeve, 0.02), &is_public).unwrap();
            let twice = with_sleeve(&once, &points(&second, 0.02), &is_public).unwrap();
            let mut expected = [0, 1, 2].map(|k| between(&base, age, k));
            for rows in [&sleeve, &second] {
                let added = [0, 1, 2].map(|k| 0.02 * between(rows, age, k));
                let (public, total) = (expected[0] + expected[1], added.iter().sum::<f64>());
                for k in 0..3 {
                    let kept = if is_public[k] { expected[k] * (1.0 - total / public) } else { expected[k] };
                    expected[k] = kept + added[k];
                }
            }
            for (found, expected) in twice.at(age).iter().zip(expected) {
                prop_assert!((found - expected).abs() < 1e-12, "{found} is not {expected}");
            }
            prop_assert!((twice.at(age).iter().sum::<f64>() - 1.0).abs() < 1e-12);
        }

        #[test]
        fn a_sleeve_of_weight_zero_changes_no_bit(base in rows(), sleeve in rows(), age in 15.0..100.0_f64) {
            let is_public = [true, true, false];
            let path = Allocation::by_age(points(&base, 1.0)).unwrap();
            let with = with_sleeve(&path, &points(&sleeve, 0.0), &is_public).unwrap();
            prop_assert_eq!(with.at(age), path.at(age));
            let equity = Allocation::fixed(vec![0.6, 0.4, 0.0]).unwrap();
            let bonds = Allocation::fixed(vec![0.0, 0.3, 0.7]).unwrap();
            let named = Allocation::glide_path(NamedGlidePath::VanguardLike, equity, bonds).unwrap();
            let with = with_sleeve(&named, &points(&sleeve, 0.0), &is_public).unwrap();
            prop_assert_eq!(with.at(age), named.at(age));
        }
    }
}
