//! GARCH(1,1) log returns: volatility that clusters, with constant or dynamic correlations.

use fearless_simd::{Simd, f32x16, prelude::*};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::market::model::dynamic_correlation::DynamicCorrelation;
use crate::market::model::garch_parameters::{GarchCoefficients, GarchCorrelation, GarchParameters};
use crate::market::model::ingredients::Ingredients;
use crate::market::model::lognormal::{correlate, packed_covariance, scaled_factor};
use crate::market::model::memory::Memory;
use crate::market::model::normals::{self, in_order_of_drawing, place_in_drawing, place_in_growth};
use crate::math::elementary::{exp, ln};
use crate::math::lanes::{WIDTH, Wide, get_single, set, set_single};
use crate::math::single;
use crate::math::streams::Streams;
use crate::math::{Aligned, Lanes, SingleLanes};

/// A variance is held below this multiple of its long-run level, which only keeps it finite: the default parameters
/// reach a tenth of it in less than one month in a billion.
const LARGEST_VARIANCE: f64 = 100.0;

/// Log growth of series `k` in month `t`: `ln(1+m_k)/12 − h/2 + √h·u`, with `h` the variance of the month,
/// `h' = ω + α·(√h·u)² + β·h`,[^1] and shocks `u` of unit variance that are normal given the past, with
/// the stated correlations in every month (CCC)[^2] or with [dynamic ones](DynamicCorrelation) (DCC).[^3]
///
/// * The arithmetic mean `m_k` of the simple return is kept over every horizon, because `−h/2` makes the mean of each
///   month's growth `(1+m_k)^(1/12)`, whatever its variance.
/// * The volatility of the simple return of a year is kept once variances have forgotten their start: `ω` is such that
///   the long-run variance is the one that `long_run_variance` finds. The first year, which starts from the long-run
///   variance, has a volatility lower by 0.1 % of it at 16 % and by 1.3 % of it at 74 % (measured, default parameters).
/// * Correlations of log returns are those of the shocks times `E√(h_i·h_j)/√(E h_i·E h_j)`, which is a few percent
///   below one where two variances move apart.
///
/// Parameters are those of months, so steps of other lengths are refused. Every lifetime starts from the long-run
/// variance and the stated correlations. Shocks are single precision and made from the normals of the lognormal model.
///
/// [^1]: T. Bollerslev, *Generalized autoregressive conditional heteroskedasticity*, Journal of Econometrics 31 (1986).
/// [^2]: T. Bollerslev, *Modelling the coherence in short-run nominal exchange rates: a multivariate generalized ARCH
///   model*, Review of Economics and Statistics 72 (1990).
/// [^3]: R. Engle, *Dynamic conditional correlation*, Journal of Business & Economic Statistics 20 (2002).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Garch {
    /// Rows of the lower triangle of the shocks' factor one after the other; inflation first.
    factor: Vec<f32>,
    /// `exp(ln(1+m_k)/12)·(1 − fee_k)^(1/12)`.
    drift: Vec<f64>,
    variances: Vec<Recursion>,
    dynamic: Option<DynamicCorrelation>,
}

/// The recursion of one series' variance.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Recursion {
    start: f32,
    omega: f32,
    alpha: f32,
    beta: f32,
    largest: f32,
}

impl Garch {
    /// See [`Model::is_sound`](crate::market::Model::is_sound).
    pub(super) fn is_sound(&self, series: usize) -> bool {
        self.factor.len() == series * (series + 1) / 2
            && self.drift.len() == series
            && self.variances.len() == series
            && self.dynamic.as_ref().is_none_or(|dynamic| dynamic.is_sound(series))
    }

