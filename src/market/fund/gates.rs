//! Gates in the lanes of a tile: a chain of two states for each gated fund, moved at the end of every quarter.

use serde::{Deserialize, Serialize};

use crate::market::asset::PLACES;
use crate::market::{GateRule, Market};
use crate::math::Lanes;
use crate::math::streams::{Purpose, Streams};

/// The gates of a market, compiled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Gates {
    rule: GateRule,
    pub(crate) gated: Vec<GatedFund>,
}

/// Pairs of places: a block of four words serves two funds.
const PAIRS: u32 = PLACES / 2;

/// A fund with a gate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct GatedFund {
    /// The asset's place in the market.
    pub(crate) asset: u32,
    /// The share of a request paid in a gated quarter, at equally likely points.
    paid_shares: Vec<f64>,
}

impl Gates {
    /// The gates of a market; empty if no fund has one.
    pub(crate) fn compile(market: &Market) -> Self {
        let gated = market.assets.iter().enumerate().filter_map(|(k, asset)| {
            let gate = asset.vehicle.gate?;
            Some(GatedFund { asset: k as u32, paid_shares: gate.paid_shares() })
        });
        Self { rule: market.gate_rule, gated: gated.collect() }
    }

    /// Whether gates from elsewhere are those of funds in a market of so many series.
    pub(crate) fn is_sound(&self, series: usize) -> bool {
        let of_fund =
            |gated: &GatedFund| (gated.asset as usize) < series - 1 && !gated.paid_shares.is_empty();
        self.gated.iter().all(of_fund)
    }

    /// The end of quarter `quarter`: moves the chains, `shut` being their states, and tells the share of a request that
    /// each fund pays.
    #[inline(always)]
    pub(crate) fn end_quarter<const L: usize>(
        &self,
        streams: Streams,
        first_lifetime: u64,
        quarter: u32,
        fall: &[f64; L],
        shut: &mut [[bool; L]],
        paid: &mut [Lanes<L>],
    ) {
        // A block of four words serves the funds of two places in the market: whether the chain moves, and how much is asked.
        for (i, gated) in self.gated.iter().enumerate() {
            let block = quarter * PAIRS + gated.asset / 2;
            let half = (gated.asset % 2) as usize;
            let (shut, paid) = (&mut shut[i], &mut paid[i]);
            for lane in 0..L {
                let words = streams.block(Purpose::Gates, first_lifetime.wrapping_add(lane as u64), block);
                let (moves, asked) = (words[half * 2], words[half * 2 + 1]);
                let probability =
                    if shut[lane] { self.rule.reopening } else { self.rule.closing_at(fall[lane]) };
                shut[lane] ^= f64::from(moves) < probability * 4_294_967_296.0;
                let point = ((u64::from(asked) * gated.paid_shares.len() as u64) >> 32) as usize;
                paid[lane] = if shut[lane] { gated.paid_shares[point] } else { 1.0 };
            }
        }
    }
}
