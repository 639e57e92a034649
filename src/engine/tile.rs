//! A tile: `L` lifetimes side by side from start to end, under every run of the plan.

use fearless_simd::Simd;

use crate::engine::ledger::{self, Account, Environment, WorldSteps};
use crate::engine::plan::{Plan, World};
use crate::engine::private::PrivateMemory;
use crate::engine::sustainable::Shadow;
use crate::engine::tally::Tally;
use crate::market::{Memory, OverlayMemory, Quote};
use crate::math::Lanes;
use crate::math::lanes::{WIDTH, Wide, get, set};
use crate::math::streams::{Purpose, Streams, open_uniform};
use crate::participant::{Indexing, PaymentTiming};

/// Balances noted before they are counted, in all: 16 MiB a thread, more only beyond 4096 balances a lifetime.
const NOTED_IN_ALL: usize = 1 << 22;

/// Lifetimes whose balances are noted before they are counted: enough that several fall into each cache line of a
/// histogram, and no more than the memory for it allows.
fn noted_lifetimes(balances: usize) -> usize {
    (NOTED_IN_ALL / balances.max(1) / 1024 * 1024).clamp(1024, 16_384)
}

/// Working memory of one thread, made once.
#[derive(Debug)]
pub(crate) struct Workspace<const L: usize> {
    pub(super) environment: Environment<L>,
    pub(super) worlds: Vec<WorldSteps<L>>,
    /// Levels of the stress asset over the last twelve months, by world; a ring.
    levels: Vec<Vec<Lanes<L>>>,
    pub(super) accounts: Vec<Account<L>>,
    /// Invested dollars, for sustainable withdrawal rates; none if they are not asked for.
    shadows: Vec<Shadow<L>>,
    real: Vec<Lanes<L>>,
    /// The memory of each world's model.
    memories: Vec<Memory<L>>,
    /// That of each world's funds and gates.
    private: Vec<PrivateMemory<L>>,
    overlay: OverlayMemory<L>,
    /// Buckets of balances noted but not yet counted: as many places for each balance of a lifetime
    /// as [`noted_lifetimes`] says.
    noted: Vec<u32>,
    /// Lifetimes for which there are places.
    capacity: usize,
    /// Lifetimes simulated since the last count.
    lifetimes_noted: usize,
    /// How many of those places are taken, for each.
    taken: Vec<usize>,
    /// Dollars of the start for a dollar at the first contribution and at the first withdrawal.
    first_contribution: Lanes<L>,
    first_withdrawal: Lanes<L>,
    /// The random number that decides the year of death, at which figures over whole lives end.
    pub(super) fate: Lanes<L>,
    alive: [bool; L],
}

impl<const L: usize> Workspace<L> {
    pub(crate) fn new(plan: &Plan) -> Self {
        let steps = plan.steps_at_once();
        let lanes = |count: usize| vec![[1.0; L]; count];
        let series = plan.series();
        let balances = 2 * plan.runs.len() * plan.schedule.years as usize;
        let world = |world: &World| WorldSteps {
            growth: lanes(steps * series),
            fall: vec![[0.0; L]; steps + 1],
            quotes: vec![Quote::default(); (steps + 1) * world.funds.len()],
            paid: lanes((steps + 1) * world.gates.as_ref().map_or(0, |gates| gates.gated.len())),
        };
        Self {
            environment: Environment {
                price: lanes(steps + 1),
                deflator: lanes(steps + 1),
                price_since_contribution: lanes(steps + 1),
                price_since_withdrawal: lanes(steps + 1),
                ones: [1.0; L],
            },
            worlds: plan.worlds.iter().map(world).collect(),
            levels: plan.worlds.iter().map(|_| lanes(plan.steps_per_year() + 1)).collect(),
            accounts: plan.runs.iter().map(Account::empty).collect(),
            shadows: Shadow::of(plan),
            real: lanes(plan.runs.len()),
            memories: plan.worlds.iter().map(|_| Memory::default()).collect(),
            private: plan.worlds.iter().map(|world| PrivateMemory::new(world, steps)).collect(),
            overlay: OverlayMemory::default(),
            noted: vec![0; balances * noted_lifetimes(balances)],
            capacity: noted_lifetimes(balances),
            lifetimes_noted: 0,
            taken: vec![0; balances],
            first_contribution: [1.0; L],
            first_withdrawal: [1.0; L],
            fate: [0.0; L],
            alive: [false; L],
        }
    }
}

