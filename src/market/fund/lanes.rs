//! Funds in the lanes of a tile: NAVs that lag behind value, fees taken at the NAV, profit shares and liquid sleeves.
//! What a fund does depends on its market path only, never on who holds it.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::market::fund::appraisal::Filter;
use crate::market::{Asset, CASH, IncentiveFee, Market};
use crate::math::elementary::pow;
use crate::math::single;

/// Funds take at most this share of value in a step, so that nothing turns negative where a NAV is far above it.
const MOST_TAKEN: f64 = 0.99;

/// A fund compiled: in every step, from the growth `g` of what it owns,
///
/// 1. the liquid sleeve is blended in, `g ← (1 − c)·g + c·g_cash`;
/// 2. the reported NAV follows, `s = reported / economic` from the [`Appraisal`](crate::market::Appraisal);
/// 3. fees are a share `φ` of the reported NAV and are paid in cash: the NAV falls by `φ`, the value by `φ·s`.
///
/// What fees make of the ratio fades as appraisals catch up with value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Fund {
    /// The asset's place in the market.
    pub(crate) asset: u32,
    /// Smoothing per step, and the weights of past log returns that are not yet in the NAV.
    phi: f32,
    missing: Vec<f32>,
    /// The share of the reported NAV taken in a step whatever the profit.
    fee: f64,
    incentive: Option<IncentiveFee>,
    sleeve: f64,
    /// The place of cash in the market, and what undoes the fees in its growth factors, which a sleeve does not pay.
    cash: u32,
    cash_gross_up: f64,
}

/// Which of a fund's features are at work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FundSwitches {
    /// Fees are charged.
    pub(crate) fees: bool,
    /// NAVs are smoothed.
    pub(crate) smoothing: bool,
}

impl FundSwitches {
    /// Whether an asset needs a fund of its own, rather than a fee in its growth factors.
    pub(crate) fn concern(self, asset: &Asset) -> bool {
        let appraised = asset.vehicle.appraisal.as_ref().is_some_and(|appraisal| !appraisal.is_exact());
        (self.smoothing && appraised)
            || (self.fees && asset.fees.incentive_charged().is_some())
            || asset.vehicle.liquid_sleeve > 0.0
    }
}

impl Fund {
    /// The funds of a market, `fees_per_year` being the share of value that each asset is charged whatever its profit.
    pub(crate) fn all(
        market: &Market,
        steps_per_year: usize,
        switches: FundSwitches,
        fees_per_year: &[f64],
    ) -> Result<Vec<Self>> {
        let concerned = market.assets.iter().enumerate().filter(|(_, asset)| switches.concern(asset));
        concerned
            .map(|(k, asset)| {
                let appraisal = asset.vehicle.appraisal.as_ref().filter(|_| switches.smoothing);
                let cash = market.index_of(CASH).unwrap_or(k);
                let in_growth =
                    if switches.concern(&market.assets[cash]) { 0.0 } else { fees_per_year[cash] };
                let none = Filter { phi: 0.0, missing: vec![] };
                let filter = appraisal.map_or(Ok(none), |appraisal| appraisal.filter(steps_per_year));
                let filter = filter.map_err(|error| error.within(&format!("assets.{}", asset.key)))?;
                Ok(Self {
                    asset: k as u32,
                    phi: filter.phi as f32,
                    missing: filter.missing.iter().map(|&weight| weight as f32).collect(),
                    fee: 1.0 - pow(1.0 - fees_per_year[k], 1.0 / steps_per_year as f64),
                    incentive: asset.fees.incentive_charged().filter(|_| switches.fees),
                    sleeve: asset.vehicle.liquid_sleeve,
                    cash: cash as u32,
                    cash_gross_up: 1.0 / pow(1.0 - in_growth, 1.0 / steps_per_year as f64),
                })
            })
            .collect()
    }

    fn smooths(&self) -> bool {
        self.phi > 0.0 || !self.missing.is_empty()
    }
}

/// What a fund remembers in every lane.
#[derive(Clone, Debug)]
pub(crate) struct FundMemory<const L: usize> {
    /// The last log returns of value; a ring.
    past: Vec<[f32; L]>,
    /// The part of the log ratio that fades by `φ` in a step.
    fading: [f32; L],
    /// Reported NAV over economic value.
    ratio: [f64; L],
    /// NAV of the year before the profit share, net NAV, and high-water mark, in units of the net NAV at its start.
    year: [f64; L],
    net: [f64; L],
    high: [f64; L],
}

impl<const L: usize> FundMemory<L> {
    pub(crate) fn new(fund: &Fund) -> Self {
        Self {
            past: vec![[0.0; L]; fund.missing.len()],
            fading: [0.0; L],
            ratio: [1.0; L],
            year: [1.0; L],
            net: [1.0; L],
            high: [1.0; L],
        }
    }

    /// Back to the start of a lifetime: a fund priced at its value, at its high-water mark.
    pub(crate) fn open(&mut self) {
        self.past.fill([0.0; L]);
        self.fading = [0.0; L];
        (self.ratio, self.year, self.net, self.high) = ([1.0; L], [1.0; L], [1.0; L], [1.0; L]);
    }
}

