//! `[account]` as it is written.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::participant::{LifeTable, PaymentsPerWord, PaymentsWord};

/// An account with payments in or out and nothing else: no pay, no plan, no tax.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::scenario) struct AccountTable {
    /// Length in years. Required.
    pub years: Option<u32>,
    /// Age at the start; matters for `life` and for weights by age.
    pub age: u32,
    /// Balance at the start, dollars.
    pub opening_balance: f64,
    /// Paid in, dollars a year.
    pub contribution: f64,
    /// Growth of the contribution from year to year.
    pub contribution_growth: f64,
    /// Years in which contributions are made. Default: all.
    pub contribution_years: Option<u32>,
    /// How contributions follow prices.
    pub contribution_indexed: IndexedWord,
    /// Taken out, dollars a year. Either this or `withdrawal_share`. Default: 0.
    pub withdrawal: Option<f64>,
    /// Taken out, as a share of the opening balance a year.
    pub withdrawal_share: Option<f64>,
    /// Years that pass before the first withdrawal.
    pub withdrawal_after_years: u32,
    /// How withdrawals follow prices.
    pub withdrawal_indexed: IndexedWord,
    /// Whether payments come at the start of a period, before growth, or at its end.
    pub payments: PaymentsWord,
    /// How often payments are made: in every step, or once a year.
    pub payments_per: PaymentsPerWord,
    /// How long life is: a `table` or a `gompertz` law. Default: nobody dies before the end.
    pub life: LifeTable,
}

impl Default for AccountTable {
    fn default() -> Self {
        Self {
            years: None,
            age: 0,
            opening_balance: 0.0,
            contribution: 0.0,
            contribution_growth: 0.0,
            contribution_years: None,
            contribution_indexed: IndexedWord::Nominal,
            withdrawal: None,
            withdrawal_share: None,
            withdrawal_after_years: 0,
            withdrawal_indexed: IndexedWord::FromFirst,
            payments: PaymentsWord::End,
            payments_per: PaymentsPerWord::Year,
            life: LifeTable::default(),
        }
    }
}

/// How an amount follows prices.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::scenario) enum IndexedWord {
    /// Not at all.
    Nominal,
    /// The first payment is already raised by the prices of the time since the start.
    FromFirst,
    /// The first payment is the amount itself; later ones follow prices since the first.
    FromSecond,
}
