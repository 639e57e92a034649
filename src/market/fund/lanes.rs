//! Funds in the lanes of a tile: NAVs that lag behind value, fees taken at the NAV, profit shares and liquid sleeves.
//! What a fund does depends on its market path only, never on who holds it.

use serde::{Deserialize, Serialize};

use crate::market::asset::{Asset, CASH};
use crate::market::fees::IncentiveFee;
use crate::market::fund::appraisal::Filter;
use crate::market::fund::news::{News, Untold};
use crate::market::model::Model;
use crate::market::overlay::Overlay;
use crate::market::whole::Market;
use crate::math::elementary::pow;
use crate::math::single;

/// Funds take at most this share of value in a step, so that nothing turns negative where a NAV is far above it.
const MOST_TAKEN: f64 = 0.99;

/// A fund compiled: in every step, from the growth `g` of what it owns,
///
/// 1. its appraisers hear of the news in `g`, so that `s = reported / economic = (1 + premium)·exp((1 − c)·x)`, with `x` what
///    they have not told yet (see [`Appraisal`](crate::market::Appraisal)) and `c` the liquid sleeve, which is priced at value;
/// 2. the liquid sleeve is blended in, `g ← (1 − c)·g + c·g_cash`;
/// 3. fees are a share `φ` of the reported NAV, paid in cash that the fund raises by selling at value a part of what it owns: the
///    value falls by `φ·s`, and the ratio is what it was.
///
/// So the ratio is a matter of news alone: `ln s` has the mean `ln(1 + premium)` at every date whatever the fees, and is that
/// for ever where nothing is uncertain. (The sleeve enters in logs, so that this holds exactly; `(1 − c)·exp(x) + c` differs by
/// `c·(1 − c)·x²/2`.)
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Fund {
    /// The asset's place in the market.
    pub(crate) asset: u32,
    /// What appraisers make of news; `None` if they hear of it at once, or if there is none.
    news: Option<News>,
    /// Reported NAV over economic value but for news.
    premium: f64,
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
    /// Reported NAVs are not economic values.
    pub(crate) smoothing: bool,
}

impl FundSwitches {
    /// Whether an asset needs a fund of its own, rather than a fee in its growth factors; `news` tells whether there is any
    /// about it.
    pub(crate) fn concern(self, asset: &Asset, news: bool) -> bool {
        (self.smoothing && (asset.vehicle.nav_premium != 0.0 || (news && asset.vehicle.lags())))
            || (self.fees && asset.fees.incentive_charged().is_some())
            || asset.vehicle.liquid_sleeve > 0.0
    }
}

/// What funds are compiled from, beside their market.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FundIngredients<'a> {
    pub(crate) steps_per_year: usize,
    pub(crate) switches: FundSwitches,
    /// The share of value that each asset is charged a year whatever its profit.
    pub(crate) fees_per_year: &'a [f64],
    /// The return model before fees, and what happens on top of it.
    pub(crate) gross: &'a Model,
    pub(crate) overlay: Option<&'a Overlay>,
}

/// Whether there is news about an asset: whether its growth, crashes included, is not known beforehand.
pub(crate) fn has_news(asset: usize, gross: &Model, overlay: Option<&Overlay>) -> bool {
    !gross.is_certain(asset) || overlay.is_some_and(|overlay| overlay.expected_news(asset).is_some())
}

impl Fund {
    pub(super) fn new(market: &Market, k: usize, from: FundIngredients<'_>, filter: Option<&Filter>) -> Self {
        let FundIngredients { steps_per_year, switches, fees_per_year, gross, overlay } = from;
        let asset = &market.assets[k];
        let cash = market.index_of(CASH).unwrap_or(k);
        let cash_is_fund = switches.concern(&market.assets[cash], has_news(cash, gross, overlay));
        let in_growth = if cash_is_fund { 0.0 } else { fees_per_year[cash] };
        let of_crashes = overlay.and_then(|overlay| overlay.expected_news(k)).unwrap_or_default();
        let news = |filter| News::new(filter, gross.expected_log_growth(k) + of_crashes);
        Self {
            asset: k as u32,
            news: filter.map(news),
            premium: if switches.smoothing { 1.0 + asset.vehicle.nav_premium } else { 1.0 },
            fee: 1.0 - pow(1.0 - fees_per_year[k], 1.0 / steps_per_year as f64),
            incentive: asset.fees.incentive_charged().filter(|_| switches.fees),
            sleeve: asset.vehicle.liquid_sleeve,
            cash: cash as u32,
            cash_gross_up: 1.0 / pow(1.0 - in_growth, 1.0 / steps_per_year as f64),
        }
    }

