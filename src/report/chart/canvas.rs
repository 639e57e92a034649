//! A list of shapes in chart units, written to SVG by plotters on a canvas ten times as fine, because
//! its coordinates are integers. Knows no money and no ages.

use std::fmt::Write as _;

use plotters::prelude::{
    Circle, DrawingArea, IntoDrawingArea as _, PathElement, Polygon, RGBColor, Rectangle, SVGBackend,
    ShapeStyle, Text,
};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color as _, FontDesc, FontFamily, FontStyle};

use crate::error::{Error, Result};
use crate::report::chart::font::{self, Weight};

/// Units of the fine canvas in one unit of the chart.
const FINE: f64 = 10.0;

/// plotters divides sizes of text by this number before it writes them.
const TEXT_FACTOR: f64 = 1.24;

/// Baselines lie this share of the font size below the point that plotters calls the top of a text.
const TOP_TO_BASELINE: f64 = 0.76;

/// What tells a chart of this program from another SVG.
pub(crate) const GENERATOR_MARK: &str = "data-generator=\"decumulus\"";

/// A colour as `0xRRGGBB`.
pub(super) type Colour = u32;

/// On which side of its point a text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// How a text looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct TextStyle {
    pub size: f64,
    pub weight: Weight,
    pub anchor: Anchor,
    pub colour: Colour,
}

/// One shape; every length in chart units.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shape {
    Polygon {
        points: Vec<(f64, f64)>,
        fill: Colour,
    },
    Line {
        points: Vec<(f64, f64)>,
        stroke: Colour,
        width: f64,
    },
    Rectangle {
        from: (f64, f64),
        to: (f64, f64),
        fill: Colour,
    },
    Disc {
        centre: (f64, f64),
        radius: f64,
        fill: Colour,
    },
    /// A text with the point of its baseline that the style's anchor names.
    Text {
        at: (f64, f64),
        text: String,
        style: TextStyle,
    },
}

/// A chart in the making.
#[derive(Clone, Debug)]
pub(super) struct Canvas {
    width: f64,
    height: f64,
    shapes: Vec<Shape>,
}

impl Canvas {
    /// A white canvas.
    pub(super) fn new(width: f64, height: f64) -> Self {
        let mut canvas = Self { width, height, shapes: Vec::new() };
        canvas.rectangle((0.0, 0.0), (width, height), 0x00FF_FFFF);
        canvas
    }

    pub(super) fn polygon(&mut self, points: Vec<(f64, f64)>, fill: Colour) {
        self.shapes.push(Shape::Polygon { points, fill });
    }

    pub(super) fn line(&mut self, points: Vec<(f64, f64)>, stroke: Colour, width: f64) {
        self.shapes.push(Shape::Line { points, stroke, width });
    }

    pub(super) fn rectangle(&mut self, from: (f64, f64), to: (f64, f64), fill: Colour) {
        self.shapes.push(Shape::Rectangle { from, to, fill });
    }

    pub(super) fn disc(&mut self, centre: (f64, f64), radius: f64, fill: Colour) {
        self.shapes.push(Shape::Disc { centre, radius, fill });
    }

    /// Writes a text in signs that the font has.
    pub(super) fn text(&mut self, at: (f64, f64), text: &str, style: TextStyle) {
        self.push_text(at, &font::printable(text), style);
    }

    /// Writes a text, cut with an ellipsis if it is wider than `room`.
    pub(super) fn text_in(&mut self, at: (f64, f64), text: &str, style: TextStyle, room: f64) {
        let text = font::printable(text);
        self.push_text(at, &font::fitted(&text, style.size, style.weight, room), style);
    }

    /// Keeps a text, unless it is blank and so would have no width of its own.
    fn push_text(&mut self, at: (f64, f64), text: &str, style: TextStyle) {
        if !text.trim().is_empty() {
            self.shapes.push(Shape::Text { at, text: text.trim().to_string(), style });
        }
    }

