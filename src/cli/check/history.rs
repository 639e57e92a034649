//! The table of history behind a model, and the annual returns that the model delivers instead of stated ones.

use decumulus::market::{BlockMethod, BootstrapOf, Delivered, History, Market, ReturnModel, delivered};

use super::{item, percent};

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

/// Means and volatilities beside the correlations, one line a series.
fn moments(market: &Market, found: &Delivered) -> String {
    let keys = keys(market);
    let mut lines = vec![
        "Delivered annual simple returns before fees (exact), and their correlations".to_string(),
        format!("  {:<18}{:>9}{:>9}", "", "mean", "vol"),
    ];
    let columns = keys.len().min(10);
    lines[1] += &(1..=columns).map(|j| format!("{j:>6}")).collect::<String>();
    for (i, key) in keys.iter().enumerate() {
        let name: String = key.chars().take(15).collect();
        let cells: String =
            found.correlation[i].iter().take((i + 1).min(columns)).map(|c| format!("{c:>6.2}")).collect();
        let (mean, volatility) = (percent(found.mean[i]), percent(found.volatility[i]));
        lines.push(format!("  {:>2} {name:<15}{mean:>9}{volatility:>9}{cells}", i + 1));
    }
    lines.join("\n") + "\n"
}
