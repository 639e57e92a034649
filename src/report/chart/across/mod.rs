//! The chart of one question under several sets of assumptions: for each policy a band with a row for each set. Few rows carry
//! the name of their set and their figures; many are told apart by colour, and a band says from where to where its figures go.

mod captions;
mod layout;
mod legend;
mod panel;

use crate::engine::Interval;
use crate::error::Result;
use crate::report::across::{Across, set_name};
use crate::report::chart::canvas::{Canvas, Colour};
use crate::report::chart::font;
use crate::report::chart::frame::{BODY, LINE_ROOM, MARGIN, STRIPE, WIDTH, arrowhead, colour_of};
use crate::report::chart::heading::Heading;
use crate::report::chart::names::{self, question};
use crate::report::view::{P5, P25, P50, P75, P95, View, row_order};
pub(super) use captions::title;
use captions::{describe, drawn, footer, subtitle};
use layout::Layout;
use panel::{Panel, panels, ruin_of, spread};

/// Room for the heads of panels, and for ticks below the bands.
const HEADS: f64 = 42.0;
const TICKS: f64 = 34.0;

/// More rows than this are told apart by colour instead of carrying their names and figures.
const MOST_NAMED_ROWS: usize = 30;

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
    let order = across
        .first()
        .map_or_else(Vec::new, |(scenario, outcome)| row_order(scenario, View::new(scenario, outcome)));
    let sets = across.scenarios.len();
    let is_dense = order.len() * sets > MOST_NAMED_ROWS;
    let asked = across.first().map_or_else(String::new, |(scenario, _)| question(scenario));
    let mut layout = Layout { order, sets, is_dense, top: 0.0 };
    let panels = panels(across, &layout);
    let heading = Heading::new(&asked, &title(across), &[subtitle(across), drawn(across, &panels)]);
    let legend = legend::Legend::new(across);
    layout.top = heading.height() + legend.height() + HEADS;
    let footer = footer(across);
    let height = layout.bottom() + TICKS + footer.height();
    let mut canvas = Canvas::new(WIDTH, height);
    heading.draw(&mut canvas);
    legend.draw(&mut canvas, heading.height());
    for band in (0..layout.order.len()).step_by(2) {
        let top = layout.top_of(band);
        canvas.rectangle((MARGIN, top), (WIDTH - MARGIN, top + layout.band()), STRIPE);
    }
    for panel in &panels {
        panel.axis(&mut canvas, across, &layout);
    }
    names_of_bands(&mut canvas, across, &layout, &panels);
    for band in 0..layout.order.len() {
        draw_band(&mut canvas, across, band, &layout, &panels);
    }
    footer.draw(&mut canvas, height);
    canvas
}

/// The names of policies: above their rows, or beside them where rows have no names of their own.
fn names_of_bands(canvas: &mut Canvas, across: Across<'_>, layout: &Layout, panels: &[Panel]) {
    let Some((_, first)) = across.first() else { return };
    let style = BODY.bold();
    let left = panels.first().map_or(WIDTH, |panel| panel.left);
    let room = if layout.is_dense { left - MARGIN - 18.0 } else { LINE_ROOM - 12.0 };
    let names = names::fitted(first, style.size, style.weight, room);
    for (band, policy) in layout.order.iter().enumerate() {
        let (name, top) = (names.get(*policy).map_or("", String::as_str), layout.top_of(band));
        if layout.is_dense {
            canvas.text((MARGIN + 6.0, top + layout.band() / 2.0 + 4.0), name, style);
            continue;
        }
        // The grid does not run through the name.
        let ground = if band.is_multiple_of(2) { STRIPE } else { 0x00FF_FFFF };
        let end = MARGIN + 12.0 + font::width(name, style.size, style.weight);
        canvas.rectangle((MARGIN, top), (end.min(WIDTH - MARGIN), top + layout.head()), ground);
        canvas.text((MARGIN + 6.0, top + 16.0), name, style);
    }
}

/// A row for each set, and its figures or those of the whole band.
fn draw_band(canvas: &mut Canvas, across: Across<'_>, band: usize, layout: &Layout, panels: &[Panel]) {
    let policy = layout.order[band];
    let left = panels.first().map_or(WIDTH, |panel| panel.left);
    for (set, scenario) in across.scenarios.iter().enumerate() {
        let y = layout.middle(band, set);
        if !layout.is_dense {
            let place = (MARGIN + 18.0, y + 4.0);
            let style = BODY.sized(11.5).coloured(colour_of(set));
            canvas.text_in(place, set_name(scenario), style, left - 12.0 - place.0);
        }
        if let Some(panel) = panels.first() {
            balance(canvas, across, (policy, set), panel, (y, layout.row()));
        }
        if let Some(panel) = panels.get(1) {
            ruin(canvas, across, (policy, set), panel, (y, layout.row()));
        }
        for panel in panels.iter().filter(|_| !layout.is_dense) {
            panel.figure(canvas, across, (policy, set), y);
        }
    }
    for panel in panels.iter().filter(|_| layout.is_dense) {
        panel.range(canvas, across, policy, layout.top_of(band) + layout.band() / 2.0);
    }
}

