//! A scenario file as a whole, as it is written.

use schemars::JsonSchema;
use serde::Deserialize;

use super::account::AccountTable;
use super::expect::ExpectTable;
use super::market::MarketTable;
use super::output::OutputTable;
use super::participant::ParticipantTable;
use super::policy::PolicyTable;
use super::run::RunTable;

/// A decumulus scenario: a market, whose money it is, and the policies to compare.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::scenario) struct ScenarioFile {
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
