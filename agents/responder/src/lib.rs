//! agents/responder
