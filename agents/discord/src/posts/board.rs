//! What is known of posts: what was posted where, and what is on its way.

use std::collections::{HashMap, HashSet};

use casa24_schemas::{Event, Observed, Post, PostKind, PostState, ServerSettings};
use jiff::Timestamp;

use super::schedule::a_day_after;

/// The posts, without their bodies.
#[derive(Debug, Default)]
pub(super) struct Board {
    /// Findings that were posted, or are on their way, by server.
    told: HashMap<String, HashSet<String>>,
    /// Times of alerts, by server.
    alerts: HashMap<String, Vec<Timestamp>>,
    /// Time of the last report, by server.
    reports: HashMap<String, Timestamp>,
    /// Posts that are given up, by server.
    given_up: HashMap<String, Vec<Post>>,
}

/// Whether a post is of what is set now: the same kind in the same channel, since it was switched on.
pub(crate) fn is_of(post: &Post, settings: &ServerSettings) -> bool {
    let (channel, since) = match post.kind {
        PostKind::Alert => {
            (settings.alerts.as_ref().map(|set| &set.channel), settings.alerts.as_ref().map(|set| set.since))
        }
        PostKind::Report => {
            (settings.report.as_ref().map(|set| &set.channel), settings.report.as_ref().map(|set| set.since))
        }
    };
    let at = |observed: Observed| observed.moment();
    channel == Some(&post.channel) && since.is_some_and(|since| at(post.due_at) >= at(since))
}

impl Board {
    /// Takes in what became of a post.
    pub(super) fn note(&mut self, post: &Post) {
        let server = &post.server;
        let due = timestamp(post.due_at);
        match post.kind {
            PostKind::Alert => {
                self.told.entry(server.clone()).or_default().extend(post.findings.iter().cloned());
                let times = self.alerts.entry(server.clone()).or_default();
                if let Some(begun) = due.filter(|begun| !times.contains(begun)) {
                    times.push(begun);
                }
            }
            PostKind::Report => {
                if let Some(due) = due {
                    let last = self.reports.entry(server.clone()).or_insert(due);
                    *last = due.max(*last);
                }
            }
        }
        if post.state == PostState::GivenUp {
            let given_up = self.given_up.entry(server.clone()).or_default();
            given_up.retain(|known| known.subject() != post.subject());
            given_up.push(Post { body: None, ..post.clone() });
        }
    }

    /// Whether a finding was posted in a server, or is on its way.
    pub(super) fn is_told(&self, server: &str, digest: &str) -> bool {
        self.told.get(server).is_some_and(|told| told.contains(digest))
    }

    /// When alerts were posted in a server within a day.
    pub(super) fn alerts(&mut self, server: &str, now: Timestamp) -> &[Timestamp] {
        let Some(times) = self.alerts.get_mut(server) else { return &[] };
        times.retain(|time| a_day_after(*time) > now);
        times
    }

    /// The time of the last report in a server.
    pub(super) fn last_report(&self, server: &str) -> Option<Timestamp> {
        self.reports.get(server).copied()
    }

    /// Whether posts of a kind are switched off in a server because Discord refused them for a day.
    pub(super) fn is_off(&self, settings: &ServerSettings, kind: PostKind) -> bool {
        let given_up = self.given_up.get(&settings.server).into_iter().flatten();
        given_up.filter(|post| post.kind == kind).any(|post| is_of(post, settings))
    }
}

/// A moment, to reckon with.
pub(super) fn timestamp(observed: Observed) -> Option<Timestamp> {
    Timestamp::from_nanosecond(observed.moment()?.unix_timestamp_nanos()).ok()
}
