//! Four numbers that are computed with at once: one filter pass over a series serves four parameter sets, which hides
//! the latency of a recursion whose steps wait for each other.

use std::ops::{Add, Div, Mul, Sub};

pub(crate) const NUM_LANES: usize = 4;

/// One number for each of the parameter sets.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lanes(pub(crate) [f64; NUM_LANES]);

impl Lanes {
    pub(crate) const ZERO: Self = Self([0.0; NUM_LANES]);

    pub(crate) const fn all(value: f64) -> Self {
        Self([value; NUM_LANES])
    }

    pub(crate) fn map(self, function: impl Fn(f64) -> f64) -> Self {
        Self(self.0.map(function))
    }
}

macro_rules! lane_by_lane {
    ($($operation:ident $method:ident $sign:tt),*) => {$(
        impl $operation for Lanes {
            type Output = Self;

            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                let ([a, b, c, d], [e, f, g, h]) = (self.0, other.0);
                Self([a $sign e, b $sign f, c $sign g, d $sign h])
            }
        }
    )*};
}

lane_by_lane!(Add add +, Sub sub -, Mul mul *, Div div /);
