//! The head of a chart: the question that the scenario asks, the finding with its condition, and what is drawn; wrapped, and as
//! high as that takes.

use crate::report::chart::canvas::{Canvas, TextStyle};
use crate::report::chart::font;
use crate::report::chart::frame::{BODY, LINE_ROOM, MARGIN, subtitle_style, title_style};

/// Blank space above the first line.
const TOP: f64 = 12.0;

/// Heights of a line of the question, of the title, and of what is drawn.
const QUESTION: f64 = 22.0;
const TITLE: f64 = 25.0;
const NOTE: f64 = 17.0;

/// The lines of a head.
pub(super) struct Heading {
    lines: Vec<(String, TextStyle, f64)>,
    /// Lines that the title takes.
    titles: usize,
}

impl Heading {
    /// A head; empty notes are left out.
    pub(super) fn new(question: &str, title: &str, notes: &[String]) -> Self {
        let mut lines = vec![];
        let (style, titles) = (title_style(), Self::title_lines(title));
        let mut add = |text: &str, style: TextStyle, height: f64| {
            let wrapped = font::wrapped(&font::printable(text), style.size, style.weight, LINE_ROOM);
            lines.extend(wrapped.into_iter().map(|line| (line, style, height)));
        };
        add(question, subtitle_style(), QUESTION);
        add(title, style, TITLE);
        for note in notes {
            add(note, BODY.soft(), NOTE);
        }
        Self { lines, titles }
    }

    /// Lines that a title takes.
    pub(super) fn title_lines(title: &str) -> usize {
        let style = title_style();
        font::wrapped(&font::printable(title), style.size, style.weight, LINE_ROOM).len()
    }

    /// Where what is below may begin.
    pub(super) fn height(&self) -> f64 {
        TOP + self.lines.iter().map(|(_, _, height)| height).sum::<f64>()
    }

    /// The same with room for so many lines of the title, so that charts with longer and shorter ones are alike.
    pub(super) fn height_with_titles(&self, titles: usize) -> f64 {
        self.height() + TITLE * titles.saturating_sub(self.titles) as f64
    }

    pub(super) fn draw(&self, canvas: &mut Canvas) {
        let mut bottom = TOP;
        for (line, style, height) in &self.lines {
            bottom += height;
            canvas.text((MARGIN, bottom - 0.3 * height), line, *style);
        }
    }
}
