//! All policies side by side: a row for each, with the spread of the balance at one or two ages, the
//! probability of ruin, and how often it beats the first one.

use crate::engine::{ComparisonAt, Interval};
use crate::error::Result;
use crate::report::chart::canvas::{Anchor, Canvas, TextStyle};
use crate::report::chart::font;
use crate::report::chart::frame::{
    BODY, FOOTER, GRID, LINE, LINE_ROOM, MARGIN, MIDDLE, RUIN_LINE, RULE, SOFT_INK, STRONG, WIDTH, footer,
    headings, title_style,
};
use crate::report::chart::scale::Scale;
use crate::report::view::{P5, P25, P50, P75, P95, View};
use crate::report::words::{
    NOTHING, capitalised, dollars_of, money, money_tick, one_line, percent, percent_tick,
    percent_with_interval,
};
use crate::scenario::{MoneyAxis, Scenario};

/// Top of the first row.
const ROWS: f64 = 116.0;
/// Room below the last row for ticks and a note.
const TICKS: f64 = 44.0;
const NAMES: f64 = 216.0;
const GAP: f64 = 26.0;
/// Room for the number at the right of each panel.
const NUMBER: f64 = 62.0;
const BEATS: f64 = 92.0;

/// How sure a difference must be, in standard errors, before a title speaks of it: several policies are
/// compared at once.
const SURE: f64 = 3.0;

/// The labels of ticks.
const TICK: TextStyle = TextStyle { size: 11.0, anchor: Anchor::Middle, colour: SOFT_INK, ..BODY };

/// What a panel shows.
enum Content {
    Balance { age: u32 },
    Ruin,
}

/// A panel: what it shows and from where to where its axis runs.
struct Panel {
    content: Content,
    scale: Scale,
    left: f64,
    right: f64,
}

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
    let panels = panels(scenario.output.axis, view);
    let mut canvas = Canvas::new(WIDTH, height);
    headings(&mut canvas, title, &subtitle(scenario.output.axis, view));
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

/// The panels from left to right; those of money share one scale.
fn panels(axis: MoneyAxis, view: View<'_>) -> Vec<Panel> {
    let policies = &view.outcome.policies;
    let ages: Vec<u32> = view.decision_age().into_iter().chain(view.later_age()).collect();
    let amounts = ages.iter().flat_map(|&age| {
        (0..policies.len())
            .flat_map(move |p| [P5, P95].into_iter().filter_map(move |place| view.percentile(p, age, place)))
    });
    let medians = ages.iter().flat_map(|&age| {
        (0..policies.len()).filter_map(move |p| view.percentile(p, age, P50)).map(|i| i.value)
    });
    let least = medians.filter(|median| *median > 0.0).fold(f64::INFINITY, f64::min);
    let money = Scale::covering(axis, amounts.map(|i| i.value)).reaching_down_to(least);
    let mut contents: Vec<(Content, Scale)> =
        ages.iter().map(|&age| (Content::Balance { age }, money)).collect();
    if policies.iter().any(|p| p.ruin.is_some()) {
        let highs = policies.iter().filter_map(|p| p.ruin).map(|ruin| ruin.high);
        contents.push((Content::Ruin, Scale::for_shares(highs.fold(0.0, f64::max))));
    }
    let left = MARGIN + names_width(view) + 20.0;
    let beats = if view.outcome.comparisons.is_empty() { 6.0 } else { BEATS };
    let room = WIDTH - MARGIN - beats - left;
    let width = (room + GAP) / contents.len().max(1) as f64;
    contents
        .into_iter()
        .enumerate()
        .map(|(i, (content, scale))| {
            let left = left + i as f64 * width;
            Panel { content, scale, left, right: left + width - GAP - NUMBER }
        })
        .collect()
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
            Some((first, second)) if rows.height > 30.0 => {
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
    canvas.text((right, 84.0), if short { &named } else { "Beats first" }, heading);
    canvas.text((right, 100.0), &view.clock.column(age), BODY.soft().to_the_left());
    for row in 0..rows.count {
        let better = compared_at(view, row, age).map(|at| percent(at.better.value));
        let text = if row == 0 { "(the first)".to_string() } else { better.unwrap_or(NOTHING.to_string()) };
        let style = if row == 0 { BODY.soft() } else { BODY };
        canvas.text((right, rows.middle(row) + 4.0), &text, style.to_the_left());
    }
}

/// A policy against the first one at an age.
fn compared_at<'a>(view: View<'a>, policy: usize, age: u32) -> Option<&'a ComparisonAt> {
    let comparison = view.outcome.comparisons.iter().find(|c| c.policy == policy)?;
    comparison.at.iter().find(|at| at.age == age)
}