    /// The chart as SVG; `title` and `description` are read aloud by screen readers.
    ///
    /// # Errors
    ///
    /// None that is known: plotters writes into memory.
    pub(super) fn into_svg(self, title: &str, description: &str) -> Result<String> {
        let size = ((self.width * FINE) as u32, (self.height * FINE) as u32);
        let mut drawn = String::new();
        {
            let area = SVGBackend::with_string(&mut drawn, size).into_drawing_area();
            for shape in &self.shapes {
                draw(&area, shape).map_err(|e| refused(&e))?;
            }
            area.present().map_err(|e| refused(&e.to_string()))?;
        }
        let body = drawn.split_once('>').map_or("", |(_, body)| body);
        let body = self.with_widths_of_texts(body);
        let (width, height) = (self.width, self.height);
        let mut svg = String::with_capacity(drawn.len() + 600);
        let _ = write!(
            svg,
            "<svg width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {} {}\" \
             xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" {GENERATOR_MARK} \
             stroke-linejoin=\"round\" stroke-linecap=\"round\">\n<title>{}</title>\n<desc>{}</desc>",
            size.0,
            size.1,
            escaped(title),
            escaped(description),
        );
        svg.push_str(&body);
        Ok(svg)
    }

    /// Tells browsers how wide each text is, because many have another font than the vendored one: what fits here
    /// fits there.
    fn with_widths_of_texts(&self, body: &str) -> String {
        let widths = self.shapes.iter().filter_map(|shape| match shape {
            Shape::Text { text, style, .. } => Some(font::width(text, style.size, style.weight) * FINE),
            _ => None,
        });
        let mut parts = body.split("<text ");
        let mut out = parts.next().unwrap_or_default().to_string();
        for (part, width) in parts.zip(widths) {
            let _ = write!(out, "<text textLength=\"{width:.0}\" lengthAdjust=\"spacingAndGlyphs\" {part}");
        }
        out
    }

    #[cfg(test)]
    pub(super) fn shapes(&self) -> &[Shape] {
        &self.shapes
    }

    #[cfg(test)]
    pub(super) fn size(&self) -> (f64, f64) {
        (self.width, self.height)
    }
}

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

fn draw(area: &Area<'_>, shape: &Shape) -> std::result::Result<(), String> {
    let done = match shape {
        Shape::Polygon { points, fill } => area.draw(&Polygon::new(fine_path(points), filled(*fill))),
        Shape::Line { points, stroke, width } => {
            let style = colour(*stroke).stroke_width((width * FINE).round() as u32);
            area.draw(&PathElement::new(fine_path(points), style))
        }
        Shape::Rectangle { from, to, fill } => {
            area.draw(&Rectangle::new([fine(*from), fine(*to)], filled(*fill)))
        }
        Shape::Disc { centre, radius, fill } => {
            area.draw(&Circle::new(fine(*centre), (radius * FINE) as i32, filled(*fill)))
        }
        Shape::Text { at, text, style } => {
            let top = (at.0, at.1 - TOP_TO_BASELINE * style.size);
            area.draw(&Text::new(text.as_str(), fine(top), text_style(*style)))
        }
    };
    done.map_err(|e| e.to_string())
}

fn text_style(style: TextStyle) -> plotters::style::TextStyle<'static> {
    let weight = if style.weight == Weight::Bold { FontStyle::Bold } else { FontStyle::Normal };
    let side = match style.anchor {
        Anchor::Start => HPos::Left,
        Anchor::Middle => HPos::Center,
        Anchor::End => HPos::Right,
    };
    let family = FontFamily::Name(font::FAMILY);
    let mut out =
        plotters::style::TextStyle::from(FontDesc::new(family, style.size * FINE * TEXT_FACTOR, weight));
    out.color = colour(style.colour).to_backend_color();
    out.pos = Pos::new(side, VPos::Top);
    out
}

fn fine(point: (f64, f64)) -> (i32, i32) {
    ((point.0 * FINE).round() as i32, (point.1 * FINE).round() as i32)
}

fn fine_path(points: &[(f64, f64)]) -> Vec<(i32, i32)> {
    points.iter().filter(|(x, y)| x.is_finite() && y.is_finite()).map(|&p| fine(p)).collect()
}

fn filled(fill: Colour) -> ShapeStyle {
    colour(fill).filled()
}

fn colour(rgb: Colour) -> RGBColor {
    RGBColor((rgb >> 16) as u8, (rgb >> 8) as u8, rgb as u8)
}

