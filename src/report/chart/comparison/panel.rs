//! One panel of the chart of all policies: the spread of the balance at an age, or the probability of ruin,
//! with a row for each policy.

use crate::engine::Interval;
use crate::report::chart::canvas::{Anchor, Canvas, TextStyle};
use crate::report::chart::comparison::rows::{
    BEATS, Rows, names_width, number_with_margin, points_within, row_style, share_text,
};
use crate::report::chart::font;
use crate::report::chart::frame::{
    BODY, GRID, LINE, MARGIN, MIDDLE, RUIN_LINE, RULE, SOFT_INK, STRONG, WIDTH, ZONE_GROUND, arrowhead,
    axis_break,
};
use crate::report::chart::scale::Scale;
use crate::report::view::{P5, P25, P50, P75, P95, View, margin};
use crate::report::words::{NOTHING, money, money_short, money_tick, percent_tick};
use crate::scenario::MoneyAxis;

/// The least share of its width that the bars of a panel must take for an axis to be shared with others.
const LEAST_USE: f64 = 0.5;

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

/// The scale of each panel of money.
pub(super) struct MoneyScales {
    scales: Vec<(u32, Scale)>,
    /// Whether all panels have the same one.
    pub is_shared: bool,
}

impl MoneyScales {
    /// One log scale for all if each panel makes use of enough of it; linear ones would leave nothing to see of the
    /// age at which balances spread less.
    pub(super) fn new(axis: MoneyAxis, view: View<'_>) -> Self {
        let ages: Vec<u32> = view.decision_age().into_iter().chain(view.later_age()).collect();
        let shared = money_scale(axis, view, &ages);
        let use_of = |age: &u32| {
            let places = drawn(view, &[*age], &[P5, P95]).into_iter().map(|amount| shared.position(amount));
            let (low, high) = places.fold((1.0_f64, 0.0_f64), |(l, h), place| (l.min(place), h.max(place)));
            high - low
        };
        let is_shared =
            ages.len() < 2 || axis == MoneyAxis::Log && ages.iter().all(|a| use_of(a) >= LEAST_USE);
        let scale = |age: u32| if is_shared { shared } else { money_scale(axis, view, &[age]) };
        Self { scales: ages.iter().map(|&age| (age, scale(age))).collect(), is_shared }
    }

    /// What the zone of zero is, as a clause; empty without one.
    pub(super) fn zone_in_words(&self) -> String {
        let ends: Vec<String> = self
            .scales
            .iter()
            .filter(|(_, s)| s.has_zone())
            .map(|(_, scale)| money_tick(scale.low()))
            .collect();
        zone_in_words(&ends)
    }

    /// Whether some bar goes on beyond its scale.
    pub(super) fn are_cut(&self, view: View<'_>) -> bool {
        self.scales.iter().any(|(age, scale)| drawn(view, &[*age], &[P95]).iter().any(|a| scale.is_above(*a)))
    }
}

/// The panels from left to right.
pub(super) fn panels(scales: MoneyScales, view: View<'_>) -> Vec<Panel> {
    let mut contents: Vec<(Content, Scale)> =
        scales.scales.into_iter().map(|(age, scale)| (Content::Balance { age }, scale)).collect();
    let ruins: Vec<Interval> =
        (0..view.outcome.policies.len()).filter_map(|policy| ruin_drawn(view, policy)).collect();
    if !ruins.is_empty() {
        // Without sampling there is no interval, only the value.
        let highs = ruins.iter().map(|ruin| ruin.high.max(ruin.value));
        contents.push((Content::Ruin, Scale::for_shares(highs.fold(0.0, f64::max))));
    }
    let left = MARGIN + names_width(view) + 20.0;
    let beats = if view.outcome.against_first.is_empty() { 6.0 } else { BEATS };
    let room = WIDTH - MARGIN - beats - left;
    // Balances need more room than shares do.
    let share = |content: &Content| if matches!(content, Content::Ruin) { 0.85 } else { 1.0 };
    let shares: f64 = contents.iter().map(|(content, _)| share(content)).sum();
    let mut left = left;
    contents
        .into_iter()
        .map(|(content, scale)| {
            let width = (room + GAP) * share(&content) / shares;
            let panel = Panel { content, scale, left, right: left + width - GAP - NUMBER };
            left += width;
            panel
        })
        .collect()
}

/// A policy's probability of ruin as it is drawn.
pub(super) fn ruin_drawn(view: View<'_>, policy: usize) -> Option<Interval> {
    let found = view.outcome.policies.get(policy)?;
    view.ruin(found, view.whom_drawn()).filter(|ruin| ruin.value.is_finite())
}

