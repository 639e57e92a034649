//! Lane arrays and the vectors that read and write them, sixteen at a time.
//!
//! The vectors are those of `fearless_simd`: fixed in width whatever the processor has, without fused
//! multiply-add unless it is asked for (it never is here), so that every instruction set gives the same bits.

use std::ops::{Add, AddAssign, Deref, DerefMut, Div, Mul, Sub};

use fearless_simd::{Simd, f32x16, f64x8, prelude::*};

/// The number of lifetimes that a tile carries side by side; a multiple of [`WIDTH`].
///
/// Results do not depend on it; a test runs several widths and compares bits.
pub const LANES: usize = 128;

/// Lanes in a vector.
pub const WIDTH: usize = 16;

/// One quantity of a tile: a value for each of its lifetimes, from the beginning of a cache line on, so that no vector that is read
/// or written lies across two.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(align(64))]
pub struct Aligned<T, const L: usize>([T; L]);

/// A double-precision quantity.
pub type Lanes<const L: usize> = Aligned<f64, L>;

/// A single-precision quantity.
pub type SingleLanes<const L: usize> = Aligned<f32, L>;

impl<T: Copy, const L: usize> Aligned<T, L> {
    /// The same value in every lane.
    #[inline(always)]
    #[must_use]
    pub fn splat(value: T) -> Self {
        Self([value; L])
    }
}

impl<T, const L: usize> From<[T; L]> for Aligned<T, L> {
    #[inline(always)]
    fn from(values: [T; L]) -> Self {
        Self(values)
    }
}

impl<T, const L: usize> Deref for Aligned<T, L> {
    type Target = [T; L];

    #[inline(always)]
    fn deref(&self) -> &[T; L] {
        &self.0
    }
}

impl<T, const L: usize> DerefMut for Aligned<T, L> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut [T; L] {
        &mut self.0
    }
}

/// Sixteen doubles: two vectors of eight, so that a loop over assets pays its bookkeeping half as often.
#[derive(Clone, Copy, Debug)]
pub struct Wide<S: Simd>(f64x8<S>, f64x8<S>);

impl<S: Simd> Wide<S> {
    /// The same number in every lane.
    #[inline(always)]
    pub fn splat(simd: S, value: f64) -> Self {
        let half = f64x8::splat(simd, value);
        Self(half, half)
    }

    /// Sixteen floats, exactly.
    #[inline(always)]
    pub fn widen(single: f32x16<S>) -> Self {
        let (low, high) = single.widen();
        Self(low, high)
    }

    /// The smaller of two numbers, lane by lane.
    #[inline(always)]
    #[must_use]
    pub fn min(self, other: Self) -> Self {
        Self(self.0.min(other.0), self.1.min(other.1))
    }

    /// The larger of two numbers, lane by lane.
    #[inline(always)]
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        Self(self.0.max(other.0), self.1.max(other.1))
    }

    /// The size of each number.
    #[inline(always)]
    #[must_use]
    pub fn abs(self) -> Self {
        Self(self.0.abs(), self.1.abs())
    }

    /// `yes` where this is above `limit`, `no` elsewhere.
    #[inline(always)]
    #[must_use]
    pub fn above(self, limit: Self, yes: Self, no: Self) -> Self {
        Self(self.0.simd_gt(limit.0).select(yes.0, no.0), self.1.simd_gt(limit.1).select(yes.1, no.1))
    }

    /// `yes` where this is not below `limit`, `no` elsewhere.
    #[inline(always)]
    #[must_use]
    pub fn at_least(self, limit: Self, yes: Self, no: Self) -> Self {
        Self(self.0.simd_ge(limit.0).select(yes.0, no.0), self.1.simd_ge(limit.1).select(yes.1, no.1))
    }
}

/// An operation between two vectors, and between a vector and one number.
macro_rules! lane_by_lane {
    ($trait:ident, $method:ident) => {
        impl<S: Simd> $trait for Wide<S> {
            type Output = Self;

            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Self($trait::$method(self.0, other.0), $trait::$method(self.1, other.1))
            }
        }

        impl<S: Simd> $trait<f64> for Wide<S> {
            type Output = Self;

            #[inline(always)]
            fn $method(self, other: f64) -> Self {
                Self($trait::$method(self.0, other), $trait::$method(self.1, other))
            }
        }
    };
}

lane_by_lane!(Add, add);
lane_by_lane!(Sub, sub);
lane_by_lane!(Mul, mul);
lane_by_lane!(Div, div);

impl<S: Simd> AddAssign for Wide<S> {
    #[inline(always)]
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

/// Reads vector number `chunk` of the lanes.
#[inline(always)]
pub fn get<S: Simd, const L: usize>(simd: S, lanes: &Lanes<L>, chunk: usize) -> Wide<S> {
    let (low, high) = lanes.as_chunks::<WIDTH>().0[chunk].split_at(WIDTH / 2);
    Wide(f64x8::from_slice(simd, low), f64x8::from_slice(simd, high))
}

/// Writes vector number `chunk` of the lanes.
#[inline(always)]
pub fn set<S: Simd, const L: usize>(lanes: &mut Lanes<L>, chunk: usize, value: Wide<S>) {
    let (low, high) = lanes.as_chunks_mut::<WIDTH>().0[chunk].split_at_mut(WIDTH / 2);
    value.0.store_slice(low);
    value.1.store_slice(high);
}

/// Adds to vector number `chunk` of the lanes.
#[inline(always)]
pub fn add<S: Simd, const L: usize>(simd: S, lanes: &mut Lanes<L>, chunk: usize, value: Wide<S>) {
    set(lanes, chunk, get(simd, lanes, chunk) + value);
}

/// Reads vector number `chunk` of single-precision lanes.
#[inline(always)]
pub fn get_single<S: Simd, const L: usize>(simd: S, lanes: &SingleLanes<L>, chunk: usize) -> f32x16<S> {
    lanes.as_chunks::<WIDTH>().0[chunk].simd_into(simd)
}

/// Writes vector number `chunk` of single-precision lanes.
#[inline(always)]
pub fn set_single<S: Simd, const L: usize>(lanes: &mut SingleLanes<L>, chunk: usize, value: f32x16<S>) {
    lanes.as_chunks_mut::<WIDTH>().0[chunk] = value.into();
}
