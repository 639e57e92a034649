//! Whether everything in a plan that refers to something else finds it: what a plan from elsewhere is held against, so that no
//! index is out of bounds when it runs. Plans that are compiled here are sound.

use crate::engine::inputs::MAX_LIFETIMES;
use crate::engine::plan::policy_run::Run;
use crate::engine::plan::prices::Terms;
use crate::engine::plan::sales::SaleGroup;
use crate::engine::plan::simulation::{KEPT_LIFETIMES, Plan, World};
use crate::market::MAX_ASSETS;
use crate::participant::Schedule;

/// The longest life in years that is simulated.
const MOST_YEARS: u32 = 1_000;

impl Plan {
    pub(super) fn is_sound(&self) -> bool {
        let runs = self.runs.len();
        let is_run = |run: u32| (run as usize) < runs;
        let has_pair = |pair: &Option<u32>| pair.is_none_or(|pair| (pair as usize) < self.pairs.len());
        let years = self.schedule.years;
        self.is_of_size()
            && is_sound_schedule(&self.schedule)
            && self.benefits.len() == years as usize + 1
            && self.base_step.is_none_or(|step| (step as usize) <= self.schedule.steps())
            && self.worlds.iter().all(|world| self.is_sound_world(world))
            && self
                .overlay
                .as_ref()
                .is_none_or(|overlay| overlay.is_sound(self.series(), self.steps_per_year()))
            && self.runs.iter().all(|run| self.is_sound_run(run))
            && self.pairs.iter().all(|pair| is_run(pair.run) && is_run(pair.against))
            && self.compared as usize <= self.pairs.len()
            && self.ladders.iter().all(|ladder| {
                (ladder.policy as usize) < self.policies.len()
                    && ladder.rungs.iter().all(|rung| is_run(rung.run) && has_pair(&rung.pair))
            })
            && self.key_years.iter().all(|&year| year < years)
    }

    fn is_of_size(&self) -> bool {
        (1..=MAX_LIFETIMES).contains(&self.lifetimes)
            && self.kept == self.lifetimes.min(KEPT_LIFETIMES)
            && (2..=MAX_ASSETS as u32 + 1).contains(&self.series)
            && !self.policies.is_empty()
            && self.policies.len() <= self.runs.len()
            && !self.worlds.is_empty()
    }

    fn is_sound_world(&self, world: &World) -> bool {
        let (series, funds) = (self.series(), world.funds.len());
        let is_asset = |place: u32| (place as usize) < series - 1;
        world.model.is_sound(series, self.steps_per_year())
            && world.stress.is_none_or(|(asset, _)| is_asset(asset))
            && world.funds.iter().all(|fund| fund.is_sound(series))
            && world.past.is_sound(&world.funds)
            && funds < series
            && world.gates.as_ref().is_none_or(|gates| gates.is_sound(series))
    }

    fn is_sound_run(&self, run: &Run) -> bool {
        let held = run.held.len();
        let rows = [held, held * (self.schedule.steps() + 1)];
        let each_or_none = |count: usize| count == 0 || count == held;
        let Some(world) = self.worlds.get(run.world as usize) else { return false };
        (1..self.series()).contains(&held)
            && run.held.iter().all(|&asset| (asset as usize) < self.series() - 1)
            && rows.contains(&run.weights.len())
            && each_or_none(run.fee_of_value.len())
            && each_or_none(run.rebalancing_spread.len())
            && each_or_none(run.purchase_spread.len())
            && run.sales.iter().all(|group| is_sound_group(group, run))
            && run.appraised.as_ref().is_none_or(|appraised| {
                appraised.terms.len() == held
                    && appraised.terms.iter().all(|terms| is_sound_terms(terms, world))
            })
    }
}

fn is_sound_group(group: &SaleGroup, run: &Run) -> bool {
    let is_held = |&place: &u32| (place as usize) < run.held.len();
    group.places.iter().all(is_held) && (group.losses.is_empty() || group.losses.len() == group.places.len())
}

fn is_sound_terms(terms: &Terms, world: &World) -> bool {
    let gates = world.gates.as_ref().map_or(0, |gates| gates.gated.len());
    terms.fund.is_none_or(|fund| (fund as usize) < world.funds.len())
        && terms.gate.is_none_or(|gate| (gate as usize) < gates)
}

fn is_sound_schedule(schedule: &Schedule) -> bool {
    let years = schedule.years;
    if !(1..=MOST_YEARS).contains(&years) || ![1, 4, 12].contains(&schedule.steps_per_year) {
        return false;
    }
    let steps = (years * schedule.steps_per_year) as usize;
    let by_step = [
        &schedule.contribution,
        &schedule.need,
        &schedule.balance_share,
        &schedule.base_share,
        &schedule.benefit,
    ];
    by_step.iter().all(|amounts| amounts.len() == steps)
        && schedule.survival.len() == years as usize + 1
        && schedule.retirement_year.is_none_or(|year| year <= years)
}
