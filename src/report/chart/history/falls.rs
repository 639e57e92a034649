//! How far a series lies below its highest value so far, against the worst falls of the fitted model.

use crate::calibration::{Calibration, Series};
use crate::report::chart::canvas::Canvas;
use crate::report::chart::frame::{BODY, RUIN_FILL, RUIN_LINE, STRONG};

use super::picture::{WHOLE, decimal_year, heading};
use crate::report::chart::plot::{Plot, Sign, legend, percent_label, year_ticks};

const HEIGHT: f64 = 240.0;

pub(super) fn draw(calibration: &Calibration, series: &Series) -> Canvas {
    let mut canvas = Canvas::new(WHOLE, HEIGHT);
    heading(&mut canvas, "Falls from the highest value so far", WHOLE);
    let path = &series.drawdowns.path;
    let envelope = series.envelope.filter(|envelope| envelope.severe > 0.0);
    let deepest = envelope.map_or(0.0, |envelope| envelope.severe).max(series.drawdowns.worst);
    if deepest <= 0.0 {
        canvas.text((WHOLE / 2.0, HEIGHT / 2.0), "The series never falls.", BODY.soft().centred());
        return canvas;
    }
    let first = series.column.first_row;
    let period = 1.0 / calibration.spacing.per_year() as f64;
    let start = decimal_year(calibration, first) - period;
    let year = |i: usize| start + period * i as f64;
    let plot = Plot {
        left: 60.0,
        right: WHOLE - 14.0,
        top: 54.0,
        bottom: HEIGHT - 30.0,
        x: (start, year(path.len() - 1)),
        y: (-(1.06 * deepest).min(1.0), 0.0),
    };
    if let Some(envelope) = envelope {
        plot.band(&mut canvas, -envelope.severe, -envelope.mild, RUIN_FILL);
    }
    plot.y_axis(&mut canvas, 6, percent_label);
    let mut outline: Vec<(f64, f64)> =
        path.iter().enumerate().map(|(i, fall)| plot.at((year(i), -fall))).collect();
    outline.push(plot.at((year(path.len() - 1), 0.0)));
    outline.push(plot.at((start, 0.0)));
    canvas.polygon(outline, STRONG);
    let mut signs = vec![(Sign::Area, STRONG, "history".to_string())];
    if let Some(envelope) = envelope {
        plot.level(&mut canvas, -envelope.median, RUIN_LINE, 1.4);
        signs.push((
            Sign::Line,
            RUIN_LINE,
            "worst fall of the lognormal model over as long a time: median".to_string(),
        ));
        signs.push((Sign::Area, RUIN_FILL, "90 of 100 simulated histories".to_string()));
    }
    plot.x_axis(&mut canvas, &year_ticks(plot.x.0, plot.x.1, 14));
    legend(&mut canvas, (12.0, 40.0), WHOLE - 24.0, &signs);
    canvas
}
