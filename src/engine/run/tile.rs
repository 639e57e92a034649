//! A tile: `L` lifetimes side by side from start to end, under every run of the plan.

use fearless_simd::Simd;

use crate::engine::ledger;
use crate::engine::plan::Plan;
use crate::engine::run::markets::{draw, grow_market};
use crate::engine::run::workspace::{Workspace, count_noted};
use crate::engine::tally::Tally;
use crate::math::Lanes;
use crate::math::lanes::{WIDTH, get, set};
use crate::math::streams::{Purpose, Streams, open_uniform};

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
