//! A sleeve: alternative assets added to an allocation and paid for by its public part, pro rata at every age.

use crate::error::{Error, Problem, Result};
use crate::policy::allocation::rounded;
use crate::policy::path::Path;
use crate::policy::{Allocation, WeightPoint};

/// Months from birth to the last age at which a sleeve is held against the public part.
const LAST_MONTH: f64 = 200.0 * 12.0;

/// An allocation with the weights of a sleeve added and taken from its public assets.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sleeve {
    base: Allocation,
    added: Path,
    is_public: Vec<bool>,
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
    let added = Path::new(sleeve.to_vec()).map_err(|error| of_sleeve(&error))?;
    for (found, what) in [(added.width(), "weights"), (is_public.len(), "marks of public assets")] {
        if found != base.assets() {
            return Err(Error::invalid("sleeve", found, format_args!("{} {what}", base.assets())));
        }
    }
    let sleeve = Sleeve { base: base.clone(), added, is_public: is_public.to_vec() };
    sleeve.check()?;
    Ok(Allocation::with(sleeve))
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
    pub(super) fn base(&self) -> &Allocation {
        &self.base
    }

    pub(super) fn bends(&self) -> Vec<f64> {
        [self.base.bends(), self.added.bends()].concat()
    }

    /// Refuses a sleeve that is larger than the public part where a part bends or, because that part may be curved, in any
    /// month between: those are the ages at which a simulation asks.
    fn check(&self) -> Result<()> {
        let bends = self.bends();
        let first = bends.iter().copied().fold(LAST_MONTH / 12.0, f64::min);
        let last = bends.iter().copied().fold(0.0, f64::max);
        let mut ages = if bends.is_empty() { vec![0.0] } else { bends };
        let months = |age: f64| (age * 12.0).clamp(0.0, LAST_MONTH) as u32;
        ages.extend((months(first)..=months(last)).map(|month| f64::from(month) / 12.0));
        for age in ages {
            let (public, total) = self.sums(&self.base.at(age), &self.added.at(age));
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

    /// The weights at `age`.
    pub(super) fn at(&self, age: f64) -> Vec<f64> {
        let (mut weights, added) = (self.base.at(age), self.added.at(age));
        let (public, total) = self.sums(&weights, &added);
        let keep = if public > 0.0 { ((public - total) / public).max(0.0) } else { 1.0 };
        for ((weight, extra), is_public) in weights.iter_mut().zip(added).zip(&self.is_public) {
            *weight = if *is_public { *weight * keep } else { *weight } + extra;
        }
        weights
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::policy::NamedGlidePath;

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
