//! Figures and findings of a calibration in words, for the terminal, the page and the scenario alike.

use crate::calibration::{Calibration, Figure, Series, Spacing};
use crate::report::words::{NOTHING, one_line};

/// How many findings on correlations that cannot be told are listed one by one.
const MOST_PAIRS_NAMED: usize = 5;

/// A share as a percentage with some decimals; a minus sign as people write it.
pub(super) fn percent(share: f64, decimals: usize) -> String {
    if share.is_finite() { format!("{} %", number(100.0 * share, decimals)) } else { NOTHING.to_string() }
}

/// A number with some decimals; never a negative zero.
pub(super) fn number(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let is_zero = text.trim_start_matches('-').chars().all(|c| c == '0' || c == '.');
    if !value.is_finite() {
        NOTHING.to_string()
    } else if is_zero {
        text.trim_start_matches('-').to_string()
    } else {
        text
    }
}

/// A share with its standard error in brackets, both in percent: `11.8 (2.0)`.
pub(super) fn percent_with_error(figure: Figure) -> String {
    number_with_error(
        Figure { value: 100.0 * figure.value, standard_error: figure.standard_error.map(|se| 100.0 * se) },
        2,
    )
}

/// A number with its standard error in brackets.
pub(super) fn number_with_error(figure: Figure, decimals: usize) -> String {
    let value = number(figure.value, decimals);
    match figure.standard_error {
        Some(error) => format!("{value} ({})", number(error, decimals)),
        None => format!("{value} ({NOTHING})"),
    }
}

/// The span of a series: `1971-01 to 2026-06`.
pub(super) fn span(calibration: &Calibration, series: &Series) -> String {
    let (from, to) = calibration.span(series);
    format!("{} to {}", from.shown(calibration.spacing), to.shown(calibration.spacing))
}

/// A number of rows: `666 months`.
pub(super) fn rows(calibration: &Calibration, count: usize) -> String {
    format!("{count} {}s", calibration.spacing.word())
}

/// The worst fall with its dates: `-51.0 %, 2007-10 to 2009-02, back at its peak in 2012-03`.
pub(super) fn worst_fall(calibration: &Calibration, series: &Series) -> String {
    let Some(places) = series.drawdowns.places else { return "none".to_string() };
    // Place 0 is the value before the first return.
    let date = |place: usize| {
        let row = series.column.first_row + place;
        match row.checked_sub(1) {
            Some(row) if place > 0 => calibration.date(row).shown(calibration.spacing),
            _ => "the start".to_string(),
        }
    };
    let depth = percent(-series.drawdowns.worst, 1);
    let end = match places.recovery {
        Some(recovery) => format!("back at its peak in {}", date(recovery)),
        None => "not yet back at its peak".to_string(),
    };
    format!("{depth}, {} to {}, {end}", date(places.peak), date(places.trough))
}

/// Degrees of freedom with their interval, or that no fat tails were found.
pub(super) fn tails(found: Option<&crate::calibration::StudentT>) -> String {
    let Some(tails) = found else { return "too few returns".to_string() };
    let nu = tails.degrees_of_freedom.value;
    if !tails.is_fat() || !nu.is_finite() {
        return "no fat tails found".to_string();
    }
    format!("{} ({})", number(nu, 1), interval_of_tails(tails))
}

/// The 95 % interval of degrees of freedom; at the fewest that are fitted, the one end that there is.
pub(super) fn interval_of_tails(tails: &crate::calibration::StudentT) -> String {
    let end = |value: f64| if value.is_finite() { number(value, 1) } else { "any".to_string() };
    match (tails.is_one_sided, tails.degrees_of_freedom.value.is_finite()) {
        (true, true) => format!("the fewest fitted, to {}", number(tails.high, 2)),
        (true, false) => format!("above {}", number(tails.low, 1)),
        _ => format!("{} to {}", number(tails.low, 1), end(tails.high)),
    }
}

/// What the user should know, in whole sentences: the most important first.
pub(super) fn findings(calibration: &Calibration) -> Vec<String> {
    let mut found = vec![];
    found.extend(how_far_means_are_known(calibration));
    let named = |test: &dyn Fn(&Series) -> bool| -> Vec<String> {
        let names = calibration.series.iter().filter(|series| test(series));
        names.map(|series| one_line(&series.column.name)).collect()
    };
    let still = named(&|series| !series.has_spread());
    if !still.is_empty() {
        found.push(format!("No spread at all: {}. Its return is taken for certain.", still.join(", ")));
    }
    found.extend(calibration.series.iter().filter_map(|series| dependence(calibration, series)));
    found.extend(calibration.series.iter().filter_map(|series| smoothing(calibration, series)));
    let fat = named(&|series| !series.is_persistent() && series.tails.is_some_and(|tails| tails.is_fat()));
    if !fat.is_empty() {
        found.push(format!(
            "Fat tails (5 % level): {}. A lognormal model shows fewer extreme {}s than history did.",
            fat.join(", "),
            calibration.spacing.word()
        ));
    }
    let clusters = named(&|series| series.garch.is_some_and(|garch| garch.has_clusters()));
    if !clusters.is_empty() {
        found.push(format!(
            "Volatility clusters (5 % level): {}. Wild times come together, which independent returns do not show.",
            clusters.join(", ")
        ));
    }
    found.extend(calibration.assets().iter().filter_map(deep_falls));
    found.extend(correlations(calibration));
    found
}

