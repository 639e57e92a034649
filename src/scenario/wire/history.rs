//! `[market.history]`, `[market.bootstrap]` and `[market.historical]` as they are written.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::scenario::history;

/// The table of past returns that the models `bootstrap` and `historical` take: one of the program, or a CSV file.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::scenario) struct HistoryTable {
    /// Name of a table of the program. Either this or `file`. Default: `us_monthly`.
    #[schemars(extend("enum" = history::NAMES))]
    pub table: Option<String>,
    /// A CSV file, by its path from the scenario: a header, then a row for each month or year without a gap, with
    /// simple returns as fractions.
    pub file: Option<String>,
    /// The column of each asset of the market, and of `inflation` (`"none"`: prices stand still). Default: for a table
    /// of the program, its column for that asset; for a file, the column called like the asset, and `inflation` or `cpi`.
    pub columns: BTreeMap<String, String>,
    /// Name of the column of dates, as YYYY, YYYY-MM or YYYY-MM-DD. Default: `date` or `year`.
    pub date: Option<String>,
    /// First date that is used. Default: the first at which every column has a figure.
    pub from: Option<DateValue>,
    /// Last date that is used. Default: the last at which every column has a figure.
    pub to: Option<DateValue>,
    /// What the figures are. Default: fractions, and columns that look otherwise are refused.
    pub unit: Option<UnitWord>,
}

/// A date of a table.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(in crate::scenario) enum DateValue {
    /// A year.
    Year(u32),
    /// A year or month, such as `"1971-09"`.
    Text(String),
}

/// What the figures of a table are.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::scenario) enum UnitWord {
    /// 0.01 is 1 %, however large the figures are.
    Fraction,
    /// 1 is 1 %.
    Percent,
}

/// How the model `bootstrap` draws rows of the table.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::scenario) struct BootstrapTable {
    /// Which sort of blocks. Default: `stationary`.
    pub method: Option<BootstrapWord>,
    /// Rows in a block (for `stationary` the mean, which need not be whole), or `"politis_white"`: the automatic length of
    /// Politis and White (2004, corrected 2009), the largest over assets and inflation. Default: `"politis_white"`.
    pub block: Option<BlockValue>,
    /// Whether a block that reaches the last row goes on with the first. Default: no for `blocks`; `stationary` always
    /// does.
    pub wrap: Option<bool>,
}

/// A sort of blocks.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::scenario) enum BootstrapWord {
    /// Each row alone: no memory from one period to the next.
    Rows,
    /// Blocks of one length (Künsch 1989; with `wrap`, the circular ones of Politis and Romano 1992).
    Blocks,
    /// Blocks of random, geometric length (Politis and Romano 1994).
    Stationary,
}

/// The length of a block.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(in crate::scenario) enum BlockValue {
    /// Rows.
    Rows(f64),
    /// Chosen automatically.
    Automatic(AutomaticWord),
}

/// An automatic length.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::scenario) enum AutomaticWord {
    /// Politis and White (2004) with the correction of Patton, Politis and White (2009).
    PolitisWhite,
}

/// How the model `historical` goes through the table: every start date is one lifetime, nothing is drawn.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::scenario) struct HistoricalTable {
    /// Whether the last row is followed by the first, so that every row is a start date; otherwise lifetimes that would
    /// reach beyond the table are left out.
    pub wrap: bool,
}
