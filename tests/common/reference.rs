//! The engine once more, as a textbook would write it: one lifetime, one step and one asset after the other,
//! in plain `f64`. It shares the drawn gross growth factors, the payment schedule and nothing else.

use decumulus::engine::Inputs;
use decumulus::market::{HalfSpread, Ingredients, Liquidity, Market, Memory, Model, Overlay, OverlayMemory};
use decumulus::math::streams::{Purpose, Streams, open_uniform};
use decumulus::participant::{Indexing, PaymentTiming, Schedule};
use decumulus::policy::{Policy, Rebalancing, TradingCosts, WithdrawalOrder};
use fearless_simd::{Level, dispatch};

use super::private::Funds;

/// What one lifetime adds up to under one policy: sums to the death that is drawn, and the path as if there were none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Life {
    /// Balances at the end of every year, whoever is alive.
    pub(crate) real: Vec<f64>,
    pub(crate) nominal: Vec<f64>,
    /// Years to the end of the year in which a payment first fails, whoever is alive.
    pub(crate) path_ruin_year: Option<usize>,
    /// Whole years survived.
    pub(crate) years: usize,
    /// Years to the end of the year of ruin, if alive then.
    pub(crate) ruin_year: Option<usize>,
    /// Dollars of the start.
    pub(crate) fees: f64,
    pub(crate) haircuts: f64,
    pub(crate) trading_costs: f64,
    pub(crate) paid: f64,
    pub(crate) unpaid: f64,
    pub(crate) worst_drawdown: f64,
    /// The largest balance ever held, the scale of rounding errors.
    pub(crate) largest: f64,
}

/// Gross growth factors of one lifetime: for each step, the assets and then inflation.
pub(crate) fn growth(
    market: &Market,
    steps_per_year: usize,
    years: u32,
    seed: u64,
    life: u64,
) -> Vec<Vec<f64>> {
    let overlay = Overlay::compile(market, steps_per_year);
    drawn(market, steps_per_year, years, (Streams::new(seed), life), overlay.as_ref())
}

/// The same from other streams, with other overlays on top.
pub(super) fn drawn(
    market: &Market,
    steps_per_year: usize,
    years: u32,
    (streams, life): (Streams, u64),
    overlay: Option<&Overlay>,
) -> Vec<Vec<f64>> {
    let series = market.assets.len() + 1;
    let no_fees = vec![0.0; market.assets.len()];
    let factors = market.volatility_factors();
    let model = Model::compile(&Ingredients::new(market, steps_per_year, &factors, &no_fees)).unwrap();
    let (mut memory, mut lanes) =
        (Memory::default(), vec![decumulus::math::Lanes::<16>::splat(0.0); steps_per_year * series]);
    let mut on_top = OverlayMemory::<16>::default();
    model.open(streams, life, &mut memory);
    if let Some(overlay) = overlay {
        overlay.open(streams, life, &mut on_top);
    }
    let mut steps = vec![];
    for year in 0..years {
        model.draw(streams, life, year, &mut memory);
        dispatch!(Level::new(), simd => model.grow(simd, 0, &mut memory, &mut lanes));
        if let Some(overlay) = overlay {
            overlay.draw(streams, life, year, &mut on_top);
            dispatch!(Level::new(), simd => overlay.apply(simd, 0, &on_top, &mut lanes));
        }
        steps.extend(lanes.chunks(series).map(|step| step.iter().map(|lane| lane[0]).collect::<Vec<f64>>()));
    }
    steps
}

/// Everything about the world of a lifetime that its policy cannot change.
pub(super) struct World<'a> {
    pub(super) inputs: &'a Inputs,
    pub(super) schedule: Schedule,
    growth: Vec<Vec<f64>>,
    pub(super) price: Vec<f64>,
    fall: Vec<f64>,
    pub(super) funds: Funds,
    life: u64,
}