impl Panel {
    fn x(&self, value: f64) -> f64 {
        self.left + self.scale.position(value) * (self.right - self.left)
    }

    /// Heading, grid with ticks below the rows, and the first policy's value as a line through all rows.
    fn axis(&self, canvas: &mut Canvas, view: View<'_>, rows: &Rows) {
        let bottom = rows.bottom();
        let (heading, number) = match self.content {
            Content::Balance { age } => (format!("Balance {}", view.clock.at(age)), "median"),
            Content::Ruin => ("Runs out of money".to_string(), ""),
        };
        canvas.text_in((self.left, 84.0), &heading, BODY.bold(), self.right + NUMBER - self.left);
        if !number.is_empty() {
            canvas.text((self.right + NUMBER, 100.0), number, BODY.soft().to_the_left());
        }
        for (x, text) in self.ticks() {
            canvas.line(vec![(x, ROWS - 4.0), (x, bottom)], GRID, 1.0);
            canvas.text((x, bottom + 16.0), &text, TICK);
        }
        if let Some(reference) = self.reference(view) {
            let x = self.x(reference);
            canvas.line(vec![(x, ROWS - 6.0), (x, bottom)], RULE, 1.2);
        }
        self.floor_note(canvas, view, bottom);
    }

    /// As many ticks as have room for their labels, with their places.
    fn ticks(&self) -> Vec<(f64, String)> {
        let labelled = |limit: usize| -> Vec<(f64, String)> {
            let ticks = self.scale.ticks(limit).into_iter();
            ticks.map(|tick| ((self.x(tick)).round() + 0.5, self.label(tick))).collect()
        };
        let half = |text: &str| font::width(text, TICK.size, TICK.weight) / 2.0;
        let fits = |ticks: &Vec<(f64, String)>| {
            ticks.windows(2).all(|pair| pair[1].0 - pair[0].0 > half(&pair[0].1) + half(&pair[1].1) + 7.0)
        };
        (2..10).rev().map(labelled).find(fits).unwrap_or_default()
    }

    fn label(&self, tick: f64) -> String {
        match self.content {
            Content::Balance { .. } => money_tick(tick),
            Content::Ruin => percent_tick(tick),
        }
    }

    fn reference(&self, view: View<'_>) -> Option<f64> {
        match self.content {
            Content::Balance { age } => view.percentile(0, age, P50).map(|i| i.value),
            Content::Ruin => view.outcome.policies.first()?.ruin.map(|i| i.value),
        }
    }

    /// Says what the left end of a log axis stands for if some bar is cut there.
    fn floor_note(&self, canvas: &mut Canvas, view: View<'_>, bottom: f64) {
        let Content::Balance { age } = self.content else { return };
        let least = (0..view.outcome.policies.len()).filter_map(|p| view.percentile(p, age, P5));
        if least.map(|i| i.value).any(|value| self.scale.is_below_floor(value)) {
            let note = format!("left edge: {} or less", money_tick(self.scale.low()));
            let room = self.right + NUMBER - self.left;
            canvas.text_in((self.left, bottom + 33.0), &note, BODY.soft().sized(10.5), room);
        }
    }

    fn row(&self, canvas: &mut Canvas, view: View<'_>, row: usize, rows: &Rows) {
        let y = rows.middle(row);
        let number = match self.content {
            Content::Balance { age } => self.balance(canvas, view, row, age, (y, rows.height)),
            Content::Ruin => self.ruin(canvas, view, row, y),
        };
        let style = row_style(row).to_the_left();
        canvas.text_in((self.right + NUMBER, y + 4.0), &number, style, NUMBER - 2.0);
    }

