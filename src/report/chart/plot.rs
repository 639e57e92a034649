//! A rectangle with two linear axes, grid and ticks: what all pictures of a history share.

use crate::math::elementary::ln;
use crate::report::chart::canvas::{Canvas, Colour};
use crate::report::chart::font;
use crate::report::chart::frame::{BODY, GRID, RULE};

/// The size of ticks' labels.
const TICK_SIZE: f64 = 11.0;

/// Where a plot lies and what its axes cover.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plot {
    pub left: f64,
    pub right: f64,
    pub top: f64,
    pub bottom: f64,
    pub x: (f64, f64),
    pub y: (f64, f64),
}

impl Plot {
    pub(super) fn place_x(&self, x: f64) -> f64 {
        let share = (x - self.x.0) / (self.x.1 - self.x.0);
        self.left + share.clamp(0.0, 1.0) * (self.right - self.left)
    }

    pub(super) fn place_y(&self, y: f64) -> f64 {
        let share = (y - self.y.0) / (self.y.1 - self.y.0);
        self.bottom - share.clamp(0.0, 1.0) * (self.bottom - self.top)
    }

    pub(super) fn at(&self, (x, y): (f64, f64)) -> (f64, f64) {
        (self.place_x(x), self.place_y(y))
    }

    /// Grid lines with labels on the left.
    pub(super) fn y_axis(&self, canvas: &mut Canvas, limit: usize, label: impl Fn(f64) -> String) {
        for tick in ticks(self.y, limit) {
            let y = self.place_y(tick).round() + 0.5;
            canvas.line(vec![(self.left, y), (self.right, y)], GRID, 1.0);
            let style = BODY.soft().sized(TICK_SIZE).to_the_left();
            canvas.text((self.left - 6.0, y + 4.0), &label(tick), style);
        }
    }

    /// The axis at the bottom with these ticks; labels that would touch are left out.
    pub(super) fn x_axis(&self, canvas: &mut Canvas, ticks: &[(f64, String)]) {
        let y = self.bottom.round() + 0.5;
        canvas.line(vec![(self.left, y), (self.right, y)], RULE, 1.0);
        let style = BODY.soft().sized(TICK_SIZE).centred();
        let mut free_from = f64::NEG_INFINITY;
        for (value, label) in ticks {
            let x = self.place_x(*value);
            let half = font::width(label, style.size, style.weight) / 2.0;
            if x - half < free_from {
                continue;
            }
            free_from = x + half + 8.0;
            canvas.line(vec![(x, y), (x, y + 4.0)], RULE, 1.0);
            canvas.text((x, y + 16.0), label, style);
        }
    }

    /// A line through points in units of the axes; what is no number breaks it.
    pub(super) fn curve(
        &self,
        canvas: &mut Canvas,
        points: impl IntoIterator<Item = (f64, f64)>,
        stroke: Colour,
        width: f64,
    ) {
        let mut part = vec![];
        for point in points {
            if point.0.is_finite() && point.1.is_finite() {
                part.push(self.at(point));
            } else {
                end_part(canvas, &mut part, stroke, width);
            }
        }
        end_part(canvas, &mut part, stroke, width);
    }

    /// A line of dashes through points in units of the axes, as [`Plot::curve`].
    pub(super) fn dashed(
        &self,
        canvas: &mut Canvas,
        points: impl IntoIterator<Item = (f64, f64)>,
        (stroke, width): (Colour, f64),
        dashes: &[f64],
    ) {
        let points: Vec<(f64, f64)> = points.into_iter().collect();
        for part in points.split(|point| !(point.0.is_finite() && point.1.is_finite())) {
            let placed: Vec<(f64, f64)> = part.iter().map(|point| self.at(*point)).collect();
            dash(canvas, &placed, (stroke, width), dashes);
        }
    }

    /// A rectangle over the whole width between two heights.
    pub(super) fn band(&self, canvas: &mut Canvas, low: f64, high: f64, fill: Colour) {
        canvas.rectangle((self.left, self.place_y(high)), (self.right, self.place_y(low)), fill);
    }

    /// A line over the whole width.
    pub(super) fn level(&self, canvas: &mut Canvas, y: f64, stroke: Colour, width: f64) {
        let y = self.place_y(y);
        canvas.line(vec![(self.left, y), (self.right, y)], stroke, width);
    }
}

/// Draws a line through the points so far, if there are two, and forgets them.
fn end_part(canvas: &mut Canvas, part: &mut Vec<(f64, f64)>, stroke: Colour, width: f64) {
    if part.len() > 1 {
        canvas.line(std::mem::take(part), stroke, width);
    }
    part.clear();
}

/// A line through places on the canvas, in dashes whose lengths and gaps follow each other; whole without any.
pub(super) fn dash(
    canvas: &mut Canvas,
    places: &[(f64, f64)],
    (stroke, width): (Colour, f64),
    dashes: &[f64],
) {
    if dashes.iter().all(|length| *length <= 0.0) {
        let mut whole = places.to_vec();
        end_part(canvas, &mut whole, stroke, width);
        return;
    }
    let mut lengths = dashes.iter().copied().enumerate().cycle();
    let (mut place, mut left) = lengths.next().unwrap_or((0, f64::INFINITY));
    let mut part: Vec<(f64, f64)> = places.first().copied().into_iter().collect();
    for pair in places.windows(2) {
        let (mut from, to) = (pair[0], pair[1]);
        loop {
            let (across, up) = (to.0 - from.0, to.1 - from.1);
            let rest = (across * across + up * up).sqrt();
            if rest <= left {
                left -= rest;
                part.push(to);
                break;
            }
            from = (from.0 + across * left / rest, from.1 + up * left / rest);
            part.push(from);
            // Every second length is a gap.
            if place % 2 == 1 {
                part.clear();
            }
            end_part(canvas, &mut part, stroke, width);
            part.push(from);
            (place, left) = lengths.next().unwrap_or((0, f64::INFINITY));
        }
    }
    if place % 2 == 0 {
        end_part(canvas, &mut part, stroke, width);
    }
}

