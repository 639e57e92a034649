//! What a model that takes its returns from a table delivers: annual moments, worked out exactly, nothing simulated.
//!
//! Such a model does not have the market's stated moments, so it states its own. The expectation of a product over the
//! rows of a year follows from the last row back: what row `i` is worth is its own growth times what is expected to
//! follow it, the next row of the table or the mean of all rows with which a block may begin.

use crate::error::Result;
use crate::market::model::from_history::BlockMethod;
use crate::market::model::growth_table::GrowthTable;
use crate::market::model::ingredients::Ingredients;
use crate::market::model::return_model::ReturnModel;
use crate::market::whole::Market;
use crate::math::elementary::{exp, ln};

/// The moments of a model's annual simple returns, before fees, the volatility haircut applied.
///
/// For blocks of fixed length they are means over the places that a year may have among the blocks; for start dates,
/// over every twelve months of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivered {
    /// Arithmetic means: the assets in order, then inflation.
    pub mean: Vec<f64>,
    /// Compound (geometric) means, `exp(E[ln growth of a year]) − 1`, same order.
    pub compound: Vec<f64>,
    /// Standard deviations, same order.
    pub volatility: Vec<f64>,
    /// Correlations of annual simple returns; 0 for what does not move.
    pub correlation: Vec<Vec<f64>>,
}

/// What the market's model delivers; `None` if it has the market's own moments.
///
/// # Errors
///
/// A table that does not fit the market; a market that [`Market::validated`] accepts has none.
pub fn delivered(market: &Market) -> Result<Option<Delivered>> {
    let Some(history) = market.model.history() else { return Ok(None) };
    let per_year = history.period.per_year();
    let no_fees = vec![0.0; market.assets.len()];
    let ingredients = Ingredients::new(market, per_year, &market.volatility_factors(), &no_fees);
    let table = GrowthTable::compile(history, &ingredients)?;
    let columns: Vec<Vec<f64>> = (0..history.series).map(|k| table.column(k)).collect();
    let folded = |growth: &[f64], fold: Fold| match &market.model {
        ReturnModel::Bootstrap(of) => expected_growth(growth, per_year, of.method, fold),
        ReturnModel::Historical(of) if !of.wrap => of_windows(growth, per_year, fold),
        _ => of_blocks(growth, per_year, 0, growth.len() + per_year, true, fold),
    };
    let expected = |growth: &[f64]| folded(growth, Fold::Product);
    let log_growth = |column: &Vec<f64>| {
        let logs: Vec<f64> = column.iter().map(|growth| ln(*growth)).collect();
        folded(&logs, Fold::Sum)
    };
    let means: Vec<f64> = columns.iter().map(|column| expected(column)).collect();
    let covariance = |a: usize, b: usize| {
        let both: Vec<f64> = columns[a].iter().zip(&columns[b]).map(|(x, y)| x * y).collect();
        expected(&both) - means[a] * means[b]
    };
    let series = 0..columns.len();
    let volatility: Vec<f64> = series.clone().map(|k| covariance(k, k).max(0.0).sqrt()).collect();
    let correlation = |a: usize, b: usize| {
        let scale = volatility[a] * volatility[b];
        match a == b {
            true => 1.0,
            false if scale > 1e-14 => (covariance(a, b) / scale).clamp(-1.0, 1.0),
            false => 0.0,
        }
    };
    let row = |a: usize| series.clone().map(|b| correlation(a.max(b), a.min(b))).collect();
    let correlation = series.clone().map(row).collect();
    let compound = columns.iter().map(|column| exp(log_growth(column)) - 1.0).collect();
    Ok(Some(Delivered { mean: means.iter().map(|m| m - 1.0).collect(), compound, volatility, correlation }))
}

/// What the rows of a year become together.
#[derive(Clone, Copy)]
enum Fold {
    /// Growth factors multiply.
    Product,
    /// Their logarithms add up.
    Sum,
}

impl Fold {
    /// What no rows are.
    fn nothing(self) -> f64 {
        match self {
            Self::Product => 1.0,
            Self::Sum => 0.0,
        }
    }

    fn join(self, a: f64, b: f64) -> f64 {
        match self {
            Self::Product => a * b,
            Self::Sum => a + b,
        }
    }
}

/// The expected growth of a year of `length` rows under a bootstrap.
fn expected_growth(growth: &[f64], length: usize, method: BlockMethod, fold: Fold) -> f64 {
    match method {
        BlockMethod::Rows => of_geometric_blocks(growth, length, 1.0, fold),
        BlockMethod::Stationary { mean_length } => {
            of_geometric_blocks(growth, length, 1.0 / mean_length, fold)
        }
        BlockMethod::Blocks { length: block, wrap } => {
            let block = block as usize;
            let phases = (0..block).step_by(common_divisor(length, block));
            let of_phase = |phase: usize| of_blocks(growth, length, phase, block, wrap, fold);
            let sum = phases.clone().fold(0.0, |sum, phase| sum + of_phase(phase));
            sum / phases.count() as f64
        }
    }
}

fn common_divisor(a: usize, b: usize) -> usize {
    if b == 0 { a.max(1) } else { common_divisor(b, a % b) }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |sum, x| sum + x) / values.len().max(1) as f64
}

/// Every row is followed by a new block with probability `ends`, else by the next row, the last by the first.
fn of_geometric_blocks(growth: &[f64], length: usize, ends: f64, fold: Fold) -> f64 {
    let rows = growth.len();
    let mut worth = vec![fold.nothing(); rows];
    for _ in 0..length {
        let afresh = mean(&worth);
        let following = |i: usize| (1.0 - ends) * worth[(i + 1) % rows] + ends * afresh;
        worth = (0..rows).map(|i| fold.join(growth[i], following(i))).collect();
    }
    mean(&worth)
}

