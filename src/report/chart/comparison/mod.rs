//! All policies side by side: a row for each, with the spread of the balance at one or two ages, the
//! probability of ruin, and how often it beats the first one.

mod panel;
mod words;

use crate::engine::ComparisonAt;
use crate::error::Result;
use crate::report::chart::canvas::{Canvas, TextStyle};
use crate::report::chart::font;
use crate::report::chart::frame::{BODY, FOOTER, LINE_ROOM, MARGIN, WIDTH, footer, headings};
use crate::report::view::{View, margin};
use crate::report::words::{NOTHING, one_line, percent, points};
use crate::scenario::Scenario;
use panel::{MoneyScales, panels};
pub(super) use words::title;
use words::{describe, safety, subtitle};

/// Top of the first row.
const ROWS: f64 = 134.0;
/// Room below the last row for ticks and a note.
const TICKS: f64 = 44.0;
/// The most room for names.
const NAMES: f64 = 216.0;
/// Room for the column that says how often each policy beats the first one.
const BEATS: f64 = 92.0;

/// The rows and where they lie.
struct Rows {
    count: usize,
    height: f64,
}

impl Rows {
    fn new(count: usize) -> Self {
        let height = match count {
            0..=12 => 34.0,
            13..=24 => 26.0,
            _ => 20.0,
        };
        Self { count, height }
    }

    /// Whether there is room for a margin below each number.
    fn have_margins(&self) -> bool {
        self.height > 30.0
    }

    fn middle(&self, row: usize) -> f64 {
        ROWS + (row as f64 + 0.5) * self.height
    }

    fn bottom(&self) -> f64 {
        ROWS + self.count as f64 * self.height
    }
}

/// Draws all policies side by side as SVG.
///
/// # Errors
///
/// None that is known: plotters writes into memory.
pub(super) fn draw(scenario: &Scenario, view: View<'_>) -> Result<String> {
    let title = title(view);
    let description = describe(view);
    compose(scenario, view, &title).into_svg(&title, &description)
}

pub(super) fn compose(scenario: &Scenario, view: View<'_>, title: &str) -> Canvas {
    let rows = Rows::new(view.outcome.policies.len());
    let height = rows.bottom() + TICKS + FOOTER;
    let scales = MoneyScales::new(scenario.output.axis, view);
    let subtitle = subtitle(scenario.output.axis, scales.is_shared, view);
    let panels = panels(scales, view);
    let mut canvas = Canvas::new(WIDTH, height);
    let safety = safety(view);
    headings(&mut canvas, title, &safety);
    let below = if safety.is_empty() { 57.0 } else { 75.0 };
    canvas.text_in((MARGIN, below), &subtitle, BODY.soft(), LINE_ROOM);
    stripes(&mut canvas, &rows);
    for panel in &panels {
        panel.axis(&mut canvas, view, &rows);
        for row in 0..rows.count {
            panel.row(&mut canvas, view, row, &rows);
        }
    }
    names(&mut canvas, view, &rows);
    if !view.outcome.comparisons.is_empty() {
        beats(&mut canvas, view, &rows);
    }
    footer(&mut canvas, height, scenario, view.outcome);
    canvas
}

/// Every second row on a light ground.
fn stripes(canvas: &mut Canvas, rows: &Rows) {
    for row in (0..rows.count).step_by(2) {
        let top = ROWS + row as f64 * rows.height;
        canvas.rectangle((MARGIN, top), (WIDTH - MARGIN, top + rows.height), 0x00F6_F7F9);
    }
}

/// The width of the widest name, within limits.
fn names_width(view: View<'_>) -> f64 {
    let widths =
        view.outcome.policies.iter().enumerate().map(|(row, policy)| {
            font::width(&font::printable(&policy.name), BODY.size, row_style(row).weight)
        });
    widths.fold(90.0, f64::max).min(NAMES)
}

