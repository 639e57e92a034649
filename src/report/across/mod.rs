//! One question under several sets of assumptions, side by side: table, JSON, CSV and chart.

mod csv;
mod gains;
mod json;
mod sets;
mod shares;
mod table;

pub use csv::assumptions_csv;
pub(in crate::report) use gains::interests;
pub use json::assumptions_json;
pub use sets::Across;
pub(in crate::report) use sets::set_name;
pub(in crate::report) use shares::{finding, primary, shares_in_words};
pub use table::assumptions_table;
