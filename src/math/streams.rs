//! Streams of random words: a draw is a function of (seed, purpose, lifetime, block), never of what was
//! drawn before. The only module that constructs a generator.

use rand_core::{Infallible, TryRng, utils};

use super::philox::philox4x32;

/// What a stream is used for; two purposes of the same lifetime never share a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u32)]
#[non_exhaustive]
pub enum Purpose {
    /// Returns of the assets and inflation.
    Market = 0,
    /// The age at death.
    Mortality = 1,
    /// Samples off the hot path, such as the reference samplers of tests.
    Resampling = 2,
    /// How often lifetimes count in the replicates of a bootstrap.
    Bootstrap = 9,
    /// Gates of funds: whether they shut or open, and what is asked of them.
    Gates = 20,
    /// Whether a crash comes in a step.
    Crash = 3,
    /// The sizes of the jumps in a crash.
    CrashSize = 4,
    /// Whether an asset is lost for good in a step.
    PermanentLoss = 5,
    /// Errors of the expected returns.
    Prior = 6,
    /// The skill and luck of managers.
    Manager = 7,
    /// What moves all series of a market together, beside their own shocks: mixing variables and hidden states.
    MarketState = 8,
    /// What is left in reported values of news that is older than the years drawn before the start.
    OldNews = 21,
}

/// What is added to a purpose's number for the time before the start; far above every purpose.
const BEFORE: u32 = 1 << 16;

/// The streams of one seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Streams {
    key: [u32; 2],
    /// Added to the number of a purpose.
    era: u32,
}

impl Streams {
    /// The streams that belong to `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { key: [seed as u32, (seed >> 32) as u32], era: 0 }
    }

    /// The streams of the same purposes before the start of a lifetime: other words, so that what is drawn for the past
    /// moves nothing that is drawn for the lifetime.
    #[must_use]
    pub fn before_the_start(self) -> Self {
        Self { era: BEFORE, ..self }
    }

    /// Block `block` (four words) of the stream of one lifetime and purpose.
    #[inline(always)]
    #[must_use]
    pub fn block(self, purpose: Purpose, lifetime: u64, block: u32) -> [u32; 4] {
        philox4x32([block, purpose as u32 + self.era, lifetime as u32, (lifetime >> 32) as u32], self.key)
    }

    /// The same stream as a generator for `rand` and `rand_distr`.
    ///
    /// ```
    /// use decumulus::math::streams::{Purpose, Streams};
    /// use rand_core::Rng;
    /// let streams = Streams::new(7);
    /// let mut generator = streams.generator(Purpose::Market, 123_456);
    /// assert_eq!(generator.next_u32(), streams.block(Purpose::Market, 123_456, 0)[0]);
    /// ```
    #[must_use]
    pub fn generator(self, purpose: Purpose, lifetime: u64) -> StreamGenerator {
        StreamGenerator { streams: self, purpose, lifetime, block: 0, words: [0; 4], used: 4 }
    }
}

/// One stream read word by word; implements `rand`'s traits and is portable.
///
/// After 2³² blocks (64 GiB) of one lifetime and purpose it starts again from the first.
#[derive(Debug)]
pub struct StreamGenerator {
    streams: Streams,
    purpose: Purpose,
    lifetime: u64,
    block: u32,
    words: [u32; 4],
    used: usize,
}

impl TryRng for StreamGenerator {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        if self.used == 4 {
            self.words = self.streams.block(self.purpose, self.lifetime, self.block);
            self.block = self.block.wrapping_add(1);
            self.used = 0;
        }
        self.used += 1;
        Ok(self.words[self.used - 1])
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        utils::next_u64_via_u32(self)
    }

    fn try_fill_bytes(&mut self, destination: &mut [u8]) -> Result<(), Infallible> {
        utils::fill_bytes_via_next_word(destination, || self.try_next_u32())
    }
}

/// A uniform number in (0, 1) from two words, with 53 random bits.
#[inline(always)]
#[must_use]
pub fn open_uniform(high: u32, low: u32) -> f64 {
    let bits = (u64::from(high) << 32 | u64::from(low)) >> 12;
    (bits as f64 + 0.5) * (1.0 / 4_503_599_627_370_496.0)
}

#[cfg(test)]
mod tests {
    use rand_core::Rng;

    use super::*;

    #[test]
    fn purposes_lifetimes_and_seeds_give_different_words() {
        let words = Streams::new(1).block(Purpose::Market, 5, 0);
        assert_ne!(words, Streams::new(1).block(Purpose::Mortality, 5, 0));
        assert_ne!(words, Streams::new(1).block(Purpose::Market, 6, 0));
        assert_ne!(words, Streams::new(1).block(Purpose::Market, 5, 1));
        assert_ne!(words, Streams::new(2).block(Purpose::Market, 5, 0));
        assert_ne!(words, Streams::new(1 << 32 | 1).block(Purpose::Market, 5, 0));
        assert_ne!(words, Streams::new(1).block(Purpose::Market, 5 | 1 << 32, 0));
        let before = Streams::new(1).before_the_start();
        assert_ne!(words, before.block(Purpose::Market, 5, 0));
        assert_ne!(words, before.block(Purpose::Mortality, 5, 0));
    }

    #[test]
    fn the_words_of_a_seed_never_change() {
        // A change here is value-breaking for every run ever made.
        let mut generator = Streams::new(20_260_101).generator(Purpose::Market, 123_456);
        let words: Vec<u32> = (0..6).map(|_| generator.next_u32()).collect();
        let blocks = [0, 1].map(|b| Streams::new(20_260_101).block(Purpose::Market, 123_456, b));
        assert_eq!(words, blocks.concat()[..6]);
        let mut bytes = [0; 8];
        Streams::new(3).generator(Purpose::Mortality, 0).fill_bytes(&mut bytes);
        let block = Streams::new(3).block(Purpose::Mortality, 0, 0);
        assert_eq!(bytes, [block[0].to_le_bytes(), block[1].to_le_bytes()].concat()[..]);
    }

    #[test]
    fn open_uniforms_stay_strictly_between_zero_and_one() {
        assert!(open_uniform(0, 0) > 0.0);
        assert!(open_uniform(u32::MAX, u32::MAX) < 1.0);
    }
}
