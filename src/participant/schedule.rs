//! A participant's payments, flattened: one number for each step, the same for every lifetime.

use serde::{Deserialize, Serialize};

/// The oldest age that a simulation reaches.
pub const MAX_AGE: u32 = 120;

/// Whether payments are made before or after the growth of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PaymentTiming {
    /// At the start of the period, before growth.
    Start,
    /// At the end of the period, after growth.
    End,
}

/// How often payments are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PaymentsPer {
    /// In every step of the simulation (monthly for monthly steps).
    Step,
    /// Once a year, in its first step or its last.
    Year,
}

/// How an amount follows prices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Indexing {
    /// Not at all: the amount is nominal.
    Nominal,
    /// The first payment is already raised by the prices of the time since the start.
    FromFirst,
    /// The first payment is the amount itself; later ones follow prices since the first.
    FromSecond,
}

/// The payments of a participant over the steps of a simulation; all amounts in dollars of the start
/// unless the indexing is nominal.
///
/// The withdrawal wanted in step `t` is
/// `need[t]·index + balance_share[t]·balance + base_share[t]·base·index`, with `base` the balance at
/// retirement; at most one of the three is used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Schedule {
    /// Age in whole years at the start; 0 for an account without an age.
    pub start_age: u32,
    /// Length of the simulation in years.
    pub years: u32,
    /// Steps in a year: 1, 4 or 12.
    pub steps_per_year: u32,
    /// Years from the start to retirement; `None` if nobody retires.
    pub retirement_year: Option<u32>,
    /// Balance at the start.
    pub opening_balance: f64,
    /// Employee's and employer's payments in, for each step.
    pub contribution: Vec<f64>,
    /// How contributions follow prices.
    pub contribution_index: Indexing,
    /// Amount wanted from the account, for each step.
    pub need: Vec<f64>,
    /// Share of the current balance wanted, for each step.
    pub balance_share: Vec<f64>,
    /// Share of the balance at retirement wanted, for each step.
    pub base_share: Vec<f64>,
    /// How withdrawals follow prices.
    pub withdrawal_index: Indexing,
    /// Benefits received outside the account and spent, for each step.
    pub benefit: Vec<f64>,
    /// Whether payments come before or after growth.
    pub timing: PaymentTiming,
    /// Probability of being alive `y` years after the start, for `y` from 0 to `years`.
    pub survival: Vec<f64>,
    /// Whether the payments of a year are made by those alive at its end rather than at its start.
    pub paid_by_survivors: bool,
    /// Pay received in the last year worked, the twelve months before retirement; `None` without a career.
    pub final_pay: Option<f64>,
    /// Dollars a year that the plan charges each participant with a balance.
    pub fee_per_head: f64,
    /// Share of the balance that the plan charges in a year.
    pub fee_share: f64,
}

impl Schedule {
    /// An account of `years` years on which nothing happens.
    pub(crate) fn empty(years: u32, steps_per_year: u32) -> Self {
        let zeros = vec![0.0; (years * steps_per_year) as usize];
        Self {
            start_age: 0,
            years,
            steps_per_year,
            retirement_year: None,
            opening_balance: 0.0,
            contribution: zeros.clone(),
            contribution_index: Indexing::Nominal,
            need: zeros.clone(),
            balance_share: zeros.clone(),
            base_share: zeros.clone(),
            withdrawal_index: Indexing::FromFirst,
            benefit: zeros,
            timing: PaymentTiming::End,
            survival: vec![1.0; years as usize + 1],
            paid_by_survivors: false,
            final_pay: None,
            fee_per_head: 0.0,
            fee_share: 0.0,
        }
    }

    /// The number of steps.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.contribution.len()
    }

    /// The probability of being alive to want what is paid out in year `year` (from zero).
    #[must_use]
    pub fn alive_to_be_paid(&self, year: usize) -> f64 {
        self.survival[year + usize::from(self.paid_by_survivors)]
    }

    /// Whether a step wants money from the account.
    pub(crate) fn wants(&self, t: usize) -> bool {
        [&self.need, &self.balance_share, &self.base_share].iter().any(|wanted| wanted[t] > 0.0)
    }

    /// Whether any step wants money from the account.
    #[must_use]
    pub fn withdraws(&self) -> bool {
        [&self.need, &self.balance_share, &self.base_share].iter().any(|v| v.iter().any(|&x| x > 0.0))
    }
}

/// When payments are due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Due {
    /// The first step with a payment.
    pub(crate) first_step: u32,
    /// Payments in the first year of them.
    pub(crate) per_year: u32,
}

impl Due {
    /// The payments of a schedule; `None` if it wants none.
    pub(crate) fn of(schedule: &Schedule) -> Option<Self> {
        let first = (0..schedule.steps()).find(|&t| schedule.wants(t))?;
        let year = (first..schedule.steps()).take(schedule.steps_per_year as usize);
        let per_year = year.filter(|&t| schedule.wants(t)).count() as u32;
        Some(Self { first_step: first as u32, per_year })
    }
}

/// Share of a year's payment that falls on each of its steps.
pub(crate) fn share_of_step(per: PaymentsPer, timing: PaymentTiming, step: u32, steps_per_year: u32) -> f64 {
    let due = match timing {
        PaymentTiming::Start => 0,
        PaymentTiming::End => steps_per_year - 1,
    };
    match per {
        PaymentsPer::Step => 1.0 / f64::from(steps_per_year),
        PaymentsPer::Year => f64::from(u8::from(step % steps_per_year == due)),
    }
}
