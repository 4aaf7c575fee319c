//! agents/collectors
