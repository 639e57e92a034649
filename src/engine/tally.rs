//! What a batch of lifetimes adds to the statistics: integers only, so that any grouping, order, retry or
//! machine gives the same bits.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::engine::ledger::Account;
use crate::engine::plan::{FORMAT, Plan};
use crate::engine::private_tally::PrivateTally;
use crate::engine::skill::SkillTally;
use crate::engine::sustainable::Lifetimes;
use crate::error::{Error, Result};
use crate::math::Lanes;
use crate::statistics::{BUCKETS_PER_OCTAVE, Histogram, PairedDifference, SECTIONS, Sample, Sections};

/// The statistics of some lifetimes of a plan.
///
/// Knows which lifetimes it holds and of which plan; merging refuses overlaps and other plans.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    format: u32,
    plan_hash: [u8; 32],
    /// First lifetime and number of lifetimes of each range held, ascending, joined where they touch.
    ranges: Vec<(u64, u64)>,
    /// Lifetimes alive at the end of each year.
    pub(crate) survivors: Vec<u64>,
    pub(crate) runs: Vec<RunTally>,
    pub(crate) pairs: Vec<PairTally>,
    pub(crate) skill: SkillTally,
    pub(crate) lifetimes: Lifetimes,
}

/// The statistics of one run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RunTally {
    /// Balances at the end of each year among survivors, dollars of the start.
    pub(crate) real: Vec<Sample>,
    /// The same in dollars of the day; empty for the rungs of an attribution ladder.
    pub(crate) nominal: Vec<Sample>,
    /// Real balances at the key years, by section.
    pub(crate) sections: Vec<Sections>,
    /// Lifetimes ruined in each year.
    pub(crate) ruined: Vec<u64>,
    /// Lifetimes ruined in each section.
    pub(crate) ruined_in_section: Vec<u64>,
    pub(crate) ruin_age: Sample,
    pub(crate) shortfall: Sample,
    pub(crate) shortfall_dollars: Sample,
    pub(crate) replacement_rate: Sample,
    pub(crate) fees: Sample,
    pub(crate) haircuts: Sample,
    pub(crate) trading_costs: Sample,
    pub(crate) worst_drawdown: Sample,
    /// Of runs whose NAVs are not values or whose gates may be shut.
    pub(crate) private: Option<PrivateTally>,
}

/// The statistics of two runs on the same lifetimes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PairTally {
    pub(crate) at: Vec<PairAt>,
    /// Lifetimes ruined in the first run only, and in the other only.
    pub(crate) ruined_only_here: u64,
    pub(crate) ruined_only_there: u64,
}

/// The statistics of a pair at one key year.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PairAt {
    pub(crate) difference: PairedDifference,
    /// Balance over the other's, where the other's is not empty.
    pub(crate) ratio: Sample,
}

impl Tally {
    /// A tally of no lifetimes.
    #[must_use]
    pub fn empty(plan: &Plan) -> Self {
        let (years, keys) = (plan.schedule.years as usize, plan.key_years.len());
        let run = |i: usize| RunTally {
            real: vec![Sample::default(); years],
            nominal: vec![Sample::default(); if i < plan.policies.len() { years } else { 0 }],
            sections: vec![Sections::default(); keys],
            ruined: vec![0; years],
            ruined_in_section: vec![0; SECTIONS],
            ruin_age: Sample::default(),
            shortfall: Sample::default(),
            shortfall_dollars: Sample::default(),
            replacement_rate: Sample::default(),
            fees: Sample::default(),
            haircuts: Sample::default(),
            trading_costs: Sample::default(),
            worst_drawdown: Sample::default(),
            private: plan.runs[i].appraised.as_ref().map(|_| PrivateTally::new(years)),
        };
        let pair = PairTally { at: vec![PairAt::default(); keys], ruined_only_here: 0, ruined_only_there: 0 };
        Self {
            format: FORMAT,
            plan_hash: plan.hash(),
            ranges: vec![],
            survivors: vec![0; years],
            runs: (0..plan.runs.len()).map(run).collect(),
            pairs: vec![pair; plan.pairs.len()],
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
        let sections = plan.runs.len() * keys * SECTIONS;
        (balances + sections + plan.pairs.len() * keys + 8 * plan.runs.len()) * HISTOGRAM
    }

    /// The ranges of lifetimes held: first lifetime and count.
    #[must_use]
    pub fn ranges(&self) -> &[(u64, u64)] {
        &self.ranges
    }

    /// The number of lifetimes held.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.ranges.iter().map(|(_, count)| count).sum()
    }

    /// The number of lifetimes held in each section.
    pub(crate) fn lifetimes_in_sections(&self) -> Vec<u64> {
        // Of the lifetimes below `end`, those whose number leaves the remainder `section`.
        let below = |end: u64, section: u64| (end + SECTIONS as u64 - 1 - section) / SECTIONS as u64;
        let held = |section: u64| {
            self.ranges
                .iter()
                .map(|&(first, count)| below(first + count, section) - below(first, section))
                .sum()
        };
        (0..SECTIONS as u64).map(held).collect()
    }

    /// The hash of the plan.
    #[must_use]
    pub fn plan_hash(&self) -> [u8; 32] {
        self.plan_hash
    }

