//! The funds of a market, compiled.

use crate::error::Result;
use crate::market::fund::lanes::{Fund, FundIngredients, has_news};
use crate::market::fund::past::Past;
use crate::market::whole::Market;

/// The funds of a market, and how their past is found.
pub(crate) fn funds_of(market: &Market, from: FundIngredients<'_>) -> Result<(Vec<Fund>, Past)> {
    let news = |k: usize| has_news(k, from.gross, from.overlay);
    let (mut funds, mut filters) = (vec![], vec![]);
    for (k, asset) in market.assets.iter().enumerate() {
        if !from.switches.concern(asset, news(k)) {
            continue;
        }
        let appraisal = asset.vehicle.appraisal.as_ref().filter(|_| from.switches.smoothing);
        let appraisal = appraisal.filter(|appraisal| !appraisal.is_exact() && news(k));
        let filter = appraisal.map(|appraisal| appraisal.filter(from.steps_per_year)).transpose();
        let filter = filter.map_err(|error| error.within(&format!("assets.{}", asset.key)))?;
        funds.push(Fund::new(market, k, from, filter.as_ref()));
        filters.push(filter);
    }
    let lagging = funds.iter().zip(&filters).enumerate();
    let lagging: Vec<_> =
        lagging.filter_map(|(i, (fund, filter))| Some((i, fund, filter.as_ref()?))).collect();
    let past = Past::compile(&lagging, from.gross, from.overlay, from.steps_per_year);
    Ok((funds, past))
}
