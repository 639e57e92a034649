//! What a 401(k) plan lets in: elective deferrals, the employer's match, and the limits of the law.

use crate::error::{Error, Result, all_of, require_in_range};
use crate::math::elementary::pow;

/// The year from which the catch-up is larger at ages 60 to 63 (SECURE 2.0 Act, section 109).
const LARGER_CATCH_UP_FROM: u32 = 2025;

/// The limits of plans that begin in a calendar year[^1], dollars of that year.
///
/// Later years have the same limits in dollars of the start, grown by
/// [`PlanRules::limits_real_growth`], because what is published for them is in dollars of their own, after a rise of prices that
/// a simulation draws. What the law changes beside amounts comes in its calendar year: the larger catch-up at ages 60 to
/// 63 is there from 2025 on, whatever the year of the start.
///
/// [^1]: Internal Revenue Code sections 402(g), 414(v), 415(c) and 401(a)(17), as announced for each year;
///   read in secondary sources that agree.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Elective deferrals, section 402(g).
    pub elective_deferral: f64,
    /// Further deferrals from age 50, section 414(v).
    pub catch_up: f64,
    /// The same at ages 60 to 63, once the law has it: 150 % of `catch_up` where none is published for the year.
    pub catch_up_60_to_63: f64,
    /// Whole years after the start from which `catch_up_60_to_63` applies instead of `catch_up`.
    pub catch_up_60_to_63_after_years: u32,
    /// Employee's deferrals without catch-up plus employer's money, section 415(c).
    pub total_additions: f64,
    /// Pay on which a match is reckoned, section 401(a)(17).
    pub pay_counted: f64,
}

impl Limits {
    /// The limits for a start in 2024, 2025 or 2026; `None` for any other year.
    ///
    /// ```
    /// use decumulus::participant::Limits;
    /// let limits = Limits::of_year(2024).unwrap();
    /// assert_eq!(limits.catch_up_in(0, 61), 7_500.0);
    /// assert_eq!(limits.catch_up_in(1, 61), 11_250.0); // by law from 2025 on
    /// ```
    #[must_use]
    pub fn of_year(year: u32) -> Option<Self> {
        let (elective_deferral, catch_up, catch_up_60_to_63, total_additions, pay_counted) = match year {
            2024 => (23_000.0, 7_500.0, 1.5 * 7_500.0, 69_000.0, 345_000.0),
            2025 => (23_500.0, 7_500.0, 11_250.0, 70_000.0, 350_000.0),
            2026 => (24_500.0, 8_000.0, 11_250.0, 72_000.0, 360_000.0),
            _ => return None,
        };
        let catch_up_60_to_63_after_years = LARGER_CATCH_UP_FROM.saturating_sub(year);
        Some(Self {
            elective_deferral,
            catch_up,
            catch_up_60_to_63,
            catch_up_60_to_63_after_years,
            total_additions,
            pay_counted,
        })
    }

    /// All amounts multiplied by `factor`.
    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        Self {
            elective_deferral: self.elective_deferral * factor,
            catch_up: self.catch_up * factor,
            catch_up_60_to_63: self.catch_up_60_to_63 * factor,
            catch_up_60_to_63_after_years: self.catch_up_60_to_63_after_years,
            total_additions: self.total_additions * factor,
            pay_counted: self.pay_counted * factor,
        }
    }

    /// The catch-up of a year (0 is the first) for somebody who is `age` in it.
    #[must_use]
    pub fn catch_up_in(self, year: u32, age: u32) -> f64 {
        match age {
            0..50 => 0.0,
            60..=63 if year >= self.catch_up_60_to_63_after_years => self.catch_up_60_to_63,
            _ => self.catch_up,
        }
    }
}

/// One step of a match formula: the employer pays `rate` of deferrals up to `up_to` of pay.
///
/// "100 % of the first 3 %, then 50 % of the next 2 %" is `(1.0, 0.03)` and `(0.5, 0.05)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MatchTier {
    /// Share of the deferral that the employer adds.
    pub rate: f64,
    /// Deferral as a share of pay up to which this tier reaches.
    pub up_to: f64,
}

