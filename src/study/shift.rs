//! A pair of policies under other mean returns of some assets: what studies of break-evens simulate.

use crate::engine::{Inputs, Settings};
use crate::error::{ErrorKind, Result};
use crate::market::{Market, ReturnMoments};
use crate::participant::Schedule;
use crate::policy::Policy;

/// The payments of the inputs' participant.
///
/// # Errors
///
/// A market or participant whose figures do not fit together.
pub(super) fn schedule_of(inputs: &Inputs) -> Result<Schedule> {
    inputs.market.clone().validated().map_err(|error| error.within("market"))?;
    inputs.participant.schedule(inputs.settings.steps_per_year).map_err(|error| error.within("participant"))
}

/// The inputs with two policies only, the other one first, compared at one age.
pub(super) fn pair_at(inputs: &Inputs, (policy, against): (usize, usize), age: u32) -> Inputs {
    let alone = |place: usize| Policy { against: None, ..inputs.policies[place].clone() };
    Inputs {
        policies: vec![alone(against), alone(policy)],
        settings: Settings {
            key_ages: vec![age],
            attribution: false,
            sustainable_rate: false,
            ..inputs.settings.clone()
        },
        ..inputs.clone()
    }
}

/// The assets of which a policy holds more than another, by the mean of their target weights from a start age to `age`: their
/// places, and how much more.
pub(super) fn more_held(
    inputs: &Inputs,
    (policy, against): (usize, usize),
    start_age: u32,
    age: u32,
) -> Vec<(usize, f64)> {
    let [ours, theirs] = [policy, against].map(|place| &inputs.policies[place].allocation);
    // Weights of the middle of each year.
    let years: Vec<f64> = (start_age..age).map(|year| f64::from(year) + 0.5).collect();
    let mut excess = vec![0.0; inputs.market.assets.len()];
    for year in &years {
        for (sum, (ours, theirs)) in excess.iter_mut().zip(ours.at(*year).iter().zip(&theirs.at(*year))) {
            *sum += (ours - theirs) / years.len() as f64;
        }
    }
    excess.into_iter().enumerate().filter(|(_, weight)| *weight > 1e-9).collect()
}

/// The inputs with another mean return of some assets.
///
/// # Errors
///
/// A mean that an asset cannot have.
pub(super) fn shifted(inputs: &Inputs, assets: &[usize], shift: f64) -> Result<Inputs> {
    let mut inputs = inputs.clone();
    for &place in assets {
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

/// What a trial found; `None` where its shift is one that the model cannot have: the end of the bracket, as the inputs
/// themselves were accepted.
///
/// # Errors
///
/// Everything else that went wrong.
pub(super) fn within_range<T>(found: Result<T>) -> Result<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == ErrorKind::Input => Ok(None),
        Err(error) => Err(error),
    }
}
