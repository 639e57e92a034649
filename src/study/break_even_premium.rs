//! The break-even premium of a sleeve: how much more its assets would have to return a year, before their fees, for a
//! policy to be as good as the baseline after every fee and friction.

use crate::engine::Inputs;
use crate::engine::Plan;
use crate::engine::{Comparison, Estimate};
use crate::engine::{Progress, RunOptions, run};
use crate::error::{Error, Result};
use crate::market::discount::required_illiquidity_premium;
use crate::market::{AssetClass, FeeStack};
use crate::participant::Schedule;
use crate::study::premium_search::{FINE, Premium, Trial, search};
use crate::study::shift::{more_held, pair_at, schedule_of, shifted, within_range};

/// An asset of which a policy holds more than the baseline does, and what is known of its costs.
#[derive(Clone, Debug, PartialEq)]
pub struct SleeveAsset {
    /// Its place in the market.
    pub asset: usize,
    /// Its key.
    pub key: String,
    /// Mean target weight from the start to the age in question, less that of the baseline.
    pub weight: f64,
    /// All fees charged in a year: fixed ones and the expected profit share; see [`FeeStack`].
    pub fees: f64,
    /// The illiquidity premium that the assumptions name, part of the mean already.
    pub assumed_premium: Option<f64>,
    /// The premium that an investor asks for who waits as long as its seller, of
    /// [`required_illiquidity_premium`]; 0 for a liquid asset.
    pub required_premium: f64,
}

/// What the assets of a sleeve must return for a policy to break even with the baseline.
///
/// Premiums are points of the nominal arithmetic mean of a year (0.01 is one per cent a year), the same for every asset of
/// the sleeve, added to its stated return before fees: of a fund that borrows, to the return of a dollar of its NAV. The
/// simple volatility of what it owns is held. A negative premium is what the sleeve may lose.
#[derive(Clone, Debug, PartialEq)]
pub struct BreakEvenPremium {
    /// The policy, as an index into the inputs' policies.
    pub policy: usize,
    /// The baseline: the policy that it is compared with.
    pub against: usize,
    /// The age (or year) at which balances are compared.
    pub age: u32,
    /// The number of lifetimes.
    pub lifetimes: u64,
    /// The premium at which the medians of the real balance are equal.
    pub median: Premium,
    /// The premium at which its means are equal.
    pub mean: Premium,
    /// Median of the policy less that of the baseline without any premium, dollars of the start.
    pub median_difference: Estimate,
    /// The same of the means.
    pub mean_difference: Estimate,
    /// What the sleeve holds.
    pub sleeve: Vec<SleeveAsset>,
    /// How many times the lifetimes were simulated.
    pub runs: usize,
}

impl BreakEvenPremium {
    /// The sleeve's mean weight.
    #[must_use]
    pub fn weight(&self) -> f64 {
        self.sleeve.iter().fold(0.0, |sum, asset| sum + asset.weight)
    }

    /// A figure of the sleeve's assets, weighted by their mean weights.
    #[must_use]
    pub fn weighted(&self, figure: impl Fn(&SleeveAsset) -> f64) -> f64 {
        self.sleeve.iter().fold(0.0, |sum, asset| sum + asset.weight * figure(asset)) / self.weight()
    }
}

/// The alternative assets of which a policy holds more than the one that it is compared with, by the mean of their target weights from the
/// start to `age` (retirement, or the end without one, if `None`).
///
/// # Errors
///
/// No such policy, an age that is not simulated, a market or participant whose figures do not fit together.
pub fn sleeve_of(inputs: &Inputs, policy: usize, age: Option<u32>) -> Result<Vec<SleeveAsset>> {
    let schedule = schedule_of(inputs)?;
    sleeve_until(inputs, policy, &schedule, age_of(&schedule, age)?)
}

