//! A question in, a typed answer out.
