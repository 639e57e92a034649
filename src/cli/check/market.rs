//! The compiled market: moments both ways, fees, frictions, correlations and where the figures come from.

use decumulus::market::{Asset, FeeBasis, Liquidity, Market, ReturnMoments};

use super::illiquidity;
use super::lines::{item, percent, shortened};

/// The most columns of correlations beside each other.
const MOST_COLUMNS: usize = 13;

/// Everything that is known of a market.
pub fn text(market: &Market) -> String {
    let moves = match market.model.history() {
        Some(_) => super::history::text(market),
        None => correlations(market),
    };
    let mut parts = vec![assets(market), frictions(market), illiquidity::text(market)];
    parts.extend([moves, provenance(market)]);
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

fn assets(market: &Market) -> String {
    let title = if market.model.history().is_some() {
        "Assets: the market's own figures, of which this model uses fees, factor and costs only"
    } else {
        "Assets: mean and volatility of a year's simple return, compound growth, the log return behind them"
    };
    let heads = format!("{}{:>7}{:>8}{:>7}  sold at", moment_heads("asset"), "factor", "grows", "fee");
    let mut lines = vec![title.to_string(), heads];
    for (k, (asset, factor)) in market.assets.iter().zip(market.volatility_factors()).enumerate() {
        let fee = if market.frictions.fees { percent(asset.fees.charged_per_year()) } else { "off".into() };
        let figures = moments(&asset.key, market.nominal_moments(k, 1.0));
        let grows = percent(market.nominal_moments(k, factor).geometric());
        lines.push(format!("{figures}{factor:>7.2}{grows:>8}{fee:>7}  {}", sold_at(asset, market)));
        if asset.real {
            lines.push(moments(REAL, asset.moments));
        }
    }
    lines.push(moments("inflation", market.inflation));
    let real = market.assets.iter().filter(|asset| asset.real);
    let given_real: Vec<&str> = real.map(|asset| asset.key.as_str()).collect();
    let with_inflation = |key: &str| {
        let place = market.index_of(key).unwrap_or_default();
        market.nominal_correlation(place, market.assets.len())
    };
    lines.join("\n") + "\n" + &meaning_of_means() + &real_terms(&given_real, with_inflation)
}

/// Names the row of a real return, below the nominal one.
pub(in crate::cli) const REAL: &str = "  real";

/// What it means that some assets are given in real terms; empty if none is.
pub(in crate::cli) fn real_terms(keys: &[&str], with_inflation: impl Fn(&str) -> f64) -> String {
    if keys.is_empty() {
        return String::new();
    }
    let correlations: Vec<String> =
        keys.iter().map(|key| format!("{key} {:.2}", with_inflation(key))).collect();
    item(
        "real",
        &format!(
            "given in real terms: mean, volatility and correlations are those of the real return, and prices come on top; the \
             nominal row follows (correlation of the nominal return with inflation: {})",
            correlations.join(", ")
        ),
    )
}

/// What the two means are, for whoever reads one of them.
pub(in crate::cli) fn meaning_of_means() -> String {
    item(
        "mean",
        "arithmetic: what a dollar is expected to earn in a year, and what a rebalanced sleeve contributes",
    ) + &item(
        "compound",
        "geometric: the growth a year that half of those who hold it alone for long exceed; lower by about half the squared \
         log volatility",
    )
}

/// The heads over [`moments`].
pub(in crate::cli) fn moment_heads(first: &str) -> String {
    format!("  {first:<15}{:>8}{:>9}{:>9}{:>8}{:>8}", "mean", "vol", "compound", "mu log", "sd log")
}

/// A row of the table of returns.
pub(in crate::cli) fn moments(key: &str, moments: ReturnMoments) -> String {
    format!(
        "  {:<15}{:>8}{:>9}{:>9}{:>8.4}{:>8.4}",
        shortened(key, 15),
        percent(moments.mean()),
        percent(moments.volatility()),
        percent(moments.geometric()),
        moments.log_mean(),
        moments.log_sd()
    )
}

fn sold_at(asset: &Asset, market: &Market) -> String {
    match asset.liquidity {
        Liquidity::Illiquid { .. } if !market.frictions.liquidity_haircut => "full value".into(),
        Liquidity::Illiquid { .. } if market.academic_discount.is_some() => {
            let place = market.index_of(&asset.key).unwrap_or_default();
            format!("{} off", percent(market.haircut(place).lost(0.0, 1.0)))
        }
        Liquidity::Illiquid { haircut_scale } => format!("haircut x {haircut_scale:.2}"),
        Liquidity::Liquid { .. } if !market.frictions.half_spreads => "mid price".into(),
        Liquidity::Liquid { half_spread: s } if s.normal == s.crisis && s.normal == s.stress => {
            percent(s.normal)
        }
        Liquidity::Liquid { half_spread: s } => {
            format!("{:.2}/{:.2}/{}", 100.0 * s.normal, 100.0 * s.stress, percent(s.crisis))
        }
    }
}

fn frictions(market: &Market) -> String {
    let rule = market.haircut_rule;
    let stress = market.stress_asset.as_deref().map_or_else(
        || "no asset measures stress, so markets are always quiet".to_string(),
        |key| format!("the fall of {key} from its twelve-month high"),
    );
    let net: Vec<&str> = market
        .assets
        .iter()
        .filter(|asset| asset.fees.basis == FeeBasis::NetInstitutional)
        .map(|asset| asset.key.as_str())
        .collect();
    let mut text = String::from("Frictions\n");
    text += &item(
        "factor",
        "on the log volatility, the arithmetic mean held: the volatility haircut; grows: compound with it",
    );
    if !net.is_empty() {
        text += &item(
            "fee",
            &format!("a year; returns of {} are taken as net of the manager's fee", net.join(", ")),
        );
    }
    text +=
        &item("sold at", &format!("half-spreads in quiet markets, stress and crisis; stress is {stress}"));
    let haircut = match market.academic_discount {
        Some(discount) => format!(
            "on forced sales, the share of value of the model {} for a wait of {} years, the same in every market",
            discount.name(),
            discount.wait_years
        ),
        None => format!(
            "on forced sales, min({}, {} + {} x + {} x²) times the asset's scale off the reported NAV, with x that fall; a \
             sale fetches no more than the value",
            rule.cap, rule.base, rule.slope, rule.curvature
        ),
    };
    text += &item("haircut", &haircut);
    text += &item("illiquid", &format!("assets are {}", market.illiquid_terms()));
    text
}

fn correlations(market: &Market) -> String {
    let matrix = &market.correlation;
    let keys: Vec<&str> = market.assets.iter().map(|a| a.key.as_str()).chain(["inflation"]).collect();
    correlation_lines(&keys, |i, j| matrix.get(i, j), Some(matrix.smallest_eigenvalue()))
}

/// The lower half of a matrix of correlations of these series.
pub(in crate::cli) fn correlation_lines(
    keys: &[&str],
    correlation: impl Fn(usize, usize) -> f64,
    smallest_eigenvalue: Option<f64>,
) -> String {
    let note = smallest_eigenvalue.map_or_else(String::new, |e| format!(" (smallest eigenvalue {e:.4})"));
    let mut lines = vec![format!("Correlations of log returns{note}")];
    for first in (0..keys.len()).step_by(MOST_COLUMNS) {
        let columns = first..keys.len().min(first + MOST_COLUMNS);
        let heads: Vec<String> = columns.clone().map(|j| format!("{:>6}", j + 1)).collect();
        lines.push(format!("  {:<18}{}", "", heads.concat()));
        for (i, key) in keys.iter().enumerate().skip(first) {
            let below = columns.clone().filter(|&j| j <= i);
            let cells: Vec<String> = below.map(|j| format!("{:>6.2}", correlation(i, j))).collect();
            lines.push(format!("  {:>2} {:<15}{}", i + 1, shortened(key, 15), cells.concat()));
        }
    }
    lines.join("\n") + "\n"
}

/// Where an asset's figures come from, with what their giver stands to gain.
pub(in crate::cli) fn sourced(asset: &Asset) -> String {
    match &asset.interest {
        Some(interest) => format!("{} [interest of the source: {interest}]", asset.provenance),
        None => asset.provenance.clone(),
    }
}

fn provenance(market: &Market) -> String {
    let mut text = String::from("Where the figures come from\n");
    if let Some(history) = market.model.history() {
        text += &item("returns", &format!("{}; what follows is of the market's own figures", history.source));
    }
    for asset in &market.assets {
        text += &item(&asset.key, &sourced(asset));
    }
    text += &item("inflation", &market.inflation_provenance);
    text += &item("correlations", &market.correlation_provenance);
    text += &item("frictions", &market.friction_provenance);
    text
}
