//! The fitted figures as a scenario file that runs as it is, with standard errors in comments.

use std::fmt::Write as _;

use crate::calibration::{Calibration, Garch, Series, StudentT};
use crate::market::Correlation;
use crate::report::words::one_line;

use super::CalibrationModel;
use super::keys::{keys, scenario_name};
use super::prose::{
    findings, interval_of_tails, number, number_with_error, percent_with_error, rows, span, tails,
};

/// Below this smallest eigenvalue, correlations are written in full: rounding could break them.
const ROOM_FOR_ROUNDING: f64 = 0.01;

/// Degrees of freedom that stand for tails as thin as a normal's.
const THIN_TAILS: f64 = 100.0;

/// A scenario whose market has the fitted figures: an account of 30 years in equal parts of all assets, meant to be
/// replaced by the user's own question.
#[must_use]
pub fn calibration_scenario(calibration: &Calibration, model: CalibrationModel) -> String {
    let keys = keys(calibration);
    let mut out = head(calibration);
    let _ = write!(out, "[run]\nstep = \"{}\"\n\n", calibration.spacing.word());
    out += &market(calibration, &keys, model);
    for (series, key) in calibration.series.iter().zip(&keys) {
        out += &asset(calibration, series, key);
    }
    out += &correlations(calibration, &keys);
    out += &options(calibration, &keys, model);
    out += &rest(&keys[..calibration.assets().len()]);
    out
}

/// A text as a TOML string.
fn quoted(text: &str) -> String {
    // JSON's escapes are TOML's too; what TOML forbids beside them is gone with the control characters.
    serde_json::Value::from(one_line(text)).to_string()
}

/// A text as comment lines.
fn comment(text: &str) -> String {
    let mut lines = String::new();
    let mut line = String::from("#");
    for word in one_line(text).split(' ').filter(|word| !word.is_empty()) {
        if line.chars().count() + 1 + word.chars().count() > 118 && line.len() > 1 {
            lines += &line;
            lines.push('\n');
            line = String::from("#");
        }
        line.push(' ');
        line += word;
    }
    lines + &line + "\n"
}

fn head(calibration: &Calibration) -> String {
    let source = &calibration.source;
    let mut out = comment(&format!(
        "Fitted by decumulus {} to {source}. In brackets: standard errors. Past returns are no promise: means above all \
         deserve a second opinion.",
        env!("CARGO_PKG_VERSION")
    ));
    for finding in findings(calibration) {
        out += &comment(&format!("* {finding}"));
    }
    let _ = write!(
        out,
        "\nname = {}\ntitle = {}\ndescription = {}\n\n",
        quoted(&scenario_name(source)),
        quoted(&format!("A market fitted to {source}")),
        quoted(&format!(
            "Figures were fitted to {source} and are not a forecast. The account and the policy are placeholders: one sum \
             for 30 years in equal parts of all assets."
        )),
    );
    out
}

fn market(calibration: &Calibration, keys: &[String], model: CalibrationModel) -> String {
    let assets: Vec<String> = keys[..calibration.assets().len()].iter().map(|key| quoted(key)).collect();
    format!("[market]\nmodel = \"{}\"\nassets = [{}]\n\n", model.name(), assets.join(", "))
}

fn asset(calibration: &Calibration, series: &Series, key: &str) -> String {
    let moments = &series.moments;
    let (spread, is_of_years) = series.spread_of_a_year(calibration.spacing);
    let mut out = comment(&format!(
        "{}: {}, {}. Percent a year: arithmetic mean {}, geometric mean {}, volatility {}.",
        series.column.name,
        span(calibration, series),
        rows(calibration, moments.count),
        percent_with_error(moments.mean),
        percent_with_error(moments.geometric),
        percent_with_error(moments.volatility),
    ));
    let is_prices = key == "inflation";
    if let Some(found) = series.smoothing.as_ref().filter(|found| found.is_smooth() && !is_prices) {
        out += &comment(&format!(
            "If its returns are smoothed, the true log_sd would be about {}: reported {} times {} (first-order smoothing).",
            number(moments.log_sd.value * found.ratio_by_phi.value, 4),
            number(moments.log_sd.value, 4),
            number_with_error(found.ratio_by_phi, 2),
        ));
    }
    let _ = writeln!(
        out,
        "{}",
        if is_prices { "[market.inflation]".into() } else { format!("[market.asset.{key}]") }
    );
    if !is_prices {
        let _ = writeln!(out, "name = {}", quoted(&series.column.name));
    }
    let (newey_west, plain) = (moments.log_mean_error_hac, moments.log_mean.standard_error.unwrap_or(0.0));
    let _ = writeln!(
        out,
        "log_mean = {:.6}  # ({plain:.6}), or ({newey_west:.6}) if returns depend on those before",
        moments.log_mean.value
    );
    let how = if is_of_years {
        format!("of whole years; periods scaled by the root of time give {:.6}", moments.log_sd.value)
    } else {
        "of periods, scaled by the root of time".to_string()
    };
    let error = spread.standard_error.unwrap_or(0.0);
    let _ = writeln!(out, "log_sd = {:.6}  # ({error:.6}), {how}", spread.value);
    let provenance = format!("fitted to {}, {}", calibration.source, span(calibration, series));
    let _ = write!(out, "provenance = {}\n\n", quoted(&provenance));
    out
}

