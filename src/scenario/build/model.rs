//! `market.model`: the return model by name, with the parameters of its own table.

use crate::market::{HistoricalOf, ReturnModel};
use crate::scenario::build::findings::Findings;
use crate::scenario::build::{bootstrap, history};
use crate::scenario::companions::Companions;
use crate::scenario::wire::MarketTable;

/// The model for a market of these assets.
pub(super) fn build(
    table: &MarketTable,
    assets: &[String],
    companions: &Companions,
    findings: &mut Findings,
) -> Option<ReturnModel> {
    let name = table.model.as_deref().unwrap_or("lognormal");
    warn_of_unused(table, name, findings);
    match name {
        "lognormal" => Some(ReturnModel::Lognormal),
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

/// Tables of models that are not chosen do nothing.
fn warn_of_unused(table: &MarketTable, model: &str, findings: &mut Findings) {
    let given: [(&str, bool, &[&str]); 3] = [
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
