//! The distribution of log returns: a histogram with fitted densities, and quantiles against quantiles, where tails show.

use crate::calibration::{
    Calibration, Series, StudentT, normal_density, normal_probability, normal_quantile,
};
use crate::report::chart::canvas::Canvas;
use crate::report::chart::frame::{BODY, LINE, MIDDLE, RUIN_LINE, RULE};

use super::picture::{HALF, heading};
use crate::report::chart::plot::{Plot, Sign, legend, percent_label, plain, ticks};

const HEIGHT: f64 = 270.0;

/// The most bars of a histogram.
const MOST_BARS: usize = 60;

/// Places at which a density is drawn.
const CURVE: usize = 160;

/// Points at either end that are all drawn; of those between, one in a few where there are many.
const ENDS: usize = 40;

/// Points that are drawn between the ends.
const BETWEEN: usize = 160;

/// Mean and standard deviation of log returns of one period.
fn normal_fit(series: &Series) -> (f64, f64) {
    let n = series.logs.len() as f64;
    let mean = series.logs.iter().sum::<f64>() / n;
    let sum = series.logs.iter().fold(0.0, |sum, x| sum + (x - mean) * (x - mean));
    (mean, (sum / (n - 1.0)).sqrt())
}

fn fitted_tails(series: &Series) -> Option<&StudentT> {
    series.tails.as_ref().filter(|tails| tails.degrees_of_freedom.value.is_finite())
}

fn tails_in_words(tails: &StudentT) -> String {
    format!("Student t, {:.1} degrees of freedom", tails.degrees_of_freedom.value)
}

fn nothing_to_show(canvas: &mut Canvas) {
    canvas.text((HALF / 2.0, HEIGHT / 2.0), "The series does not move.", BODY.soft().centred());
}

pub(super) fn histogram(calibration: &Calibration, series: &Series) -> Canvas {
    let mut canvas = Canvas::new(HALF, HEIGHT);
    heading(&mut canvas, &format!("Log returns of a {}", calibration.spacing.word()), HALF);
    if !series.has_spread() {
        nothing_to_show(&mut canvas);
        return canvas;
    }
    let (mean, sd) = normal_fit(series);
    let (first, width, counts) = bars(&series.logs, sd);
    let n = series.logs.len() as f64;
    let share = |density: f64| density * width;
    let top_of_curves = share(
        normal_density(mean, mean, sd)
            .max(fitted_tails(series).and_then(|t| t.density(t.location)).unwrap_or(0.0)),
    );
    let highest = counts.iter().map(|count| *count as f64 / n).fold(top_of_curves, f64::max);
    let x = (first, first + width * counts.len() as f64);
    let plot = Plot {
        left: 52.0,
        right: HALF - 14.0,
        top: 54.0,
        bottom: HEIGHT - 30.0,
        x,
        y: (0.0, 1.05 * highest),
    };
    plot.y_axis(&mut canvas, 5, percent_label);
    for (i, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        let from = plot.at((first + width * i as f64, *count as f64 / n));
        let to = plot.at((first + width * (i + 1) as f64, 0.0));
        canvas.rectangle((from.0 + 0.4, from.1), (to.0 - 0.4, to.1), MIDDLE);
    }
    let place = |i: usize| x.0 + (x.1 - x.0) * i as f64 / CURVE as f64;
    let normal = (0..=CURVE).map(|i| (place(i), share(normal_density(place(i), mean, sd))));
    plot.curve(&mut canvas, normal, LINE, 1.6);
    let mut signs = vec![
        (Sign::Area, MIDDLE, format!("share of {}s", calibration.spacing.word())),
        (Sign::Line, LINE, "normal".to_string()),
    ];
    if let Some(tails) = fitted_tails(series) {
        let curve = (0..=CURVE).map(|i| (place(i), tails.density(place(i)).map_or(f64::NAN, share)));
        plot.curve(&mut canvas, curve, RUIN_LINE, 1.6);
        signs.push((Sign::Line, RUIN_LINE, tails_in_words(tails)));
    }
    let labels: Vec<(f64, String)> = ticks(x, 7).into_iter().map(|t| (t, percent_label(t))).collect();
    plot.x_axis(&mut canvas, &labels);
    legend(&mut canvas, (12.0, 40.0), HALF - 24.0, &signs);
    canvas
}