/// What a fund tells its holders about a step.
#[derive(Clone, Debug)]
pub(crate) struct Quote<const L: usize> {
    /// Reported NAV over economic value at the close.
    pub(crate) ratio: [f64; L],
    /// Fees of the step as a share of the economic value after them.
    pub(crate) fees: [f64; L],
}

impl<const L: usize> Default for Quote<L> {
    fn default() -> Self {
        Self { ratio: [1.0; L], fees: [0.0; L] }
    }
}

impl Fund {
    /// Step `t`: makes the asset's growth (of one step's series) that of a holder's economic value, net of all fees.
    #[inline(always)]
    pub(crate) fn step<const L: usize>(
        &self,
        t: usize,
        steps_per_year: usize,
        growth: &mut [[f64; L]],
        memory: &mut FundMemory<L>,
        quote: &mut Quote<L>,
    ) {
        let cash = growth[self.cash as usize];
        let growth = &mut growth[self.asset as usize];
        if self.sleeve > 0.0 {
            for lane in 0..L {
                growth[lane] =
                    growth[lane] * (1.0 - self.sleeve) + cash[lane] * (self.sleeve * self.cash_gross_up);
            }
        }
        let mut ratio = [1.0; L];
        if self.smooths() {
            self.appraise(t, growth, memory, &mut ratio);
        }
        let mut taken = [self.fee; L];
        if let Some(incentive) = self.incentive {
            self.share_profit(incentive, t, steps_per_year, growth, &ratio, memory, &mut taken);
        }
        for lane in 0..L {
            let of_value = taken[lane] * ratio[lane];
            let of_value = if of_value > MOST_TAKEN { MOST_TAKEN } else { of_value };
            growth[lane] *= 1.0 - of_value;
            quote.fees[lane] = of_value / (1.0 - of_value);
            let change = (1.0 - taken[lane]) / (1.0 - of_value);
            quote.ratio[lane] = ratio[lane] * change;
            memory.ratio[lane] = quote.ratio[lane];
        }
        if self.smooths() {
            for lane in 0..L {
                let of_value = taken[lane] * ratio[lane];
                let change =
                    (1.0 - taken[lane]) / (1.0 - if of_value > MOST_TAKEN { MOST_TAKEN } else { of_value });
                memory.fading[lane] += single::ln(change as f32);
            }
        }
    }

    /// The ratio of reported NAV to economic value after a step of growth, before fees.
    #[inline(always)]
    fn appraise<const L: usize>(
        &self,
        t: usize,
        growth: &[f64; L],
        memory: &mut FundMemory<L>,
        ratio: &mut [f64; L],
    ) {
        let mut log = [0.0_f32; L];
        for lane in 0..L {
            // A fund that lost everything keeps a price that can be told from nothing.
            let factor = growth[lane] as f32;
            log[lane] = single::ln(if factor > 1e-30 { factor } else { 1e-30 });
        }
        let length = self.missing.len();
        let seen = if length == 0 { log } else { memory.past[t % length] };
        if length > 0 {
            memory.past[t % length] = log;
        }
        for lane in 0..L {
            memory.fading[lane] = self.phi * (memory.fading[lane] - seen[lane]);
        }
        let mut exponent = memory.fading;
        for (age, weight) in self.missing.iter().enumerate() {
            let past = &memory.past[(t + length - age) % length];
            for lane in 0..L {
                exponent[lane] -= weight * past[lane];
            }
        }
        single::exp_lanes(&mut exponent);
        for lane in 0..L {
            ratio[lane] = f64::from(exponent[lane]) * (1.0 - self.sleeve) + self.sleeve;
        }
    }

    /// Adds the change of the accrued profit share to what is taken of the NAV.
    #[inline(always)]
    #[allow(clippy::too_many_arguments)] // one rule of the fund: its terms, the moment, and the lanes
    fn share_profit<const L: usize>(
        &self,
        incentive: IncentiveFee,
        t: usize,
        steps_per_year: usize,
        growth: &[f64; L],
        ratio: &[f64; L],
        memory: &mut FundMemory<L>,
        taken: &mut [f64; L],
    ) {
        let years = ((t % steps_per_year) + 1) as f64 / steps_per_year as f64;
        let crystallises = (t + 1).is_multiple_of(steps_per_year);
        for lane in 0..L {
            let reported = ratio[lane] * growth[lane] / memory.ratio[lane] * (1.0 - self.fee);
            let reported = if reported > 1e-30 { reported } else { 1e-30 };
            let year = memory.year[lane] * reported;
            let due = incentive.due(year, memory.high[lane], years);
            let net = year - due;
            taken[lane] = 1.0 - (1.0 - self.fee) * net / (memory.net[lane] * reported);
            (memory.year[lane], memory.net[lane]) = (year, net);
            if crystallises {
                let high = if memory.high[lane] > net { memory.high[lane] } else { net };
                memory.high[lane] = high / net;
                (memory.year[lane], memory.net[lane]) = (1.0, 1.0);
            }
        }
    }
}
