//! The table of history behind a model, and what the model delivers of it, as JSON.

use serde_json::{Map, Value, json};

use crate::market::{BlockMethod, BootstrapOf, History, HistoryPeriod, Market, ReturnModel, delivered};

/// The table, how its rows are used, and the delivered annual moments; `null` for a model without a table.
pub(super) fn history(market: &Market) -> Value {
    let Some(table) = market.model.history() else { return Value::Null };
    json!({
        "source": table.source,
        "period": table.period.word(),
        "rows": table.rows(),
        "first": date(table, 0),
        "last": date(table, table.rows() - 1),
        "use": usage(market, table),
        "delivered": moments(market),
    })
}

fn date(table: &History, row: usize) -> String {
    match (table.period, table.date(row)) {
        (HistoryPeriod::Year, (year, _)) => format!("{year:04}"),
        (_, (year, month)) => format!("{year:04}-{month:02}"),
    }
}

fn usage(market: &Market, table: &History) -> Value {
    match &market.model {
        ReturnModel::Bootstrap(of) => bootstrap(of, market, table),
        ReturnModel::Historical(of) => json!({
            "every_start_date": if of.wrap { "once, the first row after the last" } else { "once" },
            "wrap": of.wrap,
        }),
        _ => Value::Null,
    }
}

fn bootstrap(of: &BootstrapOf, market: &Market, table: &History) -> Value {
    let (method, block, wrap) = match of.method {
        BlockMethod::Rows => ("rows", Value::Null, false),
        BlockMethod::Blocks { length, wrap } => ("blocks", length.into(), wrap),
        BlockMethod::Stationary { mean_length } => ("stationary", mean_length.into(), true),
    };
    let automatic = of.automatic.then(|| {
        let lengths = BootstrapOf::automatic_lengths(table, method == "stationary");
        named(market, lengths.into_iter().map(Value::from))
    });
    json!({ "method": method, "block": block, "wrap": wrap, "politis_white_by_series": automatic })
}

/// Annual simple returns that the model delivers, before fees.
fn moments(market: &Market) -> Value {
    let Ok(Some(found)) = delivered(market) else { return Value::Null };
    let moment = |((mean, compound), volatility): ((&f64, &f64), &f64)| json!({ "mean": mean, "compound_mean": compound, "volatility": volatility });
    let moments = found.mean.iter().zip(&found.compound).zip(&found.volatility).map(moment);
    json!({
        "annual_simple_returns": named(market, moments),
        "correlations": found.correlation,
    })
}

/// An object by asset, inflation last.
fn named(market: &Market, values: impl Iterator<Item = Value>) -> Value {
    let keys = market.assets.iter().map(|asset| asset.key.clone()).chain(["inflation".to_string()]);
    Value::Object(keys.zip(values).collect::<Map<_, _>>())
}
