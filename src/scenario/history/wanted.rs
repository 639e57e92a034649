//! What is wanted of a table: which columns, which rows, and what its figures are.

/// The word for a series that has no column because it stands still.
pub(in crate::scenario) const NONE: &str = "none";

/// Which part of a table is wanted.
#[derive(Clone, Debug)]
pub(in crate::scenario) struct Wanted<'a> {
    /// For each series of the market, assets in order and then inflation: its key, and the name of its column or
    /// several names of which the first that is there is taken.
    pub columns: Vec<(&'a str, Vec<String>)>,
    /// The name of the column of dates; `None` for `date` or `year`.
    pub date: Option<&'a str>,
    /// The first date.
    pub from: Option<String>,
    /// The last date.
    pub to: Option<String>,
    /// What the figures are; `None` if the file does not say, so that it is guessed whether they can be fractions.
    pub unit: Option<Unit>,
}

/// What the figures of a table are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// 0.01 is 1 %.
    Fraction,
    /// 1 is 1 %.
    Percent,
}

impl Unit {
    pub(super) fn scale(self) -> f64 {
        match self {
            Self::Fraction => 1.0,
            Self::Percent => 100.0,
        }
    }
}
