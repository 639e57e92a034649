//! When weights are brought back to target, what trading costs, and what is sold first.

use serde::{Deserialize, Serialize};

/// When weights are brought back to target; at the end of a step.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Rebalancing {
    /// Every month; needs monthly steps.
    Monthly,
    /// Every three months; needs monthly or quarterly steps.
    Quarterly,
    /// Every twelve months.
    Yearly,
    /// At the end of any step in which a weight is further than this from its target, as a fraction of the
    /// portfolio (0.05 is five points).
    Band(f64),
    /// Never; new money still goes in at target weights.
    Never,
}

/// Which trades pay the half-spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TradingCosts {
    /// Rebalancing only: money comes in and goes out at the mid price.
    Rebalancing,
    /// Rebalancing, buying with contributions and selling for spending.
    AllTrades,
}

/// What is sold first for spending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WithdrawalOrder {
    /// Liquid assets pro rata; illiquid ones only when those are empty, at the liquidity haircut.
    LiquidFirst,
    /// All assets pro rata; illiquid ones at the liquidity haircut.
    ProRata,
}