fn escaped(text: &str) -> String {
    font::printable(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cold]
fn refused(reason: &str) -> Error {
    Error::system("draw", "a chart", std::io::Error::other(reason.to_string()))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::report::chart::png;

    /// The box of a text: left, top, right, bottom.
    fn text_box(at: (f64, f64), text: &str, style: TextStyle) -> [f64; 4] {
        let width = font::width(text, style.size, style.weight);
        let left = match style.anchor {
            Anchor::Start => at.0,
            Anchor::Middle => at.0 - width / 2.0,
            Anchor::End => at.0 - width,
        };
        [left, at.1 - 0.74 * style.size, left + width, at.1 + 0.2 * style.size]
    }

    /// Fails if a text leaves the canvas or touches another one, or has a sign that the font lacks.
    pub(crate) fn assert_texts_are_apart(canvas: &Canvas) {
        let boxes: Vec<(&str, [f64; 4])> = canvas
            .shapes()
            .iter()
            .filter_map(|shape| match shape {
                Shape::Text { at, text, style } => Some((text.as_str(), text_box(*at, text, *style))),
                _ => None,
            })
            .collect();
        let (width, height) = canvas.size();
        for (i, (text, a)) in boxes.iter().enumerate() {
            let blank: Vec<char> = text.chars().filter(|sign| !font::has(*sign)).collect();
            assert!(blank.is_empty(), "the font has no {blank:?} of {text:?}");
            assert!(
                a[0] >= 0.0 && a[1] >= 0.0 && a[2] <= width && a[3] <= height,
                "{text:?} leaves at {a:?}"
            );
            for (other, b) in &boxes[..i] {
                let apart = a[2] <= b[0] || b[2] <= a[0] || a[3] <= b[1] || b[3] <= a[1];
                assert!(apart, "{text:?} {a:?} touches {other:?} {b:?}");
            }
        }
    }

    fn text_width(group: &resvg::usvg::Group) -> Option<f32> {
        group.children().iter().find_map(|node| match node {
            resvg::usvg::Node::Group(group) => text_width(group),
            resvg::usvg::Node::Text(text) => Some(text.abs_bounding_box().width()),
            _ => None,
        })
    }

    fn plain(anchor: Anchor, weight: Weight) -> TextStyle {
        TextStyle { size: 20.0, weight, anchor, colour: 0 }
    }

    #[test]
    fn measured_widths_are_those_of_the_renderer() {
        for weight in [Weight::Regular, Weight::Bold] {
            let text = "HLäß $1.25M–3k, 60/40 Üé€“…”%± Сбаланс Μετοχές ổườnH";
            let mut canvas = Canvas::new(900.0, 50.0);
            canvas.text((10.0, 30.0), text, plain(Anchor::Start, weight));
            let svg = canvas.into_svg("t", "d").unwrap();
            let stated = format!("textLength=\"{:.0}\"", FINE * font::width(text, 20.0, weight));
            assert!(svg.contains(&stated), "{svg}");
            let tree = png::parse(&svg.replace("textLength", "data-length")).unwrap();
            let expected = font::width(text, 20.0, weight);
            let drawn = f64::from(text_width(tree.root()).unwrap());
            // Kerning and the bearings of the first and last letter are what may differ.
            assert!((drawn - expected).abs() < 5.0, "{drawn} {expected}");
        }
    }

    #[test]
    fn titles_and_texts_are_escaped_and_the_canvas_is_ten_times_as_fine() {
        let mut canvas = Canvas::new(100.0, 50.0);
        canvas.text((10.0, 30.0), "<b> & \u{0}", plain(Anchor::Start, Weight::Bold));
        canvas.line(vec![(0.0, 0.0), (f64::NAN, 1.0), (1.06, 2.0)], 0, 0.5);
        let svg = canvas.into_svg("a < b", "c & d").unwrap();
        assert!(svg.starts_with("<svg width=\"100\" height=\"50\" viewBox=\"0 0 1000 500\""), "{svg}");
        assert!(svg.contains("<title>a &lt; b</title>") && svg.contains("c &amp; d"));
        assert!(svg.contains("points=\"0,0 11,20 \""), "{svg}");
        assert!(svg.contains("font-size=\"200\""), "{svg}");
        assert!(png::parse(&svg).is_ok() && !svg.contains("NaN"));
    }
}
