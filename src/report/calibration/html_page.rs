//! `diagnostics.html`: the fitted figures and pictures of history against model on one page that needs no other file.

use std::fmt::Write as _;

use crate::calibration::{Calibration, Series};
use crate::error::Result;
use crate::report::chart::history;

use super::html_tables::{self, escaped};
use super::prose::{
    findings, number, number_with_error, p_value, percent, percent_with_error, rows, span, tails, worst_fall,
};
use super::table::CAVEAT;

const STYLE: &str = include_str!("style.css");

/// The most pairs whose correlation over time is drawn.
const MOST_PAIRS: usize = 28;

/// The page as HTML.
///
/// # Errors
///
/// None that is known: pictures are drawn in memory.
pub fn calibration_page(calibration: &Calibration) -> Result<String> {
    let title = format!("What the returns in {} say about a market", escaped(&calibration.source));
    let mut body = format!("<h1>{title}</h1>\n");
    let _ = writeln!(
        body,
        "<p class=\"lead\">{} at {}ly steps. Numbers in brackets are standard errors: about 95 times of 100 the true figure \
         lies within twice that distance, if the future is drawn from the same urn as the past.</p>",
        many(calibration.series.len(), "series of returns", "series of returns"),
        calibration.spacing.word(),
    );
    body += &heading("What to know", "flow");
    body += "<ul>\n";
    for finding in findings(calibration) {
        let _ = writeln!(body, "<li>{}</li>", escaped(&finding));
    }
    body += "</ul>\n";
    body += &heading("Return and risk", "flow");
    body += &html_tables::moments(calibration);
    body += &heading("Shape and dependence", "flow");
    body += &html_tables::shape(calibration);
    if calibration.series.len() > 1 {
        body += &heading("How they move together", "");
        body += &html_tables::correlations(calibration);
        body += &over_time(calibration)?;
    }
    for series in &calibration.series {
        body += &one(calibration, series)?;
    }
    body += &heading("How the figures were made", "");
    body += METHODS;
    let _ = writeln!(
        body,
        "<footer>decumulus {} · {} · {CAVEAT} Past returns are no forecast and no promise; this page gives no advice.</footer>",
        env!("CARGO_PKG_VERSION"),
        escaped(&calibration.source),
    );
    Ok(format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n\
         <body>\n{body}</body>\n</html>\n"
    ))
}

fn heading(text: &str, class: &str) -> String {
    if class.is_empty() {
        format!("<h2>{text}</h2>\n")
    } else {
        format!("<h2 class=\"{class}\">{text}</h2>\n")
    }
}

fn many(count: usize, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}

/// A section on one series: its figures in words and its pictures.
fn one(calibration: &Calibration, series: &Series) -> Result<String> {
    let mut out = heading(&escaped(&series.column.name), "");
    let _ = writeln!(
        out,
        "<p class=\"lead\">{}, {}</p>",
        span(calibration, series),
        rows(calibration, series.moments.count)
    );
    out += "<ul class=\"facts\">\n";
    for (name, text) in facts(calibration, series) {
        let _ = writeln!(out, "<li><b>{name}:</b> {}</li>", escaped(&text));
    }
    out += "</ul>\n";
    if !series.has_spread() {
        return Ok(out + "<p>The series does not move, so there is nothing to draw.</p>\n");
    }
    let [returns, squares] = history::dependence_svg(calibration, series)?;
    let _ = write!(
        out,
        "<div class=\"pictures\">\n{}\n{}\n{returns}\n{squares}\n</div>\n",
        history::distribution_svg(calibration, series)?,
        history::tails_svg(series)?,
    );
    if series.envelope.is_some() {
        let _ = writeln!(out, "<div class=\"alone\">{}</div>", history::falls_svg(calibration, series)?);
    }
    Ok(out)
}

/// What is known about one series, name by name.
fn facts(calibration: &Calibration, series: &Series) -> Vec<(&'static str, String)> {
    let moments = &series.moments;
    let extreme = |row: usize| {
        let date = calibration.date(series.column.first_row + row).shown(calibration.spacing);
        format!("{} in {date}", percent(series.column.returns.get(row).copied().unwrap_or(f64::NAN), 1))
    };
    let (spread, is_of_years) = series.spread_of_a_year(calibration.spacing);
    let mut facts = vec![
        (
            "Arithmetic mean",
            format!(
                "{} % a year; standard error {} if returns depend on those before",
                percent_with_error(moments.mean),
                number(100.0 * moments.mean_error_hac, 2)
            ),
        ),
        ("Geometric mean", format!("{} % a year", percent_with_error(moments.geometric))),
        ("Volatility", format!("{} % a year", percent_with_error(moments.volatility))),
        (
            "Written to the scenario",
            format!(
                "log mean {} %, log spread {} %{}",
                percent_with_error(moments.log_mean),
                percent_with_error(spread),
                if is_of_years { ", that of whole years" } else { "" }
            ),
        ),
        ("Best and worst", format!("{}; {}", extreme(moments.best_row), extreme(moments.worst_row))),
        ("Student t", format!("degrees of freedom (95 %): {}", tails(series.tails.as_ref()))),
    ];
    if series.envelope.is_some() {
        facts.push(("Worst fall", worst_fall(calibration, series)));
    }
    if let Some(envelope) = series.envelope {
        facts.push((
            "Falls deeper than 20 %",
            format!(
                "{}; {} on average in {} simulated histories, of which {} fall as far as this one did",
                series.drawdowns.deep,
                number(envelope.deep, 1),
                envelope.histories,
                percent(envelope.share_as_deep, 1)
            ),
        ));
    }
    let test = &series.autocorrelation;
    facts.push((
        "Independence of returns",
        format!("p {} (Ljung-Box {})", p_value(test.p_value), p_value(test.ljung_box_p_value)),
    ));
    if let Some(garch) = &series.garch {
        let found = if garch.has_clusters() {
            let half_life = garch.half_life().map_or(String::new(), |half| {
                format!("; half of a rise is gone after {} {}s", number(half, 1), calibration.spacing.word())
            });
            let bound = if garch.is_at_bound() { "; as persistent as a simulation accepts" } else { "" };
            format!(
                "alpha {}, beta {}{bound}{half_life}",
                number_with_error(garch.alpha, 2),
                number_with_error(garch.beta, 2)
            )
        } else {
            format!("no clusters found (p {})", p_value(garch.p_value))
        };
        facts.push(("Volatility (GARCH)", found));
    }
    if let Some(smoothing) = &series.smoothing {
        facts.push(("Smoothing", smoothing_in_words(smoothing)));
    }
    facts
}