    /// Compiles moments, correlations and coefficients; see [`Model::compile`](crate::market::Model::compile).
    ///
    /// # Errors
    ///
    /// Steps that are not months, or coefficients out of range.
    pub fn compile(ingredients: &Ingredients<'_>, parameters: &GarchParameters) -> Result<Self> {
        let Ingredients { market, steps_per_year, moments, retained, .. } = ingredients;
        parameters.check(market.series())?;
        if *steps_per_year != 12 {
            let found = format!("`garch` with {steps_per_year} steps a year");
            return Err(Error::invalid(
                "model",
                found,
                "used with monthly steps, of which its parameters are",
            )
            .help("set run.step = \"month\""));
        }
        let correlation = in_order_of_drawing(&market.correlation);
        let means = moments.iter().map(|m| exp((m.log_mean() + 0.5 * m.log_sd() * m.log_sd()) / 12.0));
        let dynamic = match parameters.correlation {
            GarchCorrelation::Constant => None,
            GarchCorrelation::Dynamic { a, b } => Some(DynamicCorrelation::new(&correlation, a, b)),
        };
        let variance = |(m, own): (&crate::market::ReturnMoments, &GarchCoefficients)| {
            let long_run = long_run_variance(m.log_sd() * m.log_sd(), *own);
            Recursion {
                start: long_run as f32,
                omega: (long_run * (1.0 - own.alpha - own.beta)) as f32,
                alpha: own.alpha as f32,
                beta: own.beta as f32,
                largest: (LARGEST_VARIANCE * long_run) as f32,
            }
        };
        Ok(Self {
            factor: scaled_factor(&correlation.cholesky(), &vec![1.0; moments.len()]),
            drift: means.zip(retained).map(|(mean, kept)| mean * kept).collect(),
            variances: moments.iter().zip(&parameters.coefficients).map(variance).collect(),
            dynamic,
        })
    }

    pub(super) fn series(&self) -> usize {
        self.variances.len()
    }

    /// See [`Model::expected_log_growth`](crate::market::Model::expected_log_growth): shocks have unit variance, so that the mean
    /// of the variance is the long-run one in every month.
    pub(super) fn log_mean(&self, series: usize) -> f64 {
        ln(self.drift[series]) - 0.5 * f64::from(self.variances[series].start)
    }

    /// See [`Model::log_covariance`](crate::market::Model::log_covariance).
    pub(super) fn log_covariance(&self, first: usize, second: usize) -> f64 {
        let sd = |k: usize| f64::from(self.variances[k].start).sqrt();
        let place = |series: usize| place_in_drawing(series, self.series());
        sd(first) * sd(second) * packed_covariance(&self.factor, place(first), place(second))
    }

    /// Variances and correlations at their long-run values; see [`Model::open`](crate::market::Model::open).
    #[inline(always)]
    pub fn open<const L: usize>(&self, memory: &mut Memory<L>) {
        let entries = self.dynamic.as_ref().map_or(0, DynamicCorrelation::entries);
        memory.state.resize(self.variances.len() + entries, Aligned::splat(0.0));
        let (variances, correlations) = memory.state.split_at_mut(self.variances.len());
        for (lanes, own) in variances.iter_mut().zip(&self.variances) {
            *lanes = Aligned::splat(own.start);
        }
        if let Some(dynamic) = &self.dynamic {
            dynamic.open(correlations);
        }
    }

    /// Standard normals; see [`Model::draw`](crate::market::Model::draw).
    #[inline(always)]
    pub fn draw<const L: usize>(
        &self,
        streams: Streams,
        first_lifetime: u64,
        year: u32,
        memory: &mut Memory<L>,
    ) {
        normals::draw(streams, (first_lifetime, year), (12, self.variances.len()), &mut memory.drawn);
    }

