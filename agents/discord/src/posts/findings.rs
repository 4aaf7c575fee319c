//! New findings: each with the moment at which it was first stored. An event has all findings of its subject, old ones
//! too, so that it is not its own time that counts.

use std::collections::{BTreeMap, HashMap, HashSet};

use casa24_answers::{Noted, Owner};
use casa24_bus::{Bus, Result, StoredEvent};
use casa24_schemas::{Artist, Date, Event, Facts, Finding, Trend};
use futures::TryStreamExt;
use sha2::{Digest, Sha256};
use time::{Duration, OffsetDateTime};

/// Subjects of findings.
const ALL: &str = "trend.>";
/// How old a finding that is posted may be.
const FRESH: Duration = Duration::hours(48);
/// How long findings are remembered: longer than they are posted.
const KEPT: Duration = Duration::days(4);

/// A finding that may be posted.
#[derive(Debug, Clone)]
pub(super) struct NewFinding {
    pub(super) artist: Artist,
    pub(super) noted: Noted,
    /// When it was first stored.
    pub(super) stored_at: OffsetDateTime,
    /// Whether it holds, by the newest event of its subject.
    holds: bool,
}

/// The findings of the last days, by their digests.
#[derive(Debug, Default)]
pub(super) struct NewFindings {
    by_digest: BTreeMap<String, NewFinding>,
    of_subject: HashMap<String, HashSet<String>>,
    read_to: u64,
}

impl NewFindings {
    /// What is stored already. Only subjects with a new finding are read whole.
    pub(super) async fn read(bus: &Bus, now: OffsetDateTime) -> Result<Self> {
        let mut findings = Self::default();
        for newest in bus.newest::<Trend>(ALL).await? {
            findings.read_to = findings.read_to.max(newest.stored.sequence);
            if newest.event.findings.iter().any(|finding| is_kept(finding, now)) {
                let mut all = std::pin::pin!(bus.replay::<Trend>(&newest.event.subject()).await?);
                while let Some(stored) = all.try_next().await? {
                    findings.take(&stored, now);
                }
            }
        }
        Ok(findings)
    }

    /// Takes in what was stored since, and forgets what is old.
    pub(super) async fn follow(&mut self, bus: &Bus, now: OffsetDateTime) -> Result<()> {
        let mut stored = std::pin::pin!(bus.replay_after::<Trend>(ALL, self.read_to).await?);
        while let Some(stored) = stored.try_next().await? {
            self.read_to = self.read_to.max(stored.stored.sequence);
            self.take(&stored, now);
        }
        let old: Vec<String> = self
            .by_digest
            .iter()
            .filter(|(_, new)| !is_kept(&new.noted.finding, now))
            .map(|(key, _)| key.clone())
            .collect();
        for key in old {
            self.by_digest.remove(&key);
        }
        Ok(())
    }

    fn take(&mut self, stored: &StoredEvent<Trend>, now: OffsetDateTime) {
        let trend = &stored.event;
        let subject = trend.subject();
        for digest in self.of_subject.get(&subject).into_iter().flatten() {
            if let Some(known) = self.by_digest.get_mut(digest) {
                known.holds = false;
            }
        }
        let digests = self.of_subject.entry(subject.clone()).or_default();
        digests.clear();
        // Of figures that are made up, nothing is posted.
        for finding in trend.findings.iter().filter(|finding| is_kept(finding, now) && !trend.sample) {
            let digest = digest_of(&subject, finding);
            digests.insert(digest.clone());
            let noted = noted(trend, finding);
            let known = self.by_digest.entry(digest).or_insert_with(|| NewFinding {
                artist: trend.artist.clone(),
                noted: noted.clone(),
                stored_at: stored.stored.stored_at,
                holds: true,
            });
            (known.noted, known.holds) = (noted, true);
        }
    }

    /// Those that hold, and are of the last 48 hours.
    pub(super) fn fresh(&self, now: OffsetDateTime) -> impl Iterator<Item = (&String, &NewFinding)> {
        let first = (now - FRESH).date();
        self.by_digest.iter().filter(move |(_, new)| new.holds && new.noted.finding.date.0 >= first)
    }
}

fn is_kept(finding: &Finding, now: OffsetDateTime) -> bool {
    let first: Date = (now - KEPT).date();
    finding.date.0 >= first
}

fn noted(trend: &Trend, finding: &Finding) -> Noted {
    Noted {
        artist: trend.artist.name.clone(),
        owner: if trend.artist.is_label() { Owner::Label } else { Owner::Artist },
        kind: trend.kind.clone(),
        platform: trend.platform.clone(),
        metric: trend.metric.clone(),
        finding: finding.clone(),
    }
}

/// What makes a finding the same one after its figures were corrected: what it is about, its day, and what tells it from
/// others of that day.
fn digest_of(subject: &str, finding: &Finding) -> String {
    let which = match &finding.facts {
        Facts::Milestone { threshold, .. } => threshold.get().to_string(),
        Facts::Achievement { id, need, .. } => format!("{id}/{}", need.get()),
        _ => String::new(),
    };
    digest(&[subject, &finding.date.to_string(), &which])
}

/// Ninety-six bits of parts, in hexadecimal: within the 25 characters of a nonce.
pub(super) fn digest(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.finalize()[..12].iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use casa24_schemas::{Day, Value};
    use time::macros::date;

    use super::*;

    #[test]
    fn a_correction_is_the_same_finding_and_another_milestone_is_not() {
        let milestone = |threshold: f64, value: f64| Finding {
            date: Day(date!(2026 - 03 - 01)),
            by_chance: None,
            facts: Facts::Milestone {
                threshold: Value::new(threshold).unwrap(),
                value: Value::new(value).unwrap(),
                from: Day(date!(2026 - 02 - 28)),
                before: Value::new(1.0).unwrap(),
                is_goal: false,
                is_jump: false,
            },
        };
        let of = |finding: &Finding| digest_of("trend.milestone.Luz.spotify.followers", finding);
        assert_eq!(of(&milestone(100.0, 101.0)), of(&milestone(100.0, 103.0)));
        assert_ne!(of(&milestone(100.0, 101.0)), of(&milestone(250.0, 251.0)));
        assert_eq!(of(&milestone(100.0, 101.0)).len(), 24);
    }
}
