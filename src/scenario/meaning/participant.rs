//! `[participant]` or `[account]`: whose money it is.

use crate::error::{Error, Problem};
use crate::participant::{
    AgeProfile, Benefit, Career, Limits, MAX_AGE, MatchTier, Participant, PlanRules, Saver, Spending,
};
use crate::scenario::meaning::account::account_from;
use crate::scenario::meaning::findings::{Findings, each_problem};
use crate::scenario::meaning::life::{life, payments_per, timing};
use crate::scenario::wire::{
    AgeProfileWord, LimitsValue, MatchTable, ParticipantTable, ScenarioFile, SpendingTable,
};

/// The participant, if nothing is wrong with it.
pub(super) fn build(
    file: &ScenarioFile,
    steps_per_year: u32,
    findings: &mut Findings,
) -> Option<Participant> {
    let (section, participant) = match (&file.participant, &file.account) {
        (Some(saver), None) => ("participant", Participant::Saver(saver_from(saver, findings)?)),
        (None, Some(account)) => ("account", Participant::Account(account_from(account, findings)?)),
        (None, None) => {
            findings.missing("participant", "give a [participant] or an [account] table");
            return None;
        }
        (Some(_), Some(_)) => {
            findings.refuse("account", "given beside participant", "left out, or participant must be");
            return None;
        }
    };
    let spending = file.participant.as_ref().and_then(|table| table.spending.as_ref());
    let checked = participant.schedule(steps_per_year).map_err(|error| in_words_of_the_file(error, spending));
    findings.take(section, checked).map(|_| participant)
}

/// The age at which people retire who say nothing of it.
const USUAL_RETIREMENT_AGE: u32 = 65;

/// The domain's keys as the file has them.
fn in_words_of_the_file(error: Error, spending: Option<&SpendingTable>) -> Error {
    let rename = |problem: Problem| {
        let key = match problem.key.as_str() {
            "life.mode" => "life.gompertz.mode".to_string(),
            "life.dispersion" => "life.gompertz.dispersion".to_string(),
            "spending.share" => match spending {
                Some(SpendingTable { share_of_final_pay: Some(_), .. }) => {
                    "spending.share_of_final_pay".into()
                }
                Some(SpendingTable { share_of_balance: Some(_), .. }) => "spending.share_of_balance".into(),
                _ => "spending.share_of_retirement_balance".to_string(),
            },
            key => key.to_string(),
        };
        Problem { key, ..problem }
    };
    each_problem(error, rename)
}

fn saver_from(table: &ParticipantTable, findings: &mut Findings) -> Option<Saver> {
    let age = required_age(table.age, findings);
    let retirement_age = retirement_age(table);
    let sound = ages_in_range(table, findings);
    if table.salary.is_none() && age.is_some_and(|age| age < retirement_age) {
        findings.missing("participant.salary", "give the pay of the first year in dollars");
    }
    let spending = spending(table.spending.as_ref(), findings);
    let limits = limits(&table.limits, findings);
    let life = life(&table.life, "participant.life", findings);
    let benefit = table.benefit.as_ref();
    let tier = |tier: &MatchTable| MatchTier { rate: tier.rate, up_to: tier.up_to };
    let saver = Saver {
        age: age?,
        retirement_age,
        horizon_age: table.horizon_age,
        opening_balance: table.opening_balance,
        career: Career {
            salary: table.salary.unwrap_or(0.0),
            profile: profile(table.age_profile),
            real_growth: table.real_wage_growth,
        },
        plan: PlanRules {
            deferral_rate: table.deferral,
            escalation_per_year: table.escalation,
            escalation_cap: table.escalation_cap,
            match_tiers: table.match_tiers.iter().map(tier).collect(),
            limits,
            limits_real_growth: table.limits_real_growth,
        },
        spending: spending?,
        benefit: Benefit {
            per_year: benefit.map_or(0.0, |benefit| benefit.per_year),
            from_age: benefit.and_then(|benefit| benefit.from_age).unwrap_or(retirement_age),
        },
        life: life?,
        timing: timing(table.payments),
        payments_per: payments_per(table.payments_per),
        fee_per_head: table.fee_per_head,
        fee_share: table.fee_share,
    };
    sound.then_some(saver)
}

/// As written; who is older than the usual age and says nothing has retired.
fn retirement_age(table: &ParticipantTable) -> u32 {
    table.retirement_age.unwrap_or_else(|| table.age.unwrap_or(0).max(USUAL_RETIREMENT_AGE))
}

fn required_age(age: Option<u32>, findings: &mut Findings) -> Option<u32> {
    if age.is_none() {
        findings.missing("participant.age", "give the age at the start in whole years");
    }
    age
}

/// Refuses ages beyond any life, which the domain could not even add up.
fn ages_in_range(table: &ParticipantTable, findings: &mut Findings) -> bool {
    let benefit = table.benefit.as_ref().and_then(|benefit| benefit.from_age);
    let ages = [
        ("participant.age", table.age),
        ("participant.retirement_age", table.retirement_age),
        ("participant.horizon_age", Some(table.horizon_age)),
        ("participant.benefit.from_age", benefit),
    ];
    let mut sound = true;
    for (key, age) in ages {
        if let Some(age) = age.filter(|age| *age > MAX_AGE) {
            findings.refuse(key, age, format_args!("an age up to {MAX_AGE}"));
            sound = false;
        }
    }
    sound
}

fn spending(table: Option<&SpendingTable>, findings: &mut Findings) -> Option<Spending> {
    const KEYS: &str = "amount, share_of_final_pay, share_of_balance or share_of_retirement_balance";
    let Some(table) = table else {
        findings.missing("participant.spending", format_args!("give one of {KEYS}"));
        return None;
    };
    let given: Vec<Spending> = [
        table.amount.map(Spending::RealAmount),
        table.share_of_final_pay.map(Spending::ShareOfFinalPay),
        table.share_of_balance.map(Spending::ShareOfBalance),
        table.share_of_retirement_balance.map(Spending::ShareOfRetirementBalance),
    ]
    .into_iter()
    .flatten()
    .collect();
    if let [only] = given.as_slice() {
        return Some(*only);
    }
    let found = format!("a table with {} of its keys", given.len());
    findings.refuse("participant.spending", found, format_args!("given by exactly one of {KEYS}"));
    None
}

/// The limits; the first year's are none if none are wanted.
fn limits(value: &LimitsValue, findings: &mut Findings) -> Option<Limits> {
    let LimitsValue::Year(year) = value else { return None };
    let limits = Limits::of_year(*year);
    if limits.is_none() {
        findings.refuse("participant.limits", year, "2024, 2025, 2026 or \"none\"");
    }
    limits
}

fn profile(word: AgeProfileWord) -> AgeProfile {
    match word {
        AgeProfileWord::Flat => AgeProfile::Flat,
        AgeProfileWord::NoHighSchool => AgeProfile::NoHighSchool,
        AgeProfileWord::HighSchool => AgeProfile::HighSchool,
        AgeProfileWord::College => AgeProfile::College,
    }
}
