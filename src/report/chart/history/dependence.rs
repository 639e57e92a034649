//! Autocorrelations by lag: of returns, and of their squares, where clustered volatility shows.

use crate::calibration::{Autocorrelation, Calibration, LAGS, Series};
use crate::math::normal::Z_95;
use crate::report::chart::canvas::Canvas;
use crate::report::chart::frame::{BODY, LIGHT, RUIN_LINE, RULE, STRONG};

use super::picture::{HALF, heading};
use crate::report::chart::plot::{Plot, Sign, legend, plain};

const HEIGHT: f64 = 220.0;

pub(super) fn returns(calibration: &Calibration, series: &Series) -> Canvas {
    let mut canvas = Canvas::new(HALF, HEIGHT);
    heading(&mut canvas, "Does a return depend on those before?", HALF);
    draw(&mut canvas, calibration, &series.autocorrelation, series.logs.len(), &[]);
    canvas
}

pub(super) fn squares(calibration: &Calibration, series: &Series) -> Canvas {
    let mut canvas = Canvas::new(HALF, HEIGHT);
    heading(&mut canvas, "Does a wild period follow a wild one? (squared returns)", HALF);
    let implied: Vec<f64> = series
        .garch
        .iter()
        .filter(|garch| garch.has_clusters())
        .flat_map(|garch| (1..=LAGS).map(|lag| garch.autocorrelation_of_squares(lag)))
        .collect();
    draw(&mut canvas, calibration, &series.autocorrelation_of_squares, series.logs.len(), &implied);
    canvas
}

fn draw(
    canvas: &mut Canvas,
    calibration: &Calibration,
    found: &Autocorrelation,
    count: usize,
    implied: &[f64],
) {
    if found.lags.is_empty() {
        canvas.text((HALF / 2.0, HEIGHT / 2.0), "The series does not move.", BODY.soft().centred());
        return;
    }
    let band = Z_95 / (count as f64).sqrt();
    let values = || found.lags.iter().map(|figure| figure.value).chain(implied.iter().copied());
    let highest = values().fold(0.2_f64.max(band), f64::max).min(1.0);
    let lowest = values().fold((-0.2_f64).min(-band), f64::min).max(-1.0);
    let shown = found.lags.len();
    let plot = Plot {
        left: 52.0,
        right: HALF - 14.0,
        top: 54.0,
        bottom: HEIGHT - 44.0,
        x: (0.4, shown as f64 + 0.6),
        y: (1.08 * lowest, 1.08 * highest),
    };
    plot.band(canvas, -band, band, LIGHT);
    plot.y_axis(canvas, 6, plain);
    for (i, figure) in found.lags.iter().enumerate() {
        let lag = (i + 1) as f64;
        let (from, to) =
            (plot.at((lag - 0.3, figure.value.max(0.0))), plot.at((lag + 0.3, figure.value.min(0.0))));
        canvas.rectangle(from, (to.0, to.1.max(from.1 + 0.5)), STRONG);
    }
    plot.level(canvas, 0.0, RULE, 1.0);
    let curve: Vec<(f64, f64)> =
        implied.iter().take(shown).enumerate().map(|(i, rho)| ((i + 1) as f64, *rho)).collect();
    plot.curve(canvas, curve.iter().copied(), RUIN_LINE, 1.6);
    for point in &curve {
        canvas.disc(plot.at(*point), 2.4, RUIN_LINE);
    }
    let labels: Vec<(f64, String)> = (1..=shown).map(|lag| (lag as f64, lag.to_string())).collect();
    plot.x_axis(canvas, &labels);
    let word = calibration.spacing.word();
    canvas.text_in((12.0, HEIGHT - 8.0), &format!("lag in {word}s"), BODY.soft().sized(10.5), HALF - 24.0);
    let mut signs = vec![
        (Sign::Area, STRONG, "history".to_string()),
        (Sign::Area, LIGHT, "chance alone, 95 of 100".to_string()),
    ];
    if !curve.is_empty() {
        signs.push((Sign::Line, RUIN_LINE, "fitted GARCH".to_string()));
    }
    legend(canvas, (12.0, 40.0), HALF - 24.0, &signs);
}
