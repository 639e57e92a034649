//! Figures in columns, in no more of them than there are, whatever the names. Knows no outcome.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Blank columns between two columns.
const GAP: usize = 2;

/// The least that is left of the first column before figures move below.
const NARROWEST: usize = 26;

/// A table: the first column on the left, as wide as there is room; figures on the right. What does not fit beside the
/// others stands below, after the first column once more.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::report) struct Grid {
    rows: Vec<Vec<String>>,
}

impl Grid {
    /// A table with these headings.
    pub(in crate::report) fn new(headings: impl IntoIterator<Item = String>) -> Self {
        Self { rows: vec![headings.into_iter().collect()] }
    }

    /// Adds a row: its name and its figures.
    pub(in crate::report) fn row(&mut self, name: &str, figures: impl IntoIterator<Item = String>) {
        self.rows.push([name.to_string()].into_iter().chain(figures).collect());
    }

    /// The lines, with a rule below the headings.
    pub(super) fn lines(&self, width: usize) -> Vec<String> {
        let widths = self.widths(width);
        let first = widths.first().copied().unwrap_or(0);
        let mut lines = vec![];
        let mut start = 1;
        while start < widths.len() || lines.is_empty() {
            let mut end = (start + 1).min(widths.len());
            let used = |end: usize| widths[start..end].iter().map(|width| width + GAP).sum::<usize>();
            while end < widths.len() && first.min(NARROWEST) + used(end + 1) <= width {
                end += 1;
            }
            let figures = used(end);
            let first = first.min(width.saturating_sub(figures));
            let block: Vec<usize> = [first].into_iter().chain(widths[start..end].iter().copied()).collect();
            let rows = self.rows.iter().map(|row| {
                let figures = row.get(start..end.min(row.len())).unwrap_or_default();
                let cells: Vec<&str> = row.iter().take(1).chain(figures).map(String::as_str).collect();
                line(&cells, &block)
            });
            let rule = lines.len() + 1;
            lines.extend(rows);
            lines.insert(rule.min(lines.len()), "─".repeat((first + figures).min(width)));
            start = end;
        }
        lines
    }

    /// The columns of each column, none of which takes more than half of the page.
    fn widths(&self, width: usize) -> Vec<usize> {
        let count = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let columns_of = |i: usize| self.rows.iter().filter_map(move |row| row.get(i));
        let widest = |i: usize| columns_of(i).map(|cell| columns(cell)).max().unwrap_or(0);
        (0..count).map(|i| if i == 0 { widest(i) } else { widest(i).min(width / 2) }).collect()
    }
}

fn line(row: &[&str], widths: &[usize]) -> String {
    let mut out = String::new();
    for (i, (cell, &width)) in row.iter().zip(widths).enumerate() {
        let cell = clipped(cell, width);
        let blank = " ".repeat(width - columns(&cell).min(width));
        if i == 0 {
            out.push_str(&cell);
            out.push_str(&blank);
        } else {
            out.push_str(&" ".repeat(GAP));
            out.push_str(&blank);
            out.push_str(&cell);
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// The columns that a text takes on a terminal.
pub(in crate::report) fn columns(text: &str) -> usize {
    text.width()
}

/// The text, or its beginning with an ellipsis, in at most `width` columns.
pub(in crate::report) fn clipped(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_string();
    }
    let mut out = String::new();
    let mut used = 1;
    for character in text.chars() {
        used += character.width().unwrap_or(1);
        if used > width {
            break;
        }
        out.push(character);
    }
    if width > 0 {
        out.truncate(out.trim_end().len());
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn figures_stand_on_the_right_and_long_names_give_way() {
        let mut grid = Grid::new(["Policy".to_string(), "Median".to_string()]);
        grid.row("a", ["$1".to_string()]);
        grid.row(&"long ".repeat(30), ["$22".to_string()]);
        let lines = grid.lines(100);
        assert!(lines[0].ends_with("Median") && lines[2].ends_with("    $1"));
        assert_eq!((columns(&lines[1]), columns(&lines[3])), (100, 100));
        assert!(lines[3].contains('…'));
    }

    #[test]
    fn figures_without_room_beside_the_others_stand_below() {
        let mut grid = Grid::new(["Policy", "first", "second", "third"].map(String::from));
        grid.row("a policy of twenty-five.", ["1".repeat(16), "2".repeat(16), "3".repeat(16)]);
        assert_eq!(grid.lines(80).len(), 3);
        let lines = grid.lines(64);
        assert_eq!(lines.len(), 6);
        assert!(lines[2].starts_with("a policy of twenty-five.") && lines[2].ends_with('2'), "{lines:?}");
        assert!(lines[3].starts_with("Policy") && lines[3].ends_with("third"), "{lines:?}");
        assert!(lines[5].starts_with("a policy") && lines[5].ends_with('3'), "{lines:?}");
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_the_page_and_every_short_cell_is_there(
            cells in prop::collection::vec(prop::collection::vec("\\PC{0,60}", 0..9), 0..5),
            width in 60..=120_usize,
        ) {
            let mut grid = Grid::new(["Policy".to_string()]);
            for row in &cells {
                grid.row("name", row.clone());
            }
            let lines = grid.lines(width);
            for line in &lines {
                prop_assert!(columns(line) <= width, "{line}");
            }
            for cell in cells.iter().flatten().filter(|cell| columns(cell) <= 30) {
                prop_assert!(lines.iter().any(|line| line.contains(cell.trim_end())), "{cell}");
            }
        }
    }
}
