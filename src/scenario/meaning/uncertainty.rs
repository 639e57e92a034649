//! `parameter_uncertainty` of a scenario or of a set of assumptions: errors of expected returns as written, over those of
//! the set beneath, over the program's own figures.

use crate::market::{ErrorCorrelation, ParameterUncertainty};
use crate::scenario::meaning::findings::Findings;
use crate::scenario::meaning::ground::Ground;
use crate::scenario::overlay_figures::{MEAN_ERRORS, figure};
use crate::scenario::wire::{ErrorCorrelationValue, ErrorCorrelationWord, ParameterUncertaintyTable, Switch};

/// The errors of the assets of `ground`; `None` without any.
pub(super) fn build(
    written: Option<&Switch<ParameterUncertaintyTable>>,
    base: Option<&ParameterUncertainty>,
    ground: Ground<'_>,
    findings: &mut Findings,
) -> Option<ParameterUncertainty> {
    let beneath = base.map(|base| of_assets(base, ground));
    let none = ParameterUncertaintyTable::default();
    let table = match written {
        None => return beneath.filter(|errors| !errors.sd.is_empty()),
        Some(Switch::Word(false)) => return None,
        Some(Switch::Word(true)) => &none,
        Some(Switch::Table(table)) => table,
    };
    let mut errors = beneath.unwrap_or_else(|| of_program(ground));
    errors.scale = table.scale.unwrap_or(errors.scale);
    errors.correlation = table.correlation.map_or(errors.correlation, correlation);
    let key = format!("{}parameter_uncertainty", ground.prefix);
    give(&mut errors, table, &key, ground, findings);
    if errors.sd.is_empty() && table.sd.is_empty() {
        let advice = "no figures are shipped for this market: give the standard deviation by asset";
        findings.missing(format!("{key}.sd"), advice);
    }
    Some(errors)
}

/// The figures of the table in the place of those beneath.
fn give(
    errors: &mut ParameterUncertainty,
    table: &ParameterUncertaintyTable,
    key: &str,
    ground: Ground<'_>,
    findings: &mut Findings,
) {
    if table.sd.is_empty() {
        return;
    }
    let source = ground.source(key, table.provenance.as_deref(), findings);
    errors.sources.retain(|(asset, _)| !table.sd.contains_key(asset));
    for (asset, sd) in &table.sd {
        if ground.knows(&format!("{key}.sd"), asset, findings) {
            errors.sd.insert(asset.clone(), *sd);
            errors.sources.push((asset.clone(), source.clone()));
        }
    }
    ground.in_order(&mut errors.sources);
}

/// What of it is about these assets.
fn of_assets(base: &ParameterUncertainty, ground: Ground<'_>) -> ParameterUncertainty {
    let mut errors = base.clone();
    errors.sd.retain(|key, _| ground.assets.contains(key));
    errors.sources.retain(|(key, _)| ground.assets.contains(key));
    ground.in_order(&mut errors.sources);
    errors
}

/// The program's own figures for the assets of a set.
fn of_program(ground: Ground<'_>) -> ParameterUncertainty {
    let known = ground.assets.iter().filter(|_| ground.in_a_set);
    let known: Vec<(&String, f64, &str)> =
        known.filter_map(|key| figure(&MEAN_ERRORS, key).map(|(sd, source)| (key, sd, source))).collect();
    ParameterUncertainty {
        scale: 1.0,
        sd: known.iter().map(|(key, sd, _)| ((*key).clone(), *sd)).collect(),
        correlation: ErrorCorrelation::Returns,
        sources: known.iter().map(|(key, _, source)| ((*key).clone(), (*source).to_string())).collect(),
    }
}

fn correlation(value: ErrorCorrelationValue) -> ErrorCorrelation {
    match value {
        ErrorCorrelationValue::Constant(value) => ErrorCorrelation::Constant(value),
        ErrorCorrelationValue::Word(ErrorCorrelationWord::Returns) => ErrorCorrelation::Returns,
    }
}