fn balance(
    canvas: &mut Canvas,
    across: Across<'_>,
    (policy, set): (usize, usize),
    panel: &Panel,
    (y, row): (f64, f64),
) {
    let Some(at) = across.decision() else { return };
    let colour = colour_of(set);
    let percentile = |place: usize| spread(across, (policy, set), at.age, place);
    if let [Some(p5), Some(p25), Some(p50), Some(p75), Some(p95)] = [P5, P25, P50, P75, P95].map(percentile) {
        let (thin, thick, mark) = (0.08 * row, 0.2 * row, (0.34 * row).max(4.0));
        canvas.rectangle((panel.x(p5), y - thin), (panel.x(p95), y + thin), tint(colour, 0.35));
        canvas.rectangle((panel.x(p25), y - thick), (panel.x(p75), y + thick), tint(colour, 0.6));
        if panel.scale.is_above(p95) {
            let strength = if panel.scale.is_above(p75) { 0.6 } else { 0.35 };
            arrowhead(canvas, (panel.right, y), tint(colour, strength));
        }
        canvas.rectangle((panel.x(p50) - 1.5, y - mark), (panel.x(p50) + 1.5, y + mark), colour);
    }
}

fn ruin(
    canvas: &mut Canvas,
    across: Across<'_>,
    (policy, set): (usize, usize),
    panel: &Panel,
    (y, row): (f64, f64),
) {
    let Some(Interval { value, low, high }) = ruin_of(across, (policy, set)) else { return };
    let colour = colour_of(set);
    if low.is_finite() && high.is_finite() {
        canvas.line(vec![(panel.x(low), y), (panel.x(high), y)], colour, 2.0);
    }
    canvas.disc((panel.x(value), y), (0.24 * row).max(3.2), colour);
}

/// A colour mixed with white: `strength` 1 is the colour itself.
fn tint(colour: Colour, strength: f64) -> Colour {
    let channel = |shift: u32| {
        let full = f64::from((colour >> shift) & 0xFF);
        ((255.0 - strength * (255.0 - full)) as Colour) << shift
    };
    channel(16) | channel(8) | channel(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Outcome;
    use crate::report::across::{assumptions_csv, assumptions_json, assumptions_table};
    use crate::report::chart::canvas::tests::assert_texts_are_apart;
    use crate::report::chart::png;
    use crate::report::sample::{self, Made, Recipe, USUAL};
    use crate::scenario::Scenario;
    use crate::study::AcrossSets;

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
            (Recipe { lifetimes: 300, ..Recipe::saver() }, &USUAL[..], 7),
        ] {
            let (scenarios, outcomes) = made(&recipe, policies, &names[..sets]);
            let found = AcrossSets::of(&outcomes).unwrap();
            let across =
                Across { scenarios: &scenarios, outcomes: &outcomes, conditions: &[], found: &found };
            assert_texts_are_apart(&compose(across));
            let svg = draw(across).unwrap();
            assert!(png::parse(&svg).is_ok() && !svg.contains("NaN") && !svg.contains("inf,"));
            let table = assumptions_table(across).to_string();
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
    fn every_median_lies_on_the_axis() {
        let wild = [("calm", 0.03, 0.05), ("wild", 0.4, 1.6), ("sinking", -0.6, 1.0)];
        let (scenarios, outcomes) =
            made(&Recipe { lifetimes: 400, ..Recipe::account() }, &wild, &["one", "two"]);
        let found = AcrossSets::of(&outcomes).unwrap();
        let across = Across { scenarios: &scenarios, outcomes: &outcomes, conditions: &[], found: &found };
        let layout = Layout { order: vec![0, 1, 2], sets: 2, is_dense: false, top: 0.0 };
        let scale = panels(across, &layout)[0].scale;
        for median in panel::ends(across, &[P50]) {
            assert!(median == 0.0 || median >= scale.low() && !scale.is_above(median), "{median} {scale:?}");
        }
    }

    #[test]
    fn nothing_at_all_draws_something() {
        let found = AcrossSets { medians: vec![], ruin: None };
        let across = Across { scenarios: &[], outcomes: &[], conditions: &[], found: &found };
        assert!(draw(across).is_ok() && assumptions_table(across).to_string().is_empty());
    }
}
