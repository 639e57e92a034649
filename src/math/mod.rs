//! Floor 1: lane arithmetic, elementary functions and counter-based random streams. Knows no finance.
//!
//! Everything here is built from IEEE additions, multiplications, divisions, square roots and bit
//! operations, never from a fused multiply-add or a library function that chooses instructions by
//! processor. The same inputs therefore give the same bits on every machine.

pub mod elementary;
pub mod normal;
pub mod philox;
pub mod single;
pub mod streams;

/// The number of lifetimes that a tile carries side by side.
///
/// Results do not depend on it; a test runs several widths and compares bits.
pub const LANES: usize = 32;

/// One double-precision quantity of a tile: a value for each of its lifetimes.
pub type Lanes<const L: usize> = [f64; L];
