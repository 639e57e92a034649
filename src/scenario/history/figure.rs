//! A cell → a figure, or what else stands there: a blank, a code for something missing, a decimal comma, a sign of percent.

use super::problems::Problems;
use super::text::Sheet;
use super::time::Time;
use super::wanted::Unit;

/// What a cell holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cell {
    /// Nothing.
    Blank,
    /// A finite number.
    Number(f64),
    /// A number before a `%`, in percent.
    Percent(f64),
    /// A word or number by which tables say that a figure is missing.
    Missing,
    /// A number with a comma where its fraction begins.
    DecimalComma,
    /// A number whose thousands are set apart.
    Thousands,
    /// Anything else.
    Other,
}

/// Words for something that is not there.
const MISSING_WORDS: [&str; 26] = [
    "na", "n/a", "#n/a", "#na", "n.a.", "n.a", "nan", "null", "none", "nil", "missing", "unknown", ".", "..",
    "...", "-", "--", "–", "—", "*", "?", "#nv", "k.a.", "#value!", "#ref!", "#div/0!",
];

impl Cell {
    /// Reads a cell, which has no spaces around it.
    pub(super) fn read(text: &str) -> Self {
        if text.is_empty() {
            return Self::Blank;
        }
        if let Some(value) = number(text) {
            return if is_missing_code(text, value) { Self::Missing } else { Self::Number(value) };
        }
        if MISSING_WORDS.contains(&text.to_lowercase().as_str()) {
            return Self::Missing;
        }
        if let Some(share) = text.strip_suffix('%').map(str::trim_end) {
            return match Self::read(share) {
                Self::Number(value) => Self::Percent(value),
                Self::DecimalComma => Self::DecimalComma,
                _ => Self::Other,
            };
        }
        let plain = text.replace('−', "-");
        if plain != text && number(&plain).is_some() {
            return Self::read(&plain);
        }
        with_comma(&plain)
    }

    /// Whether it is a figure, however badly written.
    pub(super) fn is_figure(self) -> bool {
        !matches!(self, Self::Blank | Self::Missing | Self::Other)
    }
}

