//! The ledger of one policy over a few steps of a tile. Every rule is a loop over vectors of
//! lanes, assets inside.
//!
//! The order of a step, stated once: at retirement, the balance is noted for rules that are set by it → payments at the start, if payments are made at the start → growth with
//! fees taken out → the plan's fee per head, contributions in, then retirement income out, if payments are
//! made at the end → rebalancing with its costs → at the end of a quarter, the sale of what is above the cap on the illiquid weight. The tile closes the year with its record.

mod appraised;
mod growth;
mod payments;
mod private;
mod rebalance;
mod sales;

use fearless_simd::Simd;

use crate::engine::plan::{Plan, Run};
use crate::market::Quote;
use crate::math::Lanes;
use crate::math::lanes::{WIDTH, get, set};
use crate::participant::{Indexing, PaymentTiming};

pub(crate) use private::Private;

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
    /// What funds quote, `quotes[moment · funds + i]`, moments as for `fall`.
    pub(crate) quotes: Vec<Quote<L>>,
    /// The share of a request that gated funds pay, `paid[moment · gates + i]`; the same from one end of a quarter to the next.
    pub(crate) paid: Vec<Lanes<L>>,
}

/// What an account's trades meet at one moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quotes<'a, const L: usize> {
    /// Dollars of the start for a dollar of the day.
    deflator: &'a Lanes<L>,
    /// The fall of public equity from its twelve-month high.
    fall: &'a Lanes<L>,
    /// What each fund quotes.
    funds: &'a [Quote<L>],
    /// The share of a request that each gated fund pays.
    paid: &'a [Lanes<L>],
}

impl<const L: usize> WorldSteps<L> {
    #[inline(always)]
    pub(super) fn quotes<'a>(&'a self, environment: &'a Environment<L>, moment: usize) -> Quotes<'a, L> {
        let moments = self.fall.len();
        let (funds, gates) = (self.quotes.len() / moments, self.paid.len() / moments);
        Quotes {
            deflator: &environment.deflator[moment],
            fall: &self.fall[moment],
            funds: &self.quotes[moment * funds..(moment + 1) * funds],
            paid: &self.paid[moment * gates..(moment + 1) * gates],
        }
    }
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
    /// What there is beside where NAVs are not values or gates may be shut.
    pub(crate) private: Option<Box<Private<L>>>,
}

impl<const L: usize> Account<L> {
    pub(crate) fn empty(run: &Run) -> Self {
        Self {
            holdings: vec![[0.0; L]; run.held.len()],
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
            private: run.appraised.as_ref().map(|_| Box::new(Private::empty(run.held.len()))),
        }
    }

    /// The balance on the statement: at reported NAVs.
    fn stated(&self) -> &Lanes<L> {
        self.private.as_ref().map_or(&self.total, |private| &private.reported)
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
        if let Some(private) = &mut self.private {
            private.open(opening_balance);
        }
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
    for step in 0..plan.steps_at_once() {
        self::step(simd, plan, run, (first + step, step), environment, world, account);
    }
}

/// Step `t` of one policy, the one of that place among the steps whose growth is at hand.
#[inline(always)]
pub(crate) fn step<S: Simd, const L: usize>(
    simd: S,
    plan: &Plan,
    run: &Run,
    (t, step): (usize, usize),
    environment: &Environment<L>,
    world: &WorldSteps<L>,
    account: &mut Account<L>,
) {
    if t == 0 {
        begin(simd, run, &world.quotes(environment, 0), account);
    }
    let growth = &world.growth[step * plan.series()..(step + 1) * plan.series()];
    if plan.base_step == Some(t as u32) {
        let deflator = &environment.deflator[step];
        for c in 0..L / WIDTH {
            let stated = get(simd, account.stated(), c);
            set(&mut account.base, c, stated * get(simd, deflator, c));
        }
    }
    if plan.schedule.timing == PaymentTiming::Start {
        let quotes = world.quotes(environment, step);
        payments::payments(simd, plan, run, t, step, environment, &quotes, account);
    }
    let quotes = world.quotes(environment, step + 1);
    grow(simd, run, growth, &quotes, account);
    if plan.schedule.timing == PaymentTiming::End {
        payments::payments(simd, plan, run, t, step + 1, environment, &quotes, account);
    }
    close(simd, run, t, plan.steps_per_year(), &quotes, account);
}

/// The start of a lifetime: the opening balance is an economic value, which the first statement tells at reported NAVs.
#[inline(always)]
pub(super) fn begin<S: Simd, const L: usize>(
    simd: S,
    run: &Run,
    quotes: &Quotes<'_, L>,
    account: &mut Account<L>,
) {
    if let Some(terms) = &run.appraised {
        appraised::restate(simd, terms, quotes, account);
    }
}

/// Growth of an account over a step, net of fees; `quotes` are those at its close.
#[inline(always)]
pub(super) fn grow<S: Simd, const L: usize>(
    simd: S,
    run: &Run,
    growth: &[Lanes<L>],
    quotes: &Quotes<'_, L>,
    account: &mut Account<L>,
) {
    match &run.appraised {
        None => growth::grow(simd, run, growth, quotes.deflator, account),
        Some(terms) => appraised::grow(simd, run, terms, growth, quotes, account),
    }
}

/// The end of step `t`: weights brought back to target where they are due.
#[inline(always)]
pub(super) fn close<S: Simd, const L: usize>(
    simd: S,
    run: &Run,
    t: usize,
    steps_per_year: usize,
    quotes: &Quotes<'_, L>,
    account: &mut Account<L>,
) {
    match &run.appraised {
        None => rebalance::rebalance(simd, run, t, steps_per_year, quotes, account),
        Some(terms) => appraised::close(simd, run, terms, t, steps_per_year, quotes, account),
    }
}
