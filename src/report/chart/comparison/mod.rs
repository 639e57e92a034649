//! All policies side by side: a row for each, with the spread of the balance at one or two ages, the
//! probability of ruin, and how often it beats the first one.

mod panel;
mod words;

use crate::engine::Interval;
use crate::error::Result;
use crate::report::Reported;
use crate::report::chart::canvas::{Canvas, TextStyle};
use crate::report::chart::font;
use crate::report::chart::footer::Footer;
use crate::report::chart::frame::{BODY, MARGIN, STRIPE, WIDTH};
use crate::report::chart::heading::Heading;
use crate::report::chart::names::{self, question};
use crate::report::view::{View, margin, row_order};
use crate::report::words::{percent, points};
pub(super) use panel::zone_in_words;
use panel::{MoneyScales, panels};
pub(super) use words::{before_tax, title};
use words::{describe, ends, safety, subtitle, warning};

/// Room above the first row for the heads of columns.
const HEADS: f64 = 58.0;
/// Room below the last row for ticks.
const TICKS: f64 = 30.0;
/// The most room for names.
const NAMES: f64 = 216.0;
/// Room for the column that says how often each policy beats the first one.
const BEATS: f64 = 92.0;

/// The rows and where they lie.
struct Rows {
    /// The policies from top to bottom.
    order: Vec<usize>,
    top: f64,
    height: f64,
}

impl Rows {
    fn new(order: Vec<usize>, top: f64) -> Self {
        let height = match order.len() {
            0..=12 => 34.0,
            13..=24 => 26.0,
            _ => 20.0,
        };
        Self { order, top, height }
    }

    /// Whether there is room for a margin below each number.
    fn have_margins(&self) -> bool {
        self.height > 30.0
    }

    fn middle(&self, row: usize) -> f64 {
        self.top + (row as f64 + 0.5) * self.height
    }

    fn bottom(&self) -> f64 {
        self.top + self.order.len() as f64 * self.height
    }

    /// Each row with its policy.
    fn policies(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.order.iter().copied().enumerate()
    }
}

/// Draws all policies side by side as SVG.
///
/// # Errors
///
/// None that is known: plotters writes into memory.
pub(super) fn draw(reported: Reported<'_>) -> Result<String> {
    let view = reported.view();
    let title = title(reported.scenario, view);
    let description = describe(view);
    compose(reported, &title).into_svg(&title, &description)
}

pub(super) fn compose(reported: Reported<'_>, title: &str) -> Canvas {
    let (scenario, view) = (reported.scenario, reported.view());
    let scales = MoneyScales::new(scenario.output.axis, view);
    let drawn = subtitle(scenario.output.axis, &scales, view);
    let notes = [warning(view), safety(view), ends(view, reported.conditions), drawn];
    let heading = Heading::new(&question(scenario), title, &notes);
    let rows = Rows::new(row_order(scenario, view), heading.height() + HEADS);
    let footer = Footer::new(scenario, view.outcome, &rows.order);
    let height = rows.bottom() + TICKS + footer.height();
    let panels = panels(scales, view);
    let mut canvas = Canvas::new(WIDTH, height);
    heading.draw(&mut canvas);
    stripes(&mut canvas, &rows);
    for panel in &panels {
        panel.axis(&mut canvas, view, &rows);
        for (row, policy) in rows.policies() {
            panel.row(&mut canvas, view, (row, policy), &rows);
        }
    }
    names(&mut canvas, view, &rows);
    if !view.outcome.against_first.is_empty() {
        beats(&mut canvas, view, &rows);
    }
    footer.draw(&mut canvas, height);
    canvas
}

/// Every second row on a light ground.
fn stripes(canvas: &mut Canvas, rows: &Rows) {
    for row in (0..rows.order.len()).step_by(2) {
        let top = rows.top + row as f64 * rows.height;
        canvas.rectangle((MARGIN, top), (WIDTH - MARGIN, top + rows.height), STRIPE);
    }
}

/// The width of the widest name, within limits.
fn names_width(view: View<'_>) -> f64 {
    let width =
        |policy: usize| font::width(&names::shown(view.outcome, policy), BODY.size, row_style(policy).weight);
    (0..view.outcome.policies.len()).map(width).fold(90.0, f64::max).min(NAMES)
}

/// The names; one that is too long takes a second line if the rows are high enough, and is cut in its middle where that is
/// not enough.
fn names(canvas: &mut Canvas, view: View<'_>, rows: &Rows) {
    let room = names_width(view) + 1.0;
    let bold = BODY.bold();
    let most = if rows.have_margins() { 2 } else { 1 };
    // Where words end differs, so two lines hold a little less than twice a line.
    let fits = |share: f64| -> Option<Vec<Vec<String>>> {
        let cut = names::fitted(view.outcome, bold.size, bold.weight, share * room);
        let lines = cut
            .iter()
            .enumerate()
            .map(|(policy, name)| font::wrapped(name, BODY.size, row_style(policy).weight, room));
        let lines: Vec<Vec<String>> = lines.collect();
        lines.iter().all(|lines| lines.len() <= most).then_some(lines)
    };
    let shares = if most == 2 { &[2.0, 1.9, 1.7, 1.5, 1.3, 1.0][..] } else { &[1.0][..] };
    let lines = shares.iter().find_map(|share| fits(*share)).unwrap_or_default();
    for (row, policy) in rows.policies() {
        let (x, y) = (MARGIN + 6.0, rows.middle(row) + 4.0);
        let own = lines.get(policy).map_or(&[][..], Vec::as_slice);
        for (i, line) in own.iter().enumerate() {
            let shift = 15.0 * (i as f64 - (own.len() as f64 - 1.0) / 2.0);
            canvas.text_in((x, y + shift), line, row_style(policy), room);
        }
    }
}

