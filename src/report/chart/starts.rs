//! What came of each start date of a history: the sustainable rate with its least value (SAFEMAX), and the end balance.

use crate::engine::{Outcome, StartOutcome};
use crate::error::Result;
use crate::participant::{Participant, Withdrawal};
use crate::report::chart::canvas::{Canvas, Colour};
use crate::report::chart::footer::Footer;
use crate::report::chart::frame::{
    BODY, GRID, INK, MARGIN, RULE, WIDTH, ZONE_GROUND, apart, axis_break, colour_of, dashes_of,
};
use crate::report::chart::heading::Heading;
use crate::report::chart::names::{self, question};
use crate::report::chart::plot::{Plot, percent_label, year_ticks};
use crate::report::chart::scale::Scale;
use crate::report::condition::Source;
use crate::report::start_dates::{date, extremes};
use crate::report::view::View;
use crate::report::words::{capitalised, count, money, money_tick, percent_tick};
use crate::scenario::{MoneyAxis, Scenario};

const LEFT: f64 = 72.0;
const RIGHT: f64 = 716.0;
const RATES: f64 = 190.0;
const BALANCES: f64 = 210.0;
/// Room above a panel for its heading, and below the last for dates.
const GAP: f64 = 40.0;
const DATES: f64 = 42.0;
/// The most policies that are drawn, and the most failed starts that are listed.
const MOST: usize = 6;
const MOST_LISTED: usize = 14;

/// Draws the start dates as SVG; `None` if there are none.
///
/// # Errors
///
/// None that is known: plotters writes into memory.
pub(super) fn draw(scenario: &Scenario, view: View<'_>) -> Result<Option<String>> {
    if view.outcome.starts.is_empty() || view.outcome.policies.is_empty() {
        return Ok(None);
    }
    let title = title(scenario, view);
    let description = format!("{title}. {}", notes(scenario, view).join(" "));
    compose(scenario, view, &title).into_svg(&title, &description).map(Some)
}

pub(super) fn compose(scenario: &Scenario, view: View<'_>, title: &str) -> Canvas {
    let shown: Vec<usize> = (0..view.outcome.policies.len()).take(MOST).collect();
    let heading = Heading::new(&question(scenario), title, &notes(scenario, view));
    let footer = Footer::new(scenario, view.outcome, &shown);
    let has_rates = extremes(view.outcome, 0).is_some();
    let mut bottom = heading.height() + if has_rates { GAP + RATES } else { 0.0 };
    let height = bottom + GAP + BALANCES + DATES + footer.height();
    let mut canvas = Canvas::new(WIDTH, height);
    heading.draw(&mut canvas);
    if has_rates {
        rates(&mut canvas, scenario, view, &shown, (bottom - RATES, bottom));
    }
    bottom += GAP + BALANCES;
    balances(&mut canvas, scenario, view, &shown, (bottom - BALANCES, bottom));
    let plot = plot(view.outcome, (bottom - 1.0, bottom), (0.0, 1.0));
    plot.x_axis(&mut canvas, &year_ticks(plot.x.0, plot.x.1, 12));
    let middle = f64::midpoint(LEFT, RIGHT);
    canvas.text((middle, bottom + 32.0), "Start date", BODY.soft().centred());
    footer.draw(&mut canvas, height);
    canvas
}

/// A start date as a decimal year.
fn year(start: &StartOutcome) -> f64 {
    f64::from(start.year) + start.month.map_or(0.0, |month| (f64::from(month) - 1.0) / 12.0)
}

fn plot(outcome: &Outcome, (top, bottom): (f64, f64), y: (f64, f64)) -> Plot {
    let first = outcome.starts.first().map_or(0.0, year);
    let last = outcome.starts.last().map_or(1.0, year).max(first + 1.0);
    Plot { left: LEFT, right: RIGHT, top, bottom, x: (first, last), y }
}

fn heading(canvas: &mut Canvas, top: f64, text: &str) {
    canvas.text_in((LEFT, top - 11.0), text, BODY.bold(), WIDTH - MARGIN - LEFT);
}

