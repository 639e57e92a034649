//! What not being able to sell is worth by the academic models, beside what the assumptions say.

use decumulus::market::discount::{Formula, chaffe, finnerty, longstaff_bound, required_illiquidity_premium};
use decumulus::market::{Liquidity, Market};

use super::market::shortened;
use super::{item, percent, wrapped};

/// The wait if the scenario names none, years.
const USUAL_WAIT: f64 = 1.0;

/// For each illiquid asset, three discounts, the premium that rare trading asks for, and the one assumed; empty without
/// illiquid assets.
pub fn text(market: &Market) -> String {
    let illiquid = |asset: &&decumulus::market::Asset| matches!(asset.liquidity, Liquidity::Illiquid { .. });
    if !market.assets.iter().any(|asset| illiquid(&asset)) {
        return String::new();
    }
    let wait = market.academic_discount.map_or(USUAL_WAIT, |discount| discount.wait_years);
    let rate = risk_free(market);
    let title = format!(
        "Illiquidity: the discount of a wait of {wait} year{} by three models, and the premium a year that trading once in \
         that time asks for",
        if wait == 1.0 { "" } else { "s" }
    );
    let mut lines = vec![format!(
        "  {:<18}{:>9}{:>10}{:>10}{:>12}{:>12}{:>12}",
        "asset", "sd log", "Finnerty", "Chaffe", "Longstaff", "asked", "assumed"
    )];
    for (asset, factor) in
        market.assets.iter().zip(market.volatility_factors()).filter(|(asset, _)| illiquid(asset))
    {
        let sigma = asset.moments.log_sd() * factor;
        let put = rate.map_or_else(|| "–".to_string(), |rate| percent(chaffe(sigma, wait, rate)));
        lines.push(format!(
            "  {:<18}{sigma:>9.4}{:>10}{put:>10}{:>12}{:>12}{:>12}",
            shortened(&asset.key, 18),
            percent(finnerty(sigma, wait, 0.0)),
            percent(longstaff_bound(sigma, wait)),
            percent(required_illiquidity_premium(wait)),
            asset.illiquidity_premium.map_or_else(|| "–".to_string(), percent),
        ));
    }
    let mut text = wrapped(&title, 0, 2) + &lines.join("\n") + "\n";
    text += &item(
        "discounts",
        "shares of value, from the log volatility at the level in force; Finnerty 2012 (no skill in timing), Chaffe 1993 (a \
         put), Longstaff 1995 (an upper bound: perfect foresight)",
    );
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
    Some(market.assets[cash].moments.mean().ln_1p())
}
