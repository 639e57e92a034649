//! Single-precision lane functions for the hot path: draws and growth factors, never money.
//!
//! Branch-free, so that a loop over lanes becomes vector instructions at every width; relative
//! errors are about 1e-7, far below the Monte Carlo error of any run. The polynomials are minimax
//! fits (iteratively reweighted least squares) with the relative errors noted beside them.

/// 1.5 · 2²³: adding and subtracting it rounds a small number to the nearest integer.
const ROUND: f32 = 12_582_912.0;

/// Below this size an argument needs no reduction: the multiple of ln 2 taken out would be zero.
const NO_REDUCTION: f32 = 0.34;

/// The exponential function for |x| ≤ 87; larger arguments are clamped, so the result is finite.
///
/// `exp(0)` is exactly one. Relative error below 1.2e-7 (the polynomial's own part is 3e-9).
#[inline(always)]
#[must_use]
#[allow(clippy::manual_clamp)] // `clamp` handles NaN and bounds in a way that hinders vector code
pub fn exp(x: f32) -> f32 {
    let x = if x > 87.0 { 87.0 } else { x };
    let x = if x < -87.0 { -87.0 } else { x };
    let rounded = x * std::f32::consts::LOG2_E + ROUND;
    let n = rounded - ROUND;
    let r = (x - n * 0.693_359_4) - n * -2.121_944_4e-4;
    // The integer n sits in the low bits of `rounded`; shifted up it is an exponent to add.
    let scale = (rounded.to_bits() << 23).wrapping_add(0x3F80_0000);
    exp_reduced(r) * f32::from_bits(scale)
}

/// The exponential function for |r| ≤ ln 2 / 2.
#[inline(always)]
fn exp_reduced(r: f32) -> f32 {
    let mut p = 0.001_381_46;
    p = p * r + 0.008_368_72;
    p = p * r + 0.041_668_39;
    p = p * r + 0.166_665_2;
    p = p * r + 0.499_999_93;
    1.0 + (r + (r * r) * p)
}

/// [`exp`] of every lane, with the same bits; faster where all arguments are small, as those of monthly
/// returns mostly are.
#[inline(always)]
pub fn exp_lanes<const L: usize>(lanes: &mut [f32; L]) {
    // Sizes compare like their bits, and a maximum of integers may be taken in any order.
    let mut largest = 0;
    for &x in lanes.iter() {
        largest = largest.max(x.to_bits() & 0x7FFF_FFFF);
    }
    if largest < NO_REDUCTION.to_bits() {
        for x in lanes {
            *x = exp_reduced(*x);
        }
    } else {
        for x in lanes {
            *x = exp(*x);
        }
    }
}

/// The natural logarithm of a positive normal number.
///
/// Relative error below 2e-7, absolute error near one included.
#[inline(always)]
#[must_use]
pub fn ln(x: f32) -> f32 {
    // Subtracting the bits of sqrt(1/2) leaves the exponent of a mantissa in [sqrt(1/2), sqrt(2)).
    let bits = x.to_bits().wrapping_sub(0x3F35_04F3);
    let n = ((bits as i32) >> 23) as f32;
    let f = f32::from_bits((bits & 0x007F_FFFF).wrapping_add(0x3F35_04F3)) - 1.0;
    let mut p = 0.087_004_84;
    p = p * f - 0.142_675_73;
    p = p * f + 0.149_147_9;
    p = p * f - 0.165_775_76;
    p = p * f + 0.199_630_62;
    p = p * f - 0.250_013_38;
    p = p * f + 0.333_339_1;
    let square = f * f;
    let small = (p * f) * square + n * -2.121_944_4e-4;
    (f - 0.5 * square) + small + n * 0.693_359_4
}

/// Cosine and sine of a uniformly random angle, from the bits of a random word.
///
/// Thirty bits give an angle of −45° to 45° (sine and cosine to 3e-8), one bit flips the cosine's
/// sign and one exchanges the two: together every angle of the circle, uniformly.
#[inline(always)]
#[must_use]
pub fn random_direction(word: u32) -> (f32, f32) {
    // t in [−1/2, 1/2) quarter turns.
    let t = ((word << 2) as i32) as f32 * (1.0 / 4_294_967_296.0);
    let z = t * t;
    let mut s = -0.004_601_655;
    s = s * z + 0.079_680_03;
    s = s * z - 0.645_963_46;
    s = s * z + std::f32::consts::FRAC_PI_2;
    let sine = s * t;
    let mut c = -0.020_408_336;
    c = c * z + 0.253_598_64;
    c = c * z - 1.233_697;
    c = c * z + 0.999_999_97;
    let cosine = f32::from_bits(c.to_bits() ^ (word & 0x8000_0000));
    let exchange = word & 0x4000_0000 != 0;
    if exchange { (sine, cosine) } else { (cosine, sine) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_is_within_its_stated_relative_error() {
        let mut worst = 0.0_f64;
        for i in -860_000..=860_000 {
            let x = i as f32 * 1e-4;
            let exact = f64::from(x).exp();
            worst = worst.max((f64::from(exp(x)) / exact - 1.0).abs());
        }
        assert!(worst < 2.0e-7, "worst relative error {worst:e}");
        assert_eq!(exp(0.0), 1.0);
        assert!(exp(1e30).is_finite() && exp(-1e30) > 0.0);
    }

    #[test]
    fn exp_is_unbiased_where_monthly_returns_lie() {
        let n = 400_000;
        let sum: f64 = (-n..=n)
            .map(|i| {
                let x = (f64::from(i) * 1e-6) as f32;
                f64::from(exp(x)) / f64::from(x).exp() - 1.0
            })
            .sum();
        let bias = sum / f64::from(2 * n + 1);
        // Rounding errors of 6e-8/sqrt(12) each average out; a bias would compound over 840 steps.
        assert!(bias.abs() < 5e-9, "bias {bias:e}");
    }

    #[test]
    fn lanes_have_the_bits_of_single_arguments_whether_all_are_small_or_not() {
        for largest in [0.0, 0.1, 0.339, 0.341, 3.0, 100.0] {
            let arguments: [f32; 32] = std::array::from_fn(|i| largest * (i as f32 / 15.5 - 1.0));
            let mut lanes = arguments;
            exp_lanes(&mut lanes);
            assert_eq!(lanes.map(f32::to_bits), arguments.map(|x| exp(x).to_bits()));
        }
    }

    #[test]
    fn ln_is_within_its_stated_error() {
        let mut x = 2.4e-10_f32;
        while x < 4.0 {
            let exact = f64::from(x).ln();
            let error = (f64::from(ln(x)) - exact).abs();
            assert!(error <= 2.5e-7 * exact.abs() + 1e-12, "ln({x}): {error:e}");
            x *= 1.000_3;
        }
        assert_eq!(ln(1.0), 0.0);
    }

    #[test]
    fn random_directions_lie_on_the_unit_circle_in_every_octant() {
        let mut octants = [0_u32; 8];
        for i in 0..4096_u32 {
            let (x, y) = random_direction(i.wrapping_mul(0x9E37_79B9));
            assert!((f64::from(x).hypot(f64::from(y)) - 1.0).abs() < 3e-7);
            let angle = f64::from(y).atan2(f64::from(x)) / std::f64::consts::PI * 4.0 + 4.0;
            octants[(angle as usize).min(7)] += 1;
        }
        assert!(octants.iter().all(|&n| (400..=624).contains(&n)), "{octants:?}");
    }
}
