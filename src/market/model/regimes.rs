//! Regimes: a hidden chain of market states, each with its own volatilities, means and correlations.

use fearless_simd::{Simd, f32x16, prelude::*};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::market::model::ingredients::Ingredients;
use crate::market::model::lognormal::scaled_factor;
use crate::market::model::memory::Memory;
use crate::market::model::normals::{self, in_order_of_drawing, place_in_growth, reordered};
use crate::market::model::regime_parameters::{MOST_STATES, RegimeParameters};
use crate::market::moments::ReturnMoments;
use crate::math::elementary::{exp, ln};
use crate::math::lanes::{WIDTH, Wide, get_single, set, set_single};
use crate::math::single;
use crate::math::streams::{Purpose, Streams};
use crate::math::{Lanes, SingleLanes};

/// Values of 31 random bits.
const WORDS: f64 = 2_147_483_648.0;

/// Log growth of series `k` in a step of `dt` years in state `s`: normal with mean `(c_k + δ_ks)·dt − v_ks/2` and variance
/// `v_ks = (λ_k·f_ks)²·dt`, with the state's correlations; states follow a Markov chain[^1] whose start is drawn
/// from its stationary distribution `π`.
///
/// The factors `f` and annual shifts `δ` of the arithmetic mean are those of the parameters. `c_k` and `λ_k` are found when the
/// model is compiled, so that arithmetic mean and volatility of the simple return of every year are exactly the stated ones, the
/// chain's memory included: with `P` the transitions of a step, `n` steps a year and
/// `D = diag(exp δ·dt)`, the mean is `E[G] = exp(c)·π'·D·(P·D)^(n−1)·1`; with `diag(exp(2δ·dt + v))` for `D` and `2c` for `c` it is
/// `E[G²]`.
///
/// A state without a `stress_weight` or pairs of its own has the stated correlations, so that the correlations of log returns over all
/// times lie between those of the states: [`Regimes::unconditional_correlation`].
///
/// [^1]: J. Hamilton, *A new approach to the economic analysis of nonstationary time series and the business cycle*,
///   Econometrica 57 (1989).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Regimes {
    series: u32,
    steps_per_year: u32,
    /// By state: rows of the lower triangle one after the other, times `√v_ks`; inflation first.
    factors: Vec<Vec<f32>>,
    /// By state: `exp((c_k + δ_ks)·dt − v_ks/2)·(1 − fee_k)^dt`.
    drifts: Vec<Vec<f64>>,
    /// For the start and then for each state left: the words from which on the state is above 0, above 1 and so on.
    thresholds: Vec<Vec<u32>>,
    /// The stationary distribution.
    stationary: Vec<f64>,
    /// By state and series: mean and standard deviation of a step's log growth, fees apart.
    moments: Vec<Vec<(f64, f64)>>,
    /// By state: the correlations, row after row.
    correlations: Vec<Vec<f64>>,
}

impl Regimes {
    /// See [`Model::is_sound`](crate::market::Model::is_sound).
    pub(super) fn is_sound(&self, series: usize, steps_per_year: usize) -> bool {
        let states = self.factors.len();
        (self.series as usize, self.steps_per_year as usize) == (series, steps_per_year)
            && (1..=MOST_STATES).contains(&states)
            && self.factors.iter().all(|factor| factor.len() == series * (series + 1) / 2)
            && self.drifts.len() == states
            && self.drifts.iter().all(|drift| drift.len() == series)
            && self.thresholds.len() == states + 1
            && self.thresholds.iter().all(|words| words.len() < states)
            && self.stationary.len() == states
            && self.moments.len() == states
            && self.moments.iter().all(|moments| moments.len() == series)
            && self.correlations.len() == states
            && self.correlations.iter().all(|rows| rows.len() == series * series)
    }

