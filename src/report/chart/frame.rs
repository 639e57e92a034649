//! What all charts share: size, colours, text styles, headings and footer, and labels that keep apart.

use crate::engine::Outcome;
use crate::report::chart::canvas::{Anchor, Canvas, Colour, TextStyle};
use crate::report::chart::font::Weight;
use crate::report::view::assumptions;
use crate::report::words::count;
use crate::scenario::Scenario;

/// Width of every chart.
pub(super) const WIDTH: f64 = 960.0;

/// Blank space left and right of headings and footer.
pub(super) const MARGIN: f64 = 24.0;

/// Room that the footer takes at the bottom.
pub(super) const FOOTER: f64 = 48.0;

// One hue from light to dark, which stays in order in grey and for the colour-blind; a brown orange for ruin.
pub(super) const LIGHT: Colour = 0x00D4_E2F0;
pub(super) const MIDDLE: Colour = 0x00A9_C6E3;
pub(super) const STRONG: Colour = 0x0072_A1CF;
pub(super) const LINE: Colour = 0x0008_306B;
pub(super) const RUIN_FILL: Colour = 0x00F3_CDA5;
pub(super) const RUIN_LINE: Colour = 0x00A3_4A00;
pub(super) const INK: Colour = 0x001A_1F26;
pub(super) const SOFT_INK: Colour = 0x0055_5F6B;
pub(super) const GRID: Colour = 0x00E3_E6EA;
pub(super) const RULE: Colour = 0x008A_939E;

/// A regular text that begins at its point.
pub(super) const BODY: TextStyle =
    TextStyle { size: 12.0, weight: Weight::Regular, anchor: Anchor::Start, colour: INK };

impl TextStyle {
    pub(super) fn soft(self) -> Self {
        Self { colour: SOFT_INK, ..self }
    }

    pub(super) fn bold(self) -> Self {
        Self { weight: Weight::Bold, ..self }
    }

    pub(super) fn sized(self, size: f64) -> Self {
        Self { size, ..self }
    }

    pub(super) fn centred(self) -> Self {
        Self { anchor: Anchor::Middle, ..self }
    }

    pub(super) fn to_the_left(self) -> Self {
        Self { anchor: Anchor::End, ..self }
    }

    pub(super) fn coloured(self, colour: Colour) -> Self {
        Self { colour, ..self }
    }
}

/// The style of titles, which finders of a fitting title need too.
pub(super) fn title_style() -> TextStyle {
    BODY.bold().sized(20.0)
}

/// The style of the line below a title.
pub(super) fn subtitle_style() -> TextStyle {
    BODY.soft().sized(13.0)
}

/// Room for a heading or a line of the footer.
pub(super) const LINE_ROOM: f64 = WIDTH - 2.0 * MARGIN;

/// Writes the title, which states the finding, and what is shown.
pub(super) fn headings(canvas: &mut Canvas, title: &str, subtitle: &str) {
    canvas.text_in((MARGIN, 34.0), title, title_style(), LINE_ROOM);
    canvas.text_in((MARGIN, 55.0), subtitle, subtitle_style(), LINE_ROOM);
}

/// Writes where the numbers come from.
pub(super) fn footer(canvas: &mut Canvas, height: f64, scenario: &Scenario, outcome: &Outcome) {
    let (first, second) = provenance(scenario, outcome);
    footer_lines(canvas, height, (&first, &second));
}

/// Writes the two lines of a footer below a rule.
pub(super) fn footer_lines(canvas: &mut Canvas, height: f64, (first, second): (&str, &str)) {
    let style = BODY.soft().sized(10.5);
    let rule = height - FOOTER + 8.0;
    canvas.line(vec![(MARGIN, rule), (WIDTH - MARGIN, rule)], GRID, 1.0);
    canvas.text_in((MARGIN, height - 24.0), first, style, LINE_ROOM);
    canvas.text_in((MARGIN, height - 9.0), second, style, LINE_ROOM);
}

/// Two lines: the run, and whose assumptions it rests on.
fn provenance(scenario: &Scenario, outcome: &Outcome) -> (String, String) {
    let plan = outcome.plan_hash.get(..12).unwrap_or(&outcome.plan_hash);
    let first = format!(
        "{} simulated lifetime{} · seed {} · plan {plan} · decumulus {} · {}",
        count(outcome.lifetimes),
        if outcome.lifetimes == 1 { "" } else { "s" },
        outcome.seed,
        env!("CARGO_PKG_VERSION"),
        scenario.title,
    );
    let second = format!("Hypothetical, not a forecast. Assumptions: {}", assumptions(scenario));
    (first, second)
}

/// Moves labels apart: the places nearest to the wanted ones (least squares) that keep the order, are at
/// least `gap` from each other, and lie between `top` and `bottom` as far as there is room.
///
/// `wanted` must rise; larger is further down. With the gaps taken out this is isotonic regression, solved by
/// pooling adjacent violators.
pub(super) fn apart(wanted: &[f64], gap: f64, top: f64, bottom: f64) -> Vec<f64> {
    // Pools of labels that touch: the sum of their wanted places, gaps taken out, and how many they are.
    let mut pools: Vec<(f64, usize)> = Vec::with_capacity(wanted.len());
    for (i, &place) in wanted.iter().enumerate() {
        let mut pool = (place - gap * i as f64, 1);
        while let Some(above) = pools.pop_if(|above| mean(*above) >= mean(pool)) {
            pool = (pool.0 + above.0, pool.1 + above.1);
        }
        pools.push(pool);
    }
    let lowest = bottom - gap * wanted.len().saturating_sub(1) as f64;
    let places = pools.iter().flat_map(|&pool| std::iter::repeat_n(mean(pool), pool.1));
    places.enumerate().map(|(i, place)| place.min(lowest).max(top) + gap * i as f64).collect()
}

fn mean((sum, count): (f64, usize)) -> f64 {
    sum / count as f64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn labels_with_room_stay_where_they_are() {
        assert_eq!(apart(&[10.0, 40.0, 70.0], 15.0, 0.0, 100.0), [10.0, 40.0, 70.0]);
    }

    #[test]
    fn a_cluster_spreads_to_both_sides() {
        let places = apart(&[50.0, 51.0, 52.0], 15.0, 0.0, 100.0);
        assert!(places[0] < 45.0 && places[2] > 59.0, "{places:?}");
    }

    proptest! {
        #[test]
        fn labels_keep_their_order_and_distance_and_stay_inside(
            mut wanted in prop::collection::vec(0.0..300.0_f64, 0..9),
        ) {
            wanted.sort_by(f64::total_cmp);
            let places = apart(&wanted, 15.0, 0.0, 300.0);
            prop_assert!(places.windows(2).all(|p| p[1] - p[0] >= 15.0 - 1e-6), "{places:?}");
            prop_assert!(places.iter().all(|p| *p >= -1e-6 && *p <= 300.0 + 1e-6));
        }
    }
}