/// Simulates lifetimes `first .. first + count` and adds them to the tally; [`count_noted`] completes it.
#[inline(always)]
pub(crate) fn simulate<S: Simd, const L: usize>(
    simd: S,
    plan: &Plan,
    first: u64,
    count: u64,
    workspace: &mut Workspace<L>,
    tally: &mut Tally,
) {
    let mut done = 0;
    while done < count {
        let used = (count - done).min(L as u64) as usize;
        if workspace.lifetimes_noted + used > workspace.capacity {
            count_noted(plan, workspace, tally);
        }
        workspace.lifetimes_noted += used;
        tile(simd, plan, first + done, used, workspace, tally);
        done += used as u64;
    }
}

/// Counts the balances noted since the last time, histogram after histogram, so that each stays in the cache.
/// Without it a tally is not complete.
pub(crate) fn count_noted<const L: usize>(plan: &Plan, workspace: &mut Workspace<L>, tally: &mut Tally) {
    let years = plan.schedule.years as usize;
    workspace.lifetimes_noted = 0;
    let mut places = workspace.noted.chunks_exact(workspace.capacity).zip(&mut workspace.taken);
    for run in &mut tally.runs {
        for basis in [&mut run.real, &mut run.nominal] {
            for (year, (buckets, taken)) in places.by_ref().take(years).enumerate() {
                if let Some(sample) = basis.get_mut(year) {
                    sample.count_buckets(&buckets[..*taken]);
                }
                *taken = 0;
            }
        }
    }
}

#[inline(always)]
fn tile<S: Simd, const L: usize>(
    simd: S,
    plan: &Plan,
    first: u64,
    used: usize,
    workspace: &mut Workspace<L>,
    tally: &mut Tally,
) {
    let streams = Streams::new(plan.seed);
    open(simd, plan, streams, first, used, workspace);
    for year in 0..plan.schedule.years as usize {
        if plan.schedule.paid_by_survivors {
            bury(plan, first, (year, year), workspace, tally);
        }
        draw(plan, streams, first, year, workspace);
        for first_step in (0..plan.steps_per_year()).step_by(plan.steps_at_once()) {
            let t = year * plan.steps_per_year() + first_step;
            grow_market(simd, plan, (streams, first), t, workspace);
            for (run, account) in plan.runs.iter().zip(&mut workspace.accounts) {
                let world = &workspace.worlds[run.world as usize];
                ledger::steps(simd, plan, run, t, &workspace.environment, world, account);
            }
            for (run, shadow) in plan.runs.iter().zip(&mut workspace.shadows) {
                let world = &workspace.worlds[run.world as usize];
                shadow.steps(simd, plan, run, t, &workspace.environment, world);
            }
        }
        if !plan.schedule.paid_by_survivors {
            bury(plan, first, (year, year + 1), workspace, tally);
        }
        record(simd, plan, (first, used), year, workspace, tally);
    }
    for lane in 0..L {
        if workspace.alive[lane] {
            finish(plan, (first, lane), plan.schedule.years, workspace, tally);
        }
    }
    tally.finish_paths(plan, (first, used), &workspace.accounts);
    tally.lifetimes.finish_paths(plan, (first, used), &workspace.real, &workspace.accounts);
}

/// Draws what chance decides of a year.
#[inline(always)]
pub(super) fn draw<const L: usize>(
    plan: &Plan,
    streams: Streams,
    first: u64,
    year: usize,
    workspace: &mut Workspace<L>,
) {
    for (world, memory) in plan.worlds.iter().zip(&mut workspace.memories) {
        world.model.draw(streams, first, year as u32, memory);
    }
    if let Some(overlay) = &plan.overlay {
        overlay.draw(streams, first, year as u32, &mut workspace.overlay);
    }
}

