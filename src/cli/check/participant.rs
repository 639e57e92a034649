//! What a participant pays in and wants out, from the compiled schedule.

use decumulus::engine::Inputs;
use decumulus::participant::{Life, Participant, Schedule, Sex, Spending};

use super::lines::{dollars, item, percent};

/// A digest of the payments; empty if the schedule cannot be made, which a scenario that was read never is.
pub fn text(inputs: &Inputs) -> String {
    let Ok(schedule) = inputs.participant.schedule(inputs.settings.steps_per_year) else {
        return String::new();
    };
    let (head, life) = match &inputs.participant {
        Participant::Saver(saver) => (
            format!(
                "Participant: from {} to {}, retired at {}, opening balance {}\n",
                saver.age,
                saver.horizon_age,
                saver.retirement_age,
                dollars(saver.opening_balance)
            ),
            saver.life,
        ),
        Participant::Account(account) => (
            format!(
                "Account: {} years, opening balance {}\n",
                account.years,
                dollars(account.opening_balance)
            ),
            account.life,
        ),
    };
    let mut text = head;
    text += &item("paid in", &paid_in(&schedule));
    text += &item("wanted out", &wanted(&schedule, &inputs.participant));
    text += &item("life", &life_in_words(life, &schedule));
    if schedule.fee_per_head > 0.0 || schedule.fee_share > 0.0 {
        let fees = format!(
            "{} a head and {} of the balance a year",
            dollars(schedule.fee_per_head),
            percent(schedule.fee_share)
        );
        text += &item("plan fees", &fees);
    }
    text
}

/// The sum of a series over one year of the schedule.
fn year_sum(series: &[f64], year: u32, steps_per_year: u32) -> f64 {
    let steps = steps_per_year as usize;
    series.iter().skip(year as usize * steps).take(steps).fold(0.0, |sum, x| sum + x)
}

fn paid_in(schedule: &Schedule) -> String {
    let of_year = |year| year_sum(&schedule.contribution, year, schedule.steps_per_year);
    let paying: Vec<u32> = (0..schedule.years).filter(|&year| of_year(year) > 0.0).collect();
    match (paying.first(), paying.last()) {
        (Some(&first), Some(&last)) => format!(
            "{} in the first year, {} in the last of {} years; {} in all",
            dollars(of_year(first)),
            dollars(of_year(last)),
            paying.len(),
            dollars(paying.iter().fold(0.0, |sum, &year| sum + of_year(year)))
        ),
        _ => "nothing".into(),
    }
}

fn wanted(schedule: &Schedule, participant: &Participant) -> String {
    let of_year = |series: &[f64], year| year_sum(series, year, schedule.steps_per_year);
    let share = match participant {
        Participant::Saver(saver) => match saver.spending {
            Spending::ShareOfBalance(share) => {
                Some(format!("{} of the current balance a year", percent(share)))
            }
            Spending::ShareOfRetirementBalance(share) => {
                Some(format!("{} of the balance at retirement a year, in real terms", percent(share)))
            }
            _ => None,
        },
        Participant::Account(_) => None,
    };
    let needs: Vec<u32> = (0..schedule.years).filter(|&year| of_year(&schedule.need, year) > 0.0).collect();
    let mut text = match (share, needs.first(), needs.last()) {
        (Some(share), ..) => share,
        (None, Some(&first), Some(&last)) => format!(
            "{} from the account in the first year, {} in the last of {} years",
            dollars(of_year(&schedule.need, first)),
            dollars(of_year(&schedule.need, last)),
            needs.len()
        ),
        _ => "nothing".into(),
    };
    let benefit = of_year(&schedule.benefit, schedule.years - 1);
    if benefit > 0.0 {
        text = format!("{text}; benefits of {} a year beside it", dollars(benefit));
    }
    if let Some(pay) = schedule.final_pay.filter(|pay| *pay > 0.0) {
        text = format!("{text}; final pay (of the last year worked) {}", dollars(pay));
    }
    text
}

fn life_in_words(life: Life, schedule: &Schedule) -> String {
    let law = match life {
        Life::Certain => return "certain to the end".into(),
        Life::SocialSecurityTable(sex) => {
            let whose = match sex {
                Sex::Male => "men".into(),
                Sex::Female => "women".into(),
                Sex::Blended { share_female } => format!("{:.0} % women at the start", 100.0 * share_female),
            };
            format!("period table of the Social Security Administration, {whose}")
        }
        Life::Gompertz { mode, dispersion } => format!("Gompertz, mode {mode}, dispersion {dispersion}"),
    };
    let alive = schedule.survival.last().copied().unwrap_or(0.0);
    format!("{law}; {} live to the end", percent(alive))
}
