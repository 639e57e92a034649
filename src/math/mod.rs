//! Floor 1: lane arithmetic, elementary functions and counter-based random streams. Knows no finance.
//!
//! Everything here is built from IEEE additions, multiplications, divisions, square roots and bit
//! operations, never from a fused multiply-add or a library function that chooses instructions by
//! processor. The same inputs therefore give the same bits on every machine.

pub mod elementary;
pub mod gamma;
pub mod lanes;
pub mod normal;
pub mod philox;
pub mod single;
pub mod streams;

pub use lanes::{Aligned, LANES, Lanes, SingleLanes};
