//! Text in columns that never takes more than 100 of them, whatever the names. Knows no outcome.

/// The width of everything that is printed.
pub(in crate::report) const WIDTH: usize = 100;

/// Blank columns between two columns.
const GAP: usize = 2;

/// The least that is left of the first column.
const NARROWEST: usize = 8;

/// A table: the first column on the left, as wide as there is room; figures on the right.
#[derive(Debug)]
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
    pub(in crate::report) fn lines(&self) -> Vec<String> {
        let widths = self.widths();
        let whole = widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1);
        let mut lines: Vec<String> = self.rows.iter().map(|row| line(row, &widths)).collect();
        lines.insert(1.min(lines.len()), "─".repeat(whole.min(WIDTH)));
        lines
    }

    fn widths(&self) -> Vec<usize> {
        let columns_of = |i: usize| self.rows.iter().filter_map(move |row| row.get(i));
        let count = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let mut widths: Vec<usize> =
            (0..count).map(|i| columns_of(i).map(|cell| columns(cell)).max().unwrap_or(0)).collect();
        let figures: usize = widths.iter().skip(1).map(|width| width + GAP).sum();
        if let Some(first) = widths.first_mut() {
            *first = (*first).min(WIDTH.saturating_sub(figures).max(NARROWEST));
        }
        widths
    }
}

fn line(row: &[String], widths: &[usize]) -> String {
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
    clipped(out.trim_end(), WIDTH)
}

/// The columns that a text takes on a terminal, rather too many than too few: signs of East Asian scripts and
/// pictures count as two.
pub(in crate::report) fn columns(text: &str) -> usize {
    text.chars().map(columns_of_character).sum()
}

fn columns_of_character(character: char) -> usize {
    match character {
        '\u{2000}'..='\u{2327}' | '\u{2500}'..='\u{257F}' => 1,
        c if c < '\u{1100}' => 1,
        _ => 2,
    }
}

/// The text, or its beginning with an ellipsis, in at most `width` columns.
pub(in crate::report) fn clipped(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_string();
    }
    let mut out = String::new();
    let mut used = 1;
    for character in text.chars() {
        used += columns_of_character(character);
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

/// The text in lines of at most [`WIDTH`] columns; signs that belong to a number stay beside it, and lines
/// after the first are indented.
pub(in crate::report) fn wrapped(text: &str, indent: &str) -> Vec<String> {
    bulleted("", text, indent)
}

/// The text as [`wrapped`], after a bullet.
pub(in crate::report) fn bulleted(bullet: &str, text: &str, indent: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut current = bullet.to_string();
    let mut has_words = false;
    for word in glued(text) {
        let needed = columns(&current) + 1 + columns(&word);
        if needed > WIDTH && has_words {
            lines.push(std::mem::replace(&mut current, indent.to_string()));
        } else if has_words {
            current.push(' ');
        }
        current.push_str(&word);
        has_words = true;
    }
    lines.push(current);
    lines.iter().map(|line| clipped(line, WIDTH)).collect()
}

/// Words, with a percent sign or a margin glued to the number before it.
fn glued(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut joins_next = false;
    for word in text.split_whitespace() {
        let joins = joins_next || word.starts_with('%') || word.starts_with('±') || word.starts_with("(±");
        match words.last_mut() {
            Some(last) if joins => {
                last.push(' ');
                last.push_str(word);
            }
            _ => words.push(word.to_string()),
        }
        joins_next = word.ends_with('±') || word.ends_with('<');
    }
    words
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
        let lines = grid.lines();
        assert!(lines[0].ends_with("Median") && lines[2].ends_with("    $1"));
        assert_eq!((columns(&lines[1]), columns(&lines[3])), (100, 100));
        assert!(lines[3].contains('…'));
    }

    #[test]
    fn margins_and_percent_signs_stay_with_their_numbers() {
        let text = format!("{} 12.3 % (± 0.1) of all", "x".repeat(92));
        assert_eq!(wrapped(&text, "  "), ["x".repeat(92), "  12.3 % (± 0.1) of all".to_string()]);
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_the_page(
            cells in prop::collection::vec(prop::collection::vec("\\PC{0,60}", 0..9), 0..5),
            text in "\\PC{0,400}",
        ) {
            let mut grid = Grid::new(["Policy".to_string()]);
            for row in cells {
                grid.row("name", row);
            }
            let lines = grid.lines().into_iter().chain(wrapped(&text, "   "));
            for line in lines {
                prop_assert!(columns(&line) <= WIDTH, "{line}");
            }
        }
    }
}
