//! Lifetimes followed step by step: replayed as a run would count them, through the same ledger, with the same bits.

use fearless_simd::Simd;

use crate::engine::ledger::{self, Account};
use crate::engine::outcome::{AccountStep, MarketStep, Trace};
use crate::engine::plan::{Plan, Run};
use crate::engine::run::markets::{draw, grow_market};
use crate::engine::run::tile::open;
use crate::engine::run::workspace::Workspace;
use crate::engine::world::WorldSteps;
use crate::math::lanes::WIDTH;
use crate::math::streams::Streams;

/// Follows up to [`WIDTH`] lifetimes, the narrowest tile there is.
#[inline(always)]
pub(crate) fn follow<S: Simd>(simd: S, plan: &Plan, first: u64, used: usize) -> Vec<Trace> {
    let streams = Streams::new(plan.seed);
    let mut workspace = Workspace::<WIDTH>::new(plan);
    open(simd, plan, streams, first, used, &mut workspace);
    let years: Vec<usize> = (0..used).map(|lane| years_lived(plan, &workspace, lane)).collect();
    let mut traces: Vec<Trace> = (0..used).map(|lane| empty(plan, first + lane as u64)).collect();
    let policies = plan.policies.len();
    for year in 0..plan.schedule.years as usize {
        draw(plan, streams, first, year, &mut workspace);
        for first_step in (0..plan.steps_per_year()).step_by(plan.steps_at_once()) {
            let t = year * plan.steps_per_year() + first_step;
            grow_market(simd, plan, (streams, first), t, &mut workspace);
            for step in 0..plan.steps_at_once() {
                workspace.step(simd, plan, policies, t + step, step);
                for (lane, trace) in traces.iter_mut().enumerate().filter(|(lane, _)| year < years[*lane]) {
                    record(plan, &workspace, step, lane, trace);
                }
            }
        }
    }
    traces
}

/// The whole years for which a lane's account is simulated: until its death, as the tile has it, or the horizon.
fn years_lived(plan: &Plan, workspace: &Workspace<WIDTH>, lane: usize) -> usize {
    let schedule = &plan.schedule;
    let years = schedule.years as usize;
    let dies = (0..years).find(|year| workspace.fate[lane] >= schedule.survival[year + 1]);
    dies.map_or(years, |year| if schedule.paid_by_survivors { year } else { year + 1 })
}

fn empty(plan: &Plan, lifetime: u64) -> Trace {
    Trace {
        lifetime,
        steps_per_year: plan.schedule.steps_per_year,
        market: vec![],
        accounts: vec![vec![]; plan.policies.len()],
    }
}

/// Adds a step of a lane to its trace.
fn record(plan: &Plan, workspace: &Workspace<WIDTH>, step: usize, lane: usize, trace: &mut Trace) {
    let assets = plan.series() - 1;
    let has_gates =
        |run: &&Run| plan.worlds.get(run.world as usize).is_some_and(|world| world.gates.is_some());
    let runs = plan.runs.get(..plan.policies.len()).unwrap_or_default();
    if let Some(run) = runs.iter().find(has_gates).or(runs.first()) {
        let price = workspace.environment.price[step + 1][lane];
        let world = &workspace.worlds[run.world as usize];
        trace.market.push(market_step(plan, run, world, price, step, lane));
    }
    for (policy, told) in trace.accounts.iter_mut().enumerate() {
        let (Some(run), Some(account)) = (plan.runs.get(policy), workspace.accounts.get(policy)) else {
            continue;
        };
        let world = &workspace.worlds[run.world as usize];
        told.push(account_step(run, account, &nav_ratios(plan, run, world, step, lane), lane, assets));
    }
}

/// Reported NAV over value of each asset of the market at the end of a step.
fn nav_ratios(plan: &Plan, run: &Run, world: &WorldSteps<WIDTH>, step: usize, lane: usize) -> Vec<f64> {
    let mut ratios = vec![1.0; plan.series() - 1];
    let funds = plan.worlds.get(run.world as usize).map_or(&[][..], |world| &world.funds);
    for (place, fund) in funds.iter().enumerate() {
        if let Some(ratio) = ratios.get_mut(fund.asset as usize) {
            *ratio = world.quotes[(step + 1) * funds.len() + place].ratio[lane];
        }
    }
    ratios
}

fn market_step(
    plan: &Plan,
    run: &Run,
    world: &WorldSteps<WIDTH>,
    price: f64,
    step: usize,
    lane: usize,
) -> MarketStep {
    let series = plan.series();
    let of_plan = plan.worlds.get(run.world as usize);
    let mut paid = vec![None; series - 1];
    if let Some(gates) = of_plan.and_then(|world| world.gates.as_ref()) {
        let count = gates.gated.len();
        for (place, gated) in gates.gated.iter().enumerate() {
            if let Some(share) = paid.get_mut(gated.asset as usize) {
                *share = Some(world.paid[(step + 1) * count + place][lane]);
            }
        }
    }
    MarketStep {
        growth: (0..series - 1).map(|asset| world.growth[step * series + asset][lane]).collect(),
        price,
        fall: of_plan.and_then(|world| world.stress).map(|_| world.fall[step + 1][lane]),
        nav_ratio: nav_ratios(plan, run, world, step, lane),
        paid,
    }
}

fn account_step(
    run: &Run,
    account: &Account<WIDTH>,
    ratios: &[f64],
    lane: usize,
    assets: usize,
) -> AccountStep {
    let (mut holdings, mut waiting, mut illiquid) = (vec![0.0; assets], vec![0.0; assets], 0.0);
    for (place, asset) in run.held.iter().map(|&asset| asset as usize).enumerate() {
        holdings[asset] = account.holdings[place][lane];
        if let (Some(private), Some(terms)) = (&account.private, &run.appraised) {
            waiting[asset] = private.queue[place][lane];
            if terms.terms[place].illiquid {
                illiquid += holdings[asset] * ratios[asset];
            }
        }
    }
    let balance = account.total[lane];
    let stated = account.private.as_ref().map_or(balance, |private| private.reported[lane]);
    AccountStep {
        balance,
        stated,
        holdings,
        waiting,
        illiquid_weight: if stated > 0.0 { illiquid / stated } else { 0.0 },
        is_ruined: account.ruin_year[lane] > 0.0,
    }
}

impl Workspace<WIDTH> {
    /// One step of the accounts of the policies themselves, without the rungs of ladders.
    #[inline(always)]
    fn step<S: Simd>(&mut self, simd: S, plan: &Plan, policies: usize, t: usize, step: usize) {
        for (run, account) in plan.runs.iter().zip(&mut self.accounts).take(policies) {
            let world = &self.worlds[run.world as usize];
            ledger::step(simd, plan, run, (t, step), &self.environment, world, account);
        }
    }
}