impl<'a> World<'a> {
    pub(super) fn new(inputs: &'a Inputs, life: u64) -> Self {
        let (market, steps) = (&inputs.market, inputs.settings.steps_per_year);
        let schedule = inputs.participant.schedule(steps).unwrap();
        let growth = growth(market, steps as usize, schedule.years, inputs.settings.seed, life);
        let mut price = vec![1.0];
        for step in &growth {
            price.push(price[price.len() - 1] * step[step.len() - 1]);
        }
        let mut levels = vec![1.0];
        if let Some(key) = &market.stress_asset {
            let k = market.index_of(key).unwrap();
            for step in &growth {
                levels.push(levels[levels.len() - 1] * step[k]);
            }
        }
        levels.resize(growth.len() + 1, levels[levels.len() - 1]);
        let fall_at = |t: usize| {
            let twelve_months = &levels[t.saturating_sub(steps as usize)..=t];
            1.0 - levels[t] / twelve_months.iter().copied().fold(0.0, f64::max)
        };
        let fall: Vec<f64> = (0..levels.len()).map(fall_at).collect();
        let funds = Funds::new(inputs, schedule.fee_share, &growth, &fall, life);
        Self { inputs, schedule, growth, price, fall, funds, life }
    }

    /// The random number that decides the year of death.
    pub(super) fn fate(&self) -> f64 {
        let words = Streams::new(self.inputs.settings.seed).block(Purpose::Mortality, self.life, 0);
        open_uniform(words[0], words[1])
    }

    /// What one of some payments is multiplied by at `moment`.
    pub(super) fn index(&self, indexing: Indexing, payments: &[f64], moment: usize) -> f64 {
        match indexing {
            Indexing::Nominal => 1.0,
            Indexing::FromFirst => self.price[moment],
            Indexing::FromSecond => {
                let Some(first) = payments.iter().position(|&payment| payment > 0.0) else { return 1.0 };
                let first = first + usize::from(self.schedule.timing == PaymentTiming::End);
                self.price[moment] / self.price[first]
            }
        }
    }

    pub(super) fn half_spread(&self, asset: usize, moment: usize) -> f64 {
        match self.inputs.market.assets[asset].liquidity {
            Liquidity::Liquid { half_spread } if self.inputs.market.frictions.half_spreads => {
                interpolated(half_spread, self.fall[moment])
            }
            _ => 0.0,
        }
    }

    /// The share of value that is lost.
    pub(super) fn sale_loss(&self, asset: usize, moment: usize, all_trades: bool) -> f64 {
        let market = &self.inputs.market;
        match market.assets[asset].liquidity {
            Liquidity::Liquid { .. } if all_trades => self.half_spread(asset, moment),
            Liquidity::Illiquid { haircut_scale } if market.frictions.liquidity_haircut => {
                let (x, rule) = (self.fall[moment], market.haircut_rule);
                let discount = rule.base + rule.slope * x + rule.curvature * x.powi(2);
                let discount = (discount.min(rule.cap) * haircut_scale).min(1.0);
                // Off the reported NAV, but nobody pays more than the value.
                1.0 - (self.funds.ratio[moment][asset] * (1.0 - discount)).min(1.0)
            }
            _ => 0.0,
        }
    }
}

fn interpolated(spread: HalfSpread, fall: f64) -> f64 {
    if fall < 0.18 {
        spread.normal + (spread.stress - spread.normal) * fall / 0.18
    } else if fall < 0.38 {
        spread.stress + (spread.crisis - spread.stress) * (fall - 0.18) / 0.20
    } else {
        spread.crisis
    }
}

