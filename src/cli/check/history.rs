//! The table of history behind a model, and the annual returns that the model delivers instead of stated ones.

use decumulus::market::{BlockMethod, BootstrapOf, Delivered, History, Market, ReturnModel, delivered};

use super::lines::{item, percent};

/// What the model takes from its table; empty for a model without one.
pub fn text(market: &Market) -> String {
    let (Some(table), Ok(Some(found))) = (market.model.history(), delivered(market)) else {
        return String::new();
    };
    let mut text = String::from("The table of history, and what the model delivers of it\n");
    text += &item("table", &table.source);
    text += &item("use", &usage(&market.model, table, &keys(market)));
    text += &item(
        "stated moments",
        "not used: means, volatilities and correlations are those of the table, below",
    );
    text + "\n" + &moments(market, &found)
}

fn keys(market: &Market) -> Vec<&str> {
    market.assets.iter().map(|asset| asset.key.as_str()).chain(["inflation"]).collect()
}

fn usage(model: &ReturnModel, table: &History, keys: &[&str]) -> String {
    match model {
        ReturnModel::Bootstrap(of) => bootstrap(of, table, keys),
        ReturnModel::Historical(of) if of.wrap => {
            "every row once as a start date, the first row after the last; nothing is drawn".into()
        }
        _ => "every start date from which the table lasts, once; nothing is drawn".into(),
    }
}

fn bootstrap(of: &BootstrapOf, table: &History, keys: &[&str]) -> String {
    let how = match of.method {
        BlockMethod::Rows => "each row drawn alone".to_string(),
        BlockMethod::Blocks { length, wrap: true } => {
            format!("blocks of {length} rows, the first row after the last")
        }
        BlockMethod::Blocks { length, wrap: false } => {
            format!("blocks of {length} rows within the table; rows near its ends are drawn less often")
        }
        BlockMethod::Stationary { mean_length } => {
            format!(
                "blocks of geometric length, {mean_length:.1} rows on average, the first row after the last"
            )
        }
    };
    if !of.automatic {
        return how;
    }
    let lengths = BootstrapOf::automatic_lengths(table, matches!(of.method, BlockMethod::Stationary { .. }));
    let each: Vec<String> =
        keys.iter().zip(lengths).map(|(key, length)| format!("{key} {length:.1}")).collect();
    format!("{how}; the largest of the automatic lengths of Politis and White: {}", each.join(", "))
}

/// The most columns of correlations beside each other.
const MOST_COLUMNS: usize = 9;

/// Means and volatilities beside the correlations, one line a series; more columns than fit stand below.
fn moments(market: &Market, found: &Delivered) -> String {
    let keys = keys(market);
    let title =
        "Delivered annual returns before fees (exact): both means, volatility, and their correlations";
    let mut lines = vec![title.to_string()];
    for first in (0..keys.len()).step_by(MOST_COLUMNS) {
        let columns = first..keys.len().min(first + MOST_COLUMNS);
        let heads: Vec<String> = columns.clone().map(|j| format!("{:>6}", j + 1)).collect();
        lines.push(format!("  {:<18}{:>8}{:>9}{:>8}{}", "", "mean", "compound", "vol", heads.concat()));
        for (i, key) in keys.iter().enumerate().skip(first) {
            let name: String = key.chars().take(15).collect();
            let below = columns.clone().filter(|&j| j <= i);
            let cells: Vec<String> = below.map(|j| format!("{:>6.2}", found.correlation[i][j])).collect();
            let [mean, compound, volatility] =
                [found.mean[i], found.compound[i], found.volatility[i]].map(percent);
            lines.push(format!(
                "  {:>2} {name:<15}{mean:>8}{compound:>9}{volatility:>8}{}",
                i + 1,
                cells.concat()
            ));
        }
    }
    lines.join("\n") + "\n"
}
