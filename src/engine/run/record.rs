//! Lifetimes told one by one while they are simulated: a row for each, in order, whatever the threads.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::engine::ledger::Account;
use crate::engine::plan::Plan;
use crate::engine::tally::{FigureUnit, Lived, WHOLE_LIFE};
use crate::error::{Error, Result};
use crate::math::Lanes;

/// Blocks that may wait for one before them: what bounds the memory of a record.
const MOST_WAITING: u64 = 64;

/// A column of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordColumn {
    /// Its name: `end_age`, or the key of a policy, a dot, and what is told of it.
    pub name: String,
    /// What it is counted in.
    pub unit: FigureUnit,
}

/// The columns of a record of a plan, the lifetime's own number apart: the age at which it ends (of the year of death, or at the
/// horizon; a number of years for an account without an age), and by policy the real balance at each key age, if alive then, and every figure
/// over the whole life.
#[must_use]
pub fn record_columns(plan: &Plan) -> Vec<RecordColumn> {
    let column = |name: String, unit: FigureUnit| RecordColumn { name, unit };
    let mut columns = vec![column("end_age".into(), FigureUnit::Age)];
    for policy in &plan.policies {
        let key = &policy.key;
        for year in &plan.key_years {
            let age = plan.schedule.start_age + year + 1;
            columns.push(column(format!("{key}.real_balance_{age}"), FigureUnit::RealDollars));
        }
        columns.extend(WHOLE_LIFE.iter().map(|figure| column(format!("{key}.{}", figure.key), figure.unit)));
    }
    columns
}

/// Someone who takes down every lifetime of a run.
pub trait Recorder: Sync {
    /// Takes the rows of consecutive lifetimes from `first` on, one after the other, each with a number for each of
    /// [`record_columns`]; NaN where there is nothing to tell. Called in the order of lifetimes, by one thread at a time.
    ///
    /// # Errors
    ///
    /// Whatever keeps it from taking them; the run then ends with it.
    fn take(&self, first: u64, rows: &[f64]) -> Result<()>;
}

/// The rows of the lifetimes that a thread is simulating.
#[derive(Debug)]
pub(super) struct Rows {
    first: u64,
    columns: usize,
    keys: usize,
    pub(super) values: Vec<f64>,
}

impl Rows {
    pub(super) fn of(plan: &Plan) -> Self {
        Self { first: 0, columns: record_columns(plan).len(), keys: plan.key_years.len(), values: vec![] }
    }

    /// Begins with lifetimes `first .. first + count`.
    pub(super) fn begin(&mut self, first: u64, count: u64) {
        self.first = first;
        self.values.clear();
        self.values.resize(count as usize * self.columns, f64::NAN);
    }

    fn row(&mut self, lifetime: u64) -> &mut [f64] {
        let start = (lifetime - self.first) as usize * self.columns;
        &mut self.values[start..start + self.columns]
    }

    /// Notes the real balances of a lane at a key age, if alive then.
    pub(super) fn note_balances<const L: usize>(
        &mut self,
        plan: &Plan,
        key: usize,
        (lifetime, lane): (u64, usize),
        real: &[Lanes<L>],
    ) {
        let width = self.keys + WHOLE_LIFE.len();
        let row = self.row(lifetime);
        for (policy, balance) in real.iter().take(plan.policies.len()).enumerate() {
            row[1 + policy * width + key] = balance[lane];
        }
    }

    /// Notes the figures of a lane once its life, or the simulation, is over.
    pub(super) fn finish<const L: usize>(
        &mut self,
        plan: &Plan,
        years_lived: u32,
        (lifetime, lane): (u64, usize),
        accounts: &[Account<L>],
    ) {
        let (keys, width) = (self.keys, self.keys + WHOLE_LIFE.len());
        let row = self.row(lifetime);
        row[0] = f64::from(plan.schedule.start_age + years_lived);
        for (policy, account) in accounts.iter().take(plan.policies.len()).enumerate() {
            let life = Lived::of(plan, years_lived, account, lane);
            let figures = row.iter_mut().skip(1 + policy * width + keys);
            for (value, figure) in figures.zip(&WHOLE_LIFE) {
                *value = (figure.of)(&life).unwrap_or(f64::NAN);
            }
        }
    }
}

/// Brings blocks of rows into order.
pub(super) struct InOrder<'a> {
    recorder: &'a dyn Recorder,
    block: u64,
    state: Mutex<State>,
    moved: Condvar,
}

struct State {
    /// The first lifetime that was not taken yet.
    next: u64,
    waiting: BTreeMap<u64, (u64, Vec<f64>)>,
    /// The run ends: nobody waits any more.
    over: bool,
}

impl<'a> InOrder<'a> {
    /// For blocks of so many lifetimes, from the first one on.
    pub(super) fn new(recorder: &'a dyn Recorder, first: u64, block: u64) -> Self {
        let state = State { next: first, waiting: BTreeMap::new(), over: false };
        Self { recorder, block, state: Mutex::new(state), moved: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets everybody who waits go, because the run ends with an error.
    pub(super) fn give_up(&self) {
        self.lock().over = true;
        self.moved.notify_all();
    }

    /// Takes the rows of a block of `count` lifetimes; waits while too many blocks wait for one before them.
    pub(super) fn take(&self, first: u64, count: u64, rows: &mut Vec<f64>) -> Result<()> {
        let mut state = self.lock();
        while first > state.next + MOST_WAITING * self.block {
            if state.over {
                return Err(Error::interrupted());
            }
            state = self.moved.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.waiting.insert(first, (count, std::mem::take(rows)));
        loop {
            let next = state.next;
            let Some((count, values)) = state.waiting.remove(&next) else { break };
            self.recorder.take(next, &values)?;
            state.next = next + count;
        }
        drop(state);
        self.moved.notify_all();
        Ok(())
    }
}
