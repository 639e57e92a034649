//! The ledger of one policy over one year of a tile. Every rule is a plain loop over lanes.
//!
//! The order of a step, stated once: payments at the start, if payments are made at the start → growth with
//! fees taken out → the plan's fee per head, contributions in, then retirement income out, if payments are
//! made at the end → rebalancing with its costs. The tile closes the year: deaths of the year, then the record
//! among survivors.

use crate::engine::plan::{Plan, Run, SaleGroup, SaleLoss, half_spread};
use crate::math::Lanes;
use crate::participant::PaymentTiming;
use crate::policy::Rebalancing;

/// A payment counts as made in full if no more than this share of it is missing (rounding only).
const PAYMENT_TOLERANCE: f64 = 1e-9;

/// What all policies of a tile share in one year; one entry for each step.
#[derive(Clone, Debug)]
pub(crate) struct Environment<const L: usize> {
    /// What a contribution's amount is multiplied by.
    pub(crate) contribution_index: Vec<Lanes<L>>,
    /// What a withdrawal's amount is multiplied by.
    pub(crate) withdrawal_index: Vec<Lanes<L>>,
    /// Dollars of the start for a dollar at the time of payments.
    pub(crate) payment_deflator: Vec<Lanes<L>>,
    /// Dollars of the start for a dollar at the close.
    pub(crate) close_deflator: Vec<Lanes<L>>,
}

/// What one world adds: growth factors and stress.
#[derive(Clone, Debug)]
pub(crate) struct WorldYear<const L: usize> {
    /// `growth[step · series + k]`.
    pub(crate) growth: Vec<Lanes<L>>,
    /// The fall of public equity from its twelve-month high at the open and at the close of each step: entry
    /// `step` is the open, `step + 1` the close.
    pub(crate) fall: Vec<Lanes<L>>,
}

/// One policy's account in every lane, with what it paid and lost so far (dollars of the start).
#[derive(Clone, Debug)]
pub(crate) struct Account<const L: usize> {
    pub(crate) holdings: Vec<Lanes<L>>,
    pub(crate) total: Lanes<L>,
    /// Value of an invested dollar over its running peak, and the least it ever was.
    depth: Lanes<L>,
    pub(crate) worst_depth: Lanes<L>,
    pub(crate) fees: Lanes<L>,
    pub(crate) haircuts: Lanes<L>,
    pub(crate) trading_costs: Lanes<L>,
    pub(crate) paid: Lanes<L>,
    pub(crate) unpaid: Lanes<L>,
    /// Years to the end of the year of ruin; zero if not ruined.
    pub(crate) ruin_year: Lanes<L>,
    /// Balance at the first withdrawal in dollars of the start; negative before.
    base: Lanes<L>,
}

impl<const L: usize> Account<L> {
    pub(crate) fn empty(assets: usize) -> Self {
        Self {
            holdings: vec![[0.0; L]; assets],
            total: [0.0; L],
            depth: [1.0; L],
            worst_depth: [1.0; L],
            fees: [0.0; L],
            haircuts: [0.0; L],
            trading_costs: [0.0; L],
            paid: [0.0; L],
            unpaid: [0.0; L],
            ruin_year: [0.0; L],
            base: [-1.0; L],
        }
    }

    /// Back to the start of a lifetime, with the opening balance at target weights.
    #[inline(always)]
    pub(crate) fn open(&mut self, run: &Run, opening_balance: f64) {
        for (holding, weight) in self.holdings.iter_mut().zip(run.weights_at(0)) {
            *holding = [opening_balance * weight; L];
        }
        self.total = [opening_balance; L];
        (self.depth, self.worst_depth) = ([1.0; L], [1.0; L]);
        (self.fees, self.haircuts, self.trading_costs) = ([0.0; L], [0.0; L], [0.0; L]);
        (self.paid, self.unpaid, self.ruin_year) = ([0.0; L], [0.0; L], [0.0; L]);
        self.base = [-1.0; L];
    }
}

