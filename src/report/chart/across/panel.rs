//! A panel of the chart of several sets: an axis of balances or of ruin, and the figures at its right.

use crate::engine::{Estimate, Interval};
use crate::report::across::Across;
use crate::report::chart::across::layout::Layout;
use crate::report::chart::canvas::{Anchor, Canvas, TextStyle};
use crate::report::chart::font;
use crate::report::chart::frame::{BODY, GRID, MARGIN, SOFT_INK, WIDTH, ZONE_GROUND, axis_break};
use crate::report::chart::names;
use crate::report::chart::scale::Scale;
use crate::report::view::{P5, P25, P50, P75, P95, interval_at, margin};
use crate::report::words::{
    self, NOTHING, money, money_short, money_tick, percent, percent_number, percent_tick, points,
};
use crate::scenario::MoneyAxis;

/// Room for the number at the right of each panel.
const MONEY_NUMBER: f64 = 118.0;
const RUIN_NUMBER: f64 = 98.0;

/// The most room for the names of sets or policies.
const NAMES: f64 = 190.0;

const TICK: TextStyle = TextStyle { size: 11.0, anchor: Anchor::Middle, colour: SOFT_INK, ..BODY };
const NUMBER: TextStyle = TextStyle { size: 11.5, anchor: Anchor::End, ..BODY };

/// What a panel shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Content {
    Balance,
    Ruin,
}

/// A part of the width with an axis.
pub(super) struct Panel {
    content: Content,
    heading: String,
    pub scale: Scale,
    pub left: f64,
    pub right: f64,
    number: f64,
}

/// The balance at the age of decision, and ruin if anything is withdrawn.
pub(super) fn panels(across: Across<'_>, layout: &Layout) -> Vec<Panel> {
    let bold = BODY.bold();
    let widest = if layout.is_dense {
        let names = across
            .first()
            .map_or_else(Vec::new, |(_, outcome)| names::fitted(outcome, bold.size, bold.weight, NAMES));
        names.iter().map(|name| font::width(name, bold.size, bold.weight)).fold(70.0, f64::max) + 6.0
    } else {
        let names = across.names().into_iter();
        let widths = names.map(|name| font::width(&font::printable(name), 11.5, BODY.weight));
        widths.fold(70.0, f64::max).min(NAMES) + 18.0
    };
    let left = MARGIN + widest + 16.0;
    let has_ruin = across.found.ruin.is_some();
    let room = WIDTH - MARGIN - 6.0 - left;
    let ruin_width = if has_ruin { 0.36 * room } else { 0.0 };
    let age = across.decision().map_or(0, |at| at.age);
    let money_right = left + room - ruin_width - MONEY_NUMBER;
    let mut panels = vec![Panel {
        content: Content::Balance,
        heading: format!("Balance {}", across.clock().at(age)),
        scale: money_scale(across),
        left,
        right: money_right,
        number: MONEY_NUMBER,
    }];
    if has_ruin {
        let all = across.outcomes.iter().flat_map(|outcome| &outcome.policies).filter_map(|p| p.ruin);
        panels.push(Panel {
            content: Content::Ruin,
            heading: "Runs out of money".into(),
            scale: Scale::for_shares(all.map(|ruin| ruin.high.max(ruin.value)).fold(0.0, f64::max)),
            left: money_right + MONEY_NUMBER + 26.0,
            right: WIDTH - MARGIN - 6.0 - RUIN_NUMBER,
            number: RUIN_NUMBER,
        });
    }
    panels
}

/// An axis on which every median lies.
fn money_scale(across: Across<'_>) -> Scale {
    let axis = across.first().map_or(MoneyAxis::Log, |(scenario, _)| scenario.output.axis);
    let (all, medians) = (ends(across, &[P5, P25, P50, P75, P95]), ends(across, &[P50]));
    Scale::covering(axis, &all, &all, &medians).near(&all).cut_above(&ends(across, &[P75]), &medians)
}

