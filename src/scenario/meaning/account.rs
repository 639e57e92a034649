//! `[account]`: payments in or out and nothing else.

use crate::participant::{Account, Indexing, MAX_AGE, Withdrawal};
use crate::scenario::meaning::findings::Findings;
use crate::scenario::meaning::life::{life, payments_per, timing};
use crate::scenario::wire::{AccountTable, IndexedWord};

pub(super) fn account_from(table: &AccountTable, findings: &mut Findings) -> Option<Account> {
    if table.years.is_none() {
        findings.missing("account.years", "give the length in years");
    }
    let years = table.years?;
    let mut sound = true;
    let most_years = [
        ("account.age", Some(table.age), MAX_AGE),
        ("account.years", Some(years), MAX_AGE),
        ("account.contribution_years", table.contribution_years, years),
        ("account.withdrawal_after_years", Some(table.withdrawal_after_years), years),
    ];
    for (key, value, most) in most_years {
        if let Some(value) = value.filter(|value| *value > most) {
            findings.refuse(key, value, format_args!("at most {most}"));
            sound = false;
        }
    }
    let withdrawal = match (table.withdrawal, table.withdrawal_share) {
        (Some(_), Some(share)) => {
            findings.refuse("account.withdrawal_share", share, "left out beside withdrawal");
            None
        }
        (None, Some(share)) => Some(Withdrawal::ShareOfOpening(share)),
        (amount, None) => Some(Withdrawal::Amount(amount.unwrap_or(0.0))),
    };
    let account = Account {
        age: table.age,
        years,
        opening_balance: table.opening_balance,
        contribution: table.contribution,
        contribution_growth: table.contribution_growth,
        contribution_years: table.contribution_years.unwrap_or(years),
        contribution_index: indexing(table.contribution_indexed),
        withdrawal: withdrawal?,
        withdrawal_after_years: table.withdrawal_after_years,
        withdrawal_index: indexing(table.withdrawal_indexed),
        timing: timing(table.payments),
        payments_per: payments_per(table.payments_per),
        life: life(&table.life, "account.life", findings)?,
    };
    sound.then_some(account)
}

fn indexing(word: IndexedWord) -> Indexing {
    match word {
        IndexedWord::Nominal => Indexing::Nominal,
        IndexedWord::FromFirst => Indexing::FromFirst,
        IndexedWord::FromSecond => Indexing::FromSecond,
    }
}
