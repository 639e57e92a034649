//! The plain simulator for assets whose NAV is not their value or whose gates may be shut: definitions written out one
//! lifetime, one step and one asset at a time.

use decumulus::engine::Inputs;
use decumulus::market::{Asset, CASH, Liquidity, Market, Unfilled};
use decumulus::math::streams::{Purpose, Streams};
use decumulus::policy::{Policy, Rebalancing, TradingCosts, WithdrawalOrder};

use super::news::Untold;
use super::reference::{Life, World};

/// What one lifetime adds up to beside its [`Life`].
#[derive(Clone, Debug, Default)]
pub(crate) struct PrivateLife {
    pub(crate) life: Life,
    /// Balances at reported NAVs at the end of every year, whoever is alive, dollars of the start.
    pub(crate) reported: Vec<f64>,
    pub(crate) gained: f64,
    pub(crate) lost: f64,
    pub(crate) gated_payments: f64,
    pub(crate) months_waited: f64,
    pub(crate) forced: f64,
    pub(crate) reported_drawdown: f64,
    /// Yearly returns of value and as stated.
    pub(crate) returns: Vec<(f64, f64)>,
}

/// How the funds of a market fare on one path: growth factors of their holders, reported NAV over value, fees over value.
pub(crate) struct Funds {
    pub(crate) growth: Vec<Vec<f64>>,
    /// By moment (the open of the first step, then closes) and asset.
    pub(crate) ratio: Vec<Vec<f64>>,
    /// By step and asset; `None` for assets that are no funds.
    pub(crate) fees: Vec<Vec<Option<f64>>>,
    /// By moment and asset: the share of a request that is paid.
    pub(crate) paid: Vec<Vec<f64>>,
}

/// Whether anything about an asset's growth is uncertain from step to step; of the lognormal model only.
fn has_news(market: &Market, k: usize) -> bool {
    let asset = &market.assets[k];
    let jumps = market.overlays.crashes.as_ref().filter(|crashes| crashes.intensity > 0.0);
    let jump = jumps.and_then(|crashes| crashes.assets.get(&asset.key));
    asset.moments.log_sd() * market.frictions.volatility_haircut.factor(asset) > 0.0
        || (asset.real && market.inflation.log_sd() > 0.0)
        || jump.is_some_and(|jump| jump.mean != 0.0 || jump.sd > 0.0)
}

pub(super) fn lags(market: &Market, k: usize) -> bool {
    let appraisal = market.assets[k].vehicle.appraisal.as_ref();
    market.frictions.smoothing && has_news(market, k) && appraisal.is_some_and(|a| !a.is_exact())
}

pub(crate) fn is_fund(market: &Market, k: usize) -> bool {
    let asset = &market.assets[k];
    lags(market, k)
        || (market.frictions.smoothing && asset.vehicle.nav_premium != 0.0)
        || (market.frictions.fees && asset.fees.incentive_charged().is_some())
        || asset.vehicle.liquid_sleeve > 0.0
}

fn is_gated(market: &Market, asset: &Asset) -> bool {
    market.frictions.gates && asset.vehicle.gate.is_some()
}

/// Whether a policy holds anything of that sort.
pub(crate) fn concerns(inputs: &Inputs, policy: &Policy) -> bool {
    let market = &inputs.market;
    let schedule = inputs.participant.schedule(inputs.settings.steps_per_year).unwrap();
    let steps = f64::from(schedule.steps_per_year);
    let rows: Vec<Vec<f64>> = (0..=schedule.steps())
        .map(|t| policy.allocation.at(f64::from(schedule.start_age) + t as f64 / steps))
        .collect();
    market.assets.iter().enumerate().any(|(k, asset)| {
        rows.iter().any(|row| row[k] > 0.0) && (is_fund(market, k) || is_gated(market, asset))
    })
}

