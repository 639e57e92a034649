//! Working memory of one thread, and the counting of what is noted in it.

use crate::engine::ledger::{Account, Shadow};
use crate::engine::plan::{Plan, World};
use crate::engine::tally::Tally;
use crate::engine::world::{Environment, PrivateMemory, WorldSteps};
use crate::market::{Memory, OverlayMemory, Quote};
use crate::math::Lanes;

/// Balances noted before they are counted, in all: 16 MiB a thread, more only beyond 4096 balances a lifetime.
const NOTED_IN_ALL: usize = 1 << 22;

/// Lifetimes whose balances are noted before they are counted: enough that several fall into each cache line of a
/// histogram, and no more than the memory for it allows.
fn noted_lifetimes(balances: usize) -> usize {
    (NOTED_IN_ALL / balances.max(1) / 1024 * 1024).clamp(1024, 16_384)
}

/// Working memory of one thread, made once.
#[derive(Debug)]
pub(crate) struct Workspace<const L: usize> {
    pub(super) environment: Environment<L>,
    pub(super) worlds: Vec<WorldSteps<L>>,
    /// Levels of the stress asset over the last twelve months, by world; a ring.
    pub(super) levels: Vec<Vec<Lanes<L>>>,
    pub(super) accounts: Vec<Account<L>>,
    /// Invested dollars, for sustainable withdrawal rates; none if they are not asked for.
    pub(super) shadows: Vec<Shadow<L>>,
    pub(super) real: Vec<Lanes<L>>,
    /// The memory of each world's model.
    pub(super) memories: Vec<Memory<L>>,
    /// That of each world's funds and gates.
    pub(super) private: Vec<PrivateMemory<L>>,
    pub(super) overlay: OverlayMemory<L>,
    /// Buckets of balances noted but not yet counted: as many places for each balance of a lifetime
    /// as [`noted_lifetimes`] says.
    pub(super) noted: Vec<u32>,
    /// Lifetimes for which there are places.
    pub(super) capacity: usize,
    /// Lifetimes simulated since the last count.
    pub(super) lifetimes_noted: usize,
    /// How many of those places are taken, for each.
    pub(super) taken: Vec<usize>,
    /// Dollars of the start for a dollar at the first contribution and at the first withdrawal.
    pub(super) first_contribution: Lanes<L>,
    pub(super) first_withdrawal: Lanes<L>,
    /// The random number that decides the year of death, at which figures over whole lives end.
    pub(super) fate: Lanes<L>,
    pub(super) alive: [bool; L],
}

impl<const L: usize> Workspace<L> {
    pub(crate) fn new(plan: &Plan) -> Self {
        let steps = plan.steps_at_once();
        let lanes = |count: usize| vec![[1.0; L]; count];
        let series = plan.series();
        let balances = 2 * plan.runs.len() * plan.schedule.years as usize;
        let world = |world: &World| WorldSteps {
            growth: lanes(steps * series),
            fall: vec![[0.0; L]; steps + 1],
            quotes: vec![Quote::default(); (steps + 1) * world.funds.len()],
            paid: lanes((steps + 1) * world.gates.as_ref().map_or(0, |gates| gates.gated.len())),
        };
        Self {
            environment: Environment {
                price: lanes(steps + 1),
                deflator: lanes(steps + 1),
                price_since_contribution: lanes(steps + 1),
                price_since_withdrawal: lanes(steps + 1),
                ones: [1.0; L],
            },
            worlds: plan.worlds.iter().map(world).collect(),
            levels: plan.worlds.iter().map(|_| lanes(plan.steps_per_year() + 1)).collect(),
            accounts: plan.runs.iter().map(Account::empty).collect(),
            shadows: Shadow::of(plan),
            real: lanes(plan.runs.len()),
            memories: plan.worlds.iter().map(|_| Memory::default()).collect(),
            private: plan.worlds.iter().map(|world| PrivateMemory::new(world, steps)).collect(),
            overlay: OverlayMemory::default(),
            noted: vec![0; balances * noted_lifetimes(balances)],
            capacity: noted_lifetimes(balances),
            lifetimes_noted: 0,
            taken: vec![0; balances],
            first_contribution: [1.0; L],
            first_withdrawal: [1.0; L],
            fate: [0.0; L],
            alive: [false; L],
        }
    }
}

/// Counts the balances noted since the last time, histogram after histogram, so that each stays in the cache.
/// Without it a tally is not complete.
pub(crate) fn count_noted<const L: usize>(plan: &Plan, workspace: &mut Workspace<L>, tally: &mut Tally) {
    let years = plan.schedule.years as usize;
    workspace.lifetimes_noted = 0;
    let mut places = workspace.noted.chunks_exact(workspace.capacity).zip(&mut workspace.taken);
    for run in &mut tally.runs {
        for basis in [&mut run.real, &mut run.nominal] {
            for (year, (buckets, taken)) in places.by_ref().take(years).enumerate() {
                if let Some(sample) = basis.get_mut(year) {
                    sample.count_buckets(&buckets[..*taken]);
                }
                *taken = 0;
            }
        }
    }
}
