//! The standard normals of a year: those of a series have their places whatever other series there are, so that an asset that is
//! added moves nobody's luck.

use crate::market::asset::PLACES;
use crate::market::correlation::Correlation;
use crate::math::lanes::SingleLanes;
use crate::math::normal::normal_rows;
use crate::math::streams::{Purpose, Streams};

/// Blocks of four words for the steps of a year.
const BLOCKS_A_YEAR: u32 = 3;

/// The place in growth factors, where inflation is last, of a series by its place in the order in which series are drawn and
/// correlated: inflation first, then the assets, so that an asset at the end changes nothing before it.
#[inline(always)]
pub(super) fn place_in_growth(drawn: usize, series: usize) -> usize {
    if drawn == 0 { series - 1 } else { drawn - 1 }
}

/// The place in the order of drawing of a series of growth factors.
pub(super) fn place_in_drawing(series: usize, of: usize) -> usize {
    if series + 1 == of { 0 } else { series + 1 }
}

/// Correlations in the order of drawing.
pub(super) fn in_order_of_drawing(correlation: &Correlation) -> Correlation {
    correlation.reordered(|drawn| place_in_growth(drawn, correlation.size()))
}

/// Figures by series of growth factors in the order of drawing.
pub(super) fn reordered<T: Copy>(figures: &[T]) -> Vec<T> {
    (0..figures.len()).map(|drawn| figures[place_in_growth(drawn, figures.len())]).collect()
}

/// Draws the normals of a year for the lanes of a tile, `normals[step · series + drawn]`, series in the order of drawing.
#[inline(always)]
pub(super) fn draw<const L: usize>(
    streams: Streams,
    (first_lifetime, year): (u64, u32),
    (steps_per_year, series): (usize, usize),
    normals: &mut Vec<SingleLanes<L>>,
) {
    normals.resize(steps_per_year * series, SingleLanes::splat(0.0));
    for drawn in 0..series {
        for block in 0..steps_per_year.div_ceil(4) {
            let number = (year * PLACES + drawn as u32) * BLOCKS_A_YEAR + block as u32;
            let place = |step: usize| (4 * block + step) * series + drawn;
            // Steps of a year are four, twelve, or one alone, for which three normals have no use.
            if let Ok([a, b, c, d]) = normals.get_disjoint_mut([place(0), place(1), place(2), place(3)]) {
                normal_rows(streams, Purpose::Market, first_lifetime, number, [a, b, c, d]);
            } else {
                let mut unused = [SingleLanes::splat(0.0); 3];
                let [b, c, d] = &mut unused;
                normal_rows(
                    streams,
                    Purpose::Market,
                    first_lifetime,
                    number,
                    [&mut normals[place(0)], b, c, d],
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inflation_is_drawn_first_and_stands_last() {
        for series in [2, 5, 25] {
            let there: Vec<usize> = (0..series).map(|drawn| place_in_growth(drawn, series)).collect();
            assert_eq!((there[0], there[1]), (series - 1, 0));
            assert!((0..series).all(|k| there[place_in_drawing(k, series)] == k));
        }
        assert_eq!(reordered(&[1, 2, 3]), [3, 1, 2]);
    }

    #[test]
    fn a_series_has_the_same_normals_whatever_other_series_there_are() {
        for steps in [1, 4, 12] {
            let draw_of = |series: usize| {
                let mut normals: Vec<SingleLanes<16>> = vec![];
                draw(Streams::new(3), (7, 2), (steps, series), &mut normals);
                normals
            };
            let (few, many) = (draw_of(3), draw_of(9));
            for step in 0..steps {
                for drawn in 0..3 {
                    assert_eq!(few[step * 3 + drawn], many[step * 9 + drawn], "step {step} of {steps}");
                }
            }
        }
    }
}
