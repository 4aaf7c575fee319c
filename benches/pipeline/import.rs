//! An import of a whole history: how fast it goes, and what memory it takes.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::Value;

use crate::{Outcome, program, text};

/// What an import took.
pub(crate) struct Import {
    pub(crate) num_new: f64,
    pub(crate) validated: f64,
    pub(crate) done: f64,
    pub(crate) peak_mib: f64,
}

pub(crate) fn import(folder: &Path, data: &Path, history: &Path) -> Outcome<Import> {
    let child = program(folder)
        .args(["--data", &text(data), "import", &text(history), "--json"])
        .stdout(Stdio::piped())
        .spawn()?;
    let watch = PeakMemory::of(child.id(), data.to_owned());
    let output = child.wait_with_output()?;
    let peak_mib = watch.stop();
    let counts: Value = serde_json::from_slice(&output.stdout)?;
    let number = |value: &Value| value.as_f64().ok_or("a count is missing");
    Ok(Import {
        num_new: number(&counts["read"]["num_new"])?,
        validated: number(&counts["until_validated_seconds"])?,
        done: number(&counts["seconds"])?,
        peak_mib,
    })
}

/// Adds up the resident peaks of the program and its server, where the system tells them.
struct PeakMemory {
    stopped: Arc<AtomicBool>,
    thread: std::thread::JoinHandle<f64>,
}

impl PeakMemory {
    fn of(pid: u32, data: PathBuf) -> Self {
        let stopped = Arc::new(AtomicBool::new(false));
        let is_stopped = Arc::clone(&stopped);
        let thread = std::thread::spawn(move || {
            let mut peaks = (0.0_f64, 0.0_f64);
            while !is_stopped.load(Ordering::Relaxed) {
                peaks.0 = peaks.0.max(peak_mib(pid));
                peaks.1 = peaks.1.max(server_pid(&data).map_or(0.0, peak_mib));
                std::thread::sleep(Duration::from_millis(50));
            }
            peaks.0 + peaks.1
        });
        Self { stopped, thread }
    }

    fn stop(self) -> f64 {
        self.stopped.store(true, Ordering::Relaxed);
        self.thread.join().unwrap_or(f64::NAN)
    }
}

fn server_pid(data: &Path) -> Option<u32> {
    let address: Value = serde_json::from_slice(&std::fs::read(data.join("bus.json")).ok()?).ok()?;
    address["pid"].as_u64()?.try_into().ok()
}

fn peak_mib(pid: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse::<f64>().ok());
    peak.unwrap_or(0.0) / 1_024.0
}