fn correlations(calibration: &Calibration, keys: &[String]) -> String {
    if calibration.correlations.pairs.is_empty() {
        return String::new();
    }
    let mut out = comment("Correlations of log returns, each over the span that the pair has in common.");
    out += "[market.correlations]\n";
    let decimals = decimals(&calibration.correlations.matrix);
    for pair in &calibration.correlations.pairs {
        let value = calibration.correlations.matrix.get(pair.first, pair.second);
        let written = decimals.map_or_else(|| format!("{value:?}"), |d| number(value, d));
        let _ = write!(out, "{}.{} = {written}  # ", keys[pair.first], keys[pair.second]);
        if pair.standard_error.is_finite() {
            let from = calibration.date(pair.first_row).shown(calibration.spacing);
            let _ = write!(
                out,
                "({:.4}), 95 % {:.2} to {:.2}, {} from {from}",
                pair.standard_error,
                pair.low,
                pair.high,
                rows(calibration, pair.count)
            );
            if (value - pair.value).abs() > 5e-5 {
                let _ = write!(out, "; {:.4} before the repair", pair.value);
            }
            out.push('\n');
        } else {
            out += "not told by the data\n";
        }
    }
    out.push('\n');
    out
}

/// Four decimals if the matrix stays positive definite with them by a margin, else all.
fn decimals(matrix: &Correlation) -> Option<usize> {
    (matrix.smallest_eigenvalue() > ROOM_FOR_ROUNDING).then_some(4)
}

/// The parameters of the models: those of the chosen one as keys, of the others as comments.
fn options(calibration: &Calibration, keys: &[String], model: CalibrationModel) -> String {
    let mut out = String::new();
    let mut add = |of: CalibrationModel, text: String| {
        if of == model {
            out += &text;
        } else {
            out += &comment(&format!("For model = \"{}\":", of.name()));
            text.lines().filter(|line| !line.is_empty()).for_each(|line| {
                let _ = writeln!(out, "# {}", line.trim_start_matches("# "));
            });
        }
        out.push('\n');
    };
    add(CalibrationModel::StudentT, student_t(calibration));
    add(CalibrationModel::Garch, garch(calibration, keys));
    if model == CalibrationModel::Bootstrap {
        add(CalibrationModel::Bootstrap, bootstrap(keys));
    }
    out
}

fn student_t(calibration: &Calibration) -> String {
    let common = calibration.common_tails.filter(StudentT::is_fat);
    let nu = common.map_or(THIN_TAILS, |found| found.degrees_of_freedom.value.min(THIN_TAILS));
    let how = match common {
        Some(found) => format!(
            "95 %: {}; one number for all assets from {}",
            interval_of_tails(&found),
            rows(calibration, found.count)
        ),
        None => "no fat tails found over the span that all assets share; close to normal".to_string(),
    };
    let mut out = format!("[market.student_t]\ndegrees_of_freedom = {nu:.2}  # {how}\n");
    for series in calibration.assets() {
        out += &comment(&format!("  {} alone: {}", series.column.name, tails(series.tails.as_ref())));
    }
    out
}

fn garch(calibration: &Calibration, keys: &[String]) -> String {
    let fitted: Vec<_> = calibration
        .assets()
        .iter()
        .zip(keys)
        .map(|(series, key)| (key, series.garch.filter(Garch::has_clusters)))
        .collect();
    let found: Vec<_> = fitted.iter().filter_map(|(_, garch)| *garch).collect();
    let mean = |read: &dyn Fn(&Garch) -> f64| found.iter().map(read).sum::<f64>() / found.len().max(1) as f64;
    let (alpha, beta) = (mean(&|garch| garch.alpha.value), mean(&|garch| garch.beta.value));
    let mut out = format!(
        "[market.garch]\nalpha = {alpha:.4}  # mean of the assets whose volatility clusters; per {}\nbeta = {beta:.4}\n\
         correlation = \"constant\"\n",
        calibration.spacing.word()
    );
    for (key, garch) in fitted {
        let _ = write!(out, "\n[market.garch.series.{key}]\n");
        match garch {
            Some(garch) => {
                let none = if garch.is_at_bound() {
                    "no error: as persistent as a simulation accepts"
                } else {
                    "no error told"
                };
                for (name, figure) in [("alpha", garch.alpha), ("beta", garch.beta)] {
                    let error = figure.standard_error.map_or(none.to_string(), |e| number(e, 4));
                    let _ = writeln!(out, "{name} = {}  # ({error})", number(figure.value, 4));
                }
            }
            None => out += "alpha = 0.0  # no clusters found, or too few returns\nbeta = 0.0\n",
        }
    }
    out
}