/// A plan's rules for money coming in.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanRules {
    /// Share of pay deferred in the first year.
    pub deferral_rate: f64,
    /// Points by which the rate rises each year, as a fraction (0.01 is one point).
    pub escalation_per_year: f64,
    /// The rate at which escalation stops.
    pub escalation_cap: f64,
    /// The employer's match, tiers in rising order.
    pub match_tiers: Vec<MatchTier>,
    /// The limits of the first year; `None` applies no limit.
    pub limits: Option<Limits>,
    /// Growth of the limits above inflation, a year (they follow wages).
    pub limits_real_growth: f64,
}

/// What goes into the account for one year.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct Contribution {
    /// The employee's deferrals, catch-up included.
    pub employee: f64,
    /// The part of `employee` above the elective-deferral limit.
    pub catch_up: f64,
    /// The employer's match.
    pub employer: f64,
}

impl Contribution {
    /// Employee's and employer's money together.
    #[must_use]
    pub fn total(self) -> f64 {
        self.employee + self.employer
    }
}

impl PlanRules {
    /// Refuses rates outside 0 to 1 and tiers that do not rise.
    pub(crate) fn check(&self) -> Result<()> {
        let mut checks = vec![
            require_in_range("deferral", self.deferral_rate, 0.0, 1.0),
            require_in_range("escalation", self.escalation_per_year, 0.0, 1.0),
            require_in_range("escalation_cap", self.escalation_cap, 0.0, 1.0),
            require_in_range("limits_real_growth", self.limits_real_growth, -0.2, 0.2),
        ];
        let mut reached = 0.0;
        for tier in &self.match_tiers {
            checks.push(require_in_range("match.rate", tier.rate, 0.0, 5.0));
            checks.push(if tier.up_to > reached && tier.up_to <= 1.0 {
                Ok(())
            } else {
                let accepted = format!("a share of pay above {reached}, the tier before, and at most 1");
                Err(Error::invalid("match.up_to", tier.up_to, accepted))
            });
            reached = tier.up_to;
        }
        all_of(checks)
    }

    /// The share of pay deferred in year `year` (0 is the first).
    #[must_use]
    pub fn deferral_rate_in(&self, year: u32) -> f64 {
        let escalated = self.deferral_rate + self.escalation_per_year * f64::from(year);
        escalated.min(self.escalation_cap.max(self.deferral_rate))
    }

    /// The limits in year `year`, in dollars of the start.
    #[must_use]
    pub fn limits_in(&self, year: u32) -> Option<Limits> {
        let growth = pow(1.0 + self.limits_real_growth, f64::from(year));
        self.limits.map(|limits| limits.scaled(growth))
    }

    /// The contribution of year `year` at age `age` on pay `pay`.
    ///
    /// The deferral is elected on full pay; the match counts deferrals, catch-up included, on pay up to
    /// the limit; what exceeds the total-additions limit is cut from the employer's part.
    ///
    /// ```
    /// use decumulus::participant::{Limits, MatchTier, PlanRules};
    /// let plan = PlanRules {
    ///     deferral_rate: 0.15,
    ///     escalation_per_year: 0.0,
    ///     escalation_cap: 0.15,
    ///     match_tiers: vec![MatchTier { rate: 1.0, up_to: 0.04 }],
    ///     limits: Limits::of_year(2025),
    ///     limits_real_growth: 0.0,
    /// };
    /// let contribution = plan.contribution(0, 55, 300_000.0);
    /// assert_eq!(contribution.employee, 31_000.0);
    /// assert_eq!(contribution.catch_up, 7_500.0);
    /// assert_eq!(contribution.employer, 12_000.0);
    /// ```
    #[must_use]
    pub fn contribution(&self, year: u32, age: u32, pay: f64) -> Contribution {
        let limits = self.limits_in(year);
        let elected = self.deferral_rate_in(year) * pay;
        let (base_limit, catch_up_limit) = limits
            .map_or((f64::INFINITY, 0.0), |limits| (limits.elective_deferral, limits.catch_up_in(year, age)));
        let base = elected.min(base_limit);
        let catch_up = (elected - base).min(catch_up_limit);
        let pay_counted = limits.map_or(pay, |limits| pay.min(limits.pay_counted));
        let room = limits.map_or(f64::INFINITY, |limits| limits.total_additions.min(pay) - base);
        let employer = self.promised_match(base + catch_up, pay_counted).min(room.max(0.0));
        Contribution { employee: base + catch_up, catch_up, employer }
    }

