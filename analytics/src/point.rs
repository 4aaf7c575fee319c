//! One accepted value, and what the validator says of it.

use casa24_schemas::{Flag, Observed};
use time::Date;

/// A set of flags in two bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct FlagSet(u16);

const _: () = assert!(Flag::ALL.len() <= 16);

impl FlagSet {
    /// The set of these flags.
    pub fn of(flags: &[Flag]) -> Self {
        flags.iter().fold(Self(0), |set, flag| set.with(*flag))
    }

    /// This set and one flag more.
    #[must_use]
    pub fn with(self, flag: Flag) -> Self {
        Self(self.0 | 1 << (flag as u8))
    }

    /// The flags of both sets.
    #[must_use]
    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the flag is in the set.
    pub const fn has(self, flag: Flag) -> bool {
        self.0 & 1 << (flag as u8) != 0
    }

    /// Whether no flag is in the set.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The flags of the set, in the order of their list.
    pub fn iter(self) -> impl Iterator<Item = Flag> {
        Flag::ALL.iter().copied().filter(move |flag| self.has(*flag))
    }
}

/// One accepted value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// When it was observed.
    pub observed_at: Observed,
    /// The value.
    pub value: f64,
    /// What the validator says of it.
    pub flags: FlagSet,
}

impl Point {
    /// Day of the observation.
    pub const fn date(&self) -> Date {
        self.observed_at.date()
    }

    /// Whether the value is a copy of an earlier one: the platform was not observed anew.
    pub const fn is_copy(&self) -> bool {
        self.flags.has(Flag::CopiedForward)
    }

    /// Its value, flags and day as one number.
    pub(crate) fn number(&self) -> u64 {
        let day = u64::from(self.date().to_julian_day().unsigned_abs());
        // By the day too: values that change places are others.
        self.value.to_bits().rotate_left(16).wrapping_add(u64::from(self.flags.0)).wrapping_mul(2 * day + 1)
    }

    /// Whether the value lies on another level than the one before it.
    pub fn is_new_level(&self) -> bool {
        self.flags.iter().any(Flag::changes_level)
    }
}