impl Run {
    /// The target weights at the start of step `t`, or at the end of step `t − 1`.
    #[inline(always)]
    fn weights_at(&self, t: usize) -> &[f64] {
        let assets = self.held.len();
        let row = if self.weights.len() == assets { 0 } else { t };
        &self.weights[row * assets..(row + 1) * assets]
    }
}

/// One year of one policy.
#[inline(always)]
pub(crate) fn year<const L: usize>(
    plan: &Plan,
    run: &Run,
    year: usize,
    environment: &Environment<L>,
    world: &WorldYear<L>,
    account: &mut Account<L>,
) {
    let steps = plan.steps_per_year();
    let series = world.growth.len() / steps;
    for step in 0..steps {
        let t = year * steps + step;
        if plan.schedule.timing == PaymentTiming::Start {
            payments(plan, run, t, step, environment, &world.fall[step], account);
        }
        let growth = &world.growth[step * series..(step + 1) * series];
        grow(run, growth, &environment.close_deflator[step], account);
        if plan.schedule.timing == PaymentTiming::End {
            payments(plan, run, t, step, environment, &world.fall[step + 1], account);
        }
        rebalance(run, t, steps, &environment.close_deflator[step], &world.fall[step + 1], account);
    }
}

/// Growth net of fees; adds up the fees, the total and the fall from the peak.
#[inline(always)]
fn grow<const L: usize>(run: &Run, growth: &[Lanes<L>], deflator: &Lanes<L>, account: &mut Account<L>) {
    let mut total = [0.0; L];
    if run.fee_of_value.is_empty() {
        for (holding, &k) in account.holdings.iter_mut().zip(&run.held) {
            let factor = &growth[k as usize];
            for lane in 0..L {
                holding[lane] *= factor[lane];
                total[lane] += holding[lane];
            }
        }
    } else {
        let mut fees = [0.0; L];
        for ((holding, &k), &fee) in account.holdings.iter_mut().zip(&run.held).zip(&run.fee_of_value) {
            let factor = &growth[k as usize];
            for lane in 0..L {
                holding[lane] *= factor[lane];
                total[lane] += holding[lane];
                fees[lane] += fee * holding[lane];
            }
        }
        for lane in 0..L {
            account.fees[lane] += fees[lane] * deflator[lane];
        }
    }
    for lane in 0..L {
        let before = account.total[lane];
        let ratio = total[lane] / if before > 0.0 { before } else { 1.0 };
        let ratio = if before > 0.0 { ratio } else { 1.0 };
        let depth = account.depth[lane] * ratio;
        let depth = if depth < 1.0 { depth } else { 1.0 };
        account.depth[lane] = depth;
        let worst = account.worst_depth[lane];
        account.worst_depth[lane] = if depth < worst { depth } else { worst };
    }
    account.total = total;
}

/// Everything that is paid in a step: the plan's fee per head, contributions in, retirement income out.
#[inline(always)]
fn payments<const L: usize>(
    plan: &Plan,
    run: &Run,
    t: usize,
    step: usize,
    environment: &Environment<L>,
    fall: &Lanes<L>,
    account: &mut Account<L>,
) {
    let schedule = &plan.schedule;
    let deflator = &environment.payment_deflator[step];
    if run.fee_per_head > 0.0 {
        charge_per_head(run.fee_per_head, deflator, account);
    }
    if schedule.contribution[t] > 0.0 {
        let (amount, index) = (schedule.contribution[t], &environment.contribution_index[step]);
        contribute(run, run.weights_at(t), amount, index, deflator, fall, account);
    }
    let (need, of_balance, of_base) = (schedule.need[t], schedule.balance_share[t], schedule.base_share[t]);
    if need > 0.0 || of_balance > 0.0 || of_base > 0.0 {
        let index = &environment.withdrawal_index[step];
        let mut wanted = [0.0; L];
        for lane in 0..L {
            if of_base > 0.0 && account.base[lane] < 0.0 {
                account.base[lane] = account.total[lane] * deflator[lane];
            }
            wanted[lane] = need * index[lane]
                + of_balance * account.total[lane]
                + of_base * account.base[lane] * index[lane];
        }
        let ruin_year = (t / plan.steps_per_year() + 1) as f64;
        withdraw(run, &wanted, ruin_year, deflator, fall, account);
    }
}

