//! The distances at which models are checked.

/// Distances at which errors are kept, in steps; between them they are interpolated, beyond them they grow in
/// proportion to the distance.
pub(crate) const DISTANCES: [usize; 13] = [1, 2, 3, 4, 5, 7, 10, 14, 21, 30, 45, 60, 90];
