//! Floor 4: who holds what, and when weights are restored. Knows no participant.

mod allocation;
mod glide_path;
mod path;
mod rebalance;
mod sleeve;

pub use allocation::{Allocation, with_sleeve};
pub use glide_path::NamedGlidePath;
pub use path::WeightPoint;
pub use rebalance::{Rebalancing, TradingCosts, WithdrawalOrder};

/// A rule for asset weights and rebalancing.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// Its key in files, such as `target_date_gold_5`.
    pub key: String,
    /// Its name in charts and tables.
    pub name: String,
    /// The key of the policy that it is compared with; `None` for the first one. Nothing else depends on it.
    pub against: Option<String>,
    /// Target weights by age, sleeves included.
    pub allocation: Allocation,
    /// When weights are brought back to target.
    pub rebalancing: Rebalancing,
    /// Which trades pay the half-spread.
    pub trading_costs: TradingCosts,
    /// What is sold first for spending.
    pub withdrawals: WithdrawalOrder,
    /// The most that the weight of illiquid assets may become, as a multiple of its target; what is above is sold at the
    /// liquidity haircut once redemptions of the quarter are done. `None` for no such cap; without gates it never binds.
    pub drift_cap: Option<f64>,
}
