//! How numbers and days are written on the axes.

use time::Date;

/// Writes numbers and days of the axes in the reader's locale. Labels should be short: they share the panel's room.
pub trait AxisText: Sync {
    /// A number on the axis of values, such as `2,050`. It is a multiple of 1, 2 or 5 times a power of ten.
    fn number(&self, value: f64) -> String;

    /// A day and its month, such as `Sep 30`.
    fn day(&self, day: Date) -> String;

    /// A day where a year begins, such as `Jan 1, 2026`.
    fn day_with_year(&self, day: Date) -> String;
}
