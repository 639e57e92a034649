//! What a gain hangs on: how much less a year the assets that a policy holds more of may return until it is gone.

use crate::engine::Plan;
use crate::engine::{COMPARED_PERCENTILES, Comparison, Estimate, Outcome};
use crate::engine::{Inputs, Settings};
use crate::engine::{Progress, RunOptions, run};
use crate::error::Result;
use crate::market::AssetClass;
use crate::study::premium_search::{COARSE, Premium, Trial, search};
use crate::study::shift::{more_held, pair_at, schedule_of, shifted, within_range};

/// From how many standard errors a difference counts as one: several policies are compared in several figures at once.
pub const SURE: f64 = 3.0;

/// The most lifetimes of a trial: enough for a break-even to a few tenths of a point.
const MOST_LIFETIMES: u64 = 10_000;

/// Of whom a probability of ruin is told where policies are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuinOf {
    /// All lifetimes that begin, ruined at any time while alive.
    Lifetimes,
    /// Those still alive at the age of the comparison, ruined by then.
    Alive,
}

/// A figure in which one policy may be better than another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gain {
    /// The median real balance.
    Median,
    /// Its 5th percentile: the unlucky.
    Unlucky,
    /// The probability of ruin, of which less is better.
    Ruin,
}

impl Gain {
    /// Every figure, in the order in which it is told.
    pub const ALL: [Self; 3] = [Self::Median, Self::Unlucky, Self::Ruin];

    /// How much better a policy is at an age in this figure; `None` if nothing is known of it.
    #[must_use]
    pub fn of(self, comparison: &Comparison, age: u32, ruin_of: RuinOf) -> Option<Estimate> {
        let at = comparison.at.iter().find(|at| at.age == age)?;
        let percentile = |probability: f64| {
            let place = COMPARED_PERCENTILES.iter().position(|&p| p == probability)?;
            Some(at.percentile_differences[place])
        };
        let less = |ruin: Estimate| Estimate { value: 0.0 - ruin.value, ..ruin };
        match (self, ruin_of) {
            (Self::Median, _) => percentile(0.5),
            (Self::Unlucky, _) => percentile(0.05),
            (Self::Ruin, RuinOf::Lifetimes) => comparison.ruin_difference.map(less),
            (Self::Ruin, RuinOf::Alive) => at.ruin_difference_if_alive.map(less),
        }
    }

    /// The name in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Median => "median",
            Self::Unlucky => "percentile_5",
            Self::Ruin => "ruin",
        }
    }
}

/// What the gains of a policy over the one that it is compared with hang on.
///
/// The drivers are the alternative assets of which it holds more (all assets of which it holds more if there is no
/// alternative among them). Trials simulate the same lifetimes, the first 10,000 at most, with the arithmetic mean return of
/// all drivers shifted by the same points a year, their simple volatility held.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// The policy, as an index into the inputs' policies.
    pub policy: usize,
    /// The policy that it is compared with.
    pub against: usize,
    /// The age at which balances are compared.
    pub age: u32,
    /// The places of the drivers in the market.
    pub drivers: Vec<usize>,
    /// Lifetimes of each trial.
    pub lifetimes: u64,
    /// For each sure gain, the shift at which it is gone.
    pub ends: Vec<(Gain, Premium)>,
}

/// What the sure gains of every policy hang on, in the order of the outcome's comparisons; none under a model that takes its
/// returns from a table, where means play no part, and none for a policy without a sure gain.
///
/// # Errors
///
/// Everything that [`Plan::compile`] and [`run`] refuse.
pub fn conditions(
    inputs: &Inputs,
    outcome: &Outcome,
    (age, ruin_of): (u32, RuinOf),
    options: &RunOptions,
    progress: &dyn Progress,
) -> Result<Vec<Condition>> {
    if inputs.market.model.history().is_some() {
        return Ok(vec![]);
    }
    let mut found = vec![];
    for comparison in &outcome.comparisons {
        found.extend(condition(inputs, comparison, (age, ruin_of), options, progress)?);
    }
    Ok(found)
}

/// The places of the assets that drive what a policy gains over another: the alternatives of which it holds more; where there is
/// none, what it holds more of and whose mean is above that of what it holds less of.
///
/// # Errors
///
/// A market or participant whose figures do not fit together.
pub fn drivers(inputs: &Inputs, (policy, against): (usize, usize), age: u32) -> Result<Vec<usize>> {
    let start_age = schedule_of(inputs)?.start_age;
    let until = age.max(start_age + 1);
    let market = &inputs.market;
    let more = more_held(inputs, (policy, against), start_age, until);
    let alternatives =
        more.iter().filter(|(place, _)| market.assets[*place].class == AssetClass::Alternative);
    let alternatives: Vec<usize> = alternatives.map(|(place, _)| *place).collect();
    if !alternatives.is_empty() {
        return Ok(alternatives);
    }
    let less = more_held(inputs, (against, policy), start_age, until);
    let mean = |place: usize| market.nominal_moments(place, 1.0).mean();
    let weight = less.iter().fold(0.0, |sum, (_, weight)| sum + weight);
    let given_up = less.iter().fold(0.0, |sum, (place, weight)| sum + weight * mean(*place)) / weight;
    let adds = more.iter().map(|(place, _)| *place).filter(|&place| mean(place) > given_up);
    Ok(adds.collect())
}

fn condition(
    inputs: &Inputs,
    comparison: &Comparison,
    (age, ruin_of): (u32, RuinOf),
    options: &RunOptions,
    progress: &dyn Progress,
) -> Result<Option<Condition>> {
    let (policy, against) = (comparison.policy, comparison.against);
    let is_sure = |gain: &Gain| {
        gain.of(comparison, age, ruin_of).is_some_and(|gain| gain.value > SURE * gain.standard_error)
    };
    let gains: Vec<Gain> = Gain::ALL.into_iter().filter(is_sure).collect();
    let drivers = drivers(inputs, (policy, against), age)?;
    if gains.is_empty() || drivers.is_empty() {
        return Ok(None);
    }
    let lifetimes = inputs.settings.lifetimes.min(MOST_LIFETIMES);
    let pair = pair_at(inputs, (policy, against), age);
    let pair = Inputs { settings: Settings { lifetimes, ..pair.settings.clone() }, ..pair };
    let differences = |inputs: &Inputs| -> Result<[Estimate; 3]> {
        let outcome = run(&Plan::compile(inputs)?, options, progress)?;
        let unknown = Estimate { value: f64::NAN, standard_error: f64::NAN };
        let comparison = outcome.comparisons.first();
        Ok(Gain::ALL.map(|gain| comparison.and_then(|found| gain.of(found, age, ruin_of)).unwrap_or(unknown)))
    };
    let mut trials = vec![Trial { shift: 0.0, differences: differences(&pair)? }];
    let mut evaluate =
        |shift: f64| within_range(shifted(&pair, &drivers, shift).and_then(|inputs| differences(&inputs)));
    let mut ends = vec![];
    for gain in gains {
        ends.push((gain, search(&mut trials, (gain as usize, COARSE), &mut evaluate)?));
    }
    Ok(Some(Condition { policy, against, age, drivers, lifetimes, ends }))
}