/// What zones of zero that end at these amounts are, as a clause; empty without one.
pub(in crate::report::chart) fn zone_in_words(ends: &[String]) -> String {
    match ends {
        [] => String::new(),
        [first, further @ ..] if further.iter().all(|end| end == first) => {
            format!("; grey strip: $0 and what is below {first}, not to scale")
        }
        _ => format!("; grey strips: $0 and what is below {}, not to scale", ends.join(" and ")),
    }
}

/// A scale for what is drawn at some ages, on which every median lies.
fn money_scale(axis: MoneyAxis, view: View<'_>, ages: &[u32]) -> Scale {
    let all = drawn(view, ages, &[P5, P25, P50, P75, P95]);
    let medians = drawn(view, ages, &[P50]);
    let scale = Scale::covering(axis, &all, &all, &medians);
    scale.near(&all).cut_above(&drawn(view, ages, &[P75]), &medians)
}

/// Percentiles of all policies at some ages, by their places.
fn drawn(view: View<'_>, ages: &[u32], places: &[usize]) -> Vec<f64> {
    let rows = ages.iter().flat_map(|&age| (0..view.outcome.policies.len()).map(move |policy| (policy, age)));
    let each = rows.flat_map(|(policy, age)| places.iter().map(move |place| (policy, age, *place)));
    each.filter_map(|(policy, age, place)| view.percentile(policy, age, place)).map(|i| i.value).collect()
}

impl Panel {
    fn x(&self, value: f64) -> f64 {
        self.left + self.scale.position(value) * (self.right - self.left)
    }

    /// Heading, grid with ticks below the rows, and the first policy's value as a line through all rows.
    pub(super) fn axis(&self, canvas: &mut Canvas, view: View<'_>, rows: &Rows) {
        let bottom = rows.bottom();
        let heading = match self.content {
            Content::Balance { age } => format!("Balance {}", view.clock.at(age)),
            Content::Ruin => "Runs out of money".to_string(),
        };
        let room = self.right + NUMBER - self.left;
        canvas.text_in((self.left, rows.top - 32.0), &heading, BODY.bold(), room);
        if matches!(self.content, Content::Ruin) {
            let whom = view.whom_drawn_in_words();
            canvas.text_in((self.left, rows.top - 16.0), &whom, BODY.soft(), self.right - self.left + 20.0);
        }
        let number = self.number_heading(view, rows);
        if !number.is_empty() {
            canvas.text_in((self.right + NUMBER, rows.top - 16.0), &number, BODY.soft().to_the_left(), room);
        }
        self.zone(canvas, rows);
        for (x, text) in self.ticks() {
            canvas.line(vec![(x, rows.top - 4.0), (x, bottom)], GRID, 1.0);
            canvas.text((x, bottom + 16.0), &text, TICK);
        }
        if let Some(reference) = self.reference(view) {
            let x = self.x(reference);
            canvas.line(vec![(x, rows.top - 6.0), (x, bottom)], RULE, 1.2);
        }
    }

    /// The zone of zero: its ground, its label and the break beside it.
    fn zone(&self, canvas: &mut Canvas, rows: &Rows) {
        let Some((at_break, end)) = self.scale.zone() else { return };
        let place = |share: f64| self.left + share * (self.right - self.left);
        let bottom = rows.bottom();
        canvas.rectangle((self.left, rows.top - 4.0), (place(end), bottom), ZONE_GROUND);
        canvas.line(vec![(self.left, rows.top - 4.0), (self.left, bottom)], GRID, 1.0);
        axis_break(canvas, (place(at_break), bottom + 1.0), false);
    }

    /// What the numbers are; with their largest margin where rows are too low for one each.
    fn number_heading(&self, view: View<'_>, rows: &Rows) -> String {
        let name = match self.content {
            Content::Balance { .. } => "median",
            Content::Ruin => "",
        };
        if rows.have_margins() {
            return name.to_string();
        }
        let all = rows.order.iter().filter_map(|policy| self.interval(view, *policy));
        let worst = all.map(margin).filter(|m| m.is_finite() && *m > 0.0).fold(f64::NAN, f64::max);
        if worst.is_nan() {
            name.to_string()
        } else {
            format!("{name} (± {} at most)", self.margin_text(worst))
        }
    }

    /// The number of a policy with its 95 % interval.
    fn interval(&self, view: View<'_>, policy: usize) -> Option<Interval> {
        match self.content {
            Content::Balance { age } => view.percentile(policy, age, P50),
            Content::Ruin => ruin_drawn(view, policy),
        }
    }

    /// The number, and what stands below it: its margin, or the limit of a share that is 0 or 1.
    fn number_text(&self, interval: Interval, rows: &Rows) -> (String, Option<String>) {
        match &self.content {
            Content::Balance { .. } => {
                let margin = Some(margin(interval)).filter(|m| m.is_finite() && *m > 0.0);
                (money(interval.value), margin.map(|m| format!("± {}", self.margin_text(m))))
            }
            Content::Ruin => share_text(interval, rows.have_margins()),
        }
    }