impl Funds {
    /// From gross growth factors and the fall of the stress asset at every moment.
    pub(crate) fn new(inputs: &Inputs, fee_share: f64, growth: &[Vec<f64>], fall: &[f64], life: u64) -> Self {
        let market = &inputs.market;
        let (steps, count) = (inputs.settings.steps_per_year as usize, market.assets.len());
        let mut funds = Self {
            growth: growth.to_vec(),
            ratio: vec![vec![1.0; count]; growth.len() + 1],
            fees: vec![vec![None; count]; growth.len()],
            paid: vec![vec![1.0; count]; growth.len() + 1],
        };
        let untold = Untold::new(inputs, growth.len() / steps, life);
        for (k, asset) in market.assets.iter().enumerate().filter(|(k, _)| is_fund(market, *k)) {
            let cash = market.index_of(CASH).unwrap_or(k);
            let sleeve = asset.vehicle.liquid_sleeve;
            let gross: Vec<f64> =
                growth.iter().map(|step| (1.0 - sleeve) * step[k] + sleeve * step[cash]).collect();
            funds.follow(market, k, steps, fee_share, &gross, &untold);
        }
        funds.shut_gates(inputs, fall, life, steps);
        funds
    }

    fn follow(
        &mut self,
        market: &Market,
        k: usize,
        steps: usize,
        fee_share: f64,
        gross: &[f64],
        untold: &Untold,
    ) {
        let asset = &market.assets[k];
        let charged = market.frictions.fees;
        let yearly =
            if charged { 1.0 - (1.0 - asset.fees.charged_per_year()) * (1.0 - fee_share) } else { 0.0 };
        let fee = 1.0 - (1.0 - yearly).powf(1.0 / steps as f64);
        let incentive = asset.fees.incentive_charged().filter(|_| charged);
        let premium = if market.frictions.smoothing { asset.vehicle.nav_premium } else { 0.0 };
        let appraised = 1.0 - asset.vehicle.liquid_sleeve;
        for t in 0..=gross.len() {
            let log = if lags(market, k) { -untold.at(market, k, steps, t) } else { 0.0 };
            self.ratio[t][k] = (1.0 + premium) * (appraised * log).exp();
        }
        let (mut year, mut net, mut high) = (1.0, 1.0, 1.0_f64);
        for t in 1..=gross.len() {
            let (ratio, before) = (self.ratio[t][k], self.ratio[t - 1][k]);
            let mut taken = fee;
            if let Some(terms) = incentive {
                let reported = (ratio * gross[t - 1] / before * (1.0 - fee)).max(1e-30);
                year *= reported;
                let elapsed = ((t - 1) % steps + 1) as f64 / steps as f64;
                let due = terms.due(year, high, elapsed);
                let net_before = net;
                net = year - due;
                taken = 1.0 - (1.0 - fee) * net / (net_before * reported);
                if t.is_multiple_of(steps) {
                    high = high.max(net) / net;
                    (year, net) = (1.0, 1.0);
                }
            }
            // So many dollars of NAV are raised by selling at value: the value falls by them, the ratio stays.
            let of_value = (taken * ratio).min(0.99);
            self.growth[t - 1][k] = gross[t - 1] * (1.0 - of_value);
            self.fees[t - 1][k] = Some(of_value / (1.0 - of_value));
        }
    }

    fn shut_gates(&mut self, inputs: &Inputs, fall: &[f64], life: u64, steps: usize) {
        let market = &inputs.market;
        let per_quarter = (steps / 4).max(1);
        for k in 0..market.assets.len() {
            if !is_gated(market, &market.assets[k]) {
                continue;
            }
            let shares = market.assets[k].vehicle.gate.unwrap().paid_shares();
            let (mut shut, mut paid) = (false, 1.0);
            for t in 1..self.ratio.len() {
                if t.is_multiple_of(per_quarter) {
                    // Sixteen pairs of assets have a block each in every quarter.
                    let block = (t / per_quarter - 1) * 16 + k / 2;
                    let words = Streams::new(inputs.settings.seed).block(Purpose::Gates, life, block as u32);
                    let (moves, asked) = (words[2 * (k % 2)], words[2 * (k % 2) + 1]);
                    let rule = market.gate_rule;
                    let closing = rule.closing + rule.closing_slope * (fall[t] - rule.threshold).max(0.0);
                    let probability = if shut { rule.reopening } else { closing };
                    if f64::from(moves) / 4_294_967_296.0 < probability {
                        shut = !shut;
                    }
                    let point = (f64::from(asked) / 4_294_967_296.0 * shares.len() as f64) as usize;
                    paid = if shut { shares[point] } else { 1.0 };
                }
                self.paid[t][k] = paid;
            }
        }
    }
}

