//! Pay over a working life: a profile by age and real growth. No shocks yet.

use crate::error::{Result, all_of, require_in_range};
use crate::math::elementary::{exp, pow};

/// How real pay moves with age beyond general growth.
///
/// The three levels of education are the third-order polynomials in age of Cocco, Gomes and Maenhout[^1],
/// `ln y = c0 + c1·age + c2·age²/10 + c3·age³/100`, read in a public library's code, not in the paper;
/// constant before 20 and after 65.
///
/// [^1]: J. Cocco, F. Gomes and P. Maenhout, *Consumption and portfolio choice over the life cycle*, Review
///   of Financial Studies 18 (2005).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AgeProfile {
    /// The same at every age.
    Flat,
    /// No high-school degree: a quarter up by 40, then slowly down.
    NoHighSchool,
    /// High school: four tenths up by 45.
    HighSchool,
    /// College: more than doubled by 45, then down by a fifth.
    College,
}

impl AgeProfile {
    fn log_pay(self, age: f64) -> f64 {
        let (c1, c2, c3) = match self {
            Self::Flat => return 0.0,
            Self::NoHighSchool => (0.1684, -0.0353, 0.0023),
            Self::HighSchool => (0.1682, -0.0323, 0.0020),
            Self::College => (0.3194, -0.0577, 0.0033),
        };
        let age = age.clamp(20.0, 65.0);
        age * (c1 + age * (c2 / 10.0 + age * (c3 / 100.0)))
    }

    /// Pay at `age` relative to pay at `from`.
    ///
    /// ```
    /// use decumulus::participant::AgeProfile;
    /// assert!((AgeProfile::College.relative(45.0, 25.0) - 2.23).abs() < 0.01);
    /// assert_eq!(AgeProfile::Flat.relative(45.0, 25.0), 1.0);
    /// ```
    #[must_use]
    pub fn relative(self, age: f64, from: f64) -> f64 {
        exp(self.log_pay(age) - self.log_pay(from))
    }
}

/// A career: pay at the start and how it grows, in today's dollars.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Career {
    /// Pay of the first year, dollars of the start.
    pub salary: f64,
    /// How pay moves with age.
    pub profile: AgeProfile,
    /// Growth of pay above inflation, a year, on top of the profile.
    pub real_growth: f64,
}

impl Career {
    /// Refuses pay outside 0 to 1e9 and real growth outside −0.2 to 0.2.
    pub(crate) fn check(&self) -> Result<()> {
        all_of([
            require_in_range("salary", self.salary, 0.0, 1e9),
            require_in_range("real_wage_growth", self.real_growth, -0.2, 0.2),
        ])
    }

    /// Pay a year, in dollars of the start, `years` after the start at `start_age`.
    #[must_use]
    pub fn real_pay(&self, start_age: u32, years: f64) -> f64 {
        let start = f64::from(start_age);
        self.salary * self.profile.relative(start + years, start) * pow(1.0 + self.real_growth, years)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_reproduce_the_table_of_their_source() {
        for (profile, expected) in [
            (AgeProfile::NoHighSchool, [1.14, 1.22, 1.11, 0.99]),
            (AgeProfile::HighSchool, [1.20, 1.41, 1.40, 1.32]),
            (AgeProfile::College, [1.47, 2.14, 2.17, 1.74]),
        ] {
            for (age, value) in [30.0, 40.0, 50.0, 65.0].into_iter().zip(expected) {
                assert!((profile.relative(age, 25.0) - value).abs() < 0.012, "{profile:?} at {age}");
            }
        }
    }

    #[test]
    fn pay_grows_continuously_in_real_terms() {
        let career = Career { salary: 60_000.0, profile: AgeProfile::Flat, real_growth: 0.01 };
        assert_eq!(career.real_pay(25, 0.0), 60_000.0);
        assert!((career.real_pay(25, 40.0) - 60_000.0 * 1.01_f64.powi(40)).abs() < 1e-6);
    }
}
