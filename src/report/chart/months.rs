//! A stress path month by month: what markets did, what gates paid, what waited, how the illiquid weight swelled, and what was
//! left. One lifetime, told because its returns are those of every lifetime.

use crate::error::Result;
use crate::market::Market;
use crate::report::chart::canvas::{Canvas, Colour};
use crate::report::chart::font;
use crate::report::chart::footer::{Footer, run};
use crate::report::chart::frame::{
    BODY, INK, LINE_ROOM, MARGIN, RUIN_FILL, RUIN_LINE, RULE, WIDTH, apart, colour_of, dashes_of,
};
use crate::report::chart::heading::Heading;
use crate::report::chart::names::{self, question};
use crate::report::chart::plot::{Plot, dash, percent_label, year_ticks};
use crate::report::held;
use crate::report::months::Months;
use crate::report::view::View;
use crate::report::words::{count, money, money_tick, one_line, percent};
use crate::scenario::Scenario;

const LEFT: f64 = 72.0;
const RIGHT: f64 = 790.0;
/// Room above each panel for its heading, and below the last for the dates.
const GAP: f64 = 36.0;
const DATES: f64 = 26.0;
/// Heights of the panels, from top to bottom.
const HEIGHTS: [f64; 5] = [120.0, 48.0, 84.0, 84.0, 110.0];
/// Height of a line of the legend of policies.
const LEGEND: f64 = 17.0;
/// Length of a line in it.
const SIGN: f64 = 32.0;
/// The most policies that are drawn.
const MOST: usize = 6;

/// Colours of funds behind gates, as in the panel of gates, and of the other assets.
const FUNDS: [Colour; 2] = [RUIN_LINE, 0x007B_3F98];
const OTHERS: [Colour; 4] = [INK, RULE, 0x0046_7A8A, 0x006B_7A3A];

/// A line of a panel: what it is called at its end, its colour and width, and its values by step.
struct Line {
    name: String,
    colour: Colour,
    width: f64,
    dashes: &'static [f64],
    values: Vec<f64>,
}

/// Draws the path as SVG.
///
/// # Errors
///
/// None that is known: plotters writes into memory.
pub(super) fn draw(scenario: &Scenario, view: View<'_>, months: &Months) -> Result<String> {
    let title = title(view, months);
    let description = format!("{}. {}", title, chosen(view, months));
    compose(scenario, view, months, &title).into_svg(&title, &description)
}

pub(super) fn compose(scenario: &Scenario, view: View<'_>, months: &Months, title: &str) -> Canvas {
    let market = &scenario.inputs.market;
    let shown: Vec<usize> = (0..view.outcome.policies.len()).take(MOST).collect();
    let heading = Heading::new(&question(scenario), title, &[chosen(view, months)]);
    let legend = legend_lines(view, &shown);
    let mut sentences = vec![run(view.outcome)];
    sentences.extend(names::note(view.outcome));
    sentences.push(held::sources(scenario, &shown));
    let footer = Footer::of(&sentences);
    let top = heading.height() + 6.0 + LEGEND * legend.len() as f64;
    let height = top + HEIGHTS.iter().map(|height| height + GAP).sum::<f64>() + DATES + footer.height();
    let mut canvas = Canvas::new(WIDTH, height);
    heading.draw(&mut canvas);
    draw_legend(&mut canvas, &legend, heading.height() + 6.0);
    let mut bottom = top;
    for (panel, height) in HEIGHTS.iter().enumerate() {
        bottom += GAP + height;
        let span = (bottom - height, bottom);
        match panel {
            0 => returns(&mut canvas, market, months, &held::assets(scenario, &shown), span),
            1 => gate(&mut canvas, months, span),
            2 => waiting(&mut canvas, months, &shown, span),
            3 => weights(&mut canvas, months, &shown, span),
            _ => balances(&mut canvas, view, months, &shown, span),
        }
    }
    let plot = plot(months, (bottom - 1.0, bottom), (0.0, 1.0));
    plot.x_axis(&mut canvas, &year_ticks(plot.x.0, plot.x.1, 14));
    footer.draw(&mut canvas, height);
    canvas
}

/// A panel over the months.
fn plot(months: &Months, (top, bottom): (f64, f64), y: (f64, f64)) -> Plot {
    let steps = months.told.market.len();
    let begin = months.year_at_end(0) - 1.0 / f64::from(months.told.steps_per_year);
    let end = months.year_at_end(steps.saturating_sub(1));
    Plot { left: LEFT, right: RIGHT, top, bottom, x: (begin, end), y }
}

