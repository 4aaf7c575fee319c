//! What an agent has done since it started.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

macro_rules! counters {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        #[derive(Debug, Default)]
        struct Values { $($name: AtomicU64,)* }

        /// Counters at one moment.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
        pub struct CountersSnapshot { $($(#[$doc])* pub $name: u64,)* }

        impl Counters {
            /// The counters now.
            pub fn snapshot(&self) -> CountersSnapshot {
                CountersSnapshot { $($name: self.0.$name.load(Ordering::Relaxed),)* }
            }

            $(pub(crate) fn $name(&self, more: u64) {
                self.0.$name.fetch_add(more, Ordering::Relaxed);
            })*
        }
    };
}

/// Counters of an agent; clones share them.
#[derive(Debug, Clone, Default)]
pub struct Counters(Arc<Values>);

counters! {
    /// Events handled.
    num_handled,
    /// Events read again to rebuild the agent's state.
    num_rebuilt,
    /// Events published.
    num_published,
    /// Events that came again after they had been handled.
    num_repeated,
    /// Events postponed because of a passing fault.
    num_postponed,
    /// Events sent to the dead letters.
    num_dead,
    /// Times that the agent was restarted after a panic.
    num_restarts,
}