    /// Compiles moments, correlations and states; see [`Model::compile`](crate::market::Model::compile).
    ///
    /// # Errors
    ///
    /// Parameters out of range, correlations of a state that are not positive definite, or shifts of the mean that alone
    /// spread a year's return by more than the stated volatility.
    pub fn compile(ingredients: &Ingredients<'_>, parameters: &RegimeParameters) -> Result<Self> {
        let Ingredients { market, steps_per_year, moments, retained, .. } = ingredients;
        parameters.check(market.series())?;
        let (states, dt) = (parameters.states.len(), 1.0 / *steps_per_year as f64);
        let chain = Chain::new(&parameters.transitions, *steps_per_year);
        let mut of_states = vec![vec![]; states];
        for (k, stated) in moments.iter().enumerate() {
            let factors: Vec<f64> = parameters.states.iter().map(|s| s.volatility_factors[k]).collect();
            let shifts: Vec<f64> = parameters.states.iter().map(|s| s.mean_shifts[k]).collect();
            let solved = solve(*stated, &factors, &shifts, &chain, dt).ok_or_else(|| {
                let key = market.assets.get(k).map_or("inflation", |asset| asset.key.as_str());
                let found = format!("shifts of {shifts:?} a year for {key}");
                let accepted = format!(
                    "small enough for its volatility: alone they spread a year's return by more than {:.4}",
                    stated.volatility()
                );
                Error::invalid("regimes.state.mean_shift", found, accepted)
            })?;
            for (state, moments) in of_states.iter_mut().zip(solved) {
                state.push(moments);
            }
        }
        let matrices =
            (0..states).map(|s| parameters.correlation(market.series(), s)).collect::<Result<Vec<_>>>()?;
        let factor = |(matrix, moments): (&crate::market::Correlation, &Vec<(f64, f64)>)| {
            let scales: Vec<f64> = moments.iter().map(|m| m.1).collect();
            scaled_factor(&in_order_of_drawing(matrix).cholesky(), &reordered(&scales))
        };
        let drift = |moments: &Vec<(f64, f64)>| {
            moments.iter().zip(retained).map(|(m, kept)| exp(m.0) * kept).collect::<Vec<_>>()
        };
        let size = moments.len();
        let rows =
            |m: &crate::market::Correlation| (0..size * size).map(|e| m.get(e / size, e % size)).collect();
        Ok(Self {
            series: size as u32,
            steps_per_year: *steps_per_year as u32,
            factors: matrices.iter().zip(&of_states).map(factor).collect(),
            drifts: of_states.iter().map(drift).collect(),
            thresholds: [&chain.stationary]
                .into_iter()
                .chain(&chain.step)
                .map(|row| thresholds(row))
                .collect(),
            correlations: matrices.iter().map(rows).collect(),
            stationary: chain.stationary,
            moments: of_states,
        })
    }

    /// The share of time spent in each state.
    #[must_use]
    pub fn stationary(&self) -> &[f64] {
        &self.stationary
    }

    /// By state and series: mean and standard deviation of the log growth of a step, fees apart.
    #[must_use]
    pub fn step_moments(&self) -> &[Vec<(f64, f64)>] {
        &self.moments
    }

    /// The correlation of two series' log growth in a step, over all states.
    ///
    /// # Panics
    ///
    /// If a series is not below the number of assets plus one.
    #[must_use]
    pub fn unconditional_correlation(&self, first: usize, second: usize) -> f64 {
        self.log_covariance(first, second)
            / (self.log_covariance(first, first) * self.log_covariance(second, second)).sqrt()
    }

    pub(super) fn series(&self) -> usize {
        self.series as usize
    }

    /// See [`Model::expected_log_growth`](crate::market::Model::expected_log_growth): the chain starts from its stationary
    /// distribution.
    pub(super) fn log_mean(&self, series: usize) -> f64 {
        let states = self.stationary.iter().zip(&self.drifts);
        states.fold(0.0, |sum, (share, drifts)| sum + share * ln(drifts[series]))
    }

    /// See [`Model::log_covariance`](crate::market::Model::log_covariance).
    pub(super) fn log_covariance(&self, i: usize, j: usize) -> f64 {
        let average = |value: &dyn Fn(usize) -> f64| {
            self.stationary.iter().enumerate().fold(0.0, |sum, (s, share)| sum + share * value(s))
        };
        let means = [i, j].map(|k| average(&|s| self.moments[s][k].0));
        average(&|s| {
            let ((mean_i, sd_i), (mean_j, sd_j)) = (self.moments[s][i], self.moments[s][j]);
            let rho = self.correlations[s][i * self.series as usize + j];
            rho * sd_i * sd_j + (mean_i - means[0]) * (mean_j - means[1])
        })
    }

