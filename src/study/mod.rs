//! Floor 6: what takes many runs: one question under several sets of assumptions, the premium at which policies are equal, and
//! what a gain hangs on.

mod across_sets;
mod break_even_premium;
mod condition;
mod premium_search;
mod shift;

pub use across_sets::{AcrossSets, Answers, Decomposition, MediansAt};
pub use break_even_premium::{BreakEvenPremium, SleeveAsset, break_even_premium, sleeve_of};
pub use condition::{Condition, Gain, RuinOf, SURE, conditions, drivers};
pub use premium_search::Premium;
