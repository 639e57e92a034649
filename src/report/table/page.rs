//! What is printed, before it is laid out: lines, sentences and tables, for a page of any width.

use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};

use crate::report::table::grid::{Grid, clipped};

/// The width where nobody says another.
pub const USUAL_COLUMNS: usize = 100;

/// The narrowest and the widest page that is laid out.
const NARROWEST: usize = 60;
const WIDEST: usize = 120;

/// A part of a page.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::report) enum Block {
    /// One line, cut where the page ends.
    Line(String),
    /// A sentence in as many lines as it needs.
    Text { bullet: &'static str, text: String, indent: &'static str },
    /// A table.
    Grid(Grid),
}

/// What is printed of a result: lines, sentences and tables, shown in 100 columns or [`in_columns`](Self::in_columns) of another
/// number.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    blocks: Vec<Block>,
}

impl Page {
    /// A page that begins with a title, which is cut where the page ends, and a line about it.
    pub(in crate::report) fn new(title: String, about: &str) -> Self {
        let mut blocks = vec![Block::Line(title)];
        if !about.is_empty() {
            blocks.extend(wrapped(about, ""));
        }
        Self { blocks }
    }

    /// Adds blocks under a heading, after a blank line; nothing if there are none.
    pub(in crate::report) fn section(&mut self, heading: &str, body: Vec<Block>) {
        if !body.is_empty() {
            self.blocks.push(Block::Line(String::new()));
            self.blocks.extend(wrapped(heading, "  "));
            self.blocks.extend(body);
        }
    }

    /// Adds a sentence at the end, after a blank line.
    pub(in crate::report) fn conclude(&mut self, text: &str) {
        self.blocks.push(Block::Line(String::new()));
        self.blocks.extend(wrapped(text, ""));
    }

    /// The text in lines of at most so many columns of a terminal, from 60 to 120; it ends with a line end.
    #[must_use]
    pub fn in_columns(&self, columns: usize) -> String {
        let width = columns.clamp(NARROWEST, WIDEST);
        let lines = self.blocks.iter().flat_map(|block| match block {
            Block::Line(text) => vec![clipped(text, width)],
            Block::Text { bullet, text, indent } => lines_of(bullet, text, indent, width),
            Block::Grid(grid) => grid.lines(width),
        });
        lines.map(|line| line + "\n").collect()
    }
}

impl std::fmt::Display for Page {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.in_columns(USUAL_COLUMNS))
    }
}

impl From<Grid> for Vec<Block> {
    fn from(grid: Grid) -> Self {
        vec![Block::Grid(grid)]
    }
}

/// A sentence; signs that belong to a number stay beside it, and lines after the first are indented.
pub(in crate::report) fn wrapped(text: &str, indent: &'static str) -> Vec<Block> {
    bulleted("", text, indent)
}

/// A sentence after a bullet.
pub(in crate::report) fn bulleted(bullet: &'static str, text: &str, indent: &'static str) -> Vec<Block> {
    vec![Block::Text { bullet, text: text.to_string(), indent }]
}

/// The text in lines, after a bullet.
fn lines_of(bullet: &str, text: &str, indent: &str, width: usize) -> Vec<String> {
    let options = Options::new(width)
        .initial_indent(bullet)
        .subsequent_indent(indent)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .wrap_algorithm(WrapAlgorithm::FirstFit);
    let glued = glued(text);
    let lines = textwrap::wrap(&glued, options);
    lines.iter().map(|line| clipped(&line.replace(NO_BREAK, " "), width)).collect()
}

/// A space at which no line is broken.
const NO_BREAK: char = '\u{a0}';

/// The text with percent signs and margins glued to the number before them.
fn glued(text: &str) -> String {
    let mut out = String::new();
    let mut joins_next = false;
    for word in text.split_whitespace() {
        let joins = joins_next || word.starts_with('%') || word.starts_with('±') || word.starts_with("(±");
        if !out.is_empty() {
            out.push(if joins { NO_BREAK } else { ' ' });
        }
        out.push_str(word);
        joins_next = word.ends_with('±') || word.ends_with('<');
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::table::grid::columns;

    #[test]
    fn margins_and_percent_signs_stay_with_their_numbers() {
        let text = format!("{} 12.3 % (± 0.1) of all", "x".repeat(92));
        let expected = ["x".repeat(92), "  12.3 % (± 0.1) of all".to_string()];
        assert_eq!(lines_of("", &text, "  ", 100), expected);
    }

    #[test]
    fn a_page_is_as_wide_as_is_asked_within_what_can_be_read() {
        let mut page = Page::new("a title".to_string(), "");
        page.section("Heading", wrapped(&"word ".repeat(60), ""));
        page.section("Nothing below", vec![]);
        page.conclude("The end.");
        let widest = |columns: usize| page.in_columns(columns).lines().map(str::len).max();
        assert_eq!([1, 60, 83, 120, 500].map(widest), [59, 59, 79, 119, 119].map(Some));
        assert_eq!(page.to_string(), page.in_columns(100));
        assert!(page.to_string().ends_with("word\n\nThe end.\n") && !page.to_string().contains("Nothing"));
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_the_page(text in "\\PC{0,400}", width in 60..=120_usize) {
            for line in lines_of("- ", &text, "   ", width) {
                prop_assert!(columns(&line) <= width, "{line}");
            }
        }
    }
}
