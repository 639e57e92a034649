//! Double-precision `exp` and `ln` from plain IEEE operations, for everything that is computed once.
//!
//! The functions of the standard library call the platform's mathematical library, whose last bit
//! differs between machines. These are within one unit in the last place and the same everywhere.

const LN2_HI: f64 = 0.693_147_180_369_123_8;
const LN2_LO: f64 = 1.908_214_929_270_587_7e-10;

/// The exponential function `e^x`.
///
/// Underflows to zero below −745 and overflows to infinity above 709.78; NaN stays NaN.
///
/// ```
/// use decumulus::math::elementary::exp;
/// assert_eq!(exp(0.0), 1.0);
/// assert!((exp(1.0) - std::f64::consts::E).abs() < 1e-15);
/// ```
#[must_use]
pub fn exp(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    if x > 709.782_712_893_384 {
        return f64::INFINITY;
    }
    if x < -745.133_219_101_941_1 {
        return 0.0;
    }
    let n = (x * std::f64::consts::LOG2_E).round();
    let r = (x - n * LN2_HI) - n * LN2_LO;
    // The Taylor series to r^13/13!: with |r| ≤ ln2/2 the first term left out is below 5e-18.
    let mut tail = 1.0 / 6_227_020_800.0;
    for factorial in
        [479_001_600.0, 39_916_800.0, 3_628_800.0, 362_880.0, 40_320.0, 5_040.0, 720.0, 120.0, 24.0, 6.0, 2.0]
    {
        tail = tail * r + 1.0 / factorial;
    }
    let value = 1.0 + (r + r * r * tail);
    // Two factors, because 2^n alone can leave the range of normal numbers.
    let n = n as i64;
    value * power_of_two(n / 2) * power_of_two(n - n / 2)
}

/// The natural logarithm.
///
/// Returns −∞ for zero and NaN for negative numbers and NaN.
///
/// ```
/// use decumulus::math::elementary::ln;
/// assert_eq!(ln(1.0), 0.0);
/// assert!((ln(10.0) - std::f64::consts::LN_10).abs() < 1e-15);
/// ```
#[must_use]
pub fn ln(x: f64) -> f64 {
    if x.is_nan() || x < 0.0 {
        return f64::NAN;
    }
    if x == 0.0 {
        return f64::NEG_INFINITY;
    }
    if x.is_infinite() {
        return x;
    }
    // Subnormal numbers are scaled up first.
    let (x, shift) = if x < f64::MIN_POSITIVE { (x * power_of_two(54), -54) } else { (x, 0) };
    let bits = x.to_bits();
    let mut exponent = ((bits >> 52) as i64) - 1023 + shift;
    let mut mantissa = f64::from_bits((bits & 0x000F_FFFF_FFFF_FFFF) | 0x3FF0_0000_0000_0000);
    if mantissa > std::f64::consts::SQRT_2 {
        mantissa *= 0.5;
        exponent += 1;
    }
    // ln(1+f) = 2 artanh(s), s = f/(2+f); |s| < 0.172, so that 12 terms reach 1e-19.
    let f = mantissa - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    let mut series = 2.0 / 25.0;
    for odd in [23.0, 21.0, 19.0, 17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0] {
        series = series * z + 2.0 / odd;
    }
    let half_square = 0.5 * f * f;
    let n = exponent as f64;
    n * LN2_HI - ((half_square - (s * (half_square + z * series) + n * LN2_LO)) - f)
}

/// `ln(1 + x)` without losing the digits of a small `x`[^1]; within four units in the last place.
///
/// [^1]: The quotient of Kahan's: what rounding does to `1 + x` it does to both parts alike.
#[must_use]
pub fn ln_1p(x: f64) -> f64 {
    let near = 1.0 + x;
    if near == 1.0 || near.is_infinite() { x } else { ln(near) * (x / (near - 1.0)) }
}

/// `base` to the power `exponent`, for a positive base: `exp(exponent · ln base)`.
///
/// Exact for the exponents 0 and 1; otherwise the relative error is about 2⁻⁵³ times the size of
/// `exponent · ln base`.
#[must_use]
pub fn pow(base: f64, exponent: f64) -> f64 {
    if exponent == 0.0 || base == 1.0 {
        1.0
    } else if exponent == 1.0 {
        base
    } else {
        exp(exponent * ln(base))
    }
}

fn power_of_two(n: i64) -> f64 {
    f64::from_bits(((n + 1023) as u64) << 52)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ulps_apart(a: f64, b: f64) -> u64 {
        a.to_bits().abs_diff(b.to_bits())
    }

    #[test]
    fn exp_is_within_two_units_of_the_platform_library() {
        for i in -70_000..=70_000 {
            let x = f64::from(i) * 0.01;
            assert!(ulps_apart(exp(x), x.exp()) <= 2, "exp({x}) = {} not {}", exp(x), x.exp());
        }
    }

    #[test]
    fn ln_is_within_two_units_of_the_platform_library() {
        let mut x = 1e-300;
        while x < 1e300 {
            assert!(ulps_apart(ln(x), x.ln()) <= 2, "ln({x}) = {} not {}", ln(x), x.ln());
            x *= 1.003_7;
        }
        for i in 1..20_000 {
            let x = f64::from(i) * 1e-4;
            assert!((ln(x) - x.ln()).abs() <= 2.0 * f64::EPSILON * x.ln().abs().max(1e-3));
        }
    }

    #[test]
    fn ln_1p_keeps_the_digits_of_small_numbers() {
        let mut x = 1e-300;
        while x < 1e3 {
            for x in [x, -x].into_iter().filter(|x| *x > -1.0) {
                assert!(ulps_apart(ln_1p(x), x.ln_1p()) <= 4, "{x}: {} {}", ln_1p(x), x.ln_1p());
            }
            x *= 1.37;
        }
        assert_eq!((ln_1p(0.0), ln_1p(f64::INFINITY)), (0.0, f64::INFINITY));
        assert!(ln_1p(-2.0).is_nan() && ln_1p(-1.0) == f64::NEG_INFINITY);
    }

    #[test]
    fn edges_behave_like_the_mathematical_functions() {
        assert_eq!(exp(-800.0), 0.0);
        assert_eq!(exp(800.0), f64::INFINITY);
        assert!(exp(f64::NAN).is_nan() && ln(f64::NAN).is_nan() && ln(-1.0).is_nan());
        assert_eq!(ln(0.0), f64::NEG_INFINITY);
        assert_eq!(ln(f64::INFINITY), f64::INFINITY);
        assert!((ln(5e-324) - (-744.440_071_921_381_2)).abs() < 1e-12);
        assert_eq!(pow(1.07, 1.0), 1.07);
        assert!((pow(1.07, 30.0) - 1.07_f64.powi(30)).abs() < 1e-13);
    }
}
