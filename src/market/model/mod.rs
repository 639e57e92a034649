//! Return models by name: a scenario chooses one, the engine gets it compiled.
//!
//! A further model is one more file and one more variant in each of the two enums, [`ReturnModel`] and [`Law`].

mod bootstrap;
mod compiled;
mod delivered;
mod dynamic_correlation;
mod from_history;
mod garch;
mod garch_parameters;
mod growth_table;
mod historical;
mod ingredients;
mod lognormal;
mod memory;
mod normals;
mod regime_parameters;
mod regimes;
mod return_model;
mod student_t;

pub use bootstrap::Bootstrap;
pub use compiled::{Law, Model};
pub use delivered::{Delivered, delivered};
pub use dynamic_correlation::DynamicCorrelation;
pub use from_history::{BlockMethod, BootstrapOf, HistoricalOf};
pub use garch::Garch;
pub use garch_parameters::{GarchCoefficients, GarchCorrelation, GarchParameters};
pub use historical::Historical;
pub use ingredients::Ingredients;
pub use lognormal::Lognormal;
pub use memory::Memory;
pub use regime_parameters::{Regime, RegimeParameters};
pub use regimes::Regimes;
pub use return_model::{FEWEST_DEGREES_OF_FREEDOM, NO_MEANS, ReturnModel};
pub use student_t::{DEFAULT_DEGREES_OF_FREEDOM, StudentT};