fn how_far_means_are_known(calibration: &Calibration) -> Option<String> {
    let error = |series: &&Series| series.moments.mean.standard_error.unwrap_or(0.0);
    let worst = calibration.assets().iter().max_by(|a, b| error(a).total_cmp(&error(b)))?;
    let margin = 100.0 * crate::math::normal::Z_95 * error(&worst);
    (margin > 0.0).then(|| {
        format!(
            "Means are the least certain figures: that of {} is known to ± {} points a year (95 %) from {}, if the \
             future is drawn from the same urn.",
            one_line(&worst.column.name),
            number(margin, 1),
            rows(calibration, worst.moments.count),
        )
    })
}

fn dependence(calibration: &Calibration, series: &Series) -> Option<String> {
    let (spread, is_of_years) = series.spread_of_a_year(calibration.spacing);
    let first = series.autocorrelation.first()?;
    let name = one_line(&series.column.name);
    if is_of_years {
        return Some(format!(
            "{name} depends on its own past (first autocorrelation {}; independent returns: p {}): years spread by {} in logs, where \
             the square root of time says {}. The scenario takes the spread of years; a model of independent steps \
             cannot show the dependence itself.",
            number(first.value, 2),
            p_value(series.autocorrelation.p_value),
            percent(spread.value, 2),
            percent(series.moments.log_sd.value, 2),
        ));
    }
    (series.autocorrelation.p_value < 0.01 && calibration.spacing == Spacing::Year).then(|| {
        format!(
            "{name} depends on its own past (first autocorrelation {}; independent returns: p {}), which a model of independent \
             years cannot show.",
            number(first.value, 2),
            p_value(series.autocorrelation.p_value),
        )
    })
}

/// A probability as tests state it.
pub(super) fn p_value(p: f64) -> String {
    if p < 0.001 { "< 0.001".to_string() } else { number(p, 3) }
}

fn smoothing(calibration: &Calibration, series: &Series) -> Option<String> {
    let is_prices = calibration.inflation().is_some_and(|prices| std::ptr::eq(prices, series));
    let found = series.smoothing.as_ref().filter(|found| found.is_smooth() && !is_prices)?;
    Some(format!(
        "{} may be smoothed: phi {}, so that true volatility of a {} would be {} times the reported one ({} times by a \
         moving average). Appraised prices and monthly averages look like this; interest rates do too, and are not.",
        one_line(&series.column.name),
        number_with_error(found.phi, 2),
        calibration.spacing.word(),
        number_with_error(found.ratio_by_phi, 2),
        number_with_error(found.ratio_by_theta, 2),
    ))
}

fn deep_falls(series: &Series) -> Option<String> {
    let envelope = series.envelope.filter(|envelope| envelope.share_as_deep < 0.05)?;
    (series.drawdowns.worst > 0.05).then(|| {
        let share = if envelope.share_as_deep > 0.0 {
            let (share, error) = (percent(envelope.share_as_deep, 1), percent(envelope.share_error, 1));
            format!("only {share} ({error} standard error) of histories")
        } else {
            "none of the simulated histories".to_string()
        };
        format!(
            "{} fell by {} once; {share} of independent lognormal returns fall as far.",
            one_line(&series.column.name),
            percent(series.drawdowns.worst, 1),
        )
    })
}

fn correlations(calibration: &Calibration) -> Vec<String> {
    let mut found = vec![];
    let name =
        |place: usize| calibration.series.get(place).map_or(String::new(), |s| one_line(&s.column.name));
    let untold: Vec<String> = calibration
        .correlations
        .pairs
        .iter()
        .filter(|pair| pair.standard_error.is_infinite())
        .map(|pair| format!("{} and {}", name(pair.first), name(pair.second)))
        .collect();
    if !untold.is_empty() {
        let named = untold.iter().take(MOST_PAIRS_NAMED).cloned().collect::<Vec<_>>().join("; ");
        let more = untold.len().saturating_sub(MOST_PAIRS_NAMED);
        let rest = if more > 0 { format!("; and {more} more") } else { String::new() };
        found.push(format!(
            "No correlation could be told for {named}{rest}: fewer than 12 returns in common, or no spread. 0 is used."
        ));
    }
    if calibration.correlations.distance > 0.0 {
        found.push(format!(
            "The correlations, each over the span of its own pair, did not fit together; the nearest matrix that is positive \
             definite is used. It lies {} away (Frobenius norm).",
            number(calibration.correlations.distance, 4)
        ));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(percent(0.1181, 1), "11.8 %");
        assert_eq!(number(-0.0001, 2), "0.00");
        assert_eq!(percent(f64::NAN, 1), NOTHING);
        assert_eq!(percent_with_error(Figure::new(0.1181, 0.0204)), "11.81 (2.04)");
        assert_eq!(number_with_error(Figure::without_error(0.5), 2), "0.50 (–)");
        assert_eq!((p_value(1e-9).as_str(), p_value(0.0456).as_str()), ("< 0.001", "0.046"));
    }
}
