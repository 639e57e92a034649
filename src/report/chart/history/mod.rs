//! Pictures of a history against the model that was fitted to it: distribution, tails, dependence, falls, and
//! correlations over time.

mod dependence;
mod distribution;
mod falls;
mod picture;
mod rolling;

use crate::calibration::{Calibration, Pair, Series};
use crate::error::Result;

/// How often returns of each size came, with the densities of the fitted models, as SVG.
///
/// # Errors
///
/// None that is known: pictures are drawn in memory. The same holds for the other pictures.
pub fn distribution_svg(calibration: &Calibration, series: &Series) -> Result<String> {
    let name = &series.column.name;
    let title = format!("{name}: distribution of log returns");
    distribution::histogram(calibration, series).into_svg(
        &title,
        "Histogram of past log returns with the densities of the fitted normal and Student t.",
    )
}

/// Quantiles of returns against those of the fitted models, as SVG.
///
/// # Errors
///
/// As [`distribution_svg`].
pub fn tails_svg(series: &Series) -> Result<String> {
    let title = format!("{}: tails of log returns", series.column.name);
    distribution::quantiles(series).into_svg(
        &title,
        "Standardised log returns in order against quantiles of the normal and the Student t.",
    )
}

/// Autocorrelations of returns and of their squares, as SVG.
///
/// # Errors
///
/// As [`distribution_svg`].
pub fn dependence_svg(calibration: &Calibration, series: &Series) -> Result<[String; 2]> {
    let name = &series.column.name;
    let returns = dependence::returns(calibration, series).into_svg(
        &format!("{name}: autocorrelation of returns"),
        "Bars by lag with the band in which 95 of 100 would lie if returns were independent.",
    )?;
    let squares = dependence::squares(calibration, series).into_svg(
        &format!("{name}: autocorrelation of squared returns"),
        "Bars by lag with the band of constant volatility and the curve of the fitted GARCH.",
    )?;
    Ok([returns, squares])
}

/// The way below the highest value so far, with the worst falls that the lognormal model would show, as SVG.
///
/// # Errors
///
/// As [`distribution_svg`].
pub fn falls_svg(calibration: &Calibration, series: &Series) -> Result<String> {
    let title = format!("{}: falls from the highest value so far", series.column.name);
    falls::draw(calibration, series)
        .into_svg(&title, "Drawdown over time, with the range of the worst drawdown in simulated histories.")
}

/// Correlations of a pair over a moving window, as SVG; `None` if their common span is too short.
///
/// # Errors
///
/// As [`distribution_svg`].
pub fn rolling_svg(calibration: &Calibration, pair: &Pair) -> Result<Option<String>> {
    let Some(found) = calibration.rolling(pair) else { return Ok(None) };
    let name = |place: usize| calibration.series.get(place).map_or("", |series| series.column.name.as_str());
    let title = format!("{} and {}: correlation over time", name(pair.first), name(pair.second));
    let canvas = rolling::draw(calibration, pair, &found);
    canvas.into_svg(&title, "Rolling correlation with the band of a constant correlation.").map(Some)
}

#[cfg(test)]
pub(in crate::report) mod tests {
    use super::*;
    use crate::calibration::{Column, Date, Options, Spacing, Table};
    use crate::math::normal::normal_pair;
    use crate::math::streams::{Purpose, Streams};
    use crate::report::chart::canvas::tests::assert_texts_are_apart;
    use crate::report::chart::png;

    /// Several series with spans of their own: quiet, wild with a shared shock, flat, short, prices.
    pub(in crate::report) fn sample(spacing: Spacing) -> Calibration {
        let streams = Streams::new(9);
        let normal = |series: u64, row: u32| {
            let [a, b, _, _] = streams.block(Purpose::Resampling, series, row);
            f64::from(normal_pair(a, b).0)
        };
        let series = |number: u64, count: u32, mean: f64, sd: f64| -> Vec<f64> {
            let shock = |row: u32| if row.is_multiple_of(29) { 3.0 } else { 1.0 };
            (0..count).map(|row| mean + sd * shock(row) * normal(number, row)).collect()
        };
        let column = |name: &str, first_row: usize, returns: Vec<f64>| Column {
            name: name.into(),
            first_row,
            returns: returns.into_iter().map(|r| r.clamp(-0.9, 3.0)).collect(),
        };
        let columns = vec![
            column("stocks <&> \"more\"", 0, series(1, 480, 0.008, 0.04)),
            column("Bonds", 3, series(2, 400, 0.004, 0.01)),
            column("a wild one with a very long name that goes on and on", 100, series(3, 300, 0.02, 0.2)),
            column("flat", 0, vec![0.0025; 480]),
            column("short", 460, series(4, 20, 0.004, 0.02)),
            column("cpi", 0, series(5, 470, 0.002, 0.002)),
        ];
        let first = Date { year: 1980, month: if spacing == Spacing::Year { 1 } else { 3 } };
        let table = Table { source: "sample.csv".into(), spacing, first, columns };
        Calibration::fit(&table, &Options { inflation: Some("cpi".into()), ..Options::default() }).unwrap()
    }

    #[test]
    fn every_picture_is_well_formed_and_none_of_its_texts_touch_or_leave_it() {
        for spacing in [Spacing::Month, Spacing::Quarter, Spacing::Year] {
            let calibration = sample(spacing);
            for series in &calibration.series {
                let canvases = [
                    distribution::histogram(&calibration, series),
                    distribution::quantiles(series),
                    dependence::returns(&calibration, series),
                    dependence::squares(&calibration, series),
                    falls::draw(&calibration, series),
                ];
                for canvas in canvases {
                    assert_texts_are_apart(&canvas);
                    let svg = canvas.into_svg(&series.column.name, "d").unwrap();
                    assert!(
                        png::parse(&svg).is_ok() && !svg.contains("NaN") && !svg.contains("inf"),
                        "{svg}"
                    );
                }
            }
            for pair in &calibration.correlations.pairs {
                let Some(found) = calibration.rolling(pair) else { continue };
                assert_texts_are_apart(&rolling::draw(&calibration, pair, &found));
                assert!(png::parse(&rolling_svg(&calibration, pair).unwrap().unwrap()).is_ok());
            }
        }
    }
}
