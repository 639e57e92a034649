//! Overlays ready to run: factors that hold for years, and the rare events of a year.

use fearless_simd::Simd;
use serde::{Deserialize, Serialize};

use super::crash::CrashDraws;
use super::draws::Event;
use super::loss::LossDraws;
use super::manager::ManagerDraws;
use super::prior::PriorDraws;
use crate::market::whole::Market;
use crate::math::elementary::exp;
use crate::math::lanes::{WIDTH, get, set};
use crate::math::streams::Streams;

/// The overlays of a market compiled for one step length: the same draws whatever the frictions.
///
/// For each lifetime [`Overlay::open`], for each year in order [`Overlay::draw`], and after the return model has made
/// growth factors [`Overlay::apply`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Overlay {
    series: u32,
    steps_per_year: u32,
    steady: Vec<Steady>,
    crashes: Option<CrashDraws>,
    losses: Option<LossDraws>,
    prior: Option<PriorDraws>,
    managers: Option<ManagerDraws>,
}

/// An asset whose growth factors are multiplied in every step.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Steady {
    place: u32,
    /// What brings the mean of the crash factor to one.
    norm: f64,
}

/// What overlays keep of the lifetimes of a tile.
#[derive(Clone, Debug)]
pub struct OverlayMemory<const L: usize> {
    /// Errors of expected log returns a year, in the order of `Overlay::steady`.
    errors: Vec<[f64; L]>,
    /// The factors of a step, in the same order.
    factors: Vec<[f64; L]>,
    /// Jumps and losses of the year, crashes first.
    events: Vec<Event>,
    skill: [f64; L],
}

impl<const L: usize> Default for OverlayMemory<L> {
    fn default() -> Self {
        Self { errors: vec![], factors: vec![], events: vec![], skill: [0.0; L] }
    }
}

impl<const L: usize> OverlayMemory<L> {
    /// The skill of each lifetime's managers as a standard normal; see [`Overlay::has_skill`].
    #[must_use]
    pub fn skill(&self) -> &[f64; L] {
        &self.skill
    }
}

impl<const L: usize> OverlayMemory<L> {
    /// Calls `hears(step, lane, log)` for what crashes make appraisers hear of an asset in some steps of the year drawn last,
    /// counted from the first of them.
    #[inline(always)]
    pub(crate) fn tell(
        &self,
        (first_step, steps): (usize, usize),
        place: u32,
        mut hears: impl FnMut(usize, usize, f64),
    ) {
        for event in self.events.iter().filter(|event| event.place == place && event.news != 0.0) {
            let step = event.step as usize;
            if (first_step..first_step + steps).contains(&step) {
                hears(step - first_step, event.lane as usize, event.news);
            }
        }
    }
}

impl Overlay {
    /// Compiles the overlays of a valid market; `None` if they change nothing.
    #[must_use]
    pub fn compile(market: &Market, steps_per_year: usize) -> Option<Self> {
        let overlays = &market.overlays;
        let crashes =
            overlays.crashes.as_ref().and_then(|c| CrashDraws::compile(c, &market.assets, steps_per_year));
        let losses = LossDraws::compile(&overlays.permanent_loss, &market.assets, steps_per_year);
        let prior =
            overlays.parameter_uncertainty.as_ref().and_then(|p| PriorDraws::compile(p, market.series()));
        let managers = overlays.managers.as_ref().and_then(|m| ManagerDraws::compile(m, &market.assets));
        let norms: Vec<(u32, f64)> = crashes.iter().flat_map(CrashDraws::norms).collect();
        let mut places: Vec<u32> = norms.iter().map(|(place, _)| *place).collect();
        places.extend(prior.iter().flat_map(PriorDraws::places));
        places.extend(managers.iter().flat_map(ManagerDraws::places));
        places.sort_unstable();
        places.dedup();
        let norm = |place: u32| norms.iter().find(|(of, _)| *of == place).map_or(1.0, |(_, norm)| *norm);
        let steady: Vec<Steady> =
            places.into_iter().map(|place| Steady { place, norm: norm(place) }).collect();
        (!steady.is_empty() || losses.is_some()).then(|| Self {
            series: market.assets.len() as u32 + 1,
            steps_per_year: steps_per_year as u32,
            steady,
            crashes,
            losses,
            prior,
            managers,
        })
    }

    /// Whether overlays from elsewhere are for so many series and refer to nothing that is not there.
    pub(crate) fn is_sound(&self, series: usize, steps_per_year: usize) -> bool {
        let is_asset = |place: u32| (place as usize) < series - 1;
        (self.series as usize, self.steps_per_year as usize) == (series, steps_per_year)
            && self.steady.iter().all(|steady| is_asset(steady.place))
            && self.crashes.iter().flat_map(CrashDraws::norms).all(|(place, _)| is_asset(place))
            && self.losses.iter().flat_map(LossDraws::places).all(is_asset)
            && self.prior.as_ref().is_none_or(|prior| prior.is_sound(series - 1))
            && self
                .managers
                .as_ref()
                .is_none_or(|managers| managers.has_vintages() && managers.places().all(is_asset))
    }

