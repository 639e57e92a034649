//! The ledger of one policy over a few steps of a tile. Every rule is a loop over vectors of
//! lanes, assets inside.
//!
//! The order of a step, stated once: at retirement, the balance is noted for rules that are set by it → payments at the start, if payments are made at the start → growth with
//! fees taken out → the plan's fee per head, contributions in, then retirement income out, if payments are
//! made at the end → rebalancing with its costs. The tile closes the year: deaths of the year, then the record
//! among survivors.

use fearless_simd::Simd;

use crate::engine::loss::{half_spread, sale_loss};
use crate::engine::plan::{Plan, Run, SaleGroup, SaleLoss};
use crate::math::Lanes;
use crate::math::lanes::{WIDTH, Wide, add, get, set};
use crate::participant::{Indexing, PaymentTiming};
use crate::policy::Rebalancing;

/// A payment counts as made in full if no more than this share of it is missing (rounding only).
const PAYMENT_TOLERANCE: f64 = 1e-9;

/// What all policies of a tile share over a few steps. Entry `step` is the open of a step, `step + 1` its close.
#[derive(Clone, Debug)]
pub(crate) struct Environment<const L: usize> {
    /// The price level; 1 at the start.
    pub(crate) price: Vec<Lanes<L>>,
    /// Dollars of the start for a dollar of the day, the inverse of `price`.
    pub(crate) deflator: Vec<Lanes<L>>,
    /// The price level since the first contribution; kept only where contributions are indexed from the second.
    pub(crate) price_since_contribution: Vec<Lanes<L>>,
    /// The same since the first withdrawal.
    pub(crate) price_since_withdrawal: Vec<Lanes<L>>,
    /// The index of nominal amounts.
    pub(crate) ones: Lanes<L>,
}

impl<const L: usize> Environment<L> {
    /// What an amount paid at `moment` is multiplied by.
    #[inline(always)]
    fn index<'a>(&'a self, indexing: Indexing, since_first: &'a [Lanes<L>], moment: usize) -> &'a Lanes<L> {
        match indexing {
            Indexing::Nominal => &self.ones,
            Indexing::FromFirst => &self.price[moment],
            Indexing::FromSecond => &since_first[moment],
        }
    }
}