/// Takes the plan's dollars per head, pro rata, from whoever has a balance.
#[inline(always)]
fn charge_per_head<const L: usize>(fee: f64, deflator: &Lanes<L>, account: &mut Account<L>) {
    let mut keep = [1.0; L];
    for lane in 0..L {
        let total = account.total[lane] * deflator[lane];
        let charged = if fee < total { fee } else { total };
        keep[lane] = if total > 0.0 { 1.0 - charged / total } else { 1.0 };
        account.fees[lane] += charged;
    }
    scale_holdings(&keep, account);
}

#[inline(always)]
fn scale_holdings<const L: usize>(factor: &Lanes<L>, account: &mut Account<L>) {
    let mut total = [0.0; L];
    for holding in &mut account.holdings {
        for lane in 0..L {
            holding[lane] *= factor[lane];
            total[lane] += holding[lane];
        }
    }
    account.total = total;
}

/// New money goes in at target weights, less half-spreads where they are charged.
#[inline(always)]
fn contribute<const L: usize>(
    run: &Run,
    weights: &[f64],
    amount: f64,
    index: &Lanes<L>,
    deflator: &Lanes<L>,
    fall: &Lanes<L>,
    account: &mut Account<L>,
) {
    let mut total = [0.0; L];
    if run.purchase_spread.is_empty() {
        for (holding, &weight) in account.holdings.iter_mut().zip(weights) {
            let bought = weight * amount;
            for lane in 0..L {
                holding[lane] += bought * index[lane];
                total[lane] += holding[lane];
            }
        }
    } else {
        let mut lost = [0.0; L];
        for ((holding, &weight), &spread) in
            account.holdings.iter_mut().zip(weights).zip(&run.purchase_spread)
        {
            let (bought, spread) = (weight * amount, half_spread(spread));
            for lane in 0..L {
                let money = bought * index[lane];
                let cost = money * spread.at(fall[lane]);
                holding[lane] += money - cost;
                total[lane] += holding[lane];
                lost[lane] += cost;
            }
        }
        for lane in 0..L {
            account.trading_costs[lane] += lost[lane] * deflator[lane];
        }
    }
    account.total = total;
}

/// Sells for spending, group after group, until the wanted money is raised or nothing is left.
#[inline(always)]
fn withdraw<const L: usize>(
    run: &Run,
    wanted: &Lanes<L>,
    ruin_year: f64,
    deflator: &Lanes<L>,
    fall: &Lanes<L>,
    account: &mut Account<L>,
) {
    let mut missing = *wanted;
    for (i, group) in run.sales.iter().enumerate() {
        // A group whose turn has come for no lane would be scaled by exactly one: skipping it changes no bit.
        if i == 0 || missing.iter().any(|&m| m > 0.0) {
            sell(group, &mut missing, deflator, fall, account);
        }
    }
    let mut total = [0.0; L];
    for holding in &account.holdings {
        for lane in 0..L {
            total[lane] += holding[lane];
        }
    }
    account.total = total;
    for lane in 0..L {
        let short = missing[lane] > PAYMENT_TOLERANCE * wanted[lane];
        let unpaid = if short { missing[lane] } else { 0.0 };
        account.unpaid[lane] += unpaid * deflator[lane];
        account.paid[lane] += (wanted[lane] - unpaid) * deflator[lane];
        let first = short && account.ruin_year[lane] == 0.0;
        account.ruin_year[lane] = if first { ruin_year } else { account.ruin_year[lane] };
    }
}