    /// Draws the first state; see [`Model::open`](crate::market::Model::open).
    #[inline(always)]
    pub fn open<const L: usize>(&self, streams: Streams, first_lifetime: u64, memory: &mut Memory<L>) {
        // The last row is the state of the step to come.
        memory.places.resize(self.steps_per_year as usize + 1, [0; L]);
        let Some(next) = memory.places.last_mut() else { return };
        let mut words = [0; L];
        for lane in 0..L {
            let lifetime = first_lifetime.wrapping_add(lane as u64);
            words[lane] = streams.block(Purpose::MarketState, lifetime, 0)[0] >> 1;
        }
        *next = [0; L];
        for threshold in &self.thresholds[0] {
            for lane in 0..L {
                next[lane] = next[lane].wrapping_add(u32::from(words[lane] >= *threshold));
            }
        }
    }

    /// Standard normals, and the state of each step; see [`Model::draw`](crate::market::Model::draw).
    #[inline(always)]
    pub fn draw<const L: usize>(
        &self,
        streams: Streams,
        first_lifetime: u64,
        year: u32,
        memory: &mut Memory<L>,
    ) {
        let size = (self.steps_per_year as usize, self.series as usize);
        normals::draw(streams, (first_lifetime, year), size, &mut memory.drawn);
        let steps = self.steps_per_year as usize;
        let state_blocks = self.steps_per_year.div_ceil(4);
        memory.places[0] = memory.places[steps];
        let mut words = [[0_u32; L]; 4];
        for step in 0..steps {
            if step % 4 == 0 {
                let block = 1 + year * state_blocks + (step / 4) as u32;
                for lane in 0..L {
                    let lifetime = first_lifetime.wrapping_add(lane as u64);
                    let drawn = streams.block(Purpose::MarketState, lifetime, block);
                    for (row, word) in words.iter_mut().zip(drawn) {
                        row[lane] = word >> 1;
                    }
                }
            }
            let here = memory.places[step];
            memory.places[step + 1] = self.next_states(&here, &words[step % 4]);
        }
    }

    /// The states that follow, each by its word.
    #[inline(always)]
    fn next_states<const L: usize>(&self, here: &[u32; L], words: &[u32; L]) -> [u32; L] {
        let mut next = [0_u32; L];
        for (state, thresholds) in self.thresholds[1..].iter().enumerate() {
            for &threshold in thresholds {
                for lane in 0..L {
                    let counts = u32::from(here[lane] == state as u32) & u32::from(words[lane] >= threshold);
                    // Wrapping, so that no check for overflow keeps the lanes apart.
                    next[lane] = next[lane].wrapping_add(counts);
                }
            }
        }
        next
    }

    /// See [`Model::grow`](crate::market::Model::grow); uses up the normals.
    #[inline(always)]
    pub fn grow<S: Simd, const L: usize>(
        &self,
        simd: S,
        first_step: usize,
        memory: &mut Memory<L>,
        growth: &mut [Lanes<L>],
    ) {
        let series = self.series as usize;
        let normals = memory.drawn[first_step * series..].chunks_exact_mut(series);
        let steps = normals.zip(&memory.places[first_step..]).zip(growth.chunks_exact_mut(series));
        for ((z, places), step) in steps {
            let mut here = [SingleLanes::<L>::splat(0.0); MOST_STATES];
            for (state, lanes) in here.iter_mut().enumerate().take(self.factors.len()) {
                for lane in 0..L {
                    lanes[lane] = if places[lane] == state as u32 { 1.0 } else { 0.0 };
                }
            }
            self.correlate(simd, &here, z);
            for (drawn, exponent) in z.iter_mut().enumerate() {
                let k = place_in_growth(drawn, series);
                let out = &mut step[k];
                single::exp_lanes(exponent);
                for chunk in 0..L / WIDTH {
                    let mut drift = Wide::widen(get_single(simd, &here[0], chunk)) * self.drifts[0][k];
                    for (lanes, drifts) in here.iter().zip(&self.drifts).skip(1) {
                        drift += Wide::widen(get_single(simd, lanes, chunk)) * drifts[k];
                    }
                    set(out, chunk, Wide::widen(get_single(simd, exponent, chunk)) * drift);
                }
            }
        }
    }