/// What stands at the right of a panel: where, in which colour, whether it stands out, and the words.
type Label = (f64, Colour, bool, String);

/// Labels from top to bottom, as near to their places as they fit.
fn labels(canvas: &mut Canvas, (top, bottom): (f64, f64), mut wanted: Vec<Label>) {
    wanted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let places: Vec<f64> = wanted.iter().map(|label| label.0).collect();
    for (place, (_, colour, is_bold, text)) in apart(&places, 16.0, top + 4.0, bottom).iter().zip(&wanted) {
        let style = if *is_bold { BODY.bold() } else { BODY };
        let style = style.sized(11.0).coloured(*colour);
        canvas.text_in((RIGHT + 10.0, place + 4.0), text, style, WIDTH - MARGIN - RIGHT - 10.0);
    }
}

/// The line of a policy: colour and width.
fn stroke(policy: usize) -> (Colour, f64) {
    (colour_of(policy), if policy == 0 { 2.2 } else { 1.3 })
}

/// Names short enough for what stands beside them.
fn short_names(view: View<'_>) -> Vec<String> {
    let style = BODY.bold();
    names::fitted(view.outcome, 11.0, style.weight, 122.0)
}

/// The largest constant real payment that lasts, by start date; its least value is marked.
fn rates(canvas: &mut Canvas, scenario: &Scenario, view: View<'_>, shown: &[usize], span: (f64, f64)) {
    heading(
        canvas,
        span.0,
        "Sustainable rate: the largest constant real payment a year that lasts, share of the start",
    );
    let rate = |start: &StartOutcome, policy: usize| {
        start.policies.get(policy).and_then(|found| found.sustainable_rate)
    };
    let starts = &view.outcome.starts;
    let all = shown.iter().flat_map(|&policy| starts.iter().filter_map(move |start| rate(start, policy)));
    let most = all.fold(taken(scenario).unwrap_or(0.0), f64::max);
    let plot = plot(view.outcome, span, (0.0, 1.05 * most));
    plot.y_axis(canvas, 6, percent_label);
    let (names, mut ends) = (short_names(view), vec![]);
    if let Some(taken) = taken(scenario) {
        plot.level(canvas, taken, INK, 1.0);
        ends.push((plot.place_y(taken), INK, false, format!("{} is taken", percent_tick(taken))));
    }
    let mut safest = vec![];
    for &policy in shown.iter().rev() {
        let points = starts.iter().map(|start| (year(start), rate(start, policy).unwrap_or(f64::NAN)));
        plot.dashed(canvas, points, stroke(policy), dashes_of(policy));
        let least = starts.iter().filter_map(|start| Some((start, rate(start, policy)?)));
        let Some((start, least)) = least.min_by(|a, b| a.1.total_cmp(&b.1)) else { continue };
        safest.push((plot.at((year(start), least)), policy));
        let ends_at = starts.last().and_then(|start| rate(start, policy)).unwrap_or(least);
        let name = names.get(policy).map_or("", String::as_str);
        let text = format!("{name}: {} ({})", percent_of_two(least), date(start));
        ends.push((plot.place_y(ends_at), colour_of(policy), policy == 0, text));
    }
    for (place, policy) in safest.into_iter().rev() {
        canvas.disc(place, if policy == 0 { 5.0 } else { 2.8 }, colour_of(policy));
    }
    labels(canvas, span, ends);
}

/// A rate in percent with two decimals, as they are compared.
fn percent_of_two(rate: f64) -> String {
    format!("{:.2} %", 100.0 * rate)
}

/// What is taken in the first year as a share of the start, where that is fixed.
fn taken(scenario: &Scenario) -> Option<f64> {
    let Participant::Account(account) = &scenario.inputs.participant else { return None };
    let share = match account.withdrawal {
        Withdrawal::ShareOfOpening(share) => share,
        Withdrawal::Amount(amount) => amount / account.opening_balance,
    };
    (share > 0.0 && share.is_finite() && account.withdrawal_after_years == 0).then_some(share)
}

