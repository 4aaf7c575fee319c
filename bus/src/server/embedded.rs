//! The server of a data directory: started here, or found.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::connection::Settings;
use crate::shutdown::Shutdown;
use crate::{BusError, Result};

use super::files::{end_of_log, file_fault, open_lock, read_address, write_private};
use super::monitor::Monitor;
use super::process::{answers, configuration, free_port, signal, spawn};
use super::program::find_nats_server;

const START_TIMEOUT: Duration = Duration::from_secs(30);
/// How long the owner of a server waits for other commands that use it.
const USERS_TIMEOUT: Duration = Duration::from_secs(60);

/// The bus of a data directory.
#[derive(Debug)]
pub enum Embedded {
    /// Nobody had it: this process started a server and owns the directory.
    Started(NatsServer),
    /// Another process owns the directory; its server is at this address.
    Running {
        /// Address with token.
        url: String,
        /// Held for as long as the bus is used: its owner waits for it before stopping the server.
        use_of: File,
    },
}

/// A `nats-server` child, restarted when it exits, until it is stopped.
#[derive(Debug)]
pub struct NatsServer {
    url: String,
    stopping: Shutdown,
    monitor: tokio::task::JoinHandle<Result<()>>,
    /// Shared by the other commands that use the server.
    users: File,
    // Held, not read: the lock goes with it.
    _lock: File,
}

impl NatsServer {
    /// Starts a server on a data directory, or finds the one that runs on it.
    ///
    /// # Errors
    /// When there is no `nats-server`, it is too old, or it does not start.
    pub async fn start_or_find(data: &Path) -> Result<Embedded> {
        std::fs::create_dir_all(data).map_err(|source| file_fault(data, source))?;
        let lock = open_lock(&data.join("lock"))?;
        let store_lock = open_lock(&data.join("store.lock"))?;
        let deadline = tokio::time::Instant::now() + START_TIMEOUT;
        // The holder of the lock either answers soon or releases it.
        while lock.try_lock().is_err() {
            let use_of = open_lock(&data.join("users.lock"))?;
            if let Some(address) = read_address(data)
                && use_of.try_lock_shared().is_ok()
                && answers(&address.url).await
            {
                return Ok(Embedded::Running { url: address.url, use_of });
            }
            drop(use_of);
            if tokio::time::Instant::now() > deadline {
                let fault = format!("another casa24 holds {} and its server does not answer", data.display());
                return Err(BusError::Server { fault });
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let program = find_nats_server()?;
        stop_orphan(&program, data, &store_lock).await?;
        Self::start(&program, data, lock, store_lock).await.map(Embedded::Started)
    }

    async fn start(program: &Path, data: &Path, lock: File, store_lock: File) -> Result<Self> {
        let token: String = rand::random::<[u8; 16]>().iter().map(|byte| format!("{byte:02x}")).collect();
        let port = free_port()?;
        let url = format!("nats://casa24:{token}@127.0.0.1:{port}");
        let config = data.join("nats-server.conf");
        write_private(&config, &configuration(data, port, &token))?;
        let child = spawn(program, data, &config, &url, &store_lock)?;
        let (stopping, has_answered) = (Shutdown::default(), Arc::<AtomicBool>::default());
        let monitor = Monitor {
            program: program.to_owned(),
            data: data.to_owned(),
            config,
            url: url.clone(),
            store_lock,
            stopping: stopping.clone(),
            has_answered: has_answered.clone(),
        };
        let monitor = tokio::spawn(monitor.run(child));
        let deadline = tokio::time::Instant::now() + START_TIMEOUT;
        while !answers(&url).await {
            if monitor.is_finished() || tokio::time::Instant::now() > deadline {
                let fault = format!(
                    "{} does not start on {}; the end of its log:\n{}",
                    program.display(),
                    data.display(),
                    end_of_log(data)
                );
                monitor.abort();
                return Err(BusError::Server { fault });
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        has_answered.store(true, Ordering::Relaxed);
        let users = open_lock(&data.join("users.lock"))?;
        Ok(Self { url, stopping, monitor, users, _lock: lock })
    }

    /// Resolves when no process owns the data directory any more: its bus is lost to those that only use it.
    pub async fn abandoned(data: &Path) {
        loop {
            tokio::time::sleep(Duration::from_secs(1)).await;
            if open_lock(&data.join("lock")).is_ok_and(|lock| lock.try_lock().is_ok()) {
                return;
            }
        }
    }

    /// Address with token.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Waits, within limits, for other commands that use this server; then stops it and waits until it has written
    /// everything and is gone.
    ///
    /// # Errors
    /// When it cannot be stopped.
    pub async fn stop(self) -> Result<()> {
        let deadline = tokio::time::Instant::now() + USERS_TIMEOUT;
        while self.users.try_lock().is_err() && tokio::time::Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.stopping.begin();
        self.monitor.await.map_err(|error| BusError::Server { fault: error.to_string() })?
    }
}

/// Stops a server whose owner ended without stopping it: two servers must not open one store.
async fn stop_orphan(program: &Path, data: &Path, store_lock: &File) -> Result<()> {
    let deadline = tokio::time::Instant::now() + START_TIMEOUT;
    loop {
        // It is ours if it answers at our address and takes our token. While it recovers its store it does not answer.
        match read_address(data) {
            Some(address) if answers(&address.url).await => {
                tracing::info!(pid = address.pid, "stopping the nats-server of an earlier run");
                signal(program, address.pid).await;
            }
            _ if store_lock.try_lock().is_ok() => break,
            _ => {}
        }
        if tokio::time::Instant::now() > deadline {
            let fault = format!("the one of an earlier run still holds {}: end it", data.display());
            return Err(BusError::Server { fault });
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    drop(std::fs::remove_file(data.join("bus.json")));
    Ok(())
}

impl Embedded {
    /// Address with token.
    pub fn url(&self) -> &str {
        match self {
            Self::Started(server) => server.url(),
            Self::Running { url, .. } => url,
        }
    }

    /// How to connect to it under a name.
    pub fn settings(&self, name: &str) -> Settings {
        Settings::new(self.url(), name)
    }
}