/// A policy's probability of ruin under a set.
pub(super) fn ruin_of(across: Across<'_>, (policy, set): (usize, usize)) -> Option<Interval> {
    across.outcomes.get(set)?.policies.get(policy)?.ruin.filter(|ruin| ruin.value.is_finite())
}

/// A policy's median under a set with its error.
pub(super) fn median_of(across: Across<'_>, (policy, set): (usize, usize)) -> Option<Estimate> {
    across.decision()?.dollars.table.get(policy)?.get(set).copied()
}

/// A percentile of the real balance.
pub(super) fn spread(
    across: Across<'_>,
    (policy, set): (usize, usize),
    age: u32,
    place: usize,
) -> Option<f64> {
    let outcome = across.outcomes.get(set)?;
    interval_at(&outcome.real, policy, outcome.age_index(age)?, place).map(|found| found.value)
}

/// Percentiles of all policies under all sets at the age of decision, by their places.
pub(super) fn ends(across: Across<'_>, places: &[usize]) -> Vec<f64> {
    let Some(age) = across.decision().map(|at| at.age) else { return vec![] };
    let policies = across.first().map_or(0, |(_, outcome)| outcome.policies.len());
    let cells = (0..policies).flat_map(|policy| (0..across.outcomes.len()).map(move |set| (policy, set)));
    cells.flat_map(|cell| places.iter().filter_map(move |place| spread(across, cell, age, *place))).collect()
}

impl Panel {
    pub(super) fn x(&self, value: f64) -> f64 {
        self.left + self.scale.position(value) * (self.right - self.left)
    }

    fn label(&self, tick: f64) -> String {
        if self.content == Content::Balance { money_tick(tick) } else { percent_tick(tick) }
    }

    /// Heading, grid and ticks, and the zone of zero.
    pub(super) fn axis(&self, canvas: &mut Canvas, across: Across<'_>, layout: &Layout) {
        let (top, bottom) = (layout.top, layout.bottom());
        canvas.text_in((self.left, top - 12.0), &self.heading, BODY.bold(), self.right - self.left);
        if self.content == Content::Ruin {
            let enumerated = across.first().is_some_and(|(_, outcome)| outcome.enumerated);
            let whom = if enumerated { "of all start dates" } else { "of all lifetimes" };
            let left = self.left + font::width(&self.heading, BODY.size, BODY.bold().weight) + 8.0;
            let (place, room) = if layout.is_dense {
                ((self.left, top - 26.0), self.right - self.left)
            } else {
                ((left, top - 12.0), self.right + self.number - left)
            };
            canvas.text_in(place, whom, BODY.soft().sized(11.0), room);
        }
        if layout.is_dense {
            let style = BODY.soft().sized(11.0).to_the_left();
            let right = self.right + self.number;
            let what =
                if self.content == Content::Balance { "lowest–highest median" } else { "lowest–highest" };
            canvas.text_in((right, top - 26.0), what, style, self.number + 20.0);
            canvas.text_in((right, top - 12.0), "± at most", style, self.number + 20.0);
        }
        if let Some((at_break, end)) = self.scale.zone() {
            let place = |share: f64| self.left + share * (self.right - self.left);
            canvas.rectangle((self.left, top - 4.0), (place(end), bottom), ZONE_GROUND);
            axis_break(canvas, (place(at_break), bottom + 1.0), false);
        }
        for (x, text) in self.ticks() {
            canvas.line(vec![(x, top - 4.0), (x, bottom)], GRID, 1.0);
            canvas.text((x, bottom + 16.0), &text, TICK);
        }
    }

