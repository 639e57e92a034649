//! The font that the build carries: which signs it has, how wide a text is in it, and texts that are cut or wrapped to a
//! width. Knows no chart.

use std::sync::{Arc, OnceLock};

use resvg::usvg::fontdb;
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider as _};

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

/// The signs of a face with their advance widths in thousandths of the font size, in rising order of the signs.
fn advances(weight: Weight) -> &'static [(u32, f64)] {
    static ADVANCES: OnceLock<[Vec<(u32, f64)>; 2]> = OnceLock::new();
    let [regular, bold] = ADVANCES.get_or_init(|| [REGULAR, BOLD].map(read_advances));
    if weight == Weight::Bold { bold } else { regular }
}

/// Reads a face's own table of advances; nothing of a file that is no font, which a test excludes.
fn read_advances(data: &[u8]) -> Vec<(u32, f64)> {
    let Ok(font) = FontRef::new(data) else { return vec![] };
    let metrics = font.glyph_metrics(Size::new(1000.0), LocationRef::default());
    let signs = font.charmap().mappings();
    let mut found: Vec<(u32, f64)> =
        signs.filter_map(|(sign, glyph)| Some((sign, f64::from(metrics.advance_width(glyph)?)))).collect();
    found.sort_by_key(|(sign, _)| *sign);
    found
}

/// The advance of a sign, or `None` if the font lacks it.
fn advance(weight: Weight, sign: char) -> Option<f64> {
    let table = advances(weight);
    let at = table.binary_search_by_key(&u32::from(sign), |(known, _)| *known).ok()?;
    table.get(at).map(|(_, advance)| *advance)
}

/// Whether the font has a sign, in both weights.
pub(super) fn has(sign: char) -> bool {
    advance(Weight::Regular, sign).is_some() && advance(Weight::Bold, sign).is_some()
}

/// Whether a sign is an accent that stands on the letter before it.
pub(super) fn is_accent(sign: char) -> bool {
    matches!(sign, '\u{300}'..='\u{36F}')
}

/// The width of a text without kerning, in the unit of `size`; a sign that the font lacks counts as one em.
pub(super) fn width(text: &str, size: f64, weight: Weight) -> f64 {
    let thousandths: f64 = text.chars().map(|c| advance(weight, c).unwrap_or(1000.0)).sum();
    thousandths * size / 1000.0
}

/// The text, or its beginning and its end with an ellipsis between where it is wider than `room`.
pub(super) fn fitted(text: &str, size: f64, weight: Weight, room: f64) -> String {
    cut(text, size, weight, room, 0.6)
}

/// The text cut so that its beginning takes at most a share `head` of the room.
fn cut(text: &str, size: f64, weight: Weight, room: f64, head: f64) -> String {
    if width(text, size, weight) <= room {
        return text.to_string();
    }
    let signs: Vec<char> = text.chars().collect();
    let of = |sign: &char| advance(weight, *sign).unwrap_or(1000.0) * size / 1000.0;
    let budget = room - width("…", size, weight);
    // How many signs fit within a limit, one after the other.
    let taken = |limit: f64, signs: &mut dyn Iterator<Item = &char>| -> usize {
        let mut used = 0.0;
        let ends = signs.map(|sign| {
            used += of(sign);
            used
        });
        ends.take_while(|used| *used <= limit).count()
    };
    let first = taken(head * budget, &mut signs.iter());
    let used: f64 = signs[..first].iter().map(of).sum();
    let last = taken(budget - used, &mut signs.iter().skip(first).rev()).min(signs.len() - first);
    let mut tail = signs.len() - last;
    // An accent does not stand without its letter.
    while signs.get(tail).is_some_and(|sign| is_accent(*sign)) {
        tail += 1;
    }
    let (start, end): (String, String) = (signs[..first].iter().collect(), signs[tail..].iter().collect());
    format!("{}…{}", start.trim_end(), end.trim_start())
}

/// Several texts cut to the room so that those that differ can still be told apart: in the middle, elsewhere if the middle
/// is where they differ.
pub(super) fn fitted_apart(texts: &[String], size: f64, weight: Weight, room: f64) -> Vec<String> {
    let mut cuts: Vec<String> = texts.iter().map(|text| fitted(text, size, weight, room)).collect();
    for head in [0.35, 0.85, 0.1] {
        for i in 0..texts.len() {
            if is_taken(i, texts, &cuts) {
                cuts[i] = cut(&texts[i], size, weight, room, head);
            }
        }
    }
    for i in 0..texts.len() {
        if is_taken(i, texts, &cuts) {
            cuts[i] = from_difference(i, texts, size, weight, room);
        }
    }
    cuts
}

/// Whether another text has come to look the same.
fn is_taken(i: usize, texts: &[String], cuts: &[String]) -> bool {
    cuts.iter().enumerate().any(|(j, other)| j != i && *other == cuts[i] && texts[j] != texts[i])
}

/// A text from shortly before the first place where it differs from the one most like it.
fn from_difference(i: usize, texts: &[String], size: f64, weight: Weight, room: f64) -> String {
    let alike = |other: &String| texts[i].chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    let longest = texts.iter().filter(|other| **other != texts[i]).map(alike).max().unwrap_or(0);
    let rest: String = texts[i].chars().skip(longest.saturating_sub(4)).collect();
    format!("…{}", cut(&rest, size, weight, room - width("…", size, weight), 0.95))
}