/// What one world adds: growth factors and stress.
#[derive(Clone, Debug)]
pub(crate) struct WorldSteps<const L: usize> {
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
    /// Balance at retirement in dollars of the start; zero before.
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
            base: [0.0; L],
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
        self.base = [0.0; L];
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

/// The steps from `first` on of one policy.
#[inline(always)]
pub(crate) fn steps<S: Simd, const L: usize>(
    simd: S,
    plan: &Plan,
    run: &Run,
    first: usize,
    environment: &Environment<L>,
    world: &WorldSteps<L>,
    account: &mut Account<L>,
) {
    let steps_per_year = plan.steps_per_year();
    for (step, growth) in world.growth.chunks_exact(plan.series()).enumerate() {
        let t = first + step;
        if plan.base_step == Some(t as u32) {
            let deflator = &environment.deflator[step];
            for c in 0..L / WIDTH {
                set(&mut account.base, c, get(simd, &account.total, c) * get(simd, deflator, c));
            }
        }
        if plan.schedule.timing == PaymentTiming::Start {
            payments(simd, plan, run, t, step, environment, &world.fall[step], account);
        }
        grow(simd, run, growth, &environment.deflator[step + 1], account);
        if plan.schedule.timing == PaymentTiming::End {
            payments(simd, plan, run, t, step + 1, environment, &world.fall[step + 1], account);
        }
        rebalance(
            simd,
            run,
            t,
            steps_per_year,
            &environment.deflator[step + 1],
            &world.fall[step + 1],
            account,
        );
    }
}

/// Growth net of fees; adds up the fees, the total and the fall from the peak.
#[inline(always)]
pub(super) fn grow<S: Simd, const L: usize>(
    simd: S,
    run: &Run,
    growth: &[Lanes<L>],
    deflator: &Lanes<L>,
    account: &mut Account<L>,
) {
    let (zero, one) = (Wide::splat(simd, 0.0), Wide::splat(simd, 1.0));
    for c in 0..L / WIDTH {
        let (mut total, mut fees) = (zero, zero);
        if run.fee_of_value.is_empty() {
            for (holding, &k) in account.holdings.iter_mut().zip(&run.held) {
                let value = get(simd, holding, c) * get(simd, &growth[k as usize], c);
                set(holding, c, value);
                total += value;
            }
        } else {
            let assets = account.holdings.iter_mut().zip(&run.held).zip(&run.fee_of_value);
            for ((holding, &k), &fee) in assets {
                let value = get(simd, holding, c) * get(simd, &growth[k as usize], c);
                set(holding, c, value);
                total += value;
                fees += value * fee;
            }
            add(simd, &mut account.fees, c, fees * get(simd, deflator, c));
        }
        let before = get(simd, &account.total, c);
        let ratio = before.above(zero, total / before.above(zero, before, one), one);
        let depth = (get(simd, &account.depth, c) * ratio).min(one);
        set(&mut account.depth, c, depth);
        let worst = get(simd, &account.worst_depth, c).min(depth);
        set(&mut account.worst_depth, c, worst);
        set(&mut account.total, c, total);
    }
}

/// Everything that is paid in a step: the plan's fee per head, contributions in, retirement income out.
#[inline(always)]
#[allow(clippy::too_many_arguments)] // one step of the ledger: the plan, the moment, and the account
fn payments<S: Simd, const L: usize>(
    simd: S,
    plan: &Plan,
    run: &Run,
    t: usize,
    moment: usize,
    environment: &Environment<L>,
    fall: &Lanes<L>,
    account: &mut Account<L>,
) {
    let schedule = &plan.schedule;
    let deflator = &environment.deflator[moment];
    if run.fee_per_head > 0.0 {
        charge_per_head(simd, run.fee_per_head, deflator, account);
    }
    if schedule.contribution[t] > 0.0 {
        let index =
            environment.index(schedule.contribution_index, &environment.price_since_contribution, moment);
        let money = Money { amount: schedule.contribution[t], index, deflator, fall };
        contribute(simd, run, run.weights_at(t), &money, account);
    }
    let (need, of_balance, of_base) = (schedule.need[t], schedule.balance_share[t], schedule.base_share[t]);
    if need > 0.0 || of_balance > 0.0 || of_base > 0.0 {
        let index = environment.index(schedule.withdrawal_index, &environment.price_since_withdrawal, moment);
        let mut wanted = [0.0; L];
        for c in 0..L / WIDTH {
            let (total, index) = (get(simd, &account.total, c), get(simd, index, c));
            let base = get(simd, &account.base, c);
            set(&mut wanted, c, index * need + total * of_balance + base * index * of_base);
        }
        let ruin_year = (t / plan.steps_per_year() + 1) as f64;
        withdraw(simd, run, &wanted, ruin_year, deflator, fall, account);
    }
}

/// Takes the plan's dollars per head, pro rata, from whoever has a balance.
#[inline(always)]
fn charge_per_head<S: Simd, const L: usize>(
    simd: S,
    fee: f64,
    deflator: &Lanes<L>,
    account: &mut Account<L>,
) {
    let (zero, one) = (Wide::splat(simd, 0.0), Wide::splat(simd, 1.0));
    for c in 0..L / WIDTH {
        let real = get(simd, &account.total, c) * get(simd, deflator, c);
        let charged = real.min(Wide::splat(simd, fee));
        let keep = real.above(zero, one - charged / real.above(zero, real, one), one);
        add(simd, &mut account.fees, c, charged);
        let mut total = zero;
        for holding in &mut account.holdings {
            let value = get(simd, holding, c) * keep;
            set(holding, c, value);
            total += value;
        }
        set(&mut account.total, c, total);
    }
}

/// Money that comes in at one moment.
struct Money<'a, const L: usize> {
    amount: f64,
    index: &'a Lanes<L>,
    deflator: &'a Lanes<L>,
    fall: &'a Lanes<L>,
}

/// New money goes in at target weights, less half-spreads where they are charged.
#[inline(always)]
fn contribute<S: Simd, const L: usize>(
    simd: S,
    run: &Run,
    weights: &[f64],
    money: &Money<'_, L>,
    account: &mut Account<L>,
) {
    for c in 0..L / WIDTH {
        let amount = get(simd, money.index, c) * money.amount;
        let mut total = Wide::splat(simd, 0.0);
        if run.purchase_spread.is_empty() {
            for (holding, &weight) in account.holdings.iter_mut().zip(weights) {
                let value = get(simd, holding, c) + amount * weight;
                set(holding, c, value);
                total += value;
            }
        } else {
            let mut lost = Wide::splat(simd, 0.0);
            let fall = get(simd, money.fall, c);
            let assets = account.holdings.iter_mut().zip(weights).zip(&run.purchase_spread);
            for ((holding, &weight), &spread) in assets {
                let bought = amount * weight;
                let cost = bought * half_spread(simd, spread, fall);
                let value = get(simd, holding, c) + (bought - cost);
                set(holding, c, value);
                total += value;
                lost += cost;
            }
            add(simd, &mut account.trading_costs, c, lost * get(simd, money.deflator, c));
        }
        set(&mut account.total, c, total);
    }
}

