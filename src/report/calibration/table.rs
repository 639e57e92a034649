//! The fitted figures for a terminal.

use crate::calibration::Calibration;
use crate::report::table::grid::{Grid, clipped};
use crate::report::table::page::{Block, Page, bulleted, wrapped};
use crate::report::words::one_line;

use super::prose::{
    findings, number, number_with_error, percent, percent_with_error, rows, span, tails, worst_fall,
};

/// The most series whose correlations are printed as a matrix.
const WIDEST_MATRIX: usize = 10;

/// What was fitted, as tables and sentences.
#[must_use]
pub fn calibration_table(calibration: &Calibration) -> Page {
    let mut page = Page::new(format!("Fitted to {}", one_line(&calibration.source)), "");
    let mut section = |heading: &str, body: Vec<Block>| page.section(heading, body);
    section(
        "Percent a year (the mean of a period times periods); in brackets: standard errors",
        moments(calibration),
    );
    section("Shape and dependence of returns", shape(calibration));
    section("Falls", falls(calibration));
    section("Correlations of log returns (standard error)", correlations(calibration));
    let findings = findings(calibration);
    section("What to know", findings.iter().flat_map(|text| bulleted("- ", text, "  ")).collect());
    page.conclude(CAVEAT);
    page
}

/// What every calibration says at its end.
pub(super) const CAVEAT: &str = "Standard errors of means and volatilities take returns for independent; JSON and page also give \
    those that do not. They tell how little a past of this length says about the figures, if the future is like it: \
    whether it is, no statistic can tell.";

fn moments(calibration: &Calibration) -> Vec<Block> {
    let headings = ["series", "span", "arithmetic", "geometric", "volatility"];
    let mut grid = Grid::new(headings.map(String::from));
    for series in &calibration.series {
        let figures = [
            span(calibration, series),
            percent_with_error(series.moments.mean),
            percent_with_error(series.moments.geometric),
            percent_with_error(series.moments.volatility),
        ];
        grid.row(&one_line(&series.column.name), figures);
    }
    grid.into()
}

fn shape(calibration: &Calibration) -> Vec<Block> {
    let headings =
        ["series", "skewness", "exc. kurtosis", "first autocorr.", "Student t d.f. (95 %)", "GARCH a + b"];
    let mut grid = Grid::new(headings.map(String::from));
    for series in &calibration.series {
        let first = series.autocorrelation.first();
        let garch = match &series.garch {
            Some(garch) if garch.has_clusters() => {
                format!("{} + {}", number(garch.alpha.value, 2), number(garch.beta.value, 2))
            }
            Some(_) => "no clusters".to_string(),
            None => "too few".to_string(),
        };
        let figures = [
            number_with_error(series.moments.skewness, 2),
            number_with_error(series.moments.excess_kurtosis, 2),
            first.map_or_else(|| "–".to_string(), |figure| number_with_error(figure, 2)),
            tails(series.tails.as_ref()),
            garch,
        ];
        grid.row(&one_line(&series.column.name), figures);
    }
    let mut lines: Vec<Block> = grid.into();
    if let Some(common) = calibration.common_tails.as_ref().filter(|_| calibration.assets().len() > 1) {
        let text = format!(
            "All assets together over {}: Student t degrees of freedom {}.",
            rows(calibration, common.count),
            tails(Some(common))
        );
        lines.extend(wrapped(&text, ""));
    }
    lines
}

fn falls(calibration: &Calibration) -> Vec<Block> {
    let mut lines = vec![];
    for series in calibration.assets() {
        let deep = series.drawdowns.deep;
        let model = series.envelope.map_or(String::new(), |envelope| {
            format!(
                "; the lognormal model's worst: {} to {}",
                percent(-envelope.mild, 0),
                percent(-envelope.severe, 0)
            )
        });
        let text = format!(
            "{}: {}; {deep} deeper than 20 %{model}",
            one_line(&series.column.name),
            worst_fall(calibration, series)
        );
        lines.extend(bulleted("- ", &text, "  "));
    }
    lines
}

fn correlations(calibration: &Calibration) -> Vec<Block> {
    let count = calibration.series.len();
    if !(2..=WIDEST_MATRIX).contains(&count) {
        return vec![];
    }
    let names: Vec<String> =
        calibration.series.iter().map(|series| clipped(&one_line(&series.column.name), 12)).collect();
    let mut grid = Grid::new(std::iter::once(String::new()).chain(names[..count - 1].iter().cloned()));
    for row in 1..count {
        let pairs = (0..row).filter_map(|column| calibration.correlations.pair(row, column));
        let cells: Vec<String> = pairs
            .map(|pair| {
                if count <= 6 && pair.standard_error.is_finite() {
                    format!("{} ({})", number(pair.value, 2), number(pair.standard_error, 2))
                } else {
                    number(pair.value, 2)
                }
            })
            .collect();
        grid.row(&names[row], cells);
    }
    grid.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calibration::Spacing;
    use crate::report::chart::history::tests::sample;
    use crate::report::table::grid::columns;

    #[test]
    fn the_table_fits_60_to_120_columns_and_names_every_series() {
        let calibration = sample(Spacing::Month);
        let page = calibration_table(&calibration);
        for width in [60, 80, 100, 120] {
            for line in page.in_columns(width).lines() {
                assert!(columns(line) <= width && line.trim_end() == line, "{line:?}");
            }
        }
        let text = page.to_string();
        for name in ["Bonds", "flat", "short", "cpi"] {
            assert!(text.contains(name), "{name} is not in\n{text}");
        }
        assert!(text.contains("No spread at all: flat."), "{text}");
    }
}
