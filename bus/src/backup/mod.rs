//! Backup and restore of what cannot be rebuilt: stored messages in one file, and back.

mod back_up;
mod file;
mod record;
mod restore;

pub use file::Backup;
