//! The tables of the page.

use std::fmt::Write as _;

use crate::calibration::{Calibration, Figure};
use crate::report::words::one_line;

use super::prose::{number, p_value, span, tails};

/// A text for HTML.
pub(super) fn escaped(text: &str) -> String {
    one_line(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A value with its standard error in small print.
fn cell(figure: Figure, scale: f64, decimals: usize) -> String {
    let error = figure.standard_error.map_or("–".to_string(), |error| number(scale * error, decimals));
    format!("{} <small>({error})</small>", number(scale * figure.value, decimals))
}

fn table(headings: &[&str], rows: impl Iterator<Item = (String, Vec<String>)>) -> String {
    let mut out = "<div class=\"wide\"><table>\n<thead><tr>".to_string();
    for heading in headings {
        let _ = write!(out, "<th>{heading}</th>");
    }
    out += "</tr></thead>\n<tbody>\n";
    for (name, cells) in rows {
        let _ = write!(out, "<tr><th>{}</th>", escaped(&name));
        for cell in cells {
            let _ = write!(out, "<td>{cell}</td>");
        }
        out += "</tr>\n";
    }
    out + "</tbody></table></div>\n"
}

/// Return and risk by series.
pub(super) fn moments(calibration: &Calibration) -> String {
    let headings = [
        "percent a year",
        "span",
        "arithmetic mean",
        "geometric mean",
        "volatility",
        "spread of whole years (logs)",
        "worst fall",
    ];
    let rows = calibration.series.iter().enumerate().map(|(place, series)| {
        let moments = &series.moments;
        let is_asset = place < calibration.assets().len();
        let cells = vec![
            span(calibration, series),
            cell(moments.mean, 100.0, 2),
            cell(moments.geometric, 100.0, 2),
            cell(moments.volatility, 100.0, 2),
            moments.log_sd_of_years.map_or("–".to_string(), |sd| number(100.0 * sd, 2)),
            if is_asset { number(-100.0 * series.drawdowns.worst, 1) } else { "–".to_string() },
        ];
        (series.column.name.clone(), cells)
    });
    table(&headings, rows)
}

/// Shape and dependence by series.
pub(super) fn shape(calibration: &Calibration) -> String {
    let headings = [
        "",
        "skewness",
        "excess kurtosis",
        "first autocorrelation",
        "independence p",
        "Student t degrees of freedom (95 %)",
        "GARCH alpha",
        "GARCH beta",
    ];
    let rows = calibration.series.iter().map(|series| {
        let garch = series.garch.filter(crate::calibration::Garch::has_clusters);
        let none = if series.garch.is_some() { "no clusters" } else { "–" };
        let cells = vec![
            cell(series.moments.skewness, 1.0, 2),
            cell(series.moments.excess_kurtosis, 1.0, 2),
            series.autocorrelation.first().map_or("–".to_string(), |figure| cell(figure, 1.0, 2)),
            escaped(&p_value(series.autocorrelation.p_value)),
            tails(series.tails.as_ref()),
            garch.map_or(none.to_string(), |garch| cell(garch.alpha, 1.0, 2)),
            garch.map_or("–".to_string(), |garch| cell(garch.beta, 1.0, 2)),
        ];
        (series.column.name.clone(), cells)
    });
    let mut out = table(&headings, rows);
    if let Some(common) = calibration.common_tails.as_ref().filter(|_| calibration.assets().len() > 1) {
        let _ = writeln!(
            out,
            "<p>One number of degrees of freedom for all assets, from the {} {}s that they share: {}.</p>",
            common.count,
            calibration.spacing.word(),
            tails(Some(common))
        );
    }
    out
}

/// Correlations by pair: the lower triangle, with standard errors.
pub(super) fn correlations(calibration: &Calibration) -> String {
    let count = calibration.series.len();
    let names: Vec<String> =
        calibration.series[..count - 1].iter().map(|series| escaped(&series.column.name)).collect();
    let headings: Vec<&str> = std::iter::once("").chain(names.iter().map(String::as_str)).collect();
    let rows = (1..count).map(|row| {
        let pair = |column: usize| match calibration.correlations.pair(row, column) {
            Some(pair) if column < row && pair.standard_error.is_finite() => {
                cell(Figure::new(pair.value, pair.standard_error), 1.0, 2)
            }
            Some(_) if column < row => "not told".to_string(),
            _ => String::new(),
        };
        (calibration.series[row].column.name.clone(), (0..count - 1).map(pair).collect())
    });
    table(&headings, rows)
}
