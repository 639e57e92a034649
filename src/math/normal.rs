//! Standard normal draws for the lanes of a tile, by Box and Muller's transformation[^1], and the normal
//! quantile for intervals.
//!
//! A fixed number of words makes a fixed number of normals, so that draw number `n` of a lifetime is the
//! same however many lanes, steps or threads are used.
//!
//! [^1]: G. Box and M. Muller, *A note on the generation of random normal deviates*, Annals of
//!   Mathematical Statistics 29 (1958).

use super::elementary::exp;
use super::lanes::SingleLanes;
use super::single;
use super::streams::{Purpose, Streams};

/// The two-sided 95 % point of the standard normal distribution.
pub const Z_95: f64 = 1.959_963_984_540_054;

/// Below this a tail is a continued fraction, above it half of a series.
const TAIL_FROM: f64 = 2.0;

/// The density of the standard normal distribution.
#[must_use]
pub fn normal_density(x: f64) -> f64 {
    const ROOT_OF_TWO_PI: f64 = 2.506_628_274_631_000_2;
    exp(-0.5 * x * x) / ROOT_OF_TWO_PI
}

/// The distribution function of the standard normal distribution, `P(Z ≤ x)`.
///
/// The relative error is below 2e-13 for every `x` from −37 up (below, the probability is under 1e-300), in the far
/// left tail too; NaN stays NaN.
///
/// ```
/// use decumulus::math::normal::normal_cdf;
/// assert_eq!(normal_cdf(0.0), 0.5);
/// assert!((normal_cdf(-1.959_963_984_540_054) - 0.025).abs() < 1e-16);
/// ```
#[must_use]
pub fn normal_cdf(x: f64) -> f64 {
    if x.is_nan() {
        x
    } else if x < -TAIL_FROM {
        upper_tail(-x)
    } else if x > TAIL_FROM {
        1.0 - upper_tail(x)
    } else if x < 0.0 {
        // The complement, taken where the tail is not yet small.
        0.5 - 0.5 * normal_central(-x)
    } else {
        0.5 + 0.5 * normal_central(x)
    }
}

/// The probability that a standard normal lies within `x` of zero, `P(|Z| ≤ x) = 2·N(x) − 1`, for `x` of zero or more; to
/// full precision for a small `x` too. Zero for a negative `x`.
#[must_use]
pub fn normal_central(x: f64) -> f64 {
    if x > TAIL_FROM {
        return 1.0 - 2.0 * upper_tail(x);
    }
    if x.is_nan() || x <= 0.0 {
        return if x.is_nan() { x } else { 0.0 };
    }
    // 2·φ(x)·(x + x³/3 + x⁵/(3·5) + …): all terms positive, thirty of them reach 1e-18 at x = 2.
    let (mut term, mut sum) = (x, x);
    for odd in 1..=30_u32 {
        term *= x * x / f64::from(2 * odd + 1);
        sum += term;
    }
    2.0 * normal_density(x) * sum
}

/// `P(Z > x)` for `x` of two or more, by Laplace's continued fraction `φ(x)/(x + 1/(x + 2/(x + 3/…)))`.
fn upper_tail(x: f64) -> f64 {
    let fraction = (1..=120_u32).rev().fold(x, |below, k| x + f64::from(k) / below);
    normal_density(x) / fraction
}

/// Two independent standard normals from two random words.
///
/// The radius takes 31 bits of the first word, so a draw never exceeds 6.66 in size (a probability of
/// 3e-11); the direction takes the 32 bits of the second.
#[inline(always)]
#[must_use]
pub fn normal_pair(radius_word: u32, direction_word: u32) -> (f32, f32) {
    let u = ((radius_word >> 1) as i32 as f32 + 0.5) * (1.0 / 2_147_483_648.0);
    let radius = (-2.0 * single::ln(u)).max(0.0).sqrt();
    let (x, y) = single::random_direction(direction_word);
    (radius * x, radius * y)
}

