//! The break-even premium of a sleeve: how much more its assets would have to return a year, before their fees, for a
//! policy to be as good as the baseline after every fee and friction.

use crate::engine::inputs::{Inputs, Settings};
use crate::engine::outcome::{Comparison, Estimate};
use crate::engine::plan::Plan;
use crate::engine::premium_search::{Premium, Trial, search};
use crate::engine::run::{Progress, RunOptions, run};
use crate::error::{Error, ErrorKind, Result};
use crate::market::discount::required_illiquidity_premium;
use crate::market::{AssetClass, FeeStack, Market, ReturnMoments};
use crate::participant::Schedule;

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

/// The alternative assets of which a policy holds more than the baseline, by the mean of their target weights from the
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
/// * the baseline itself, or no such policy;
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
    check(inputs, policy, age, &sleeve)?;
    let pair = Inputs {
        policies: vec![inputs.policies[0].clone(), inputs.policies[policy].clone()],
        settings: Settings {
            key_ages: vec![age],
            attribution: false,
            sustainable_rate: false,
            ..inputs.settings.clone()
        },
        ..inputs.clone()
    };
    let differences = |inputs: &Inputs| -> Result<[Estimate; 2]> {
        let outcome = run(&Plan::compile(inputs)?, options, progress)?;
        Ok(outcome.comparisons.first().map_or([NOT_KNOWN; 2], |comparison| at_age(comparison, age)))
    };
    let start = differences(&pair)?;
    let mut trials = vec![Trial { shift: 0.0, differences: start }];
    let mut evaluate =
        |shift: f64| match shifted(&pair, &sleeve, shift).and_then(|inputs| differences(&inputs)) {
            Ok(found) => Ok(Some(found)),
            // A mean that the model cannot have is the end of the bracket; the inputs themselves were accepted.
            Err(error) if error.kind() == ErrorKind::Input => Ok(None),
            Err(error) => Err(error),
        };
    let median = search(&mut trials, 0, &mut evaluate)?;
    let mean = search(&mut trials, 1, &mut evaluate)?;
    Ok(BreakEvenPremium {
        policy,
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

fn schedule_of(inputs: &Inputs) -> Result<Schedule> {
    inputs.market.clone().validated().map_err(|error| error.within("market"))?;
    inputs.participant.schedule(inputs.settings.steps_per_year).map_err(|error| error.within("participant"))
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

fn check(inputs: &Inputs, policy: usize, age: u32, sleeve: &[SleeveAsset]) -> Result<()> {
    let key = &inputs.policies[policy].key;
    if policy == 0 {
        let accepted = "a policy other than the baseline, the first one";
        return Err(Error::invalid("policy", format_args!("`{key}`"), accepted));
    }
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
    let (Some(baseline), Some(chosen)) = (inputs.policies.first(), inputs.policies.get(policy)) else {
        let accepted = format!("an index below {}, the number of policies", inputs.policies.len());
        return Err(Error::invalid("policy", policy, accepted));
    };
    if [baseline, chosen].iter().any(|policy| policy.allocation.assets() != assets.len()) {
        let accepted = format!("a weight for each of the {} assets", assets.len());
        return Err(Error::invalid("policy", format_args!("`{}`", chosen.key), accepted));
    }
    // Weights of the middle of each year.
    let years: Vec<f64> = (schedule.start_age..age).map(|year| f64::from(year) + 0.5).collect();
    let mut excess = vec![0.0; assets.len()];
    for year in &years {
        let (ours, theirs) = (chosen.allocation.at(*year), baseline.allocation.at(*year));
        for (sum, (ours, theirs)) in excess.iter_mut().zip(ours.iter().zip(&theirs)) {
            *sum += (ours - theirs) / years.len() as f64;
        }
    }
    let more = |k: &usize| assets[*k].class == AssetClass::Alternative && excess[*k] > 1e-9;
    Ok((0..assets.len()).filter(more).map(|k| sleeve_asset(inputs, k, excess[k])).collect())
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

/// The inputs with another mean return of the sleeve's assets.
fn shifted(inputs: &Inputs, sleeve: &[SleeveAsset], shift: f64) -> Result<Inputs> {
    let mut inputs = inputs.clone();
    for place in sleeve.iter().map(|asset| asset.asset) {
        inputs.market.assets[place].moments = moments_shifted(&inputs.market, place, shift)?;
    }
    Ok(inputs)
}

/// A dollar of assets carries `1/(1 − L)` of the return of a dollar of the fund, so less is added to them. A point of a real return
/// is more than a point of the nominal one, by the growth of prices.
fn moments_shifted(market: &Market, place: usize, shift: f64) -> Result<ReturnMoments> {
    let asset = &market.assets[place];
    let equity = asset.vehicle.leverage.map_or(1.0, |leverage| 1.0 - leverage.debt_share);
    let of_prices = (1.0 + market.nominal_moments(place, 1.0).mean()) / (1.0 + asset.moments.mean());
    let added = if asset.real { shift / of_prices } else { equity * shift };
    ReturnMoments::from_simple(asset.moments.mean() + added, asset.moments.volatility())
}
