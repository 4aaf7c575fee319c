//! What the file of a platform declares and does.

use std::collections::BTreeMap;
use std::time::Duration;

use casa24_schemas::{Absence, Content, Date, Metric, Observed, Platform, RawValue};
use futures::future::BoxFuture;

use super::releases::ReleaseLister;
use crate::http::Fault;

/// A platform that can be asked for figures. It says what it asks for and reads the answers; batches, tries, limits,
/// and what becomes of faults are the same for all.
pub trait Collector: Send + Sync {
    /// Its platform.
    fn platform(&self) -> Platform;

    /// What snapshots name as their source, such as `Deezer API`. It stays the same: what is late is told by the snapshots that
    /// have it.
    fn source(&self) -> &'static str;

    /// The figures that it asks for: those that do not come are absent with a reason.
    fn metrics(&self) -> &'static [Metric];

    /// Most accounts in one call of [`Collector::fetch`].
    fn batch_size(&self) -> usize {
        1
    }

    /// Calls of [`Collector::fetch`] at once.
    fn concurrency(&self) -> usize {
        1
    }

    /// The days that it asks for, where a figure is of a day that the platform names; without them, it is of the moment at
    /// which it came, so that one of a run is enough.
    fn days(&self, _today: Date) -> Option<AskedDays> {
        None
    }

    /// The id of the label's own account, on a platform whose figures are the label's and not its artists'.
    fn label_account(&self) -> Option<&str> {
        None
    }

    /// How it is asked for releases, where it can be.
    fn release_lister(&self) -> Option<&dyn ReleaseLister> {
        None
    }

    /// What to know where it does not offer all of the figures.
    fn not_offered(&self) -> &'static str {
        "it does not offer all of the figures to this access"
    }

    /// What the operator should know before long, such as that a token ends; asked for after figures.
    fn notices(&self) -> Vec<String> {
        Vec::new()
    }

    /// An account to try the access with: one that everybody can see, or the label's own.
    fn well_known(&self) -> &str;

    /// Address of the terms that its figures are under.
    fn terms(&self) -> &'static str;

    /// What is wrong with an account's id, which is then not asked for: one that is malformed can spoil a batch.
    ///
    /// # Errors
    /// The fault, in words that follow the id.
    fn check(&self, id: &str) -> Result<(), String>;

    /// Asks for accounts, and gives what was seen of each, in their order; nothing of one that the platform does not know.
    ///
    /// # Errors
    /// Where nothing came of any of them.
    fn fetch<'a>(&'a self, ids: &'a [String]) -> BoxFuture<'a, Result<Vec<Vec<Seen>>, Fault>>;
}

/// The days that a platform is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AskedDays {
    /// The first of them.
    pub first: Date,
    /// How long after its end the platform has usually counted a day.
    pub usual_delay: Duration,
}

/// What was seen of an account.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Seen {
    /// The day that the figures are of, where it is not the moment at which they came.
    pub day: Option<Observed>,
    /// Figures as the platform gave them.
    pub metrics: BTreeMap<Metric, RawValue>,
    /// Figures that it did not give.
    pub absent: BTreeMap<Metric, Absence>,
    /// What it shows beside figures.
    pub content: Option<Content>,
}

impl Seen {
    /// None of the figures came, for one reason.
    pub fn nothing(metrics: &[Metric], reason: Absence) -> Self {
        Self { absent: metrics.iter().map(|metric| (metric.clone(), reason)).collect(), ..Self::default() }
    }

    /// Adds a figure as the platform wrote it, or why there is none.
    pub(crate) fn put_text(&mut self, metric: Metric, value: Option<&str>, or_else: Absence) {
        match value {
            Some(text) => {
                // Nobody's number has twenty digits; what is no number travels as its text and is withheld.
                let value = text.parse().map_or_else(|_| RawValue::Text(text.to_owned()), RawValue::Integer);
                self.metrics.insert(metric, value);
            }
            None => {
                self.absent.insert(metric, or_else);
            }
        }
    }

    /// Adds a figure, or why there is none.
    pub(crate) fn put(&mut self, metric: Metric, value: Option<i64>, or_else: Absence) {
        match value {
            Some(value) => {
                self.metrics.insert(metric, RawValue::Integer(value));
            }
            None => {
                self.absent.insert(metric, or_else);
            }
        }
    }
}
