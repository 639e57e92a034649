//! The chart of one question under several sets of assumptions: for each policy a band with a row for each set.

use crate::engine::{Estimate, Interval};
use crate::error::Result;
use crate::report::across::{Across, finding, primary, set_name, shares_in_words};
use crate::report::chart::canvas::{Anchor, Canvas, Colour, TextStyle};
use crate::report::chart::font;
use crate::report::chart::frame::{
    BODY, FOOTER, GRID, LINE, LINE_ROOM, MARGIN, RUIN_LINE, SOFT_INK, WIDTH, footer_lines, headings,
};
use crate::report::chart::scale::Scale;
use crate::report::view::{P5, P25, P50, P75, P95, interval_at};
use crate::report::words::{
    self, NOTHING, capitalised, dollars_of, money, money_short, money_tick, one_line, percent, percent_tick,
    points,
};
use crate::scenario::{Basis, MoneyAxis};

/// Where the bands begin.
const TOP: f64 = 118.0;

/// Height of the line with a policy's name, of a row for a set, and of the blank space below a band.
const HEAD: f64 = 22.0;
const ROW: f64 = 18.0;
const REST: f64 = 8.0;

/// The ground of every second band.
const STRIPE: Colour = 0x00F6_F7F9;

/// Room for ticks below the bands.
const TICKS: f64 = 34.0;

/// Room for the number at the right of each panel.
const MONEY_NUMBER: f64 = 112.0;
const RUIN_NUMBER: f64 = 92.0;

/// Colours of sets in order, apart for the colour-blind too; they begin again when there are more.
const SETS: [Colour; 6] = [LINE, RUIN_LINE, 0x0000_7A6E, 0x007B_3F98, 0x0080_6000, 0x0046_5A69];

const TICK: TextStyle = TextStyle { size: 11.0, anchor: Anchor::Middle, colour: SOFT_INK, ..BODY };
const NUMBER: TextStyle = TextStyle { size: 11.5, anchor: Anchor::End, ..BODY };

/// A part of the width with an axis.
struct Panel {
    heading: String,
    scale: Scale,
    left: f64,
    right: f64,
    number: f64,
    label: fn(f64) -> String,
}

/// Draws the sets side by side as SVG.
///
/// # Errors
///
/// None that is known: plotters writes into memory.
pub(super) fn draw(across: Across<'_>) -> Result<String> {
    let title = title(across);
    compose(across).into_svg(&title, &describe(across))
}

pub(super) fn compose(across: Across<'_>) -> Canvas {
    let policies = across.found.medians.first().map_or(0, |at| at.dollars.table.len());
    let band = HEAD + ROW * across.scenarios.len() as f64 + REST;
    let bottom = TOP + band * policies as f64;
    let height = bottom + TICKS + FOOTER;
    let mut canvas = Canvas::new(WIDTH, height);
    headings(&mut canvas, &title(across), &subtitle(across));
    let axis = across.first().map_or(MoneyAxis::Log, |(scenario, _)| scenario.output.axis);
    let legend = format!(
        "Balances in {} among survivors, {} scale: mark = median, thick = 25th–75th, thin = 5th–95th percentile; same \
         lifetimes under every set",
        dollars_of(Basis::Real),
        if axis == MoneyAxis::Log { "log" } else { "linear" }
    );
    canvas.text_in((MARGIN, 75.0), &legend, BODY.soft(), LINE_ROOM);
    for i in (0..policies).step_by(2) {
        let top = TOP + band * i as f64;
        canvas.rectangle((MARGIN, top), (WIDTH - MARGIN, top + band), STRIPE);
    }
    let panels = panels(across);
    for panel in &panels {
        panel.axis(&mut canvas, bottom);
    }
    for policy in 0..policies {
        draw_band(&mut canvas, across, policy, TOP + band * policy as f64, &panels);
    }
    footer(&mut canvas, across, height);
    canvas
}

