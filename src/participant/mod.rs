//! Floor 4: pay, contributions, benefits, death and spending. Knows no market: everything is in today's
//! dollars or in shares of a balance, and the engine multiplies by prices.

mod account;
mod career;
mod life_table;
mod mortality;
mod person;
mod plan_rules;
mod saver;
mod schedule;
mod spending;

pub use account::{Account, Withdrawal};
pub use career::{AgeProfile, Career};
pub use mortality::{Life, Sex, complete_life_expectancy, survival};
pub use person::Participant;
pub use plan_rules::{Contribution, Limits, MatchTier, PlanRules};
pub use saver::{Benefit, Saver};
pub(crate) use schedule::Due;
pub use schedule::{Indexing, MAX_AGE, PaymentTiming, PaymentsPer, Schedule};
pub use spending::Spending;
