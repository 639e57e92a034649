//! A stress path told month by month, where one path is the story: every lifetime meets the same returns, and funds behind gates
//! are held. One lifetime is chosen to be told; nothing is averaged.

use std::fmt::Write as _;

use crate::engine::{Outcome, Plan, Trace, trace};
use crate::error::Result;
use crate::market::{BlockMethod, History, Market, ReturnModel};
use crate::report::held;
use crate::report::percentiles_csv::quoted;
use crate::scenario::Scenario;

/// Lifetimes among which the one that is told is chosen, where gates are drawn.
const LOOKED_AT: u64 = 200;

/// The longest path that is told, in steps: beyond, months are too narrow to be seen.
const MOST_STEPS: u64 = 480;

/// A lifetime told step by step, and how it was chosen.
#[derive(Clone, Debug)]
pub struct Months {
    /// The lifetime.
    pub told: Trace,
    /// Places of the assets behind gates that some policy holds.
    pub gated: Vec<usize>,
    /// Year and month of the first step; the month is 1 for a table of years.
    pub first: (i32, u32),
    /// The fewest and the most steps with a shut gate that nine of ten of the lifetimes looked at had, and how many were
    /// looked at; `None` where the path of the gates was not chosen among several.
    pub shut: Option<(usize, usize, u64)>,
}

impl Months {
    /// Tells a scenario's path; `None` if it has none.
    ///
    /// Under a bootstrap whose only block is the whole table, gates are drawn: told is the middle one of the first
    /// lifetimes by how long they were shut. Under `historical` told is the start date that left the least to the policy
    /// that holds most behind gates.
    ///
    /// # Errors
    ///
    /// Inputs that do not compile.
    pub fn of(scenario: &Scenario, outcome: &Outcome) -> Result<Option<Self>> {
        let market = &scenario.inputs.market;
        let all: Vec<usize> = (0..scenario.inputs.policies.len()).collect();
        let is_gated =
            |place: &usize| market.assets.get(*place).is_some_and(|asset| asset.vehicle.gate.is_some());
        let gated: Vec<usize> = held::assets(scenario, &all).into_iter().filter(is_gated).collect();
        let Some(history) = market.model.history().filter(|_| market.frictions.gates && !gated.is_empty())
        else {
            return Ok(None);
        };
        let steps = outcome.ages.len() as u64 * u64::from(scenario.inputs.settings.steps_per_year);
        if steps > MOST_STEPS {
            return Ok(None);
        }
        let plan = Plan::compile(&scenario.inputs)?;
        let found = if has_one_path(market, outcome.ages.len()) {
            let mut looked_at = trace(&plan, 0..LOOKED_AT.min(outcome.lifetimes))?;
            looked_at.sort_by_key(|trace| (shut_steps(trace), trace.lifetime));
            let place = |share: f64| (share * (looked_at.len() - 1) as f64).round() as usize;
            let at = |share: f64| looked_at.get(place(share)).map_or(0, shut_steps);
            let shut = (at(0.05), at(0.95), looked_at.len() as u64);
            (looked_at.len() > 1).then_some(shut).map_or((None, looked_at.first().cloned()), |shut| {
                (Some(shut), looked_at.get(place(0.5)).cloned())
            })
        } else {
            match worst_start(scenario, outcome, &gated) {
                Some(start) => (None, trace(&plan, start..start + 1)?.pop()),
                None => (None, None),
            }
        };
        let (shut, Some(told)) = found else { return Ok(None) };
        let first = if shut.is_some() { 0 } else { told.lifetime as usize };
        Ok(Some(Self { first: first_step(history, first), told, gated, shut }))
    }

    /// The date of the end of a step (the first is 0), as a decimal year.
    #[must_use]
    pub fn year_at_end(&self, step: usize) -> f64 {
        let begin = f64::from(self.first.0) + f64::from(self.first.1 - 1) / 12.0;
        begin + (step + 1) as f64 / f64::from(self.told.steps_per_year)
    }

    /// The month in which a step ends, as `2008-12`; the year alone for steps of a year.
    #[must_use]
    pub fn date(&self, step: usize) -> String {
        let per_step = 12 / self.told.steps_per_year.max(1) as i32;
        let months = self.first.0 * 12 + self.first.1 as i32 - 1 + per_step * (step as i32 + 1) - 1;
        let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
        if self.told.steps_per_year == 1 { format!("{year:04}") } else { format!("{year:04}-{month:02}") }
    }

