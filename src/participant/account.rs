//! A bare account: an opening balance and level or growing payments, for anyone who checks the engine
//! against a formula.

use crate::error::{Error, Result, all_of, require_in_range};
use crate::math::elementary::pow;
use crate::participant::schedule::share_of_step;
use crate::participant::{Indexing, Life, MAX_AGE, PaymentTiming, PaymentsPer, Schedule};

/// A withdrawal a year.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Withdrawal {
    /// Dollars a year.
    Amount(f64),
    /// A share of the opening balance a year.
    ShareOfOpening(f64),
}

/// An account with payments and nothing else: no plan, no tax, no pay.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// Age at the start; needed for a life other than certain.
    pub age: u32,
    /// Length in years.
    pub years: u32,
    /// Balance at the start, dollars.
    pub opening_balance: f64,
    /// Dollars paid in a year.
    pub contribution: f64,
    /// Growth of the contribution from year to year.
    pub contribution_growth: f64,
    /// Years in which contributions are made; at most `years`.
    pub contribution_years: u32,
    /// How contributions follow prices.
    pub contribution_index: Indexing,
    /// What is taken out a year.
    pub withdrawal: Withdrawal,
    /// Years that pass before the first withdrawal period.
    pub withdrawal_after_years: u32,
    /// How withdrawals follow prices.
    pub withdrawal_index: Indexing,
    /// Whether payments come before or after growth.
    pub timing: PaymentTiming,
    /// How often payments are made.
    pub payments_per: PaymentsPer,
    /// How long life is.
    pub life: Life,
}

impl Account {
    /// An account of `years` years that opens with `opening_balance` and has no payments.
    #[must_use]
    pub fn lump_sum(opening_balance: f64, years: u32) -> Self {
        Self {
            age: 0,
            years,
            opening_balance,
            contribution: 0.0,
            contribution_growth: 0.0,
            contribution_years: years,
            contribution_index: Indexing::Nominal,
            withdrawal: Withdrawal::Amount(0.0),
            withdrawal_after_years: 0,
            withdrawal_index: Indexing::FromFirst,
            timing: PaymentTiming::End,
            payments_per: PaymentsPer::Year,
            life: Life::Certain,
        }
    }

    fn check(&self) -> Result<()> {
        let most = MAX_AGE - self.age.min(MAX_AGE - 1);
        let years = if (1..=most).contains(&self.years) {
            Ok(())
        } else {
            Err(Error::invalid("years", self.years, format_args!("1 to {most} (age {MAX_AGE} at most)")))
        };
        let withdrawal = match self.withdrawal {
            Withdrawal::Amount(amount) => require_in_range("withdrawal", amount, 0.0, 1e12),
            Withdrawal::ShareOfOpening(share) => require_in_range("withdrawal_share", share, 0.0, 10.0),
        };
        all_of([
            years,
            require_in_range("age", f64::from(self.age), 0.0, f64::from(MAX_AGE - 1)),
            require_in_range("opening_balance", self.opening_balance, 0.0, 1e12),
            require_in_range("contribution", self.contribution, 0.0, 1e12),
            require_in_range("contribution_growth", self.contribution_growth, -0.5, 0.5),
            withdrawal,
            self.life.check().map_err(|e| e.within("life")),
        ])
    }

    /// The payments as flat arrays.
    pub(crate) fn schedule(&self, steps_per_year: u32) -> Result<Schedule> {
        self.check()?;
        let mut schedule = Schedule::empty(self.years, steps_per_year);
        schedule.start_age = self.age;
        schedule.opening_balance = self.opening_balance;
        schedule.contribution_index = self.contribution_index;
        schedule.withdrawal_index = self.withdrawal_index;
        schedule.timing = self.timing;
        schedule.survival = self.life.survival(self.age, self.years);
        schedule.paid_by_survivors =
            self.timing == PaymentTiming::End && self.payments_per == PaymentsPer::Year;
        let withdrawal = match self.withdrawal {
            Withdrawal::Amount(amount) => amount,
            Withdrawal::ShareOfOpening(share) => share * self.opening_balance,
        };
        for t in 0..schedule.steps() {
            let (year, step) = (t as u32 / steps_per_year, t as u32 % steps_per_year);
            let share = share_of_step(self.payments_per, self.timing, step, steps_per_year);
            if year < self.contribution_years {
                let grown = self.contribution * pow(1.0 + self.contribution_growth, f64::from(year));
                schedule.contribution[t] = grown * share;
            }
            if year >= self.withdrawal_after_years {
                schedule.need[t] = withdrawal * share;
            }
        }
        Ok(schedule)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yearly_payments_fall_on_the_first_or_the_last_step() {
        let mut account = Account::lump_sum(100.0, 2);
        account.contribution = 12.0;
        account.withdrawal = Withdrawal::ShareOfOpening(0.04);
        let end = account.schedule(4).unwrap();
        assert_eq!(end.contribution, [0.0, 0.0, 0.0, 12.0, 0.0, 0.0, 0.0, 12.0]);
        account.timing = PaymentTiming::Start;
        let start = account.schedule(4).unwrap();
        assert_eq!(start.need, [4.0, 0.0, 0.0, 0.0, 4.0, 0.0, 0.0, 0.0]);
        account.payments_per = PaymentsPer::Step;
        assert_eq!(account.schedule(4).unwrap().contribution, [3.0; 8]);
    }

    #[test]
    fn contributions_grow_and_stop_and_withdrawals_wait() {
        let mut account = Account::lump_sum(0.0, 4);
        account.contribution = 100.0;
        account.contribution_growth = 0.1;
        account.contribution_years = 2;
        account.withdrawal = Withdrawal::Amount(50.0);
        account.withdrawal_after_years = 2;
        let schedule = account.schedule(1).unwrap();
        assert!((schedule.contribution[1] - 110.0).abs() < 1e-12);
        assert_eq!(schedule.contribution[2..], [0.0, 0.0]);
        assert_eq!(schedule.need, [0.0, 0.0, 50.0, 50.0]);
    }
}