fn heading(canvas: &mut Canvas, top: f64, text: &str) {
    canvas.text_in((LEFT, top - 9.0), text, BODY.bold(), WIDTH - MARGIN - LEFT);
}

/// The lines of a panel, each from where it starts, with what is said of them at their ends.
fn lines(canvas: &mut Canvas, months: &Months, plot: &Plot, lines: &[Line], start: impl Fn(&Line) -> f64) {
    for line in lines {
        let points = line.values.iter().enumerate().map(|(step, value)| (months.year_at_end(step), *value));
        let from = std::iter::once((plot.x.0, start(line)));
        plot.dashed(canvas, from.chain(points), (line.colour, line.width), line.dashes);
    }
    let mut ends: Vec<(f64, &Line)> = lines
        .iter()
        .filter(|line| !line.name.is_empty())
        .filter_map(|line| Some((plot.place_y(*line.values.last()?), line)))
        .collect();
    ends.sort_by(|a, b| a.0.total_cmp(&b.0));
    let wanted: Vec<f64> = ends.iter().map(|(y, _)| *y).collect();
    for (place, (_, line)) in apart(&wanted, 14.0, plot.top, plot.bottom + 4.0).iter().zip(&ends) {
        let style = BODY.sized(11.0).coloured(line.colour);
        canvas.text_in((RIGHT + 8.0, place + 4.0), &line.name, style, WIDTH - MARGIN - RIGHT - 8.0);
    }
}

/// What a dollar in each held asset became, and what funds reported of it.
fn returns(canvas: &mut Canvas, market: &Market, months: &Months, held: &[usize], span: (f64, f64)) {
    heading(
        canvas,
        span.0,
        "100 at the start: value (what funds report of it: thin), fees taken out, nominal",
    );
    let mut drawn: Vec<Line> = vec![];
    let (mut others, mut funds) = (OTHERS.iter().cycle(), FUNDS.iter().cycle());
    for &asset in held.iter().take(MOST) {
        let mut level = 100.0;
        let growth = months.told.market.iter().map(|step| step.growth.get(asset).copied().unwrap_or(1.0));
        let grown = growth.map(|factor| {
            level *= factor;
            level
        });
        let values: Vec<f64> = grown.collect();
        let name = market.assets.get(asset).map_or_else(String::new, |asset| one_line(&asset.name));
        let is_gated = months.gated.contains(&asset);
        let colour = if is_gated { funds.next() } else { others.next() }.copied().unwrap_or(RULE);
        if is_gated {
            let ratio = |step: usize| months.told.market[step].nav_ratio.get(asset).copied().unwrap_or(1.0);
            let reported = values.iter().enumerate().map(|(step, value)| value * ratio(step)).collect();
            drawn.push(Line { name: String::new(), colour, width: 0.9, dashes: &[], values: reported });
        }
        drawn.push(Line { name, colour, width: 2.0, dashes: &[], values });
    }
    let all = || drawn.iter().flat_map(|line| &line.values).copied();
    let (least, most) = (all().fold(100.0, f64::min), all().fold(100.0, f64::max));
    let room = 0.06 * (most - least).max(1.0);
    let plot = plot(months, span, (least - room, most + room));
    plot.y_axis(canvas, 5, |level| format!("{level:.0}"));
    lines(canvas, months, &plot, &drawn, |_| 100.0);
}

/// What gates pay of a request, and as areas what they hold back.
fn gate(canvas: &mut Canvas, months: &Months, span: (f64, f64)) {
    heading(canvas, span.0, "Share of a request to sell that is paid (shaded: held back)");
    let plot = plot(months, span, (0.0, 1.0));
    let steps: Vec<usize> = (0..months.told.market.len()).collect();
    // A gate's state is known at the end of a step and holds until the end of the next one.
    for alike in steps.chunk_by(|a, b| months.paid(*a) == months.paid(*b)) {
        let (Some(first), Some(last)) = (alike.first(), alike.last()) else { continue };
        let until = months.year_at_end(last + 1).min(plot.x.1);
        if months.paid(*first) < 1.0 {
            let from = (months.year_at_end(*first), 1.0);
            canvas.rectangle(plot.at(from), plot.at((until, months.paid(*first))), RUIN_FILL);
        }
    }
    plot.y_axis(canvas, 3, percent_label);
    let mut points = vec![(plot.x.0, 1.0)];
    for step in steps {
        let end = months.year_at_end(step);
        points.push((end, points.last().map_or(1.0, |last| last.1)));
        points.push((end, months.paid(step)));
    }
    plot.curve(canvas, points, RUIN_LINE, 1.6);
}

