//! What happens on top of the return model, for the conventions of a summary.

use serde_json::{Map, Value, json};

use crate::market::{Crashes, ErrorCorrelation, Managers, Overlays, ParameterUncertainty};

/// The overlays as an object, empty if there are none.
pub(super) fn overlays(overlays: &Overlays) -> Value {
    let losses = overlays.permanent_loss.iter();
    let losses =
        losses.map(|(key, loss)| (key.clone(), json!({ "hazard_a_year": loss.hazard, "loss": loss.loss })));
    let losses = json!({
        "assets": losses.collect::<Map<_, _>>(),
        "moments": "not compensated: beside the stated return",
    });
    let parts = [
        ("crashes", overlays.crashes.as_ref().map(crashes)),
        ("permanent_loss", (!overlays.permanent_loss.is_empty()).then_some(losses)),
        ("parameter_uncertainty", overlays.parameter_uncertainty.as_ref().map(uncertainty)),
        ("managers", overlays.managers.as_ref().map(managers)),
    ];
    let present = parts.into_iter().filter_map(|(key, value)| Some((key.to_string(), value?)));
    Value::Object(present.collect())
}

fn crashes(crashes: &Crashes) -> Value {
    let jumps = crashes.assets.iter();
    let jumps = jumps.map(|(key, jump)| (key.clone(), json!({ "mean": jump.mean, "sd": jump.sd })));
    json!({
        "crashes_a_year": crashes.intensity,
        "correlation_of_jumps": crashes.correlation,
        "log_jumps": jumps.collect::<Map<_, _>>(),
        "moments": "annual arithmetic mean and volatility of each asset kept as stated",
    })
}

fn uncertainty(uncertainty: &ParameterUncertainty) -> Value {
    json!({
        "scale": uncertainty.scale,
        "sd_of_log_return_a_year": uncertainty.sd,
        "correlation": match uncertainty.correlation {
            ErrorCorrelation::Returns => json!("that of the log returns"),
            ErrorCorrelation::Constant(value) => json!(value),
        },
        "moments": "one year's arithmetic mean kept; the mean over decades rises",
        "provenance": uncertainty.provenance(),
    })
}

fn managers(managers: &Managers) -> Value {
    let spreads = managers.assets.iter();
    let spreads =
        spreads.map(|(key, spread)| (key.clone(), json!({ "sd": spread.sd, "shift": spread.shift() })));
    json!({
        "vintage_years": managers.vintage_years,
        "persistence": managers.persistence,
        "correlation_between_assets": managers.correlation,
        "log_return_a_year": spreads.collect::<Map<_, _>>(),
        "skill": "the mean of the persistent parts of all dispersed assets, over its standard deviation; percentiles \
                  are among the managers that the stated selection reaches",
        "provenance": managers.provenance(),
    })
}
