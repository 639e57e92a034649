//! One panel of the chart of all policies: the spread of the balance at an age, or the probability of ruin,
//! with a row for each policy.

use crate::engine::Interval;
use crate::report::chart::canvas::{Anchor, Canvas, TextStyle};
use crate::report::chart::comparison::{BEATS, ROWS, Rows, names_width, row_style};
use crate::report::chart::font;
use crate::report::chart::frame::{
    BODY, GRID, LINE, MARGIN, MIDDLE, RUIN_LINE, RULE, SOFT_INK, STRONG, WIDTH,
};
use crate::report::chart::scale::Scale;
use crate::report::view::{P5, P25, P50, P75, P95, View};
use crate::report::words::{NOTHING, money, money_tick, percent, percent_tick};
use crate::scenario::MoneyAxis;

/// Blank space between panels.
const GAP: f64 = 26.0;

/// Room for the number at the right of each panel.
const NUMBER: f64 = 62.0;

/// The labels of ticks.
const TICK: TextStyle = TextStyle { size: 11.0, anchor: Anchor::Middle, colour: SOFT_INK, ..BODY };

/// What a panel shows.
pub(super) enum Content {
    Balance { age: u32 },
    Ruin,
}

/// A panel: what it shows and from where to where its axis runs.
pub(super) struct Panel {
    content: Content,
    scale: Scale,
    left: f64,
    right: f64,
}

/// The panels from left to right. Those of money share a log scale; on linear ones, a wide spread at a
/// later age would leave nothing to see of the earlier one.
pub(super) fn panels(axis: MoneyAxis, view: View<'_>) -> Vec<Panel> {
    let policies = &view.outcome.policies;
    let ages: Vec<u32> = view.decision_age().into_iter().chain(view.later_age()).collect();
    let scale = |age: u32| match axis {
        MoneyAxis::Log => money_scale(axis, view, &ages),
        MoneyAxis::Linear => money_scale(axis, view, &[age]),
    };
    let mut contents: Vec<(Content, Scale)> =
        ages.iter().map(|&age| (Content::Balance { age }, scale(age))).collect();
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

/// A scale for the 5th to 95th percentiles of all policies at some ages, on which every median can be seen.
fn money_scale(axis: MoneyAxis, view: View<'_>, ages: &[u32]) -> Scale {
    let all = |place: usize| {
        let rows = ages.iter().flat_map(|&age| (0..view.outcome.policies.len()).map(move |p| (p, age)));
        rows.filter_map(move |(policy, age)| view.percentile(policy, age, place)).map(|i| i.value)
    };
    let least = all(P50).filter(|median| *median > 0.0).fold(f64::INFINITY, f64::min);
    Scale::covering(axis, all(P5).chain(all(P95))).reaching_down_to(least)
}

impl Panel {
    fn x(&self, value: f64) -> f64 {
        self.left + self.scale.position(value) * (self.right - self.left)
    }

    /// Heading, grid with ticks below the rows, and the first policy's value as a line through all rows.
    pub(super) fn axis(&self, canvas: &mut Canvas, view: View<'_>, rows: &Rows) {
        let bottom = rows.bottom();
        let (heading, number) = match self.content {
            Content::Balance { age } => (format!("Balance {}", view.clock.at(age)), "median"),
            Content::Ruin => ("Runs out of money".to_string(), ""),
        };
        canvas.text_in((self.left, ROWS - 32.0), &heading, BODY.bold(), self.right + NUMBER - self.left);
        if !number.is_empty() {
            canvas.text((self.right + NUMBER, ROWS - 16.0), number, BODY.soft().to_the_left());
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

    pub(super) fn row(&self, canvas: &mut Canvas, view: View<'_>, row: usize, rows: &Rows) {
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
