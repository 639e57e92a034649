//! Single lifetimes told step by step: what markets, funds and gates did, and what became of every policy's account. A story, no
//! statistic.

/// One lifetime, step by step from its start to its end (or the horizon).
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// Its number.
    pub lifetime: u64,
    /// Steps in a year.
    pub steps_per_year: u32,
    /// What markets did in each step.
    pub market: Vec<MarketStep>,
    /// By policy, in the order of the plan: the account at the end of each step.
    pub accounts: Vec<Vec<AccountStep>>,
}

/// What the market did in one step; assets in the order of the market.
#[derive(Clone, Debug, PartialEq)]
pub struct MarketStep {
    /// One plus the total return of each asset over the step, to its holders: net of the fees that are taken in it.
    pub growth: Vec<f64>,
    /// The price level at the end of the step; 1 at the start of the lifetime.
    pub price: f64,
    /// The fall of the stress asset from its twelve-month high at the end of the step, 0 to 1; `None` if nothing depends on it.
    pub fall: Option<f64>,
    /// Reported NAV over economic value of each asset at the end of the step; 1 where its price is its value.
    pub nav_ratio: Vec<f64>,
    /// The share of a request to sell that each asset pays at the end of the step; `None` for an asset without a gate.
    pub paid: Vec<Option<f64>>,
}

/// An account at the end of a step; assets in the order of the market, dollars of the day.
#[derive(Clone, Debug, PartialEq)]
pub struct AccountStep {
    /// Economic value.
    pub balance: f64,
    /// The balance on the statement, at reported NAVs.
    pub stated: f64,
    /// Economic value held of each asset.
    pub holdings: Vec<f64>,
    /// The share of each holding that is asked for and not paid yet.
    pub waiting: Vec<f64>,
    /// The weight of illiquid assets on the statement; 0 for an empty account.
    pub illiquid_weight: f64,
    /// Whether a payment could not be made in full, now or before.
    pub is_ruined: bool,
}
