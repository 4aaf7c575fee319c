//! agents/validator
