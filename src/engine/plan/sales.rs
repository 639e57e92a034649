//! What is sold together, and what a sale loses.

use serde::{Deserialize, Serialize};

/// A half-spread in its serialised form: normal, stress, crisis.
pub(crate) type HalfSpread3 = [f64; 3];

/// Assets that are sold together, pro rata.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct SaleGroup {
    /// Places in [`Run::held`](crate::engine::plan::Run::held).
    pub(crate) places: Vec<u32>,
    /// What a sale loses, in the order of `places`; empty if nothing.
    pub(crate) losses: Vec<SaleLoss>,
}

/// What a sale loses, as a share of value.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum SaleLoss {
    /// A half-spread of a liquid asset.
    Spread(HalfSpread3),
    /// A discount from the reported NAV of an illiquid asset: base, slope, curvature, cap, scale.
    Haircut([f64; 5]),
    /// A share of the value of an illiquid asset.
    Share(f64),
    /// Nothing of its own: redeemed at the reported NAV, as far as the gate allows.
    Redemption,
}

impl SaleGroup {
    /// Whether something in the group is redeemed at a reported NAV.
    #[inline(always)]
    pub(crate) fn redeems(&self) -> bool {
        self.losses.contains(&SaleLoss::Redemption)
    }
}

impl SaleLoss {
    pub(crate) fn depends_on_stress(self) -> bool {
        match self {
            Self::Spread([normal, stress, crisis]) => normal != stress || stress != crisis,
            Self::Haircut([_, slope, curvature, ..]) => slope > 0.0 || curvature > 0.0,
            Self::Share(_) | Self::Redemption => false,
        }
    }

    /// Whether it is that of a forced sale of an illiquid asset.
    #[inline(always)]
    pub(crate) fn is_forced(self) -> bool {
        matches!(self, Self::Haircut(_) | Self::Share(_))
    }
}
