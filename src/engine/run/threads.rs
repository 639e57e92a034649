//! Many lifetimes: fixed blocks of work over threads, merged into one tally. The only user of threads.

use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::engine::outcome::Outcome;
use crate::engine::plan::Plan;
use crate::engine::run::dispatch::{self, InstructionSet};
use crate::engine::run::record::{InOrder, Recorder, Rows};
use crate::engine::run::workspace::{Workspace, count_noted};
use crate::engine::tally::Tally;
use crate::error::{Error, Result};
use crate::math::LANES;

/// Lifetimes in a block of work; never depends on the number of threads.
const BLOCK: u64 = 1024;

/// Bytes that the tallies of all threads may take; fewer threads are used where they would take more.
const MEMORY: usize = 4 << 30;

/// The most threads that may be asked for.
pub const MAX_THREADS: usize = 1024;

/// How a run is carried out; never changes its result.
#[derive(Clone, Copy, Debug, Default)]
pub struct RunOptions {
    /// Threads to use; all processors if `None`. Fewer are used where their tallies would need more than 4 GiB
    /// together (many policies on many processors).
    pub threads: Option<usize>,
    /// Instructions to use; the fastest that the machine has if `None`. For checks that they do not change the result.
    pub instructions: Option<InstructionSet>,
}

impl RunOptions {
    /// The number of threads that a run of `plan` will use.
    #[must_use]
    pub fn threads_for(&self, plan: &Plan) -> usize {
        self.wanted().min((MEMORY / Tally::largest_size(plan)).max(1))
    }

    fn wanted(&self) -> usize {
        self.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from))
    }
}

/// Someone who watches a run and may stop it.
pub trait Progress: Sync {
    /// Called after each block, from any thread, with the lifetimes done so far.
    fn advanced(&self, done: u64, total: u64);

    /// Whether the run should stop; asked before each block.
    fn cancelled(&self) -> bool {
        false
    }
}

/// Nobody watches.
impl Progress for () {
    fn advanced(&self, _done: u64, _total: u64) {}
}

/// Runs a plan and reads its statistics.
///
/// # Errors
///
/// As [`simulate`].
pub fn run(plan: &Plan, options: &RunOptions, progress: &dyn Progress) -> Result<Outcome> {
    Outcome::from_tally(plan, &simulate(plan, 0..plan.lifetimes, options, progress)?)
}

/// [`run`] with somebody who takes down every lifetime.
///
/// # Errors
///
/// As [`simulate`], and what the recorder says.
pub fn run_recorded(
    plan: &Plan,
    options: &RunOptions,
    progress: &dyn Progress,
    recorder: &dyn Recorder,
) -> Result<Outcome> {
    Outcome::from_tally(plan, &carry_out(plan, 0..plan.lifetimes, options, progress, Some(recorder))?)
}

/// Simulates a range of the lifetimes of a plan.
///
/// The tally has the same bits for any number of threads, on any machine; tallies of ranges that do not overlap are
/// [merged](Tally::merge) to that of them all.
///
/// # Errors
///
/// * a number of threads out of range, or more than the system starts;
/// * a range that leaves the plan's lifetimes;
/// * [`ErrorKind::Interrupted`](crate::ErrorKind::Interrupted) if `progress` asked to stop.
pub fn simulate(
    plan: &Plan,
    range: Range<u64>,
    options: &RunOptions,
    progress: &dyn Progress,
) -> Result<Tally> {
    carry_out(plan, range, options, progress, None)
}

fn carry_out(
    plan: &Plan,
    range: Range<u64>,
    options: &RunOptions,
    progress: &dyn Progress,
    recorder: Option<&dyn Recorder>,
) -> Result<Tally> {
    check_range(plan, &range)?;
    let threads = options.wanted();
    if !(1..=MAX_THREADS).contains(&threads) {
        return Err(Error::invalid("threads", threads, format_args!("1 to {MAX_THREADS}")));
    }
    let threads = options.threads_for(plan);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(|error| {
        Error::system("start", "threads", std::io::Error::other(format!("{threads} of them: {error}")))
    })?;
    let instructions = options.instructions.unwrap_or_else(InstructionSet::best);
    let work = Work {
        plan,
        instructions,
        next: AtomicU64::new(range.start),
        done: AtomicU64::new(0),
        progress,
        record: recorder.map(|recorder| InOrder::new(recorder, range.start, BLOCK)),
        range,
    };
    let merged = Mutex::new(Ok(Tally::empty(plan)));
    pool.broadcast(|_| {
        let part = work.part();
        // A poisoned lock means that another worker panicked; its panic is passed on by `broadcast`.
        let Ok(mut merged) = merged.lock() else { return };
        let joined = match (&mut *merged, part) {
            // The first part is taken as it is: adding it to nothing would only copy its memory.
            (Ok(all), Ok(part)) if all.count() == 0 => {
                *all = part;
                Ok(())
            }
            (Ok(all), Ok(part)) => all.merge(&part),
            (Ok(_), Err(error)) => Err(error),
            (Err(_), _) => Ok(()),
        };
        if let Err(error) = joined {
            *merged = Err(error);
        }
    });
    merged.into_inner().unwrap_or_else(|_| Err(Error::mismatch("a worker thread stopped unexpectedly")))
}

