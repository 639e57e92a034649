//! How assets are priced and redeemed where a NAV is not the value or a gate may be shut.

use serde::{Deserialize, Serialize};

use crate::engine::plan::sales::SaleLoss;

/// How the assets of a run are priced and redeemed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Appraised {
    /// For each asset held, in the order of [`Run::held`](crate::engine::plan::Run::held).
    pub(crate) terms: Vec<Terms>,
    /// Whether what a gate leaves unpaid is asked for again every quarter.
    pub(crate) queues: bool,
    /// The most that the illiquid weight may be of its target; infinite without such a cap.
    pub(crate) drift_cap: f64,
}

/// How one asset is priced and redeemed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Terms {
    /// Its place among the world's funds; `None` if its price is its value.
    pub(crate) fund: Option<u32>,
    /// Its place among the world's gates; `None` if all that is asked for is paid.
    pub(crate) gate: Option<u32>,
    /// The share of a holding that is paid in any step whatever the gate.
    pub(crate) sleeve: f64,
    pub(crate) illiquid: bool,
    /// What a forced sale loses of the value.
    pub(crate) forced: SaleLoss,
}
