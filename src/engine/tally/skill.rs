//! Differences of policies by the skill of a lifetime's managers.

use serde::{Deserialize, Serialize};

use crate::engine::outcome::SKILL_BINS;
use crate::engine::plan::Plan;
use crate::math::Lanes;
use crate::statistics::PairedDifference;

/// The standard normal quantiles of 0.55, 0.60, … 0.95; the others mirror them, and that of 0.5 is zero.
const UPPER_EDGES: [f64; 9] = [
    0.125_661_346_855_074_02,
    0.253_347_103_135_799_7,
    0.385_320_466_407_567_73,
    0.524_400_512_708_040_9,
    0.674_489_750_196_081_7,
    0.841_621_233_572_914_3,
    1.036_433_389_493_789_8,
    1.281_551_565_544_600_4,
    1.644_853_626_951_472_2,
];

/// The bin of a skill.
fn bin(skill: f64) -> usize {
    let size = skill.abs();
    let beyond = UPPER_EDGES.iter().filter(|edge| size >= **edge).count();
    if skill >= 0.0 { SKILL_BINS / 2 + beyond } else { SKILL_BINS / 2 - 1 - beyond }
}

/// The differences of each policy from the one it is compared with, by key age and bin of skill; empty if managers do not differ.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SkillTally {
    /// Policy by policy, key age by key age, bin by bin.
    cells: Vec<PairedDifference>,
}

impl SkillTally {
    pub(crate) fn empty(plan: &Plan) -> Self {
        let tells = plan.overlay.as_ref().is_some_and(crate::market::Overlay::has_skill);
        let cells = if tells { plan.compared as usize * plan.key_years.len() * SKILL_BINS } else { 0 };
        Self { cells: vec![PairedDifference::default(); cells] }
    }

    /// Adds the balances of one lane at a key year.
    #[inline(always)]
    pub(crate) fn compare<const L: usize>(
        &mut self,
        plan: &Plan,
        key: usize,
        lane: usize,
        skill: &Lanes<L>,
        real: &[Lanes<L>],
    ) {
        if self.cells.is_empty() {
            return;
        }
        let bin = bin(skill[lane]);
        let keys = plan.key_years.len();
        for (pair, cells) in
            plan.pairs[..plan.compared as usize].iter().zip(self.cells.chunks_exact_mut(keys * SKILL_BINS))
        {
            let (here, there) = (real[pair.run as usize][lane], real[pair.against as usize][lane]);
            cells[key * SKILL_BINS + bin].push(here, there);
        }
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.cells.iter_mut().zip(&other.cells).for_each(|(a, b)| a.merge(b));
    }

    /// The bins of a pair at a key age; `None` if managers do not differ.
    pub(crate) fn bins(&self, plan: &Plan, pair: usize, key: usize) -> Option<&[PairedDifference]> {
        let first = (pair * plan.key_years.len() + key) * SKILL_BINS;
        self.cells.get(first..first + SKILL_BINS)
    }
}

#[cfg(test)]
mod tests {
    use statrs::distribution::{ContinuousCDF, Normal};

    use super::*;

    #[test]
    fn bins_are_cut_at_the_exact_quantiles() {
        let normal = Normal::standard();
        for i in 1..SKILL_BINS {
            let edge = normal.inverse_cdf(i as f64 / SKILL_BINS as f64);
            assert_eq!((bin(edge - 1e-9), bin(edge + 1e-9)), (i - 1, i), "{edge}");
        }
        assert_eq!((bin(-40.0), bin(40.0), bin(0.0)), (0, 19, 10));
    }
}
