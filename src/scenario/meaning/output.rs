//! Names, `[output]` and `[[expect]]`.

use crate::engine::PERCENTILES;
use crate::policy::Policy;
use crate::scenario::meaning::ages::Ages;
use crate::scenario::meaning::asset;
use crate::scenario::meaning::findings::Findings;
use crate::scenario::plain_name::{LONGEST_NAME, plain_name};
use crate::scenario::wire::{
    AxisWord, BasisWord, ExpectTable, FigureWord, OrderWord, OutputTable, ScenarioFile,
};
use crate::scenario::{Basis, Expectation, ExpectedFigure, MoneyAxis, OutputChoices, RowOrder};

/// Whether a word is safe as the name of a folder or file everywhere.
pub(super) fn is_plain_name(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-';
    name.len() <= LONGEST_NAME
        && name.bytes().all(plain)
        && name.bytes().next().is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}

pub(super) const PLAIN_NAME: &str =
    "1 to 64 lower-case letters, digits, _ and -, beginning with a letter or digit";

/// The scenario's name and title; without a name, what `stem` makes.
pub(super) fn names(file: &ScenarioFile, stem: &str, findings: &mut Findings) -> (String, String) {
    let name = file.name.clone().unwrap_or_else(|| plain_name(stem));
    if !is_plain_name(&name) {
        findings.refuse("name", format_args!("`{name}`"), PLAIN_NAME);
    }
    // Letters that a name cannot have are not lost to readers.
    let called = if file.name.is_none() && !stem.is_ascii() { stem } else { name.as_str() };
    let title = file.title.clone().unwrap_or_else(|| asset::in_words(called).replace(char::is_control, " "));
    (name, title.split_whitespace().collect::<Vec<_>>().join(" "))
}

pub(super) fn choices(table: &OutputTable) -> OutputChoices {
    OutputChoices {
        axis: match table.axis {
            AxisWord::Log => MoneyAxis::Log,
            AxisWord::Linear => MoneyAxis::Linear,
        },
        basis: match table.basis {
            BasisWord::Real => Basis::Real,
            BasisWord::Nominal => Basis::Nominal,
        },
        charts: table.charts,
        order: match table.order {
            OrderWord::File => RowOrder::File,
            OrderWord::Finding => RowOrder::Finding,
        },
    }
}

pub(super) fn expectations(
    tables: &[ExpectTable],
    policies: &[Policy],
    ages: Option<Ages>,
    findings: &mut Findings,
) -> Vec<Expectation> {
    let mut expectations = vec![];
    for (i, table) in tables.iter().enumerate() {
        let prefix = format!("expect[{i}]");
        if !policies.iter().any(|policy| policy.key == table.policy) {
            let known: Vec<&str> = policies.iter().map(|policy| policy.key.as_str()).collect();
            let key = format!("{prefix}.policy");
            findings.unknown(key, &table.policy, "the key of a policy", known.iter().copied());
        }
        if table.standard_error.is_nan() || table.standard_error < 0.0 {
            findings.refuse(format!("{prefix}.standard_error"), table.standard_error, "a number from 0");
        }
        if let Some(figure) = figure(table, ages, &prefix, findings) {
            expectations.push(Expectation {
                policy: table.policy.clone(),
                figure,
                value: table.value,
                standard_error: table.standard_error,
            });
        }
    }
    expectations
}

fn figure(
    table: &ExpectTable,
    ages: Option<Ages>,
    prefix: &str,
    findings: &mut Findings,
) -> Option<ExpectedFigure> {
    match table.figure {
        FigureWord::Ruin => Some(ExpectedFigure::Ruin),
        FigureWord::RealMean => {
            Some(ExpectedFigure::RealMean { age: recorded_age(table, ages, prefix, findings)? })
        }
        FigureWord::RealPercentile => {
            let age = recorded_age(table, ages, prefix, findings);
            let key = format!("{prefix}.percentile");
            let Some(percentile) = table.percentile else {
                findings.missing(key, "give 1, 5, 10, 25, 50, 75, 90, 95 or 99");
                return None;
            };
            let known = PERCENTILES.into_iter().find(|p| (p * 100.0 - percentile).abs() < 1e-9);
            if known.is_none() {
                findings.refuse(key, percentile, "1, 5, 10, 25, 50, 75, 90, 95 or 99");
            }
            Some(ExpectedFigure::RealPercentile { age: age?, probability: known? })
        }
    }
}

fn recorded_age(
    table: &ExpectTable,
    ages: Option<Ages>,
    prefix: &str,
    findings: &mut Findings,
) -> Option<u32> {
    let key = format!("{prefix}.age");
    let Some(age) = table.age else {
        findings.missing(key, "give the age at which the balance is read");
        return None;
    };
    match ages {
        Some(ages) if !ages.contains(age) => {
            findings.refuse(key, age, format_args!("an age from {} to {}", ages.start + 1, ages.end));
            None
        }
        _ => Some(age),
    }
}
