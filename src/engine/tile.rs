//! A tile: `L` lifetimes side by side from start to end, under every run of the plan.

use crate::engine::ledger::{self, Account, Environment, WorldYear};
use crate::engine::plan::{Plan, World};
use crate::engine::tally::Tally;
use crate::math::Lanes;
use crate::math::streams::{Purpose, Streams, open_uniform};
use crate::participant::{Indexing, PaymentTiming};

/// Working memory of one thread, made once.
#[derive(Debug)]
pub(crate) struct Workspace<const L: usize> {
    environment: Environment<L>,
    worlds: Vec<WorldYear<L>>,
    /// Levels of the stress asset over the last twelve months, by world; a ring.
    levels: Vec<Vec<Lanes<L>>>,
    accounts: Vec<Account<L>>,
    real: Vec<Lanes<L>>,
    scratch: Vec<[f32; L]>,
    /// The price level at the last close.
    price: Lanes<L>,
    /// Dollars of the start for a dollar at the first withdrawal; zero before.
    first_withdrawal_deflator: Lanes<L>,
    /// The random number that decides the year of death.
    fate: Lanes<L>,
    alive: [bool; L],
}

impl<const L: usize> Workspace<L> {
    pub(crate) fn new(plan: &Plan) -> Self {
        let steps = plan.steps_per_year();
        let lanes = |count: usize| vec![[1.0; L]; count];
        let series = plan.series();
        let world = |_: &World| WorldYear { growth: lanes(steps * series), fall: vec![[0.0; L]; steps + 1] };
        Self {
            environment: Environment {
                contribution_index: lanes(steps),
                withdrawal_index: lanes(steps),
                payment_deflator: lanes(steps),
                close_deflator: lanes(steps),
            },
            worlds: plan.worlds.iter().map(world).collect(),
            levels: plan.worlds.iter().map(|_| lanes(steps + 1)).collect(),
            accounts: plan.runs.iter().map(|run| Account::empty(run.held.len())).collect(),
            real: lanes(plan.runs.len()),
            scratch: Vec::new(),
            price: [1.0; L],
            first_withdrawal_deflator: [0.0; L],
            fate: [0.0; L],
            alive: [false; L],
        }
    }
}

/// Simulates lifetimes `first .. first + count` and adds them to the tally.
#[inline(always)]
pub(crate) fn simulate<const L: usize>(
    plan: &Plan,
    first: u64,
    count: u64,
    workspace: &mut Workspace<L>,
    tally: &mut Tally,
) {
    let mut done = 0;
    while done < count {
        let used = (count - done).min(L as u64) as usize;
        tile(plan, first + done, used, workspace, tally);
        done += used as u64;
    }
}

#[inline(always)]
fn tile<const L: usize>(
    plan: &Plan,
    first: u64,
    used: usize,
    workspace: &mut Workspace<L>,
    tally: &mut Tally,
) {
    let streams = Streams::new(plan.seed);
    open(plan, streams, first, used, workspace);
    for year in 0..plan.schedule.years as usize {
        if plan.schedule.paid_by_survivors {
            bury(plan, year, year, workspace, tally);
        }
        draw_market(plan, streams, first, year, workspace);
        for (run, account) in plan.runs.iter().zip(&mut workspace.accounts) {
            let world = &workspace.worlds[run.world as usize];
            ledger::year(plan, run, year, &workspace.environment, world, account);
        }
        if !plan.schedule.paid_by_survivors {
            bury(plan, year, year + 1, workspace, tally);
        }
        let alive = workspace.alive.iter().filter(|&&alive| alive).count();
        if alive == 0 {
            return;
        }
        record(plan, first, year, alive, workspace, tally);
    }
    for lane in 0..L {
        if workspace.alive[lane] {
            tally.finish(plan, lane, plan.schedule.years, &workspace.accounts);
        }
    }
}

#[inline(always)]
fn open<const L: usize>(
    plan: &Plan,
    streams: Streams,
    first: u64,
    used: usize,
    workspace: &mut Workspace<L>,
) {
    for lane in 0..L {
        let words = streams.block(Purpose::Mortality, first + lane as u64, 0);
        workspace.fate[lane] = open_uniform(words[0], words[1]);
        workspace.alive[lane] = lane < used;
    }
    workspace.price = [1.0; L];
    workspace.first_withdrawal_deflator = [0.0; L];
    for levels in &mut workspace.levels {
        levels.fill([1.0; L]);
    }
    for (account, run) in workspace.accounts.iter_mut().zip(&plan.runs) {
        account.open(run, plan.schedule.opening_balance);
    }
}

/// Takes out the lanes that do not live to the end of year `year`, having lived `years_lived` years.
#[inline(always)]
fn bury<const L: usize>(
    plan: &Plan,
    year: usize,
    years_lived: usize,
    workspace: &mut Workspace<L>,
    tally: &mut Tally,
) {
    let survival = plan.schedule.survival[year + 1];
    for lane in 0..L {
        if workspace.alive[lane] && workspace.fate[lane] >= survival {
            workspace.alive[lane] = false;
            tally.finish(plan, lane, years_lived as u32, &workspace.accounts);
        }
    }
}