    /// Notes that lifetimes `first .. first + count` are held.
    pub(crate) fn hold(&mut self, first: u64, count: u64) -> Result<()> {
        let mut ranges = std::mem::take(&mut self.ranges);
        ranges.push((first, count));
        self.ranges = joined(ranges)?;
        Ok(())
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
        self.ranges = joined([self.ranges.as_slice(), &other.ranges].concat())?;
        self.survivors.iter_mut().zip(&other.survivors).for_each(|(a, b)| *a += b);
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

    /// Adds the balances of one lane at a key year.
    #[inline(always)]
    pub(crate) fn compare<const L: usize>(
        &mut self,
        plan: &Plan,
        key: usize,
        lifetime: u64,
        lane: usize,
        real: &[Lanes<L>],
    ) {
        for (run, balance) in self.runs.iter_mut().zip(real) {
            run.sections[key].push(lifetime, balance[lane]);
        }
        for (pair, tally) in plan.pairs.iter().zip(&mut self.pairs) {
            let (here, there) = (real[pair.run as usize][lane], real[pair.against as usize][lane]);
            tally.at[key].difference.push(here, there);
            if there > 0.0 {
                tally.at[key].ratio.push(here / there);
            }
        }
    }

    /// Adds what is known of a lane once its life, or the simulation, is over.
    #[inline(always)]
    pub(crate) fn finish<const L: usize>(
        &mut self,
        plan: &Plan,
        lifetime: u64,
        lane: usize,
        years_lived: u32,
        accounts: &[Account<L>],
    ) {
        for (run, account) in self.runs.iter_mut().zip(accounts) {
            run.finish(plan, lifetime, lane, years_lived, account);
        }
        for (pair, tally) in plan.pairs.iter().zip(&mut self.pairs) {
            let here = accounts[pair.run as usize].ruin_year[lane] > 0.0;
            let there = accounts[pair.against as usize].ruin_year[lane] > 0.0;
            tally.ruined_only_here += u64::from(here && !there);
            tally.ruined_only_there += u64::from(there && !here);
        }
    }
}

impl RunTally {
    fn finish<const L: usize>(
        &mut self,
        plan: &Plan,
        lifetime: u64,
        lane: usize,
        years_lived: u32,
        account: &Account<L>,
    ) {
        let schedule = &plan.schedule;
        self.fees.push(account.fees[lane]);
        self.haircuts.push(account.haircuts[lane]);
        self.trading_costs.push(account.trading_costs[lane]);
        self.worst_drawdown.push(1.0 - account.worst_depth[lane]);
        if let Some(private) = &mut self.private {
            private.finish(plan, lane, account);
        }
        let ruin_year = account.ruin_year[lane];
        if ruin_year > 0.0 {
            self.ruined[ruin_year as usize - 1] += 1;
            self.ruined_in_section[(lifetime % SECTIONS as u64) as usize] += 1;
            self.ruin_age.push(f64::from(schedule.start_age) + ruin_year);
        }
        let benefits = plan.benefits[years_lived as usize];
        let (paid, unpaid) = (account.paid[lane], account.unpaid[lane]);
        let wanted = paid + unpaid + benefits;
        if wanted > 0.0 {
            self.shortfall.push(unpaid / wanted);
            self.shortfall_dollars.push(unpaid);
        }
        let retired = schedule.retirement_year.map_or(0, |year| years_lived.saturating_sub(year));
        if let Some(pay) = schedule.final_pay.filter(|&pay| pay > 0.0 && retired > 0) {
            self.replacement_rate.push((paid + benefits) / f64::from(retired) / pay);
        }
    }

    fn merge(&mut self, other: &Self) {
        let samples = |a: &mut Vec<Sample>, b: &[Sample]| a.iter_mut().zip(b).for_each(|(a, b)| a.merge(b));
        samples(&mut self.real, &other.real);
        samples(&mut self.nominal, &other.nominal);
        self.sections.iter_mut().zip(&other.sections).for_each(|(a, b)| a.merge(b));
        self.ruined.iter_mut().zip(&other.ruined).for_each(|(a, b)| *a += b);
        self.ruined_in_section.iter_mut().zip(&other.ruined_in_section).for_each(|(a, b)| *a += b);
        self.ruin_age.merge(&other.ruin_age);
        self.shortfall.merge(&other.shortfall);
        self.shortfall_dollars.merge(&other.shortfall_dollars);
        self.replacement_rate.merge(&other.replacement_rate);
        self.fees.merge(&other.fees);
        self.haircuts.merge(&other.haircuts);
        self.trading_costs.merge(&other.trading_costs);
        self.worst_drawdown.merge(&other.worst_drawdown);
        if let (Some(private), Some(others)) = (&mut self.private, &other.private) {
            private.merge(others);
        }
    }

    /// The histogram of real balances at the end of a year.
    pub(crate) fn real_histogram(&self, year: usize) -> &Histogram {
        self.real[year].histogram()
    }
}

impl PairTally {
    fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.at.iter_mut().zip(&other.at) {
            mine.difference.merge(&theirs.difference);
            mine.ratio.merge(&theirs.ratio);
        }
        self.ruined_only_here += other.ruined_only_here;
        self.ruined_only_there += other.ruined_only_there;
    }
}

/// Ranges in ascending order, joined where they touch.
fn joined(mut ranges: Vec<(u64, u64)>) -> Result<Vec<(u64, u64)>> {
    ranges.retain(|(_, count)| *count > 0);
    ranges.sort_unstable();
    let mut result: Vec<(u64, u64)> = vec![];
    for (first, count) in ranges {
        match result.last_mut() {
            Some((start, length)) if *start + *length > first => {
                let reason = format!("lifetime {first} is held twice: tallies of overlapping ranges");
                return Err(Error::mismatch(reason));
            }
            Some((start, length)) if *start + *length == first => *length += count,
            _ => result.push((first, count)),
        }
    }
    Ok(result)
}
