//! What only the whole of the inputs can tell: the one place for it.

use crate::engine::inputs::{MAX_LIFETIMES, Settings};
use crate::error::{Error, Result, all_of};
use crate::market::Market;
use crate::policy::{Policy, Rebalancing};

/// The most policies of one simulation.
const MAX_POLICIES: usize = 64;

pub(super) fn check_settings(settings: &Settings) -> Result<()> {
    let lifetimes = if (1..=MAX_LIFETIMES).contains(&settings.lifetimes) {
        Ok(())
    } else {
        Err(Error::invalid("run.lifetimes", settings.lifetimes, format_args!("1 to {MAX_LIFETIMES}")))
    };
    let steps = if [1, 4, 12].contains(&settings.steps_per_year) {
        Ok(())
    } else {
        Err(Error::invalid("run.step", settings.steps_per_year, "1, 4 or 12 steps a year"))
    };
    all_of([lifetimes, steps])
}

/// Gates move and pay by the quarter.
pub(super) fn check_gates(market: &Market, steps_per_year: u32) -> Result<()> {
    let gated = market.assets.iter().any(|asset| asset.vehicle.gate.is_some());
    if market.frictions.gates && gated && steps_per_year < 4 {
        let accepted = "false in steps of a year, because gates pay by the quarter";
        return Err(Error::invalid("market.frictions.gates", true, accepted));
    }
    Ok(())
}

/// A model that has each possible lifetime once has no others.
pub(super) fn check_start_dates(settings: &Settings, market: &Market, years: u32) -> Result<()> {
    match market.model.start_dates(years) {
        Some(starts) if starts != settings.lifetimes => {
            let accepted =
                format!("{starts}: under the model {} every start date is one lifetime", market.model.name());
            Err(Error::invalid("run.lifetimes", settings.lifetimes, accepted))
        }
        _ => Ok(()),
    }
}

pub(super) fn check_policies(policies: &[Policy], market: &Market, steps_per_year: u32) -> Result<()> {
    let mut checks = vec![];
    if policies.is_empty() || policies.len() > MAX_POLICIES {
        let accepted = format!("1 to {MAX_POLICIES} policies");
        checks.push(Err(Error::invalid("policy", policies.len(), accepted)));
    }
    for (i, policy) in policies.iter().enumerate() {
        let at = |key: &str| format!("policy[{i}].{key}");
        if let Some(cap) = policy.drift_cap.filter(|cap| !(*cap >= 1.0 && cap.is_finite())) {
            checks.push(Err(Error::invalid(at("drift_cap"), cap, "a number of at least 1")));
        }
        if policies[..i].iter().any(|earlier| earlier.key == policy.key) {
            checks.push(Err(Error::invalid(at("key"), &policy.key, "different for each policy")));
        }
        if policy.allocation.assets() != market.assets.len() {
            let accepted = format!("a weight for each of the {} assets", market.assets.len());
            checks.push(Err(Error::invalid(at("weights"), policy.allocation.assets(), accepted)));
        }
        let (needed, name) = match policy.rebalancing {
            Rebalancing::Monthly => (12, "monthly"),
            Rebalancing::Quarterly => (4, "quarterly"),
            Rebalancing::Yearly | Rebalancing::Never | Rebalancing::Band(_) => (1, ""),
        };
        if !steps_per_year.is_multiple_of(needed) {
            let accepted = format!("no more frequent than the {steps_per_year} steps a year");
            checks.push(Err(Error::invalid(at("rebalance"), name, accepted)));
        }
        if let Rebalancing::Band(band) = policy.rebalancing
            && !(band > 0.0 && band < 1.0)
        {
            checks.push(Err(Error::invalid(at("rebalance.band"), band, "between 0 and 1")));
        }
    }
    all_of(checks)
}
