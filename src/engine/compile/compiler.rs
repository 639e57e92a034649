//! What is being compiled: worlds and runs as far as they are made.

use crate::engine::plan::{HalfSpread3, Run, World};
use crate::error::{Error, Result};
use crate::market::{FundSwitches, Ingredients, Liquidity, Market, Model, Overlay};
use crate::participant::Schedule;

/// Which frictions a run charges.
#[allow(clippy::struct_excessive_bools)] // each friction can be switched off alone
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Charges {
    pub(super) fees: bool,
    pub(super) volatility: bool,
    pub(super) haircuts: bool,
    pub(super) spreads: bool,
    pub(super) smoothing: bool,
    pub(super) gates: bool,
}

pub(super) struct Compiler<'a> {
    pub(super) market: &'a Market,
    pub(super) schedule: &'a Schedule,
    pub(super) overlay: Option<Overlay>,
    /// The return model before fees, without and with the volatility haircut.
    pub(super) gross: [Model; 2],
    /// With the settings that made them: fees and smoothing, volatility haircut.
    pub(super) worlds: Vec<((FundSwitches, bool), World)>,
    pub(super) runs: Vec<Run>,
}

impl<'a> Compiler<'a> {
    pub(super) fn new(market: &'a Market, schedule: &'a Schedule, headline: bool) -> Result<Self> {
        let steps = schedule.steps_per_year as usize;
        let no_fees = vec![0.0; market.assets.len()];
        let gross = |haircut: bool| {
            let ingredients = Ingredients::new(market, steps, &factors(market, haircut), &no_fees);
            Model::compile(&ingredients).map_err(|error: Error| error.within("market"))
        };
        Ok(Self {
            market,
            schedule,
            overlay: Overlay::compile(market, steps),
            // Headline volatilities are wanted by the rungs of ladders only.
            gross: [gross(!headline)?, gross(true)?],
            worlds: vec![],
            runs: vec![],
        })
    }
}

impl Compiler<'_> {
    /// Fee of each asset a year, the plan's share of assets included.
    pub(super) fn fees_per_year(&self, charged: bool) -> Vec<f64> {
        let plan = if charged { self.schedule.fee_share } else { 0.0 };
        let fee = |asset: &crate::market::Asset| {
            let own = if charged { asset.fees.charged_per_year() } else { 0.0 };
            1.0 - (1.0 - own) * (1.0 - plan)
        };
        self.market.assets.iter().map(fee).collect()
    }

    pub(super) fn spread(&self, asset: usize, charged: bool) -> HalfSpread3 {
        match self.market.assets[asset].liquidity {
            Liquidity::Liquid { half_spread: s } if charged => [s.normal, s.stress, s.crisis],
            _ => [0.0; 3],
        }
    }
}

/// The factors on log volatilities, with the haircut or without it.
pub(super) fn factors(market: &Market, haircut: bool) -> Vec<f64> {
    if haircut { market.volatility_factors() } else { vec![1.0; market.assets.len()] }
}