/// Standard normals number `4·block .. 4·block + 4` of `L` consecutive lifetimes.
#[inline(always)]
pub fn normal_block<const L: usize>(
    streams: Streams,
    purpose: Purpose,
    first_lifetime: u64,
    block: u32,
    out: &mut [SingleLanes<L>; 4],
) {
    let [a, b, c, d] = out;
    normal_rows(streams, purpose, first_lifetime, block, [a, b, c, d]);
}

/// [`normal_block`] into rows that may lie apart.
#[inline(always)]
pub fn normal_rows<const L: usize>(
    streams: Streams,
    purpose: Purpose,
    first_lifetime: u64,
    block: u32,
    out: [&mut SingleLanes<L>; 4],
) {
    // Two loops: the generator works on 64-bit lanes, the transformation on twice as many 32-bit ones.
    let mut words = [[0_u32; L]; 4];
    for lane in 0..L {
        let block = streams.block(purpose, first_lifetime.wrapping_add(lane as u64), block);
        for (row, word) in words.iter_mut().zip(block) {
            row[lane] = word;
        }
    }
    let [a, b, c, d] = out;
    for lane in 0..L {
        (a[lane], b[lane]) = normal_pair(words[0][lane], words[1][lane]);
    }
    for lane in 0..L {
        (c[lane], d[lane]) = normal_pair(words[2][lane], words[3][lane]);
    }
}

#[cfg(test)]
mod tests {
    use rand::Rng;
    use rand_distr::{Distribution, StandardNormal};
    use statrs::distribution::{ContinuousCDF, Normal};

    use super::*;

    fn sample(count: usize) -> Vec<f64> {
        let streams = Streams::new(42);
        let mut values = Vec::with_capacity(count);
        let mut out = [SingleLanes::<8>::splat(0.0); 4];
        let mut first = 0;
        while values.len() < count {
            for block in 0..64 {
                normal_block(streams, Purpose::Market, first, block, &mut out);
                values.extend(out.iter().flat_map(|lanes| lanes.iter()).map(|&z| f64::from(z)));
            }
            first += 8;
        }
        values.truncate(count);
        values
    }

    #[test]
    #[allow(clippy::excessive_precision)] // as printed
    fn the_distribution_function_has_the_digits_that_it_promises() {
        // Forty-digit arithmetic.
        for (x, expected) in [
            (-0.5, 0.3085375387259869),
            (-1.0, 0.15865525393145705),
            (-0.74, 0.2296499971647906),
            (-1.5, 0.066807201268858066),
            (-2.0, 0.022750131948179207),
            (-2.25, 0.012224472655044703),
            (-3.3, 4.8342414238377751e-4),
            (-5.0, 2.8665157187919391e-7),
            (-8.0, 6.2209605742717841e-16),
            (-10.0, 7.6198530241605261e-24),
            (-20.0, 2.7536241186062337e-89),
            (-30.0, 4.9067139271481871e-198),
            (-37.0, 5.7255712225245768e-300),
        ] {
            let found = normal_cdf(x);
            assert!((found / expected - 1.0_f64).abs() < 2e-13, "N({x}) = {found:e} not {expected:e}");
            assert!((normal_cdf(-x) - (1.0 - expected)).abs() < 1e-15, "N({})", -x);
        }
        assert!(normal_cdf(f64::NAN).is_nan() && normal_cdf(f64::NEG_INFINITY) == 0.0);
        assert_eq!(normal_cdf(f64::INFINITY), 1.0);
    }

    #[test]
    fn the_distribution_function_is_that_of_the_reference_library_everywhere() {
        let normal = Normal::standard();
        let mut last = 0.0;
        for i in -3_700..=1_000 {
            let x = f64::from(i) * 0.01;
            let (ours, theirs) = (normal_cdf(x), normal.cdf(x));
            // The reference itself is off by 1.2e-10 at -0.74 and by 5e-11 at -37, as the digits above show.
            assert!((ours / theirs - 1.0).abs() < 1e-9, "N({x}) = {ours:e} not {theirs:e}");
            assert!(ours >= last, "it falls at {x}");
            last = ours;
        }
    }

