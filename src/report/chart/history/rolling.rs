//! The correlation of two series over a moving window, against a constant one.

use crate::calibration::{Calibration, Pair, Rolling};
use crate::report::chart::canvas::Canvas;
use crate::report::chart::frame::{LIGHT, LINE, RUIN_LINE};

use super::picture::{HALF, decimal_year, heading};
use crate::report::chart::plot::{Plot, Sign, legend, plain, year_ticks};

const HEIGHT: f64 = 200.0;

pub(super) fn draw(calibration: &Calibration, pair: &Pair, found: &Rolling) -> Canvas {
    let mut canvas = Canvas::new(HALF, HEIGHT);
    let name = |place: usize| calibration.series.get(place).map_or("", |series| series.column.name.as_str());
    heading(&mut canvas, &format!("{} and {}", name(pair.first), name(pair.second)), HALF);
    let year = |i: usize| decimal_year(calibration, found.first_row + i);
    let last = found.values.len() - 1;
    let plot = Plot {
        left: 52.0,
        right: HALF - 14.0,
        top: 54.0,
        bottom: HEIGHT - 30.0,
        x: (year(0), year(last)),
        y: (-1.0, 1.0),
    };
    plot.band(&mut canvas, found.band.0, found.band.1, LIGHT);
    plot.y_axis(&mut canvas, 5, plain);
    plot.level(&mut canvas, pair.value, RUIN_LINE, 1.4);
    let points = found.values.iter().enumerate().map(|(i, value)| (year(i), *value));
    plot.curve(&mut canvas, points, LINE, 1.4);
    plot.x_axis(&mut canvas, &year_ticks(plot.x.0, plot.x.1, 8));
    let word = calibration.spacing.word();
    let signs = [
        (Sign::Line, LINE, format!("{} {word}s to date", found.window)),
        (Sign::Line, RUIN_LINE, format!("whole span, {}", plain(pair.value))),
        (Sign::Area, LIGHT, "chance, 95 of 100".to_string()),
    ];
    legend(&mut canvas, (12.0, 40.0), HALF - 24.0, &signs);
    canvas
}