/// The first policy, with which the others are compared, stands out.
fn row_style(policy: usize) -> TextStyle {
    if policy == 0 { BODY.bold() } else { BODY }
}

/// The column that says how often each policy beats the one that it is compared with.
fn beats(canvas: &mut Canvas, view: View<'_>, rows: &Rows) {
    let right = WIDTH - MARGIN - 6.0;
    let Some(age) = view.decision_age() else { return };
    let heading = BODY.bold().to_the_left();
    // In the heading if it is one for all and has room there, beside each share if not.
    let beaten = |reference: usize| format!("Beats {}", names::shown(view.outcome, reference));
    let fits = |reference: &usize| font::width(&beaten(*reference), heading.size, heading.weight) <= BEATS;
    let one = common_reference(view).filter(|reference| fits(reference) || !rows.have_margins());
    let named = one.map_or_else(|| "Beats".to_string(), beaten);
    let named = font::fitted(&font::printable(&named), heading.size, heading.weight, BEATS);
    canvas.text((right, rows.top - 32.0), &named, heading);
    let at = |policy: usize| {
        let comparison = view.outcome.comparisons.iter().find(|c| c.policy == policy)?;
        Some((comparison.against, comparison.at.iter().find(|at| at.age == age)?.better))
    };
    let worst = view.outcome.comparisons.iter().filter_map(|c| at(c.policy));
    let worst = worst.map(|(_, better)| margin(better)).fold(f64::NAN, f64::max);
    let told = worst.is_finite() && !rows.have_margins();
    let margin_told = if told { format!(" (± {})", points_within(worst)) } else { String::new() };
    let heading = format!("{}{margin_told}", view.clock.column(age));
    canvas.text_in((right, rows.top - 16.0), &heading, BODY.soft().to_the_left(), BEATS);
    for (row, policy) in rows.policies() {
        let Some((against, better)) = at(policy) else {
            canvas.text((right, rows.middle(row) + 4.0), "–", BODY.soft().to_the_left());
            continue;
        };
        let (mut text, mut below) = share_text(better, rows.have_margins());
        if one.is_none() && rows.have_margins() {
            let is_limit = better.value == 0.0 || better.value == 1.0;
            text = match below {
                Some(limit) if is_limit => limit,
                Some(margin) => format!("{text} {margin}"),
                None => text,
            };
            below = Some(format!("vs {}", names::shown(view.outcome, against)));
        }
        number_with_margin(canvas, (right, rows.middle(row)), rows, (&text, below), BODY, BEATS - 14.0);
    }
}

/// The policy with which all others are compared, if it is one.
fn common_reference(view: View<'_>) -> Option<usize> {
    let first = view.outcome.comparisons.first()?.against;
    view.outcome.comparisons.iter().all(|comparison| comparison.against == first).then_some(first)
}

/// A share, and what stands below it: its margin, or the limit where it is 0 or 1. Without room below, the limit stands alone.
fn share_text(share: Interval, has_room: bool) -> (String, Option<String>) {
    let Interval { value, low, high } = share;
    let limit = match value {
        0.0 if high.is_finite() => Some(format!("< {}", percent(high))),
        1.0 if low.is_finite() => Some(format!("> {}", percent(low))),
        _ => None,
    };
    match limit {
        Some(limit) if has_room => (percent(value), Some(limit)),
        Some(limit) => (limit, None),
        None => {
            let margin = Some(margin(share)).filter(|m| m.is_finite());
            (percent(value), margin.map(|m| format!("± {}", points_within(m))))
        }
    }
}

/// A margin of a share in points, at least a tenth.
fn points_within(margin: f64) -> String {
    points(margin).trim_start_matches("< ").to_string()
}

/// A number at the right end of its column, and what is below it if rows are high enough.
fn number_with_margin(
    canvas: &mut Canvas,
    (right, middle): (f64, f64),
    rows: &Rows,
    (number, below): (&str, Option<String>),
    style: TextStyle,
    room: f64,
) {
    let below = below.filter(|_| rows.have_margins());
    let baseline = if below.is_some() { middle - 2.0 } else { middle + 4.0 };
    canvas.text_in((right, baseline), number, style.to_the_left(), room);
    if let Some(below) = below {
        let style = BODY.soft().sized(10.0).to_the_left();
        canvas.text_in((right, baseline + 12.5), &below, style, room);
    }
}
