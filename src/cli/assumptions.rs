//! `decumulus assumptions`: the sets of assumptions that ship with the program, and what is in one.

use std::path::Path;

use anyhow::Result;
use decumulus::market::{Asset, AssumptionSet, FeeBasis, Liquidity};
use decumulus::report::{assumption_set_json, assumption_sets_json};
use decumulus::scenario::{Sources, assumption_set, assumption_set_names, read_assumption_set};

use super::arguments::Format;
use super::check::market::{
    REAL, correlation_lines, meaning_of_means, moment_heads, moments, real_terms, sourced,
};
use super::check::{NO_BREAK, item, overlays, percent, wrapped};
use super::load;
use super::terminal::{Report, print};

/// Lists the shipped sets, or prints one of them or a file.
///
/// # Errors
///
/// An unknown name, everything that is wrong with a file, or standard output cannot be written.
pub fn assumptions(named: Option<&str>, format: Format) -> Result<()> {
    let Some(named) = named else {
        let sets: Vec<AssumptionSet> = assumption_set_names()
            .iter()
            .filter_map(|name| assumption_set(name))
            .collect::<decumulus::Result<_>>()?;
        return match format {
            Format::Text => print(&list(&sets)),
            Format::Json => print(&assumption_sets_json(&sets)),
        };
    };
    let set = find(named)?;
    match format {
        Format::Text => print(&text(&set)),
        Format::Json => print(&assumption_set_json(&set)),
    }
}

/// The shipped set of a name, or that of a file.
fn find(named: &str) -> Result<AssumptionSet> {
    if let Some(set) = assumption_set(named) {
        return Ok(set?);
    }
    if !Path::new(named).exists() {
        let all = assumption_set_names().join(", ");
        let message = format_args!("there is no file or set of assumptions `{named}`; the sets are {all}");
        return Err(Report::bad_input(message).into());
    }
    let sources = Sources::new(named, &load::file_text(Path::new(named))?, &[]);
    read_assumption_set(&sources).map_err(|error| Report::of(&error, &sources).into())
}

fn list(sets: &[AssumptionSet]) -> String {
    let mut text = String::new();
    for set in sets {
        text += &wrapped(&format!("{} ({}, {} assets)", set.name, set.date, set.assets.len()), 0, 4);
        text += &wrapped(&set.title, 4, 4);
        text += &wrapped(&format!("source: {}", set.source), 4, 8);
        if let Some(interest) = &set.interest {
            text += &wrapped(&format!("interest of the source: {interest}"), 4, 8);
        }
        text += &wrapped(&format!("licence: {}", set.licence), 4, 8);
    }
    text += "\nPrint one by name, or a file of your own: decumulus assumptions NAME|FILE\n";
    text
}

/// Everything that is in a set, in at most 100 columns.
fn text(set: &AssumptionSet) -> String {
    let mut about = wrapped(&format!("{} ({}, {})", set.title, set.name, set.date), 0, 0);
    about += &item("source", &set.source);
    if let Some(interest) = &set.interest {
        about += &item("interest of the source", interest);
    }
    about += &item("licence", &set.licence);
    if let Some(base) = &set.extends {
        about += &item("extends", &format!("{base}: what is not given here is as there"));
    }
    let keys: Vec<&str> = set.assets.iter().map(|asset| asset.key.as_str()).chain(["inflation"]).collect();
    let mut parts = vec![
        about,
        returns(set),
        frictions(set),
        overlays::text(&set.overlays),
        correlation_lines(&keys, |i, j| set.correlation[i][j], None),
        provenance(set),
    ];
    parts.retain(|part| !part.is_empty());
    parts.join("\n").replace(NO_BREAK, " ")
}

fn returns(set: &AssumptionSet) -> String {
    let heads = format!("{}{:>10}{:>10}", moment_heads("asset"), "level 1", "level 2");
    let mut lines = vec![
        "Mean and volatility of a year's simple return, compound growth, the log return behind them, and"
            .to_string(),
        "compound growth at volatility levels 1 and 2".to_string(),
        heads,
    ];
    for (k, asset) in set.assets.iter().enumerate() {
        let nominal = set.nominal_moments(k);
        let [_, some, much] =
            asset.volatility_levels.map(|factor| percent(nominal.with_volatility_factor(factor).geometric()));
        lines.push(format!("{}{some:>10}{much:>10}", moments(&asset.key, nominal)));
        if asset.real {
            lines.push(moments(REAL, asset.moments));
        }
    }
    lines.push(moments("inflation", set.inflation));
    let real: Vec<&str> =
        set.assets.iter().filter(|asset| asset.real).map(|asset| asset.key.as_str()).collect();
    let with_inflation = |key: &str| {
        let place = set.index_of(key).unwrap_or_default();
        set.nominal_correlation(place, set.assets.len())
    };
    lines.join("\n") + "\n" + &meaning_of_means() + &real_terms(&real, with_inflation)
}

fn frictions(set: &AssumptionSet) -> String {
    let mut lines = vec![
        "Factors on log volatility (levels 0, 1, 2), fees a year, and what a sale costs (quiet/stress/crisis)".to_string(),
        format!("  {:<18}{:>5}{:>6}{:>6}{:>9}{:>9}{:>9}  sold at", "asset", "0", "1", "2", "manager", "wrapper", "charged"),
    ];
    for asset in &set.assets {
        let [none, some, much] = asset.volatility_levels;
        let fees = [asset.fees.management, asset.fees.wrapper, asset.fees.charged_per_year()].map(percent);
        let basis = if asset.fees.basis == FeeBasis::NetInstitutional { "*" } else { "" };
        lines.push(format!(
            "  {:<18}{none:>5.2}{some:>6.2}{much:>6.2}{:>9}{:>9}{:>9}  {}",
            format!("{}{basis}", asset.key),
            fees[0],
            fees[1],
            fees[2],
            sold_at(asset)
        ));
    }
    lines.push("  * the return is net of the manager's fee already".to_string());
    lines.join("\n") + "\n"
}

fn sold_at(asset: &Asset) -> String {
    match asset.liquidity {
        Liquidity::Liquid { half_spread: s } => {
            format!("{:.2}/{:.2}/{} off", 100.0 * s.normal, 100.0 * s.stress, percent(s.crisis))
        }
        Liquidity::Illiquid { haircut_scale } => {
            let premium =
                asset.illiquidity_premium.map_or_else(String::new, |p| format!(", premium {}", percent(p)));
            format!("haircut x {haircut_scale:.2}{premium}")
        }
    }
}

fn provenance(set: &AssumptionSet) -> String {
    let mut text = String::from("Where the figures come from\n");
    for asset in &set.assets {
        text += &item(&asset.key, &sourced(asset));
    }
    text += &item("inflation", &set.inflation_provenance);
    text += &item("correlations", &set.correlation_provenance);
    text += &item("frictions", &set.friction_provenance);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_sets_fit_100_columns() {
        let sets: Vec<AssumptionSet> =
            assumption_set_names().iter().map(|name| assumption_set(name).unwrap().unwrap()).collect();
        for text in std::iter::once(list(&sets)).chain(sets.iter().map(text)) {
            for line in text.lines() {
                assert!(line.chars().count() <= 100, "{line}");
                assert_eq!(line.trim_end(), line, "a space at the end of a line");
            }
        }
    }
}
