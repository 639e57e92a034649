//! Funds and gates of a world over a few steps of a tile.

use crate::engine::ledger::WorldSteps;
use crate::engine::plan::{Plan, World};
use crate::market::{FundMemory, Quote};
use crate::math::streams::Streams;

/// What the funds and gates of a world remember in every lane.
#[derive(Clone, Debug)]
pub(crate) struct PrivateMemory<const L: usize> {
    funds: Vec<FundMemory<L>>,
    /// Which gated funds are shut.
    shut: Vec<[bool; L]>,
}

impl<const L: usize> PrivateMemory<L> {
    pub(crate) fn new(world: &World) -> Self {
        let gates = world.gates.as_ref().map_or(0, |gates| gates.gated.len());
        Self { funds: world.funds.iter().map(FundMemory::new).collect(), shut: vec![[false; L]; gates] }
    }

    /// Back to the start of a lifetime: every fund is open and priced at its value.
    pub(crate) fn open(&mut self) {
        self.funds.iter_mut().for_each(FundMemory::open);
        self.shut.fill([false; L]);
    }

    /// The steps from `first_step` of the lifetime on: growth factors of funds become those of their holders, and
    /// quotes and shares paid are told for the open of the first step and the close of each.
    #[inline(always)]
    pub(crate) fn advance(
        &mut self,
        plan: &Plan,
        world: &World,
        (streams, first_lifetime): (Streams, u64),
        first_step: usize,
        steps: &mut WorldSteps<L>,
    ) {
        let (count, series, per_year) = (plan.steps_at_once(), plan.series(), plan.steps_per_year());
        let funds = world.funds.len();
        for (i, (fund, memory)) in world.funds.iter().zip(&mut self.funds).enumerate() {
            steps.quotes[i] =
                if first_step == 0 { Quote::default() } else { steps.quotes[count * funds + i].clone() };
            for step in 0..count {
                let growth = &mut steps.growth[step * series..(step + 1) * series];
                let quote = &mut steps.quotes[(step + 1) * funds + i];
                fund.step(first_step + step, per_year, growth, memory, quote);
            }
        }
        let Some(gates) = &world.gates else { return };
        let count_gated = gates.gated.len();
        for i in 0..count_gated {
            steps.paid[i] = if first_step == 0 { [1.0; L] } else { steps.paid[count * count_gated + i] };
        }
        let per_quarter = (per_year / 4).max(1);
        for step in 0..count {
            let t = first_step + step + 1;
            if t.is_multiple_of(per_quarter) {
                let quarter = (t / per_quarter - 1) as u32;
                let fall = &steps.fall[step + 1];
                let paid = &mut steps.paid[(step + 1) * count_gated..(step + 2) * count_gated];
                gates.end_quarter(streams, first_lifetime, quarter, fall, &mut self.shut, paid);
            } else {
                // Until the next quarter ends, requests are paid like those of the last one.
                let (before, now) = steps.paid.split_at_mut((step + 1) * count_gated);
                now[..count_gated].copy_from_slice(&before[step * count_gated..]);
            }
        }
    }
}