/// Finds the break-even premiums of a policy at an age (retirement, or the end without one, if `None`).
///
/// Every trial simulates the same lifetimes with the sleeve's assets at another mean return, from −50 to +50 points; the
/// difference of the policies rises with it. The search is by secants within a bracket, and ends when a correction is below a
/// tenth of the premium's standard error or 0.1 basis points. That error is the paired standard error of the
/// difference at the root over its slope. Where the baseline holds some of the sleeve's assets too, its balance moves with them.
///
/// # Errors
///
/// * a policy that is compared with no other, or no such policy;
/// * a policy that holds no more of any alternative asset than the baseline;
/// * an age that is not simulated;
/// * a model that takes its returns from a table, where stated means play no part;
/// * everything that [`Plan::compile`] and [`run`] refuse.
pub fn break_even_premium(
    inputs: &Inputs,
    policy: usize,
    age: Option<u32>,
    options: &RunOptions,
    progress: &dyn Progress,
) -> Result<BreakEvenPremium> {
    let schedule = schedule_of(inputs)?;
    let age = age_of(&schedule, age)?;
    let sleeve = sleeve_until(inputs, policy, &schedule, age)?;
    let against = baseline(inputs, policy)?;
    check(inputs, policy, age, &sleeve)?;
    let pair = pair_at(inputs, (policy, against), age);
    let differences = |inputs: &Inputs| -> Result<[Estimate; 2]> {
        let outcome = run(&Plan::compile(inputs)?, options, progress)?;
        Ok(outcome.comparisons.first().map_or([NOT_KNOWN; 2], |comparison| at_age(comparison, age)))
    };
    let start = differences(&pair)?;
    let mut trials = vec![Trial { shift: 0.0, differences: start }];
    let places: Vec<usize> = sleeve.iter().map(|asset| asset.asset).collect();
    let mut evaluate =
        |shift: f64| within_range(shifted(&pair, &places, shift).and_then(|inputs| differences(&inputs)));
    let median = search(&mut trials, (0, FINE), &mut evaluate)?;
    let mean = search(&mut trials, (1, FINE), &mut evaluate)?;
    Ok(BreakEvenPremium {
        policy,
        against,
        age,
        lifetimes: inputs.settings.lifetimes,
        median,
        mean,
        median_difference: start[0],
        mean_difference: start[1],
        sleeve,
        runs: trials.len(),
    })
}

const NOT_KNOWN: Estimate = Estimate { value: f64::NAN, standard_error: f64::NAN };

/// Differences of median and mean at an age.
fn at_age(comparison: &Comparison, age: u32) -> [Estimate; 2] {
    let at = comparison.at.iter().find(|at| at.age == age);
    at.map_or([NOT_KNOWN; 2], |at| [at.percentile_differences[1], at.mean_difference])
}

fn age_of(schedule: &Schedule, age: Option<u32>) -> Result<u32> {
    let (first, end) = (schedule.start_age + 1, schedule.start_age + schedule.years);
    let retirement = schedule.retirement_year.map(|year| schedule.start_age + year);
    let age = age.or(retirement.filter(|age| (first..=end).contains(age))).unwrap_or(end);
    if (first..=end).contains(&age) {
        return Ok(age);
    }
    Err(Error::invalid(
        "age",
        age,
        format_args!("an age from {first} to {end}, at which balances are recorded"),
    ))
}

/// The policy with which another is compared.
fn baseline(inputs: &Inputs, policy: usize) -> Result<usize> {
    inputs.compared_with(policy)?.ok_or_else(|| {
        let key = inputs.policies.get(policy).map_or("", |policy| &policy.key);
        Error::invalid("policy", format_args!("`{key}`"), "a policy that is compared with another")
    })
}

fn check(inputs: &Inputs, policy: usize, age: u32, sleeve: &[SleeveAsset]) -> Result<()> {
    let key = &inputs.policies[policy].key;
    if inputs.market.model.history().is_some() {
        let accepted = "a model with the market's stated means: this one takes its returns from a table";
        return Err(Error::invalid("market.model", inputs.market.model.name(), accepted));
    }
    if sleeve.is_empty() {
        let accepted =
            format!("a policy that holds more of an alternative asset than the baseline does, up to {age}");
        return Err(Error::invalid("policy", format_args!("`{key}`"), accepted));
    }
    Ok(())
}

fn sleeve_until(inputs: &Inputs, policy: usize, schedule: &Schedule, age: u32) -> Result<Vec<SleeveAsset>> {
    let assets = &inputs.market.assets;
    let Some(chosen) = inputs.policies.get(policy) else {
        let accepted = format!("an index below {}, the number of policies", inputs.policies.len());
        return Err(Error::invalid("policy", policy, accepted));
    };
    let Some(against) = inputs.compared_with(policy)? else { return Ok(vec![]) };
    let baseline = &inputs.policies[against];
    if [baseline, chosen].iter().any(|policy| policy.allocation.assets() != assets.len()) {
        let accepted = format!("a weight for each of the {} assets", assets.len());
        return Err(Error::invalid("policy", format_args!("`{}`", chosen.key), accepted));
    }
    let more = more_held(inputs, (policy, against), schedule.start_age, age);
    let alternative = more.into_iter().filter(|(k, _)| assets[*k].class == AssetClass::Alternative);
    Ok(alternative.map(|(k, weight)| sleeve_asset(inputs, k, weight)).collect())
}

fn sleeve_asset(inputs: &Inputs, asset: usize, weight: f64) -> SleeveAsset {
    let market = &inputs.market;
    SleeveAsset {
        asset,
        key: market.assets[asset].key.clone(),
        weight,
        fees: FeeStack::of(market, asset, inputs.settings.steps_per_year as usize).charged,
        assumed_premium: market.assets[asset].illiquidity_premium,
        required_premium: required_illiquidity_premium(market.wait_years(asset)),
    }
}
