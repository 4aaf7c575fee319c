//! The server's process: its configuration, its start and its end.

use std::fs::File;
use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::{Child, Command};

use crate::connection::read_url;
use crate::{BusError, Result};

use super::files::{Address, file_fault, write_private};

/// The Go runtime's soft limit for the embedded server, so that it stays small beside the agents: an import of 100 artists and
/// five years takes as long as with 512 MiB; with 192 MiB it spends twice the processor time.
const MEMORY_LIMIT: &str = "320MiB";

pub(super) fn configuration(data: &Path, port: u16, token: &str) -> String {
    let store = serde_json::Value::String(data.join("jetstream").display().to_string());
    format!(
        "# Written at every start; what production needs is in the project's nats.conf.\n\
         listen: \"127.0.0.1:{port}\"\n\
         server_name: casa24\n\
         authorization {{ user: casa24, password: \"{token}\" }}\n\
         max_payload: 1MB\n\
         # The disk is the limit. By default the server takes 75 % of what is free when it starts, and what it has\n\
         # stored already counts against that.\n\
         jetstream {{\n  store_dir: {store}\n  sync_interval: always\n  max_file_store: 1TB\n}}\n"
    )
}

pub(super) fn spawn(
    program: &Path,
    data: &Path,
    config: &Path,
    url: &str,
    store_lock: &File,
) -> Result<Child> {
    let log_path = data.join("nats-server.log");
    let log_error = |source| file_fault(&log_path, source);
    let log = File::create(&log_path).map_err(log_error)?;
    let log_again = log.try_clone().map_err(log_error)?;
    let store_lock = store_lock.try_clone().map_err(log_error)?;
    let mut command = Command::new(program);
    command
        .arg("--config")
        .arg(config)
        .env("GOMEMLIMIT", MEMORY_LIMIT)
        // Not to be read: the server holds the lock with it for as long as it lives, whatever becomes of its owner.
        .stdin(store_lock)
        .stdout(log)
        .stderr(log_again)
        .kill_on_drop(true);
    // Ctrl-C goes to the whole process group: the server must outlive the agents that store with it.
    #[cfg(unix)]
    command.process_group(0);
    let child =
        command.spawn().map_err(|source| BusError::File { path: program.display().to_string(), source })?;
    let address = Address { url: url.to_owned(), pid: child.id().unwrap_or(0) };
    let text =
        serde_json::to_string(&address).map_err(|error| BusError::Server { fault: error.to_string() })?;
    write_private(&data.join("bus.json"), &text)?;
    Ok(child)
}

/// Asks a server to shut down; its own program can do so on every system.
pub(super) async fn signal(program: &Path, pid: u32) {
    let sent = Command::new(program)
        .arg("--signal")
        .arg(format!("term={pid}"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .await;
    if let Err(error) = sent {
        tracing::warn!(%error, pid, "cannot signal nats-server");
    }
}

pub(super) async fn answers(url: &str) -> bool {
    let Ok((servers, options)) = read_url(url) else { return false };
    let connect = options.connection_timeout(Duration::from_secs(2)).connect(servers);
    let Ok(client) = connect.await else { return false };
    let jetstream = async_nats::jetstream::new(client);
    // The port opens before the store is recovered.
    jetstream.query_account().await.is_ok()
}

pub(super) fn free_port() -> Result<u16> {
    TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| BusError::Server { fault: format!("no free loopback port: {error}") })
}
