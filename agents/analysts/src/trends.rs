//! Trend analyst: valid snapshots and the label's goals in, what is noteworthy about an artist out.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use casa24_analytics::History;
use casa24_analytics::findings::of_artist_again;
use casa24_analytics::trends::{ArtistScan, Found, TrendRules, method, tell_apart};
use casa24_bus::{Agent, DirtyView, Follow, Outcome, Received, View};
use casa24_schemas::{
    ArtistId, Date, Finding, Goals, MAX_FINDINGS, Metric, Platform, Trend, TrendKind, ValidSnapshot,
};

/// Findings by what they are about, oldest first: those of one entry are an event.
type BySubject = BTreeMap<(TrendKind, Platform, Metric), Vec<Finding>>;

/// Keeps the series of every artist, and the findings about each as views.
#[derive(Default)]
pub struct TrendAnalyst {
    rules: TrendRules,
    history: History,
    goals: Goals,
    /// What was seen of the artists whose findings were computed.
    scans: HashMap<ArtistId, ArtistScan>,
    /// Findings that were published, where that is known.
    published: HashMap<ArtistId, BySubject>,
    /// Artists who jumped to another level on a day: whether they or the source moved depends on the others.
    jumped: HashMap<(Platform, Date), BTreeSet<ArtistId>>,
}

impl TrendAnalyst {
    /// An analyst that has seen nothing yet.
    pub fn new(rules: TrendRules) -> Self {
        Self { rules, ..Self::default() }
    }

    /// The findings about an artist by what is known now.
    fn findings(&mut self, id: &ArtistId) -> BySubject {
        let mut by_subject = BySubject::new();
        let Some(artist) = self.history.artist(id) else { return by_subject };
        let scan = self.scans.entry(id.clone()).or_default();
        let mut found = of_artist_again(scan, artist, &self.rules, &self.goals);
        tell_apart(self.history.artists(), id, &mut found);
        for Found { kind, platform, metric, finding } in found {
            by_subject.entry((kind, platform, metric)).or_default().push(finding);
        }
        // A goal that is set anew or withdrawn may leave a series without any milestone: then an event says so.
        for goal in self.goals.of(id) {
            let key = (TrendKind::MILESTONE, goal.platform.clone(), goal.metric.clone());
            by_subject.entry(key).or_default();
        }
        by_subject
    }

    /// Remembers who jumped, and says whose findings a snapshot of this platform and day concerns.
    fn concerned(&mut self, snapshot: &ValidSnapshot) -> Vec<ArtistId> {
        let id = &snapshot.artist.id;
        let day = (snapshot.platform.clone(), snapshot.observed_at.date());
        let has_jumped =
            snapshot.metrics.values().any(|reading| reading.flags.iter().any(|flag| flag.changes_level()));
        let others = self.jumped.get(&day).into_iter().flatten().filter(|other| *other != id).cloned();
        let concerned = others.chain([id.clone()]).collect();
        if has_jumped {
            self.jumped.entry(day).or_default().insert(id.clone());
        }
        concerned
    }
}

impl Agent for TrendAnalyst {
    const NAME: &'static str = "trends";
    const CONSUMES: &'static str = "snapshot.valid.>";
    const PUBLISHES: &'static [&'static str] = &["trend.*.*.*.*"];
    type Consumes = ValidSnapshot;

    fn handle(&mut self, snapshot: &Received<ValidSnapshot>, outcome: &mut Outcome) {
        let id = &snapshot.event.artist.id;
        // What was published before this process began follows from what was stored before.
        if !outcome.is_rebuilding() && !self.published.contains_key(id) {
            let findings = self.findings(id);
            self.published.insert(id.clone(), findings);
        }
        self.history.insert(&snapshot.event);
        for artist in self.concerned(&snapshot.event) {
            outcome.marks_dirty(snapshot, &artist);
        }
    }
}

impl View for TrendAnalyst {
    fn view(&mut self, dirty: &DirtyView, outcome: &mut Outcome) {
        let Some(artist) = self.history.artist(&dirty.artist) else { return };
        let (name, sample) = (artist.artist.clone(), artist.sample);
        let now = self.findings(&dirty.artist);
        let before = self.published.remove(&dirty.artist).unwrap_or_default();
        let subjects: BTreeSet<_> = before.keys().chain(now.keys()).cloned().collect();
        for subject in subjects {
            let (then, holds) = (before.get(&subject), now.get(&subject));
            if then == holds {
                continue;
            }
            let holds: &[Finding] = holds.map_or(&[], Vec::as_slice);
            let (kind, platform, metric) = subject;
            let mut trend = Trend {
                method: method(&kind, &self.rules),
                kind,
                artist: name.clone(),
                platform,
                metric,
                findings: newest(holds.iter()),
                taken_back: newest(then.into_iter().flatten().filter(|finding| !holds.contains(finding))),
                sample,
            };
            if !trend.taken_back.is_empty() {
                outcome.follows_from(&dirty.cause, &trend);
                // The newest event is the view: it does not depend on what was published before.
                trend.taken_back.clear();
            }
            outcome.follows_from(&dirty.cause, &trend);
        }
        self.published.insert(dirty.artist.clone(), now);
    }
}

impl Follow for TrendAnalyst {
    const FOLLOWS: &'static str = "goals.label";
    type Follows = Goals;

    fn follow(&mut self, newest: &Received<Goals>) -> Result<(), String> {
        // What was published so far follows from the goals before.
        let ids: Vec<ArtistId> = self.history.artists().map(|history| history.artist.id.clone()).collect();
        for id in ids {
            if !self.published.contains_key(&id) {
                let findings = self.findings(&id);
                self.published.insert(id, findings);
            }
        }
        self.goals = newest.event.clone();
        Ok(())
    }
}

/// The newest of these findings, newest first.
fn newest<'f>(findings: impl DoubleEndedIterator<Item = &'f Finding>) -> Vec<Finding> {
    findings.rev().take(MAX_FINDINGS).cloned().collect()
}