    /// The largest half of a 95 % interval among a policy's figures; `None` without any.
    fn worst_margin(&self, across: Across<'_>, policy: usize) -> Option<String> {
        let cells = (0..across.outcomes.len()).map(|set| (policy, set));
        let halves: Vec<f64> = match self.content {
            Content::Balance => cells
                .filter_map(|cell| median_of(across, cell))
                .map(|m| words::MARGIN * m.standard_error)
                .collect(),
            Content::Ruin => cells.filter_map(|cell| ruin_of(across, cell)).map(margin).collect(),
        };
        let worst = halves.into_iter().filter(|half| half.is_finite()).fold(0.0, f64::max);
        (worst > 0.0).then(|| match self.content {
            Content::Balance => money_short(worst),
            Content::Ruin => format!("{} points", points(worst).replace("< ", "")),
        })
    }

    /// As many ticks as have room for their labels, with their places.
    fn ticks(&self) -> Vec<(f64, String)> {
        let half = |text: &str| font::width(text, TICK.size, TICK.weight) / 2.0;
        let labelled = |limit: usize| -> Vec<(f64, String)> {
            let zero = self.scale.has_zone().then(|| (self.left, self.label(0.0)));
            let ticks = self.scale.ticks(limit).into_iter();
            let ticks = ticks.map(|tick| (self.x(tick).round() + 0.5, self.label(tick)));
            let near = zero.as_ref().map_or(f64::NEG_INFINITY, |zero| zero.0 + 14.0);
            let ticks: Vec<_> = ticks.filter(|(x, text)| x - half(text) >= near).collect();
            zero.into_iter().chain(ticks).collect()
        };
        let fits = |ticks: &Vec<(f64, String)>| {
            ticks.windows(2).all(|two| two[1].0 - two[0].0 > half(&two[0].1) + half(&two[1].1) + 7.0)
        };
        (2..10).rev().map(labelled).find(fits).unwrap_or_default()
    }

    /// A figure with its 95 % margin at the right of the panel.
    pub(super) fn figure(&self, canvas: &mut Canvas, across: Across<'_>, cell: (usize, usize), y: f64) {
        let text = match self.content {
            Content::Balance => median_of(across, cell).map(|found| {
                let half = words::MARGIN * found.standard_error;
                let value = money(found.value);
                if half.is_finite() && half > 0.0 {
                    format!("{value} ± {}", money_short(half))
                } else {
                    value
                }
            }),
            Content::Ruin => ruin_of(across, cell).map(|found| {
                let half = margin(found);
                match found.value {
                    0.0 if found.high.is_finite() => format!("< {}", percent(found.high)),
                    value if half.is_finite() => {
                        format!("{} ± {}", percent(value), points(half).replace("< ", ""))
                    }
                    value => percent(value),
                }
            }),
        };
        let text = text.unwrap_or_else(|| NOTHING.to_string());
        canvas.text_in((self.right + self.number, y + 4.0), &text, NUMBER, self.number - 6.0);
    }

    /// From where to where a policy's figures go, over the sets.
    pub(super) fn range(&self, canvas: &mut Canvas, across: Across<'_>, policy: usize, y: f64) {
        let cells = (0..across.outcomes.len()).map(|set| (policy, set));
        let values: Vec<f64> = match self.content {
            Content::Balance => cells.filter_map(|cell| median_of(across, cell)).map(|m| m.value).collect(),
            Content::Ruin => cells.filter_map(|cell| ruin_of(across, cell)).map(|r| r.value).collect(),
        };
        let (least, most) =
            values.into_iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, m), v| (l.min(v), m.max(v)));
        if least > most {
            return;
        }
        let text = match self.content {
            Content::Balance => between(&money(least), &money(most)),
            Content::Ruin => between(&percent_number(least), &percent_number(most)) + " %",
        };
        let (right, room) = (self.right + self.number, self.number - 6.0);
        let worst = self.worst_margin(across, policy);
        canvas.text_in((right, if worst.is_some() { y - 2.0 } else { y + 4.0 }), &text, NUMBER, room);
        if let Some(worst) = worst {
            canvas.text_in((right, y + 11.0), &format!("± {worst}"), NUMBER.soft().sized(10.0), room);
        }
    }
}

fn between(least: &str, most: &str) -> String {
    if least == most { least.to_string() } else { format!("{least}–{most}") }
}
