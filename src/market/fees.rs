//! What an asset costs to hold: the manager's fee on one of three bases, the incentive fee, the wrapper and the custodian.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result, all_of, require_in_range};

/// Whether a return assumption is before or after the manager's fees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeeBasis {
    /// Before all fees: management, incentive, wrapper and custody are charged.
    Gross,
    /// After an institution's management and incentive fees: only the wrapper's excess and custody are charged.
    NetInstitutional,
}

/// What the management fee is a share of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ManagementBase {
    /// The reported NAV.
    Nav,
    /// The dollars committed: so many for each dollar of NAV, over the life of the vehicle.
    Committed {
        /// Dollars committed for a dollar of NAV; above 1 while capital is still to be called.
        per_nav: f64,
    },
    /// The dollars invested, at cost: so many for each dollar of NAV.
    Invested {
        /// Dollars of cost for a dollar of NAV; below 1 where investments have risen.
        per_nav: f64,
    },
}

impl ManagementBase {
    /// Dollars of the base for a dollar of NAV.
    #[must_use]
    pub fn per_nav(self) -> f64 {
        match self {
            Self::Nav => 1.0,
            Self::Committed { per_nav } | Self::Invested { per_nav } => per_nav,
        }
    }
}

/// A share of profit that the manager keeps, accrued in the NAV at every step and crystallised at the end of each year.
///
/// With `G` the NAV of the year before this fee, `H` the high-water mark and `p = G − H`: nothing while `p` is at most
/// the hurdle `hurdle·t·H` after `t` years of the year; beyond it the lesser of `rate·p` and
/// `catch_up·(p − hurdle·t·H)`. With `catch_up` 1 the manager takes every dollar beyond the hurdle until it has its share
/// of the whole profit; with `catch_up` equal to `rate` it never catches up.
///
/// **The high-water mark** is the highest NAV, net of the fee, at the end of any year so far, that at the start of the
/// simulation among them, *whether or not a fee was due then*: a year of 4 % under a hurdle of 5 % pays nothing and
/// lifts the mark by 4 % all the same, so that neither what is earned below the hurdle nor the hurdle itself is carried into later
/// years, while losses are until they are made good. Those are the terms of evergreen funds with an annual hurdle and
/// a loss carried forward. (If the mark stayed until a fee is paid, the profits of several lean years would be held against
/// the hurdle of one.) Within a year the accrued fee is part of the NAV at which holders come and go, is given
/// back when the profit falls, and is the manager's for good at the year's end; simulations last whole years, so no
/// part of a year is left over. All holders of the fund share one high-water mark.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct IncentiveFee {
    /// The manager's share of the profit, 0 to 0.5.
    pub rate: f64,
    /// The return of a year, over the high-water mark, below which nothing is due.
    pub hurdle: f64,
    /// The manager's share of each dollar beyond the hurdle until it has caught up, `rate` to 1.
    pub catch_up: f64,
}

impl IncentiveFee {
    /// Checks the ranges and returns the fee.
    ///
    /// # Errors
    ///
    /// A rate outside 0 to 0.5, a hurdle outside 0 to 0.5, a catch-up below the rate or above 1.
    pub fn validated(self) -> Result<Self> {
        all_of([
            require_in_range("rate", self.rate, 0.0, 0.5),
            require_in_range("hurdle", self.hurdle, 0.0, 0.5),
            require_in_range("catch_up", self.catch_up, self.rate.clamp(0.0, 0.5), 1.0),
        ])?;
        Ok(self)
    }

    /// The fee due on a NAV before it, `years` into the year, above a high-water mark.
    ///
    /// ```
    /// use decumulus::market::IncentiveFee;
    /// let full = IncentiveFee { rate: 0.125, hurdle: 0.05, catch_up: 1.0 };
    /// assert_eq!(full.due(1.04, 1.0, 1.0), 0.0);
    /// assert!((full.due(1.055, 1.0, 1.0) - 0.005).abs() < 1e-15); // catching up
    /// assert!((full.due(1.12, 1.0, 1.0) - 0.015).abs() < 1e-15); // an eighth of the whole profit
    /// assert_eq!(full.due(1.12, 1.2, 1.0), 0.0); // under water
    /// ```
    #[inline(always)]
    #[must_use]
    pub fn due(self, nav: f64, high_water_mark: f64, years: f64) -> f64 {
        let profit = nav - high_water_mark;
        let beyond = self.catch_up * (profit - self.hurdle * years * high_water_mark);
        let share = self.rate * profit;
        let fee = if share < beyond { share } else { beyond };
        if fee > 0.0 { fee } else { 0.0 }
    }
}