/// The names; one that is too long takes a second line if the rows are high enough.
fn names(canvas: &mut Canvas, view: View<'_>, rows: &Rows) {
    let room = names_width(view) + 1.0;
    for (row, policy) in view.outcome.policies.iter().enumerate() {
        let style = row_style(row);
        let (x, y) = (MARGIN + 6.0, rows.middle(row) + 4.0);
        match two_lines(&one_line(&policy.name), style, room) {
            Some((first, second)) if rows.have_margins() => {
                canvas.text_in((x, y - 7.5), first, style, room);
                canvas.text_in((x, y + 7.5), second, style, room);
            }
            _ => canvas.text_in((x, y), &policy.name, style, room),
        }
    }
}

/// A name split at the last space that leaves a first line within the room; `None` if it fits whole.
fn two_lines(name: &str, style: TextStyle, room: f64) -> Option<(&str, &str)> {
    let fits = |text: &str| font::width(&font::printable(text), style.size, style.weight) <= room;
    if fits(name) {
        return None;
    }
    name.rmatch_indices(' ').map(|(at, _)| (&name[..at], &name[at + 1..])).find(|(first, _)| fits(first))
}

/// The first policy, with which the others are compared, stands out.
fn row_style(row: usize) -> TextStyle {
    if row == 0 { BODY.bold() } else { BODY }
}

/// The column that says how often each policy beats the first one.
fn beats(canvas: &mut Canvas, view: View<'_>, rows: &Rows) {
    let right = WIDTH - MARGIN - 6.0;
    let Some(age) = view.decision_age() else { return };
    let heading = BODY.bold().to_the_left();
    let named = format!("Beats {}", view.outcome.policies.first().map_or("", |p| p.name.as_str()));
    let short = font::width(&font::printable(&named), heading.size, heading.weight) < BEATS - 8.0;
    canvas.text((right, ROWS - 32.0), if short { &named } else { "Beats first" }, heading);
    let margins = view.outcome.comparisons.iter().filter_map(|c| compared_at(view, c.policy, age));
    let worst = margins.map(|at| margin(at.better)).fold(f64::NAN, f64::max);
    let told = worst.is_finite() && !rows.have_margins();
    let margin_told = if told { format!(" (± {})", points(worst)) } else { String::new() };
    let heading = format!("{}{margin_told}", view.clock.column(age));
    canvas.text_in((right, ROWS - 16.0), &heading, BODY.soft().to_the_left(), BEATS);
    canvas.text((right, rows.middle(0) + 4.0), "(the first)", BODY.soft().to_the_left());
    for row in 1..rows.count {
        let better = compared_at(view, row, age).map(|at| at.better);
        let text = better.map_or_else(|| NOTHING.to_string(), |better| percent(better.value));
        let margin = better.map(margin).filter(|m| m.is_finite()).map(points);
        number_with_margin(canvas, (right, rows.middle(row)), rows, (&text, margin), BODY, BEATS);
    }
}

/// A number at the right end of its column, and its margin below it if rows are high enough.
fn number_with_margin(
    canvas: &mut Canvas,
    (right, middle): (f64, f64),
    rows: &Rows,
    (number, margin): (&str, Option<String>),
    style: TextStyle,
    room: f64,
) {
    let margin = margin.filter(|_| rows.have_margins());
    let baseline = if margin.is_some() { middle - 2.0 } else { middle + 4.0 };
    canvas.text_in((right, baseline), number, style.to_the_left(), room);
    if let Some(margin) = margin {
        let style = BODY.soft().sized(10.0).to_the_left();
        canvas.text_in((right, baseline + 12.5), &format!("± {margin}"), style, room);
    }
}

/// A policy against the first one at an age.
fn compared_at(view: View<'_>, policy: usize, age: u32) -> Option<&ComparisonAt> {
    let comparison = view.outcome.comparisons.iter().find(|c| c.policy == policy)?;
    comparison.at.iter().find(|at| at.age == age)
}
