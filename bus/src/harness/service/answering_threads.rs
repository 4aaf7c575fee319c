//! The threads on which questions are answered: some for what is quick, and others for what takes long.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;

use crate::{BusError, Result};

/// Fewest threads, so that a long answer does not hold up the others on a machine with one processor.
const MIN_THREADS: usize = 2;

/// Why a piece of work has no outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum WorkFailed {
    /// It panicked, with this message.
    Panicked(String),
    /// It took too long; its thread is taken until it ends.
    TooLate,
}

/// Threads for work that computes. The runtimes are only used for their pools of blocking threads; unlike those of the
/// program's own runtime, they do not keep the program from ending.
pub(crate) struct AnsweringThreads {
    quick: Option<Runtime>,
    /// For work that takes long. Of the same priority: behind agents that compute for minutes, a picture would come too
    /// late for those who wait for it.
    slow: Option<Runtime>,
    num_quick: Arc<Semaphore>,
    /// One fewer than the quick ones.
    num_slow: Arc<Semaphore>,
}

impl AnsweringThreads {
    pub(crate) fn new(name: &str) -> Result<Self> {
        let processors = std::thread::available_parallelism().map_or(MIN_THREADS, std::num::NonZero::get);
        let num_threads = processors.max(MIN_THREADS);
        let fail = |source| BusError::File { path: format!("threads of {name}"), source };
        let quick = Builder::new_current_thread()
            .thread_name(format!("{name}-answers"))
            // One more, for figures that are prepared while questions are answered.
            .max_blocking_threads(num_threads + 1)
            .build()
            .map_err(fail)?;
        let slow = Builder::new_current_thread()
            .thread_name(format!("{name}-slow"))
            .max_blocking_threads(num_threads - 1)
            .build()
            .map_err(fail)?;
        Ok(Self {
            quick: Some(quick),
            slow: Some(slow),
            num_quick: Arc::new(Semaphore::new(num_threads)),
            num_slow: Arc::new(Semaphore::new(num_threads - 1)),
        })
    }

    /// Does a piece of work when a thread is free, and waits for its outcome, but not longer than this.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        is_expensive: bool,
        within: Duration,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, WorkFailed> {
        let limited = async {
            let (free, runtime) =
                if is_expensive { (&self.num_slow, &self.slow) } else { (&self.num_quick, &self.quick) };
            // The semaphores are never closed, so a permit comes in the end.
            let permit = free.clone().acquire_owned().await.ok();
            run_on(runtime.as_ref(), move || {
                // Given back when the work has really ended, however long somebody waited for it.
                let _permit = permit;
                work()
            })
            .await
        };
        tokio::time::timeout(within, limited).await.unwrap_or(Err(WorkFailed::TooLate))
    }

    /// Does a piece of work on the thread that is kept for preparing figures.
    pub(crate) async fn run_aside<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, WorkFailed> {
        run_on(self.quick.as_ref(), work).await
    }
}

async fn run_on<T: Send + 'static>(
    runtime: Option<&Runtime>,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, WorkFailed> {
    let Some(runtime) = runtime else { return Err(WorkFailed::TooLate) };
    runtime.spawn_blocking(work).await.map_err(|error| WorkFailed::Panicked(panic_message(error)))
}

impl Drop for AnsweringThreads {
    fn drop(&mut self) {
        for runtime in [self.quick.take(), self.slow.take()].into_iter().flatten() {
            runtime.shutdown_background();
        }
    }
}

fn panic_message(error: tokio::task::JoinError) -> String {
    let Ok(payload) = error.try_into_panic() else { return "it was cancelled".to_owned() };
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "it panicked".to_owned())
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    const SOON: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn work_that_takes_long_leaves_the_threads_to_the_rest() {
        let threads = Arc::new(AnsweringThreads::new("test").unwrap());
        let (release, gate) = mpsc::channel::<()>();
        let gate = Arc::new(std::sync::Mutex::new(gate));
        let num_long = 3 * threads.num_slow.available_permits();
        let long: Vec<_> = (0..num_long)
            .map(|_| {
                let (threads, gate) = (threads.clone(), gate.clone());
                tokio::spawn(
                    async move { threads.run(true, SOON, move || gate.lock().unwrap().recv()).await },
                )
            })
            .collect();
        while threads.num_slow.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(threads.run(false, SOON, || 7).await, Ok(7));
        for _ in 0..num_long {
            release.send(()).unwrap();
        }
        for work in long {
            assert_eq!(work.await.unwrap(), Ok(Ok(())));
        }
    }

    #[tokio::test]
    async fn a_panic_costs_only_the_work_that_panics() {
        let threads = AnsweringThreads::new("test").unwrap();
        let panicked = threads.run(false, SOON, || panic!("told to")).await;
        assert_eq!(panicked, Err::<(), _>(WorkFailed::Panicked("told to".to_owned())));
        assert_eq!(threads.run(false, SOON, || 7).await, Ok(7));
        assert_eq!(threads.num_quick.available_permits(), threads.num_slow.available_permits() + 1);
    }

    #[tokio::test]
    async fn work_that_hangs_is_given_up_and_keeps_its_thread() {
        let threads = AnsweringThreads::new("test").unwrap();
        let num_threads = threads.num_quick.available_permits();
        let (release, gate) = mpsc::channel::<()>();
        let hanging = threads.run(false, Duration::from_millis(1), move || gate.recv().is_ok()).await;
        assert_eq!(hanging, Err(WorkFailed::TooLate));
        assert_eq!(threads.num_quick.available_permits(), num_threads - 1);
        drop(release);
        while threads.num_quick.available_permits() < num_threads {
            tokio::task::yield_now().await;
        }
    }
}