    /// A thin bar from the 5th to the 95th percentile, a thick one from the 25th to the 75th, the median.
    fn balance(
        &self,
        canvas: &mut Canvas,
        view: View<'_>,
        policy: usize,
        age: u32,
        (y, height): (f64, f64),
    ) -> String {
        let at = |place: usize| view.percentile(policy, age, place).map(|i| i.value);
        let (Some(p5), Some(p25), Some(p50), Some(p75), Some(p95)) =
            (at(P5), at(P25), at(P50), at(P75), at(P95))
        else {
            return NOTHING.to_string();
        };
        let (thin, thick, mark) = (height * 0.09, height * 0.2, height * 0.3);
        canvas.rectangle((self.x(p5), y - thin), (self.x(p95), y + thin), MIDDLE);
        canvas.rectangle((self.x(p25), y - thick), (self.x(p75), y + thick), STRONG);
        let median = self.x(p50);
        canvas.rectangle((median - 1.5, y - mark), (median + 1.5, y + mark), LINE);
        money(p50)
    }

    /// A dot with its 95 % interval.
    fn ruin(&self, canvas: &mut Canvas, view: View<'_>, policy: usize, y: f64) -> String {
        let ruin = view.outcome.policies.get(policy).and_then(|p| p.ruin);
        let Some(Interval { value, low, high }) = ruin.filter(|ruin| ruin.value.is_finite()) else {
            return NOTHING.to_string();
        };
        canvas.line(vec![(self.x(low), y), (self.x(high), y)], RUIN_LINE, 2.0);
        canvas.disc((self.x(value), y), 4.0, RUIN_LINE);
        if value == 0.0 { format!("< {}", percent(high)) } else { percent(value) }
    }
}

/// The finding: which policy has the highest median at the age of decision, if that is no noise.
pub(super) fn title(view: View<'_>) -> String {
    let name = |policy: usize| view.outcome.policies.get(policy).map_or(String::new(), |p| one_line(&p.name));
    let Some(age) = view.decision_age() else { return name(0) };
    let median = |policy: usize| view.percentile(policy, age, P50).map_or(f64::NAN, |i| i.value);
    let at = view.clock.at(age);
    let count = view.outcome.policies.len();
    let best = (1..count).fold(0, |best, p| if median(p) > median(best) { p } else { best });
    let first = name(0);
    if count < 2 {
        return fit(&first, |n| format!("{n}: median {} {at}", money(median(0))));
    }
    if best == 0 {
        return fit(&first, |n| format!("{n} has the highest median {at}: {}", money(median(0))));
    }
    let sure = compared_at(view, best, age).map(|c| c.percentile_differences[1]);
    if !sure.is_some_and(|d| d.value > SURE * d.standard_error) {
        return fit(&first, |n| format!("No policy is sure to have a higher median {at} than {n}"));
    }
    let whole = format!(
        "{} has the highest median {at}: {} against {} for {first}",
        name(best),
        money(median(best)),
        money(median(0))
    );
    let style = title_style();
    if font::width(&whole, style.size, style.weight) <= LINE_ROOM {
        return whole;
    }
    fit(&name(best), |n| format!("{n} has the highest median {at}: {}", money(median(best))))
}

/// The sentence about a name, which is cut if the sentence would be too long for a title.
fn fit(name: &str, sentence: impl Fn(&str) -> String) -> String {
    let style = title_style();
    let name = font::printable(name);
    let rest = font::width(&sentence(""), style.size, style.weight);
    sentence(&font::fitted(&name, style.size, style.weight, LINE_ROOM - rest))
}

fn subtitle(axis: MoneyAxis, view: View<'_>) -> String {
    let axis = if axis == MoneyAxis::Log { "log scale" } else { "linear scale" };
    let among = if view.some_die() { " among survivors" } else { "" };
    format!(
        "Balances in {}{among}, {axis}: mark = median, thick = 25th–75th, thin = 5th–95th percentile",
        dollars_of(view.basis)
    )
}

/// The chart in words.
fn describe(view: View<'_>) -> String {
    let mut parts = Vec::new();
    for (row, policy) in view.outcome.policies.iter().enumerate() {
        let mut facts = Vec::new();
        for age in view.decision_age().into_iter().chain(view.later_age()) {
            if let Some(median) = view.percentile(row, age, P50) {
                facts.push(format!("median {} {}", money(median.value), view.clock.at(age)));
            }
        }
        if let Some(ruin) = policy.ruin {
            facts.push(format!("runs out of money: {}", percent_with_interval(ruin)));
        }
        parts.push(format!("{}: {}", one_line(&policy.name), facts.join(", ")));
    }
    format!("{}. {}.", parts.join(". "), capitalised(&format!("in {}", dollars_of(view.basis))))
}
