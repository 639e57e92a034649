//! The fund that holds an asset and what it costs: figures as written over those of an assumption set.

use crate::error::{Error, Problem, Result, all_of};
use crate::market::{
    Appraisal, FeeBasis, Fees, Gate, IncentiveFee, Leverage, ManagementBase, Smoothing, Vehicle,
};
use crate::scenario::wire::{AssetTable, FeeBasisWord, ManagementBaseWord};

/// The vehicle that the table describes over that of a set.
///
/// # Errors
///
/// Smoothing given in both ways.
pub(super) fn vehicle_from(table: &AssetTable, base: Option<&Vehicle>) -> Result<Vehicle> {
    let base = base.cloned().unwrap_or_default();
    Ok(Vehicle {
        appraisal: appraisal_from(table, base.appraisal)?,
        gate: table.gate.map_or(base.gate, |gate| {
            Some(Gate {
                cap_per_quarter: gate.cap_per_quarter,
                requests_mean: gate.requests_mean,
                requests_concentration: gate.requests_concentration,
            })
        }),
        nav_premium: table.nav_premium.unwrap_or(base.nav_premium),
        liquid_sleeve: table.liquid_sleeve.unwrap_or(base.liquid_sleeve),
        leverage: table.leverage.map_or(base.leverage, |leverage| {
            Some(Leverage { debt_share: leverage.debt_share, borrowing_rate: leverage.borrowing_rate })
        }),
    })
}

fn appraisal_from(table: &AssetTable, base: Option<Appraisal>) -> Result<Option<Appraisal>> {
    let smoothing = match (table.nav_smoothing, &table.nav_weights) {
        (Some(phi), Some(_)) => {
            return Err(Error::invalid(
                "nav_smoothing",
                phi,
                "left out beside nav_weights: one way or the other",
            ));
        }
        (Some(phi_per_quarter), None) => Some(Smoothing::FirstOrder { phi_per_quarter }),
        (None, Some(weights)) => Some(Smoothing::MovingAverage { weights: weights.clone() }),
        (None, None) => None,
    };
    if smoothing.is_none() && table.nav_lag_months.is_none() {
        return Ok(base);
    }
    let (old, old_lag) = base.map_or((Smoothing::FirstOrder { phi_per_quarter: 0.0 }, 0), |base| {
        (base.smoothing, base.lag_months)
    });
    let appraisal = Appraisal {
        smoothing: smoothing.unwrap_or(old),
        lag_months: table.nav_lag_months.unwrap_or(old_lag),
    };
    let appraisal = appraisal.validated()?;
    Ok(Some(appraisal).filter(|appraisal| !appraisal.is_exact()))
}

/// The fees that the table describes over those of a set.
///
/// # Errors
///
/// A base of the management fee without `base_per_nav`, or the other way round.
pub(super) fn fees_from(table: &AssetTable, base: Option<Fees>) -> Result<Fees> {
    let base = base.unwrap_or(Fees::NONE);
    let management_base = management_base(table, base.management_base);
    let incentive = table.incentive_fee.map(|fee| {
        let fee = IncentiveFee { rate: fee.rate, hurdle: fee.hurdle, catch_up: fee.catch_up };
        fee.validated().map_err(|error| error.within("incentive_fee"))
    });
    let (management_base, incentive) = match (management_base, incentive.transpose()) {
        (Ok(base), Ok(incentive)) => (base, incentive),
        (base, incentive) => {
            all_of([base.map(drop), incentive.map(drop)])?;
            (ManagementBase::Nav, None)
        }
    };
    Ok(Fees {
        management: table.management_fee.unwrap_or(base.management),
        management_base,
        incentive: incentive.or(base.incentive),
        wrapper: table.wrapper_fee.unwrap_or(base.wrapper),
        custody: table.custody_fee.unwrap_or(base.custody),
        basis: match table.fee_basis {
            Some(FeeBasisWord::Gross) => FeeBasis::Gross,
            Some(FeeBasisWord::NetInstitutional) => FeeBasis::NetInstitutional,
            None => base.basis,
        },
    })
}

fn management_base(table: &AssetTable, base: ManagementBase) -> Result<ManagementBase> {
    let per_nav = || {
        table.base_per_nav.ok_or_else(|| {
            let message =
                "is missing; a fee on commitments or invested dollars needs them for each dollar of NAV";
            Error::from(Problem { key: "base_per_nav".into(), message: message.into(), ..Problem::default() })
        })
    };
    match (table.management_base, table.base_per_nav) {
        (Some(ManagementBaseWord::Committed), _) => Ok(ManagementBase::Committed { per_nav: per_nav()? }),
        (Some(ManagementBaseWord::Invested), _) => Ok(ManagementBase::Invested { per_nav: per_nav()? }),
        (Some(ManagementBaseWord::Nav), None) => Ok(ManagementBase::Nav),
        (None, None) => Ok(base),
        (_, Some(per_nav)) => Err(Error::invalid(
            "base_per_nav",
            per_nav,
            "left out unless management_base is committed or invested",
        )),
    }
}