    /// See [`Model::grow`](crate::market::Model::grow); uses up the normals and moves the variances on.
    #[inline(always)]
    pub fn grow<S: Simd, const L: usize>(
        &self,
        simd: S,
        first_step: usize,
        memory: &mut Memory<L>,
        growth: &mut [Lanes<L>],
    ) {
        let series = self.variances.len();
        let steps = growth.len() / series;
        let normals = &mut memory.drawn[first_step * series..][..steps * series];
        let (variances, correlations) = memory.state.split_at_mut(series);
        match &self.dynamic {
            None => {
                // A loop and not a closure, which would lose the instruction set.
                for z in normals.chunks_exact_mut(series) {
                    correlate(simd, &self.factor, z);
                }
            }
            Some(dynamic) => dynamic.correlate(simd, correlations, normals),
        }
        for (shocks, step) in normals.chunks_exact_mut(series).zip(growth.chunks_exact_mut(series)) {
            for (drawn, shock) in shocks.iter_mut().enumerate() {
                let place = place_in_growth(drawn, series);
                let (variance, own) = (&mut variances[place], &self.variances[place]);
                let (out, drift) = (&mut step[place], self.drift[place]);
                for chunk in 0..L / WIDTH {
                    own.step(simd, chunk, shock, variance);
                }
                single::exp_lanes(shock);
                for chunk in 0..L / WIDTH {
                    set(out, chunk, Wide::widen(get_single(simd, shock, chunk)) * drift);
                }
            }
        }
    }
}

impl Recursion {
    /// Replaces shocks of unit variance by the log growth beside the drift, and the variance by the next one.
    #[inline(always)]
    fn step<S: Simd, const L: usize>(
        &self,
        simd: S,
        chunk: usize,
        shock: &mut SingleLanes<L>,
        variance: &mut SingleLanes<L>,
    ) {
        let h: f32x16<S> = get_single(simd, variance, chunk);
        let move_of_price = h.sqrt() * get_single(simd, shock, chunk);
        set_single(shock, chunk, move_of_price - h * 0.5);
        let next = move_of_price * move_of_price * self.alpha + (h * self.beta + self.omega);
        set_single(variance, chunk, next.min(f32x16::splat(simd, self.largest)));
    }
}

/// The long-run variance of a month's log growth with which the simple return of a year has the volatility of a lognormal
/// one with log variance `annual`.
///
/// With `m` the mean of the month's growth, `E[G²] = m²⁴·E*[exp Σh]` over the year, where `E*` weights paths by
/// `exp(Σ(2√h·u − 2h))`: under it `h' = ω + α·(√h·u + 2h)² + β·h`. To second order in `h`, with `q = E*[h²]`,
/// `E*[h'] = ω + (α+β)·E*[h] + 4α·q` and `ln E*[exp Σh] ≈ ΣE*[h] + Var(Σh)/2`, where `Var(Σh)` is that of the
/// stationary process, whose autocorrelation at lag `n` is `(α+β)^n`. The long-run variance is found by bisection. What is left
/// out is of third order: measured over ten million years under the defaults, the volatility is off by −0.06 % of it (standard error
/// 0.04 %) at 16 % and by +0.6 % (0.2 %) at 74 %. (Strictly, normal shocks without a limit give a year's growth no second
/// moment; drawn normals are below 6.67.)
fn long_run_variance(annual: f64, own: GarchCoefficients) -> f64 {
    let (mut low, mut high) = (0.0, annual / 12.0);
    for _ in 0..100 {
        let middle = 0.5 * (low + high);
        (low, high) = if log_second_moment(middle, own) < annual { (middle, high) } else { (low, middle) };
    }
    0.5 * (low + high)
}

/// `ln E[G²] − 24·ln m` of a year in the long run, to second order in the long-run variance.
fn log_second_moment(long_run: f64, own: GarchCoefficients) -> f64 {
    let persistence = own.alpha + own.beta;
    let spread = own.variance_of_variance().unwrap_or_default() * long_run * long_run;
    let (mut mean, mut sum, mut pairs) = (long_run, 0.0, 0.0);
    let mut correlation = 1.0;
    for lag in 0..12 {
        sum += mean;
        mean = long_run * (1.0 - persistence) + persistence * mean + 4.0 * own.alpha * (spread + mean * mean);
        pairs += if lag == 0 { 12.0 } else { 2.0 * f64::from(12 - lag) * correlation };
        correlation *= persistence;
    }
    sum + 0.5 * spread * pairs
}
