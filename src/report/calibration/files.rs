//! The files of a calibration in their folder.

use std::path::PathBuf;

use super::{
    CalibrationModel, calibration_json, calibration_page, calibration_returns_csv, calibration_scenario,
};
use crate::calibration::Calibration;
use crate::error::Result;
use crate::report::Folder;
use crate::report::files::NamedFile;

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
