//! The tables that are part of the program; what they hold and what is wrong with them stands at their tops.

/// A table of the program.
#[derive(Debug)]
pub(in crate::scenario) struct Embedded {
    /// Its name.
    pub name: &'static str,
    /// Its text.
    pub text: &'static str,
    /// Where its figures come from, in a line.
    pub source: &'static str,
    /// Which column stands for which series.
    columns: &'static [(&'static str, &'static str)],
}

/// Both tables have the same columns; averaged prices are called so.
const COLUMNS: &[(&str, &str)] = &[
    ("us_equity", "stocks_avg"),
    ("stocks", "stocks_avg"),
    ("us_bonds", "bonds_avg"),
    ("bonds", "bonds_avg"),
    ("cash", "cash"),
    ("gold", "gold_avg"),
    ("inflation", "cpi"),
];

/// The names of all tables.
pub(in crate::scenario) const NAMES: [&str; 2] = ["us_monthly", "us_annual"];

const TABLES: [Embedded; 2] = [
    Embedded {
        name: NAMES[0],
        text: include_str!("us_monthly.csv"),
        source: "us_monthly (Shiller, Federal Reserve, World Bank, BLS; stocks, bonds and gold from monthly AVERAGES: \
                 volatility too low)",
        columns: COLUMNS,
    },
    Embedded {
        name: NAMES[1],
        text: include_str!("us_annual.csv"),
        source: "us_annual (Shiller, Federal Reserve, World Bank, BLS; stocks, bonds and gold from monthly AVERAGES: \
                 volatility somewhat too low)",
        columns: COLUMNS,
    },
];

/// The table of a name.
pub(in crate::scenario) fn embedded(name: &str) -> Option<&'static Embedded> {
    TABLES.iter().find(|table| table.name == name)
}

impl Embedded {
    /// The column that stands for an asset of the shipped sets, or for inflation, unless the scenario says otherwise.
    pub(in crate::scenario) fn column_for(&self, series: &str) -> Option<&'static str> {
        self.columns.iter().find(|(known, _)| *known == series).map(|(_, column)| *column)
    }
}
