//! Files of a data directory: locks, the address of its server, its log.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::store_fault::StoreFault;
use crate::{BusError, Result};

/// What `bus.json` says.
#[derive(Serialize, Deserialize)]
pub(super) struct Address {
    pub(super) url: String,
    pub(super) pid: u32,
}

pub(super) fn open_lock(path: &Path) -> Result<File> {
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .map_err(|source| file_fault(path, source))
}

pub(super) fn read_address(data: &Path) -> Option<Address> {
    serde_json::from_slice(&std::fs::read(data.join("bus.json")).ok()?).ok()
}

/// Writes a file that only this user may read.
pub(super) fn write_private(path: &Path, text: &str) -> Result<()> {
    let fail = |source| file_fault(path, source);
    let temporary = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.create(true).truncate(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&temporary).map_err(fail)?;
    file.write_all(text.as_bytes()).map_err(fail)?;
    std::fs::rename(&temporary, path).map_err(fail)
}

pub(super) fn end_of_log(data: &Path) -> String {
    let log = std::fs::read_to_string(data.join("nats-server.log")).unwrap_or_default();
    let lines: Vec<&str> = log.lines().rev().take(5).collect();
    lines.into_iter().rev().collect::<Vec<_>>().join("\n")
}

/// An error on a file that must be written: what is wrong with the disk is told as such.
pub(super) fn file_fault(path: &Path, source: std::io::Error) -> BusError {
    match StoreFault::of_io(&source) {
        StoreFault::Other => BusError::File { path: path.display().to_string(), source },
        fault => BusError::Store { subject: path.display().to_string(), fault, said: source.to_string() },
    }
}