/// Simulates one lifetime under one policy that holds such assets.
pub(crate) fn private_lifetime(inputs: &Inputs, policy: &Policy, index: u64) -> PrivateLife {
    let world = World::new(inputs, index);
    let steps = inputs.settings.steps_per_year as usize;
    let fate = world.fate();
    let mut account = PrivateLedger::open(&world, policy);
    let years = world.schedule.years as usize;
    let mut at_death: Option<PrivateLife> = None;
    let dead = |found: &PrivateLife, year: usize| {
        let mut found = found.clone();
        found.life.years = year;
        found
    };
    for year in 0..years {
        let dies = fate >= world.schedule.survival[year + 1] && at_death.is_none();
        if world.schedule.paid_by_survivors && dies {
            at_death = Some(dead(&account.found, year));
        }
        for t in year * steps..(year + 1) * steps {
            account.step(t);
        }
        account.end_year((year + 1) * steps);
        if !world.schedule.paid_by_survivors && dies {
            at_death = Some(dead(&account.found, year));
        }
    }
    let path = dead(&account.found, years);
    let life = at_death.unwrap_or_else(|| path.clone());
    PrivateLife { reported: path.reported, life: life.life.along(path.life), ..life }
}

/// The account of one lifetime under one policy.
struct PrivateLedger<'a> {
    world: &'a World<'a>,
    policy: &'a Policy,
    /// Economic values.
    holdings: Vec<f64>,
    queue: Vec<f64>,
    units: [(f64, f64); 2],
    year: [f64; 2],
    base: f64,
    found: PrivateLife,
}

impl<'a> PrivateLedger<'a> {
    fn open(world: &'a World<'a>, policy: &'a Policy) -> Self {
        let weights = policy.allocation.at(f64::from(world.schedule.start_age));
        let holdings: Vec<f64> = weights.iter().map(|w| w * world.schedule.opening_balance).collect();
        let queue = vec![0.0; holdings.len()];
        let found = PrivateLife::default();
        Self { world, policy, holdings, queue, units: [(1.0, 1.0); 2], year: [1.0; 2], base: 0.0, found }
    }

    fn weights(&self, t: usize) -> Vec<f64> {
        let schedule = &self.world.schedule;
        let age = f64::from(schedule.start_age) + t as f64 / f64::from(schedule.steps_per_year);
        self.policy.allocation.at(age)
    }

    fn value(&self) -> f64 {
        self.holdings.iter().sum()
    }

    fn stated(&self, moment: usize) -> f64 {
        self.holdings.iter().zip(&self.world.funds.ratio[moment]).map(|(h, s)| h * s).sum()
    }

    fn illiquid(&self, k: usize) -> bool {
        matches!(self.world.inputs.market.assets[k].liquidity, Liquidity::Illiquid { .. })
    }

    fn transfer(&mut self, gain: f64) {
        if gain > 0.0 {
            self.found.gained += gain;
        } else {
            self.found.lost -= gain;
        }
    }

    fn step(&mut self, t: usize) {
        let world = self.world;
        let schedule = &world.schedule;
        if schedule.retirement_year.is_some_and(|year| (year * schedule.steps_per_year) as usize == t) {
            self.base = self.stated(t) / world.price[t];
        }
        if schedule.timing == decumulus::participant::PaymentTiming::Start {
            self.payments(t, t);
        }
        self.grow(t);
        if schedule.timing == decumulus::participant::PaymentTiming::End {
            self.payments(t, t + 1);
        }
        self.close(t);
        self.found.life.largest = self.found.life.largest.max(self.value()).max(self.stated(t + 1));
    }

    /// Notes the end of a year.
    fn end_year(&mut self, moment: usize) {
        if self.value() > 0.0 {
            self.found.returns.push((self.year[0] - 1.0, self.year[1] - 1.0));
        }
        self.year = [1.0; 2];
        self.found.life.nominal.push(self.value());
        self.found.life.real.push(self.value() / self.world.price[moment]);
        self.found.reported.push(self.stated(moment) / self.world.price[moment]);
    }

