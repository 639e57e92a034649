//! What not being able to sell is worth by the academic models, beside what the assumptions say.

use decumulus::market::discount::{Formula, chaffe, finnerty, longstaff_bound, required_illiquidity_premium};
use decumulus::market::{Liquidity, Market};

use super::lines::{item, percent, shortened, wrapped};

/// For each illiquid asset, three discounts, the premium that rare trading asks for, and the one assumed; empty without
/// illiquid assets.
pub fn text(market: &Market) -> String {
    let illiquid = |asset: &decumulus::market::Asset| matches!(asset.liquidity, Liquidity::Illiquid { .. });
    if !market.assets.iter().any(illiquid) {
        return String::new();
    }
    let rate = risk_free(market);
    let title = "Illiquidity: the discount of a seller's wait by three models, and the premium a year that trading once in that \
                 time asks for";
    let mut lines = vec![format!(
        "  {:<18}{:>9}{:>9}{:>10}{:>10}{:>11}{:>10}{:>10}",
        "asset", "sd log", "years", "Finnerty", "Chaffe", "Longstaff", "asked", "assumed"
    )];
    for (k, (asset, factor)) in market
        .assets
        .iter()
        .zip(market.volatility_factors())
        .enumerate()
        .filter(|(_, (asset, _))| illiquid(asset))
    {
        let sigma = market.nominal_moments(k, factor).log_sd();
        let wait = market.wait_years(k);
        let put = rate.map_or_else(|| "–".to_string(), |rate| percent(chaffe(sigma, wait, rate)));
        lines.push(format!(
            "  {:<18}{sigma:>9.4}{wait:>9.2}{:>10}{put:>10}{:>11}{:>10}{:>10}",
            shortened(&asset.key, 18),
            percent(finnerty(sigma, wait, 0.0)),
            percent(longstaff_bound(sigma, wait)),
            percent(required_illiquidity_premium(wait)),
            asset.illiquidity_premium.map_or_else(|| "–".to_string(), percent),
        ));
    }
    let mut text = wrapped(title, 0, 2) + &lines.join("\n") + "\n";
    text += &item(
        "discounts",
        "shares of value, from the log volatility at the level in force; Finnerty 2012 (no skill in timing), Chaffe 1993 (a \
         put), Longstaff 1995 (an upper bound: perfect foresight)",
    );
    let source = match market.academic_discount {
        Some(_) => "the `wait_years` of the haircut rule",
        None => "of a gated fund until it pays, where an asset has a gate that is at work; a year for others",
    };
    text += &item("years", &format!("the wait: {source}"));
    if rate.is_none() {
        text += &item("Chaffe", "needs a risk-free rate; the market has no asset `cash` to take it from");
    }
    text += &item(
        "premium",
        "asked: Ang, Papanikolaou and Westerfield 2014, for an investor of constant relative risk aversion; assumed: part of \
         the mean already, nothing is subtracted",
    );
    text
}

/// The risk-free rate, continuously compounded, if the scenario has one.
fn risk_free(market: &Market) -> Option<f64> {
    if let Some(Formula::Chaffe { risk_free }) = market.academic_discount.map(|discount| discount.formula) {
        return Some(risk_free);
    }
    let cash = market.index_of("cash")?;
    Some(market.nominal_moments(cash, 1.0).mean().ln_1p())
}
