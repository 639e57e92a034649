//! A worker who saves in a plan, retires at a given age and spends until death or a horizon.

use crate::error::{Error, Result, all_of, require_in_range};
use crate::participant::schedule::share_of_step;
use crate::participant::{
    Career, Indexing, Life, MAX_AGE, PaymentTiming, PaymentsPer, PlanRules, Schedule, Spending,
};

/// A fixed real benefit outside the account, such as Social Security.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Benefit {
    /// Dollars of the start, a year.
    pub per_year: f64,
    /// Age at which it begins.
    pub from_age: u32,
}

/// A participant of a 401(k) plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Saver {
    /// Age at the start, in whole years.
    pub age: u32,
    /// Age at which pay and contributions end and spending begins.
    pub retirement_age: u32,
    /// Age at which the simulation ends for those still alive.
    pub horizon_age: u32,
    /// Balance at the start, dollars.
    pub opening_balance: f64,
    /// Pay over the working life.
    pub career: Career,
    /// What the plan lets in.
    pub plan: PlanRules,
    /// What is wanted in retirement.
    pub spending: Spending,
    /// A benefit outside the account.
    pub benefit: Benefit,
    /// How long life is.
    pub life: Life,
    /// Whether payments come before or after the growth of a step.
    pub timing: PaymentTiming,
    /// How often retirement income is paid.
    pub payments_per: PaymentsPer,
    /// Dollars a year that the plan charges each participant with a balance.
    pub fee_per_head: f64,
    /// Share of the balance that the plan charges in a year.
    pub fee_share: f64,
}

impl Saver {
    fn check(&self) -> Result<()> {
        let order = |key: &str, value: u32, low: u32, high: u32, meaning: &str| {
            if value >= low && value <= high {
                Ok(())
            } else {
                let accepted = format!("an age from {low} to {high} ({meaning})");
                Err(Error::invalid(key, value, accepted))
            }
        };
        all_of([
            order("age", self.age, 14, MAX_AGE - 1, "years at the start"),
            order("retirement_age", self.retirement_age, self.age, MAX_AGE, "not before the start age"),
            order("horizon_age", self.horizon_age, self.age + 1, MAX_AGE, "after the start age"),
            order("horizon_age", self.horizon_age, self.retirement_age, MAX_AGE, "not before retirement"),
            require_in_range("opening_balance", self.opening_balance, 0.0, 1e12),
            self.career.check(),
            self.plan.check(),
            self.spending.check().map_err(|e| e.within("spending")),
            require_in_range("per_year", self.benefit.per_year, 0.0, 1e9).map_err(|e| e.within("benefit")),
            order("from_age", self.benefit.from_age, 0, MAX_AGE, "when the benefit begins")
                .map_err(|e| e.within("benefit")),
            self.life.check().map_err(|e| e.within("life")),
            require_in_range("fee_per_head", self.fee_per_head, 0.0, 1e6),
            require_in_range("fee_share", self.fee_share, 0.0, 0.5),
        ])
    }

    /// The payments as flat arrays.
    pub(crate) fn schedule(&self, steps_per_year: u32) -> Result<Schedule> {
        self.check()?;
        let mut schedule = Schedule::empty(self.horizon_age - self.age, steps_per_year);
        schedule.start_age = self.age;
        schedule.retirement_year = Some(self.retirement_age - self.age);
        schedule.opening_balance = self.opening_balance;
        schedule.contribution_index = Indexing::FromFirst;
        schedule.timing = self.timing;
        schedule.survival = self.life.survival(self.age, schedule.years);
        schedule.paid_by_survivors =
            self.timing == PaymentTiming::End && self.payments_per == PaymentsPer::Year;
        schedule.fee_per_head = self.fee_per_head;
        schedule.fee_share = self.fee_share;
        schedule.final_pay = Some(self.final_pay(steps_per_year));
        for year in 0..schedule.years {
            if self.age + year < self.retirement_age {
                self.working_year(year, &mut schedule);
            } else {
                self.retired_year(year, &mut schedule);
            }
        }
        Ok(schedule)
    }

    /// Pay received in each step of a working year, on which contributions are reckoned: the rate at the step's beginning.
    fn pay_of_year(&self, year: u32, steps: u32) -> impl Fn(u32) -> f64 {
        let of_step = move |step: u32| f64::from(year) + f64::from(step) / f64::from(steps);
        let (career, age) = (self.career, self.age);
        move |step| career.real_pay(age, of_step(step)) / f64::from(steps)
    }

    /// Pay received in the last year worked, the twelve months before retirement; `salary` for somebody who is retired
    /// at the start.
    fn final_pay(&self, steps: u32) -> f64 {
        match (self.retirement_age - self.age).checked_sub(1) {
            Some(last) => (0..steps).map(self.pay_of_year(last, steps)).sum(),
            None => self.career.salary,
        }
    }

    /// Contributions: the year's total, spread over its steps like pay.
    fn working_year(&self, year: u32, schedule: &mut Schedule) {
        let steps = schedule.steps_per_year;
        let pay_of = self.pay_of_year(year, steps);
        let pay: f64 = (0..steps).map(&pay_of).sum();
        if pay > 0.0 {
            let share = self.plan.contribution(year, self.age + year, pay).total() / pay;
            for step in 0..steps {
                schedule.contribution[(year * steps + step) as usize] = share * pay_of(step);
            }
        }
    }