    fn grow(&mut self, t: usize) {
        let world = self.world;
        let (market, schedule) = (&world.inputs.market, &world.schedule);
        let before = [self.value(), self.stated(t)];
        for k in 0..self.holdings.len() {
            let grown = self.holdings[k] * world.funds.growth[t][k];
            let paid = match world.funds.fees[t][k] {
                Some(share) => {
                    self.holdings[k] = grown;
                    grown * share
                }
                None if market.frictions.fees => {
                    let kept = (1.0 - market.assets[k].fees.charged_per_year()) * (1.0 - schedule.fee_share);
                    self.holdings[k] = grown * kept.powf(1.0 / f64::from(schedule.steps_per_year));
                    grown - self.holdings[k]
                }
                None => {
                    self.holdings[k] = grown;
                    0.0
                }
            };
            self.found.life.fees += paid / world.price[t + 1];
        }
        // What was asked for before this step is still to be paid while it lasts.
        if (0..self.holdings.len()).any(|k| self.queue[k] * self.holdings[k] > 0.0) {
            self.found.months_waited += 12.0 / f64::from(schedule.steps_per_year);
        }
        let after = [self.value(), self.stated(t + 1)];
        for i in 0..2 {
            if before[i] > 0.0 {
                let factor = after[i] / before[i];
                self.year[i] *= factor;
                self.units[i].0 *= factor;
                self.units[i].1 = self.units[i].1.max(self.units[i].0);
                let fall = 1.0 - self.units[i].0 / self.units[i].1;
                let worst = if i == 0 {
                    &mut self.found.life.worst_drawdown
                } else {
                    &mut self.found.reported_drawdown
                };
                *worst = worst.max(fall);
            }
        }
    }

    fn payments(&mut self, t: usize, moment: usize) {
        let (world, schedule) = (self.world, &self.world.schedule);
        let price = world.price[moment];
        let stated = self.stated(moment);
        if world.inputs.market.frictions.fees && schedule.fee_per_head > 0.0 && stated > 0.0 {
            let fee = (schedule.fee_per_head / f64::from(schedule.steps_per_year) * price).min(stated);
            let given = self.value() * fee / stated;
            self.holdings.iter_mut().for_each(|holding| *holding *= 1.0 - fee / stated);
            self.transfer((fee - given) / price);
            self.found.life.fees += fee / price;
        }
        let contribution = schedule.contribution[t]
            * world.index(schedule.contribution_index, &schedule.contribution, moment);
        let mut gain = 0.0;
        for (k, weight) in self.weights(t).iter().enumerate() {
            let all_trades = self.policy.trading_costs == TradingCosts::AllTrades;
            let cost = contribution * weight * if all_trades { world.half_spread(k, moment) } else { 0.0 };
            let paid = contribution * weight - cost;
            // A request is for so many dollars of what was held when it was made.
            let requested = self.queue[k] * self.holdings[k];
            self.holdings[k] += paid / world.funds.ratio[moment][k];
            self.queue[k] = if self.holdings[k] > 0.0 { requested / self.holdings[k] } else { 0.0 };
            gain += paid / world.funds.ratio[moment][k] - paid;
            self.found.life.trading_costs += cost / price;
        }
        self.transfer(gain / price);
        let (need, of_balance, of_base) =
            (schedule.need[t], schedule.balance_share[t], schedule.base_share[t]);
        if need + of_balance + of_base > 0.0 {
            let index = world.index(schedule.withdrawal_index, &schedule.need, moment);
            let stated = self.stated(moment);
            self.withdraw(need * index + of_balance * stated + of_base * self.base * index, t, moment);
        }
    }