/// Blocks of `block` rows, of which `phase` have passed when the year begins.
fn of_blocks(growth: &[f64], length: usize, phase: usize, block: usize, wrap: bool, fold: Fold) -> f64 {
    let rows = growth.len();
    let starts = if wrap { rows } else { rows + 1 - block.min(rows) };
    let mut worth = vec![fold.nothing(); rows];
    for row in (0..length).rev() {
        let ends = (phase + row + 1).is_multiple_of(block);
        let afresh = mean(&worth[..starts]);
        let following = |i: usize| if ends { afresh } else { worth[(i + 1) % rows] };
        worth = (0..rows).map(|i| fold.join(growth[i], following(i))).collect();
    }
    if wrap { mean(&worth) } else { mean(&worth[phase..phase + starts]) }
}

/// The mean over all runs of `length` rows; over the whole table if it is shorter.
fn of_windows(growth: &[f64], length: usize, fold: Fold) -> f64 {
    let whole = |rows: &[f64]| rows.iter().fold(fold.nothing(), |sum, row| fold.join(sum, *row));
    let windows: Vec<f64> = growth.windows(length.min(growth.len())).map(whole).collect();
    mean(&windows)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROWTH: [f64; 4] = [1.1, 0.9, 1.3, 1.0];

    fn expected_growth(growth: &[f64], length: usize, method: BlockMethod) -> f64 {
        super::expected_growth(growth, length, method, Fold::Product)
    }

    fn of_blocks(growth: &[f64], length: usize, phase: usize, block: usize, wrap: bool) -> f64 {
        super::of_blocks(growth, length, phase, block, wrap, Fold::Product)
    }

    #[test]
    fn rows_alone_multiply_their_means() {
        let monthly: f64 = GROWTH.iter().sum::<f64>() / 4.0;
        assert!((expected_growth(&GROWTH, 3, BlockMethod::Rows) - monthly.powi(3)).abs() < 1e-14);
    }

    #[test]
    fn blocks_are_the_mean_over_every_draw_listed_by_hand() {
        // Two rows a year in blocks of two: years and blocks coincide.
        let pairs = [1.1 * 0.9, 0.9 * 1.3, 1.3 * 1.0, 1.0 * 1.1];
        let wrapped = BlockMethod::Blocks { length: 2, wrap: true };
        assert!((expected_growth(&GROWTH, 2, wrapped) - pairs.iter().sum::<f64>() / 4.0).abs() < 1e-15);
        let plain = BlockMethod::Blocks { length: 2, wrap: false };
        assert!((expected_growth(&GROWTH, 2, plain) - pairs[..3].iter().sum::<f64>() / 3.0).abs() < 1e-15);
        // Two rows a year in blocks of three that do not wrap: a year has the places 0-1, 2-0 and 1-2 of the blocks.
        let plain = BlockMethod::Blocks { length: 3, wrap: false };
        let (first, last) = (mean(&GROWTH[..2]), mean(&GROWTH[2..]));
        let within = [mean(&[1.1 * 0.9, 0.9 * 1.3]), mean(&[0.9 * 1.3, 1.3 * 1.0])];
        let expected = (within[0] + within[1] + first * last) / 3.0;
        assert!((expected_growth(&GROWTH, 2, plain) - expected).abs() < 1e-15);
    }

    #[test]
    fn long_stationary_blocks_tend_to_the_table_itself_and_short_ones_to_rows() {
        let of = |mean_length| expected_growth(&GROWTH, 3, BlockMethod::Stationary { mean_length });
        let circular = of_blocks(&GROWTH, 3, 0, 7, true);
        assert!((of(1e12) - circular).abs() < 1e-9);
        assert!((of(1.0) - expected_growth(&GROWTH, 3, BlockMethod::Rows)).abs() < 1e-14);
        // Two rows: half a new block, half the next row.
        let two = expected_growth(&GROWTH, 2, BlockMethod::Stationary { mean_length: 2.0 });
        let (next, rows) =
            (of_blocks(&GROWTH, 2, 0, 7, true), expected_growth(&GROWTH, 2, BlockMethod::Rows));
        assert!((two - mean(&[next, rows])).abs() < 1e-14);
    }

    #[test]
    fn the_log_growth_of_a_year_is_the_sum_of_its_rows_each_as_often_as_it_is_drawn() {
        let logs = GROWTH.map(ln);
        let mean_log = logs.iter().sum::<f64>() / 4.0;
        let stationary = BlockMethod::Stationary { mean_length: 2.5 };
        let wrapped = BlockMethod::Blocks { length: 3, wrap: true };
        // Every row is drawn as often as any other.
        for method in [BlockMethod::Rows, stationary, wrapped] {
            let found = super::expected_growth(&logs, 3, method, Fold::Sum);
            assert!((found - 3.0 * mean_log).abs() < 1e-14, "{method:?}");
        }
        // Pairs that do not wrap: the middle rows are in two of the three, the ends in one.
        let plain = BlockMethod::Blocks { length: 2, wrap: false };
        let by_hand = (logs[0] + 2.0 * logs[1] + 2.0 * logs[2] + logs[3]) / 3.0;
        assert!((super::expected_growth(&logs, 2, plain, Fold::Sum) - by_hand).abs() < 1e-15);
        assert!((of_windows(&logs, 2, Fold::Sum) - by_hand).abs() < 1e-15);
    }
}