/// Simulates one lifetime under one policy.
pub(crate) fn lifetime(inputs: &Inputs, policy: &Policy, index: u64) -> Life {
    let world = World::new(inputs, index);
    let (steps, years) = (inputs.settings.steps_per_year as usize, world.schedule.years as usize);
    let fate = world.fate();
    let mut account = Ledger::open(&world, policy);
    let mut at_death = None;
    for year in 0..years {
        let dies = fate >= world.schedule.survival[year + 1] && at_death.is_none();
        if world.schedule.paid_by_survivors && dies {
            at_death = Some(Life { years: year, ..account.life.clone() });
        }
        for t in year * steps..(year + 1) * steps {
            account.step(t);
        }
        if !world.schedule.paid_by_survivors && dies {
            at_death = Some(Life { years: year, ..account.life.clone() });
        }
        let balance: f64 = account.holdings.iter().sum();
        account.life.nominal.push(balance);
        account.life.real.push(balance / world.price[(year + 1) * steps]);
    }
    let path = Life { years, ..account.life };
    at_death.unwrap_or_else(|| path.clone()).along(path)
}

impl Life {
    /// A life to its death along the path that its account would go on.
    pub(super) fn along(self, path: Life) -> Self {
        let (real, nominal, largest) = (path.real, path.nominal, path.largest);
        Self { real, nominal, largest, path_ruin_year: path.ruin_year, ..self }
    }
}

struct Ledger<'a> {
    world: &'a World<'a>,
    policy: &'a Policy,
    holdings: Vec<f64>,
    /// Value of an invested dollar and its peak so far.
    unit: f64,
    peak: f64,
    /// Balance at the open of retirement, in dollars of the start.
    base: f64,
    life: Life,
}

impl<'a> Ledger<'a> {
    fn open(world: &'a World, policy: &'a Policy) -> Self {
        let start = world.schedule.opening_balance;
        let mut ledger =
            Self { world, policy, holdings: vec![], unit: 1.0, peak: 1.0, base: 0.0, life: Life::default() };
        ledger.holdings = ledger.weights(0).iter().map(|w| w * start).collect();
        ledger
    }

    fn weights(&self, t: usize) -> Vec<f64> {
        let schedule = &self.world.schedule;
        self.policy
            .allocation
            .at(f64::from(schedule.start_age) + t as f64 / f64::from(schedule.steps_per_year))
    }

    fn total(&self) -> f64 {
        self.holdings.iter().sum()
    }

    fn step(&mut self, t: usize) {
        let schedule = &self.world.schedule;
        if schedule.retirement_year.is_some_and(|year| (year * schedule.steps_per_year) as usize == t) {
            self.base = self.total() / self.world.price[t];
        }
        if self.world.schedule.timing == PaymentTiming::Start {
            self.payments(t, t);
        }
        self.grow(t);
        if self.world.schedule.timing == PaymentTiming::End {
            self.payments(t, t + 1);
        }
        self.rebalance(t);
        self.life.largest = self.life.largest.max(self.total());
    }

    fn grow(&mut self, t: usize) {
        let (market, schedule) = (&self.world.inputs.market, &self.world.schedule);
        let before = self.total();
        for (k, holding) in self.holdings.iter_mut().enumerate() {
            let gross = *holding * self.world.growth[t][k];
            *holding = gross;
            if market.frictions.fees {
                let kept = (1.0 - market.assets[k].fees.charged_per_year()) * (1.0 - schedule.fee_share);
                *holding = gross * kept.powf(1.0 / f64::from(schedule.steps_per_year));
                self.life.fees += (gross - *holding) / self.world.price[t + 1];
            }
        }
        if before > 0.0 {
            self.unit *= self.total() / before;
            self.peak = self.peak.max(self.unit);
            self.life.worst_drawdown = self.life.worst_drawdown.max(1.0 - self.unit / self.peak);
        }
        self.life.largest = self.life.largest.max(self.total());
    }