    /// Whether a fund from elsewhere is one in a market of so many series.
    pub(crate) fn is_sound(&self, series: usize) -> bool {
        [self.asset, self.cash].iter().all(|&place| (place as usize) < series - 1)
    }

    /// How many numbers tell what its appraisers have not told; 0 if they tell everything.
    pub(super) fn state_length(&self) -> usize {
        self.news.as_ref().map_or(0, |news| news.missing() + 1)
    }

    /// Whether its appraisers hear of news with a lag.
    pub(crate) fn lags(&self) -> bool {
        self.news.is_some()
    }
}

/// What a fund remembers in every lane.
#[derive(Clone, Debug)]
pub(crate) struct FundMemory<const L: usize> {
    /// What appraisers have not told; `None` if they tell everything.
    pub(super) untold: Option<Untold<L>>,
    /// Reported NAV over economic value.
    ratio: [f64; L],
    /// NAV of the year before the profit share, net NAV, and high-water mark, in units of the net NAV at its start.
    year: [f64; L],
    net: [f64; L],
    high: [f64; L],
}

impl<const L: usize> FundMemory<L> {
    pub(crate) fn new(fund: &Fund) -> Self {
        let untold = fund.news.as_ref().map(Untold::new);
        Self { untold, ratio: [1.0; L], year: [1.0; L], net: [1.0; L], high: [1.0; L] }
    }

    /// Back to the time before a lifetime: nothing untold, at its high-water mark.
    pub(crate) fn clear(&mut self) {
        if let Some(untold) = &mut self.untold {
            untold.clear();
        }
        (self.year, self.net, self.high) = ([1.0; L], [1.0; L], [1.0; L]);
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
    /// The news in a step's growth factors as the return model made them; none if nothing lags.
    #[inline(always)]
    pub(crate) fn news_of<const L: usize>(&self, growth: &[[f64; L]], news: &mut [f32; L]) {
        if let Some(of) = &self.news {
            of.of_growth(&growth[self.asset as usize], news);
        }
    }

    /// Step `step` of the years before the start: appraisers hear of the news.
    #[inline(always)]
    pub(crate) fn hear_of_the_past<const L: usize>(
        &self,
        step: usize,
        news: &[f32; L],
        memory: &mut FundMemory<L>,
    ) {
        if let (Some(of), Some(untold)) = (&self.news, &mut memory.untold) {
            of.hear(news, step >= of.window(), untold);
        }
    }

    /// What the fund quotes when a lifetime starts.
    #[inline(always)]
    pub(crate) fn open<const L: usize>(&self, memory: &mut FundMemory<L>) -> Quote<L> {
        memory.ratio = self.ratio(memory);
        Quote { ratio: memory.ratio, fees: [0.0; L] }
    }

    /// Reported NAV over economic value.
    #[inline(always)]
    fn ratio<const L: usize>(&self, memory: &FundMemory<L>) -> [f64; L] {
        let mut ratio = [self.premium; L];
        if let (Some(of), Some(untold)) = (&self.news, &memory.untold) {
            let mut log = of.log_ratio(untold);
            let appraised = (1.0 - self.sleeve) as f32;
            for lane in 0..L {
                log[lane] *= appraised;
            }
            single::exp_lanes(&mut log);
            for lane in 0..L {
                ratio[lane] *= f64::from(log[lane]);
            }
        }
        ratio
    }

    /// Step `t`: makes the asset's growth (of one step's series) that of a holder's economic value, net of all fees.
    #[inline(always)]
    #[allow(clippy::too_many_arguments)] // one step of the fund: the moment, the market, the news, and what comes of it
    pub(crate) fn step<const L: usize>(
        &self,
        t: usize,
        steps_per_year: usize,
        growth: &mut [[f64; L]],
        news: &[f32; L],
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
        if let (Some(of), Some(untold)) = (&self.news, &mut memory.untold) {
            of.hear(news, true, untold);
        }
        quote.ratio = self.ratio(memory);
        let mut taken = [self.fee; L];
        if let Some(incentive) = self.incentive {
            self.share_profit(incentive, t, steps_per_year, growth, &quote.ratio, memory, &mut taken);
        }
        memory.ratio = quote.ratio;
        for lane in 0..L {
            let of_value = taken[lane] * quote.ratio[lane];
            let of_value = if of_value > MOST_TAKEN { MOST_TAKEN } else { of_value };
            growth[lane] *= 1.0 - of_value;
            quote.fees[lane] = of_value / (1.0 - of_value);
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
