//! Lines of a digest: wrapped, labelled, and the figures in them.

use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};

/// A space at which no line is broken.
pub(in crate::cli) const NO_BREAK: char = '\u{a0}';

/// The widest line.
pub(super) const WIDTH: usize = 100;

/// A fraction as a percentage with two digits.
pub(in crate::cli) fn percent(fraction: f64) -> String {
    format!("{:.2}{NO_BREAK}%", 100.0 * fraction)
}

/// Dollars with points between thousands.
pub(super) fn dollars(amount: f64) -> String {
    let digits = format!("{:.0}", amount.abs());
    let mut grouped = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{}${grouped}", if amount < 0.0 { "-" } else { "" })
}

/// Words in lines of at most [`WIDTH`] columns: the first begins with `first` spaces, the rest with `rest`.
pub(in crate::cli) fn wrapped(text: &str, first: usize, rest: usize) -> String {
    let words: Vec<&str> = text.split([' ', '\n']).filter(|word| !word.is_empty()).collect();
    let (first, rest) = (" ".repeat(first), " ".repeat(rest));
    let options = Options::new(WIDTH)
        .initial_indent(&first)
        .subsequent_indent(&rest)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .wrap_algorithm(WrapAlgorithm::FirstFit)
        .break_words(false);
    textwrap::fill(&words.join(" "), options).replace(NO_BREAK, " ") + "\n"
}

/// A label and its text, wrapped under itself.
pub(in crate::cli) fn item(label: &str, text: &str) -> String {
    wrapped(&format!("{label}: {text}"), 2, 6)
}

/// A key that fits a column, cut if it does not.
pub(super) fn shortened(key: &str, width: usize) -> String {
    if key.chars().count() < width { key.into() } else { key.chars().take(width - 2).chain(['~']).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_and_percentages_read_well() {
        assert_eq!(dollars(1_234_567.4), "$1,234,567");
        assert_eq!(dollars(-999.0), "-$999");
        assert_eq!(percent(0.0794), "7.94\u{a0}%");
    }
}