/// What an asset costs to hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fees {
    /// The manager's fee, a fraction of its base a year.
    pub management: f64,
    /// What that fraction is of.
    pub management_base: ManagementBase,
    /// The manager's share of profits.
    pub incentive: Option<IncentiveFee>,
    /// What a 401(k) wrapper costs beyond an institution's terms, a fraction of value a year.
    pub wrapper: f64,
    /// The custodian's fee, a fraction of value a year.
    pub custody: f64,
    /// Whether the return assumption is already net of `management` and `incentive`.
    pub basis: FeeBasis,
}

impl Fees {
    /// No fee at all, on a gross return.
    pub const NONE: Self = Self {
        management: 0.0,
        management_base: ManagementBase::Nav,
        incentive: None,
        wrapper: 0.0,
        custody: 0.0,
        basis: FeeBasis::Gross,
    };

    /// The share of NAV charged in a year whatever the profit: `wrapper` and `custody`, plus `management` if the
    /// return is gross.
    #[must_use]
    pub fn charged_per_year(self) -> f64 {
        let fixed = self.wrapper + self.custody;
        match self.basis {
            FeeBasis::Gross => self.management * self.management_base.per_nav() + fixed,
            FeeBasis::NetInstitutional => fixed,
        }
    }

    /// The incentive fee that is charged: none on a net return.
    #[must_use]
    pub fn incentive_charged(self) -> Option<IncentiveFee> {
        self.incentive.filter(|fee| self.basis == FeeBasis::Gross && fee.rate > 0.0)
    }

    /// Refuses fees out of range, and fees that take everything together.
    pub(crate) fn check(self) -> Result<()> {
        let taken = self.charged_per_year();
        let together = if taken < 1.0 || taken.is_nan() {
            Ok(())
        } else {
            let found = format!("{} beside a management fee of {}", self.wrapper, self.management);
            Err(Error::invalid("wrapper_fee", found, "less than what the management fee leaves"))
        };
        let incentive = self.incentive.map_or(Ok(()), |fee| fee.validated().map(drop));
        all_of([
            together,
            require_in_range("management_fee", self.management, 0.0, 0.5),
            require_in_range("management_base", self.management_base.per_nav(), 0.0, 10.0),
            incentive.map_err(|error| error.within("incentive_fee")),
            require_in_range("wrapper_fee", self.wrapper, 0.0, 0.5),
            require_in_range("custody_fee", self.custody, 0.0, 0.5),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gross_return_bears_everything_and_a_net_one_wrapper_and_custody() {
        let incentive = IncentiveFee { rate: 0.125, hurdle: 0.05, catch_up: 1.0 };
        let gross = Fees {
            management: 0.02,
            management_base: ManagementBase::Committed { per_nav: 1.4 },
            incentive: Some(incentive),
            wrapper: 0.0075,
            custody: 0.0005,
            basis: FeeBasis::Gross,
        };
        assert!((gross.charged_per_year() - 0.036).abs() < 1e-15);
        assert_eq!(gross.incentive_charged(), Some(incentive));
        let net = Fees { basis: FeeBasis::NetInstitutional, ..gross };
        assert!((net.charged_per_year() - 0.008).abs() < 1e-15);
        assert_eq!(net.incentive_charged(), None);
    }

    #[test]
    fn a_hard_hurdle_leaves_the_return_below_it_free_for_ever() {
        let hard = IncentiveFee { rate: 0.2, hurdle: 0.08, catch_up: 0.2 };
        assert!((hard.due(1.18, 1.0, 1.0) - 0.02).abs() < 1e-15);
        assert!((hard.due(1.18, 1.0, 0.5) - 0.2 * 0.14).abs() < 1e-15, "half a year has half the hurdle");
    }

    #[test]
    fn a_catch_up_below_the_rate_is_refused() {
        assert!(IncentiveFee { rate: 0.2, hurdle: 0.08, catch_up: 0.1 }.validated().is_err());
    }
}
