//! `[market]` as it is written.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::correlations::{Correlations, RepairWord};
use super::history::{BootstrapTable, HistoricalTable, HistoryTable};
use crate::market::ReturnModel;
use crate::scenario::shipped_sets;
use crate::scenario::wire::model::{GarchTable, RegimesTable, StudentTTable};
use crate::scenario::wire::overlay::{
    CrashesTable, ManagersTable, ParameterUncertaintyTable, PermanentLossTable, Switch,
};
use crate::scenario::wire::{
    GateRuleTable, GateTable, IncentiveTable, LeverageTable, ManagementBaseWord, UnfilledWord,
};

/// Assets, inflation, how they move together, and what trading them costs.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::scenario) struct MarketTable {
    /// A set of assumptions, from which everything that is not given here is taken: the name of a shipped set, or the
    /// path from this file of one of your own, ending in `.toml`. A list runs the same lifetimes under each. Without it
    /// the scenario gives every figure itself.
    #[schemars(extend("examples" = shipped_sets::NAMES))]
    pub assumptions: Option<AssumptionsValue>,
    /// The assets of the market by key, in the order in which their random numbers are drawn; at most 24. Default:
    /// all assets of the assumption set, then those that `market.asset` adds.
    pub assets: Option<Vec<String>>,
    /// Name of the return model. Default: `lognormal`.
    #[schemars(extend("enum" = ReturnModel::NAMES))]
    pub model: Option<String>,
    /// Parameters of the model `student_t`.
    pub student_t: Option<StudentTTable>,
    /// Parameters of the model `garch`.
    pub garch: Option<GarchTable>,
    /// Parameters of the model `regimes`.
    pub regimes: Option<RegimesTable>,
    /// The table of past returns, for `bootstrap` and `historical`.
    pub history: Option<HistoryTable>,
    /// How `bootstrap` draws rows of the table.
    pub bootstrap: Option<BootstrapTable>,
    /// How `historical` goes through the table.
    pub historical: Option<HistoricalTable>,
    /// Key of the asset whose fall from its twelve-month high measures stress, which widens half-spreads and deepens
    /// liquidity haircuts. Default: `us_equity` if the market has it.
    pub stress_asset: Option<String>,
    /// What to do with correlations that are not positive definite. Default: refuse them. Pairs of a series without volatility
    /// mean nothing, and are left out of the question.
    pub repair: Option<RepairWord>,
    /// Changes to the figures of assets, or whole new assets, by key (lower-case letters, digits, `_`).
    pub asset: BTreeMap<String, AssetTable>,
    /// The rise of consumer prices. Default: that of the assumption set, or none without one.
    pub inflation: Option<InflationTable>,
    /// Correlations of annual log returns by pair, -1 to 1, such as `gold = { us_equity = 0.03, inflation = -0.01 }`;
    /// each pair is named once, in either order. Default: those of the assumption set, 0 for pairs outside it.
    pub correlations: Correlations,
    /// Which frictions are charged; each can be switched off alone.
    pub frictions: FrictionsTable,
    /// The price of a forced sale of an illiquid asset: by default `min(cap, base + slope·x + curvature·x²)` times the
    /// asset's `haircut_scale`, with `x` the fall of the stress asset from its twelve-month high; or a model of the
    /// literature, made of the asset's volatility and an expected wait, the same in every market and not scaled.
    pub haircut_rule: HaircutRuleTable,
    /// When funds shut their gates and open them.
    pub gate_rule: GateRuleTable,
    /// Crashes that hit several assets at once, on top of the return model; annual means and volatilities stay as stated.
    /// Default: none.
    pub crashes: Option<CrashesTable>,
    /// The chance of losing an asset for good, by asset, beside its stated return. Default: none.
    pub permanent_loss: BTreeMap<String, PermanentLossTable>,
    /// Errors of the expected returns, drawn once for each lifetime; `false` switches off what the assumption set has.
    /// Default: as the set says, or else expected returns are known.
    pub parameter_uncertainty: Option<Switch<ParameterUncertaintyTable>>,
    /// Managers of private assets who differ, drawn for each lifetime and vintage; `false` switches off what the assumption
    /// set has. Default: as the set says, or else everybody has an average one.
    pub managers: Option<Switch<ManagersTable>>,
}

/// One set of assumptions or several.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(in crate::scenario) enum AssumptionsValue {
    /// The name of a shipped set, or the path of a file.
    One(String),
    /// Several of them, all different; 1 to 16.
    Several(Vec<String>),
}

