//! From the domain's values to the plan's flat arrays.

mod checks;
mod compiler;
mod runs;
mod sales;
mod worlds;

use crate::engine::compile::checks::{check_gates, check_policies, check_settings, check_start_dates};
use crate::engine::compile::compiler::{Charges, Compiler};
use crate::engine::inputs::{Inputs, Settings};
use crate::engine::plan::{FORMAT, KEPT_LIFETIMES, Label, Pair, Plan};
use crate::error::{Error, Result, all_of};
use crate::participant::{Due, Schedule};

impl Plan {
    /// Compiles a simulation.
    ///
    /// # Errors
    ///
    /// Everything in the inputs that does not fit together, with its key: lifetimes or steps out of range,
    /// a participant's figures, a policy with weights for another number of assets, a rebalancing more
    /// frequent than the steps, a key age that is not simulated.
    pub fn compile(inputs: &Inputs) -> Result<Self> {
        let market = inputs.market.clone().validated().map_err(|e| e.within("market"))?;
        let settings = &inputs.settings;
        check_settings(settings)?;
        check_gates(&market, settings.steps_per_year)?;
        let schedule =
            inputs.participant.schedule(settings.steps_per_year).map_err(|e| e.within("participant"))?;
        check_start_dates(settings, &market, schedule.years)?;
        check_policies(&inputs.policies, &market, settings.steps_per_year)?;
        let key_years = key_years(settings, &schedule)?;
        let labels = inputs.policies.iter().map(|p| Label { key: p.key.clone(), name: p.name.clone() });
        let mut compiler = Compiler::new(&market, &schedule, settings.attribution)?;
        let everything = Charges {
            fees: market.frictions.fees,
            volatility: true,
            haircuts: market.frictions.liquidity_haircut,
            spreads: market.frictions.half_spreads,
            smoothing: market.frictions.smoothing,
            gates: market.frictions.gates,
        };
        for policy in &inputs.policies {
            compiler.add(policy, everything)?;
        }
        let mut pairs = comparisons(inputs)?;
        let compared = pairs.len() as u32;
        let with_first = (1..inputs.policies.len() as u32).map(|run| Pair { run, against: 0 });
        let others: Vec<Pair> = with_first.filter(|pair| !pairs.contains(pair)).collect();
        pairs.extend(others);
        let ladders = if settings.attribution {
            let add = |(i, policy)| compiler.add_ladder(i, policy, everything, &mut pairs);
            inputs.policies.iter().enumerate().map(add).collect::<Result<_>>()?
        } else {
            vec![]
        };
        let worlds = compiler.worlds.into_iter().map(|(_, world)| world).collect();
        let plan = Self {
            hash: [0; 32],
            kept: settings.lifetimes.min(KEPT_LIFETIMES),
            format: FORMAT,
            seed: settings.seed,
            lifetimes: settings.lifetimes,
            policies: labels.collect(),
            worlds,
            overlay: compiler.overlay,
            runs: compiler.runs,
            pairs,
            compared,
            ladders,
            key_years,
            due: Some(&schedule)
                .filter(|_| settings.sustainable_rate || market.model.enumerates())
                .and_then(Due::of),
            series: market.assets.len() as u32 + 1,
            finite_means: market.model.has_finite_means(),
            base_step: base_step(&schedule),
            benefits: benefits_by_year(&schedule),
            schedule,
        };
        Ok(plan.sealed())
    }
}

/// Each policy with the one that it is compared with.
fn comparisons(inputs: &Inputs) -> Result<Vec<Pair>> {
    let mut pairs = vec![];
    let mut checks = vec![];
    for policy in 0..inputs.policies.len() {
        match inputs.compared_with(policy) {
            Ok(against) => {
                pairs.extend(against.map(|against| Pair { run: policy as u32, against: against as u32 }));
            }
            Err(error) => checks.push(Err(error)),
        }
    }
    all_of(checks).map(|()| pairs)
}

/// The first step of retirement, if withdrawals are set by the balance then.
fn base_step(schedule: &Schedule) -> Option<u32> {
    let first = schedule.base_share.iter().position(|&share| share > 0.0)? as u32;
    Some(schedule.retirement_year.map_or(first, |year| year * schedule.steps_per_year))
}

/// Benefits received in the first `y` years.
fn benefits_by_year(schedule: &Schedule) -> Vec<f64> {
    let mut received = 0.0;
    let years = schedule.benefit.chunks(schedule.steps_per_year as usize);
    let after = years.map(|year| {
        received = year.iter().fold(received, |sum, benefit| sum + benefit);
        received
    });
    std::iter::once(0.0).chain(after).collect()
}

/// The years at whose ends policies are compared.
fn key_years(settings: &Settings, schedule: &Schedule) -> Result<Vec<u32>> {
    let end = schedule.start_age + schedule.years;
    let retirement = schedule.retirement_year.map(|year| schedule.start_age + year);
    let mut ages = settings.key_ages.clone();
    if ages.is_empty() {
        ages.extend(retirement.map(|age| age + 15).filter(|&age| age < end));
        ages.push(end);
    }
    // Retirement is always compared: it is what tables and verdicts speak of.
    ages.extend(retirement.filter(|&age| age > schedule.start_age));
    ages.sort_unstable();
    ages.dedup();
    all_of(ages.iter().filter(|&&age| age <= schedule.start_age || age > end).map(|age| {
        let accepted = format!("an age from {} to {end}", schedule.start_age + 1);
        Err(Error::invalid("run.key_ages", age, accepted))
    }))?;
    Ok(ages.into_iter().map(|age| age - schedule.start_age - 1).collect())
}
