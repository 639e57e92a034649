//! Names of columns as keys of a scenario: lower-case letters, digits and underscores, each once.

use crate::calibration::Calibration;
use crate::scenario::mark_of_lost_letters;

/// The longest key that is made.
const LONGEST: usize = 40;

/// A key for each asset, and `inflation` for the last series if that is inflation.
pub(super) fn keys(calibration: &Calibration) -> Vec<String> {
    let mut keys: Vec<String> = vec![];
    for series in calibration.assets() {
        let plain = plain(&series.column.name);
        let taken = |key: &str| key == "inflation" || keys.iter().any(|other| other == key);
        let numbered = (2..).map(|number| format!("{plain}_{number}"));
        let key = std::iter::once(plain.clone()).chain(numbered).find(|key| !taken(key));
        keys.extend(key);
    }
    if calibration.has_inflation {
        keys.push("inflation".to_string());
    }
    keys
}

/// A name in lower-case letters, digits and single underscores; `series` if nothing is left.
fn plain(name: &str) -> String {
    let mut key = String::new();
    for character in name.chars().map(|c| c.to_ascii_lowercase()) {
        if character.is_ascii_alphanumeric() {
            key.push(character);
        } else if !key.is_empty() && !key.ends_with('_') {
            key.push('_');
        }
    }
    key.truncate(LONGEST);
    let key = key.trim_end_matches('_');
    if key.is_empty() { "series".to_string() } else { key.to_string() }
}

/// The name of the scenario that is made from a file: its stem in lower case, at most 64 letters, with digits of its own if it
/// loses letters.
pub(super) fn scenario_name(source: &str) -> String {
    let file = source.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    // As for scenarios: no two tables share a folder because their names lose letters.
    let mark = mark_of_lost_letters(stem, LONGEST).map(|mark| format!("-{mark}")).unwrap_or_default();
    format!("{}{mark}-calibration", plain(stem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_name_becomes_a_key() {
        for (name, key) in
            [("stocks_tr", "stocks_tr"), ("S&P 500 (TR)", "s_p_500_tr"), ("Größe", "gr_e"), ("€", "series")]
        {
            assert_eq!(plain(name), key);
        }
        assert!(plain(&"x".repeat(100)).len() <= LONGEST);
        assert_eq!(scenario_name("/a/b.c/US Monthly.v2.csv"), "us_monthly_v2-calibration");
        assert_eq!(scenario_name(""), "series-calibration");
        assert_ne!(scenario_name("Müller.csv"), scenario_name("Möller.csv"));
        assert!(scenario_name(&format!("{}é.csv", "x".repeat(200))).len() <= 64);
    }
}
