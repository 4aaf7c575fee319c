//! When requests were sent, so that every process that works in this data directory knows, and the next one.

use std::fs::{File, OpenOptions};
use std::io::{Error, ErrorKind, Read, Result, Seek, Write};
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

use super::window::Window;

/// How long a request may be on its way to the platform, as long as it has no answer.
const ON_ITS_WAY: Duration = Duration::from_secs(2);

/// A file with a line for each request within a window: when it reached the platform at the latest, which is when its answer
/// came, in milliseconds since 1970. Whoever reads or writes it has it locked for so long.
#[derive(Debug)]
pub(super) struct SentRequests {
    path: Option<PathBuf>,
    window: Window,
    /// The clock as it was at an instant: it is not to go back while this works.
    clock: (Duration, Instant),
}

/// A request that was noted and has no answer yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Noted(u64);

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

    /// Notes that a request is about to be sent, where the window has room for it beside those of all processes.
    ///
    /// # Errors
    /// How long to wait otherwise.
    pub(super) fn note(&self) -> std::result::Result<Option<Noted>, Duration> {
        let now = self.now();
        let noted = self.change(now, |recent| {
            // One more, as parts of milliseconds are cut off.
            let span = millis(self.window.span) + 1;
            recent.retain(|sent| sent + span > now);
            recent.sort_unstable();
            let most = self.window.num_requests as usize;
            if let Some(over) = recent.len().checked_sub(most) {
                // As many as are too many have to be a span old. One that is on its way may have its answer sooner.
                return Err(Duration::from_millis((recent[over] + span - now).min(span)));
            }
            let latest = now + millis(ON_ITS_WAY);
            recent.push(latest);
            Ok(Noted(latest))
        });
        match noted {
            Some(Ok(noted)) => Ok(Some(noted)),
            Some(Err(wait)) => Err(wait),
            None => Ok(None),
        }
    }

    /// Notes that a request has its answer.
    pub(super) fn answered(&self, Noted(latest): Noted) {
        let now = self.now();
        self.change(now, |recent| {
            recent.iter_mut().find(|sent| **sent == latest).into_iter().for_each(|sent| *sent = now);
        });
    }

    /// Reads and writes the file; nothing where it cannot be kept.
    fn change<T>(&self, now: u64, change: impl FnOnce(&mut Vec<u64>) -> T) -> Option<T> {
        let changed = self.locked().and_then(|mut file| {
            let mut text = String::new();
            file.read_to_string(&mut text)?;
            // A line that was cut off by a crash, or lies ahead as the clock was set back, is as new as can be.
            let ahead = now + millis(ON_ITS_WAY);
            let sent = |line: &str| line.parse().ok().filter(|sent: &u64| *sent <= ahead).unwrap_or(now);
            let mut recent: Vec<u64> = text.lines().map(sent).collect();
            let outcome = change(&mut recent);
            let lines: String = recent.iter().map(|sent| format!("{sent}\n")).collect();
            if lines != text {
                // Overwritten before it is cut: a crash in between leaves too many lines, never too few.
                file.rewind()?;
                file.write_all(lines.as_bytes())?;
                file.set_len(lines.len() as u64)?;
            }
            Ok(outcome)
        });
        if changed.is_err() {
            // What cannot be noted must not look like all there was: the next start knows nothing, and waits.
            self.path.as_ref().map(|path| std::fs::write(path, "?\n"));
        }
        changed.ok()
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
