//! How often a platform may be asked.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// So many requests within any span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    /// Number of requests.
    pub(crate) num_requests: u32,
    /// The span.
    pub(crate) span: Duration,
}

/// Holds a window in every span, as the platform sees it: a request takes a place, which is free again one span after its
/// answer came. (A request reaches the platform before its answer comes, so that however long the way is, no more than
/// the window has places reach it within a span. A token bucket would let through up to twice its size.)
///
/// Across restarts: the time of the newest request is that of a file's last change. Where that is less than a span ago, or
/// not known, nothing is asked before a span has passed.
#[derive(Debug, Clone)]
pub(crate) struct Limit {
    places: Arc<Semaphore>,
    span: Duration,
    newest: Option<PathBuf>,
}

/// The right to send one request. Dropped when its answer is there, or will not come.
#[derive(Debug)]
pub(super) struct Place {
    permit: Option<OwnedSemaphorePermit>,
    span: Duration,
}

impl Limit {
    /// A window whose newest request is remembered in a file; without one, a span passes before the first request.
    pub(crate) fn new(window: Window, newest: Option<PathBuf>) -> Self {
        let num = window.num_requests as usize;
        let places = Arc::new(Semaphore::new(num));
        let limit = Self { places, span: window.span, newest };
        let wait = limit.wait_at_start();
        if !wait.is_zero()
            && let Ok(all) = Arc::clone(&limit.places).try_acquire_many_owned(window.num_requests)
        {
            tokio::spawn(async move {
                tokio::time::sleep(wait).await;
                drop(all);
            });
        }
        limit
    }

    /// How long the requests of an earlier process may still count.
    fn wait_at_start(&self) -> Duration {
        let Some(path) = &self.newest else { return self.span };
        match path.metadata().and_then(|file| file.modified()) {
            Ok(newest) => match SystemTime::now().duration_since(newest) {
                Ok(ago) => self.span.saturating_sub(ago),
                Err(_) => self.span, // the clock was set back
            },
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                // Nobody has asked, or nobody may write here: only the former is no reason to wait.
                if touch(path, SystemTime::UNIX_EPOCH).is_ok() { Duration::ZERO } else { self.span }
            }
            Err(_) => self.span,
        }
    }

    /// Waits for a place.
    pub(super) async fn place(&self) -> Place {
        // The semaphore is never closed; a place without a permit would only be one that is free at once.
        let permit = Arc::clone(&self.places).acquire_owned().await.ok();
        if let Some(path) = &self.newest {
            touch(path, SystemTime::now()).ok(); // a file that cannot be written makes the next start wait for a whole span
        }
        Place { permit, span: self.span }
    }
}

/// Sets a file's last change.
fn touch(path: &PathBuf, at: SystemTime) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    File::create(path)?.set_modified(at)
}

impl Place {
    /// Frees the place of a request that was not sent.
    pub(super) fn give_back(mut self) {
        self.permit.take();
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let (permit, span) = (self.permit.take(), self.span);
        if permit.is_some()
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(async move {
                tokio::time::sleep(span).await;
                drop(permit);
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tokio::time::Instant;

    use super::*;

    const SPAN: Duration = Duration::from_secs(5);

    fn limit(num_requests: u32, newest: Option<PathBuf>) -> Limit {
        Limit::new(Window { num_requests, span: SPAN }, newest)
    }

    /// When requests whose answers take these times reach the platform, which is at any moment on their way.
    async fn asked(limit: &Limit, latencies: &[(u64, u64)]) -> Vec<Instant> {
        let sent = latencies.iter().map(|&(there, back)| async move {
            let place = limit.place().await;
            tokio::time::sleep(Duration::from_millis(there)).await;
            let reached = Instant::now();
            tokio::time::sleep(Duration::from_millis(back)).await;
            drop(place);
            reached
        });
        let mut reached = futures::future::join_all(sent).await;
        reached.sort_unstable();
        reached
    }

    fn breaches(reached: &[Instant], num: usize) -> usize {
        reached.windows(num + 1).filter(|of| of[num] - of[0] < SPAN).count()
    }

    #[test]
    fn no_span_holds_more_requests_than_the_window_however_long_their_ways_are() {
        let strategy = proptest::collection::vec((0_u64..4_000, 0_u64..4_000), 1..60);
        let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(32));
        runner
            .run(&strategy, |latencies| {
                let runtime =
                    tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
                let reached = runtime.unwrap().block_on(async { asked(&limit(7, None), &latencies).await });
                prop_assert_eq!(breaches(&reached, 7), 0);
                Ok(())
            })
            .unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn requests_with_quick_answers_take_no_longer_than_the_window_asks() {
        let started = Instant::now();
        let folder = tempfile::tempdir().unwrap();
        let reached = asked(&limit(10, Some(folder.path().join("a/deezer"))), &[(1, 1); 100]).await;
        assert_eq!(breaches(&reached, 10), 0);
        let took = started.elapsed().as_secs_f64();
        assert!((45.0..46.0).contains(&took), "90 of 100 wait, 10 at a time: {took}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_restart_counts_the_requests_of_before() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deezer");
        asked(&limit(3, Some(path.clone())), &[(0, 0)]).await;
        let started = Instant::now();
        asked(&limit(3, Some(path.clone())), &[(0, 0)]).await;
        assert!(started.elapsed() > SPAN - Duration::from_secs(1), "{:?}", started.elapsed());
        // Long ago, or never.
        File::open(&path).unwrap().set_modified(SystemTime::now() - SPAN).unwrap();
        let started = Instant::now();
        asked(&limit(3, Some(path)), &[(0, 0)]).await;
        asked(&limit(3, Some(folder.path().join("new"))), &[(0, 0)]).await;
        assert_eq!(started.elapsed(), Duration::ZERO);
        // Where nothing can be remembered, whoever asked before may have used up everything.
        asked(&limit(3, None), &[(0, 0)]).await;
        assert_eq!(started.elapsed(), SPAN);
    }
}
