//! Half the gap between bid and ask.

use crate::error::{Result, all_of, require_in_range};

/// Falls of public equity from its twelve-month high at which a half-spread reaches its stress and crisis
/// values; the same points anchor the haircut rule (20 % and 47 % of the reported NAV).
pub(crate) const STRESS_FALL: f64 = 0.18;
pub(crate) const CRISIS_FALL: f64 = 0.38;

/// Half the gap between bid and ask as a share of value, linear in the fall of public equity between
/// three anchors: no fall, a fall of 18 % and a fall of 38 %; constant beyond.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HalfSpread {
    /// In quiet markets.
    pub normal: f64,
    /// When public equity has fallen by 18 % from its twelve-month high.
    pub stress: f64,
    /// When it has fallen by 38 % or more.
    pub crisis: f64,
}

impl HalfSpread {
    /// The same half-spread in every state of the market.
    #[must_use]
    pub fn constant(half_spread: f64) -> Self {
        Self { normal: half_spread, stress: half_spread, crisis: half_spread }
    }

    /// The half-spread at a fall `fall` (0 to 1) of public equity.
    ///
    /// ```
    /// use decumulus::market::HalfSpread;
    /// let gold = HalfSpread { normal: 0.0003, stress: 0.002, crisis: 0.005 };
    /// assert_eq!(gold.at(0.0), 0.0003);
    /// assert!((gold.at(0.28) - 0.0035).abs() < 1e-15);
    /// assert_eq!(gold.at(0.9), 0.005);
    /// ```
    #[inline(always)]
    #[must_use]
    pub fn at(self, fall: f64) -> f64 {
        let calm = fall * (1.0 / STRESS_FALL);
        let calm = if calm < 1.0 { calm } else { 1.0 };
        let deep = (fall - STRESS_FALL) * (1.0 / (CRISIS_FALL - STRESS_FALL));
        let deep = if deep < 0.0 { 0.0 } else { deep };
        let deep = if deep < 1.0 { deep } else { 1.0 };
        let spread = calm * (self.stress - self.normal) + self.normal + deep * (self.crisis - self.stress);
        if fall >= CRISIS_FALL { self.crisis } else { spread }
    }

    /// Refuses half-spreads outside 0 to 0.5.
    pub(crate) fn check(self) -> Result<()> {
        all_of([
            require_in_range("half_spread.normal", self.normal, 0.0, 0.5),
            require_in_range("half_spread.stress", self.stress, 0.0, 0.5),
            require_in_range("half_spread.crisis", self.crisis, 0.0, 0.5),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_spreads_rise_with_the_fall_of_equity_and_never_beyond_the_crisis_value() {
        let spread = HalfSpread { normal: 0.0002, stress: 0.003, crisis: 0.01 };
        let mut last = 0.0;
        for i in 0..=100 {
            let now = spread.at(f64::from(i) / 100.0);
            assert!(now >= last && now <= 0.01);
            last = now;
        }
        assert!((spread.at(0.18) - 0.003).abs() < 1e-15);
    }
}