    /// Replaces `z` by `F·z` with the factor of each lane's state; `here` is one in the state and zero in others.
    ///
    /// From the last row up, because a row needs only itself and those above it.
    #[inline(always)]
    fn correlate<S: Simd, const L: usize>(
        &self,
        simd: S,
        here: &[SingleLanes<L>; MOST_STATES],
        z: &mut [SingleLanes<L>],
    ) {
        for chunk in 0..L / WIDTH {
            let mut end = self.factors[0].len();
            for k in (0..z.len()).rev() {
                let start = end - k - 1;
                let mut sum = f32x16::splat(simd, 0.0);
                for (factor, lanes) in self.factors.iter().zip(here) {
                    let of_state = weighted_sum(simd, &factor[start..end], z, chunk);
                    sum += of_state * get_single(simd, lanes, chunk);
                }
                end = start;
                set_single(&mut z[k], chunk, sum);
            }
        }
    }
}

/// A row of a factor times the normals of sixteen lanes.
#[inline(always)]
fn weighted_sum<S: Simd, const L: usize>(
    simd: S,
    row: &[f32],
    normals: &[SingleLanes<L>],
    chunk: usize,
) -> f32x16<S> {
    let mut sum = get_single(simd, &normals[0], chunk) * row[0];
    for (weight, normal) in row.iter().zip(normals).skip(1) {
        sum += get_single(simd, normal, chunk) * *weight;
    }
    sum
}

/// The Markov chain of states for one length of the steps.
struct Chain {
    /// Transition probabilities of a step.
    step: Vec<Vec<f64>>,
    stationary: Vec<f64>,
    steps_per_year: usize,
}

impl Chain {
    /// From the transitions of a month: those of a longer step are a power of them.
    fn new(monthly: &[Vec<f64>], steps_per_year: usize) -> Self {
        let mut step = monthly.to_vec();
        for _ in 1..12 / steps_per_year {
            step = product(&step, monthly);
        }
        // Squaring the lazy chain, which has the same stationary distribution and no period, sixty times.
        let lazy = |(i, row): (usize, &Vec<f64>)| {
            row.iter().enumerate().map(|(j, p)| 0.5 * p + if i == j { 0.5 } else { 0.0 }).collect()
        };
        let mut power: Vec<Vec<f64>> = monthly.iter().enumerate().map(lazy).collect();
        for _ in 0..60 {
            power = product(&power, &power);
            for row in &mut power {
                let sum = row.iter().fold(0.0, |sum, p| sum + p);
                for p in row.iter_mut() {
                    *p /= sum;
                }
            }
        }
        Self { step, stationary: power.swap_remove(0), steps_per_year }
    }

    /// `π'·D·(P·D)^(n−1)·1` over the steps of a year, with `D` given by its diagonal.
    fn expected_product(&self, diagonal: &[f64]) -> f64 {
        let mut ahead = diagonal.to_vec();
        for _ in 1..self.steps_per_year {
            let next = self.step.iter().zip(diagonal).map(|(row, d)| d * dot(row, &ahead));
            ahead = next.collect();
        }
        dot(&self.stationary, &ahead)
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).fold(0.0, |sum, (x, y)| sum + x * y)
}

fn product(a: &[Vec<f64>], b: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let entry = |row: &[f64], j: usize| row.iter().zip(b).fold(0.0, |sum, (x, other)| sum + x * other[j]);
    a.iter().map(|row| (0..b.len()).map(|j| entry(row, j)).collect()).collect()
}

/// The words of 31 bits from which on the state is above 0, above 1 and so on.
fn thresholds(probabilities: &[f64]) -> Vec<u32> {
    let mut sum = 0.0;
    let above = probabilities.iter().take(probabilities.len() - 1).map(|p| {
        sum += p;
        (sum * WORDS).round().min(WORDS) as u32
    });
    above.collect()
}