    fn withdraw(&mut self, wanted: f64, t: usize, moment: usize) {
        let world = self.world;
        let (frictions, price) = (&world.inputs.market.frictions, world.price[moment]);
        let (illiquid, liquid): (Vec<usize>, Vec<usize>) =
            (0..self.holdings.len()).partition(|&k| self.illiquid(k));
        let assets = &world.inputs.market.assets;
        let redeems =
            |k: usize| (frictions.gates && assets[k].vehicle.gate.is_some()) || !frictions.liquidity_haircut;
        let (funds, _): (Vec<usize>, Vec<usize>) = illiquid.iter().partition(|&&k| redeems(k));
        // Groups with whether their illiquid assets are redeemed or sold by force.
        let first: Vec<usize> = liquid.iter().chain(&funds).copied().collect();
        let groups = match (self.policy.withdrawals, self.holds(&funds)) {
            (WithdrawalOrder::LiquidFirst, _) => vec![(liquid, true), (funds, true), (illiquid, false)],
            (WithdrawalOrder::ProRata, true) => vec![(first, true), (illiquid, false)],
            (WithdrawalOrder::ProRata, false) => vec![((0..self.holdings.len()).collect(), false)],
        };
        let all_trades = self.policy.trading_costs == TradingCosts::AllTrades;
        let mut missing = wanted;
        for (group, redeemed) in groups {
            let fetch = |k: usize| match (self.illiquid(k), redeemed) {
                (true, true) => world.funds.ratio[moment][k],
                _ => 1.0 - world.sale_loss(k, moment, all_trades),
            };
            let fetch: Vec<f64> = (0..self.holdings.len()).map(fetch).collect();
            let whole: f64 = group.iter().map(|&k| self.holdings[k] * fetch[k]).sum();
            let asked = match missing {
                m if m <= 0.0 => 0.0,
                m if m < whole => m / whole,
                _ => 1.0,
            };
            let (mut gain, mut fetched, mut held_back) = (0.0, 0.0, false);
            for &k in &group {
                let mut share = asked;
                if self.illiquid(k) && redeemed && is_gated(&world.inputs.market, &assets[k]) {
                    let paid = world.funds.paid[moment][k];
                    share = (asked * paid + assets[k].vehicle.liquid_sleeve).min(asked);
                }
                held_back |= self.holdings[k] * (asked - share) > 0.0;
                let value = self.holdings[k] * share;
                self.holdings[k] -= value;
                fetched += value * fetch[k];
                if self.illiquid(k) && redeemed {
                    gain += value * (fetch[k] - 1.0) / price;
                } else if self.illiquid(k) {
                    self.found.life.haircuts += value * (1.0 - fetch[k]) / price;
                    self.found.forced += value / price;
                } else {
                    self.found.life.trading_costs += value * (1.0 - fetch[k]) / price;
                }
            }
            missing = if held_back || missing >= whole { (missing - fetched).max(0.0) } else { 0.0 };
            self.transfer(gain);
            self.found.gated_payments += f64::from(u8::from(held_back));
        }
        let unpaid = if missing > 1e-9 * wanted { missing } else { 0.0 };
        self.found.life.paid += (wanted - unpaid) / price;
        self.found.life.unpaid += unpaid / price;
        if unpaid > 0.0 && self.found.life.ruin_year.is_none() {
            self.found.life.ruin_year = Some(t / self.world.schedule.steps_per_year as usize + 1);
        }
    }

    fn close(&mut self, t: usize) {
        let world = self.world;
        let (market, moment) = (&world.inputs.market, t + 1);
        let steps = world.schedule.steps_per_year as usize;
        let months = (t + 1) * 12 / steps;
        let quarter_ends = (t + 1).is_multiple_of((steps / 4).max(1));
        let weights = self.weights(t + 1);
        let stated = self.stated(moment);
        let ratio = world.funds.ratio[moment].clone();
        let gap = |k: usize| (self.holdings[k] * ratio[k] - weights[k] * stated).abs();
        let due = match self.policy.rebalancing {
            Rebalancing::Never => false,
            Rebalancing::Monthly => true,
            Rebalancing::Quarterly => months.is_multiple_of(3),
            Rebalancing::Yearly => months.is_multiple_of(12),
            Rebalancing::Band(band) => (0..weights.len()).any(|k| gap(k) > band * stated),
        };
        let queues = market.frictions.unfilled == Unfilled::Queues;
        let by_band = matches!(self.policy.rebalancing, Rebalancing::Band(_));
        if due || by_band || (queues && quarter_ends) {
            self.rebalance(moment, due, queues, &weights, stated);
        }
        let gated = (0..weights.len()).any(|k| is_gated(market, &market.assets[k]) && self.ever_held(k));
        if let (true, true, Some(cap)) = (quarter_ends, gated, self.policy.drift_cap) {
            self.cap(moment, cap, &weights);
        }
    }