/// Sells for spending, group after group, until the wanted money is raised or nothing is left.
#[inline(always)]
fn withdraw<S: Simd, const L: usize>(
    simd: S,
    run: &Run,
    wanted: &Lanes<L>,
    ruin_year: f64,
    deflator: &Lanes<L>,
    fall: &Lanes<L>,
    account: &mut Account<L>,
) {
    let mut missing = *wanted;
    for (i, group) in run.sales.iter().enumerate() {
        // A group whose turn has come in no lane would be scaled by exactly one: skipping it changes no bit.
        if i == 0 || missing.iter().any(|&m| m > 0.0) {
            sell(simd, group, &mut missing, deflator, fall, account);
        }
    }
    let zero = Wide::splat(simd, 0.0);
    for c in 0..L / WIDTH {
        let total = account.holdings.iter().fold(zero, |total, holding| total + get(simd, holding, c));
        set(&mut account.total, c, total);
        let (wanted, missing) = (get(simd, wanted, c), get(simd, &missing, c));
        let rounding = wanted * PAYMENT_TOLERANCE;
        let unpaid = missing.above(rounding, missing, zero);
        let deflator = get(simd, deflator, c);
        add(simd, &mut account.unpaid, c, unpaid * deflator);
        add(simd, &mut account.paid, c, (wanted - unpaid) * deflator);
        let before = get(simd, &account.ruin_year, c);
        let now = missing.above(rounding, Wide::splat(simd, ruin_year), zero);
        set(&mut account.ruin_year, c, before.above(zero, before, now));
    }
}

/// Sells a group pro rata; lowers `missing` by the proceeds.
#[inline(always)]
fn sell<S: Simd, const L: usize>(
    simd: S,
    group: &SaleGroup,
    missing: &mut Lanes<L>,
    deflator: &Lanes<L>,
    fall: &Lanes<L>,
    account: &mut Account<L>,
) {
    let (zero, one) = (Wide::splat(simd, 0.0), Wide::splat(simd, 1.0));
    // Selling everything alike at no loss fetches the total, which need not be added up again.
    let whole = group.losses.is_empty() && group.places.len() == account.holdings.len();
    for c in 0..L / WIDTH {
        // What the whole group would fetch, and what selling it would lose to spreads and to haircuts.
        let (mut fetches, mut spreads, mut haircuts) = (zero, zero, zero);
        if whole {
            fetches = get(simd, &account.total, c);
        } else if group.losses.is_empty() {
            for &place in &group.places {
                fetches += get(simd, &account.holdings[place as usize], c);
            }
        } else {
            let fall = get(simd, fall, c);
            for (&place, &loss) in group.places.iter().zip(&group.losses) {
                let value = get(simd, &account.holdings[place as usize], c);
                let lost = value * sale_loss(simd, loss, fall);
                fetches += value - lost;
                match loss {
                    SaleLoss::Spread(_) => spreads += lost,
                    SaleLoss::Haircut(_) => haircuts += lost,
                }
            }
        }
        let still = get(simd, missing, c);
        let share = still / fetches.above(still, fetches, one);
        // Nothing is sold where nothing is missing, not even assets that would fetch nothing.
        let sold = still.above(zero, fetches.above(still, share, one), zero);
        set(missing, c, fetches.above(still, zero, still - fetches));
        let kept = one - sold;
        for &place in &group.places {
            let holding = &mut account.holdings[place as usize];
            set(holding, c, get(simd, holding, c) * kept);
        }
        if !group.losses.is_empty() {
            let real = sold * get(simd, deflator, c);
            add(simd, &mut account.trading_costs, c, spreads * real);
            add(simd, &mut account.haircuts, c, haircuts * real);
        }
    }
}

/// Brings weights back to target at the end of step `t`, if the rule says so.
#[inline(always)]
pub(super) fn rebalance<S: Simd, const L: usize>(
    simd: S,
    run: &Run,
    t: usize,
    steps_per_year: usize,
    deflator: &Lanes<L>,
    fall: &Lanes<L>,
    account: &mut Account<L>,
) {
    let every = |months: usize| (t + 1).is_multiple_of((steps_per_year * months / 12).max(1));
    let due = match run.rebalancing {
        Rebalancing::Never => false,
        Rebalancing::Monthly => every(1),
        Rebalancing::Quarterly => every(3),
        Rebalancing::Yearly => every(12),
        Rebalancing::Band(_) => true,
    };
    if !due {
        return;
    }
    let weights = run.weights_at(t + 1);
    let zero = Wide::splat(simd, 0.0);
    for c in 0..L / WIDTH {
        let before = get(simd, &account.total, c);
        // The furthest that a weight is from its target, as a share of the total, against the band.
        let mut furthest = zero;
        let mut cost = zero;
        for (holding, &weight) in account.holdings.iter().zip(weights) {
            furthest = furthest.max((get(simd, holding, c) - before * weight).abs());
        }
        let assets = account.holdings.iter().zip(weights).zip(&run.rebalancing_spread);
        for ((holding, &weight), &spread) in assets {
            let trade = (before * weight - get(simd, holding, c)).abs();
            cost += trade * half_spread(simd, spread, get(simd, fall, c));
        }
        let band = if let Rebalancing::Band(band) = run.rebalancing { band } else { -1.0 };
        let limit = before * band;
        let cost = furthest.above(limit, cost, zero);
        let after = before - cost;
        set(&mut account.total, c, after);
        add(simd, &mut account.trading_costs, c, cost * get(simd, deflator, c));
        for (holding, &weight) in account.holdings.iter_mut().zip(weights) {
            set(holding, c, furthest.above(limit, after * weight, get(simd, holding, c)));
        }
    }
}
