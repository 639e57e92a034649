//! The draws that overlays share: rare events in the steps of a year, and single normals.
//!
//! Every draw has a fixed place (purpose, lifetime, block), so the ones that are not needed are not made.

use crate::market::asset::PLACES;
use crate::math::normal::normal_pair;
use crate::math::streams::{Purpose, Streams};

/// The place of a draw that is common to all assets.
pub(super) const COMMON: u32 = PLACES - 1;

/// Blocks of four words for the steps of a year.
const BLOCKS_A_YEAR: u32 = 4;

/// A jump or a loss: a factor on the growth of one asset in one step of one lane.
#[derive(Clone, Copy, Debug)]
pub(super) struct Event {
    pub step: u32,
    pub place: u32,
    pub lane: u32,
    pub factor: f64,
    /// What of its logarithm appraisers hear of with a lag: the jump of a crash; nothing of a loss, which is written off at once.
    pub news: f64,
}

/// A probability as the number of 32-bit words below which the event happens; exact to 1.2e-10.
pub(super) fn threshold(probability: f64) -> u64 {
    (probability * 4_294_967_296.0).round() as u64
}

/// A standard normal from the first two words of a block.
#[inline(always)]
pub(super) fn normal(streams: Streams, purpose: Purpose, lifetime: u64, block: u32) -> f64 {
    let [radius, direction, ..] = streams.block(purpose, lifetime, block);
    f64::from(normal_pair(radius, direction).0)
}

/// Calls `happened(step, lane)` for each step of a year and each lane in which the event happens, steps in order:
/// one word of the stream for each step.
#[inline(always)]
pub(super) fn events_of_year<const L: usize>(
    (streams, purpose): (Streams, Purpose),
    first_lifetime: u64,
    (year, place): (u32, u32),
    steps_per_year: u32,
    threshold: u64,
    mut happened: impl FnMut(u32, usize),
) {
    for block in 0..steps_per_year.div_ceil(4) {
        let number = (year * PLACES + place) * BLOCKS_A_YEAR + block;
        let mut words = [[0_u32; L]; 4];
        for lane in 0..L {
            let drawn = streams.block(purpose, first_lifetime.wrapping_add(lane as u64), number);
            for (row, word) in words.iter_mut().zip(drawn) {
                row[lane] = word;
            }
        }
        for (step, row) in (4 * block..steps_per_year).zip(&words) {
            // Most often it happens in no lane, which the smallest word tells at once.
            let smallest = row.iter().fold(u32::MAX, |smallest, &word| smallest.min(word));
            if u64::from(smallest) < threshold {
                let hit = |lane: &usize| u64::from(row[*lane]) < threshold;
                (0..L).filter(hit).for_each(|lane| happened(step, lane));
            }
        }
    }
}
