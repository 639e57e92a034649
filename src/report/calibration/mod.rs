//! A calibration → a table for the terminal, a scenario file, a page of diagnostics and JSON.

mod files;
mod html_page;
mod html_tables;
mod json;
mod keys;
mod model;
mod prose;
mod scenario;
mod table;

pub use html_page::calibration_page;
pub use json::calibration_json;
pub use model::CalibrationModel;
pub use scenario::{calibration_returns_csv, calibration_scenario};
pub use table::calibration_table;