/// The name of a policy, and a row for each set.
fn draw_band(canvas: &mut Canvas, across: Across<'_>, policy: usize, top: f64, panels: &[Panel]) {
    let Some((_, first)) = across.first() else { return };
    let left = panels.first().map_or(WIDTH, |panel| panel.left);
    let name = first.policies.get(policy).map_or("", |p| p.name.as_str());
    // The grid does not run through the name.
    let ground = if policy.is_multiple_of(2) { STRIPE } else { 0x00FF_FFFF };
    let shown = font::fitted(&font::printable(name), BODY.size, BODY.bold().weight, LINE_ROOM - 12.0);
    let end = MARGIN + 12.0 + font::width(&shown, BODY.size, BODY.bold().weight);
    canvas.rectangle((MARGIN, top), (end.min(WIDTH - MARGIN), top + HEAD), ground);
    canvas.text((MARGIN + 6.0, top + 16.0), &shown, BODY.bold());
    for (set, scenario) in across.scenarios.iter().enumerate() {
        let y = top + HEAD + ROW * (set as f64 + 0.5);
        let colour = SETS[set % SETS.len()];
        let place = (MARGIN + 18.0, y + 4.0);
        canvas.text_in(place, set_name(scenario), BODY.sized(11.5).coloured(colour), left - 12.0 - place.0);
        if let Some(panel) = panels.first() {
            balance(canvas, across, (policy, set), panel, y);
        }
        if let Some(panel) = panels.get(1) {
            ruin(canvas, across, (policy, set), panel, y);
        }
    }
}

fn balance(canvas: &mut Canvas, across: Across<'_>, (policy, set): (usize, usize), panel: &Panel, y: f64) {
    let Some(at) = across.decision() else { return };
    let colour = SETS[set % SETS.len()];
    let percentile = |place: usize| spread(across, (policy, set), at.age, place);
    if let [Some(p5), Some(p25), Some(p50), Some(p75), Some(p95)] = [P5, P25, P50, P75, P95].map(percentile) {
        canvas.rectangle((panel.x(p5), y - 1.5), (panel.x(p95), y + 1.5), tint(colour, 0.35));
        canvas.rectangle((panel.x(p25), y - 3.5), (panel.x(p75), y + 3.5), tint(colour, 0.6));
        canvas.rectangle((panel.x(p50) - 1.5, y - 6.0), (panel.x(p50) + 1.5, y + 6.0), colour);
    }
    let median = at.dollars.table.get(policy).and_then(|row| row.get(set)).copied();
    panel.figure(canvas, y, median, money, money_short);
}

fn ruin(canvas: &mut Canvas, across: Across<'_>, (policy, set): (usize, usize), panel: &Panel, y: f64) {
    let Some(outcome) = across.outcomes.get(set) else { return };
    let Some(Interval { value, low, high }) = outcome.policies.get(policy).and_then(|p| p.ruin) else {
        return;
    };
    let colour = SETS[set % SETS.len()];
    canvas.line(vec![(panel.x(low), y), (panel.x(high), y)], colour, 2.0);
    canvas.disc((panel.x(value), y), 4.0, colour);
    let table = across.found.ruin.as_ref().and_then(|ruin| ruin.table.get(policy));
    let share = |value: f64| if value == 0.0 { format!("< {}", percent(high)) } else { percent(value) };
    panel.figure(canvas, y, table.and_then(|row| row.get(set)).copied(), share, |margin| {
        points(margin).replace("< ", "")
    });
}

impl Panel {
    fn x(&self, value: f64) -> f64 {
        self.left + self.scale.position(value) * (self.right - self.left)
    }

    fn axis(&self, canvas: &mut Canvas, bottom: f64) {
        let room = self.right + self.number - self.left;
        canvas.text_in((self.left, TOP - 12.0), &self.heading, BODY.bold(), room);
        let labelled = |limit: usize| -> Vec<(f64, String)> {
            self.scale.ticks(limit).into_iter().map(|t| (self.x(t).round() + 0.5, (self.label)(t))).collect()
        };
        let half = |text: &str| font::width(text, TICK.size, TICK.weight) / 2.0;
        let fits = |ticks: &Vec<(f64, String)>| {
            ticks.windows(2).all(|two| two[1].0 - two[0].0 > half(&two[0].1) + half(&two[1].1) + 7.0)
        };
        for (x, text) in (2..10).rev().map(labelled).find(fits).unwrap_or_default() {
            canvas.line(vec![(x, TOP - 4.0), (x, bottom)], GRID, 1.0);
            canvas.text((x, bottom + 16.0), &text, TICK);
        }
    }