#[inline(always)]
pub(super) fn open<S: Simd, const L: usize>(
    simd: S,
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
    for (i, (world, memory)) in plan.worlds.iter().zip(&mut workspace.memories).enumerate() {
        let (private, steps) = (&mut workspace.private[i], &mut workspace.worlds[i]);
        private.open(simd, plan, world, (streams, first), (memory, &mut workspace.overlay), steps);
        world.model.open(streams, first, memory);
    }
    if let Some(overlay) = &plan.overlay {
        overlay.open(streams, first, &mut workspace.overlay);
    }
    for levels in &mut workspace.levels {
        levels.fill([1.0; L]);
    }
    for (account, run) in workspace.accounts.iter_mut().zip(&plan.runs) {
        account.open(run, plan.schedule.opening_balance);
    }
    for (shadow, run) in workspace.shadows.iter_mut().zip(&plan.runs) {
        shadow.open(run);
    }
}

/// Ends the lives of lanes that do not live to the end of year `year`, having lived `years_lived` years. Their accounts go on:
/// figures by year are those of every lifetime, weighted by the probability of being alive when they are read.
#[inline(always)]
fn bury<const L: usize>(
    plan: &Plan,
    first: u64,
    (year, years_lived): (usize, usize),
    workspace: &mut Workspace<L>,
    tally: &mut Tally,
) {
    let survival = plan.schedule.survival[year + 1];
    for lane in 0..L {
        if workspace.alive[lane] && workspace.fate[lane] >= survival {
            workspace.alive[lane] = false;
            finish(plan, (first, lane), years_lived as u32, workspace, tally);
        }
    }
}

/// Adds the figures over the whole life of a lane.
#[inline(always)]
fn finish<const L: usize>(
    plan: &Plan,
    (first, lane): (u64, usize),
    years_lived: u32,
    workspace: &Workspace<L>,
    tally: &mut Tally,
) {
    tally.finish(plan, lane, years_lived, &workspace.accounts);
    tally.lifetimes.finish(plan, (first + lane as u64, lane), &workspace.shadows);
}

/// Growth factors, prices, stress, quotes and gates of the steps from `t` on.
#[inline(always)]
pub(super) fn grow_market<S: Simd, const L: usize>(
    simd: S,
    plan: &Plan,
    (streams, first): (Streams, u64),
    t: usize,
    workspace: &mut Workspace<L>,
) {
    for (i, world) in plan.worlds.iter().enumerate() {
        let steps = &mut workspace.worlds[i];
        let first_step = t % plan.steps_per_year();
        world.model.grow(simd, first_step, &mut workspace.memories[i], &mut steps.growth);
        workspace.private[i].listen(plan, world, first_step, &workspace.overlay, &steps.growth);
        if let Some(overlay) = &plan.overlay {
            overlay.apply(simd, first_step, &workspace.overlay, &mut steps.growth);
        }
        if let Some((asset, gross_up)) = world.stress {
            measure_stress(plan, asset as usize, gross_up, t, &mut workspace.levels[i], steps);
        }
        workspace.private[i].advance(plan, world, (streams, first), t, steps);
    }
    follow_prices(simd, plan, t, workspace);
}

/// Prices and deflators of the steps from `t` on; inflation is the last series and the same in every world.
#[inline(always)]
fn follow_prices<S: Simd, const L: usize>(simd: S, plan: &Plan, t: usize, workspace: &mut Workspace<L>) {
    let (steps, series) = (plan.steps_at_once(), plan.series());
    let Environment { price, deflator, .. } = &mut workspace.environment;
    (price[0], deflator[0]) = if t == 0 { ([1.0; L], [1.0; L]) } else { (price[steps], deflator[steps]) };
    for step in 0..steps {
        let inflation = &workspace.worlds[0].growth[step * series + series - 1];
        for c in 0..L / WIDTH {
            let level = get(simd, &price[step], c) * get(simd, inflation, c);
            set(&mut price[step + 1], c, level);
            set(&mut deflator[step + 1], c, Wide::splat(simd, 1.0) / level);
        }
    }
    let schedule = &plan.schedule;
    let environment = &mut workspace.environment;
    let (price, deflator) = (&environment.price, &environment.deflator);
    if schedule.contribution_index == Indexing::FromSecond {
        let since = (&mut workspace.first_contribution, environment.price_since_contribution.as_mut_slice());
        follow_first_payment(plan, &schedule.contribution, t, (price, deflator), since);
    }
    if schedule.withdrawal_index == Indexing::FromSecond {
        let since = (&mut workspace.first_withdrawal, environment.price_since_withdrawal.as_mut_slice());
        follow_first_payment(plan, &schedule.need, t, (price, deflator), since);
    }
}