/// The balance at the end by start date, and where the money ran out before.
fn balances(
    canvas: &mut Canvas,
    scenario: &Scenario,
    view: View<'_>,
    shown: &[usize],
    (top, bottom): (f64, f64),
) {
    let end = view.outcome.ages.last().copied().unwrap_or_default();
    let some_ruin =
        view.outcome.starts.iter().flat_map(|start| &start.policies).any(|p| p.ruin_age.is_some());
    let dots = if some_ruin { "; dots at $0: ran out before" } else { "" };
    heading(canvas, top, &format!("Balance {} by start date, today's dollars{dots}", view.clock.at(end)));
    let of = |start: &StartOutcome, policy: usize| start.policies.get(policy).map(|found| found.real_balance);
    let starts = &view.outcome.starts;
    let all: Vec<f64> =
        shown.iter().flat_map(|&policy| starts.iter().filter_map(move |start| of(start, policy))).collect();
    let typical = middle(&all);
    let scale = Scale::covering(scenario.output.axis, &all, &all, &[typical]);
    let y = |amount: f64| bottom - scale.position(amount) * (bottom - top);
    if let Some((at_break, zone)) = scale.zone() {
        let place = |share: f64| bottom - share * (bottom - top);
        canvas.rectangle((LEFT, place(zone)), (RIGHT, bottom), ZONE_GROUND);
        canvas.text((LEFT - 8.0, bottom + 4.0), "$0", BODY.soft().to_the_left());
        axis_break(canvas, (LEFT, place(at_break)), true);
    }
    for tick in scale.ticks(((bottom - top) / 30.0) as usize) {
        let place = y(tick).round() + 0.5;
        canvas.line(vec![(LEFT, place), (RIGHT, place)], GRID, 1.0);
        canvas.text((LEFT - 8.0, place + 4.0), &money_tick(tick), BODY.soft().to_the_left());
    }
    let plot = plot(view.outcome, (top, bottom), (0.0, 1.0));
    let (names, mut ends) = (short_names(view), vec![]);
    for &policy in shown.iter().rev() {
        let values = starts.iter().map(|start| (year(start), of(start, policy)));
        let points = values.clone().map(|(x, value)| (x, value.map_or(f64::NAN, |v| scale.position(v))));
        plot.dashed(canvas, points, stroke(policy), dashes_of(policy));
        let ruined =
            starts.iter().filter(|s| s.policies.get(policy).is_some_and(|found| found.ruin_age.is_some()));
        // Each policy's dots have a height of their own, so that none covers another.
        for start in ruined {
            let place = (plot.place_x(year(start)), bottom - 5.0 * policy as f64);
            canvas.disc(place, if policy == 0 { 3.4 } else { 2.4 }, colour_of(policy));
        }
        if let Some(last) = values.filter_map(|(_, value)| value).next_back() {
            let name = names.get(policy).map_or("", String::as_str);
            ends.push((y(last), colour_of(policy), policy == 0, name.to_string()));
        }
    }
    canvas.line(vec![(LEFT, bottom), (RIGHT, bottom)], RULE, 1.0);
    labels(canvas, (top, bottom), ends);
}

/// The value in the middle.
fn middle(values: &[f64]) -> f64 {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|value| *value > 0.0).collect();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}