fn bootstrap(keys: &[String]) -> String {
    let mut columns: Vec<String> = keys.iter().map(|key| format!("{key} = {}", quoted(key))).collect();
    // Where the table says nothing of prices they stand still.
    if !keys.iter().any(|key| key == "inflation") {
        columns.push("inflation = \"none\"".to_string());
    }
    format!(
        "[market.history]\nfile = \"returns.csv\"\ncolumns = {{ {} }}\n\n[market.bootstrap]\nmethod = \"stationary\"\nblock = \
         \"politis_white\"\n",
        columns.join(", ")
    )
}

/// Everything beside the market: frictions off, a sum, and one policy.
fn rest(assets: &[String]) -> String {
    let share = 1.0 / assets.len() as f64;
    let weights: Vec<String> = assets.iter().map(|key| format!("{key} = {share:?}")).collect();
    format!(
        "# Returns are taken as they are in the table. Say what the assets cost to trade and hold before switching these on.\n\
         [market.frictions]\nfees = false\nliquidity_haircut = false\nhalf_spreads = false\n\n# Placeholders: put your own \
         question here.\n[account]\nyears = 30\nopening_balance = 100_000\n\n[[policy]]\nkey = \"equal_parts\"\nname = \
         \"Equal parts\"\nweights = {{ {} }}\n",
        weights.join(", ")
    )
}

/// The assets and inflation over the span that all of them have, under their keys, as CSV; for `model = "bootstrap"`.
#[must_use]
pub fn calibration_returns_csv(calibration: &Calibration) -> String {
    let mut out = format!("date,{}\n", keys(calibration).join(","));
    for row in calibration.common_span() {
        out += &calibration.date(row).shown(calibration.spacing);
        for series in &calibration.series {
            let value = series.column.returns.get(row - series.column.first_row).copied().unwrap_or(0.0);
            let _ = write!(out, ",{value}");
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calibration::Spacing;
    use crate::report::chart::history::tests::sample;
    use crate::scenario::{ReturnsWanted, Scenario, returns_from_csv};

    #[test]
    fn the_scenario_means_what_was_fitted() {
        for spacing in [Spacing::Month, Spacing::Quarter, Spacing::Year] {
            let calibration = sample(spacing);
            let text = calibration_scenario(&calibration, CalibrationModel::Lognormal);
            let scenario =
                Scenario::from_toml(&text, "market.toml", &[]).unwrap_or_else(|e| panic!("{e}\n{text}"));
            assert!(scenario.warnings.is_empty(), "{:?}", scenario.warnings);
            let market = &scenario.inputs.market;
            assert_eq!(scenario.inputs.settings.steps_per_year as usize, spacing.per_year());
            assert_eq!(market.assets.len(), calibration.assets().len());
            for (asset, series) in market.assets.iter().zip(calibration.assets()) {
                assert_eq!(asset.name, series.column.name);
                assert!((asset.moments.log_mean() - series.moments.log_mean.value).abs() < 1e-6);
                assert!((asset.moments.log_sd() - series.spread_of_a_year(spacing).0.value).abs() < 1e-6);
            }
            for pair in &calibration.correlations.pairs {
                let found = market.correlation.get(pair.first, pair.second);
                let fitted = calibration.correlations.matrix.get(pair.first, pair.second);
                assert!((found - fitted).abs() < 1e-4);
            }
        }
    }

    #[test]
    fn the_other_models_are_keys_on_request_and_comments_else() {
        let calibration = sample(Spacing::Month);
        let active = |model: CalibrationModel, line: &str| {
            calibration_scenario(&calibration, model).lines().any(|l| l.trim() == line)
        };
        for (model, table) in [
            (CalibrationModel::StudentT, "[market.student_t]"),
            (CalibrationModel::Garch, "[market.garch]"),
            (CalibrationModel::Bootstrap, "[market.bootstrap]"),
        ] {
            assert!(active(model, table) && !active(CalibrationModel::Lognormal, table), "{table}");
            assert!(active(model, &format!("model = \"{}\"", model.name())));
        }
        assert!(active(CalibrationModel::Lognormal, "# [market.garch]"));
    }

    #[test]
    fn the_table_for_the_bootstrap_holds_the_common_span_under_the_keys() {
        let calibration = sample(Spacing::Month);
        let text = calibration_returns_csv(&calibration);
        // The short series begins after others end: nothing is common to all.
        assert_eq!(
            text,
            "date,stocks_more,bonds,a_wild_one_with_a_very_long_name_that_go,flat,short,inflation\n"
        );
        let mut shorter = calibration;
        shorter.series.remove(4);
        let read = returns_from_csv("r.csv", &calibration_returns_csv(&shorter), &ReturnsWanted::default())
            .unwrap()
            .table;
        let bonds = &shorter.series[1].column;
        assert_eq!((read.columns.len(), read.first), (5, shorter.date(100)));
        assert_eq!(read.columns[1].returns[..], bonds.returns[100 - bonds.first_row..397]);
    }
}