/// The price level since the first of some payments, whose deflator is kept.
fn follow_first_payment<const L: usize>(
    plan: &Plan,
    payments: &[f64],
    first: usize,
    (price, deflator): (&[Lanes<L>], &[Lanes<L>]),
    (first_deflator, since): (&mut Lanes<L>, &mut [Lanes<L>]),
) {
    for step in 0..plan.steps_at_once() {
        let moment = step + usize::from(plan.schedule.timing == PaymentTiming::End);
        let t = first + step;
        if payments[t] > 0.0 && payments[..t].iter().all(|&payment| payment == 0.0) {
            *first_deflator = deflator[moment];
        }
        for lane in 0..L {
            since[moment][lane] = price[moment][lane] * first_deflator[lane];
        }
    }
}

/// The fall of the stress asset from the highest of its last twelve months, at every open and close.
#[inline(always)]
fn measure_stress<const L: usize>(
    plan: &Plan,
    asset: usize,
    gross_up: f64,
    first: usize,
    levels: &mut [Lanes<L>],
    world: &mut WorldSteps<L>,
) {
    let (steps, series) = (plan.steps_at_once(), plan.series());
    world.fall[0] = if first == 0 { [0.0; L] } else { world.fall[steps] };
    let ring = levels.len();
    for step in 0..steps {
        let t = first + step + 1;
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
            // A level that has come to nothing stays fallen.
            fall[lane] = if high[lane] > 0.0 { 1.0 - level[lane] / high[lane] } else { 1.0 };
        }
    }
}

/// Balances at the end of a year, whoever is alive.
#[inline(always)]
fn record<S: Simd, const L: usize>(
    simd: S,
    plan: &Plan,
    (first, used): (u64, usize),
    year: usize,
    workspace: &mut Workspace<L>,
    tally: &mut Tally,
) {
    let years = plan.schedule.years as usize;
    let deflator = &workspace.environment.deflator[plan.steps_at_once()];
    for (i, account) in workspace.accounts.iter().enumerate() {
        let real = &mut workspace.real[i];
        for c in 0..L / WIDTH {
            set(real, c, get(simd, &account.total, c) * get(simd, deflator, c));
        }
        let run = &mut tally.runs[i];
        if let Some(private) = &mut run.private {
            private.record(year, used, deflator, account);
        }
        for (basis, sample, balance) in
            [(0, run.real.get_mut(year), &*real), (1, run.nominal.get_mut(year), &account.total)]
        {
            let Some(sample) = sample else { continue };
            let place = (2 * i + basis) * years + year;
            let taken = workspace.taken[place];
            let buckets = if used == L {
                sample.note_lanes(balance, L)
            } else {
                sample.note_lanes(&only(balance, used), used)
            };
            workspace.noted[place * workspace.capacity + taken..][..used].copy_from_slice(&buckets[..used]);
            workspace.taken[place] = taken + used;
        }
    }
    if let Some(key) = plan.key_years.iter().position(|&key| key as usize == year) {
        tally.compare(plan, key, (first, used), &workspace.real, &workspace.accounts);
        for lane in 0..used {
            tally.skill.compare(plan, key, lane, workspace.overlay.skill(), &workspace.real);
        }
    }
}

/// The first lanes, zeros after them.
fn only<const L: usize>(values: &Lanes<L>, used: usize) -> Lanes<L> {
    std::array::from_fn(|lane| if lane < used { values[lane] } else { 0.0 })
}
