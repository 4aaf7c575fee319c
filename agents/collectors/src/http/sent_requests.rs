//! When requests were sent, so that every process that works in this data directory knows, and the next one.

use std::fs::{File, OpenOptions};
use std::io::{Error, ErrorKind, Read, Result, Seek, Write};
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

use super::limit::Window;

/// A file with a line for each request within a window: milliseconds since 1970. Whoever reads or writes it has it
/// locked for so long.
#[derive(Debug)]
pub(super) struct SentRequests {
    path: Option<PathBuf>,
    window: Window,
    /// The clock as it was at an instant: it is not to go back while this works.
    clock: (Duration, Instant),
}

impl SentRequests {
    pub(super) fn new(window: Window, path: Option<PathBuf>) -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { path, window, clock: (since, Instant::now()) }
    }

    /// Whether it is known what was sent.
    pub(super) fn is_known(&self) -> bool {
        let Some(path) = &self.path else { return false };
        let read = std::fs::read_to_string(path);
        match read {
            Ok(text) => text.lines().all(|line| line.parse::<u64>().is_ok()),
            Err(error) => error.kind() == ErrorKind::NotFound && self.locked().is_ok(),
        }
    }

    /// Notes that a request is about to be sent, where the window has room for it beside those of all processes; how
    /// long to wait otherwise.
    pub(super) fn note(&self) -> Option<Duration> {
        let noted = self.locked().and_then(|file| self.note_in(file));
        if noted.is_err() {
            // What cannot be noted must not look like all there was: the next start knows nothing, and waits.
            self.path.as_ref().map(|path| std::fs::write(path, "?\n"));
        }
        noted.ok().flatten()
    }

    fn note_in(&self, mut file: File) -> Result<Option<Duration>> {
        let mut text = String::new();
        file.read_to_string(&mut text)?;
        let now = self.now();
        // A line that was cut off by a crash, or lies ahead as the clock was set back, is as new as can be.
        let sent = text.lines().map(|line| line.parse().map_or(now, |sent: u64| sent.min(now)));
        // One more, as parts of milliseconds are cut off.
        let span = millis(self.window.span) + 1;
        let mut recent: Vec<u64> = sent.filter(|sent| now - sent < span).collect();
        recent.sort_unstable();
        let most = self.window.num_requests as usize;
        // As many as are too many have to be a span old before one more is not.
        let wait =
            recent.len().checked_sub(most).map(|over| Duration::from_millis(recent[over] + span - now));
        if wait.is_none() {
            recent.push(now);
        }
        let lines: String = recent.iter().map(|sent| format!("{sent}\n")).collect();
        if lines != text {
            // Overwritten before it is cut: a crash in between leaves too many lines, never too few.
            file.rewind()?;
            file.write_all(lines.as_bytes())?;
            file.set_len(lines.len() as u64)?;
        }
        Ok(wait)
    }

    /// The file, locked until it is dropped.
    fn locked(&self) -> Result<File> {
        let path = self.path.as_ref().ok_or_else(|| Error::from(ErrorKind::NotFound))?;
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        file.lock()?;
        Ok(file)
    }

    /// Milliseconds since 1970.
    fn now(&self) -> u64 {
        millis(self.clock.0 + self.clock.1.elapsed())
    }
}

fn millis(of: Duration) -> u64 {
    u64::try_from(of.as_millis()).unwrap_or(u64::MAX)
}
