//! Servers of Discord: which of them may ask, what is set in each, and how that is changed.

mod known;
mod open_to;
mod set;

pub(crate) use known::KnownServers;
pub(crate) use open_to::OpenTo;
pub(crate) use set::{SETTINGS, is_setting, not_open, set};