/// The policies' shares, with what `told` says of each at the end of its line.
fn shares(
    canvas: &mut Canvas,
    months: &Months,
    shown: &[usize],
    span: (f64, f64),
    value: impl Fn(usize, usize) -> f64,
    told: impl Fn(&[f64]) -> String,
) {
    let line = |&policy: &usize| {
        let steps = months.told.accounts.get(policy).map_or(0, Vec::len);
        let values: Vec<f64> = (0..steps).map(|step| value(policy, step)).collect();
        let (colour, width, dashes) = (colour_of(policy), width_of(policy), dashes_of(policy));
        Line { name: told(&values), colour, width, dashes, values }
    };
    let drawn: Vec<Line> = shown.iter().map(line).collect();
    let most = drawn.iter().flat_map(|line| &line.values).copied().fold(0.0, f64::max);
    let plot = plot(months, span, (0.0, if most > 0.0 { (1.05 * most).min(1.0) } else { 1.0 }));
    plot.y_axis(canvas, 4, percent_label);
    lines(canvas, months, &plot, &drawn, |line| line.values.first().copied().unwrap_or(0.0));
}

fn waiting(canvas: &mut Canvas, months: &Months, shown: &[usize], span: (f64, f64)) {
    heading(canvas, span.0, "What waits: asked for and not paid yet, share of the account on the statement");
    let told = |values: &[f64]| match values.iter().filter(|share| **share > 0.0).count() {
        0 => String::new(),
        1 => format!("waits 1 {}", months.step_word()),
        steps => format!("waits {steps} {}s", months.step_word()),
    };
    shares(canvas, months, shown, span, |policy, step| months.queue(policy, step), told);
}

fn weights(canvas: &mut Canvas, months: &Months, shown: &[usize], span: (f64, f64)) {
    heading(canvas, span.0, "Weight of illiquid assets on the statement");
    let weight = |policy: usize, step: usize| {
        let account = months.told.accounts.get(policy).and_then(|steps| steps.get(step));
        account.map_or(f64::NAN, |account| account.illiquid_weight)
    };
    let told = |values: &[f64]| match values.iter().copied().fold(0.0, f64::max) {
        0.0 => String::new(),
        most => format!("at most {}", percent(most)),
    };
    shares(canvas, months, shown, span, weight, told);
}

fn balances(canvas: &mut Canvas, view: View<'_>, months: &Months, shown: &[usize], span: (f64, f64)) {
    heading(canvas, span.0, "Balance at economic value, today's dollars");
    let line = |&policy: &usize| {
        let steps = months.told.accounts.get(policy).map_or(&[][..], Vec::as_slice);
        let real =
            steps.iter().zip(&months.told.market).map(|(account, market)| account.balance / market.price);
        let values: Vec<f64> = real.collect();
        let name = values.last().map_or_else(String::new, |last| money(*last));
        let (colour, width, dashes) = (colour_of(policy), width_of(policy), dashes_of(policy));
        Line { name, colour, width, dashes, values }
    };
    let drawn: Vec<Line> = shown.iter().map(line).collect();
    let opening = view.outcome.opening_balance;
    let most = drawn.iter().flat_map(|line| &line.values).copied().fold(opening, f64::max);
    let plot = plot(months, span, (0.0, 1.05 * most.max(1.0)));
    plot.y_axis(canvas, 5, money_tick);
    lines(canvas, months, &plot, &drawn, |_| opening);
}

/// The width of a policy's line: those below are wider, so that lines that coincide are all seen.
fn width_of(policy: usize) -> f64 {
    3.6 - 0.5 * policy.min(MOST) as f64
}

/// The legend of policies, entries in lines.
fn legend_lines(view: View<'_>, shown: &[usize]) -> Vec<Vec<(f64, usize, String)>> {
    let style = BODY;
    let names = names::fitted(view.outcome, style.size, style.weight, 0.45 * LINE_ROOM);
    let mut lines: Vec<Vec<(f64, usize, String)>> = vec![vec![]];
    let mut x = MARGIN;
    for &policy in shown {
        let name = names.get(policy).cloned().unwrap_or_default();
        let width = SIGN + 6.0 + font::width(&name, style.size, style.weight) + 18.0;
        if x + width > MARGIN + LINE_ROOM && x > MARGIN {
            lines.push(vec![]);
            x = MARGIN;
        }
        if let Some(line) = lines.last_mut() {
            line.push((x, policy, name));
        }
        x += width;
    }
    lines
}

