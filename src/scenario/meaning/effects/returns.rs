//! Keys of the return model: volatility haircut, regimes, figures of series that do not move or come from a table.

use crate::market::{RegimeParameters, ReturnModel, VolatilityHaircut};
use crate::scenario::meaning::effects::subject::{Subject, names};
use crate::scenario::meaning::findings::Findings;
use crate::scenario::wire::{AssetTable, NumberBySeries};

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    volatility_haircut(subject, findings);
    still_series(subject, findings);
    match &subject.market.model {
        ReturnModel::Regimes(parameters) => regimes(subject, parameters, findings),
        model if model.history().is_some() => figures_beside_a_table(subject, findings),
        _ => {}
    }
}

/// A level raises what says its factors; a factor raises what has a volatility.
fn volatility_haircut(subject: &Subject<'_>, findings: &mut Findings) {
    let key = "market.frictions.volatility_haircut";
    match &subject.market.frictions.volatility_haircut {
        VolatilityHaircut::Level(0) => {}
        VolatilityHaircut::Level(level) => {
            let says =
                |key: &str| subject.table.asset.get(key).is_some_and(|t| t.volatility_levels.is_some());
            let silent = subject.held().map(|(_, asset)| asset);
            let silent = silent.filter(|a| subject.is_own(a) && subject.moves(&a.key) && !says(&a.key));
            if let Some(keys) = names(silent) {
                findings.warn(format!(
                    "{key} = {level} has no effect on {keys}: an asset of one's own has the factor 1 at every level unless \
                     its volatility_levels say otherwise"
                ));
            }
        }
        VolatilityHaircut::Factors(factors) => {
            for asset in
                factors.iter().filter(|(asset, f)| **f != 1.0 && !subject.moves(asset)).map(|(k, _)| k)
            {
                findings.warn(format!("{key}.{asset} has no effect: {asset} has no volatility"));
            }
        }
    }
}

/// Figures of how a series moves with others and over time, of series that do not move.
fn still_series(subject: &Subject<'_>, findings: &mut Findings) {
    let table = subject.table;
    let mut keys: Vec<(String, &str)> = vec![];
    if let (ReturnModel::Garch(_), Some(garch)) = (&subject.market.model, &table.garch) {
        keys.extend(garch.series.keys().map(|key| (format!("market.garch.series.{key}"), key.as_str())));
    }
    if let (ReturnModel::Regimes(_), Some(regimes)) = (&subject.market.model, &table.regimes) {
        for (i, state) in regimes.state.iter().enumerate() {
            if let Some(NumberBySeries::BySeries(numbers)) = &state.volatility_factor {
                let at = |key: &String| format!("market.regimes.state[{i}].volatility_factor.{key}");
                keys.extend(numbers.keys().map(|key| (at(key), key.as_str())));
            }
            for (first, others) in &state.correlations {
                let at = |second: &str| format!("market.regimes.state[{i}].correlations.{first}.{second}");
                keys.extend(
                    others.keys().flat_map(|second| [(at(second), first.as_str()), (at(second), second)]),
                );
            }
        }
    }
    // Errors of expected returns may be correlated as returns are, also those of a return that is certain.
    if subject.market.overlays.parameter_uncertainty.is_none() {
        for (first, others) in &table.correlations {
            let pair = |second: &str| format!("market.correlations.{first}.{second}");
            // A pair that was left out of the matrix is told of where that was done.
            let stands =
                |second: &str, value: f64| value != 0.0 && subject.correlation(first, second) == value;
            let given = others.iter().filter(|(second, value)| stands(second, **value));
            let given = given.map(|(second, _)| second.as_str());
            keys.extend(given.flat_map(|second| [(pair(second), first.as_str()), (pair(second), second)]));
        }
    }
    for (key, series) in keys.into_iter().filter(|(_, series)| !subject.moves(series)) {
        findings.warn(format!("{key} has no effect: {series} has no volatility"));
    }
}

/// Assets that a crisis does not touch, without anybody having said so, and states that do nothing.
fn regimes(subject: &Subject<'_>, parameters: &RegimeParameters, findings: &mut Findings) {
    let usual = crate::scenario::wire::RegimesTable::default();
    let table = subject.table.regimes.as_ref().unwrap_or(&usual);
    if parameters.states.iter().all(|state| state.does_as(&parameters.states[0])) {
        findings.warn("market.regimes has no effect: its states are alike".into());
    }
    if parameters.risk_assets.len() == 1 {
        for (i, _) in table.state.iter().enumerate().filter(|(_, state)| state.stress_weight > 0.0) {
            findings.warn(format!(
                "market.regimes.state[{i}].stress_weight has no effect: it raises correlations of two risk assets, and there is \
                 one"
            ));
        }
    }
    if table.risk_assets.is_some() {
        return;
    }
    let by_name = |numbers: &Option<NumberBySeries>, key: &str| matches!(numbers, Some(NumberBySeries::BySeries(numbers)) if numbers.contains_key(key));
    let named = |key: &str| {
        table
            .state
            .iter()
            .any(|state| by_name(&state.volatility_factor, key) || by_name(&state.mean_shift, key))
    };
    let calm = subject.held().filter(|(place, asset)| {
        let key = asset.key.as_str();
        let is_known = parameters.risk_assets.contains(place) || RegimeParameters::CALM_ASSETS.contains(&key);
        !is_known && subject.moves(key) && !named(key)
    });
    if let Some(keys) = names(calm.map(|(_, asset)| asset)) {
        findings.warn(format!(
            "market.regimes does not count {keys} among the risk assets, because the model knows those by name only: name all \
             that fall together as market.regimes.risk_assets"
        ));
    }
}

/// Means, volatilities and correlations that a model takes from its table whatever the scenario says.
fn figures_beside_a_table(subject: &Subject<'_>, findings: &mut Findings) {
    let moments =
        |table: &AssetTable| table.mean.or(table.volatility).or(table.log_mean).or(table.log_sd).is_some();
    let mut keys: Vec<String> = subject
        .market
        .assets
        .iter()
        .filter(|asset| subject.table.asset.get(&asset.key).is_some_and(moments))
        .map(|asset| format!("market.asset.{}", asset.key))
        .collect();
    keys.extend(subject.table.inflation.as_ref().map(|_| "market.inflation".to_string()));
    for key in keys {
        findings.warn(format!(
            "mean and volatility of {key} do not move returns: under the model {} those come from the table",
            subject.market.model.name()
        ));
    }
    if !subject.table.correlations.is_empty() {
        findings.warn(format!(
            "market.correlations do not move returns: under the model {} those come from the table",
            subject.market.model.name()
        ));
    }
}