fn smoothing_in_words(found: &crate::calibration::Smoothing) -> String {
    if !found.is_smooth() {
        return format!("none found (phi {})", number_with_error(found.phi, 2));
    }
    let theta: Vec<String> = found.theta.iter().map(|theta| number_with_error(*theta, 2)).collect();
    format!(
        "phi {}; true over reported volatility {} by phi, {} by a moving average with weights {}",
        number_with_error(found.phi, 2),
        number_with_error(found.ratio_by_phi, 2),
        number_with_error(found.ratio_by_theta, 2),
        theta.join(", ")
    )
}

/// Pictures of correlations over time: those that leave their band most often, if there are too many pairs.
fn over_time(calibration: &Calibration) -> Result<String> {
    let mut pairs: Vec<_> = calibration
        .correlations
        .pairs
        .iter()
        .filter_map(|pair| Some((pair, calibration.rolling(pair)?)))
        .map(|(pair, found)| {
            let outside = found.values.iter().filter(|v| **v < found.band.0 || **v > found.band.1).count();
            (pair, outside as f64 / found.values.len().max(1) as f64)
        })
        .collect();
    if pairs.is_empty() {
        return Ok(String::new());
    }
    let all = pairs.len();
    if all > MOST_PAIRS {
        pairs.sort_by(|a, b| b.1.total_cmp(&a.1));
        pairs.truncate(MOST_PAIRS);
    }
    let mut out = "<h3>Correlations over time</h3>\n<p>A line that stays outside the band for long is no accident: the correlation \
                   changed, and a constant one is an average over regimes.</p>\n"
        .to_string();
    if all > MOST_PAIRS {
        let _ = writeln!(out, "<p>The {MOST_PAIRS} of {all} pairs that left their band most often:</p>");
    }
    out += "<div class=\"pictures\">\n";
    for (pair, _) in pairs {
        out += &history::rolling_svg(calibration, pair)?.unwrap_or_default();
        out.push('\n');
    }
    Ok(out + "</div>\n")
}

/// Formulas and sources in plain words.
const METHODS: &str = "\
<ul>
<li><b>Means and volatilities</b> are those of simple returns, the mean times the number of periods in a year and the standard \
deviation times its root; the geometric mean is the exponential of the mean log return. The second standard error of a mean is \
Newey and West's (1987). The error of a volatility takes the kurtosis into account.</li>
<li><b>The scenario</b> is written in logs: mean and spread of the log return of a year. Where returns depend on those before, the \
spread is that of overlapping whole years.</li>
<li><b>Independence</b> is tested by the first twelve autocorrelations together, with variances that allow for clustered \
volatility (Diebold 1986); Ljung and Box's test, which does not, stands beside it.</li>
<li><b>Correlations</b> are those of log returns over the span of each pair, with Fisher's intervals; where they do not fit together, \
the nearest matrix that is positive definite is taken (Higham 2002).</li>
<li><b>Fat tails</b>: Student t by maximum likelihood, its interval from the observed information; \"found\" means that the \
likelihood ratio against the normal is beyond chance at the 5 % level.</li>
<li><b>Clustered volatility</b>: GARCH(1,1) by quasi-maximum likelihood with variance targeting, standard errors by Francq, Horváth \
and Zakoïan (2011); \"found\" means that squared returns are autocorrelated at the 5 % level (Ljung and Box).</li>
<li><b>Smoothing</b>: first-order after Geltner (1991) with Kendall's correction of its bias, and a moving average of three \
periods after Getmansky, Lo and Makarov (2004).</li>
<li><b>Falls</b> are measured on values at the ends of periods. The model's are those of simulated histories of the same length with \
independent lognormal returns of the fitted mean and spread of a period.</li>
</ul>
";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calibration::Spacing;
    use crate::report::chart::history::tests::sample;

    #[test]
    fn the_page_is_whole_and_asks_for_nothing_else() {
        let page = calibration_page(&sample(Spacing::Month)).unwrap();
        for forbidden in ["src=", "href=", "@import", "url(", "<script", "NaN", "\"more\"<"] {
            assert!(!page.contains(forbidden), "{forbidden}");
        }
        assert!(page.contains("stocks &lt;&amp;&gt; &quot;more&quot;"));
        for tag in ["h2", "table", "ul", "div", "svg", "li", "td", "tr"] {
            let opened =
                page.matches(&format!("<{tag}>")).count() + page.matches(&format!("<{tag} ")).count();
            assert_eq!(opened, page.matches(&format!("</{tag}>")).count(), "{tag}");
        }
        // Five moving series with four pictures each, four assets with falls, and pairs over time.
        assert!(page.matches("<svg").count() > 24, "{}", page.matches("<svg").count());
    }
}
