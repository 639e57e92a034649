//! One policy's account in every lane, and the money that comes into it.

use crate::engine::ledger::private::Private;
use crate::engine::plan::Run;
use crate::engine::world::Quotes;
use crate::math::Lanes;

/// One policy's account in every lane, with what it paid and lost so far (dollars of the start).
#[derive(Clone, Debug)]
pub(crate) struct Account<const L: usize> {
    pub(crate) holdings: Vec<Lanes<L>>,
    pub(crate) total: Lanes<L>,
    /// Value of an invested dollar over its running peak, and the least it ever was.
    pub(super) depth: Lanes<L>,
    pub(crate) worst_depth: Lanes<L>,
    pub(crate) fees: Lanes<L>,
    pub(crate) haircuts: Lanes<L>,
    pub(crate) trading_costs: Lanes<L>,
    pub(crate) paid: Lanes<L>,
    pub(crate) unpaid: Lanes<L>,
    /// Years to the end of the year of ruin; zero if not ruined.
    pub(crate) ruin_year: Lanes<L>,
    /// Balance at retirement in dollars of the start; zero before.
    pub(super) base: Lanes<L>,
    /// What there is beside where NAVs are not values or gates may be shut.
    pub(crate) private: Option<Box<Private<L>>>,
}

impl<const L: usize> Account<L> {
    pub(crate) fn empty(run: &Run) -> Self {
        Self {
            holdings: vec![[0.0; L]; run.held.len()],
            total: [0.0; L],
            depth: [1.0; L],
            worst_depth: [1.0; L],
            fees: [0.0; L],
            haircuts: [0.0; L],
            trading_costs: [0.0; L],
            paid: [0.0; L],
            unpaid: [0.0; L],
            ruin_year: [0.0; L],
            base: [0.0; L],
            private: run.appraised.as_ref().map(|_| Box::new(Private::empty(run.held.len()))),
        }
    }

    /// The balance on the statement: at reported NAVs.
    pub(super) fn stated(&self) -> &Lanes<L> {
        self.private.as_ref().map_or(&self.total, |private| &private.reported)
    }

    /// Back to the start of a lifetime, with the opening balance at target weights.
    #[inline(always)]
    pub(crate) fn open(&mut self, run: &Run, opening_balance: f64) {
        for (holding, weight) in self.holdings.iter_mut().zip(run.weights_at(0)) {
            *holding = [opening_balance * weight; L];
        }
        self.total = [opening_balance; L];
        (self.depth, self.worst_depth) = ([1.0; L], [1.0; L]);
        (self.fees, self.haircuts, self.trading_costs) = ([0.0; L], [0.0; L], [0.0; L]);
        (self.paid, self.unpaid, self.ruin_year) = ([0.0; L], [0.0; L], [0.0; L]);
        self.base = [0.0; L];
        if let Some(private) = &mut self.private {
            private.open(opening_balance);
        }
    }
}

/// Money that comes in at one moment.
pub(super) struct Money<'a, const L: usize> {
    pub(super) amount: f64,
    pub(super) index: &'a Lanes<L>,
    pub(super) quotes: &'a Quotes<'a, L>,
}