/// What the signs in a picture mean: a bar or a line of a colour and a word, side by side.
pub(super) fn legend(
    canvas: &mut Canvas,
    (left, baseline): (f64, f64),
    room: f64,
    items: &[(Sign, Colour, String)],
) {
    let style = BODY.soft().sized(11.0);
    let mut x = left;
    for (sign, colour, words) in items {
        let rest = (left + room - x - 22.0).max(0.0);
        if rest < 30.0 {
            break;
        }
        let middle = baseline - 4.0;
        match sign {
            Sign::Area => canvas.rectangle((x, middle - 5.0), (x + 16.0, middle + 5.0), *colour),
            Sign::Line => canvas.line(vec![(x, middle), (x + 16.0, middle)], *colour, 2.0),
            Sign::Dot => canvas.disc((x + 8.0, middle), 3.0, *colour),
        }
        canvas.text_in((x + 21.0, baseline), words, style, rest);
        x += 21.0 + font::width(&font::printable(words), style.size, style.weight).min(rest) + 16.0;
    }
}

/// How a thing is drawn.
#[derive(Clone, Copy, Debug)]
pub(super) enum Sign {
    Area,
    Line,
    Dot,
}

/// Round values in a range, at most `limit` of them: multiples of 1, 2, 2.5 or 5 times a power of ten.
pub(super) fn ticks((low, high): (f64, f64), limit: usize) -> Vec<f64> {
    let width = high - low;
    if !(width > 0.0 && width.is_finite()) {
        return vec![];
    }
    let exponent = (ln(width) / std::f64::consts::LN_10).floor() as i32 - 2;
    let unit = if exponent < 0 { 1.0 / ten_to(-exponent) } else { ten_to(exponent) };
    let steps = [1.0, 2.0, 2.5, 5.0].into_iter();
    let steps =
        [1.0, 10.0, 100.0, 1000.0].into_iter().flat_map(|ten| steps.clone().map(move |s| s * ten * unit));
    let within = |step: f64| {
        let slack = 1e-9 * width / step;
        let (first, last) = ((low / step - slack).ceil() as i64, (high / step + slack).floor() as i64);
        (first, last, step)
    };
    let fits = |&(first, last, _): &(i64, i64, f64)| last - first < limit as i64;
    let Some((first, last, step)) = steps.map(within).find(fits) else { return vec![] };
    (first..=last).map(|i| i as f64 * step).collect()
}

fn ten_to(exponent: i32) -> f64 {
    (0..exponent).fold(1.0, |power, _| power * 10.0)
}

/// A share as a percentage without needless zeros: `-5 %`, `0 %`, `2.5 %`.
pub(super) fn percent_label(share: f64) -> String {
    format!("{} %", plain(100.0 * share))
}

/// A number without needless zeros.
pub(super) fn plain(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_string() } else { text.replace('-', "–") }
}

/// The decimal years to mark between two of them, as ticks.
pub(super) fn year_ticks(from: f64, to: f64, limit: usize) -> Vec<(f64, String)> {
    let whole = ticks((from, to), limit);
    let whole = whole.into_iter().filter(|year| year.fract() == 0.0);
    whole.map(|year| (year, format!("{year:.0}"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_few() {
        assert_eq!(ticks((-0.21, 0.17), 5), [-0.2, -0.1, 0.0, 0.1]);
        assert_eq!(ticks((0.0, 1.0), 6), [0.0, 0.2, 0.4, 0.6000000000000001, 0.8, 1.0]);
        assert_eq!(ticks((1871.0, 2026.5), 7), [1875.0, 1900.0, 1925.0, 1950.0, 1975.0, 2000.0, 2025.0]);
        assert!(ticks((1.0, 1.0), 5).is_empty() && ticks((0.0, f64::NAN), 5).is_empty());
        for limit in 1..12 {
            assert!(ticks((-3.3e-5, 7.1e4), limit).len() <= limit);
        }
    }

    #[test]
    fn dashes_follow_each_other_round_corners_and_leave_the_rest_out() {
        let mut canvas = Canvas::new(100.0, 100.0);
        dash(&mut canvas, &[(0.0, 0.0), (10.0, 0.0), (10.0, 9.0)], (0, 1.0), &[4.0, 3.0]);
        let lines = canvas.shapes().iter().filter_map(|shape| match shape {
            crate::report::chart::canvas::Shape::Line { points, .. } => Some(points.clone()),
            _ => None,
        });
        let lines: Vec<_> = lines.collect();
        let drawn = [
            vec![(0.0, 0.0), (4.0, 0.0)],
            vec![(7.0, 0.0), (10.0, 0.0), (10.0, 1.0)],
            vec![(10.0, 4.0), (10.0, 8.0)],
        ];
        assert_eq!(lines, drawn);
        dash(&mut canvas, &[(0.0, 0.0), (10.0, 0.0)], (0, 1.0), &[]);
        dash(&mut canvas, &[(0.0, 0.0)], (0, 1.0), &[1.0]);
        assert_eq!(canvas.shapes().len(), 1 + 3 + 1);
    }

    #[test]
    fn labels_have_no_needless_zeros() {
        assert_eq!(percent_label(-0.05), "–5 %");
        assert_eq!((plain(-0.0), plain(2.5), plain(0.001)), ("0".into(), "2.5".into(), "0".into()));
    }
}