    /// Whether lifetimes differ in the persistent skill of their managers.
    #[must_use]
    pub fn has_skill(&self) -> bool {
        self.managers.as_ref().is_some_and(ManagerDraws::has_skill)
    }

    /// Draws what holds for whole lifetimes, for `L` of them from `first_lifetime` on.
    pub fn open<const L: usize>(&self, streams: Streams, first_lifetime: u64, memory: &mut OverlayMemory<L>) {
        memory.errors.resize(self.steady.len(), [0.0; L]);
        memory.factors.resize(self.steady.len(), [1.0; L]);
        for lane in 0..L {
            let lifetime = first_lifetime.wrapping_add(lane as u64);
            if let Some(prior) = &self.prior {
                prior.draw(streams, lifetime, |place, delta| {
                    if let Some(row) = self.row(place) {
                        memory.errors[row][lane] = delta;
                    }
                });
            }
            if let Some(managers) = self.managers.as_ref().filter(|managers| managers.has_skill()) {
                memory.skill[lane] = managers.skill(streams, lifetime);
            }
        }
    }

    /// Draws a year: new managers if a vintage begins, and the crashes and losses of its steps.
    #[inline(always)]
    pub fn draw<const L: usize>(
        &self,
        streams: Streams,
        first_lifetime: u64,
        year: u32,
        memory: &mut OverlayMemory<L>,
    ) {
        if year == 0 || self.managers.as_ref().is_some_and(|managers| managers.chooses_in(year)) {
            self.set_factors(streams, first_lifetime, year, memory);
        }
        self.draw_crashes(streams, first_lifetime, year, memory);
        if let Some(losses) = &self.losses {
            losses.draw::<L>(streams, first_lifetime, year, self.steps_per_year, &mut memory.events);
        }
    }

    /// Whether there are crashes.
    pub(in crate::market) fn has_crashes(&self) -> bool {
        self.crashes.is_some()
    }

    /// Mean of what crashes make appraisers hear of an asset in a step, a log; `None` if the asset takes part in none.
    #[must_use]
    pub(in crate::market) fn expected_news(&self, place: usize) -> Option<f64> {
        self.crashes.as_ref()?.mean_log_jump(place as u32)
    }

    /// Covariance of what crashes make appraisers hear of two assets in a step.
    #[must_use]
    pub(in crate::market) fn news_covariance(&self, first: usize, second: usize) -> f64 {
        self.crashes.as_ref().map_or(0.0, |crashes| crashes.jump_covariance(first as u32, second as u32))
    }

    /// Draws the crashes of a year alone; for years before the start, of which nothing but the news is needed.
    #[inline(always)]
    pub(crate) fn draw_crashes<const L: usize>(
        &self,
        streams: Streams,
        first_lifetime: u64,
        year: u32,
        memory: &mut OverlayMemory<L>,
    ) {
        memory.events.clear();
        if let Some(crashes) = &self.crashes {
            crashes.draw::<L>(streams, first_lifetime, year, self.steps_per_year, &mut memory.events);
        }
    }

    /// Multiplies the growth factors of some steps of the year drawn last, `growth[step · series + k]`.
    #[inline(always)]
    pub fn apply<S: Simd, const L: usize>(
        &self,
        simd: S,
        first_step: usize,
        memory: &OverlayMemory<L>,
        growth: &mut [[f64; L]],
    ) {
        let series = self.series as usize;
        for step in growth.chunks_exact_mut(series) {
            for (steady, factor) in self.steady.iter().zip(&memory.factors) {
                let growth = &mut step[steady.place as usize];
                for c in 0..L / WIDTH {
                    let product = get(simd, growth, c) * get(simd, factor, c);
                    set(growth, c, product);
                }
            }
        }
        let steps = first_step..first_step + growth.len() / series;
        for event in memory.events.iter().filter(|event| steps.contains(&(event.step as usize))) {
            let row = (event.step as usize - first_step) * series + event.place as usize;
            growth[row][event.lane as usize] *= event.factor;
        }
    }

    /// The factors of a step until new managers are chosen: `norm · exp((delta + a)·dt)`.
    #[inline(never)]
    fn set_factors<const L: usize>(
        &self,
        streams: Streams,
        first_lifetime: u64,
        year: u32,
        memory: &mut OverlayMemory<L>,
    ) {
        let dt = 1.0 / f64::from(self.steps_per_year);
        memory.factors.clone_from(&memory.errors);
        if let Some(managers) = &self.managers {
            for lane in 0..L {
                let lifetime = first_lifetime.wrapping_add(lane as u64);
                managers.draw(streams, lifetime, year, |place, alpha| {
                    if let Some(row) = self.row(place) {
                        memory.factors[row][lane] += alpha;
                    }
                });
            }
        }
        for (steady, factors) in self.steady.iter().zip(&mut memory.factors) {
            for factor in factors {
                *factor = steady.norm * exp(*factor * dt);
            }
        }
    }

    /// The row of an asset among the steady ones.
    #[inline(always)]
    fn row(&self, place: u32) -> Option<usize> {
        self.steady.iter().position(|steady| steady.place == place)
    }
}
