//! How often a platform may be asked.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::sent_requests::{Noted, SentRequests};
use super::window::Window;

/// Holds a window in every span, as the platform sees it: a request takes a place, which is free again one span after its
/// answer came. (A request reaches the platform before its answer comes, so that however long the way is, no more than
/// the window has places reach it within a span. A token bucket would let through up to twice its size.)
///
/// Across processes and restarts: a file remembers when requests were sent, and every process that is given it keeps within
/// the same window. Without one, or where it cannot be read, nothing is asked before a span has passed.
#[derive(Debug, Clone)]
pub(crate) struct Limit {
    places: Arc<Semaphore>,
    span: Duration,
    sent: Arc<SentRequests>,
}

/// The right to send one request. Dropped when its answer is there, or will not come.
#[derive(Debug)]
pub(super) struct Place {
    permit: Option<OwnedSemaphorePermit>,
    span: Duration,
    sent: Arc<SentRequests>,
    /// What is noted of its request, once it is sent.
    noted: Option<Noted>,
}

impl Limit {
    /// A window whose requests are remembered in a file.
    pub(crate) fn new(window: Window, file: Option<PathBuf>) -> Self {
        let places = Arc::new(Semaphore::new(window.num_requests as usize));
        let sent = Arc::new(SentRequests::new(window, file));
        if !sent.is_known()
            && let Ok(permits) = Arc::clone(&places).try_acquire_many_owned(window.num_requests)
        {
            tokio::spawn(async move {
                tokio::time::sleep(window.span).await;
                drop(permits);
            });
        }
        Self { places, span: window.span, sent }
    }

    /// Waits for a place.
    pub(super) async fn place(&self) -> Place {
        // The semaphore is never closed; a place without a permit would only be one that is free at once.
        let permit = Arc::clone(&self.places).acquire_owned().await.ok();
        Place { permit, span: self.span, sent: Arc::clone(&self.sent), noted: None }
    }
}

impl Place {
    /// Notes that its request is about to be sent; or how long to wait, where other processes have the places.
    pub(super) fn note(&mut self) -> Option<Duration> {
        match self.sent.note() {
            Ok(noted) => {
                self.noted = noted;
                None
            }
            Err(wait) => Some(wait),
        }
    }

    /// Frees the place of a request that was not sent.
    pub(super) fn give_back(mut self) {
        self.permit.take();
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(noted) = self.noted.take() {
            self.sent.answered(noted);
        }
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
            let place = loop {
                let mut place = limit.place().await;
                let Some(wait) = place.note() else { break place };
                place.give_back();
                tokio::time::sleep(wait).await;
            };
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
    async fn processes_that_ask_at_once_share_the_window() {
        let folder = tempfile::tempdir().unwrap();
        // Each as a process has it: with nothing in common but the file.
        let limits = [(); 3].map(|()| limit(7, Some(folder.path().join("deezer"))));
        let started = Instant::now();
        let all = limits.iter().map(|limit| asked(limit, &[(10, 10); 14]));
        let mut reached = futures::future::join_all(all).await.concat();
        reached.sort_unstable();
        assert_eq!((reached.len(), breaches(&reached, 7)), (42, 0));
        let took = started.elapsed().as_secs_f64();
        assert!((25.0..27.0).contains(&took), "35 of 42 wait, 7 at a time: {took}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_clock_that_was_set_back_holds_nothing_up_for_longer_than_a_span() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("deezer");
        std::fs::write(&file, "99999999999999\n".repeat(3)).unwrap();
        let started = Instant::now();
        asked(&limit(3, Some(file)), &[(0, 0)]).await;
        let over = started.elapsed() - SPAN;
        assert!(over <= Duration::from_millis(2), "{over:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_restart_counts_the_requests_of_before() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("deezer");
        asked(&limit(3, Some(file.clone())), &[(0, 0); 2]).await;
        let started = Instant::now();
        // One place is left; the others are free again a span after they were taken.
        let reached = asked(&limit(3, Some(file.clone())), &[(0, 0); 2]).await;
        assert_eq!(reached[0] - started, Duration::ZERO);
        assert!(reached[1] - started > SPAN - Duration::from_secs(1), "{:?}", reached[1] - started);
        // Long ago, or never.
        std::fs::write(&file, "1000\n2000\n").unwrap();
        let started = Instant::now();
        asked(&limit(3, Some(file.clone())), &[(0, 0); 3]).await;
        asked(&limit(3, Some(folder.path().join("new"))), &[(0, 0); 3]).await;
        assert_eq!(started.elapsed(), Duration::ZERO);
        // Where nothing is known, whoever asked before may have used up everything.
        std::fs::write(&file, "yesterday\n").unwrap();
        asked(&limit(3, Some(file)), &[(0, 0)]).await;
        assert_eq!(started.elapsed(), SPAN);
        asked(&limit(3, None), &[(0, 0)]).await;
        assert_eq!(started.elapsed(), 2 * SPAN);
    }
}