    #[test]
    fn the_central_probability_keeps_its_digits_near_zero() {
        for x in [1e-200, 1e-9, 1e-4, 0.01] {
            let slope = 2.0 * normal_density(0.0) * x * (1.0 - x * x / 6.0 + x * x * x * x / 40.0);
            assert!((normal_central(x) / slope - 1.0).abs() < 1e-14, "{x}");
        }
        assert_eq!((normal_central(0.0), normal_central(-1.0), normal_central(50.0)), (0.0, 0.0, 1.0));
        assert!((normal_central(TAIL_FROM) - normal_central(TAIL_FROM.next_up())).abs() < 1e-14);
    }

    fn kolmogorov_smirnov(mut values: Vec<f64>) -> f64 {
        let normal = Normal::standard();
        values.sort_by(f64::total_cmp);
        let n = values.len() as f64;
        values.iter().enumerate().fold(0.0, |worst, (i, &x)| {
            let cdf = normal.cdf(x);
            worst.max((cdf - i as f64 / n).abs()).max((cdf - (i + 1) as f64 / n).abs())
        })
    }

    #[test]
    fn lane_normals_pass_kolmogorov_smirnov_like_the_reference_sampler() {
        let n = 1_000_000;
        // False alarm rate 1 in 1000: sqrt(ln(2/0.001)/2) / sqrt(n).
        let critical = 1.949_5 / (n as f64).sqrt();
        let ours = kolmogorov_smirnov(sample(n));
        assert!(ours < critical, "{ours} against {critical}");
        let mut generator = Streams::new(43).generator(Purpose::Resampling, 0);
        let reference: Vec<f64> = (0..n).map(|_| StandardNormal.sample(&mut generator)).collect();
        assert!(kolmogorov_smirnov(reference) < critical);
    }

    #[test]
    fn lane_normals_have_the_moments_of_a_standard_normal() {
        let values = sample(4_000_000);
        let n = values.len() as f64;
        let moment = |k: i32| values.iter().map(|z| z.powi(k)).sum::<f64>() / n;
        // Four standard errors: Var(z)=1, Var(z²)=2, Var(z³)=15, Var(z⁴)=96.
        for (k, expected, variance) in [(1, 0.0, 1.0), (2, 1.0, 2.0), (3, 0.0, 15.0), (4, 3.0, 96.0)] {
            let tolerance = 4.0 * (variance / n).sqrt();
            assert!((moment(k) - expected).abs() < tolerance, "moment {k}: {}", moment(k));
        }
    }

    #[test]
    fn the_two_normals_of_a_pair_and_of_neighbours_are_uncorrelated() {
        let values = sample(2_000_000);
        let n = values.len() as f64;
        for lag in [1, 8, 16, 32] {
            let products = values.iter().zip(&values[lag..]).map(|(a, b)| a * b).sum::<f64>();
            assert!((products / n).abs() < 4.0 / n.sqrt(), "lag {lag}: {}", products / n);
        }
    }

    #[test]
    fn pairs_cover_both_tails() {
        let (x, _) = normal_pair(0, 0);
        assert!(x > 6.6 && x < 6.7, "{x}");
        let (x, _) = normal_pair(0, 0x8000_0000);
        assert!(x < -6.6, "{x}");
        let (x, y) = normal_pair(u32::MAX, 0);
        assert!(x.is_finite() && y.is_finite());
    }

    #[test]
    fn the_generator_serves_rand() {
        let mut generator = Streams::new(1).generator(Purpose::Resampling, 9);
        assert_ne!(generator.next_u64(), generator.next_u64());
    }
}