    fn margin_text(&self, margin: f64) -> String {
        match self.content {
            Content::Balance { .. } => money_short(margin),
            Content::Ruin => points_within(margin),
        }
    }

    /// As many ticks as have room for their labels, with their places.
    fn ticks(&self) -> Vec<(f64, String)> {
        let half = |text: &str| font::width(text, TICK.size, TICK.weight) / 2.0;
        let labelled = |limit: usize| -> Vec<(f64, String)> {
            let zero = self.scale.has_zone().then(|| (self.left, self.label(0.0)));
            let ticks = self.scale.ticks(limit).into_iter();
            let ticks = ticks.map(|tick| ((self.x(tick)).round() + 0.5, self.label(tick)));
            // The end of the zone is near zero, so its amount may have no room.
            let is_near =
                |x: f64, text: &str| zero.as_ref().is_some_and(|zero| x - half(text) < zero.0 + 14.0);
            let ticks: Vec<_> = ticks.filter(|(x, text)| !is_near(*x, text)).collect();
            zero.into_iter().chain(ticks).collect()
        };
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
            Content::Ruin => ruin_drawn(view, 0).map(|i| i.value),
        }
    }

    pub(super) fn row(
        &self,
        canvas: &mut Canvas,
        view: View<'_>,
        (row, policy): (usize, usize),
        rows: &Rows,
    ) {
        let y = rows.middle(row);
        match self.content {
            Content::Balance { age } => self.balance(canvas, view, (policy, age), (y, rows.height)),
            Content::Ruin => self.ruin(canvas, view, policy, y),
        }
        let found = self.interval(view, policy).map(|found| self.number_text(found, rows));
        let (number, below) = found.unwrap_or_else(|| (NOTHING.to_string(), None));
        let place = (self.right + NUMBER, y);
        number_with_margin(canvas, place, rows, (&number, below), row_style(policy), NUMBER - 2.0);
    }

    /// A thin bar from the 5th to the 95th percentile, a thick one from the 25th to the 75th, the median.
    fn balance(
        &self,
        canvas: &mut Canvas,
        view: View<'_>,
        (policy, age): (usize, u32),
        (y, height): (f64, f64),
    ) {
        let at = |place: usize| view.percentile(policy, age, place).map(|i| i.value);
        let (Some(p5), Some(p25), Some(p50), Some(p75), Some(p95)) =
            (at(P5), at(P25), at(P50), at(P75), at(P95))
        else {
            return;
        };
        let (thin, thick, mark) = (height * 0.09, height * 0.2, height * 0.3);
        canvas.rectangle((self.x(p5), y - thin), (self.x(p95), y + thin), MIDDLE);
        canvas.rectangle((self.x(p25), y - thick), (self.x(p75), y + thick), STRONG);
        if self.scale.is_above(p95) {
            arrowhead(canvas, (self.right, y), if self.scale.is_above(p75) { STRONG } else { MIDDLE });
        }
        let median = self.x(p50);
        canvas.rectangle((median - 1.5, y - mark), (median + 1.5, y + mark), LINE);
    }

    /// A dot with its 95 % interval, if it has one.
    fn ruin(&self, canvas: &mut Canvas, view: View<'_>, policy: usize, y: f64) {
        let Some(Interval { value, low, high }) = self.interval(view, policy) else { return };
        if low.is_finite() && high.is_finite() {
            canvas.line(vec![(self.x(low), y), (self.x(high), y)], RUIN_LINE, 2.0);
        }
        canvas.disc((self.x(value), y), 4.0, RUIN_LINE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::chart::tests::cases;
    use crate::report::sample::{self, Recipe};

    fn assert_medians_are_on_the_axis(case: &str, view: View<'_>, axis: MoneyAxis) {
        for (age, scale) in MoneyScales::new(axis, view).scales {
            for median in drawn(view, &[age], &[P50]) {
                let place = scale.position(median);
                let is_inside = place > 0.0 && place < 1.0 && median >= scale.low();
                assert!(median == 0.0 || is_inside, "{case} at {age}: {median} at {place} of {scale:?}");
            }
        }
    }

    #[test]
    fn every_median_lies_on_the_axis_however_wide_the_spread() {
        for (case, scenario, outcome) in cases() {
            assert_medians_are_on_the_axis(case, View::new(&scenario, &outcome), scenario.output.axis);
        }
        let wild = [("calm", 0.03, 0.05), ("wild", 0.4, 1.6), ("wilder", 0.7, 2.4), ("sinking", -0.6, 1.0)];
        let outcome = sample::outcome(&Recipe { lifetimes: 400, horizon: 60, ..Recipe::account() }, &wild);
        let scenario = sample::scenario(&wild);
        assert_medians_are_on_the_axis("wild", View::new(&scenario, &outcome), MoneyAxis::Log);
    }
}
