//! How much a retired saver wants to spend.

use crate::error::{Result, require_in_range};

/// A rule for spending in retirement.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Spending {
    /// A constant amount a year in today's dollars; benefits are part of it, the account pays the rest.
    RealAmount(f64),
    /// A constant real share of final pay, what was received in the last year worked; benefits are part of it, the account
    /// pays the rest.
    ShareOfFinalPay(f64),
    /// A share of the current balance a year, beside benefits; never runs out.
    ShareOfBalance(f64),
    /// A constant real amount, set at retirement as a share of the balance then, beside benefits.
    ShareOfRetirementBalance(f64),
}

impl Spending {
    /// Refuses amounts outside 0 to 1e9, shares of pay outside 0 to 10 and shares of a balance outside 0 to 1.
    pub(crate) fn check(self) -> Result<()> {
        match self {
            Self::RealAmount(amount) => require_in_range("amount", amount, 0.0, 1e9),
            Self::ShareOfFinalPay(share) => require_in_range("share", share, 0.0, 10.0),
            Self::ShareOfBalance(share) | Self::ShareOfRetirementBalance(share) => {
                require_in_range("share", share, 0.0, 1.0)
            }
        }
    }
}
