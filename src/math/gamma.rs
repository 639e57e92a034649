//! The gamma distribution in double precision: its distribution function and its quantile, for what is computed
//! once when a model is compiled.

use crate::math::elementary::{exp, ln};

/// `ln(√(2π))`.
const LN_ROOT_TWO_PI: f64 = 0.918_938_533_204_672_8;
/// Series and fractions stop when a term changes nothing; this bound only guards.
const MOST_TERMS: u32 = 10_000;

/// The logarithm of the gamma function, for `a > 0`; absolute error about 1e-14 times its size.
///
/// Stirling's series above 12, the recurrence `Γ(a) = Γ(a+1)/a` below.
#[must_use]
pub fn ln_gamma(a: f64) -> f64 {
    let (mut shifted, mut product) = (a, 1.0);
    while shifted < 12.0 {
        product *= shifted;
        shifted += 1.0;
    }
    let square = 1.0 / (shifted * shifted);
    let mut series = 1.0 / 156.0;
    for coefficient in
        [-691.0 / 360_360.0, 1.0 / 1188.0, -1.0 / 1680.0, 1.0 / 1260.0, -1.0 / 360.0, 1.0 / 12.0]
    {
        series = series * square + coefficient;
    }
    (shifted - 0.5) * ln(shifted) - shifted + LN_ROOT_TWO_PI + series / shifted - ln(product)
}

/// The probabilities that a gamma variable of shape `a` is below and above `x`: the regularised incomplete gamma
/// functions `P(a, x)` and `Q(a, x)`, the smaller of them to about 1e-13 of its size.
///
/// Power series below `a + 1`, Lentz's continued fraction above.[^1]
///
/// [^1]: W. Press et al., *Numerical Recipes*, third edition (2007), section 6.2.
#[must_use]
pub fn below_and_above(a: f64, x: f64) -> (f64, f64) {
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    let front = exp(a * ln(x) - x - ln_gamma(a));
    if x < a + 1.0 {
        let (mut term, mut sum, mut n) = (1.0 / a, 1.0 / a, 0.0);
        for _ in 0..MOST_TERMS {
            n += 1.0;
            term *= x / (a + n);
            sum += term;
            if term < sum * 1e-17 {
                break;
            }
        }
        (front * sum, 1.0 - front * sum)
    } else {
        let upper = front * continued_fraction(a, x);
        (1.0 - upper, upper)
    }
}

fn continued_fraction(a: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let away_from_zero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut b = x + 1.0 - a;
    let (mut c, mut d) = (1.0 / TINY, 1.0 / away_from_zero(b));
    let mut fraction = d;
    for i in 1..MOST_TERMS {
        let i = f64::from(i);
        let numerator = -i * (i - a);
        b += 2.0;
        d = 1.0 / away_from_zero(numerator * d + b);
        c = away_from_zero(b + numerator / c);
        fraction *= d * c;
        if (d * c - 1.0).abs() < 1e-16 {
            break;
        }
    }
    fraction
}

/// The logarithm of the value that a gamma variable of shape `a ≥ 1` exceeds as seldom as a standard normal one exceeds
/// `z`; for `z` from −8 to 8, to about 1e-12.
///
/// By Newton's method on the logarithm of the smaller tail, which is concave (in `ln x` below the median, in `x` above), so
/// that it converges from where it starts.
#[must_use]
pub fn ln_quantile_at_normal(a: f64, z: f64) -> f64 {
    let half = 0.5 * z * z;
    let tail = ln(0.5 * below_and_above(0.5, half).1);
    let ln_gamma_a = ln_gamma(a);
    let ln_density_of_ln = |y: f64, x: f64| a * y - x - ln_gamma_a;
    if z <= 0.0 {
        // P(a, x) ≤ x^a/Γ(a+1): this starts at or below the quantile.
        let mut y = (tail + ln_gamma(a + 1.0)) / a;
        for _ in 0..100 {
            let x = exp(y);
            let ln_below = ln(below_and_above(a, x).0);
            let step = (tail - ln_below) / exp(ln_density_of_ln(y, x) - ln_below);
            y += step;
            if step.abs() < 1e-14 {
                break;
            }
        }
        y
    } else {
        let mut x = a;
        for _ in 0..100 {
            let ln_above = ln(below_and_above(a, x).1);
            let step = (ln_above - tail) * x / exp(ln_density_of_ln(ln(x), x) - ln_above);
            x += step;
            if step.abs() < 1e-14 * x {
                break;
            }
        }
        ln(x)
    }
}

#[cfg(test)]
mod tests {
    use statrs::distribution::{ContinuousCDF, Gamma, Normal};

    use super::*;

    #[test]
    fn the_distribution_function_agrees_with_a_reference_library() {
        for a in [0.5, 1.0, 1.05, 3.0, 15.0, 500.0] {
            let reference = Gamma::new(a, 1.0).unwrap();
            for factor in [1e-3, 0.1, 0.5, 0.9, 1.0, 1.1, 1.5, 3.0] {
                let (below, above) = below_and_above(a, a * factor);
                assert!((below - reference.cdf(a * factor)).abs() < 1e-12, "{a} {factor}");
                assert!((above - reference.sf(a * factor)).abs() < 1e-12, "{a} {factor}");
            }
        }
        // Γ(1/2) = √π, Γ(5) = 24; an exponential variable; half a squared normal one.
        assert!((ln_gamma(0.5) - 0.5 * std::f64::consts::PI.ln()).abs() < 1e-14);
        assert!((ln_gamma(5.0) - 24.0_f64.ln()).abs() < 1e-14);
        assert!((below_and_above(1.0, 20.0).1 / (-20.0_f64).exp() - 1.0).abs() < 1e-13);
        assert!((below_and_above(0.5, 0.5 * 1.96 * 1.96).1 - 0.049_995_790_296_440_87).abs() < 1e-14);
    }

    #[test]
    fn quantiles_are_exceeded_as_seldom_as_normals() {
        let normal = Normal::standard();
        for a in [1.0, 1.05, 1.5, 3.0, 15.0, 500.0] {
            for z in [-6.7, -4.0, -2.0, -0.5, 0.0, 0.5, 2.0, 4.0, 6.7] {
                let (below, above) = below_and_above(a, ln_quantile_at_normal(a, z).exp());
                let (found, wanted) = if z <= 0.0 { (below, normal.cdf(z)) } else { (above, normal.cdf(-z)) };
                assert!((found / wanted - 1.0).abs() < 1e-9, "{a} {z}: {found:e} {wanted:e}");
            }
        }
    }
}
