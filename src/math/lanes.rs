//! Lane arrays and the vectors that read and write them, eight doubles or sixteen floats at a time.
//!
//! The vectors are those of `fearless_simd`: fixed in width whatever the processor has, without fused
//! multiply-add unless it is asked for (it never is here), so that every instruction set gives the same bits.

use fearless_simd::{Simd, f32x16, f64x8, prelude::*};

/// The number of lifetimes that a tile carries side by side; a multiple of [`SINGLES`].
///
/// Results do not depend on it; a test runs several widths and compares bits.
pub const LANES: usize = 64;

/// Doubles in a vector.
pub const DOUBLES: usize = 8;

/// Floats in a vector.
pub const SINGLES: usize = 16;

/// One double-precision quantity of a tile: a value for each of its lifetimes.
pub type Lanes<const L: usize> = [f64; L];

/// Reads vector number `chunk` of the lanes.
#[inline(always)]
pub fn get<S: Simd, const L: usize>(simd: S, lanes: &[f64; L], chunk: usize) -> f64x8<S> {
    lanes.as_chunks::<DOUBLES>().0[chunk].simd_into(simd)
}

/// Writes vector number `chunk` of the lanes.
#[inline(always)]
pub fn set<S: Simd, const L: usize>(lanes: &mut [f64; L], chunk: usize, value: f64x8<S>) {
    lanes.as_chunks_mut::<DOUBLES>().0[chunk] = value.into();
}

/// Adds to vector number `chunk` of the lanes.
#[inline(always)]
pub fn add<S: Simd, const L: usize>(simd: S, lanes: &mut [f64; L], chunk: usize, value: f64x8<S>) {
    set(lanes, chunk, get(simd, lanes, chunk) + value);
}

/// Reads vector number `chunk` of single-precision lanes.
#[inline(always)]
pub fn get_single<S: Simd, const L: usize>(simd: S, lanes: &[f32; L], chunk: usize) -> f32x16<S> {
    lanes.as_chunks::<SINGLES>().0[chunk].simd_into(simd)
}

/// Writes vector number `chunk` of single-precision lanes.
#[inline(always)]
pub fn set_single<S: Simd, const L: usize>(lanes: &mut [f32; L], chunk: usize, value: f32x16<S>) {
    lanes.as_chunks_mut::<SINGLES>().0[chunk] = value.into();
}
