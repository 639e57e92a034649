//! What a batch of lifetimes adds to the statistics: integers only, so that any grouping, order, retry or
//! machine gives the same bits.

mod kept;
mod lifetimes;
mod pair;
mod private;
mod ranges;
mod run;
mod skill;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::engine::ledger::Account;
use crate::engine::plan::{FORMAT, Plan};
use crate::error::{Error, Result};
use crate::math::Lanes;
use crate::statistics::BUCKETS_PER_OCTAVE;

pub(crate) use kept::Kept;
pub(crate) use lifetimes::Lifetimes;
use pair::ruin_weight;
pub(crate) use pair::{PairAt, PairTally};
pub(crate) use private::PrivateTally;
use ranges::Ranges;
pub(crate) use run::RunTally;
pub(crate) use skill::SkillTally;

/// The statistics of some lifetimes of a plan.
///
/// Knows which lifetimes it holds and of which plan; merging refuses overlaps and other plans.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    format: u32,
    plan_hash: [u8; 32],
    ranges: Ranges,
    pub(crate) runs: Vec<RunTally>,
    pub(crate) pairs: Vec<PairTally>,
    pub(crate) kept: Kept,
    pub(crate) skill: SkillTally,
    pub(crate) lifetimes: Lifetimes,
}

impl Tally {
    /// A tally of no lifetimes.
    #[must_use]
    pub fn empty(plan: &Plan) -> Self {
        Self {
            format: FORMAT,
            plan_hash: plan.hash(),
            ranges: Ranges::default(),
            runs: (0..plan.runs.len()).map(|run| RunTally::empty(plan, run)).collect(),
            pairs: vec![PairTally::empty(plan); plan.pairs.len()],
            kept: Kept::empty(plan),
            skill: SkillTally::empty(plan),
            lifetimes: Lifetimes::empty(plan),
        }
    }

    /// About how many bytes a tally of many lifetimes takes: a dozen octaves of each histogram.
    pub(crate) fn largest_size(plan: &Plan) -> usize {
        const HISTOGRAM: usize = 12 * BUCKETS_PER_OCTAVE * size_of::<u64>();
        let (years, keys) = (plan.schedule.years as usize, plan.key_years.len());
        let appraised = plan.runs.iter().filter(|run| run.appraised.is_some()).count();
        let balances = (plan.runs.len() + plan.policies.len() + appraised) * years + 9 * appraised;
        let histograms = balances + plan.pairs.len() * keys + 8 * plan.runs.len();
        histograms * HISTOGRAM + plan.kept_figures() * size_of::<u64>()
    }

    /// The ranges of lifetimes held: first lifetime and count.
    #[must_use]
    pub fn ranges(&self) -> &[(u64, u64)] {
        self.ranges.as_slice()
    }

    /// The number of lifetimes held.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.ranges.count()
    }

    /// The hash of the plan.
    #[must_use]
    pub fn plan_hash(&self) -> [u8; 32] {
        self.plan_hash
    }

    /// Notes that lifetimes `first .. first + count` are held.
    pub(crate) fn hold(&mut self, first: u64, count: u64) -> Result<()> {
        self.ranges.add(first, count)?;
        self.kept.hold(first, count)
    }

    /// Adds another tally of the same plan.
    ///
    /// # Errors
    ///
    /// A tally of another plan or format, or one that holds a lifetime of this one; nothing is changed then.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        if self.format != other.format || self.plan_hash != other.plan_hash {
            return Err(Error::mismatch("tallies of two different plans cannot be merged"));
        }
        self.ranges.merge(&other.ranges)?;
        self.kept.merge(&other.kept)?;
        self.runs.iter_mut().zip(&other.runs).for_each(|(a, b)| a.merge(b));
        self.pairs.iter_mut().zip(&other.pairs).for_each(|(a, b)| a.merge(b));
        self.skill.merge(&other.skill);
        self.lifetimes.merge(&other.lifetimes);
        Ok(())
    }

    /// The tally as bytes, with a checksum at the end; equal tallies have equal bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        // Writing plain data to memory cannot fail: no map, no unknown length, no custom serialiser.
        let mut bytes = postcard::to_stdvec(self).unwrap_or_default();
        let checksum = Sha256::digest(&bytes);
        bytes.extend_from_slice(&checksum);
        bytes
    }

    /// Reads a tally of `plan` back.
    ///
    /// # Errors
    ///
    /// Damaged bytes, another format, or a tally of another plan.
    pub fn from_bytes(bytes: &[u8], plan: &Plan) -> Result<Self> {
        let damaged = || Error::mismatch("these bytes are not an undamaged tally: the checksum is wrong");
        let (body, checksum) = bytes.split_last_chunk::<32>().ok_or_else(damaged)?;
        if Sha256::digest(body)[..] != checksum[..] {
            return Err(damaged());
        }
        let tally: Self = postcard::from_bytes(body).map_err(|_| damaged())?;
        if tally.format != FORMAT || tally.plan_hash != plan.hash() {
            return Err(Error::mismatch("the tally belongs to another plan"));
        }
        Ok(tally)
    }

    /// Adds the real balances of a tile's first `used` lanes at a key year, an array for each run.
    #[inline(always)]
    pub(crate) fn compare<const L: usize>(
        &mut self,
        plan: &Plan,
        key: usize,
        (first, used): (u64, usize),
        real: &[Lanes<L>],
        accounts: &[Account<L>],
    ) {
        self.kept.note_balances(key, (first, used), real);
        for (pair, tally) in plan.pairs.iter().zip(&mut self.pairs) {
            let (here, there) = (pair.run as usize, pair.against as usize);
            let of = |run: usize, lane: usize| (real[run][lane], accounts[run].ruin_year[lane]);
            for lane in 0..used {
                tally.compare(key, of(here, lane), of(there, lane));
            }
        }
    }

    /// Adds what is known of a lane once its life, or the simulation, is over.
    #[inline(always)]
    pub(crate) fn finish<const L: usize>(
        &mut self,
        plan: &Plan,
        lane: usize,
        years_lived: u32,
        accounts: &[Account<L>],
    ) {
        for (run, account) in self.runs.iter_mut().zip(accounts) {
            run.finish(plan, lane, years_lived, account);
        }
    }

    /// Adds when payments first fail in a tile's first `used` lanes, once the simulation is over.
    pub(crate) fn finish_paths<const L: usize>(
        &mut self,
        plan: &Plan,
        (first, used): (u64, usize),
        accounts: &[Account<L>],
    ) {
        let weight = |run: usize, lane: usize| ruin_weight(plan, accounts[run].ruin_year[lane]);
        for (i, run) in self.runs.iter_mut().enumerate() {
            accounts[i].ruin_year[..used].iter().for_each(|&year| run.finish_path(year));
            let weights: Lanes<L> = std::array::from_fn(|lane| weight(i, lane));
            self.kept.note_ruin(i, (first, used), &weights);
        }
        for (pair, tally) in plan.pairs.iter().zip(&mut self.pairs) {
            for lane in 0..used {
                tally.ruin.push(weight(pair.run as usize, lane), weight(pair.against as usize, lane));
            }
        }
    }
}
