//! What the pictures of a history share: widths, headings, and dates as numbers.

use crate::calibration::{Calibration, Spacing};
use crate::report::chart::canvas::Canvas;
use crate::report::chart::frame::BODY;

/// Width of a picture that stands beside another.
pub(super) const HALF: f64 = 470.0;

/// Width of a picture that stands alone.
pub(super) const WHOLE: f64 = 960.0;

/// The heading of a picture.
pub(super) fn heading(canvas: &mut Canvas, text: &str, width: f64) {
    canvas.text_in((12.0, 20.0), text, BODY.bold().sized(13.0), width - 24.0);
}

/// A date as a decimal year: the end of its period.
pub(super) fn decimal_year(calibration: &Calibration, row: usize) -> f64 {
    let date = calibration.date(row);
    match calibration.spacing {
        Spacing::Year => f64::from(date.year + 1),
        _ => f64::from(date.months() + 1) / 12.0,
    }
}
