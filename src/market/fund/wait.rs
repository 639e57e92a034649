//! How long whoever wants to sell has to wait: what the gate of a fund implies, or the usual year.

use crate::market::{Gate, GateRule, Liquidity, Market};

/// The wait for an illiquid asset if nothing says another, years.
const USUAL_YEARS: f64 = 1.0;

/// The longest wait that is told apart from never, years; the range of the discounts.
const LONGEST_YEARS: f64 = 100.0;

impl GateRule {
    /// Quarters that a dollar waits on average, from the first payment of a gated fund at which it is asked for; infinite if
    /// nothing is ever paid.
    ///
    /// A gated quarter pays the mean share `p`; what is left asks again a quarter later, when the fund has opened with
    /// probability `r` and pays everything, or pays `p` of it again: `W = (1 − p)·(1 + (1 − r)·W)`, so
    /// `W = (1 − p) / (1 − (1 − p)(1 − r))`. A request that lapses is taken as one made again in the next quarter.
    ///
    /// ```
    /// let rule = decumulus::market::GateRule::default(); // opens again with 0.2 a quarter
    /// assert_eq!(rule.mean_wait_quarters(1.0), 0.0);
    /// assert!((rule.mean_wait_quarters(0.5) - 0.5 / 0.6).abs() < 1e-15);
    /// ```
    #[must_use]
    pub fn mean_wait_quarters(self, paid_share: f64) -> f64 {
        let left = 1.0 - paid_share.clamp(0.0, 1.0);
        if left > 0.0 { left / (1.0 - left * (1.0 - self.reopening)) } else { 0.0 }
    }

    /// The share of quarters in which a fund is gated while public equity never falls, `closing / (closing + reopening)`.
    #[must_use]
    pub fn gated_share_in_calm(self) -> f64 {
        if self.closing > 0.0 { self.closing / (self.closing + self.reopening) } else { 0.0 }
    }

    /// Years from asking a gated fund to payment: the quarter over which funds collect requests before the first payment,
    /// which a simulation leaves out (it pays its share of a request at once), and [`GateRule::mean_wait_quarters`].
    #[must_use]
    pub fn mean_wait_years(self, gate: Gate) -> f64 {
        (0.25 * (1.0 + self.mean_wait_quarters(gate.mean_paid_share()))).min(LONGEST_YEARS)
    }
}

impl Market {
    /// Years that a seller of an asset waits: none for a liquid asset; for others the wait of the academic discount if the
    /// market has one, that of its gate if gates are at work, or else a year.
    #[must_use]
    pub fn wait_years(&self, asset: usize) -> f64 {
        let asset = &self.assets[asset];
        match (asset.liquidity, self.academic_discount, asset.vehicle.gate) {
            (Liquidity::Liquid { .. }, ..) => 0.0,
            (_, Some(discount), _) => discount.wait_years,
            (_, None, Some(gate)) if self.frictions.gates => self.gate_rule.mean_wait_years(gate),
            _ => USUAL_YEARS,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_is_the_sum_over_quarters() {
        let rule = GateRule { reopening: 0.2, ..GateRule::default() };
        let (paid, mut left, mut shut, mut waited) = (0.45, 1.0, 1.0, 0.0);
        // What is still unpaid after each quarter waits one more; a fund that has opened pays everything.
        for _ in 0..400 {
            left *= 1.0 - paid;
            waited += left * shut;
            shut *= 1.0 - rule.reopening;
        }
        assert!((rule.mean_wait_quarters(paid) - waited).abs() < 1e-12);
    }

    #[test]
    fn a_fund_that_never_pays_nor_opens_waits_as_long_as_there_is_a_range() {
        let rule = GateRule { reopening: 0.0, ..GateRule::default() };
        let shut = Gate { cap_per_quarter: 0.0, requests_mean: 0.15, requests_concentration: 10.0 };
        assert_eq!(rule.mean_wait_quarters(0.0), f64::INFINITY);
        assert_eq!(rule.mean_wait_years(shut), 100.0);
        let open = Gate { cap_per_quarter: 1.0, ..shut };
        assert_eq!(rule.mean_wait_years(open), 0.25);
        assert!((GateRule::default().gated_share_in_calm() - 0.02 / 0.22).abs() < 1e-15);
        assert_eq!(GateRule { closing: 0.0, ..rule }.gated_share_in_calm(), 0.0);
    }
}
