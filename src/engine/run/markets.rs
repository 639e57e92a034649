//! What markets do: drawn once a year, and grown a few steps at a time for every policy.

use fearless_simd::Simd;

use crate::engine::plan::Plan;
use crate::engine::run::workspace::Workspace;
use crate::engine::world::{Environment, WorldSteps};
use crate::math::Lanes;
use crate::math::lanes::{WIDTH, Wide, get, set};
use crate::math::streams::Streams;
use crate::participant::{Indexing, PaymentTiming};

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
