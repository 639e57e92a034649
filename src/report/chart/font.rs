//! The font that the build carries, and how wide a text is in it. Knows no chart.

use std::sync::{Arc, OnceLock};

use resvg::usvg::fontdb;

use crate::report::chart::advances;

/// The family named in charts: the vendored one first, then whatever a browser has.
pub(super) const FAMILY: &str = "Noto Sans, system-ui, sans-serif";

const REGULAR: &[u8] = include_bytes!("fonts/NotoSans-Regular-subset.ttf");
const BOLD: &[u8] = include_bytes!("fonts/NotoSans-Bold-subset.ttf");

/// How heavy a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Bold,
}

/// The database of the two vendored faces, built once.
pub(super) fn database() -> Arc<fontdb::Database> {
    static DATABASE: OnceLock<Arc<fontdb::Database>> = OnceLock::new();
    let build = || {
        let mut database = fontdb::Database::new();
        database.load_font_data(REGULAR.to_vec());
        database.load_font_data(BOLD.to_vec());
        Arc::new(database)
    };
    Arc::clone(DATABASE.get_or_init(build))
}

/// The width of a text without kerning, in the unit of `size`; a sign that the font lacks counts as one em.
pub(super) fn width(text: &str, size: f64, weight: Weight) -> f64 {
    let thousandths: f64 = text.chars().map(|c| advances::advance(weight, c).map_or(1000.0, f64::from)).sum();
    thousandths * size / 1000.0
}

/// The text, or as much of its beginning as fits into `room` with an ellipsis.
pub(super) fn fitted(text: &str, size: f64, weight: Weight, room: f64) -> String {
    if width(text, size, weight) <= room {
        return text.to_string();
    }
    let mut kept = String::new();
    for character in text.chars() {
        kept.push(character);
        kept.push('…');
        let fits = width(&kept, size, weight) <= room;
        kept.pop();
        if !fits {
            kept.pop();
            break;
        }
    }
    format!("{}…", kept.trim_end())
}

/// A text in signs that the font has: the few typographic ones it lacks are written with others, and what
/// XML forbids becomes a space.
pub(super) fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '−' => out.push('–'),
            '≤' => out.push_str("<="),
            '≥' => out.push_str(">="),
            '→' => out.push_str("->"),
            '≈' => out.push('~'),
            '\u{FFFE}' | '\u{FFFF}' => out.push(' '),
            other if other.is_control() => out.push(' '),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_faces_are_in_the_database_under_the_family_that_charts_name() {
        let weights: Vec<u16> = database().faces().map(|face| face.weight.0).collect();
        assert_eq!(weights, [400, 700]);
        assert!(database().faces().all(|face| face.families[0].0 == "Noto Sans"));
    }

    #[test]
    fn a_text_that_is_too_long_is_cut_to_its_room() {
        let text = "A policy with a name that does not end where one would like it to";
        for room in [0.0, 5.0, 40.0, 111.0, 300.0] {
            let cut = fitted(text, 12.0, Weight::Bold, room);
            assert!(room < 12.0 || width(&cut, 12.0, Weight::Bold) <= room, "{cut}");
            assert!(cut.ends_with('…'));
        }
        assert_eq!(fitted("60/40", 12.0, Weight::Bold, 100.0), "60/40");
    }

    #[test]
    fn figures_are_tabular_and_bold_is_wider() {
        assert_eq!(width("1111", 10.0, Weight::Regular), width("8069", 10.0, Weight::Regular));
        assert!(width("Retirement", 10.0, Weight::Bold) > width("Retirement", 10.0, Weight::Regular));
    }

    #[test]
    fn signs_that_xml_or_the_font_lack_are_replaced() {
        assert_eq!(printable("a\u{1b}[1mb\n≤ −5"), "a [1mb <= –5");
    }
}