    fn payments(&mut self, t: usize, moment: usize) {
        let (world, schedule) = (self.world, &self.world.schedule);
        let price = world.price[moment];
        if world.inputs.market.frictions.fees && schedule.fee_per_head > 0.0 && self.total() > 0.0 {
            let fee = (schedule.fee_per_head / f64::from(schedule.steps_per_year) * price).min(self.total());
            let kept = 1.0 - fee / self.total();
            self.holdings.iter_mut().for_each(|holding| *holding *= kept);
            self.life.fees += fee / price;
        }
        let contribution = schedule.contribution[t]
            * world.index(schedule.contribution_index, &schedule.contribution, moment);
        let weights = self.weights(t);
        for (k, weight) in weights.iter().enumerate() {
            let bought = contribution * weight;
            let all_trades = self.policy.trading_costs == TradingCosts::AllTrades;
            let cost = if all_trades { bought * world.half_spread(k, moment) } else { 0.0 };
            self.holdings[k] += bought - cost;
            self.life.trading_costs += cost / price;
        }
        self.life.largest = self.life.largest.max(self.total());
        let (need, of_balance, of_base) =
            (schedule.need[t], schedule.balance_share[t], schedule.base_share[t]);
        if need + of_balance + of_base > 0.0 {
            let index = world.index(schedule.withdrawal_index, &schedule.need, moment);
            let total = self.total();
            self.withdraw(need * index + of_balance * total + of_base * self.base * index, t, moment);
        }
    }

    fn withdraw(&mut self, wanted: f64, t: usize, moment: usize) {
        let price = self.world.price[moment];
        let assets = &self.world.inputs.market.assets;
        let liquid: Vec<bool> =
            assets.iter().map(|a| matches!(a.liquidity, Liquidity::Liquid { .. })).collect();
        let all: Vec<usize> = (0..assets.len()).collect();
        let groups = match self.policy.withdrawals {
            WithdrawalOrder::ProRata => vec![all],
            WithdrawalOrder::LiquidFirst => {
                let (first, last) = all.into_iter().partition(|&k| liquid[k]);
                vec![first, last]
            }
        };
        let all_trades = self.policy.trading_costs == TradingCosts::AllTrades;
        let mut missing = wanted;
        for group in groups {
            let loss = |k: usize| self.world.sale_loss(k, moment, all_trades);
            let fetches: f64 = group.iter().map(|&k| self.holdings[k] * (1.0 - loss(k))).sum();
            let share = match missing {
                0.0 => 0.0,
                _ if missing < fetches => missing / fetches,
                _ => 1.0,
            };
            missing = if missing < fetches { 0.0 } else { missing - fetches };
            for &k in &group {
                let given_up = share * self.holdings[k] * loss(k) / price;
                if liquid[k] {
                    self.life.trading_costs += given_up;
                } else {
                    self.life.haircuts += given_up;
                }
                self.holdings[k] *= 1.0 - share;
            }
        }
        let unpaid = if missing > 1e-9 * wanted { missing } else { 0.0 };
        self.life.paid += (wanted - unpaid) / price;
        self.life.unpaid += unpaid / price;
        if unpaid > 0.0 && self.life.ruin_year.is_none() {
            self.life.ruin_year = Some(t / self.world.schedule.steps_per_year as usize + 1);
        }
    }

    fn rebalance(&mut self, t: usize) {
        let months = (t + 1) * 12 / self.world.schedule.steps_per_year as usize;
        let (total, weights) = (self.total(), self.weights(t + 1));
        let gaps: Vec<f64> = self.holdings.iter().zip(&weights).map(|(h, w)| (w * total - h).abs()).collect();
        let due = match self.policy.rebalancing {
            Rebalancing::Never => false,
            Rebalancing::Monthly => true,
            Rebalancing::Quarterly => months.is_multiple_of(3),
            Rebalancing::Yearly => months.is_multiple_of(12),
            Rebalancing::Band(band) => gaps.iter().any(|&gap| gap > band * total),
        };
        if due {
            let cost: f64 = (0..gaps.len()).map(|k| gaps[k] * self.world.half_spread(k, t + 1)).sum();
            self.life.trading_costs += cost / self.world.price[t + 1];
            self.holdings = weights.iter().map(|w| w * (total - cost)).collect();
        }
    }
}
