//! agents/analysts
