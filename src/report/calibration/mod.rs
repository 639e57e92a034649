//! A calibration → a table for the terminal, a scenario file, a page of diagnostics and JSON.

mod json;
mod keys;
mod page;
mod scenario;
mod table;
mod tables;
mod words;

pub use json::calibration_json;
pub use page::calibration_page;
pub use scenario::{calibration_returns_csv, calibration_scenario};
pub use table::calibration_table;

use std::path::PathBuf;

use crate::calibration::Calibration;
use crate::error::Result;
use crate::report::Folder;
use crate::report::files::NamedFile;

/// The return model that a fitted scenario names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CalibrationModel {
    /// Independent lognormal returns.
    #[default]
    Lognormal,
    /// Student-t tails.
    StudentT,
    /// Clustered volatility.
    Garch,
    /// Past returns in blocks.
    Bootstrap,
}

impl CalibrationModel {
    /// The name in scenario files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Lognormal => "lognormal",
            Self::StudentT => "student_t",
            Self::Garch => "garch",
            Self::Bootstrap => "bootstrap",
        }
    }
}

impl Folder {
    /// Writes `market.toml`, `calibration.json` and `diagnostics.html` (and `returns.csv` for a bootstrap) and returns their
    /// paths. All are put in place, or none.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::System`](crate::ErrorKind::System) with the path; earlier results are then as they were.
    pub fn write_calibration(
        self,
        calibration: &Calibration,
        model: CalibrationModel,
    ) -> Result<Vec<PathBuf>> {
        let file = |name: &str, text: String| NamedFile { name: name.to_string(), bytes: text.into_bytes() };
        let mut files = vec![
            file("market.toml", calibration_scenario(calibration, model)),
            file("calibration.json", calibration_json(calibration)),
            file("diagnostics.html", calibration_page(calibration)?),
        ];
        if model == CalibrationModel::Bootstrap {
            files.push(file("returns.csv", calibration_returns_csv(calibration)));
        }
        self.write_all(files)
    }
}