/// A finite number in digits, as programs write it.
fn number(text: &str) -> Option<f64> {
    let digits = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E');
    if !text.bytes().all(digits) {
        return None;
    }
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

/// Numbers that stand for missing ones: −99 and −99.99, −777, −888, −999.9, 999 and the like, of one digit throughout.
fn is_missing_code(text: &str, value: f64) -> bool {
    let plain = text.trim_start_matches(['-', '+']);
    let whole = plain.split('.').next().unwrap_or_default();
    // 99.990 is 99.99.
    let plain = if plain.contains('.') { plain.trim_end_matches('0') } else { plain };
    let of_one = |digit: u8| plain.bytes().all(|byte| byte == digit || byte == b'.');
    match whole.len() {
        0 | 1 => false,
        2 => value < 0.0 && of_one(b'9'),
        _ => of_one(b'9') || (value < 0.0 && (of_one(b'7') || of_one(b'8'))),
    }
}

fn with_comma(text: &str) -> Cell {
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.trim_start_matches(['-', '+']);
    let marks: Vec<char> = unsigned.chars().filter(|c| !c.is_ascii_digit()).collect();
    if !unsigned.contains(|c: char| c.is_ascii_digit()) {
        return Cell::Other;
    }
    if let Some((whole, fraction)) = unsigned.split_once(',')
        && digits(whole)
        && digits(fraction)
        && !fraction.is_empty()
    {
        return Cell::DecimalComma;
    }
    let of_numbers = marks.iter().all(|c| matches!(c, ',' | '.' | '\'' | '’' | ' ' | '\u{a0}' | '\u{202f}'));
    if of_numbers && marks.len() > 1 { Cell::Thousands } else { Cell::Other }
}

/// The figures of a column as fractions, `None` where it is blank; what is no figure is reported, and read as 0 so that it is no
/// hole as well.
pub(super) fn read_column(
    sheet: &Sheet,
    rows: &[(usize, Time)],
    column: usize,
    unit: Option<Unit>,
    problems: &mut Problems,
) -> Vec<Option<f64>> {
    let name = &sheet.header[column];
    let scale = unit.map_or(1.0, Unit::scale);
    let cells = || rows.iter().map(|(row, _)| Cell::read(sheet.cell(*row, column)));
    let count = |of: fn(&Cell) -> bool| cells().filter(of).count();
    let signs = count(|cell| matches!(cell, Cell::Percent(_)));
    let has_signs = signs > count(|cell| matches!(cell, Cell::Number(value) if *value != 0.0));
    let mut figures = vec![];
    let mut wrongs: Vec<Wrong> = vec![];
    for ((row, _), cell) in rows.iter().zip(cells()) {
        let wrong = match cell {
            Cell::Blank => {
                figures.push(None);
                continue;
            }
            // Beside figures with a sign of percent a bare one may be either.
            Cell::Number(value) if !has_signs || unit.is_some() || value == 0.0 => {
                figures.push(Some(value / scale));
                continue;
            }
            Cell::Percent(value) if has_signs => {
                figures.push(Some(value / 100.0));
                continue;
            }
            Cell::Percent(_) => {
                "which has a sign of percent as most have not: write returns as fractions (5 % is 0.05)"
            }
            Cell::Number(_) => {
                "which must have a sign of percent as other figures of the column have, or none of them one"
            }
            Cell::Missing => {
                "which stands for a figure that is missing: leave the cell empty (a series may begin late or end early, but has no gap)"
            }
            Cell::DecimalComma => "which is written with a decimal comma: write decimal points, as in 0.015",
            Cell::Thousands => {
                "which has marks between its thousands: write digits and a decimal point alone"
            }
            Cell::Other => "but must be a number",
        };
        match wrongs.iter_mut().find(|other| other.what == wrong) {
            Some(other) => other.rows.push(*row),
            None => wrongs.push(Wrong { what: wrong, rows: vec![*row] }),
        }
        figures.push(Some(0.0));
    }
    for Wrong { what, rows } in wrongs {
        // Whoever writes decimal commas writes them everywhere: one line says so.
        let (shown, further) =
            if rows.len() > MOST_OF_A_KIND { (1, rows.len() - 1) } else { (rows.len(), 0) };
        let further =
            if further > 0 { format!("; so are {further} more of this column") } else { String::new() };
        for row in &rows[..shown] {
            let text = sheet.cell(*row, column);
            problems.line(sheet.line(*row), format_args!("{name} is `{text}`, {what}{further}"));
        }
    }
    figures
}

/// Cells of a column that are wrong in the same way are shown one by one up to this many.
const MOST_OF_A_KIND: usize = 4;

/// Rows whose cells are wrong in the same way.
struct Wrong {
    what: &'static str,
    rows: Vec<usize>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_told_from_what_looks_like_them() {
        let cases: [(Cell, &[&str]); 5] = [
            (
                Cell::Missing,
                &[
                    "NA", "n/a", "#N/A", "NaN", "null", ".", "-", "–", "-99", "-99.9", "-99.99", "-99.990",
                    "-999", "-999.0", "-9999", "-99999", "-777", "-888.8", "999", "9999", "999.99",
                ],
            ),
            (Cell::DecimalComma, &["0,0060", "1,5", "-1,5", "1,5 %", "1,5%", ",5", "12,345"]),
            (Cell::Thousands, &["1,234.5", "1.234,5", "1,234,567", "1'234.5", "1 234.5"]),
            (Cell::Other, &["x", "inf", "1e999", "much", "1x", "(0.05)", "$1", "1,x", "e", "%", "x%"]),
            (Cell::Blank, &[""]),
        ];
        for (expected, texts) in cases {
            for text in texts {
                assert_eq!(Cell::read(text), expected, "{text}");
            }
        }
        for (text, value) in [
            ("0.006", 0.006),
            ("-0.0185", -0.0185),
            ("1e-3", 0.001),
            ("+.5", 0.5),
            ("−0.02", -0.02),
            ("-9", -9.0),
        ] {
            assert_eq!(Cell::read(text), Cell::Number(value), "{text}");
        }
        // Figures that are no code: a loss of 99 %, a level, a rate.
        for text in ["-0.99", "99", "99.9", "9.99", "-9.9", "-0.9999", "88.8", "-77.7", "990"] {
            assert!(matches!(Cell::read(text), Cell::Number(_)), "{text}");
        }
        assert_eq!(Cell::read("5 %"), Cell::Percent(5.0));
    }
}
