//! What happens on top of the return model.

use decumulus::market::{
    Crashes, ErrorCorrelation, Managers, Overlays, ParameterUncertainty, PermanentLoss, Selection,
};

use super::lines::{item, percent};

/// The overlays of a market or of a set; empty if there are none.
pub(in crate::cli) fn text(overlays: &Overlays) -> String {
    let mut text = String::new();
    if let Some(crashes) = &overlays.crashes {
        text += &item("crashes", &of_crashes(crashes));
    }
    for (key, PermanentLoss { hazard, loss }) in &overlays.permanent_loss {
        let what = format!(
            "{key} loses {} of its value with a probability of {} a year, beside its stated return",
            percent(*loss),
            percent(*hazard)
        );
        text += &item("permanent loss", &what);
    }
    if let Some(uncertainty) = &overlays.parameter_uncertainty {
        text += &item("expected returns", &of_uncertainty(uncertainty));
        text += &item("their source", &uncertainty.provenance());
    }
    if let Some(managers) = &overlays.managers {
        text += &item("managers", &of_managers(managers));
        text += &item("their source", &managers.provenance());
    }
    if text.is_empty() { text } else { format!("On top of the return model\n{text}") }
}

fn of_crashes(crashes: &Crashes) -> String {
    let jumps: Vec<String> = crashes
        .assets
        .iter()
        .map(|(key, jump)| format!("{key} log jump {:.2} ± {:.2}", jump.mean, jump.sd))
        .collect();
    format!(
        "{} a year for all at once, sizes correlated {}; {}; annual mean and volatility of each stay as stated",
        crashes.intensity,
        crashes.correlation,
        jumps.join(", ")
    )
}

fn of_uncertainty(uncertainty: &ParameterUncertainty) -> String {
    let correlation = match uncertainty.correlation {
        ErrorCorrelation::Returns => "as returns are".to_string(),
        ErrorCorrelation::Constant(value) => format!("{value}"),
    };
    let errors: Vec<String> =
        uncertainty.sd.keys().map(|key| format!("{key} {}", percent(uncertainty.sd_of(key)))).collect();
    format!(
        "drawn once a lifetime with standard deviations a year of {}; correlated {correlation}; one year's mean stays, \
         over decades mean wealth rises and its fan widens",
        errors.join(", ")
    )
}

fn of_managers(managers: &Managers) -> String {
    let spreads: Vec<String> = managers
        .assets
        .iter()
        .map(|(key, spread)| {
            let selection = match spread.selection {
                Selection::Deviations(0.0) | Selection::LogReturn(0.0) => String::new(),
                _ => format!(" and {} from selection", percent(spread.shift())),
            };
            format!("{key} ± {}{selection}", percent(spread.sd))
        })
        .collect();
    format!(
        "new ones every {} years, correlated {} with those before and {} between assets in what lasts; log return a \
         year: {}",
        managers.vintage_years,
        managers.persistence,
        managers.correlation,
        spreads.join(", ")
    )
}