/// The finding: from how many start dates the first policy lasted, and the least sustainable rate.
pub(super) fn title(scenario: &Scenario, view: View<'_>) -> String {
    let outcome = view.outcome;
    let (name, whose) = (names::shown(outcome, 0), Source::of(scenario).in_words());
    let total = outcome.starts.len();
    let under_first = || outcome.starts.iter().filter_map(|start| Some((start, start.policies.first()?)));
    let failed = under_first().filter(|(_, found)| found.ruin_age.is_some()).count();
    let lasted = match (taken(scenario), outcome.policies.first().and_then(|p| p.ruin)) {
        (_, None) => None,
        (Some(taken), _) => Some(format!(
            "{} a year lasted from {} of {total} start dates",
            percent_tick(taken),
            total - failed
        )),
        (None, _) => Some(format!("the money lasted from {} of {total} start dates", total - failed)),
    };
    let safest = extremes(outcome, 0).map(|[(date, rate), _]| {
        format!("the most that always lasted (SAFEMAX) is {}, set by {date}", percent_of_two(rate))
    });
    let ends = || {
        let ended = under_first().map(|(start, found)| (start, found.real_balance));
        let least = ended.clone().min_by(|a, b| a.1.total_cmp(&b.1))?;
        let most = ended.max_by(|a, b| a.1.total_cmp(&b.1))?;
        let told =
            |(start, amount): (&StartOutcome, f64)| format!("{} (start {})", money(amount), date(start));
        Some(format!("between {} and {} are left", told(least), told(most)))
    };
    let facts: Vec<String> = match [lasted, safest].into_iter().flatten().collect::<Vec<_>>() {
        none if none.is_empty() => ends().into_iter().collect(),
        some => some,
    };
    format!("{name}: {}, {whose}", facts.join("; "))
}

/// How to read the picture, and which start dates failed under the first policy.
fn notes(scenario: &Scenario, view: View<'_>) -> Vec<String> {
    let outcome = view.outcome;
    let axis = if scenario.output.axis == MoneyAxis::Log {
        "log scale of balances, $0 apart"
    } else {
        "linear scale"
    };
    let dots = if extremes(outcome, 0).is_some() {
        "; dots: the least rate of each policy (its SAFEMAX), named at the right"
    } else {
        ""
    };
    let drawn = if outcome.policies.len() > MOST {
        format!("; the first {MOST} policies of the file")
    } else {
        String::new()
    };
    let mut notes = vec![format!("A point for each start date; {axis}{dots}{drawn}")];
    let failed: Vec<String> = outcome
        .starts
        .iter()
        .filter_map(|start| {
            let years = start.policies.first()?.ruin_age? - outcome.start_age;
            Some(format!("{} (in year {years})", date(start)))
        })
        .collect();
    let name = names::shown(outcome, 0);
    match failed.len() {
        0 => {}
        few if few <= MOST_LISTED => {
            notes.push(capitalised(&format!("under {name} it ran out from {}", failed.join(", "))));
        }
        many => notes.push(format!(
            "Under {name} it ran out from {} start dates; see start_dates.csv",
            count(many as u64)
        )),
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Plan, RunOptions, run};
    use crate::report::chart::canvas::tests::assert_texts_are_apart;
    use crate::report::chart::png;
    use crate::report::sample::{self, Recipe, USUAL};
    use crate::scenario::shipped;

    #[test]
    fn start_dates_are_drawn_with_the_least_rate_and_a_sample_has_none() {
        let text = shipped().iter().find(|shipped| shipped.name == "sixty_forty_since_1934").unwrap().text;
        for change in
            [vec![], vec!["account.withdrawal_share=0".to_string()], vec!["output.axis=linear".to_string()]]
        {
            let scenario = Scenario::from_toml(text, "history", &change).unwrap();
            let outcome =
                run(&Plan::compile(&scenario.inputs).unwrap(), &RunOptions::default(), &()).unwrap();
            let view = View::new(&scenario, &outcome);
            let title = title(&scenario, view);
            let least = extremes(&outcome, 0).map(|[(_, rate), _]| percent_of_two(rate));
            assert!(least.is_none_or(|least| title.contains("SAFEMAX") && title.contains(&least)), "{title}");
            assert!(title.contains("from 1935 to "), "{title}");
            assert_texts_are_apart(&compose(&scenario, view, &title));
            let svg = draw(&scenario, view).unwrap().unwrap();
            assert!(png::parse(&svg).is_ok() && !svg.contains("NaN"), "{svg}");
        }
        let outcome = sample::outcome(&Recipe { lifetimes: 9, ..Recipe::saver() }, &USUAL[..1]);
        let scenario = sample::scenario(&USUAL[..1]);
        assert!(draw(&scenario, View::new(&scenario, &outcome)).unwrap().is_none());
    }
}
