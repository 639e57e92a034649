//! `[participant]` as it is written.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A worker who saves in a 401(k) plan, retires and spends until death or the horizon.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::scenario) struct ParticipantTable {
    /// Age at the start, whole years, 14 to 119. Required.
    pub age: Option<u32>,
    /// Age at which pay ends and spending begins. Default: 65, or `age` for who is older.
    pub retirement_age: Option<u32>,
    /// Age at which the simulation ends for those still alive, at most 120.
    pub horizon_age: u32,
    /// Balance at the start, dollars.
    pub opening_balance: f64,
    /// Pay of the first year, dollars; required unless already retired, when it is the pay of the last year worked.
    pub salary: Option<f64>,
    /// How real pay moves with age beyond general growth.
    pub age_profile: AgeProfileWord,
    /// Growth of pay above inflation a year, on top of the profile; pay of a step is that at its beginning.
    pub real_wage_growth: f64,
    /// Share of pay deferred in the first year.
    pub deferral: f64,
    /// Rise of the deferral each year, as a share of pay: 0.01 is one point.
    pub escalation: f64,
    /// Deferral at which escalation stops, a share of pay.
    pub escalation_cap: f64,
    /// The employer's match, tiers in rising order: the rate paid on deferrals up to a share of pay.
    #[serde(rename = "match")]
    pub match_tiers: Vec<MatchTable>,
    /// Year whose legal limits apply at the start (2024, 2025 or 2026), or `"none"`. Later years have the same amounts in
    /// dollars of the start, grown by `limits_real_growth`; the larger catch-up at ages 60 to 63 comes in 2025, as the law
    /// has it, whatever the start: after 2024 it is 150 % of the catch-up.
    pub limits: LimitsValue,
    /// Growth of the limits above inflation a year; they follow wages.
    pub limits_real_growth: f64,
    /// Whether payments come at the start of a step, before growth, or at its end.
    pub payments: PaymentsWord,
    /// How often retirement income is paid: in every step, or once a year.
    pub payments_per: PaymentsPerWord,
    /// Dollars a year that the plan charges each participant with a balance, at the prices of the start.
    pub fee_per_head: f64,
    /// Share of the balance that the plan charges a year.
    pub fee_share: f64,
    /// How much is wanted in retirement; exactly one of its keys. Required.
    pub spending: Option<SpendingTable>,
    /// A fixed real benefit outside the account, such as Social Security. Default: none.
    pub benefit: Option<BenefitTable>,
    /// How long life is: a `table` or a `gompertz` law. Default: nobody dies before the horizon.
    pub life: LifeTable,
}

impl Default for ParticipantTable {
    fn default() -> Self {
        Self {
            age: None,
            retirement_age: None,
            horizon_age: 95,
            opening_balance: 0.0,
            salary: None,
            age_profile: AgeProfileWord::Flat,
            real_wage_growth: 0.0,
            deferral: 0.0,
            escalation: 0.0,
            escalation_cap: 0.10,
            match_tiers: vec![],
            limits: LimitsValue::Year(2026),
            limits_real_growth: 0.01,
            payments: PaymentsWord::End,
            payments_per: PaymentsPerWord::Step,
            fee_per_head: 0.0,
            fee_share: 0.0,
            spending: None,
            benefit: None,
            life: LifeTable::default(),
        }
    }
}

/// How real pay moves with age (Cocco, Gomes and Maenhout 2005), relative to pay at the start.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::scenario) enum AgeProfileWord {
    /// The same at every age.
    Flat,
    /// No high-school degree: a quarter up by 40, then slowly down.
    NoHighSchool,
    /// High school: four tenths up by 45.
    HighSchool,
    /// College: more than doubled by 45, then down by a fifth.
    College,
}

/// One tier of the employer's match.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::scenario) struct MatchTable {
    /// Share of the deferral that the employer adds.
    pub rate: f64,
    /// Deferral, as a share of pay, up to which the tier reaches.
    pub up_to: f64,
}

/// The legal limits on contributions.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub(in crate::scenario) enum LimitsValue {
    /// Those of a calendar year.
    Year(u32),
    /// None at all.
    Word(LimitsWord),
}

/// No limits.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::scenario) enum LimitsWord {
    /// No limit applies.
    None,
}

/// When in a step payments are made.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::scenario) enum PaymentsWord {
    /// Before growth.
    Start,
    /// After growth.
    End,
}

/// How often payments are made.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::scenario) enum PaymentsPerWord {
    /// In every step of the simulation.
    Step,
    /// Once a year, in its first step or its last.
    Year,
}

/// How much is wanted in retirement: exactly one of the four.
#[derive(Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::scenario) struct SpendingTable {
    /// A constant real amount, dollars of the start a year; benefits are part of it.
    pub amount: Option<f64>,
    /// A constant real share of final pay; benefits are part of it. Final pay is what was received in the last year worked, the
    /// twelve months before `retirement_age`, in dollars of the start; replacement rates have the same base.
    pub share_of_final_pay: Option<f64>,
    /// A share of the current balance a year, beside benefits; never runs out.
    pub share_of_balance: Option<f64>,
    /// A constant real amount set at retirement as a share of the balance then (0.04 is the 4 % rule), beside benefits.
    pub share_of_retirement_balance: Option<f64>,
}

/// A fixed real benefit outside the account.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::scenario) struct BenefitTable {
    /// Dollars of the start a year.
    pub per_year: f64,
    /// Age at which it begins. Default: retirement age.
    #[serde(default)]
    pub from_age: Option<u32>,
}

/// How long life is; empty means certain to the horizon.
#[derive(Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::scenario) struct LifeTable {
    /// A life table.
    pub table: Option<LifeTableWord>,
    /// Whose column of the table is used. Default: `blended`.
    pub sex: Option<SexWord>,
    /// Share of women at the start age, 0 to 1, for `blended`. Default: 0.5.
    pub share_female: Option<f64>,
    /// Gompertz's law, instead of a table.
    pub gompertz: Option<GompertzTable>,
}

/// A life table by name.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::scenario) enum LifeTableWord {
    /// Period table of the US Social Security Administration labelled 2025.
    SocialSecurity,
}

/// Whose column of a life table is used.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::scenario) enum SexWord {
    /// Men.
    Male,
    /// Women.
    Female,
    /// A population of both.
    Blended,
}

/// Gompertz's law of mortality.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::scenario) struct GompertzTable {
    /// Most frequent age at death, years.
    pub mode: f64,
    /// Spread of ages at death, years.
    pub dispersion: f64,
}
