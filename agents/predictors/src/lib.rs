//! agents/predictors