/// The text in lines no wider than `room`, broken at spaces, or within a word that is wider than a line; a number stays with
/// its per cent sign or its ±.
pub(super) fn wrapped(text: &str, size: f64, weight: Weight, room: f64) -> Vec<String> {
    let text = text.replace(" %", "\u{A0}%").replace("± ", "±\u{A0}");
    let mut lines: Vec<String> = vec![];
    let mut line = String::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let longer = if line.is_empty() { word.to_string() } else { format!("{line} {word}") };
        if width(&longer, size, weight) <= room {
            line = longer;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        for sign in word.chars() {
            line.push(sign);
            if width(&line, size, weight) > room && line.chars().count() > 1 && !is_accent(sign) {
                line.pop();
                lines.push(std::mem::take(&mut line));
                line.push(sign);
            }
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// Whether a sign only steers how others are laid out, and has no ink of its own.
pub(super) fn is_invisible(sign: char) -> bool {
    matches!(sign,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'
        | '\u{E0000}'..='\u{E0FFF}')
}

/// What stands for a sign in a chart; `None` if the font has neither it nor another for it.
pub(super) fn drawn(sign: char) -> Option<&'static str> {
    Some(match sign {
        '−' => "–",
        '≤' => "<=",
        '≥' => ">=",
        '≠' => "!=",
        '→' => "->",
        '←' => "<-",
        '≈' => "~",
        invisible if is_invisible(invisible) => "",
        '\u{A0}' => return None,
        blank if blank.is_whitespace() || blank.is_control() => " ",
        _ => return None,
    })
}

/// A text in signs that the font has: the few typographic ones it lacks are written with others, what only steers the
/// layout is left out, and any other sign that it lacks is a question mark.
pub(super) fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        match drawn(sign) {
            Some(other) => out.push_str(other),
            None if has(sign) => out.push(sign),
            None => out.push('?'),
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
    fn latin_greek_and_cyrillic_are_in_the_font_and_other_scripts_are_not() {
        for sign in "Aß€–…“ÅŁőșğƯệΜετοχέςСбалансированныйЇђҚ₽№\u{301}".chars()
        {
            assert!(has(sign), "{sign}");
        }
        for sign in "株ペمחअไ🚀\u{FFFD}".chars() {
            assert!(!has(sign) && printable(&sign.to_string()) == "?", "{sign}");
        }
    }

    #[test]
    fn a_text_that_is_too_long_is_cut_in_its_middle_to_its_room() {
        let text = "A policy with a name that does not end where one would like it to";
        for room in [0.0, 5.0, 40.0, 111.0, 300.0] {
            let cut = fitted(text, 12.0, Weight::Bold, room);
            assert!(room < 12.0 || width(&cut, 12.0, Weight::Bold) <= room, "{cut}");
            assert!(cut.contains('…'));
        }
        let cut = fitted(text, 12.0, Weight::Bold, 200.0);
        assert!(cut.starts_with("A policy") && cut.ends_with("it to"), "{cut}");
        assert_eq!(fitted("60/40", 12.0, Weight::Bold, 100.0), "60/40");
    }

    #[test]
    fn names_that_differ_are_cut_so_that_they_differ() {
        let same = "A target-date fund with forty letters in front of";
        for made in [
            [format!("{same} gold"), format!("{same} Bitcoin")],
            [format!("{same} 1 % gold {same}"), format!("{same} 2 % gold {same}")],
            [format!("gold {same}"), format!("Bitcoin {same}")],
        ] {
            let cuts = fitted_apart(&made, 12.0, Weight::Regular, 120.0);
            assert_ne!(cuts[0], cuts[1], "{cuts:?}");
            assert!(cuts.iter().all(|cut| width(cut, 12.0, Weight::Regular) <= 120.0), "{cuts:?}");
        }
    }

    #[test]
    fn wrapped_text_loses_nothing_and_fits() {
        let text = "Some words and averyveryveryverylongwordwithoutanyspaceinitatall at the end";
        for room in [30.0, 80.0, 400.0] {
            let lines = wrapped(text, 12.0, Weight::Regular, room);
            let without_spaces = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            assert_eq!(without_spaces(&lines.concat()), without_spaces(text));
            assert!(lines.iter().all(|line| width(line, 12.0, Weight::Regular) <= room), "{lines:?}");
        }
        assert!(wrapped("", 12.0, Weight::Regular, 10.0).is_empty());
    }

    #[test]
    fn figures_are_tabular_bold_is_wider_and_accents_have_no_width() {
        assert_eq!(width("1111", 10.0, Weight::Regular), width("8069", 10.0, Weight::Regular));
        assert!(width("Retirement", 10.0, Weight::Bold) > width("Retirement", 10.0, Weight::Regular));
        assert_eq!(width("e\u{301}", 10.0, Weight::Regular), width("e", 10.0, Weight::Regular));
    }

    #[test]
    fn signs_that_xml_or_the_font_lack_are_replaced() {
        assert_eq!(printable("a\u{1b}[1mb\n≤ −5\u{200E}\u{FFFE}"), "a [1mb <= –5?");
    }
}