    /// A figure with its 95 % margin at the right of the panel.
    fn figure(
        &self,
        canvas: &mut Canvas,
        y: f64,
        found: Option<Estimate>,
        text: impl Fn(f64) -> String,
        margin: impl Fn(f64) -> String,
    ) {
        let half = found.map(|f| words::MARGIN * f.standard_error).filter(|m| m.is_finite() && *m > 0.0);
        let value =
            found.filter(|f| f.value.is_finite()).map_or_else(|| NOTHING.to_string(), |f| text(f.value));
        let whole = match half {
            Some(half) if value != NOTHING => format!("{value} ± {}", margin(half)),
            _ => value,
        };
        canvas.text_in((self.right + self.number, y + 4.0), &whole, NUMBER, self.number - 6.0);
    }
}

/// The balance at the age of decision, and ruin if anything is withdrawn.
fn panels(across: Across<'_>) -> Vec<Panel> {
    let widest =
        across.names().into_iter().map(|name| font::width(&font::printable(name), 11.5, BODY.weight));
    let left = MARGIN + 18.0 + widest.fold(70.0, f64::max).min(190.0) + 16.0;
    let has_ruin = across.found.ruin.is_some();
    let room = WIDTH - MARGIN - 6.0 - left;
    let ruin_width = if has_ruin { 0.36 * room } else { 0.0 };
    let age = across.decision().map_or(0, |at| at.age);
    let money_right = left + room - ruin_width - MONEY_NUMBER;
    let mut panels = vec![Panel {
        heading: format!("Balance {}", across.clock().at(age)),
        scale: money_scale(across, age),
        left,
        right: money_right,
        number: MONEY_NUMBER,
        label: money_tick,
    }];
    if has_ruin {
        let all = across.outcomes.iter().flat_map(|outcome| &outcome.policies).filter_map(|p| p.ruin);
        panels.push(Panel {
            heading: "Runs out of money".into(),
            scale: Scale::for_shares(all.map(|ruin| ruin.high).fold(0.0, f64::max)),
            left: money_right + MONEY_NUMBER + 26.0,
            right: WIDTH - MARGIN - 6.0 - RUIN_NUMBER,
            number: RUIN_NUMBER,
            label: percent_tick,
        });
    }
    panels
}

fn money_scale(across: Across<'_>, age: u32) -> Scale {
    let policies = across.first().map_or(0, |(_, outcome)| outcome.policies.len());
    let cells = (0..policies).flat_map(|policy| (0..across.outcomes.len()).map(move |set| (policy, set)));
    let of = |place| cells.clone().filter_map(move |cell| spread(across, cell, age, place));
    let ends: Vec<f64> = of(P5).chain(of(P95)).collect();
    // However far the largest balances reach, no median lies off the axis.
    let least_median = of(P50).filter(|median| *median > 0.0).fold(f64::INFINITY, f64::min);
    let axis = across.first().map_or(MoneyAxis::Log, |(scenario, _)| scenario.output.axis);
    let scale = Scale::covering(axis, ends.iter().copied()).fitted_to(ends);
    if scale.is_below_floor(least_median) { scale.reaching_down_to(least_median) } else { scale }
}

/// A percentile of the real balance.
fn spread(across: Across<'_>, (policy, set): (usize, usize), age: u32, place: usize) -> Option<f64> {
    let outcome = across.outcomes.get(set)?;
    interval_at(&outcome.real, policy, outcome.age_index(age)?, place).map(|found| found.value)
}

/// A colour mixed with white: `strength` 1 is the colour itself.
fn tint(colour: Colour, strength: f64) -> Colour {
    let channel = |shift: u32| {
        let full = f64::from((colour >> shift) & 0xFF);
        ((255.0 - strength * (255.0 - full)) as Colour) << shift
    };
    channel(16) | channel(8) | channel(0)
}

pub(super) fn title(across: Across<'_>) -> String {
    let what = across.decision().map(|at| format!("median {}", across.clock().at(at.age)));
    match across.decision().and_then(primary).zip(what) {
        Some(((parts, _), what)) => finding(parts, &what),
        None => "The same question under several sets of assumptions".to_string(),
    }
}

