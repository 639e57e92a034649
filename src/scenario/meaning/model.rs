//! `market.model`: the return model by name, with the parameters of its own table.

use std::collections::BTreeMap;

use crate::market::{
    GarchCoefficients, GarchCorrelation, GarchParameters, HistoricalOf, Ingredients, Market, Model, Regime,
    RegimeParameters, ReturnModel,
};
use crate::scenario::companions::Companions;
use crate::scenario::meaning::findings::Findings;
use crate::scenario::meaning::{bootstrap, history};
use crate::scenario::wire::{
    GarchCorrelationWord, GarchTable, MarketTable, NumberBySeries, RegimeTable, RegimesTable,
};

/// The model for a market of these assets.
pub(super) fn build(
    table: &MarketTable,
    assets: &[String],
    companions: &Companions<'_>,
    findings: &mut Findings,
) -> Option<ReturnModel> {
    let name = table.model.as_deref().unwrap_or("lognormal");
    warn_of_unused(table, name, findings);
    match name {
        "lognormal" => Some(ReturnModel::Lognormal),
        "student_t" => {
            let degrees_of_freedom = table.student_t.as_ref().map_or_else(
                || crate::market::DEFAULT_DEGREES_OF_FREEDOM,
                |student_t| student_t.degrees_of_freedom,
            );
            Some(ReturnModel::StudentT { degrees_of_freedom })
        }
        "garch" => {
            let usual = GarchTable::default();
            garch(table.garch.as_ref().unwrap_or(&usual), assets, findings).map(ReturnModel::Garch)
        }
        "regimes" => {
            let usual = RegimesTable::default();
            regimes(table.regimes.as_ref().unwrap_or(&usual), assets, findings).map(ReturnModel::Regimes)
        }
        "bootstrap" => {
            let history = history::build(table, assets, companions, findings);
            bootstrap::build(table.bootstrap.as_ref(), history?, findings)
        }
        "historical" => {
            let history = history::build(table, assets, companions, findings)?;
            let wrap = table.historical.as_ref().is_some_and(|table| table.wrap);
            Some(ReturnModel::Historical(Box::new(HistoricalOf { history, wrap })))
        }
        unknown => {
            findings.unknown("market.model", unknown, "a return model", ReturnModel::NAMES);
            None
        }
    }
}

/// Whether the model can be had for the length of the steps, with the volatility haircut and without it.
pub(super) fn check_compiles(market: &Market, steps_per_year: u32, findings: &mut Findings) {
    let none = vec![0.0; market.assets.len()];
    let headline = vec![1.0; market.assets.len()];
    for factors in [market.volatility_factors(), headline] {
        let ingredients = Ingredients::new(market, steps_per_year as usize, &factors, &none);
        if findings.take("market", Model::compile(&ingredients)).is_none() {
            return;
        }
    }
}

/// Tables of models that are not chosen do nothing.
fn warn_of_unused(table: &MarketTable, model: &str, findings: &mut Findings) {
    let given: [(&str, bool, &[&str]); 6] = [
        ("student_t", table.student_t.is_some(), &["student_t"]),
        ("garch", table.garch.is_some(), &["garch"]),
        ("regimes", table.regimes.is_some(), &["regimes"]),
        ("history", table.history.is_some(), &["bootstrap", "historical"]),
        ("bootstrap", table.bootstrap.is_some(), &["bootstrap"]),
        ("historical", table.historical.is_some(), &["historical"]),
    ];
    for (key, is_given, models) in given {
        if is_given && !models.contains(&model) {
            let wanted = models.join(" or ");
            findings.warn(format!("market.{key} has no effect: market.model is {model}, not {wanted}"));
        }
    }
}

/// The place of a series by key; inflation comes after the assets.
fn series(key: &str, at: &str, assets: &[String], findings: &mut Findings) -> Option<usize> {
    let known = assets.iter().map(String::as_str).chain(["inflation"]);
    let place = known.clone().position(|known| known == key);
    if place.is_none() {
        findings.unknown(at, key, "an asset of this market, or inflation", known);
    }
    place
}

fn garch(table: &GarchTable, assets: &[String], findings: &mut Findings) -> Option<GarchParameters> {
    let usual = GarchCoefficients { alpha: table.alpha, beta: table.beta };
    let mut coefficients = vec![usual; assets.len() + 1];
    let mut sound = true;
    for (key, own) in &table.series {
        match series(key, &format!("market.garch.series.{key}"), assets, findings) {
            Some(k) => {
                coefficients[k] = GarchCoefficients {
                    alpha: own.alpha.unwrap_or(usual.alpha),
                    beta: own.beta.unwrap_or(usual.beta),
                };
            }
            None => sound = false,
        }
    }
    let correlation = match table.correlation {
        GarchCorrelationWord::Constant => GarchCorrelation::Constant,
        GarchCorrelationWord::Dynamic => GarchCorrelation::Dynamic { a: table.dynamic.a, b: table.dynamic.b },
    };
    sound.then_some(GarchParameters { coefficients, correlation })
}

