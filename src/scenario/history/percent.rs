//! Whether figures can be returns as fractions at all.
//!
//! Rules, in this order, for a column whose unit the scenario does not state:
//!
//! 1. *Typical size.* A column with a return of −1 or less is no list of fractions. If half of its figures are beyond
//!    ±0.25 it is taken for percent (or price levels) as a whole; if not, the single figures are refused by line.
//! 2. *Prices.* Half of the figures of inflation beyond ±0.05 a month, or ±0.5 a year: percent.
//! 3. *Growth.* Figures by which a dollar would triple every year, on average over the whole column (a mean log growth
//!    above 1.1 a year), are percent, growth factors or levels. Bitcoin since August 2010 has 0.86, with months such as
//!    +4.7: it passes. A column that has really grown so fast passes with `unit = "fraction"`, where only
//!    returns of −1 or less are refused.

use super::span::Complete;
use super::{Problems, Unit, Wanted};
use crate::math::elementary::{exp, ln};

/// Half the figures beyond this, and one of −1 or less.
const TYPICAL: f64 = 0.25;

/// Mean log growth a year that no fractions have.
const FASTEST: f64 = 1.1;

/// Reports columns and figures that are no fractions.
pub(super) fn check(complete: &Complete, wanted: &Wanted<'_>, problems: &mut Problems) {
    let per_year = complete.first.period.per_year();
    for (i, (column, series)) in complete.series.iter().enumerate() {
        let is_inflation = i + 1 == complete.series.len();
        let guess = if wanted.unit.is_none() { suspicion(series, per_year, is_inflation) } else { None };
        if let Some(why) = guess {
            problems.file(format_args!(
                "the column {column} looks like percent: divide by 100, or say unit = \"percent\" ({why})"
            ));
            continue;
        }
        for (figure, line) in series.iter().zip(&complete.lines).filter(|(figure, _)| **figure <= -1.0) {
            let shown = figure * wanted.unit.map_or(1.0, Unit::scale);
            problems.line(
                *line,
                format_args!(
                    "{column} is {shown}, but a return must be above -1 (more than everything is lost)"
                ),
            );
        }
    }
}

/// Why a column is no list of fractions.
fn suspicion(series: &[f64], per_year: usize, is_inflation: bool) -> Option<String> {
    let mut sizes: Vec<f64> = series.iter().map(|r| r.abs()).collect();
    sizes.sort_by(f64::total_cmp);
    let typical = sizes[sizes.len() / 2];
    let least = series.iter().copied().fold(f64::INFINITY, f64::min);
    if least <= -1.0 {
        let why = || format!("half of its figures are beyond ±{typical}, and one is {least}");
        return (typical > TYPICAL).then(why);
    }
    if is_inflation && typical * per_year as f64 > if per_year == 1 { 0.5 } else { 0.6 } {
        return Some(format!("half of its figures are beyond ±{typical}"));
    }
    let growth = series.iter().fold(0.0, |sum, r| sum + ln(1.0 + r)) / series.len() as f64 * per_year as f64;
    let times = exp(growth.min(20.0));
    (growth > FASTEST).then(|| {
        format!(
            "as fractions, a dollar would grow {times:.3}-fold every year; growth factors and price levels are no \
             returns either; if the figures are right, say unit = \"fraction\""
        )
    })
}