    fn promised_match(&self, deferral: f64, pay_counted: f64) -> f64 {
        let mut reached = 0.0;
        let mut promised = 0.0;
        for tier in &self.match_tiers {
            let top = tier.up_to * pay_counted;
            promised += tier.rate * (deferral.min(top) - reached).max(0.0);
            reached = top;
        }
        promised
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(deferral_rate: f64, tiers: &[(f64, f64)], limits: Option<Limits>) -> PlanRules {
        let match_tiers = tiers.iter().map(|&(rate, up_to)| MatchTier { rate, up_to }).collect();
        PlanRules {
            deferral_rate,
            escalation_per_year: 0.01,
            escalation_cap: 0.10,
            match_tiers,
            limits,
            limits_real_growth: 0.01,
        }
    }

    #[test]
    fn two_tiers_pay_four_percent_on_five() {
        let rules = plan(0.06, &[(1.0, 0.03), (0.5, 0.05)], Limits::of_year(2026));
        assert!((rules.contribution(0, 30, 50_000.0).employer - 2_000.0).abs() < 1e-9);
        let little = plan(0.02, &[(1.0, 0.03), (0.5, 0.05)], None);
        assert!((little.contribution(0, 30, 50_000.0).employer - 1_000.0).abs() < 1e-9);
    }

    #[test]
    fn escalation_stops_at_its_cap_and_never_lowers_a_higher_rate() {
        let rules = plan(0.06, &[], None);
        assert!((rules.deferral_rate_in(2) - 0.08).abs() < 1e-15);
        assert_eq!(rules.deferral_rate_in(30), 0.10);
        assert_eq!(plan(0.15, &[], None).deferral_rate_in(10), 0.15);
    }

    #[test]
    fn catch_up_starts_at_fifty_and_is_larger_at_sixty_to_sixty_three() {
        let rules = plan(0.50, &[], Limits::of_year(2026));
        for (age, employee) in
            [(49, 24_500.0), (50, 32_500.0), (60, 35_750.0), (63, 35_750.0), (64, 32_500.0)]
        {
            assert_eq!(rules.contribution(0, age, 200_000.0).employee, employee, "at {age}");
        }
    }

    #[test]
    fn the_larger_catch_up_comes_in_2025_whatever_the_start() {
        let of = |start: u32, year: u32, age: u32| {
            let rules = PlanRules { limits_real_growth: 0.0, ..plan(0.50, &[], Limits::of_year(start)) };
            rules.contribution(year, age, 200_000.0).employee
        };
        assert_eq!((of(2024, 0, 60), of(2024, 0, 64)), (30_500.0, 30_500.0));
        for year in 1..4 {
            assert_eq!(
                (of(2024, year, 59), of(2024, year, 60), of(2024, year, 63)),
                (30_500.0, 34_250.0, 34_250.0)
            );
            assert_eq!((of(2025, year, 61), of(2026, year, 61)), (34_750.0, 35_750.0));
        }
        assert_eq!(of(2025, 0, 63), 34_750.0);
    }

    #[test]
    fn total_additions_cut_the_match_and_the_limits_grow_with_wages() {
        let rules = plan(0.10, &[(5.0, 0.10)], Limits::of_year(2026));
        let now = rules.contribution(0, 40, 200_000.0);
        assert_eq!(now.total(), 72_000.0);
        let later = rules.contribution(10, 40, 200_000.0);
        assert!((later.total() - 72_000.0 * 1.01_f64.powi(10)).abs() < 1e-6);
    }

    #[test]
    fn tiers_that_do_not_rise_are_refused() {
        let error = plan(0.1, &[(1.0, 0.03), (0.5, 0.02)], None).check().unwrap_err();
        assert!(error.to_string().contains("match.up_to is 0.02"), "{error}");
    }
}
