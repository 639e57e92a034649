//! Standard normal draws for the lanes of a tile, by Box and Muller's transformation[^1], and the normal
//! quantile for intervals.
//!
//! A fixed number of words makes a fixed number of normals, so that draw number `n` of a lifetime is the
//! same however many lanes, steps or threads are used.
//!
//! [^1]: G. Box and M. Muller, *A note on the generation of random normal deviates*, Annals of
//!   Mathematical Statistics 29 (1958).

use super::single;
use super::streams::{Purpose, Streams};

/// The two-sided 95 % point of the standard normal distribution.
pub const Z_95: f64 = 1.959_963_984_540_054;

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
    out: &mut [[f32; L]; 4],
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
        let mut out = [[0.0_f32; 8]; 4];
        let mut first = 0;
        while values.len() < count {
            for block in 0..64 {
                normal_block(streams, Purpose::Market, first, block, &mut out);
                values.extend(out.iter().flatten().map(|&z| f64::from(z)));
            }
            first += 8;
        }
        values.truncate(count);
        values
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
