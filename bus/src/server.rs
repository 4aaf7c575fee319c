//! The embedded server: a `nats-server` child with its store in the data directory, on a free loopback port.
//!
//! One process at a time owns a data directory: it holds the lock, and the file `bus.json` tells others where the
//! server listens. A server that outlived its owner (`kill -9`) is stopped before another one opens its store.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::process::{Child, Command};

use crate::connection::{Settings, read_url};
use crate::server_program::find_nats_server;
use crate::shutdown::Shutdown;
use crate::{BusError, Result};

/// The Go runtime's soft limit for the embedded server, so that it stays small beside the agents.
const MEMORY_LIMIT: &str = "256MiB";
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

/// What `bus.json` says.
#[derive(Serialize, Deserialize)]
struct Address {
    url: String,
    pid: u32,
}

impl NatsServer {
    /// Starts a server on a data directory, or finds the one that runs on it.
    ///
    /// # Errors
    /// When there is no `nats-server`, it is too old, or it does not start.
    pub async fn start_or_find(data: &Path) -> Result<Embedded> {
        std::fs::create_dir_all(data)
            .map_err(|source| BusError::File { path: data.display().to_string(), source })?;
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
        let stopping = Shutdown::default();
        let monitor = Monitor {
            program: program.to_owned(),
            data: data.to_owned(),
            config,
            url: url.clone(),
            store_lock,
            stopping: stopping.clone(),
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

/// Restarts the server when it ends by itself.
struct Monitor {
    program: PathBuf,
    data: PathBuf,
    config: PathBuf,
    url: String,
    store_lock: File,
    stopping: Shutdown,
}

impl Monitor {
    /// Keeps a server running until it is to stop.
    async fn run(self, mut child: Child) -> Result<()> {
        let mut quick_exits = 0;
        loop {
            let started = tokio::time::Instant::now();
            tokio::select! {
                status = child.wait() => {
                    let status = status.map_or_else(|error| error.to_string(), |status| status.to_string());
                    quick_exits = if started.elapsed() < Duration::from_secs(2) { quick_exits + 1 } else { 0 };
                    if quick_exits > 3 {
                        return Err(BusError::Server { fault: format!("exits again and again ({status}): {}", end_of_log(&self.data)) });
                    }
                    tracing::warn!(status, "nats-server exited, restarting it");
                    child = spawn(&self.program, &self.data, &self.config, &self.url, &self.store_lock)?;
                }
                () = self.stopping.begun() => {
                    if let Some(pid) = child.id() {
                        signal(&self.program, pid).await;
                    }
                    if tokio::time::timeout(START_TIMEOUT, child.wait()).await.is_err() {
                        drop(child.kill().await);
                    }
                    drop(std::fs::remove_file(self.data.join("bus.json")));
                    return Ok(());
                }
            }
        }
    }
}

fn configuration(data: &Path, port: u16, token: &str) -> String {
    let store = serde_json::Value::String(data.join("jetstream").display().to_string());
    format!(
        "# Written at every start; what production needs is in the project's nats.conf.\n\
         listen: \"127.0.0.1:{port}\"\n\
         server_name: casa24\n\
         authorization {{ user: casa24, password: \"{token}\" }}\n\
         max_payload: 1MB\n\
         jetstream {{\n  store_dir: {store}\n  sync_interval: always\n}}\n"
    )
}

fn spawn(program: &Path, data: &Path, config: &Path, url: &str, store_lock: &File) -> Result<Child> {
    let log_path = data.join("nats-server.log");
    let log_error = |source| BusError::File { path: log_path.display().to_string(), source };
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
async fn signal(program: &Path, pid: u32) {
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

fn open_lock(path: &Path) -> Result<File> {
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .map_err(|source| BusError::File { path: path.display().to_string(), source })
}

fn read_address(data: &Path) -> Option<Address> {
    serde_json::from_slice(&std::fs::read(data.join("bus.json")).ok()?).ok()
}

async fn answers(url: &str) -> bool {
    let Ok((servers, options)) = read_url(url) else { return false };
    let connect = options.connection_timeout(Duration::from_secs(2)).connect(servers);
    let Ok(client) = connect.await else { return false };
    let jetstream = async_nats::jetstream::new(client);
    // The port opens before the store is recovered.
    jetstream.query_account().await.is_ok()
}

fn free_port() -> Result<u16> {
    TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| BusError::Server { fault: format!("no free loopback port: {error}") })
}

/// Writes a file that only this user may read.
fn write_private(path: &Path, text: &str) -> Result<()> {
    let fail = |source| BusError::File { path: path.display().to_string(), source };
    let temporary = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.create(true).truncate(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&temporary).map_err(fail)?;
    file.write_all(text.as_bytes()).map_err(fail)?;
    std::fs::rename(&temporary, path).map_err(fail)
}

fn end_of_log(data: &Path) -> String {
    let log = std::fs::read_to_string(data.join("nats-server.log")).unwrap_or_default();
    let lines: Vec<&str> = log.lines().rev().take(5).collect();
    lines.into_iter().rev().collect::<Vec<_>>().join("\n")
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
