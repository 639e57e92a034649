//! A return model compiled: the law of growth factors, and the assets whose growth it makes in real terms.

use fearless_simd::Simd;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::market::model::bootstrap::Bootstrap;
use crate::market::model::garch::Garch;
use crate::market::model::historical::Historical;
use crate::market::model::ingredients::Ingredients;
use crate::market::model::lognormal::Lognormal;
use crate::market::model::memory::Memory;
use crate::market::model::regimes::Regimes;
use crate::market::model::return_model::ReturnModel;
use crate::market::model::student_t::StudentT;
use crate::math::Lanes;
use crate::math::lanes::{WIDTH, get, set};
use crate::math::streams::Streams;

/// The law by which a model makes growth factors, compiled for one market, step length and setting of the frictions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Law {
    /// See [`Lognormal`].
    Lognormal(Lognormal),
    /// See [`StudentT`].
    StudentT(StudentT),
    /// See [`Garch`].
    Garch(Garch),
    /// See [`Regimes`].
    Regimes(Regimes),
    /// See [`Bootstrap`].
    Bootstrap(Bootstrap),
    /// See [`Historical`].
    Historical(Historical),
}

/// A return model compiled for one market, step length and setting of the frictions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Model {
    law: Law,
    /// Places of the assets that are given in real terms: the law makes their real growth, and the rise of prices in the step
    /// comes on top.
    linked: Vec<u32>,
}

impl Model {
    /// Compiles the model that the market names; fees are taken out of the growth factors. The model leaves room for
    /// the jumps of [`Crashes`](crate::market::Crashes), so that both together have the moments of the ingredients.
    ///
    /// # Errors
    ///
    /// Parameters with which the model cannot have the market's moments, or cannot have steps of this length.
    pub fn compile(ingredients: &Ingredients<'_>) -> Result<Self> {
        let ingredients = &ingredients.compensated()?;
        let law = match &ingredients.market.model {
            ReturnModel::Lognormal => Law::Lognormal(Lognormal::compile(ingredients)),
            ReturnModel::StudentT { degrees_of_freedom } => {
                Law::StudentT(StudentT::compile(ingredients, *degrees_of_freedom)?)
            }
            ReturnModel::Garch(parameters) => Law::Garch(Garch::compile(ingredients, parameters)?),
            ReturnModel::Regimes(parameters) => Law::Regimes(Regimes::compile(ingredients, parameters)?),
            ReturnModel::Bootstrap(of) => Law::Bootstrap(Bootstrap::compile(of, ingredients)?),
            ReturnModel::Historical(of) => Law::Historical(Historical::compile(of, ingredients)?),
        };
        Ok(Self { law, linked: ingredients.linked() })
    }

    /// Whether a model from elsewhere is one of so many series, in steps of this length, in which nothing refers to what is not there.
    pub(crate) fn is_sound(&self, series: usize, steps_per_year: usize) -> bool {
        self.linked.iter().all(|&place| (place as usize) < series - 1)
            && match &self.law {
                Law::Lognormal(law) => law.is_sound(series, steps_per_year),
                Law::StudentT(law) => law.is_sound(series, steps_per_year),
                Law::Garch(law) => law.is_sound(series) && steps_per_year == 12,
                Law::Regimes(law) => law.is_sound(series, steps_per_year),
                Law::Bootstrap(law) => law.is_sound(series, steps_per_year),
                Law::Historical(law) => law.is_sound(series, steps_per_year),
            }
    }

    /// The law of its growth factors.
    #[must_use]
    pub fn law(&self) -> &Law {
        &self.law
    }

    /// The mean of the logarithm of a series' growth factor in a step, over all times and lifetimes: what somebody expects
    /// who knows the model and nothing of where it stands. The assets in order, then inflation; fees that are in the growth
    /// factors are included, overlays are not.
    ///
    /// | model | mean |
    /// | --- | --- |
    /// | `lognormal`, `student_t` | `mu_k·dt` |
    /// | `garch` | `ln(1+m_k)/12 − h_k/2`, `h_k` the long-run variance |
    /// | `regimes` | that of the states, by the share of time in each |
    /// | `bootstrap` | that of the rows of the table, each as often as blocks have it |
    /// | `historical` | that of all rows of the table |
    #[must_use]
    pub fn expected_log_growth(&self, series: usize) -> f64 {
        let own = self.law.log_mean(series);
        if self.is_linked(series) { own + self.law.log_mean(self.law.series() - 1) } else { own }
    }

    /// The covariance of the logarithms of two series' growth factors in a step, over all times and lifetimes. Under `garch` the
    /// part of `−h/2` is left out, a thousandth of the variance of the most volatile series, and correlations are the stated ones.
    #[must_use]
    pub fn log_covariance(&self, first: usize, second: usize) -> f64 {
        let parts = |series: usize| {
            std::iter::once(series).chain(self.is_linked(series).then(|| self.law.series() - 1))
        };
        parts(first).fold(0.0, |sum, i| parts(second).fold(sum, |sum, j| sum + self.law.log_covariance(i, j)))
    }

