//! When requests were sent, so that the next process knows.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A file with a line for each request: milliseconds since 1970. It is short, as each start writes it anew.
#[derive(Debug)]
pub(super) struct SentRequests {
    path: Option<PathBuf>,
    file: Mutex<Option<File>>,
}

impl SentRequests {
    pub(super) const fn new(path: Option<PathBuf>) -> Self {
        Self { path, file: Mutex::new(None) }
    }

    /// How long ago the requests within a span were sent; `None` where that is not known.
    pub(super) fn ago(&self, span: Duration) -> Option<Vec<Duration>> {
        let path = self.path.as_ref()?;
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            Err(_) => return None,
        };
        let now = now();
        let mut recent = Vec::new();
        // The last line may be cut off by a crash: it is as new as can be.
        for line in text.lines() {
            let sent: u64 = line.parse().ok()?;
            // One that lies ahead was sent before the clock was set back.
            let ago = Duration::from_millis(now.saturating_sub(sent));
            if ago < span {
                recent.push((sent, ago));
            }
        }
        let lines: String = recent.iter().map(|(sent, _)| format!("{sent}\n")).collect();
        std::fs::create_dir_all(path.parent()?).ok()?;
        std::fs::write(path, lines).ok()?;
        let file = OpenOptions::new().append(true).open(path).ok()?;
        *self.file.lock().unwrap_or_else(PoisonError::into_inner) = Some(file);
        Some(recent.into_iter().map(|(_, ago)| ago).collect())
    }

    /// Notes that a request is about to be sent.
    pub(super) fn note(&self) {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let is_noted =
            file.as_mut().is_some_and(|file| file.write_all(format!("{}\n", now()).as_bytes()).is_ok());
        if !is_noted && file.take().is_some() {
            // What cannot be noted must not look like all there was: the next start knows nothing, and waits.
            self.path.as_ref().map(|path| std::fs::write(path, "?\n"));
        }
    }
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
