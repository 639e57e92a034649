//! `market.model`: the return model by name, with the parameters of its own table.

use crate::market::ReturnModel;
use crate::scenario::build::findings::Findings;
use crate::scenario::companions::Companions;
use crate::scenario::wire::MarketTable;

/// The model for a market of these assets.
pub(super) fn build(
    table: &MarketTable,
    _assets: &[String],
    _companions: &Companions,
    findings: &mut Findings,
) -> Option<ReturnModel> {
    match table.model.as_deref() {
        None | Some("lognormal") => Some(ReturnModel::Lognormal),
        Some(unknown) => {
            findings.unknown("market.model", unknown, "a return model", ReturnModel::NAMES);
            None
        }
    }
}