fn subtitle(across: Across<'_>) -> String {
    match across.decision().and_then(primary) {
        Some((parts, of)) => capitalised(&format!("spread {of}: {}", shares_in_words(parts))),
        None => String::new(),
    }
}

fn footer(canvas: &mut Canvas, across: Across<'_>, height: f64) {
    let Some((scenario, outcome)) = across.first() else { return };
    let first = format!(
        "{} simulated lifetimes · seed {} · decumulus {} · {}",
        words::count(outcome.lifetimes),
        outcome.seed,
        env!("CARGO_PKG_VERSION"),
        scenario.title,
    );
    let second = format!(
        "Hypothetical, not a forecast. ± are 95 % Monte Carlo margins. Sources of {}: decumulus assumptions NAME",
        across.names().join(", ")
    );
    footer_lines(canvas, height, (&first, &second));
}

/// The chart in words.
fn describe(across: Across<'_>) -> String {
    let mut parts = vec![];
    let policies = across.first().map(|(_, outcome)| outcome.policies.as_slice()).unwrap_or_default();
    let table = across.decision().map(|at| at.dollars.table.as_slice()).unwrap_or_default();
    for (policy, row) in policies.iter().zip(table) {
        let medians: Vec<String> = across
            .names()
            .iter()
            .zip(row)
            .map(|(set, median)| format!("{set} {}", money(median.value)))
            .collect();
        parts.push(format!("{}: median {}", one_line(&policy.name), medians.join(", ")));
    }
    format!("{}. {}.", parts.join(". "), subtitle(across))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{AcrossSets, Outcome};
    use crate::report::across::{assumptions_csv, assumptions_json, assumptions_table};
    use crate::report::chart::canvas::tests::assert_texts_are_apart;
    use crate::report::chart::png;
    use crate::report::sample::{self, Made, Recipe, USUAL};
    use crate::scenario::Scenario;

    /// The same policies under sets of these names, each of which takes a little off the returns of the one before.
    fn made(recipe: &Recipe, policies: &[Made<'_>], names: &[&str]) -> (Vec<Scenario>, Vec<Outcome>) {
        let under = |(i, name): (usize, &&str)| {
            let less = 0.006 * i as f64;
            let policies: Vec<Made<'_>> =
                policies.iter().map(|&(n, mean, sd)| (n, mean - less, sd)).collect();
            let scenario = Scenario { assumptions: Some((*name).to_string()), ..sample::scenario(&policies) };
            (scenario, sample::outcome(recipe, &policies))
        };
        names.iter().enumerate().map(under).unzip()
    }

    #[test]
    fn no_text_touches_another_and_everything_is_well_formed() {
        let long = "a_set_of_assumptions_with_a_name_that_is_as_long_as_a_name_may_be";
        let names = ["base_2026", "survey_2017", "three", "four", "five", "six", long];
        let few = Recipe { lifetimes: 1, ..Recipe::saver() };
        for (recipe, policies, sets) in [
            (Recipe::saver(), &USUAL[..], 2),
            (Recipe::saver(), &USUAL[..2], 7),
            (Recipe::account(), &USUAL[..3], 3),
            (few, &USUAL[..1], 1),
        ] {
            let (scenarios, outcomes) = made(&recipe, policies, &names[..sets]);
            let found = AcrossSets::of(&outcomes).unwrap();
            let across = Across { scenarios: &scenarios, outcomes: &outcomes, found: &found };
            assert_texts_are_apart(&compose(across));
            let svg = draw(across).unwrap();
            assert!(png::parse(&svg).is_ok() && !svg.contains("NaN") && !svg.contains("inf,"));
            let table = assumptions_table(across);
            assert!(
                table.lines().all(|line| line.chars().count() <= 100) && !table.contains("NaN"),
                "{table}"
            );
            let json = assumptions_json(across, &[]);
            assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok() && !json.contains("NaN"));
            assert!(assumptions_csv(across).lines().all(|line| line.split(',').count() == 6));
        }
    }

    #[test]
    fn nothing_at_all_draws_something() {
        let found = AcrossSets { medians: vec![], ruin: None };
        let across = Across { scenarios: &[], outcomes: &[], found: &found };
        assert!(draw(across).is_ok() && assumptions_table(across).is_empty());
    }
}
