//! Finding the `nats-server` program.

use std::path::{Path, PathBuf};

use crate::{BusError, Result};

/// Oldest server that has what the bus needs (resetting a consumer, ADR-60).
const OLDEST_VERSION: (u32, u32) = (2, 14);

/// The `nats-server` program: `NATS_SERVER`, the project's tool folder, or the PATH.
///
/// # Errors
/// When there is none, or only one that is too old.
pub fn find_nats_server() -> Result<PathBuf> {
    let mut too_old = None;
    for candidate in candidates() {
        match version(&candidate) {
            Some(found) if found >= OLDEST_VERSION => return Ok(candidate),
            Some((major, minor)) => {
                too_old = Some(format!("{} is version {major}.{minor}", candidate.display()))
            }
            None => {}
        }
    }
    let (major, minor) = OLDEST_VERSION;
    let found = too_old.map_or_else(|| "none was found".to_owned(), |too_old| format!("{too_old}, too old"));
    Err(BusError::Server {
        fault: format!(
            "version {major}.{minor} or newer is needed, {found}; run `make nats-server` in the project, put it on \
             the PATH, set NATS_SERVER to its path, or set NATS_URL to a bus that runs elsewhere"
        ),
    })
}

fn candidates() -> impl Iterator<Item = PathBuf> {
    let named = std::env::var_os("NATS_SERVER").map(PathBuf::from);
    let tool = Path::new(".tools").join("bin").join("nats-server");
    let beside_program = std::env::current_exe().ok().into_iter().flat_map(|program| {
        program
            .ancestors()
            .skip(1)
            .take(5)
            .map(|folder| folder.join(".tools/bin/nats-server"))
            .collect::<Vec<_>>()
    });
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path: Vec<PathBuf> =
        std::env::split_paths(&path).map(|folder| folder.join("nats-server")).collect();
    named.into_iter().chain([tool]).chain(beside_program).chain(on_path).filter(|path| path.is_file())
}

/// Major and minor version that a program prints: `nats-server: v2.15.1`.
fn version(program: &Path) -> Option<(u32, u32)> {
    let output = std::process::Command::new(program).arg("--version").output().ok()?;
    parse_version(&String::from_utf8_lossy(&output.stdout))
}

fn parse_version(text: &str) -> Option<(u32, u32)> {
    let (_, version) = text.rsplit_once('v')?;
    let mut parts = version.trim().split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_read_from_what_the_program_says() {
        assert_eq!(parse_version("nats-server: v2.15.1\n"), Some((2, 15)));
        assert_eq!(parse_version("nats-server: v2.9.10"), Some((2, 9)));
        assert_eq!(parse_version("something else"), None);
    }
}