    /// Retirement income wanted from the account, and benefits.
    fn retired_year(&self, year: u32, schedule: &mut Schedule) {
        let steps = schedule.steps_per_year;
        let begun = self.age + year >= self.benefit.from_age;
        let benefit = if begun { self.benefit.per_year } else { 0.0 };
        let final_pay = schedule.final_pay.unwrap_or(0.0);
        for step in 0..steps {
            let share = share_of_step(self.payments_per, self.timing, step, steps);
            let t = (year * steps + step) as usize;
            schedule.benefit[t] = benefit * share;
            match self.spending {
                Spending::RealAmount(amount) => schedule.need[t] = (amount - benefit).max(0.0) * share,
                Spending::ShareOfFinalPay(part) => {
                    schedule.need[t] = (part * final_pay - benefit).max(0.0) * share;
                }
                Spending::ShareOfBalance(part) => schedule.balance_share[t] = part * share,
                Spending::ShareOfRetirementBalance(part) => schedule.base_share[t] = part * share,
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::participant::AgeProfile;

    pub(crate) fn reference() -> Saver {
        Saver {
            age: 25,
            retirement_age: 65,
            horizon_age: 95,
            opening_balance: 0.0,
            career: Career { salary: 60_000.0, profile: AgeProfile::Flat, real_growth: 0.01 },
            plan: PlanRules {
                deferral_rate: 0.12,
                escalation_per_year: 0.0,
                escalation_cap: 0.12,
                match_tiers: vec![],
                limits: None,
                limits_real_growth: 0.0,
            },
            spending: Spending::ShareOfFinalPay(0.60),
            benefit: Benefit { per_year: 24_000.0, from_age: 65 },
            life: Life::Certain,
            timing: PaymentTiming::End,
            payments_per: PaymentsPer::Step,
            fee_per_head: 0.0,
            fee_share: 0.0,
        }
    }

    #[test]
    fn the_reference_saver_pays_in_for_forty_years_and_out_for_thirty() {
        let schedule = reference().schedule(12).unwrap();
        assert_eq!(schedule.steps(), 840);
        assert!((schedule.contribution[0] - 0.12 * 60_000.0 / 12.0).abs() < 1e-9);
        assert!((schedule.contribution[479] - 600.0 * 1.01_f64.powf(479.0 / 12.0)).abs() < 1e-9);
        assert_eq!((schedule.contribution[480], schedule.need[479]), (0.0, 0.0));
        let last_year: f64 = (468..480).map(|month| 5_000.0 * 1.01_f64.powf(f64::from(month) / 12.0)).sum();
        let need = (0.6 * last_year - 24_000.0) / 12.0;
        assert!((schedule.need[480] - need).abs() < 1e-9);
        assert!((schedule.need[839] - need).abs() < 1e-9);
    }

    #[test]
    fn final_pay_is_what_contributions_of_the_last_year_are_reckoned_on() {
        for steps in [1, 4, 12] {
            let schedule = reference().schedule(steps).unwrap();
            let last_year = &schedule.contribution[39 * steps as usize..40 * steps as usize];
            let pay = last_year.iter().sum::<f64>() / 0.12;
            assert!((schedule.final_pay.unwrap() - pay).abs() < 1e-9, "{steps} steps a year");
        }
        let after_a_year = Saver { retirement_age: 26, ..reference() };
        assert!((after_a_year.schedule(1).unwrap().final_pay.unwrap() - 60_000.0).abs() < 1e-9);
        let first_year: f64 = (0..4).map(|q| 15_000.0 * 1.01_f64.powf(f64::from(q) / 4.0)).sum();
        assert!((after_a_year.schedule(4).unwrap().final_pay.unwrap() - first_year).abs() < 1e-9);
        let retired = Saver { retirement_age: 25, ..reference() };
        assert_eq!(retired.schedule(12).unwrap().final_pay, Some(60_000.0));
    }

    #[test]
    fn all_wrong_figures_are_reported_together() {
        let wrong = Saver { retirement_age: 20, opening_balance: f64::NAN, fee_share: -1.0, ..reference() };
        let error = wrong.schedule(12).unwrap_err();
        assert_eq!(error.problems().len(), 3, "{error}");
        assert!(error.to_string().contains("retirement_age is 20"), "{error}");
    }

    #[test]
    fn the_account_pays_everything_until_the_benefit_begins() {
        let early = Saver { benefit: Benefit { per_year: 24_000.0, from_age: 67 }, ..reference() };
        let schedule = early.schedule(1).unwrap();
        // In steps of a year the pay of the last year worked is that of its beginning, 39 years after the start.
        let wanted = 0.6 * 60_000.0 * 1.01_f64.powi(39);
        assert!((schedule.need[40] - wanted).abs() < 1e-6);
        assert!((schedule.need[42] - (wanted - 24_000.0)).abs() < 1e-6);
    }
}