/// The left end of the first bar, the width of bars (Freedman and Diaconis's, rounded by their number), and how many
/// returns fall into each.
fn bars(values: &[f64], sd: f64) -> (f64, f64, Vec<usize>) {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len();
    let (low, high) = (sorted[0], sorted[n - 1]);
    let between = sorted[3 * n / 4] - sorted[n / 4];
    let mut third = 1.0;
    while third * third * third < n as f64 {
        third += 0.01;
    }
    let spread = if between > 0.0 { between } else { sd };
    let wanted = ((high - low) / (2.0 * spread / third)).ceil();
    let count = (wanted as usize).clamp(5, MOST_BARS);
    let width = (high - low) / count as f64 * (1.0 + 1e-9);
    let mut counts = vec![0; count];
    for value in &sorted {
        counts[(((value - low) / width) as usize).min(count - 1)] += 1;
    }
    (low, width, counts)
}

pub(super) fn quantiles(series: &Series) -> Canvas {
    let mut canvas = Canvas::new(HALF, HEIGHT);
    heading(&mut canvas, "Tails: returns in order against the models", HALF);
    if !series.has_spread() {
        nothing_to_show(&mut canvas);
        return canvas;
    }
    let (mean, sd) = normal_fit(series);
    let mut sorted: Vec<f64> = series.logs.iter().map(|x| (x - mean) / sd).collect();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len();
    let probability = |i: usize| (i as f64 + 0.5) / n as f64;
    let kept = (0..n).filter(|&i| {
        let inner = (2 * ENDS..n).contains(&(i + ENDS)) && i >= ENDS;
        !inner || i.is_multiple_of((n / BETWEEN).max(1))
    });
    let points: Vec<(f64, f64)> = kept.map(|i| (normal_quantile(probability(i)), sorted[i])).collect();
    let widest = normal_quantile(probability(n - 1)) + 0.3;
    let deepest = sorted[0].abs().max(sorted[n - 1]).max(widest) * 1.05;
    let plot = Plot {
        left: 52.0,
        right: HALF - 14.0,
        top: 54.0,
        bottom: HEIGHT - 46.0,
        x: (-widest, widest),
        y: (-deepest, deepest),
    };
    plot.y_axis(&mut canvas, 7, plain);
    plot.curve(&mut canvas, [(-widest, -widest), (widest, widest)], LINE, 1.6);
    let mut signs = vec![(Sign::Dot, RULE, "history".to_string()), (Sign::Line, LINE, "normal".to_string())];
    if let Some(tails) = fitted_tails(series) {
        let last = normal_quantile(probability(n - 1));
        let curve = (0..=CURVE).filter_map(|i| {
            let x = last * (2.0 * i as f64 / CURVE as f64 - 1.0);
            Some((x, (tails.quantile(normal_probability(x))? - mean) / sd))
        });
        plot.curve(&mut canvas, curve, RUIN_LINE, 1.6);
        signs.push((Sign::Line, RUIN_LINE, tails_in_words(tails)));
    }
    for point in points {
        canvas.disc(plot.at(point), 1.8, RULE);
    }
    let labels: Vec<(f64, String)> = ticks(plot.x, 9).into_iter().map(|t| (t, plain(t))).collect();
    plot.x_axis(&mut canvas, &labels);
    let style = BODY.soft().sized(10.5);
    let words = "up: return in standard deviations · across: where a normal would have it";
    canvas.text_in((12.0, HEIGHT - 8.0), words, style, HALF - 24.0);
    legend(&mut canvas, (12.0, 40.0), HALF - 24.0, &signs);
    canvas
}
