//! What every policy of a tile meets over a few steps: prices, growth factors, stress, quotes and gates.

use crate::market::Quote;
use crate::math::Lanes;
use crate::participant::Indexing;

/// What all policies of a tile share over a few steps. Entry `step` is the open of a step, `step + 1` its close.
#[derive(Clone, Debug)]
pub(crate) struct Environment<const L: usize> {
    /// The price level; 1 at the start.
    pub(crate) price: Vec<Lanes<L>>,
    /// Dollars of the start for a dollar of the day, the inverse of `price`.
    pub(crate) deflator: Vec<Lanes<L>>,
    /// The price level since the first contribution; kept only where contributions are indexed from the second.
    pub(crate) price_since_contribution: Vec<Lanes<L>>,
    /// The same since the first withdrawal.
    pub(crate) price_since_withdrawal: Vec<Lanes<L>>,
    /// The index of nominal amounts.
    pub(crate) ones: Lanes<L>,
}

impl<const L: usize> Environment<L> {
    /// What an amount paid at `moment` is multiplied by.
    #[inline(always)]
    pub(crate) fn index<'a>(
        &'a self,
        indexing: Indexing,
        since_first: &'a [Lanes<L>],
        moment: usize,
    ) -> &'a Lanes<L> {
        match indexing {
            Indexing::Nominal => &self.ones,
            Indexing::FromFirst => &self.price[moment],
            Indexing::FromSecond => &since_first[moment],
        }
    }
}

/// What one world adds: growth factors and stress.
#[derive(Clone, Debug)]
pub(crate) struct WorldSteps<const L: usize> {
    /// `growth[step · series + k]`.
    pub(crate) growth: Vec<Lanes<L>>,
    /// The fall of public equity from its twelve-month high at the open and at the close of each step: entry
    /// `step` is the open, `step + 1` the close.
    pub(crate) fall: Vec<Lanes<L>>,
    /// What funds quote, `quotes[moment · funds + i]`, moments as for `fall`.
    pub(crate) quotes: Vec<Quote<L>>,
    /// The share of a request that gated funds pay, `paid[moment · gates + i]`; the same from one end of a quarter to the next.
    pub(crate) paid: Vec<Lanes<L>>,
}

/// What an account's trades meet at one moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quotes<'a, const L: usize> {
    /// Dollars of the start for a dollar of the day.
    pub(crate) deflator: &'a Lanes<L>,
    /// The fall of public equity from its twelve-month high.
    pub(crate) fall: &'a Lanes<L>,
    /// What each fund quotes.
    pub(crate) funds: &'a [Quote<L>],
    /// The share of a request that each gated fund pays.
    pub(crate) paid: &'a [Lanes<L>],
}

impl<const L: usize> WorldSteps<L> {
    #[inline(always)]
    pub(crate) fn quotes<'a>(&'a self, environment: &'a Environment<L>, moment: usize) -> Quotes<'a, L> {
        let moments = self.fall.len();
        let (funds, gates) = (self.quotes.len() / moments, self.paid.len() / moments);
        Quotes {
            deflator: &environment.deflator[moment],
            fall: &self.fall[moment],
            funds: &self.quotes[moment * funds..(moment + 1) * funds],
            paid: &self.paid[moment * gates..(moment + 1) * gates],
        }
    }
}
