//! One policy under one setting of the frictions.

use serde::{Deserialize, Serialize};

use crate::engine::plan::prices::Appraised;
use crate::engine::plan::sales::{HalfSpread3, SaleGroup};
use crate::policy::Rebalancing;

/// One policy under one setting of the frictions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Run {
    pub(crate) world: u32,
    /// The market's places of the assets that are ever held; all arrays below follow this order.
    pub(crate) held: Vec<u32>,
    /// Target weights: one row, or a row for the start of every step and one for the end.
    pub(crate) weights: Vec<f64>,
    pub(crate) rebalancing: Rebalancing,
    /// Fee of a step as a share of the value after it; empty if no fee is charged.
    pub(crate) fee_of_value: Vec<f64>,
    /// Dollars a step that the plan charges, in dollars of the start.
    pub(crate) fee_per_head: f64,
    /// Half-spread of each asset when rebalancing; empty if trading is free.
    pub(crate) rebalancing_spread: Vec<HalfSpread3>,
    /// Half-spread of each asset when money comes in; empty if it is free.
    pub(crate) purchase_spread: Vec<HalfSpread3>,
    /// What is sold for spending, first to last.
    pub(crate) sales: Vec<SaleGroup>,
    /// What differs where a NAV is not the value or a gate may be shut; `None` if nothing does.
    pub(crate) appraised: Option<Appraised>,
}

impl Run {
    /// The target weights at the start of step `t`, or at the end of step `t − 1`.
    #[inline(always)]
    pub(crate) fn weights_at(&self, t: usize) -> &[f64] {
        let assets = self.held.len();
        let row = if self.weights.len() == assets { 0 } else { t };
        &self.weights[row * assets..(row + 1) * assets]
    }
}
