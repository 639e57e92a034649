//! `calibration.json`: every fitted figure with its standard error, for programs.

use serde_json::{Value, json};

use crate::calibration::{Autocorrelation, Calibration, Figure, Garch, Pair, Series, Smoothing, StudentT};
use crate::report::pretty_json::pretty;

use super::keys::keys;

/// Raised when a key changes its meaning or goes away.
const FORMAT_VERSION: u32 = 1;

/// The fitted figures as JSON. Rates are fractions a year, unless a key says otherwise.
#[must_use]
pub fn calibration_json(calibration: &Calibration) -> String {
    let series = calibration.series.iter().zip(keys(calibration));
    let pairs = calibration.correlations.pairs.iter().map(|pair| correlation(calibration, pair));
    let value = json!({
        "format": "decumulus calibration",
        "format_version": FORMAT_VERSION,
        "program_version": env!("CARGO_PKG_VERSION"),
        "source": calibration.source,
        "period": calibration.spacing.word(),
        "series": series.map(|(found, key)| one(calibration, found, &key)).collect::<Vec<_>>(),
        "correlations": pairs.collect::<Vec<_>>(),
        "correlation_repair_distance": calibration.correlations.distance,
        "student_t_of_all_assets": calibration.common_tails.as_ref().map(student_t),
    });
    pretty(&value) + "\n"
}

fn figure(figure: Figure) -> Value {
    json!({ "value": finite(figure.value), "standard_error": figure.standard_error })
}

/// JSON has no infinity.
fn finite(value: f64) -> Value {
    if value.is_finite() { json!(value) } else { Value::Null }
}

fn one(calibration: &Calibration, series: &Series, key: &str) -> Value {
    let moments = &series.moments;
    let (from, to) = calibration.span(series);
    let (spread, is_of_years) = series.spread_of_a_year(calibration.spacing);
    let extreme = |row: usize| {
        let date = calibration.date(series.column.first_row + row).shown(calibration.spacing);
        json!({ "date": date, "return": series.column.returns.get(row) })
    };
    json!({
        "key": key,
        "column": series.column.name,
        "first": from.shown(calibration.spacing),
        "last": to.shown(calibration.spacing),
        "returns": moments.count,
        "mean": figure(moments.mean),
        "mean_standard_error_newey_west": moments.mean_error_hac,
        "geometric_mean": figure(moments.geometric),
        "volatility": figure(moments.volatility),
        "log_mean": figure(moments.log_mean),
        "log_mean_standard_error_newey_west": moments.log_mean_error_hac,
        "log_sd": figure(moments.log_sd),
        "log_sd_of_whole_years": moments.log_sd_of_years,
        "log_sd_written": { "value": spread.value, "standard_error": spread.standard_error, "of_whole_years": is_of_years },
        "skewness": figure(moments.skewness),
        "excess_kurtosis": figure(moments.excess_kurtosis),
        "best": extreme(moments.best_row),
        "worst": extreme(moments.worst_row),
        "autocorrelation": autocorrelation(&series.autocorrelation),
        "autocorrelation_of_squares": autocorrelation(&series.autocorrelation_of_squares),
        "drawdown": drawdown(calibration, series),
        "student_t": series.tails.as_ref().map(student_t),
        "garch_per_period": series.garch.as_ref().map(garch),
        "smoothing": series.smoothing.as_ref().map(smoothing),
    })
}

fn autocorrelation(found: &Autocorrelation) -> Value {
    json!({
        "lags": found.lags.iter().map(|lag| figure(*lag)).collect::<Vec<_>>(),
        "ljung_box": found.ljung_box,
        "ljung_box_p_value": found.ljung_box_p_value,
        "p_value_allowing_for_clusters": found.p_value,
    })
}

fn drawdown(calibration: &Calibration, series: &Series) -> Value {
    let found = &series.drawdowns;
    // Place 0 is the value before the first return, which has no date in the table.
    let date = |place: usize| {
        (place > 0).then(|| calibration.date(series.column.first_row + place - 1).shown(calibration.spacing))
    };
    json!({
        "worst": -found.worst,
        "peak": found.places.and_then(|places| date(places.peak)),
        "trough": found.places.and_then(|places| date(places.trough)),
        "recovery": found.places.and_then(|places| places.recovery).and_then(date),
        "deeper_than_20_percent": found.deep,
        "lognormal_model": series.envelope.map(|envelope| json!({
            "worst_p5": -envelope.mild,
            "worst_median": -envelope.median,
            "worst_p95": -envelope.severe,
            "share_as_deep": envelope.share_as_deep,
            "share_standard_error": envelope.share_error,
            "deeper_than_20_percent_mean": envelope.deep,
            "histories": envelope.histories,
        })),
    })
}

fn student_t(found: &StudentT) -> Value {
    json!({
        "degrees_of_freedom": figure(found.degrees_of_freedom),
        "low": finite(found.low),
        "high": finite(found.high),
        "likelihood_ratio": found.likelihood_ratio,
        "p_value_of_normal": found.p_value,
        "fat_tails_found": found.is_fat(),
        "one_sided": found.is_one_sided,
        "rows": found.count,
    })
}

fn garch(found: &Garch) -> Value {
    json!({
        "alpha": figure(found.alpha),
        "beta": figure(found.beta),
        "persistence": figure(found.persistence),
        "half_life_periods": found.half_life(),
        "p_value_of_constant_volatility": found.p_value,
        "clusters_found": found.has_clusters(),
        "at_bound": found.is_at_bound(),
    })
}

fn smoothing(found: &Smoothing) -> Value {
    json!({
        "phi": figure(found.phi),
        "true_over_reported_volatility_by_phi": figure(found.ratio_by_phi),
        "reported_over_true_annual_volatility_by_phi": found.annual_share_by_phi,
        "theta": found.theta.iter().map(|theta| figure(*theta)).collect::<Vec<_>>(),
        "true_over_reported_volatility_by_theta": figure(found.ratio_by_theta),
        "smoothing_found": found.is_smooth(),
    })
}

fn correlation(calibration: &Calibration, pair: &Pair) -> Value {
    let name = |place: usize| calibration.series.get(place).map(|series| series.column.name.as_str());
    json!({
        "first": name(pair.first),
        "second": name(pair.second),
        "from": calibration.date(pair.first_row).shown(calibration.spacing),
        "returns": pair.count,
        "value": pair.value,
        "standard_error": finite(pair.standard_error),
        "low": pair.low,
        "high": pair.high,
        "used": calibration.correlations.matrix.get(pair.first, pair.second),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calibration::Spacing;
    use crate::report::chart::history::tests::sample;

    #[test]
    fn every_series_and_pair_is_there_and_numbers_are_numbers() {
        let calibration = sample(Spacing::Month);
        let value: Value = serde_json::from_str(&calibration_json(&calibration)).unwrap();
        assert_eq!(value["series"].as_array().unwrap().len(), 6);
        assert_eq!(value["correlations"].as_array().unwrap().len(), 15);
        let mean = value["series"][0]["mean"]["value"].as_f64().unwrap();
        assert_eq!(mean, calibration.series[0].moments.mean.value);
        assert_eq!(value["series"][5]["key"], "inflation");
        assert_eq!(value["correlations"][14]["second"], "cpi");
    }
}
