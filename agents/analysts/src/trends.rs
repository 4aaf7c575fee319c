//! Trend analyst: valid snapshots and the label's goals in, what is noteworthy about an artist out.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use casa24_analytics::findings::of_artist_again;
use casa24_analytics::trends::{ArtistScan, Found, TrendRules, compared_until, method, tell_apart};
use casa24_analytics::{ArtistHistory, History};
use casa24_bus::{Agent, DirtyView, Follow, Outcome, Received, View};
use casa24_schemas::{
    ArtistId, Date, Finding, Goals, MAX_FINDINGS, Metric, Platform, Trend, TrendKind, ValidSnapshot,
};

/// What was seen of an artist is kept until others are observed so many days later. Of one who has left it would be kept in
/// vain; should more come all the same, the series are read anew.
const SCAN_KEPT_DAYS: i64 = 60;

/// Findings by what they are about, oldest first: those of one entry are an event.
type BySubject = BTreeMap<(TrendKind, Platform, Metric), Vec<Finding>>;

/// Keeps the series of every artist, and the findings about each as views.
#[derive(Default)]
pub struct TrendAnalyst {
    rules: TrendRules,
    history: History,
    goals: Goals,
    /// What was seen of the artists whose findings were computed and who are still observed.
    scans: HashMap<ArtistId, ArtistScan>,
    /// The newest day by which it was looked who is.
    observed_by: Option<Date>,
    /// Findings that were published, where that is known.
    published: HashMap<ArtistId, BySubject>,
    /// Artists who jumped to another level on a day: whether they or the source moved depends on the others.
    jumped: BTreeMap<(Platform, Date), BTreeSet<ArtistId>>,
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

    /// On a new day, forgets what was seen of artists who were not observed for long.
    fn forget_silent(&mut self) {
        let newest = self.history.newest().map(|newest| newest.date());
        if self.observed_by == newest {
            return;
        }
        self.observed_by = newest;
        let is_observed = |id: &ArtistId| {
            let seen = self.history.artist(id).and_then(ArtistHistory::newest);
            seen.zip(newest)
                .is_some_and(|(seen, newest)| (newest - seen.date()).whole_days() <= SCAN_KEPT_DAYS)
        };
        self.scans.retain(|id, _| is_observed(id));
    }

    /// Remembers who jumped, and says whose findings a snapshot of this platform and day concerns.
    fn concerned(&mut self, snapshot: &ValidSnapshot) -> BTreeSet<ArtistId> {
        let id = &snapshot.artist.id;
        let (platform, day) = (&snapshot.platform, snapshot.observed_at.date());
        let has_jumped =
            snapshot.metrics.values().any(|reading| reading.flags.iter().any(|flag| flag.changes_level()));
        // Where it comes late, it also tells how far is usual for the weeks behind it.
        let jumps = self.jumped.range((platform.clone(), day)..=(platform.clone(), compared_until(day)));
        let mut concerned: BTreeSet<ArtistId> = jumps.flat_map(|(_, ids)| ids).cloned().collect();
        concerned.insert(id.clone());
        if has_jumped {
            self.jumped.entry((platform.clone(), day)).or_default().insert(id.clone());
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
        self.forget_silent();
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

#[cfg(test)]
mod tests {
    use casa24_bus::{Stored, TraceContext};
    use casa24_schemas::{Account, Artist, Flag, Observed, Reading, Value};

    use super::*;

    fn see(analyst: &mut TrendAnalyst, artist: &str, day: &str) {
        see_followers(analyst, artist, day, 500.0, &[]);
    }

    /// Whose findings it concerns.
    fn see_followers(
        analyst: &mut TrendAnalyst,
        artist: &str,
        day: &str,
        value: f64,
        flags: &[Flag],
    ) -> BTreeSet<ArtistId> {
        let value = Value::new(value).unwrap();
        let observed_at = Observed::parse(day).unwrap();
        let event = ValidSnapshot {
            platform: Platform::SPOTIFY,
            artist: Artist::new(artist).unwrap(),
            observed_at,
            source: "test".to_owned(),
            account: Account::Unknown,
            metrics: [(Metric::FOLLOWERS, Reading { value, flags: flags.to_vec() })].into(),
            withheld: [].into(),
            absent: [].into(),
            content: None,
            revision: 0,
            amended_at: None,
            correction: None,
            sample: false,
        };
        let concerned = analyst.concerned(&event);
        let stored = Stored {
            sequence: 1,
            stored_at: observed_at.date().midnight().assume_utc(),
            trace: TraceContext::root("test"),
            schema_major: Some(1),
            cause: None,
        };
        analyst.handle(&Received { event, stored }, &mut Outcome::default());
        concerned
    }

    #[test]
    fn a_late_figure_concerns_those_who_jumped_on_its_day_or_in_the_weeks_behind_it() {
        let mut analyst = TrendAnalyst::new(TrendRules::DEFAULT);
        let [jumped, late] = ["Luz", "Mar"].map(|artist| Artist::new(artist).unwrap().id);
        see_followers(&mut analyst, "Luz", "2025-05-01", 500.0, &[]);
        see_followers(&mut analyst, "Luz", "2025-05-02", 900.0, &[Flag::LevelChange]);
        for (day, both) in
            [("2025-03-06", false), ("2025-03-07", true), ("2025-05-02", true), ("2025-05-03", false)]
        {
            let concerned = see_followers(&mut analyst, "Mar", day, 70.0, &[]);
            assert!(concerned.contains(&late));
            assert_eq!(concerned.contains(&jumped), both, "{day}");
        }
    }

    #[test]
    fn what_was_seen_of_an_artist_who_has_left_is_forgotten_and_nothing_that_was_found() {
        let mut analyst = TrendAnalyst::new(TrendRules::DEFAULT);
        let [left, stays] = ["Left", "Luz"].map(|artist| Artist::new(artist).unwrap().id);
        for day in ["2025-01-01", "2025-01-02"] {
            ["Left", "Luz"].into_iter().for_each(|artist| see(&mut analyst, artist, day));
        }
        let found = analyst.findings(&left);
        analyst.findings(&stays);
        see(&mut analyst, "Luz", "2025-03-03");
        assert!(analyst.scans.contains_key(&left), "60 days later it may only be late");
        see(&mut analyst, "Luz", "2025-03-04");
        assert_eq!(analyst.scans.keys().collect::<Vec<_>>(), [&stays]);
        assert_eq!(analyst.findings(&left), found);
    }
}
