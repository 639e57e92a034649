//! One asset, and inflation: figures as written over figures from an assumption set.

use crate::error::{Error, Problem, Result};
use crate::market::{Asset, AssetClass, HalfSpread, Liquidity, ReturnMoments};
use crate::scenario::meaning::vehicle::{fees_from, vehicle_from};
use crate::scenario::wire::{AssetClassWord, AssetTable, HalfSpreadValue, InflationTable};

/// The asset that `table` describes, over the figures of `base` if there is one.
///
/// # Errors
///
/// A figure that is missing, contradicts another or is out of range, with its key in the table.
pub(in crate::scenario) fn asset_from(key: &str, table: &AssetTable, base: Option<&Asset>) -> Result<Asset> {
    let written = Moments {
        mean: table.mean,
        volatility: table.volatility,
        log_mean: table.log_mean,
        log_sd: table.log_sd,
    };
    let parts = (
        written.of_asset(table.real, base),
        liquidity_from(table, base),
        fees_from(table, base.map(|asset| asset.fees)),
        vehicle_from(table, base.map(|asset| &asset.vehicle)),
    );
    let (Ok((moments, real)), Ok(liquidity), Ok(fees), Ok(vehicle)) = parts else {
        let (moments, liquidity, fees, vehicle) = parts;
        crate::error::all_of([moments.map(drop), liquidity.map(drop), fees.map(drop), vehicle.map(drop)])?;
        return Err(Error::input(vec![]));
    };
    Asset {
        key: key.to_string(),
        name: table.name.clone().or(base.map(|asset| asset.name.clone())).unwrap_or_else(|| in_words(key)),
        moments,
        real,
        class: table.class.map(class).or(base.map(|asset| asset.class)).unwrap_or(AssetClass::Public),
        liquidity,
        volatility_levels: table
            .volatility_levels
            .or(base.map(|asset| asset.volatility_levels))
            .unwrap_or([1.0; 3]),
        fees,
        vehicle,
        illiquidity_premium: table.illiquidity_premium.or(base.and_then(|asset| asset.illiquidity_premium)),
        provenance: provenance(
            table.provenance.as_deref(),
            base.map(|asset| asset.provenance.as_str()),
            &changes(table),
        ),
        interest: interest(table, base, written),
    }
    .validated()
}

/// What the giver of the return stands to gain: as written, or that of the set while its return stands.
fn interest(table: &AssetTable, base: Option<&Asset>, written: Moments) -> Option<String> {
    let inherited = base.and_then(|asset| asset.interest.clone()).filter(|_| written.names().is_empty());
    let own = table.interest.as_deref().map(|text| text.trim().to_string());
    own.or(inherited).filter(|text| !text.is_empty())
}

/// Inflation and where its figures come from, over those of an assumption set.
///
/// # Errors
///
/// As [`asset_from`].
pub(in crate::scenario) fn inflation_from(
    table: &InflationTable,
    base: Option<(ReturnMoments, &str)>,
) -> Result<(ReturnMoments, String)> {
    let written = Moments {
        mean: table.mean,
        volatility: table.volatility,
        log_mean: table.log_mean,
        log_sd: table.log_sd,
    };
    let moments = written.over(base.map(|(moments, _)| moments))?;
    let changed = written.names();
    Ok((moments, provenance(table.provenance.as_deref(), base.map(|(_, text)| text), &changed)))
}

/// The moments of a return as written: in simple terms or in logs.
#[derive(Clone, Copy)]
struct Moments {
    mean: Option<f64>,
    volatility: Option<f64>,
    log_mean: Option<f64>,
    log_sd: Option<f64>,
}

impl Moments {
    fn names(self) -> Vec<&'static str> {
        let given = [
            ("mean", self.mean),
            ("volatility", self.volatility),
            ("log_mean", self.log_mean),
            ("log_sd", self.log_sd),
        ];
        given.into_iter().filter(|(_, value)| value.is_some()).map(|(name, _)| name).collect()
    }

    /// The moments of an asset, and whether they are those of its real return.
    fn of_asset(self, real: Option<bool>, base: Option<&Asset>) -> Result<(ReturnMoments, bool)> {
        let of_base = base.is_some_and(|base| base.real);
        let real = real.unwrap_or(of_base);
        let whole = (self.mean.is_some() && self.volatility.is_some())
            || (self.log_mean.is_some() && self.log_sd.is_some());
        if base.is_some() && real != of_base && !whole {
            let words = |real: bool| if real { "real" } else { "nominal" };
            let accepted = format!(
                "{of_base}, or with mean and volatility (or log_mean and log_sd) of its {} return beside it: the set's figures \
                 are {}",
                words(real),
                words(of_base)
            );
            return Err(Error::invalid("real", real, accepted));
        }
        Ok((self.over(base.map(|asset| asset.moments))?, real))
    }

    fn over(self, base: Option<ReturnMoments>) -> Result<ReturnMoments> {
        let simple = self.mean.is_some() || self.volatility.is_some();
        let logs = self.log_mean.is_some() || self.log_sd.is_some();
        match (simple, logs, base) {
            (true, true, _) => Err(both_ways(self)),
            (false, false, Some(base)) => Ok(base),
            (_, true, base) => {
                let log_mean = given("log_mean", self.log_mean, base.map(ReturnMoments::log_mean));
                let log_sd = given("log_sd", self.log_sd, base.map(ReturnMoments::log_sd));
                ReturnMoments::from_log(log_mean?, log_sd?)
            }
            (_, false, base) => {
                let mean = given("mean", self.mean, base.map(ReturnMoments::mean));
                let volatility = given("volatility", self.volatility, base.map(ReturnMoments::volatility));
                ReturnMoments::from_simple(mean?, volatility?)
            }
        }
    }
}