/// Growth factors, prices and stress of one year.
#[inline(always)]
fn draw_market<const L: usize>(
    plan: &Plan,
    streams: Streams,
    first: u64,
    year: usize,
    workspace: &mut Workspace<L>,
) {
    let scratch = &mut workspace.scratch;
    for ((world, drawn), levels) in plan.worlds.iter().zip(&mut workspace.worlds).zip(&mut workspace.levels) {
        world.model.year(streams, first, year as u32, scratch, &mut drawn.growth);
        if let Some((asset, gross_up)) = world.stress {
            measure_stress(plan, asset as usize, gross_up, year, levels, drawn);
        }
    }
    follow_prices(plan, year, workspace);
}

/// Price indices and deflators of one year; inflation is the last series and the same in every world.
#[inline(always)]
fn follow_prices<const L: usize>(plan: &Plan, year: usize, workspace: &mut Workspace<L>) {
    let (steps, series) = (plan.steps_per_year(), plan.series());
    let schedule = &plan.schedule;
    let environment = &mut workspace.environment;
    let price = &mut workspace.price;
    let mut open_deflator = [0.0; L];
    for lane in 0..L {
        open_deflator[lane] = 1.0 / price[lane];
    }
    for step in 0..steps {
        let open_price = *price;
        let inflation = &workspace.worlds[0].growth[step * series + series - 1];
        let close_deflator = &mut environment.close_deflator[step];
        for lane in 0..L {
            price[lane] *= inflation[lane];
            close_deflator[lane] = 1.0 / price[lane];
        }
        let (paid_at, deflator) = match schedule.timing {
            PaymentTiming::Start => (&open_price, &open_deflator),
            PaymentTiming::End => (&*price, &*close_deflator),
        };
        environment.payment_deflator[step] = *deflator;
        open_deflator = *close_deflator;
        environment.contribution_index[step] = match schedule.contribution_index {
            Indexing::Nominal => [1.0; L],
            Indexing::FromFirst | Indexing::FromSecond => *paid_at,
        };
        let index = &mut environment.withdrawal_index[step];
        match schedule.withdrawal_index {
            Indexing::Nominal => *index = [1.0; L],
            Indexing::FromFirst => *index = *paid_at,
            Indexing::FromSecond => {
                let first = &mut workspace.first_withdrawal_deflator;
                let due = schedule.need[year * steps + step] > 0.0;
                for lane in 0..L {
                    if due && first[lane] == 0.0 {
                        first[lane] = 1.0 / paid_at[lane];
                    }
                    index[lane] = paid_at[lane] * first[lane];
                }
            }
        }
    }
}

/// The fall of the stress asset from the highest of its last twelve months, at every open and close.
#[inline(always)]
fn measure_stress<const L: usize>(
    plan: &Plan,
    asset: usize,
    gross_up: f64,
    year: usize,
    levels: &mut [Lanes<L>],
    world: &mut WorldYear<L>,
) {
    let (steps, series) = (plan.steps_per_year(), plan.series());
    world.fall[0] = world.fall[steps];
    if year == 0 {
        world.fall[0] = [0.0; L];
    }
    let ring = levels.len();
    for step in 0..steps {
        let t = year * steps + step + 1;
        let growth = &world.growth[step * series + asset];
        let mut level = levels[(t - 1) % ring];
        for lane in 0..L {
            level[lane] *= growth[lane] * gross_up;
        }
        levels[t % ring] = level;
        let mut high = level;
        for past in levels.iter() {
            for lane in 0..L {
                high[lane] = if past[lane] > high[lane] { past[lane] } else { high[lane] };
            }
        }
        let fall = &mut world.fall[step + 1];
        for lane in 0..L {
            fall[lane] = 1.0 - level[lane] / high[lane];
        }
    }
}

/// Balances of the survivors at the end of a year.
#[inline(always)]
fn record<const L: usize>(
    plan: &Plan,
    first: u64,
    year: usize,
    alive: usize,
    workspace: &mut Workspace<L>,
    tally: &mut Tally,
) {
    tally.survivors[year] += alive as u64;
    let deflator = &workspace.environment.close_deflator[plan.steps_per_year() - 1];
    for (i, account) in workspace.accounts.iter().enumerate() {
        let real = &mut workspace.real[i];
        for lane in 0..L {
            real[lane] = account.total[lane] * deflator[lane];
        }
        let run = &mut tally.runs[i];
        if alive == L {
            run.real[year].push_lanes(real, L);
            if let Some(nominal) = run.nominal.get_mut(year) {
                nominal.push_lanes(&account.total, L);
            }
        } else {
            run.real[year].push_lanes(&compact(real, &workspace.alive), alive);
            if let Some(nominal) = run.nominal.get_mut(year) {
                nominal.push_lanes(&compact(&account.total, &workspace.alive), alive);
            }
        }
    }
    if let Some(key) = plan.key_years.iter().position(|&key| key as usize == year) {
        for lane in (0..L).filter(|&lane| workspace.alive[lane]) {
            tally.compare(plan, key, first + lane as u64, lane, &workspace.real);
        }
    }
}

/// The lanes that are alive first, zeros after them.
#[inline(always)]
fn compact<const L: usize>(values: &Lanes<L>, alive: &[bool; L]) -> Lanes<L> {
    let mut out = [0.0; L];
    let mut next = 0;
    for lane in 0..L {
        if alive[lane] {
            out[next] = values[lane];
            next += 1;
        }
    }
    out
}
