//! The scenario file as it is written: what serde reads and what the JSON Schema says. Private to this room;
//! the doc comments are the descriptions that editors and `scenarios/README.md` show.

mod account;
mod assumption_set;
mod history;
mod market;
mod model;
mod overlay;
mod participant;
mod policy;
mod vehicle;

pub(super) use account::{AccountTable, IndexedWord};
pub(super) use assumption_set::AssumptionSetFile;
pub(super) use history::{BlockValue, BootstrapTable, BootstrapWord, DateValue, HistoryTable, UnitWord};
pub(super) use market::{
    AssetClassWord, AssetTable, AssumptionsValue, Correlations, FeeBasisWord, FrictionsTable,
    HaircutKindWord, HaircutRuleTable, HalfSpreadValue, InflationTable, MarketTable, RepairWord,
    VolatilityHaircutValue,
};
pub(super) use model::{GarchCorrelationWord, GarchTable, NumberBySeries, RegimeTable, RegimesTable};
pub(super) use overlay::{
    ErrorCorrelationValue, ErrorCorrelationWord, ManagerTable, ManagersTable, ParameterUncertaintyTable,
    Switch,
};
pub(super) use participant::{
    AgeProfileWord, LifeTable, LimitsValue, MatchTable, ParticipantTable, PaymentsPerWord, PaymentsWord,
    SexWord, SpendingTable,
};
pub(super) use policy::{
    PolicyTable, RebalanceValue, RebalanceWord, TradingCostsWord, WeightsAtAge, WithdrawalsWord,
};
pub(super) use vehicle::{
    GateRuleTable, GateTable, IncentiveTable, LeverageTable, ManagementBaseWord, UnfilledWord,
};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A decumulus scenario: a market, whose money it is, and the policies to compare.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ScenarioFile {
    /// Where editors find the schema, for those that look for a key rather than a comment; ignored.
    #[serde(rename = "$schema")]
    pub schema: Option<String>,
    /// Short name: lower-case letters, digits, `_` and `-`, at most 64; the output folder is called so.
    /// Default: the name of the file.
    pub name: Option<String>,
    /// One line for tables and charts. Default: the name.
    pub title: Option<String>,
    /// Prose: what is asked and how to read the answer.
    pub description: String,
    /// How much is simulated.
    pub run: RunTable,
    /// Assets, inflation, how they move together, and what trading them costs.
    pub market: MarketTable,
    /// A worker who saves in a 401(k) plan, retires and spends. Either this or `account`.
    pub participant: Option<ParticipantTable>,
    /// An account with payments and nothing else, for checking against formulas. Either this or `participant`.
    pub account: Option<AccountTable>,
    /// The allocation policies, 1 to 64; all see the same lifetimes, and each is compared with the first or with the one that it names as `against`.
    pub policy: Vec<PolicyTable>,
    /// What is drawn and written.
    pub output: OutputTable,
    /// Results that the scenario is expected to give; a test holds the program to them.
    pub expect: Vec<ExpectTable>,
}

/// How much is simulated.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RunTable {
    /// Number of simulated lifetimes, at least 1.
    pub lifetimes: u64,
    /// Seed of all random numbers, 0 to 2^53; the same seed gives the same results, bit for bit.
    pub seed: u64,
    /// Length of a step.
    pub step: StepWord,
    /// Ages beside retirement at which policies are compared in tables, each after the start and at most the horizon (years, for an
    /// account); at most 32. Default: fifteen years after retirement and the horizon.
    pub key_ages: Vec<u32>,
    /// Whether every policy is also run without frictions and with one after the other, to show what each costs.
    pub attribution: bool,
}

impl Default for RunTable {
    fn default() -> Self {
        let settings = crate::engine::Settings::default();
        Self {
            lifetimes: settings.lifetimes,
            seed: settings.seed,
            step: StepWord::Month,
            key_ages: settings.key_ages,
            attribution: settings.attribution,
        }
    }
}

/// Length of a step.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum StepWord {
    /// A twelfth of a year.
    Month,
    /// A quarter of a year.
    Quarter,
    /// A year.
    Year,
}

/// What is drawn and written.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct OutputTable {
    /// The money axis of charts.
    pub axis: AxisWord,
    /// In which dollars charts and tables show money.
    pub basis: BasisWord,
    /// Whether charts are drawn.
    pub charts: bool,
    /// The order of the policies where a chart lays them side by side; the first of the file is the baseline in either order.
    pub order: OrderWord,
    /// Whether the largest constant real payment a year that lasts is found for every lifetime, as a share of the balance
    /// when withdrawals begin; always so for `historical`.
    pub sustainable_rate: bool,
}

impl Default for OutputTable {
    fn default() -> Self {
        Self {
            axis: AxisWord::Log,
            basis: BasisWord::Real,
            charts: true,
            order: OrderWord::File,
            sustainable_rate: false,
        }
    }
}

/// The money axis of charts.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum AxisWord {
    /// Equal steps for equal ratios.
    Log,
    /// Equal steps for equal amounts.
    Linear,
}

/// In which dollars money is shown.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum BasisWord {
    /// Dollars of the start.
    Real,
    /// Dollars of the day.
    Nominal,
}

/// The order of policies in charts.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum OrderWord {
    /// That of the file.
    File,
    /// The highest median at retirement (or the last key age) first.
    Finding,
}

/// A result that the scenario is expected to give.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ExpectTable {
    /// Key of the policy.
    pub policy: String,
    /// Which figure.
    pub figure: FigureWord,
    /// Age at which the balance is read; not for `ruin`.
    #[serde(default)]
    pub age: Option<u32>,
    /// For `real_percentile`: 1, 5, 10, 25, 50, 75, 90, 95 or 99.
    #[serde(default)]
    pub percentile: Option<f64>,
    /// The value: dollars of the start, or a probability for `ruin`.
    pub value: f64,
    /// Standard error of that value, which was measured too; in the same unit.
    pub standard_error: f64,
}

/// A figure that can be expected.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum FigureWord {
    /// Probability that a scheduled payment could not be made in full.
    Ruin,
    /// Mean balance of those alive then, dollars of the start.
    RealMean,
    /// A percentile of the balance of those alive then, dollars of the start.
    RealPercentile,
}