fn regimes(table: &RegimesTable, assets: &[String], findings: &mut Findings) -> Option<RegimeParameters> {
    let mut parameters = RegimeParameters::calm_and_crisis(assets);
    if let Some(keys) = &table.risk_assets {
        parameters.risk_assets = risk_assets(keys, assets, findings)?;
        let is_risk = |k: usize| parameters.risk_assets.contains(&k);
        let crisis = &mut parameters.states[1];
        for k in 0..assets.len() {
            crisis.volatility_factors[k] = if is_risk(k) { 2.0 } else { 1.0 };
            crisis.mean_shifts[k] = if is_risk(k) { -0.15 } else { 0.0 };
        }
    }
    if !table.state.is_empty() {
        let risk = parameters.risk_assets.clone();
        let states = table.state.iter().enumerate();
        let states: Vec<Option<Regime>> =
            states.map(|(s, state)| regime(s, state, assets, &risk, findings)).collect();
        parameters.states = states.into_iter().collect::<Option<_>>()?;
        if table.transitions.is_none() {
            findings.missing("market.regimes.transitions", "give a row of probabilities for each state");
            return None;
        }
    }
    if let Some(transitions) = &table.transitions {
        parameters.transitions.clone_from(transitions);
    }
    has_risk_assets(table, &parameters, assets, findings).then_some(parameters)
}

/// Refuses states that move risk assets where there are none.
fn has_risk_assets(
    table: &RegimesTable,
    parameters: &RegimeParameters,
    assets: &[String],
    findings: &mut Findings,
) -> bool {
    let moves_them = |state: &RegimeTable| {
        state.stress_weight > 0.0
            || matches!(state.mean_shift, Some(NumberBySeries::All(shift)) if shift != 0.0)
    };
    let needed = table.state.is_empty() || table.state.iter().any(moves_them);
    if !needed || !parameters.risk_assets.is_empty() || assets.is_empty() {
        return true;
    }
    let key = "market.regimes.risk_assets";
    let advice = format!(
        "name the assets that fall together in a crisis, such as [\"{}\"]: without any it does nothing, and this market has none of \
         {}",
        assets[0],
        RegimeParameters::RISK_ASSETS.join(", ")
    );
    match table.risk_assets {
        Some(_) => {
            findings.refuse(key, "an empty list", "the assets that fall together in a crisis, at least one");
        }
        None => findings.missing(key, advice),
    }
    false
}

fn risk_assets(keys: &[String], assets: &[String], findings: &mut Findings) -> Option<Vec<usize>> {
    let mut places = vec![];
    for (i, key) in keys.iter().enumerate() {
        if let Some(place) = assets.iter().position(|known| known == key) {
            places.push(place);
        } else {
            let at = format!("market.regimes.risk_assets[{i}]");
            findings.unknown(at, key, "an asset of this market", assets.iter().map(String::as_str));
        }
    }
    (places.len() == keys.len()).then_some(places)
}

fn regime(
    state: usize,
    table: &RegimeTable,
    assets: &[String],
    risk: &[usize],
    findings: &mut Findings,
) -> Option<Regime> {
    let key = format!("market.regimes.state[{state}]");
    let inflation = assets.len();
    let numbers = |written: &Option<NumberBySeries>,
                   word: &str,
                   usual: f64,
                   applies: &dyn Fn(usize) -> bool,
                   findings: &mut Findings| {
        let mut values = vec![usual; assets.len() + 1];
        match written {
            None => {}
            Some(NumberBySeries::All(number)) => {
                (0..values.len()).filter(|&k| applies(k)).for_each(|k| values[k] = *number);
            }
            Some(NumberBySeries::BySeries(numbers)) => {
                for (name, number) in numbers {
                    values[series(name, &format!("{key}.{word}.{name}"), assets, findings)?] = *number;
                }
            }
        }
        Some(values)
    };
    if table.name.is_empty() {
        findings.missing(format!("{key}.name"), "name the state, such as crisis");
    }
    let all = |k: usize| k != inflation;
    let factors = numbers(&table.volatility_factor, "volatility_factor", 1.0, &all, findings);
    let shifts = numbers(&table.mean_shift, "mean_shift", 0.0, &|k| risk.contains(&k), findings);
    let pairs = pairs(&table.correlations, &key, assets, findings);
    Some(Regime {
        name: table.name.clone(),
        volatility_factors: factors?,
        mean_shifts: shifts?,
        stress_weight: table.stress_weight,
        pairs: pairs?,
    })
}

fn pairs(
    table: &BTreeMap<String, BTreeMap<String, f64>>,
    key: &str,
    assets: &[String],
    findings: &mut Findings,
) -> Option<Vec<(usize, usize, f64)>> {
    let mut pairs: Vec<(usize, usize, f64)> = vec![];
    for (first, others) in table {
        for (second, &value) in others {
            let at = format!("{key}.correlations.{first}");
            let i = series(first, &at, assets, findings)?;
            let at = format!("{at}.{second}");
            let j = series(second, &at, assets, findings)?;
            let known = pairs.iter().any(|&(a, b, _)| (a, b) == (i, j) || (b, a) == (i, j));
            if i == j || known || !(-1.0..=1.0).contains(&value) {
                findings.refuse(at, value, "a number from -1 to 1, each pair of two series once");
                return None;
            }
            pairs.push((i, j, value));
        }
    }
    Some(pairs)
}
