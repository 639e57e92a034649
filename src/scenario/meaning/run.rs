//! `[run]`: how much is simulated.

use crate::engine::{MAX_LIFETIMES, Settings};
use crate::market::{HistoryPeriod, ReturnModel};
use crate::scenario::meaning::ages::Ages;
use crate::scenario::meaning::findings::Findings;
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
        sustainable_rate: false,
    }
}

/// Refuses steps and horizons for which a table of history has no rows, and sets the number of lifetimes where the
/// model has each possible one once.
pub(super) fn fit_to_history(
    settings: &mut Settings,
    model: &ReturnModel,
    years: u32,
    findings: &mut Findings,
) {
    let Some(history) = model.history() else { return };
    let per_year = history.period.per_year();
    if !per_year.is_multiple_of(settings.steps_per_year as usize) {
        let step = if settings.steps_per_year == 12 { "month" } else { "quarter" };
        let accepted = match history.period {
            HistoryPeriod::Quarter => {
                "quarter or year: a row of the table is a quarter, and cannot be divided"
            }
            _ => "year: a row of the table is a year, and cannot be divided",
        };
        findings.refuse("run.step", step, accepted);
    }
    let Some(starts) = model.start_dates(years) else { return };
    if starts == 0 {
        let found = format!("a table of {} rows", history.rows());
        let accepted = format!(
            "of at least {} rows for {years} years from one start date, or go on with the first row after the last \
             (market.historical.wrap = true)",
            years as usize * per_year
        );
        findings.refuse("market.history", found, accepted);
        return;
    }
    if settings.lifetimes != Settings::default().lifetimes && settings.lifetimes != starts {
        findings.warn(format!(
            "run.lifetimes = {} has no effect: under the model historical every start date is one lifetime, which \
             makes {starts}",
            settings.lifetimes
        ));
    }
    settings.lifetimes = starts;
}