/// Sells a group pro rata; lowers `missing` by the proceeds.
#[inline(always)]
fn sell<const L: usize>(
    group: &SaleGroup,
    missing: &mut Lanes<L>,
    deflator: &Lanes<L>,
    fall: &Lanes<L>,
    account: &mut Account<L>,
) {
    // What the whole group would fetch, and what selling it would lose to spreads and to haircuts.
    let (mut fetches, mut spreads, mut haircuts) = ([0.0; L], [0.0; L], [0.0; L]);
    if group.losses.is_empty() {
        for &place in &group.places {
            let holding = &account.holdings[place as usize];
            for lane in 0..L {
                fetches[lane] += holding[lane];
            }
        }
    } else {
        for (&place, &loss) in group.places.iter().zip(&group.losses) {
            let holding = &account.holdings[place as usize];
            let lost_to = if matches!(loss, SaleLoss::Spread(_)) { &mut spreads } else { &mut haircuts };
            for lane in 0..L {
                let lost = holding[lane] * loss.at(fall[lane]);
                fetches[lane] += holding[lane] - lost;
                lost_to[lane] += lost;
            }
        }
    }
    let (mut sold, mut kept) = ([0.0; L], [0.0; L]);
    for lane in 0..L {
        let enough = missing[lane] < fetches[lane];
        let share = missing[lane] / if fetches[lane] > 0.0 { fetches[lane] } else { 1.0 };
        sold[lane] = if enough { share } else { 1.0 };
        kept[lane] = 1.0 - sold[lane];
        missing[lane] = if enough { 0.0 } else { missing[lane] - fetches[lane] };
    }
    for &place in &group.places {
        let holding = &mut account.holdings[place as usize];
        for lane in 0..L {
            holding[lane] *= kept[lane];
        }
    }
    if !group.losses.is_empty() {
        for lane in 0..L {
            account.trading_costs[lane] += sold[lane] * spreads[lane] * deflator[lane];
            account.haircuts[lane] += sold[lane] * haircuts[lane] * deflator[lane];
        }
    }
}

/// Brings weights back to target at the end of step `t`, if the rule says so.
#[inline(always)]
fn rebalance<const L: usize>(
    run: &Run,
    t: usize,
    steps_per_year: usize,
    deflator: &Lanes<L>,
    fall: &Lanes<L>,
    account: &mut Account<L>,
) {
    let every = |months: usize| (t + 1).is_multiple_of((steps_per_year * months / 12).max(1));
    let weights = run.weights_at(t + 1);
    let mut traded = [true; L];
    match run.rebalancing {
        Rebalancing::Never => return,
        Rebalancing::Monthly if !every(1) => return,
        Rebalancing::Quarterly if !every(3) => return,
        Rebalancing::Yearly if !every(12) => return,
        Rebalancing::Monthly | Rebalancing::Quarterly | Rebalancing::Yearly => {}
        Rebalancing::Band(band) => traded = outside_band(weights, band, account),
    }
    let mut cost = [0.0; L];
    for (place, &spread) in run.rebalancing_spread.iter().enumerate() {
        let (holding, weight, spread) = (&account.holdings[place], weights[place], half_spread(spread));
        for lane in 0..L {
            let trade = (weight * account.total[lane] - holding[lane]).abs();
            let paid = trade * spread.at(fall[lane]);
            cost[lane] += if traded[lane] { paid } else { 0.0 };
        }
    }
    for lane in 0..L {
        account.total[lane] -= cost[lane];
        account.trading_costs[lane] += cost[lane] * deflator[lane];
    }
    for (holding, &weight) in account.holdings.iter_mut().zip(weights) {
        for lane in 0..L {
            let target = weight * account.total[lane];
            holding[lane] = if traded[lane] { target } else { holding[lane] };
        }
    }
}

/// The lanes in which some weight is further than `band` from its target.
#[inline(always)]
fn outside_band<const L: usize>(weights: &[f64], band: f64, account: &Account<L>) -> [bool; L] {
    let mut outside = [false; L];
    for (holding, &weight) in account.holdings.iter().zip(weights) {
        for lane in 0..L {
            let total = account.total[lane];
            outside[lane] |= (holding[lane] - weight * total).abs() > band * total;
        }
    }
    outside
}
