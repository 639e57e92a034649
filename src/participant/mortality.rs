//! How long a participant lives: certain to the horizon, by a life table, or by Gompertz's law.

use crate::error::{Error, Result, all_of, require_in_range};
use crate::math::elementary::exp;
use crate::participant::life_table::{DEATH_PROBABILITY_FEMALE, DEATH_PROBABILITY_MALE};

/// Whose column of the life table is used.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sex {
    /// Men.
    Male,
    /// Women.
    Female,
    /// A population that begins with this share of women.
    Blended {
        /// Share of women at the start age, 0 to 1.
        share_female: f64,
    },
}

/// How long life is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Life {
    /// Nobody dies before the horizon.
    Certain,
    /// The period life table of the US Social Security Administration labelled 2025: the general
    /// population without future improvement. Retirees who save live longer.
    SocialSecurityTable(Sex),
    /// Gompertz's law: `S(x → x+t) = exp(exp((x − mode)/dispersion)·(1 − exp(t/dispersion)))`.
    Gompertz {
        /// The most frequent age at death.
        mode: f64,
        /// The spread of ages at death in years.
        dispersion: f64,
    },
}

impl Life {
    pub(crate) fn check(self) -> Result<()> {
        match self {
            Self::Certain | Self::SocialSecurityTable(Sex::Male | Sex::Female) => Ok(()),
            Self::SocialSecurityTable(Sex::Blended { share_female }) => {
                require_in_range("share_female", share_female, 0.0, 1.0)
            }
            Self::Gompertz { mode, dispersion } => all_of([
                require_in_range("mode", mode, 20.0, 150.0),
                if (1.0..=50.0).contains(&dispersion) {
                    Ok(())
                } else {
                    Err(Error::invalid("dispersion", dispersion, "a number of years from 1 to 50"))
                },
            ]),
        }
    }

    /// The probability of being alive `y` years after `age`, for `y` from 0 to `years`.
    #[must_use]
    pub fn survival(self, age: u32, years: u32) -> Vec<f64> {
        (0..=years).map(|y| survival(self, f64::from(age), f64::from(y))).collect()
    }
}

/// The probability that someone of `age` is alive `years` later.
///
/// The table is read at whole ages and deaths within a year of age are spread so that the hazard is constant
/// in it.
///
/// ```
/// use decumulus::participant::{Life, survival};
/// let life = Life::Gompertz { mode: 88.0, dispersion: 10.0 };
/// assert!((survival(life, 65.0, 30.0) - 0.14756).abs() < 1e-5);
/// ```
#[must_use]
pub fn survival(life: Life, age: f64, years: f64) -> f64 {
    match life {
        Life::Certain => 1.0,
        Life::Gompertz { mode, dispersion } => {
            exp(exp((age - mode) / dispersion) * (1.0 - exp(years / dispersion)))
        }
        Life::SocialSecurityTable(Sex::Male) => table_survival(&DEATH_PROBABILITY_MALE, age, years),
        Life::SocialSecurityTable(Sex::Female) => table_survival(&DEATH_PROBABILITY_FEMALE, age, years),
        Life::SocialSecurityTable(Sex::Blended { share_female }) => {
            share_female * table_survival(&DEATH_PROBABILITY_FEMALE, age, years)
                + (1.0 - share_female) * table_survival(&DEATH_PROBABILITY_MALE, age, years)
        }
    }
}

/// Survivors of a table's column; whole ages only, part years use the hazard of the year begun.
fn table_survival(deaths: &[f64; 120], age: f64, years: f64) -> f64 {
    let mut alive = 1.0;
    let mut at = age;
    let end = age + years;
    while at < end {
        let next = (at.floor() + 1.0).min(end);
        let q = deaths.get(at as usize).copied().unwrap_or(1.0);
        alive *= if next - at == 1.0 {
            1.0 - q
        } else {
            crate::math::elementary::pow((1.0 - q).max(0.0), next - at)
        };
        at = next;
    }
    alive
}

/// Complete life expectancy in years at a whole `age`: the sum of the survival probabilities at whole years
/// ahead, plus one half.
///
/// ```
/// use decumulus::participant::{Life, Sex, complete_life_expectancy};
/// let men = Life::SocialSecurityTable(Sex::Male);
/// assert!((complete_life_expectancy(men, 65) - 17.48).abs() < 0.005);
/// ```
#[must_use]
pub fn complete_life_expectancy(life: Life, age: u32) -> f64 {
    0.5 + (1..=120).map(|y| survival(life, f64::from(age), f64::from(y))).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blend_lies_between_men_and_women_and_drifts_towards_women() {
        let at = |sex| survival(Life::SocialSecurityTable(sex), 65.0, 25.0);
        let (men, women) = (at(Sex::Male), at(Sex::Female));
        let blend = at(Sex::Blended { share_female: 0.5 });
        assert!((blend - 0.5 * (men + women)).abs() < 1e-15);
        assert!(women > men);
    }

    #[test]
    fn nobody_outlives_the_table() {
        assert_eq!(survival(Life::SocialSecurityTable(Sex::Female), 65.0, 56.0), 0.0);
        assert_eq!(survival(Life::Certain, 65.0, 200.0), 1.0);
    }

    #[test]
    fn part_years_multiply_to_whole_years() {
        let life = Life::SocialSecurityTable(Sex::Male);
        let halves = survival(life, 70.0, 0.5) * survival(life, 70.5, 0.5);
        assert!((halves - survival(life, 70.0, 1.0)).abs() < 1e-14);
    }
}
