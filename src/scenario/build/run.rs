//! `[run]`: how much is simulated.

use crate::engine::{MAX_LIFETIMES, Settings};
use crate::scenario::build::Ages;
use crate::scenario::build::findings::Findings;
use crate::scenario::wire::{RunTable, StepWord};

/// The most ages at which policies are compared.
const MAX_KEY_AGES: usize = 32;

pub(super) fn steps_per_year(step: StepWord) -> u32 {
    match step {
        StepWord::Month => 12,
        StepWord::Quarter => 4,
        StepWord::Year => 1,
    }
}

pub(super) fn build(table: &RunTable, ages: Option<Ages>, findings: &mut Findings) -> Settings {
    if !(1..=MAX_LIFETIMES).contains(&table.lifetimes) {
        let accepted = format!("a whole number from 1 to {MAX_LIFETIMES}");
        findings.refuse("run.lifetimes", table.lifetimes, accepted);
    }
    if table.key_ages.len() > MAX_KEY_AGES {
        let found = format!("a list of {}", table.key_ages.len());
        findings.refuse("run.key_ages", found, format_args!("at most {MAX_KEY_AGES} ages"));
    }
    for (i, &age) in table.key_ages.iter().enumerate() {
        if let Some(ages) = ages.filter(|ages| !ages.contains(age)) {
            let accepted =
                format!("an age from {} to {}, those that are simulated", ages.start + 1, ages.end);
            findings.refuse(format!("run.key_ages[{i}]"), age, accepted);
        }
    }
    let mut key_ages = table.key_ages.clone();
    key_ages.sort_unstable();
    key_ages.dedup();
    Settings {
        lifetimes: table.lifetimes,
        seed: table.seed,
        steps_per_year: steps_per_year(table.step),
        key_ages,
        attribution: table.attribution,
    }
}