    fn holds(&self, assets: &[usize]) -> bool {
        assets.iter().any(|&k| self.ever_held(k))
    }

    fn ever_held(&self, k: usize) -> bool {
        (0..=self.world.schedule.steps()).any(|t| self.weights(t)[k] > 0.0)
    }

    fn rebalance(&mut self, moment: usize, due: bool, queues: bool, weights: &[f64], stated: f64) {
        let world = self.world;
        let ratio = &world.funds.ratio[moment];
        let count = self.holdings.len();
        let (mut cash, mut wanted) = (0.0, 0.0);
        let (mut after, mut takes) = (vec![0.0; count], vec![0.0; count]);
        let mut queue = vec![0.0; count];
        let has_liquid = (0..count).any(|k| !self.illiquid(k) && self.holdings[k] > 0.0);
        for k in 0..count {
            let (now, target) = (self.holdings[k] * ratio[k], weights[k] * stated);
            if self.illiquid(k) {
                let asked = match (due, queues) {
                    (true, _) => (now - target).max(0.0),
                    (false, true) => now * self.queue[k],
                    (false, false) => 0.0,
                };
                let mut sold = asked;
                let asset = &world.inputs.market.assets[k];
                if is_gated(&world.inputs.market, asset) {
                    let sleeve = asset.vehicle.liquid_sleeve * now;
                    sold = asked.min(asked * world.funds.paid[moment][k] + sleeve);
                }
                after[k] = now - sold;
                takes[k] = if due { (target - now).max(0.0) } else { 0.0 };
                cash += sold;
                let left = asked - sold;
                queue[k] = if queues && left > 1e-12 * now { left / (now - sold) } else { 0.0 };
            } else {
                cash += now;
                // What a request fetches goes where liquid money lies, or where it would if there were any.
                takes[k] = if due || !has_liquid { target } else { now };
            }
            wanted += takes[k];
        }
        if wanted == 0.0 {
            return;
        }
        self.queue = queue;
        let spread = |k: usize| if self.illiquid(k) { 0.0 } else { world.half_spread(k, moment) };
        let cost: f64 =
            (0..count).map(|k| (takes[k] * cash / wanted - self.holdings[k]).abs() * spread(k)).sum();
        let share = (cash - cost) / wanted;
        let mut gain = 0.0;
        for k in 0..count {
            let value = (after[k] + takes[k] * share) / ratio[k];
            gain += (self.holdings[k] - value) * (ratio[k] - 1.0);
            self.holdings[k] = value;
        }
        self.found.life.trading_costs += cost / world.price[moment];
        self.transfer(gain / world.price[moment]);
    }

    fn cap(&mut self, moment: usize, cap: f64, weights: &[f64]) {
        let world = self.world;
        let illiquid: Vec<bool> = (0..weights.len()).map(|k| self.illiquid(k)).collect();
        let sum =
            |of: bool| (0..weights.len()).filter(|&k| illiquid[k] == of).map(|k| weights[k]).sum::<f64>();
        let (target, liquid) = (sum(true), sum(false));
        let ratio = &world.funds.ratio[moment];
        let held: f64 =
            (0..weights.len()).filter(|&k| illiquid[k]).map(|k| self.holdings[k] * ratio[k]).sum();
        let most = self.stated(moment) * (cap * target).max(0.05);
        if liquid == 0.0 || held <= most {
            return;
        }
        let mut fetched = 0.0;
        for k in (0..weights.len()).filter(|&k| illiquid[k]) {
            let value = self.holdings[k] * (held - most) / held;
            let loss = value * world.sale_loss(k, moment, false);
            self.holdings[k] -= value;
            fetched += value - loss;
            self.found.life.haircuts += loss / world.price[moment];
            self.found.forced += value / world.price[moment];
        }
        for k in (0..weights.len()).filter(|&k| !illiquid[k]) {
            self.holdings[k] += fetched * weights[k] / liquid;
        }
    }
}