/// One asset: either changes to an asset of the assumption set or a whole new one, which needs a mean and a volatility.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::scenario) struct AssetTable {
    /// Name in charts and tables. Default: that of the set, or the key in words.
    pub name: Option<String>,
    /// Arithmetic mean of the annual simple return, a fraction: 0.08 is 8 % a year.
    pub mean: Option<f64>,
    /// Standard deviation of the annual simple return, a fraction; 0 makes the return certain.
    pub volatility: Option<f64>,
    /// Mean of the annual log return, instead of `mean`; goes with `log_sd`.
    pub log_mean: Option<f64>,
    /// Standard deviation of the annual log return, instead of `volatility`; goes with `log_mean`.
    pub log_sd: Option<f64>,
    /// Whether mean and volatility, and the asset's correlations, are those of its *real* return: an inflation-linked asset, whose
    /// nominal growth is its real growth times that of prices. Default: that of the set, or false for a new asset. Models that take
    /// returns from history have nominal returns and do not look at it.
    pub real: Option<bool>,
    /// Whether sleeves are funded from this asset (`public`) or it is an alternative. Default: `public` for a new asset.
    pub class: Option<AssetClassWord>,
    /// Factors on the log volatility at volatility haircut levels 0, 1 and 2, the arithmetic mean held. Default: 1, 1, 1
    /// for a new asset.
    pub volatility_levels: Option<[f64; 3]>,
    /// The manager's fee as a share of its base a year. Default: 0 for a new asset.
    pub management_fee: Option<f64>,
    /// What the management fee is a share of. Default: `nav` for a new asset.
    pub management_base: Option<ManagementBaseWord>,
    /// Dollars committed or invested for a dollar of NAV, 0 to 10; needed where the management fee is on those.
    pub base_per_nav: Option<f64>,
    /// The manager's share of profits. Default: none for a new asset.
    pub incentive_fee: Option<IncentiveTable>,
    /// The custodian's fee, a share of value a year, charged on gross and net returns alike. Default: 0 for a new asset.
    pub custody_fee: Option<f64>,
    /// What a 401(k) wrapper costs beyond an institution's terms, a share of value a year. Default: 0 for a new asset.
    pub wrapper_fee: Option<f64>,
    /// Whether the return is before the manager's management and incentive fees. Default: `gross` for a new asset.
    pub fee_basis: Option<FeeBasisWord>,
    /// Half the gap between bid and ask as a share of value (a liquid asset). Default: 0 for a new asset.
    pub half_spread: Option<HalfSpreadValue>,
    /// Makes the asset illiquid: the factor on the haircut rule when it is sold in a hurry, 1 for private equity.
    pub haircut_scale: Option<f64>,
    /// Appraisal smoothing per quarter, 0 to 0.99: the share of a quarter's reported news (return less its expectation) that is the
    /// quarter before's. Default: 0 for a new asset.
    pub nav_smoothing: Option<f64>,
    /// Instead of `nav_smoothing`: the weights of this quarter's true news, the last quarter's and so on in the reported
    /// one; they sum to 1.
    pub nav_weights: Option<Vec<f64>>,
    /// How old the news is that an appraisal hears, in months, 0 to 24. Default: 0 for a new asset.
    pub nav_lag_months: Option<u32>,
    /// By how much the reported NAV stands above economic value but for news, a share of value, -0.5 to 1: positive for funds that buy
    /// at a discount and mark up, negative where appraisers are cautious. Default: 0 for a new asset.
    pub nav_premium: Option<f64>,
    /// The fund redeems for spending, up to a cap. Default: none for a new asset: whoever needs cash sells at the haircut.
    pub gate: Option<GateTable>,
    /// The share of the fund held in the market's `cash`, 0 to 0.95: a drag on the return, and what a gated fund pays from.
    /// Default: 0 for a new asset.
    pub liquid_sleeve: Option<f64>,
    /// Debt inside the fund. Default: none; the figures are those of the fund.
    pub leverage: Option<LeverageTable>,
    /// What investors demand a year for not being able to sell the asset, a fraction. For information: it is part of
    /// `mean` already, and `decumulus check` holds it against what a model of rare trading asks for.
    pub illiquidity_premium: Option<f64>,
    /// Where the figures come from and how far to trust them.
    pub provenance: Option<String>,
    /// What whoever gave the return stands to gain from it, such as `"sells Bitcoin funds"`. Default: that of the set, unless
    /// mean or volatility is changed here.
    pub interest: Option<String>,
}

/// Whether an asset belongs to the public part of a portfolio.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::scenario) enum AssetClassWord {
    /// Listed stocks, bonds and cash: sleeves are funded from these.
    Public,
    /// Everything else.
    Alternative,
}

/// Whether a return is before or after the manager's fee.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::scenario) enum FeeBasisWord {
    /// Before all fees: management and wrapper are charged.
    Gross,
    /// After an institution's management fee: only the wrapper is charged.
    NetInstitutional,
}