/// Mean and standard deviation of a step's log growth in each state, so that a year's simple return has the stated mean and
/// volatility; `None` if the shifts alone spread it by more.
fn solve(
    stated: ReturnMoments,
    factors: &[f64],
    shifts: &[f64],
    chain: &Chain,
    dt: f64,
) -> Option<Vec<(f64, f64)>> {
    let of_shifts: Vec<f64> = shifts.iter().map(|shift| exp(shift * dt)).collect();
    let expected = chain.expected_product(&of_shifts);
    let variance = stated.log_sd() * stated.log_sd();
    let level = stated.log_mean() + 0.5 * variance - ln(expected);
    // ln(E[G²]/E[G]²) of a year, which for the stated moments is the log variance.
    let log_ratio = |scale: f64| {
        let of_state =
            |(shift, factor): (&f64, &f64)| exp((2.0 * shift + scale * scale * factor * factor) * dt);
        let squares: Vec<f64> = shifts.iter().zip(factors).map(of_state).collect();
        ln(chain.expected_product(&squares)) - 2.0 * ln(expected)
    };
    if log_ratio(0.0) > variance + 1e-15 {
        return None;
    }
    let smallest = factors.iter().copied().fold(f64::INFINITY, f64::min);
    let (mut low, mut high) = (0.0, stated.log_sd() / smallest);
    for _ in 0..100 {
        let middle = 0.5 * (low + high);
        (low, high) = if log_ratio(middle) < variance { (middle, high) } else { (low, middle) };
    }
    let scale = 0.5 * (low + high);
    let of_state = |(shift, factor): (&f64, &f64)| {
        let variance = scale * scale * factor * factor * dt;
        ((level + shift) * dt - 0.5 * variance, variance.sqrt())
    };
    Some(shifts.iter().zip(factors).map(of_state).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two_states() -> Chain {
        Chain::new(&[vec![0.98, 0.02], vec![0.10, 0.90]], 12)
    }

    #[test]
    fn the_stationary_distribution_and_longer_steps_are_those_of_the_textbook() {
        let chain = two_states();
        assert!((chain.stationary[0] - 5.0 / 6.0).abs() < 1e-14);
        let quarter = Chain::new(&[vec![0.98, 0.02], vec![0.10, 0.90]], 4);
        // (1 − 0.88³)·π: the second eigenvalue is 0.88.
        assert!((quarter.step[0][1] - (1.0 - 0.88_f64.powi(3)) / 6.0).abs() < 1e-14);
        assert!((quarter.stationary[1] - 1.0 / 6.0).abs() < 1e-14);
        // A chain with a period.
        let swaps = Chain::new(&[vec![0.0, 1.0], vec![1.0, 0.0]], 12);
        assert!((swaps.stationary[0] - 0.5).abs() < 1e-14);
    }

    #[test]
    fn the_expected_product_is_the_sum_over_all_paths() {
        let chain = two_states();
        let diagonal = [1.03, 0.91];
        let mut sum = 0.0;
        for path in 0..1 << 12 {
            let state = |t: usize| (path >> t) & 1_usize;
            let mut weight = chain.stationary[state(0)] * diagonal[state(0)];
            for t in 1..12 {
                weight *= chain.step[state(t - 1)][state(t)] * diagonal[state(t)];
            }
            sum += weight;
        }
        assert!((chain.expected_product(&diagonal) / sum - 1.0).abs() < 1e-13);
    }

    #[test]
    fn shifts_that_alone_exceed_the_variance_cannot_be_solved() {
        let stated = ReturnMoments::from_simple(0.05, 0.02).unwrap();
        assert!(solve(stated, &[1.0, 2.0], &[0.0, -0.15], &two_states(), 1.0 / 12.0).is_none());
        assert!(solve(stated, &[1.0, 2.0], &[0.0, -0.01], &two_states(), 1.0 / 12.0).is_some());
        let certain = ReturnMoments::from_simple(0.05, 0.0).unwrap();
        let solved = solve(certain, &[1.0, 2.0], &[0.0, 0.0], &two_states(), 1.0 / 12.0).unwrap();
        assert!(solved.iter().all(|m| m.1 == 0.0 && (m.0 - 1.05_f64.ln() / 12.0).abs() < 1e-15));
    }

    #[test]
    fn thresholds_of_impossible_states_are_never_reached() {
        assert_eq!(thresholds(&[1.0, 0.0]), [1 << 31]);
        assert_eq!(thresholds(&[0.0, 1.0]), [0]);
        assert_eq!(thresholds(&[0.25, 0.25, 0.5]), [1 << 29, 1 << 30]);
    }
}
