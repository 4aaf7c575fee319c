//! What whole-system tests share: a data folder of their own, the program, and waiting for a condition.

#![allow(dead_code, missing_docs, unreachable_pub, reason = "each test target uses a part")]

pub mod production;
pub mod watcher;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// How long a condition may take to come true on a slow machine.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A data folder with its own embedded bus; gone when dropped.
pub struct House {
    folder: TempDir,
}

impl House {
    pub fn new() -> Self {
        Self { folder: TempDir::new().expect("a temporary folder") }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn data(&self) -> PathBuf {
        self.path("data")
    }

    /// The program on this house's data folder, with nothing of the surroundings' settings.
    pub fn casa24<I: IntoIterator<Item = S>, S: AsRef<std::ffi::OsStr>>(&self, arguments: I) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_casa24"));
        command.current_dir(self.folder.path()).env_clear();
        for kept in ["PATH", "HOME", "NATS_SERVER"] {
            if let Some(value) = std::env::var_os(kept) {
                command.env(kept, value);
            }
        }
        let tool = checkout().join(".tools/bin/nats-server");
        if std::env::var_os("NATS_SERVER").is_none() && tool.is_file() {
            command.env("NATS_SERVER", tool); // also where cargo builds outside the checkout
        }
        // Nothing is asked outside unless a test says whom, and nothing is trained that it does not ask for.
        command
            .env("CASA24_SCHEDULE", "off")
            .env("CASA24_TRAIN", "off")
            .env("CASA24_DATA", self.data())
            .args(arguments);
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        finish(self.casa24(arguments))
    }

    /// Standard output of a run that succeeds.
    pub fn text(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    /// Standard output of a run that succeeds, as JSON.
    pub fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.text(arguments)).expect("JSON")
    }

    /// The answer to a command, as `--json` gives it.
    pub fn ask(&self, line: &str) -> Value {
        self.json(&["ask", line, "--json"])
    }

    /// `casa24 up` on this house's data folder, ready.
    pub fn up(&self) -> Running {
        let mut up = Running::start(self, "up", self.casa24(["up"]));
        up.until_says("ready:");
        up
    }

    /// What `bus.json` says of the embedded server, while there is one: its address and its process.
    pub fn server(&self) -> Option<(String, u64)> {
        let address = std::fs::read(self.data().join("bus.json")).ok()?;
        let address: Value = serde_json::from_slice(&address).ok()?;
        Some((address["url"].as_str()?.to_owned(), address["pid"].as_u64()?))
    }

    /// Writes a file of this house.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder");
        std::fs::write(&path, content).expect("the file");
        path
    }
}

impl Drop for House {
    fn drop(&mut self) {
        // A server whose owner was killed lives on; one that was stopped has taken `bus.json` with it.
        if let Some((_, pid)) = self.server() {
            signal("KILL", pid);
        }
    }
}

/// Runs a program to its end; one that does not come to it is killed.
pub fn finish(mut command: Command) -> Output {
    use std::process::Stdio;
    let what = format!("{command:?}");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap_or_else(|error| panic!("{what} does not start: {error}"));
    let pid = u64::from(child.id());
    let (sender, ended) = std::sync::mpsc::channel();
    std::thread::spawn(move || sender.send(child.wait_with_output()));
    ended.recv_timeout(PATIENCE).map_or_else(
        |_| {
            signal("KILL", pid);
            panic!("{what} did not end");
        },
        |output| output.expect("its output"),
    )
}

/// Sends a signal to a process; tells whether there is such a process.
pub fn signal(name: &str, pid: u64) -> bool {
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("kill -{name} {pid}")]).stderr(std::process::Stdio::null());
    shell.status().is_ok_and(|status| status.success())
}

/// Waits until a condition is true.
pub fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !condition() {
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        std::thread::park_timeout(Duration::from_millis(20));
    }
}

/// The folder of the checkout.
pub fn checkout() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("cli lies in the checkout")
}

/// A program that runs beside the test; killed when dropped.
pub struct Running {
    child: std::process::Child,
    pub stdout: PathBuf,
    pub stderr: PathBuf,
}

impl Running {
    /// Starts a program with its output in files of this house.
    pub fn start(house: &House, name: &str, mut command: Command) -> Self {
        let [stdout, stderr] = ["out", "err"].map(|kind| house.write(&format!("{name}.{kind}"), ""));
        let open = |path: &Path| std::fs::File::create(path).expect("the file");
        let child = command
            .stdin(std::process::Stdio::null())
            .stdout(open(&stdout))
            .stderr(open(&stderr))
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
        Self { child, stdout, stderr }
    }

    /// What it has said so far on standard output.
    pub fn said(&self) -> String {
        std::fs::read_to_string(&self.stdout).expect("the file")
    }

    /// Waits until standard output holds a text; fails with what it complained of when it ends before.
    pub fn until_says(&mut self, text: &str) {
        until(&format!("it says {text:?}"), || {
            if !self.said().contains(text)
                && let Some(status) = self.child.try_wait().expect("a child")
            {
                let complaint = std::fs::read_to_string(&self.stderr).expect("the file");
                panic!("ended with {status} before it said {text:?}: {complaint}");
            }
            self.said().contains(text)
        });
    }
}

impl Running {
    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to end, and waits until it has.
    pub fn terminate(mut self) -> std::process::ExitStatus {
        assert!(signal("TERM", u64::from(self.child.id())), "it ended by itself");
        let mut ended = None;
        until("it ends", || {
            ended = self.child.try_wait().expect("a child");
            ended.is_some()
        });
        ended.expect("it has ended")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Connects to an address that holds user and password, which the client itself passes over.
pub async fn connect(url: &str) -> async_nats::Client {
    let address: async_nats::ServerAddr = url.parse().expect("an address");
    let (user, password) = (address.username().unwrap_or_default(), address.password().unwrap_or_default());
    let options = async_nats::ConnectOptions::with_user_and_password(user.to_owned(), password.to_owned());
    // A user of nats.conf has no other inbox.
    let options = options.custom_inbox_prefix(format!("_INBOX_{user}"));
    options.connect(address.clone()).await.expect("the server answers")
}

/// The event of a sequence of a stream.
pub fn stored(url: &str, stream: &str, sequence: u64) -> Value {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let jetstream = async_nats::jetstream::new(connect(url).await);
        let stream = jetstream.get_stream(stream).await.expect("a stream");
        let message = stream.get_raw_message(sequence).await.expect("a message");
        rmp_serde::from_slice(&message.payload).expect("MessagePack")
    })
}