    /// What a step is called.
    #[must_use]
    pub fn step_word(&self) -> &'static str {
        match self.told.steps_per_year {
            12 => "month",
            4 => "quarter",
            _ => "year",
        }
    }

    /// The share of a request that the most restrictive gate pays at the end of a step.
    #[must_use]
    pub fn paid(&self, step: usize) -> f64 {
        let shares = self.told.market.get(step).map_or(&[][..], |market| &market.paid);
        self.gated.iter().filter_map(|place| *shares.get(*place)?).fold(1.0, f64::min)
    }

    /// What waits at the end of a step under a policy, at reported NAVs: a share of the account on the statement.
    #[must_use]
    pub fn queue(&self, policy: usize, step: usize) -> f64 {
        let account = self.told.accounts.get(policy).and_then(|steps| steps.get(step));
        let (Some(account), Some(market)) = (account, self.told.market.get(step)) else { return f64::NAN };
        let worth = |place: usize| {
            let (share, value) = (account.waiting.get(place)?, account.holdings.get(place)?);
            Some(share * value * market.nav_ratio.get(place)?)
        };
        let waits: f64 = self.gated.iter().filter_map(|place| worth(*place)).sum();
        if account.stated > 0.0 { waits / account.stated } else { 0.0 }
    }

    /// The largest share of a gated holding that waits at the end of a step, under a policy.
    #[must_use]
    pub fn waiting(&self, policy: usize, step: usize) -> f64 {
        let account = self.told.accounts.get(policy).and_then(|steps| steps.get(step));
        let shares = account.map_or(&[][..], |account| &account.waiting);
        self.gated.iter().filter_map(|place| shares.get(*place).copied()).fold(0.0, f64::max)
    }
}

/// Whether every lifetime meets the same returns: the one block that a table holds, for as long as it lasts.
fn has_one_path(market: &Market, years: usize) -> bool {
    let rows = |history: &History| (history.rows(), history.period.per_year() * years);
    match &market.model {
        ReturnModel::Bootstrap(of) => {
            let (there, needed) = rows(&of.history);
            let whole =
                matches!(of.method, BlockMethod::Blocks { length, wrap: false } if length as usize == there);
            whole && needed <= there
        }
        ReturnModel::Historical(of) => of.start_dates(years as u32) == 1,
        _ => false,
    }
}

/// How many steps of a lifetime had some gate shut.
fn shut_steps(trace: &Trace) -> usize {
    let is_shut = |paid: &Option<f64>| paid.is_some_and(|share| share < 1.0);
    trace.market.iter().filter(|step| step.paid.iter().any(is_shut)).count()
}

/// The start date that left the least to the policy that aims at most behind gates.
fn worst_start(scenario: &Scenario, outcome: &Outcome, gated: &[usize]) -> Option<u64> {
    let aims_at = |policy: usize| {
        let points =
            scenario.inputs.policies.get(policy).map_or(&[][..], |policy| policy.allocation.points());
        let behind = |weights: &[f64]| gated.iter().filter_map(|place| weights.get(*place)).sum::<f64>();
        points.iter().map(|point| behind(&point.weights)).fold(0.0, f64::max)
    };
    let policy = (0..outcome.policies.len()).max_by(|a, b| aims_at(*a).total_cmp(&aims_at(*b)))?;
    let left = |start: &usize| outcome.starts[*start].policies.get(policy).map(|found| found.real_balance);
    let worst = (0..outcome.starts.len()).filter(|start| left(start).is_some());
    worst.min_by(|a, b| left(a).unwrap_or(0.0).total_cmp(&left(b).unwrap_or(0.0))).map(|start| start as u64)
}

fn first_step(history: &History, row: usize) -> (i32, u32) {
    let (year, month) = history.date(row);
    (year, month.max(1))
}

/// The path as CSV.
///
/// Columns: `date` (end of the step), `policy` (key), `fall` (of the stress asset from its twelve-month high), `paid` (share
/// of a request that the most restrictive gate pays), `waiting` (largest share of a gated holding that is asked for and not
/// paid), `queue` (what waits, share of the account on the statement), `illiquid_weight` (on the statement), `balance_real` and `stated_real` (dollars of the start).
#[must_use]
pub fn months_csv(outcome: &Outcome, months: &Months) -> String {
    let mut out =
        "date,policy,fall,paid,waiting,queue,illiquid_weight,balance_real,stated_real\n".to_string();
    for (step, market) in months.told.market.iter().enumerate() {
        for (policy, steps) in months.told.accounts.iter().enumerate() {
            let (Some(account), Some(named)) = (steps.get(step), outcome.policies.get(policy)) else {
                continue;
            };
            let fall = market.fall.map_or_else(String::new, |fall| format!("{fall:.6}"));
            let _ = writeln!(
                out,
                "{},{},{fall},{:.6},{:.6},{:.6},{:.6},{:.2},{:.2}",
                months.date(step),
                quoted(&named.key),
                months.paid(step),
                months.waiting(policy, step),
                months.queue(policy, step),
                account.illiquid_weight,
                account.balance / market.price,
                account.stated / market.price,
            );
        }
    }
    out
}