fn both_ways(moments: Moments) -> Error {
    let key = if moments.log_mean.is_some() { "log_mean" } else { "log_sd" };
    let message = "stands beside mean or volatility; give mean and volatility, or log_mean and log_sd".into();
    Error::from(Problem { key: key.into(), message, ..Problem::default() })
}

fn given(key: &str, written: Option<f64>, base: Option<f64>) -> Result<f64> {
    written.or(base).ok_or_else(|| {
        let message = "is missing; give mean and volatility (or log_mean and log_sd), or name a set with \
                       market.assumptions that has this asset";
        Error::from(Problem { key: key.into(), message: message.into(), ..Problem::default() })
    })
}

fn liquidity_from(table: &AssetTable, base: Option<&Asset>) -> Result<Liquidity> {
    match (table.half_spread, table.haircut_scale, base) {
        (Some(_), Some(scale), _) => Err(Error::invalid(
            "haircut_scale",
            scale,
            "left out beside half_spread: an asset is liquid or illiquid",
        )),
        (_, Some(haircut_scale), _) => Ok(Liquidity::Illiquid { haircut_scale }),
        (Some(HalfSpreadValue::Constant(half_spread)), ..) => {
            crate::error::require_in_range("half_spread", half_spread, 0.0, 0.5)?;
            Ok(Liquidity::Liquid { half_spread: HalfSpread::constant(half_spread) })
        }
        (Some(HalfSpreadValue::ByStress(by)), ..) => {
            let half_spread = HalfSpread { normal: by.normal, stress: by.stress, crisis: by.crisis };
            Ok(Liquidity::Liquid { half_spread })
        }
        (None, None, Some(base)) => Ok(base.liquidity),
        (None, None, None) => Ok(Liquidity::Liquid { half_spread: HalfSpread::constant(0.0) }),
    }
}

fn class(word: AssetClassWord) -> AssetClass {
    match word {
        AssetClassWord::Public => AssetClass::Public,
        AssetClassWord::Alternative => AssetClass::Alternative,
    }
}

/// The figures that the table gives itself, by key.
fn changes(table: &AssetTable) -> Vec<&'static str> {
    [
        ("mean", table.mean.is_some()),
        ("volatility", table.volatility.is_some()),
        ("log_mean", table.log_mean.is_some()),
        ("log_sd", table.log_sd.is_some()),
        ("real", table.real.is_some()),
        ("volatility_levels", table.volatility_levels.is_some()),
        ("management_fee", table.management_fee.is_some()),
        ("wrapper_fee", table.wrapper_fee.is_some()),
        ("fee_basis", table.fee_basis.is_some()),
        ("management_base", table.management_base.is_some()),
        ("incentive_fee", table.incentive_fee.is_some()),
        ("custody_fee", table.custody_fee.is_some()),
        ("nav_smoothing", table.nav_smoothing.is_some()),
        ("nav_weights", table.nav_weights.is_some()),
        ("nav_lag_months", table.nav_lag_months.is_some()),
        ("nav_premium", table.nav_premium.is_some()),
        ("gate", table.gate.is_some()),
        ("liquid_sleeve", table.liquid_sleeve.is_some()),
        ("leverage", table.leverage.is_some()),
        ("half_spread", table.half_spread.is_some()),
        ("haircut_scale", table.haircut_scale.is_some()),
        ("illiquidity_premium", table.illiquidity_premium.is_some()),
    ]
    .into_iter()
    .filter(|(_, given)| *given)
    .map(|(name, _)| name)
    .collect()
}

/// The written provenance, or the set's with a note on what the scenario changed.
fn provenance(written: Option<&str>, base: Option<&str>, changed: &[&str]) -> String {
    match (written, base) {
        (Some(text), _) => text.trim().to_string(),
        (None, Some(base)) if changed.is_empty() => base.to_string(),
        (None, Some(base)) => format!("the scenario's own {}; the rest: {base}", changed.join(", ")),
        (None, None) => "the scenario's own figures".into(),
    }
}

/// `private_equity` as "Private equity".
pub(super) fn in_words(key: &str) -> String {
    let words = key.replace(['_', '-'], " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
