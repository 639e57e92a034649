//! Everything that a fund costs in a year, part by part: what is charged and what the return is net of already.

use crate::market::{CASH, ExpectedIncentive, FeeBasis, IncentiveFee, Leverage, Market, ReturnMoments};

/// Rounds in which the gross return behind a net one is found; each brings it nearer by the manager's share of profits.
const ROUNDS: usize = 12;

/// The costs of an asset in a year, shares of NAV, whether or not its fees are switched on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FeeStack {
    /// The manager's fee: its rate times the base for a dollar of NAV.
    pub management: f64,
    /// The manager's expected share of profits; `None` without one.
    pub incentive: Option<ExpectedIncentive>,
    /// What the wrapper costs beyond an institution's terms.
    pub wrapper: f64,
    /// The custodian's fee.
    pub custody: f64,
    /// What the fund's debt costs; in its return, not a fee.
    pub borrowing: f64,
    /// How much lower the mean return is for the liquid sleeve, before fees; in its return, not a fee.
    pub sleeve_drag: f64,
    /// Whether `management` and `incentive` are in the stated return already, so that they are not charged.
    pub net: bool,
    /// The part that is charged: all fees of a gross return, `wrapper` and `custody` of a net one; nothing if fees are
    /// switched off.
    pub charged: f64,
}

impl FeeStack {
    /// The costs of an asset of a market.
    ///
    /// The expected incentive fee is that of [`ExpectedIncentive`] on the reported NAV: the fund's moments (levered, with its
    /// sleeve, at the volatility haircut in force), its log volatility times
    /// [`annual_volatility_ratio`](crate::market::Appraisal::annual_volatility_ratio) where appraisals smooth, after the
    /// other fees. For a return that is net of it, it is made of the gross return that leaves the stated mean.
    #[must_use]
    pub fn of(market: &Market, asset: usize, steps_per_year: usize) -> Self {
        let (fees, vehicle) = (market.assets[asset].fees, &market.assets[asset].vehicle);
        let net = fees.basis == FeeBasis::NetInstitutional;
        let management = fees.management * fees.management_base.per_nav();
        let fund = market.fund_moments(asset, 1.0).mean();
        let cash = market.index_of(CASH).map_or(fund, |cash| market.nominal_moments(cash, 1.0).mean());
        let sleeve_drag = vehicle.liquid_sleeve * (fund - cash);
        let fee = fees.incentive.filter(|fee| fee.rate > 0.0);
        let incentive = fee.and_then(|fee| expected(market, asset, steps_per_year, fee, management));
        let fixed = fees.wrapper + fees.custody;
        let charged = match (market.frictions.fees, net) {
            (false, _) => 0.0,
            (true, true) => fixed,
            (true, false) => fixed + management + incentive.map_or(0.0, |fee| fee.per_year),
        };
        Self {
            management,
            incentive,
            wrapper: fees.wrapper,
            custody: fees.custody,
            borrowing: vehicle.leverage.map_or(0.0, Leverage::cost_per_year),
            sleeve_drag,
            net,
            charged,
        }
    }

    /// All fees of a year: those that are charged and those that the return is net of.
    #[must_use]
    pub fn all_in(self) -> f64 {
        self.management + self.incentive.map_or(0.0, |fee| fee.per_year) + self.wrapper + self.custody
    }

    /// Whether there is anything to tell.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.all_in() == 0.0 && self.borrowing == 0.0 && self.sleeve_drag == 0.0
    }
}

/// The expected incentive fee; `None` if a gross return is out of range.
fn expected(
    market: &Market,
    asset: usize,
    steps_per_year: usize,
    fee: IncentiveFee,
    management: f64,
) -> Option<ExpectedIncentive> {
    let fees = market.assets[asset].fees;
    let net = fees.basis == FeeBasis::NetInstitutional;
    // Wrapper and custody are beside the institution's terms on which a net return is stated.
    let fixed = if net { management } else { management + fees.wrapper + fees.custody };
    let of = |extra: f64| {
        let reported = reported_moments(market, asset, steps_per_year, extra)?;
        Some(ExpectedIncentive::of(fee, reported, fixed))
    };
    let mut found = of(if net { management } else { 0.0 })?;
    for _ in 0..if net { ROUNDS } else { 0 } {
        let before = found.per_year;
        found = of(management + before)?;
        if (found.per_year - before).abs() < 1e-7 {
            break;
        }
    }
    Some(found)
}

/// Moments of the reported NAV's return of a year, with `extra` added to its mean.
fn reported_moments(
    market: &Market,
    place: usize,
    steps_per_year: usize,
    extra: f64,
) -> Option<ReturnMoments> {
    let asset = &market.assets[place];
    let factor = market.frictions.volatility_haircut.factor(asset);
    let fund = market.fund_moments(place, factor);
    let sleeve = asset.vehicle.liquid_sleeve;
    let cash = market.index_of(CASH).map_or(0.0, |cash| market.nominal_moments(cash, 1.0).mean());
    let mean = (1.0 - sleeve) * fund.mean() + sleeve * cash + extra;
    let whole = ReturnMoments::from_simple(mean, (1.0 - sleeve) * fund.volatility()).ok()?;
    let appraisal = asset.vehicle.appraisal.as_ref().filter(|_| market.frictions.smoothing);
    let ratio =
        appraisal.map_or(1.0, |appraisal| appraisal.annual_volatility_ratio(steps_per_year).unwrap_or(1.0));
    // Stale prices swing less, but are expected to grow as fast in every year.
    ReturnMoments::from_log(whole.log_mean(), whole.log_sd() * ratio).ok()
}