/// Half the gap between bid and ask as a share of value.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(in crate::scenario) enum HalfSpreadValue {
    /// The same in every state of the market.
    Constant(f64),
    /// By the fall of the stress asset from its twelve-month high, linear between.
    ByStress(HalfSpreadTable),
}

/// A half-spread at three falls of the stress asset, linear between them.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::scenario) struct HalfSpreadTable {
    /// In quiet markets, a share of value.
    pub normal: f64,
    /// At a fall of 18 %, a share of value.
    pub stress: f64,
    /// At a fall of 38 % or more, a share of value.
    pub crisis: f64,
}

/// The rise of consumer prices: a mean and a volatility, or both in logs.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::scenario) struct InflationTable {
    /// Arithmetic mean of the annual rise, a fraction.
    pub mean: Option<f64>,
    /// Standard deviation of the annual rise, a fraction; 0 makes inflation fixed.
    pub volatility: Option<f64>,
    /// Mean of the annual log rise, instead of `mean`.
    pub log_mean: Option<f64>,
    /// Standard deviation of the annual log rise, instead of `volatility`.
    pub log_sd: Option<f64>,
    /// Where the figures come from.
    pub provenance: Option<String>,
}

/// Which frictions are charged.
#[allow(clippy::struct_excessive_bools)] // each friction can be switched off alone
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::scenario) struct FrictionsTable {
    /// Management and wrapper fees of assets and the fees of the plan.
    pub fees: bool,
    /// How much volatility is raised over the headline figure, the arithmetic mean held: level 0 (not), 1 (moderate)
    /// or 2 (severe), or a factor by asset such as `{ private_equity = 1.26 }`.
    pub volatility_haircut: VolatilityHaircutValue,
    /// The discount on forced sales of illiquid assets.
    pub liquidity_haircut: bool,
    /// Half-spreads on trades of liquid assets.
    pub half_spreads: bool,
    /// Reported NAVs that are not economic values, of assets with `nav_smoothing`, `nav_weights`, `nav_lag_months` or `nav_premium`.
    pub smoothing: bool,
    /// Redemptions through gates, of assets with a `gate`. Without them cash for spending comes from forced sales only, and
    /// rebalancing is never held up. Default: true, but false in steps of a year, which know no quarters.
    pub gates: Option<bool>,
    /// What becomes of the part of a request to sell that a gate leaves unpaid.
    pub unfilled: UnfilledWord,
}

impl Default for FrictionsTable {
    fn default() -> Self {
        Self {
            fees: true,
            volatility_haircut: VolatilityHaircutValue::Level(0),
            liquidity_haircut: true,
            half_spreads: true,
            smoothing: true,
            gates: None,
            unfilled: UnfilledWord::Queues,
        }
    }
}

/// A level of the volatility haircut, or a factor by asset.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub(in crate::scenario) enum VolatilityHaircutValue {
    /// 0, 1 or 2.
    Level(u64),
    /// Factor by asset key; others keep 1.
    Factors(BTreeMap<String, f64>),
}

/// The price of a forced sale of an illiquid asset: a discount from its reported NAV (`empirical`) or from its economic value (the
/// academic models).
#[derive(Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::scenario) struct HaircutRuleTable {
    /// Which rule.
    pub kind: HaircutKindWord,
    /// `empirical`: the discount in quiet markets, a share of the reported NAV; a sale fetches NAV less it, and no more than value.
    /// Default: 0.09.
    pub base: Option<f64>,
    /// `empirical`: its rise with the fall of the stress asset. Default: 0.25.
    pub slope: Option<f64>,
    /// `empirical`: its rise with the square of the fall. Default: 2.
    pub curvature: Option<f64>,
    /// `empirical`: the largest discount before scaling, a share of the reported NAV. Default: 0.6.
    pub cap: Option<f64>,
    /// The other kinds: the expected wait until an orderly sale, years, 0 to 100. Default: 1.
    pub wait_years: Option<f64>,
    /// `chaffe`: the risk-free rate, continuously compounded, a fraction a year. Default: that of the asset `cash`.
    pub risk_free: Option<f64>,
}

/// A rule for the price of a forced sale.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::scenario) enum HaircutKindWord {
    /// `min(cap, base + slope·x + curvature·x²)` times the asset's `haircut_scale`, calibrated to secondary markets.
    #[default]
    Empirical,
    /// Finnerty's average-strike put (2012): no skill in timing.
    Finnerty,
    /// Chaffe's put at today's price (1993).
    Chaffe,
    /// Longstaff's upper bound (1995): perfect foresight is lost.
    Longstaff,
}
