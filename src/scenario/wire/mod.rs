//! The scenario file as it is written: what serde reads and what the JSON Schema says. Private to this room;
//! the doc comments are the descriptions that editors and `scenarios/README.md` show.

mod account;
mod assumption_set;
mod correlations;
mod expect;
mod history;
mod market;
mod model;
mod output;
mod overlay;
mod participant;
mod policy;
mod run;
mod scenario;
mod vehicle;

pub(super) use account::{AccountTable, IndexedWord};
pub(super) use assumption_set::AssumptionSetFile;
pub(super) use correlations::{Correlations, RepairWord};
pub(super) use expect::{ExpectTable, FigureWord};
pub(super) use history::{BlockValue, BootstrapTable, BootstrapWord, DateValue, HistoryTable, UnitWord};
pub(super) use market::{
    AssetClassWord, AssetTable, AssumptionsValue, FeeBasisWord, FrictionsTable, HaircutKindWord,
    HaircutRuleTable, HalfSpreadValue, InflationTable, MarketTable, VolatilityHaircutValue,
};
pub(super) use model::{GarchCorrelationWord, GarchTable, NumberBySeries, RegimeTable, RegimesTable};
pub(super) use output::{AxisWord, BasisWord, OrderWord, OutputTable};
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
pub(super) use run::{RunTable, StepWord};
pub(super) use scenario::ScenarioFile;
pub(super) use vehicle::{
    GateRuleTable, GateTable, IncentiveTable, LeverageTable, ManagementBaseWord, UnfilledWord,
};
