//! Overlays: what happens on top of any return model. Each is drawn from streams of its own, multiplies growth
//! factors, and is absent unless asked for; without any of them no random number and no bit of a result changes.

mod compiled;
mod crash;
mod draws;
mod known;
mod loss;
mod manager;
mod overlays;
mod prior;

pub use compiled::{Overlay, OverlayMemory};
pub use crash::{CrashJump, Crashes};
pub use loss::PermanentLoss;
pub use manager::{ManagerSpread, Managers, Selection};
pub use overlays::Overlays;
pub use prior::{ErrorCorrelation, ParameterUncertainty};
