//! A sleeve: alternative assets added to an allocation and paid for by its public part, pro rata.

use crate::error::{Error, Result};
use crate::policy::{Allocation, WeightPoint};

/// Adds the weights of `sleeve` to `base`, taking their sum from the public assets in proportion.
///
/// With `P` the public weight and `s` the sleeve's total at an age, each public weight is multiplied by
/// `(P − s)/P`. `is_public` has one entry for each asset. The sleeve is given by points of age, linear
/// between them; its weights need not sum to one.
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
/// * a sleeve weight below 0, above 1 or NaN, or ages that do not rise;
/// * a sleeve larger than the public part at some age.
pub fn with_sleeve(base: &Allocation, sleeve: &[WeightPoint], is_public: &[bool]) -> Result<Allocation> {
    let sleeve = sleeve_by_age(sleeve)?;
    let mut ages: Vec<f64> = base.points().iter().map(|p| p.age).collect();
    ages.extend(sleeve.iter().map(|p| p.age));
    ages.sort_by(f64::total_cmp);
    ages.dedup();
    let points = ages.into_iter().map(|age| point_at(base, &sleeve, is_public, age));
    Allocation::by_age(points.collect::<Result<_>>()?)
}

fn sleeve_by_age(points: &[WeightPoint]) -> Result<Vec<WeightPoint>> {
    let mut last_age = f64::NEG_INFINITY;
    for point in points {
        if !(point.age > last_age && point.age.is_finite()) {
            return Err(Error::invalid("sleeve.age", point.age, "an age above the one before"));
        }
        last_age = point.age;
        if let Some(bad) = point.weights.iter().find(|w| !(**w >= 0.0 && **w <= 1.0)) {
            return Err(Error::invalid("sleeve", bad, "weights from 0 to 1"));
        }
    }
    Ok(points.to_vec())
}

fn point_at(base: &Allocation, sleeve: &[WeightPoint], is_public: &[bool], age: f64) -> Result<WeightPoint> {
    let mut weights = base.at(age);
    let added = interpolate(sleeve, age, weights.len());
    let public = weights.iter().zip(is_public).filter(|(_, p)| **p).fold(0.0, |sum, (w, _)| sum + w);
    let total = added.iter().fold(0.0, |sum, w| sum + w);
    if total > public + 1e-12 {
        let accepted = format!("at most {public}, the public part at age {age}");
        return Err(Error::invalid("sleeve", format_args!("a sum of {total}"), accepted));
    }
    let keep = if public > 0.0 { ((public - total) / public).max(0.0) } else { 1.0 };
    for ((weight, extra), is_public) in weights.iter_mut().zip(added).zip(is_public) {
        *weight = if *is_public { *weight * keep } else { *weight } + extra;
    }
    Ok(WeightPoint { age, weights })
}

fn interpolate(points: &[WeightPoint], age: f64, assets: usize) -> Vec<f64> {
    let after = points.partition_point(|point| point.age <= age);
    match (after.checked_sub(1).and_then(|i| points.get(i)), points.get(after)) {
        (None, None) => vec![0.0; assets],
        (Some(only), None) | (None, Some(only)) => only.weights.clone(),
        (Some(left), Some(right)) => {
            let part = (age - left.age) / (right.age - left.age);
            left.weights.iter().zip(&right.weights).map(|(l, r)| l + part * (r - l)).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sleeve_leaves_other_alternatives_alone_and_the_sum_at_one() {
        let base = Allocation::fixed(vec![0.5, 0.3, 0.2]).unwrap();
        let sleeve = [WeightPoint { age: 0.0, weights: vec![0.0, 0.0, 0.1] }];
        let weights = with_sleeve(&base, &sleeve, &[true, true, false]).unwrap().at(50.0);
        assert!((weights[2] - 0.3).abs() < 1e-12);
        assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
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
    }

    #[test]
    fn a_sleeve_larger_than_the_public_part_is_refused() {
        let base = Allocation::fixed(vec![0.05, 0.95]).unwrap();
        let sleeve = [WeightPoint { age: 0.0, weights: vec![0.0, 0.1] }];
        assert!(with_sleeve(&base, &sleeve, &[true, false]).is_err());
    }
}