/// What threads share.
struct Work<'a> {
    plan: &'a Plan,
    instructions: InstructionSet,
    range: Range<u64>,
    next: AtomicU64,
    done: AtomicU64,
    progress: &'a dyn Progress,
    record: Option<InOrder<'a>>,
}

impl Work<'_> {
    /// One thread: takes blocks until there are none left.
    fn part(&self) -> Result<Tally> {
        let watched = GivesUp(self.record.as_ref());
        let part = self.blocks()?;
        std::mem::forget(watched);
        Ok(part)
    }

    fn blocks(&self) -> Result<Tally> {
        let plan = self.plan;
        let mut tally = Tally::empty(plan);
        let mut workspace = Workspace::<LANES>::new(plan);
        workspace.rows = self.record.as_ref().map(|_| Rows::of(plan));
        loop {
            let first = self.next.fetch_add(BLOCK, Ordering::Relaxed);
            if first >= self.range.end {
                count_noted(plan, &mut workspace, &mut tally);
                return Ok(tally);
            }
            if self.progress.cancelled() {
                return Err(Error::interrupted());
            }
            let count = BLOCK.min(self.range.end - first);
            if let Some(rows) = &mut workspace.rows {
                rows.begin(first, count);
            }
            dispatch::simulate(self.instructions, plan, first, count, &mut workspace, &mut tally);
            if let (Some(record), Some(rows)) = (&self.record, &mut workspace.rows) {
                record.take(first, count, &mut rows.values)?;
            }
            tally.hold(first, count)?;
            let done = self.done.fetch_add(count, Ordering::Relaxed) + count;
            self.progress.advanced(done, self.range.end - self.range.start);
        }
    }
}

/// Lets those who wait for blocks go once a thread ends with an error or a panic: its block will never come.
struct GivesUp<'a, 'b>(Option<&'a InOrder<'b>>);

impl Drop for GivesUp<'_, '_> {
    fn drop(&mut self) {
        if let Some(record) = self.0 {
            record.give_up();
        }
    }
}

fn check_range(plan: &Plan, range: &Range<u64>) -> Result<()> {
    if range.start > range.end || range.end > plan.lifetimes {
        let found = format_args!("{} to {}", range.start, range.end).to_string();
        return Err(Error::invalid(
            "range",
            found,
            format_args!("within the plan's {} lifetimes", plan.lifetimes),
        ));
    }
    Ok(())
}

/// Simulates lifetimes `first .. first + count` of a plan on this thread: a pure function of its arguments.
///
/// # Errors
///
/// A range that leaves the plan's lifetimes.
///
/// ```no_run
/// # let plan: decumulus::engine::Plan = unimplemented!();
/// let whole = decumulus::engine::run_range(&plan, 0, 1000)?;
/// let mut parts = decumulus::engine::run_range(&plan, 0, 300)?;
/// parts.merge(&decumulus::engine::run_range(&plan, 300, 700)?)?;
/// assert_eq!(whole, parts);
/// # Ok::<(), decumulus::Error>(())
/// ```
pub fn run_range(plan: &Plan, first: u64, count: u64) -> Result<Tally> {
    run_range_on(plan, first, count, InstructionSet::best())
}

/// [`run_range`] with an instruction set of one's choice, for tests and benches: it does not change the result.
///
/// # Errors
///
/// As [`run_range`].
pub fn run_range_on(plan: &Plan, first: u64, count: u64, set: InstructionSet) -> Result<Tally> {
    run_range_with::<LANES>(plan, first, count, set)
}

/// [`run_range_on`] with a tile width of one's choice, for tests: it does not change the result. Each width is compiled on
/// its own, which takes minutes.
///
/// # Errors
///
/// As [`run_range`].
pub fn run_range_with<const L: usize>(
    plan: &Plan,
    first: u64,
    count: u64,
    set: InstructionSet,
) -> Result<Tally> {
    if first.checked_add(count).is_none_or(|end| end > plan.lifetimes) {
        let accepted = format!("within the plan's {} lifetimes", plan.lifetimes);
        return Err(Error::invalid("range", format_args!("{first} and {count} more"), accepted));
    }
    let mut tally = Tally::empty(plan);
    let mut workspace = Workspace::<L>::new(plan);
    dispatch::simulate(set, plan, first, count, &mut workspace, &mut tally);
    count_noted(plan, &mut workspace, &mut tally);
    tally.hold(first, count)?;
    Ok(tally)
}
