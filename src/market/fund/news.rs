//! What reported values have not heard yet: the filter of an appraisal on the news about value, in the lanes of a tile.

use serde::{Deserialize, Serialize};

use crate::market::fund::appraisal::Filter;
use crate::math::single;

/// An appraisal compiled: what it makes of the news about an asset.
///
/// News is what the log growth of a step is more than was expected of it, `u_t = ln g_t − E[ln g]`; see
/// [`Appraisal`](crate::market::Appraisal) for what counts as expected.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct News {
    /// The expected log growth of a step, jumps of crashes included.
    expected: f32,
    /// Smoothing per step, and the weights of the last news that is not yet in the NAV.
    phi: f32,
    missing: Vec<f32>,
}

/// What the appraisers of a fund have not told yet, in every lane.
#[derive(Clone, Debug)]
pub(crate) struct Untold<const L: usize> {
    /// The last news; a ring.
    past: Vec<[f32; L]>,
    /// The place in the ring of the oldest, where the next will stand.
    next: usize,
    /// The part of the log ratio that fades by `φ` in a step.
    fading: [f32; L],
}

impl<const L: usize> Untold<L> {
    pub(super) fn new(news: &News) -> Self {
        Self { past: vec![[0.0; L]; news.missing.len()], next: 0, fading: [0.0; L] }
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.past.fill([0.0; L]);
        (self.next, self.fading) = (0, [0.0; L]);
    }

    /// Remembers in one lane what a [`state`] says.
    pub(super) fn set(&mut self, lane: usize, state: &[f32]) {
        for (news, value) in self.past.iter_mut().zip(state) {
            news[lane] = *value;
        }
        self.fading[lane] = state.last().copied().unwrap_or_default();
    }

    /// Sets the part that fades in one lane.
    pub(super) fn set_fading(&mut self, lane: usize, fading: f32) {
        self.fading[lane] = fading;
    }
}

impl News {
    /// How many of the last steps' news are not wholly in the NAV.
    pub(super) fn missing(&self) -> usize {
        self.missing.len()
    }

    pub(super) fn new(filter: &Filter, expected: f64) -> Self {
        let missing = filter.missing.iter().map(|&weight| weight as f32).collect();
        Self { expected: expected as f32, phi: filter.phi as f32, missing }
    }

    /// Steps of which something is missing in full, before news begins to fade.
    pub(super) fn window(&self) -> usize {
        self.missing.len()
    }

    /// The news in the growth of a step as the return model made it.
    #[inline(always)]
    pub(super) fn of_growth<const L: usize>(&self, growth: &[f64; L], news: &mut [f32; L]) {
        for lane in 0..L {
            // A fund that lost everything keeps a price that can be told from nothing.
            let factor = growth[lane] as f32;
            news[lane] = single::ln(if factor > 1e-30 { factor } else { 1e-30 }) - self.expected;
        }
    }

    /// The news of a step; `fades` is false while the window of missing news is filled for the first time, before which there is
    /// only what fades.
    #[inline(always)]
    pub(super) fn hear<const L: usize>(&self, news: &[f32; L], fades: bool, untold: &mut Untold<L>) {
        let mut seen = *news;
        if let Some(oldest) = untold.past.get_mut(untold.next) {
            (seen, *oldest) = (*oldest, *news);
            untold.next = if untold.next + 1 < self.missing.len() { untold.next + 1 } else { 0 };
        }
        if fades {
            for lane in 0..L {
                untold.fading[lane] = self.phi * (untold.fading[lane] - seen[lane]);
            }
        }
    }

    /// The log of reported NAV over economic value, a premium apart.
    #[inline(always)]
    pub(super) fn log_ratio<const L: usize>(&self, untold: &Untold<L>) -> [f32; L] {
        let mut log = untold.fading;
        let length = self.missing.len();
        for (age, weight) in self.missing.iter().enumerate() {
            let past = &untold.past[(untold.next + 2 * length - 1 - age) % length];
            for lane in 0..L {
                log[lane] -= weight * past[lane];
            }
        }
        log
    }
}

/// What an appraisal leaves untold where the log growth of past steps is known: the last news, oldest first, and the part that
/// fades. `log_growth` is asked for the last step, the one before and so on; where it knows nothing everything went as
/// `expected`.
pub(super) fn state(filter: &Filter, expected: f64, log_growth: impl Fn(usize) -> Option<f64>) -> Vec<f32> {
    let length = filter.missing.len();
    let news = |step: usize| log_growth(step).map(|log| log - expected);
    let (mut fading, mut weight, mut step) = (0.0, filter.phi, length);
    while weight > NOTHING_LEFT
        && let Some(old) = news(step)
    {
        fading -= weight * old;
        weight *= filter.phi;
        step += 1;
    }
    let past = (0..length).rev().map(|step| news(step).unwrap_or_default() as f32);
    past.chain([fading as f32]).collect()
}

/// A weight of old news that is as good as none.
const NOTHING_LEFT: f64 = 1e-9;
