//! What all charts share: size, colours, text styles, the zone of zero, and labels that keep apart.

use crate::report::chart::canvas::{Anchor, Canvas, Colour, TextStyle};
use crate::report::chart::font::Weight;

/// Width of every chart.
pub(super) const WIDTH: f64 = 960.0;

/// Blank space left and right of headings and footer.
pub(super) const MARGIN: f64 = 24.0;

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

/// Colours of lines or sets in order, apart for the colour-blind too; they begin again when there are more.
const SERIES: [Colour; 6] = [LINE, RUIN_LINE, 0x0000_7A6E, 0x007B_3F98, 0x0080_6000, 0x0046_5A69];

/// The colour of a line or set by its place.
pub(super) fn colour_of(place: usize) -> Colour {
    SERIES[place % SERIES.len()]
}

/// The lengths of a line's dashes and gaps in turn, by its place as [`colour_of`]; empty for a whole line. Lines that lie on
/// each other, or are printed in grey, are told apart by them.
pub(super) fn dashes_of(place: usize) -> &'static [f64] {
    const DASHES: [&[f64]; 6] =
        [&[], &[11.0, 4.0], &[2.5, 3.5], &[12.0, 3.5, 2.5, 3.5], &[6.0, 6.0], &[20.0, 5.0]];
    DASHES[place % DASHES.len()]
}

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

/// The ground of every second row, and of the zone of zero.
pub(super) const STRIPE: Colour = 0x00F6_F7F9;
pub(super) const ZONE_GROUND: Colour = 0x00EE_F0F3;

/// Two slanted strokes across an axis at a point: the axis is broken there.
pub(super) fn axis_break(canvas: &mut Canvas, (x, y): (f64, f64), is_vertical: bool) {
    for shift in [-1.8, 1.8] {
        let (from, to) = if is_vertical {
            ((x - 4.0, y + shift + 2.0), (x + 4.0, y + shift - 2.0))
        } else {
            ((x + shift - 2.0, y + 4.0), (x + shift + 2.0, y - 4.0))
        };
        canvas.line(vec![from, to], RULE, 1.0);
    }
}

/// An arrowhead at the right end of an axis: what is drawn goes on beyond it.
pub(super) fn arrowhead(canvas: &mut Canvas, (x, y): (f64, f64), fill: Colour) {
    canvas.polygon(vec![(x, y - 5.0), (x + 6.0, y), (x, y + 5.0)], fill);
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