    /// Whether the growth of a series is known beforehand: the same in every step of every lifetime.
    #[must_use]
    pub fn is_certain(&self, series: usize) -> bool {
        self.law.is_certain(series) && (!self.is_linked(series) || self.law.is_certain(self.law.series() - 1))
    }

    /// The number by which year `year` of the `years` drawn before the start is drawn: counted back from the start, so that it does not
    /// depend on how many are asked for, but for a bootstrap, whose rows follow one another from the first.
    pub(crate) fn number_of_past_year(&self, year: u32, years: u32) -> u32 {
        if matches!(self.law, Law::Bootstrap(_)) { year } else { years - 1 - year }
    }

    fn is_linked(&self, series: usize) -> bool {
        self.linked.contains(&(series as u32))
    }

    /// Prepares the memory for `L` new lifetimes from `first_lifetime` on.
    #[inline(always)]
    pub fn open<const L: usize>(&self, streams: Streams, first_lifetime: u64, memory: &mut Memory<L>) {
        match &self.law {
            Law::Lognormal(_) | Law::StudentT(_) | Law::Bootstrap(_) | Law::Historical(_) => {}
            Law::Garch(model) => model.open(memory),
            Law::Regimes(model) => model.open(streams, first_lifetime, memory),
        }
    }

    /// Draws one year for the lanes of a tile: whatever the model needs to make growth factors later. Years are
    /// drawn in order.
    #[inline(always)]
    pub fn draw<const L: usize>(
        &self,
        streams: Streams,
        first_lifetime: u64,
        year: u32,
        memory: &mut Memory<L>,
    ) {
        match &self.law {
            Law::Lognormal(model) => model.draw(streams, first_lifetime, year, memory),
            Law::StudentT(model) => model.draw(streams, first_lifetime, year, memory),
            Law::Garch(model) => model.draw(streams, first_lifetime, year, memory),
            Law::Regimes(model) => model.draw(streams, first_lifetime, year, memory),
            Law::Bootstrap(model) => model.draw(streams, first_lifetime, year, memory),
            Law::Historical(model) => model.draw(first_lifetime, year, memory),
        }
    }

    /// Growth factors of some steps of the year drawn last, `growth[step · series + k]`: the assets in order, then
    /// inflation. `first_step` counts from the start of the year; each step is asked for once, in order.
    #[inline(always)]
    pub fn grow<S: Simd, const L: usize>(
        &self,
        simd: S,
        first_step: usize,
        memory: &mut Memory<L>,
        growth: &mut [Lanes<L>],
    ) {
        match &self.law {
            Law::Lognormal(model) => model.grow(simd, first_step, memory, growth),
            Law::StudentT(model) => model.grow(simd, first_step, memory, growth),
            Law::Garch(model) => model.grow(simd, first_step, memory, growth),
            Law::Regimes(model) => model.grow(simd, first_step, memory, growth),
            Law::Bootstrap(model) => model.grow(first_step, memory, growth),
            Law::Historical(model) => model.grow(first_step, memory, growth),
        }
        if !self.linked.is_empty() {
            self.follow_prices(simd, growth);
        }
    }

    /// Makes real growth nominal.
    #[inline(always)]
    fn follow_prices<S: Simd, const L: usize>(&self, simd: S, growth: &mut [Lanes<L>]) {
        for step in growth.chunks_exact_mut(self.law.series()) {
            let Some((prices, assets)) = step.split_last_mut() else { return };
            for &place in &self.linked {
                let real = &mut assets[place as usize];
                for chunk in 0..L / WIDTH {
                    let nominal = get(simd, real, chunk) * get(simd, prices, chunk);
                    set(real, chunk, nominal);
                }
            }
        }
    }
}

impl Law {
    /// The number of series: the assets and inflation.
    fn series(&self) -> usize {
        match self {
            Self::Lognormal(law) => law.series(),
            Self::StudentT(law) => law.series(),
            Self::Garch(law) => law.series(),
            Self::Regimes(law) => law.series(),
            Self::Bootstrap(law) => law.series(),
            Self::Historical(law) => law.series(),
        }
    }

    fn log_mean(&self, series: usize) -> f64 {
        match self {
            Self::Lognormal(law) => law.log_mean(series),
            Self::StudentT(law) => law.log_mean(series),
            Self::Garch(law) => law.log_mean(series),
            Self::Regimes(law) => law.log_mean(series),
            Self::Bootstrap(law) => law.log_mean(series),
            Self::Historical(law) => law.log_mean(series),
        }
    }

    fn log_covariance(&self, first: usize, second: usize) -> f64 {
        match self {
            Self::Lognormal(law) => law.log_covariance(first, second),
            Self::StudentT(law) => law.log_covariance(first, second),
            Self::Garch(law) => law.log_covariance(first, second),
            Self::Regimes(law) => law.log_covariance(first, second),
            Self::Bootstrap(law) => law.log_covariance(first, second),
            Self::Historical(law) => law.log_covariance(first, second),
        }
    }

    /// A table may repeat one figure, and its variance may be rounding; other laws have none of their own then.
    fn is_certain(&self, series: usize) -> bool {
        match self {
            Self::Bootstrap(law) => law.is_certain(series),
            Self::Historical(law) => law.is_certain(series),
            _ => self.log_covariance(series, series) == 0.0,
        }
    }
}