fn draw_legend(canvas: &mut Canvas, lines: &[Vec<(f64, usize, String)>], top: f64) {
    for (i, line) in lines.iter().enumerate() {
        let y = top + LEGEND * (i as f64 + 0.5);
        for (x, policy, name) in line {
            dash(canvas, &[(*x, y), (x + SIGN, y)], (colour_of(*policy), 2.4), dashes_of(*policy));
            canvas.text((x + SIGN + 6.0, y + 4.0), name, BODY);
        }
    }
}

/// The finding: when gates were shut and what they paid, and how far the illiquid weight rose.
pub(super) fn title(view: View<'_>, months: &Months) -> String {
    let shut: Vec<usize> = (0..months.told.market.len()).filter(|step| months.paid(*step) < 1.0).collect();
    let (Some(first), Some(last)) = (shut.first(), shut.last()) else {
        return "The gates stay open on this path".to_string();
    };
    let paid = shut.iter().map(|step| months.paid(*step)).sum::<f64>() / shut.len() as f64;
    let gate = format!(
        "Gates shut from {} to {} and pay {} of what is asked for on average",
        months.date(*first),
        months.date(*last),
        percent(paid)
    );
    // What the gates cause comes after they shut: from the step before that on.
    let largest = |policy: usize| {
        let steps = months.told.accounts.get(policy).map_or(&[][..], Vec::as_slice);
        let steps = steps.get(first.saturating_sub(1)..).unwrap_or_default();
        let before = steps.first().map_or(0.0, |account| account.illiquid_weight);
        (before, steps.iter().map(|account| account.illiquid_weight).fold(0.0, f64::max))
    };
    let rise = |policy: &usize| largest(*policy).1 - largest(*policy).0;
    let most = (0..months.told.accounts.len()).max_by(|a, b| rise(a).total_cmp(&rise(b)));
    match most.filter(|policy| rise(policy) > 0.01) {
        Some(policy) => {
            let (before, after) = largest(policy);
            let name = names::shown(view.outcome, policy);
            format!(
                "{gate}; after they shut, the illiquid part of “{name}” rises from {} to {}",
                percent(before),
                percent(after)
            )
        }
        None => gate,
    }
}

/// Which lifetime is told, and why that one.
fn chosen(view: View<'_>, months: &Months) -> String {
    let all = count(view.outcome.lifetimes);
    match months.shut {
        Some((fewest, most, looked_at)) => format!(
            "One of {all} lifetimes, all of which meet these returns; what the funds are asked for and when they reopen is drawn. \
             Told is the middle one of the first {looked_at} by how long gates were shut (nine of ten: {fewest} to {most} {}s).",
            months.step_word()
        ),
        None => format!(
            "One of {all} start dates: the one that left the least to the policy with most behind gates."
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Plan, RunOptions, run};
    use crate::report::chart::canvas::tests::assert_texts_are_apart;
    use crate::report::chart::png;
    use crate::scenario::shipped;

    #[test]
    fn the_stress_paths_are_told_and_other_scenarios_are_not() {
        for (name, told) in [("queue_2008", true), ("queue_2022", true), ("sixty_forty_since_1934", false)] {
            let text = shipped().iter().find(|shipped| shipped.name == name).unwrap().text;
            let few = if told { vec!["run.lifetimes=40".to_string()] } else { vec![] };
            let scenario = Scenario::from_toml(text, name, &few).unwrap();
            let outcome =
                run(&Plan::compile(&scenario.inputs).unwrap(), &RunOptions::default(), &()).unwrap();
            let view = View::new(&scenario, &outcome);
            let months = Months::of(&scenario, &outcome).unwrap();
            assert_eq!(months.is_some(), told, "{name}");
            let Some(months) = months else { continue };
            let title = title(view, &months);
            // In 2022 stocks had fallen before the gates shut, so nothing swells after that.
            assert!(title.starts_with("Gates shut from 20"), "{title}");
            assert_eq!(
                title.contains("after they shut, the illiquid part of"),
                name == "queue_2008",
                "{title}"
            );
            assert_texts_are_apart(&compose(&scenario, view, &months, &title));
            let svg = draw(&scenario, view, &months).unwrap();
            assert!(png::parse(&svg).is_ok() && !svg.contains("NaN") && !svg.contains("inf,"), "{svg}");
        }
    }
}
