//! Late sources: what the platforms have said when they were asked and when it was due, in; which sources have given
//! nothing for longer than usual, out, each told once. What files say counts for nothing here: no platform answered.

use std::collections::{BTreeMap, HashMap, HashSet};

use casa24_bus::{Bus, BusError, Patience, SourceContext, SourceError, StoredEvent, explain};
use casa24_schedule::{Schedule, moment, timestamp};
use casa24_schemas::{
    Absence, Account, Artist, ArtistId, Collection, Date, LateEnd, LateEndReason, LateSource, Metric,
    Observed, Platform, RawSnapshot, RosterEntry,
};
use futures::TryStreamExt;
use jiff::{SignedDuration, Timestamp};
use time::{Duration, OffsetDateTime};

use crate::collect::{AskedDays, Collector};
use crate::platforms::{Access, Listed};

/// How long after it was due a figure is late.
const LATE_AFTER: SignedDuration = SignedDuration::from_hours(24);
/// What was stored within these days is read at first. Only where a source was silent for longer is all of its platform.
const RECENT: Duration = Duration::days(10);
const RAW: &str = "snapshot.raw.>";

/// What is known of every source, from one look to the next.
#[derive(Debug, Default)]
pub(super) struct LateSources {
    heard: HashMap<(Platform, ArtistId), Heard>,
    /// What snapshots name as their source that the collector stored.
    collected_from: HashMap<Platform, &'static str>,
    /// Newest sequence that was read.
    read_to: u64,
    /// Platforms of which everything was read.
    read_whole: HashSet<Platform>,
    /// When the first run on a platform was due that is known.
    first_runs: HashMap<Platform, Timestamp>,
}

/// What a platform has said of an artist when it was asked.
#[derive(Debug, Clone, Default, PartialEq)]
struct Heard {
    /// When the newest figure was observed.
    figure: Option<Observed>,
    /// When it said last that there are none, and why.
    nothing: Option<(Observed, BTreeMap<Metric, Absence>)>,
}

/// An account that is asked for.
#[derive(Debug, Clone)]
struct Asked {
    artist: Artist,
    platform: Platform,
    /// How long the platform takes to count a day, where it gives figures of days.
    usual_delay: Option<std::time::Duration>,
    /// When the roster said so last; nothing of the label's own account.
    said_at: Option<OffsetDateTime>,
    /// When the first run on the platform was due that is known.
    first_run: Option<Timestamp>,
}

impl LateSources {
    /// Tells which sources are late that were not before, and which are not any more.
    pub(super) async fn tell(
        &mut self,
        context: &SourceContext,
        access: &Access,
        schedule: &Schedule,
        now: Timestamp,
    ) -> Result<(), SourceError> {
        let bus = context.bus();
        let listed = access.collectors().map_err(|error| SourceError::permanent(explain(&error)))?;
        let ready = listed.into_iter().filter_map(|listed| match listed {
            Listed::Ready(collector) => Some(collector),
            Listed::Lacks { .. } => None,
        });
        let roster = bus.newest_patiently::<RosterEntry>("roster.*", Patience::AGENT).await?;
        let today = moment(now).date();
        let mut asked_for = Vec::new();
        for collector in ready {
            self.collected_from.insert(collector.platform(), collector.source());
            let first_run = self.first_run(bus, &collector.platform()).await?;
            asked_for.extend(asked(collector.as_ref(), &roster, first_run, today));
        }
        self.read(bus, &asked_for, moment(now)).await?;
        let told = bus.newest_patiently::<LateSource>("source.late.*.*", Patience::AGENT).await?;
        let changes = self.changes(&asked_for, &told, schedule, now);
        if changes.is_empty() {
            return Ok(());
        }
        if !context.publish_behind(&told, &changes).await? {
            tracing::debug!("another process has told of late sources");
            return Ok(());
        }
        // One line a platform: where it is away, all its sources are late.
        let mut num_late: BTreeMap<&Platform, u64> = BTreeMap::new();
        for late in changes.iter().filter(|change| change.is_late()) {
            *num_late.entry(&late.platform).or_default() += 1;
        }
        for (platform, num_sources) in num_late {
            tracing::warn!(%platform, num_sources, "figures are late; `casa24 status` lists whose");
        }
        Ok(())
    }

    async fn first_run(&mut self, bus: &Bus, platform: &Platform) -> Result<Option<Timestamp>, BusError> {
        if let Some(known) = self.first_runs.get(platform) {
            return Ok(Some(*known));
        }
        let mut runs = std::pin::pin!(bus.replay::<Collection>(&format!("collection.{platform}")).await?);
        let due_at = runs.try_next().await?.and_then(|first| timestamp(first.event.due_at.moment()?));
        self.first_runs.extend(due_at.map(|due_at| (platform.clone(), due_at)));
        Ok(due_at)
    }

    /// Reads what was stored since the last look.
    async fn read(&mut self, bus: &Bus, asked: &[Asked], now: OffsetDateTime) -> Result<(), BusError> {
        if self.read_to == 0 {
            let mut stored = std::pin::pin!(bus.replay_since::<RawSnapshot>(RAW, now - RECENT).await?);
            while let Some(stored) = stored.try_next().await? {
                self.read_to = self.read_to.max(stored.stored.sequence);
                self.hear(stored);
            }
        } else {
            let mut stored = std::pin::pin!(bus.replay_after::<RawSnapshot>(RAW, self.read_to).await?);
            while let Some(stored) = stored.try_next().await? {
                self.read_to = self.read_to.max(stored.stored.sequence);
                self.hear(stored);
            }
        }
        // A figure of these days was stored in them; where there is none, an older one may have been stored before.
        let first_read = (now - RECENT).date();
        let is_silent = |asked: &&Asked| {
            let heard = self.heard.get(&(asked.platform.clone(), asked.artist.id.clone()));
            let figure = heard.and_then(|heard| heard.figure);
            figure.is_none_or(|figure| figure.date() <= first_read)
        };
        let silent: HashSet<Platform> =
            asked.iter().filter(is_silent).map(|asked| asked.platform.clone()).collect();
        for platform in silent {
            if self.read_whole.contains(&platform) {
                continue;
            }
            let filter = format!("snapshot.raw.{platform}.*");
            let mut stored = std::pin::pin!(bus.replay::<RawSnapshot>(&filter).await?);
            while let Some(stored) = stored.try_next().await? {
                self.hear(stored);
            }
            self.read_whole.insert(platform);
        }
        Ok(())
    }

    fn hear(&mut self, StoredEvent { event, stored }: StoredEvent<RawSnapshot>) {
        if self.collected_from.get(&event.platform).is_none_or(|source| *source != event.source) {
            return;
        }
        // As the validator judges: one day off may be a time zone, and what is dated later is no observation.
        if stored.stored_at.date().next_day().is_some_and(|latest| event.observed_at.date() > latest) {
            return;
        }
        let heard = self.heard.entry((event.platform, event.artist.id)).or_default();
        if event.metrics.is_empty() {
            if heard.nothing.as_ref().is_none_or(|(at, _)| *at <= event.observed_at) {
                heard.nothing = Some((event.observed_at, event.absent));
            }
        } else {
            heard.figure = heard.figure.max(Some(event.observed_at));
        }
    }

    /// What is to be stored behind what was told so far.
    fn changes(
        &self,
        asked: &[Asked],
        told: &[StoredEvent<LateSource>],
        schedule: &Schedule,
        now: Timestamp,
    ) -> Vec<LateSource> {
        let told: HashMap<(&Platform, &ArtistId), &LateSource> = told
            .iter()
            .map(|stored| ((&stored.event.platform, &stored.event.artist.id), &stored.event))
            .collect();
        let mut changes = Vec::new();
        for source in asked {
            let key = (source.platform.clone(), source.artist.id.clone());
            let heard = self.heard.get(&key).cloned().unwrap_or_default();
            let told = told.get(&(&key.0, &key.1)).copied();
            changes.extend(change(source, heard, told, schedule, now));
        }
        let asked: HashSet<(&Platform, &ArtistId)> =
            asked.iter().map(|asked| (&asked.platform, &asked.artist.id)).collect();
        let at = Observed::instant(moment(now));
        let dropped = told.into_iter().filter(|(key, told)| told.is_late() && !asked.contains(key));
        changes.extend(dropped.map(|(_, told)| LateSource {
            ended: Some(LateEnd { at, why: LateEndReason::NotAsked }),
            ..told.clone()
        }));
        changes
    }
}

/// The accounts that a collector asks for.
fn asked(
    collector: &dyn Collector,
    roster: &[StoredEvent<RosterEntry>],
    first_run: Option<Timestamp>,
    today: Date,
) -> Vec<Asked> {
    let platform = collector.platform();
    let usual_delay = collector.days(today).map(|AskedDays { usual_delay, .. }| usual_delay);
    let of = |artist: Artist, said_at| Asked {
        artist,
        platform: platform.clone(),
        usual_delay,
        said_at,
        first_run,
    };
    if collector.label_account().is_some() {
        return vec![of(Artist::label(Artist::LABEL_NAME), None)];
    }
    let has_account = |entry: &RosterEntry| matches!(entry.account(&platform), Account::Present { .. });
    let entries = roster.iter().filter(|stored| stored.event.active && has_account(&stored.event));
    entries.map(|StoredEvent { event, stored }| of(event.artist.clone(), Some(stored.stored_at))).collect()
}

/// What is to be told of a source, by what was heard of it and told before.
fn change(
    source: &Asked,
    heard: Heard,
    told: Option<&LateSource>,
    schedule: &Schedule,
    now: Timestamp,
) -> Option<LateSource> {
    let expected_at = expected(source, heard.figure, schedule)?;
    let is_late = now.duration_since(expected_at) >= LATE_AFTER;
    let is_newer = |told: &LateSource| heard.figure > told.newest;
    match told {
        // A figure that is late itself begins another lateness.
        Some(told) if told.is_late() && !is_newer(told) => None,
        Some(told) if told.is_late() && !is_late => {
            let at = heard.figure?;
            Some(LateSource { ended: Some(LateEnd { at, why: LateEndReason::Figures }), ..told.clone() })
        }
        _ if is_late => Some(LateSource {
            platform: source.platform.clone(),
            artist: source.artist.clone(),
            newest: heard.figure,
            expected_at: Observed::instant(moment(expected_at)),
            absent: heard
                .nothing
                .filter(|(at, _)| Some(*at) > heard.figure)
                .map(|(_, absent)| absent)
                .unwrap_or_default(),
            ended: None,
        }),
        _ => None,
    }
}

/// When the figure after the newest one was due. The first of all was at the first run that knew the account.
fn expected(source: &Asked, newest: Option<Observed>, schedule: &Schedule) -> Option<Timestamp> {
    let due_after = |from: OffsetDateTime| {
        let there = match source.usual_delay {
            Some(delay) => from.checked_add(Duration::DAY)?.checked_add(delay.try_into().ok()?)?,
            None => from,
        };
        schedule.next(timestamp(there)?)
    };
    match (newest, source.said_at) {
        (Some(newest), _) => match newest.moment() {
            Some(moment) => due_after(moment),
            // Where only the day is known, it is over when its figure is.
            None => due_after(newest.date().next_day()?.midnight().assume_utc()),
        },
        (None, Some(said_at)) => Some(due_after(said_at)?.max(source.first_run?)),
        (None, None) => source.first_run,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn daily() -> Schedule {
        Schedule::new(crate::schedule::Collecting::DAILY, "UTC").unwrap()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn seen(text: &str) -> Observed {
        Observed::parse(text).unwrap()
    }

    fn deezer() -> Asked {
        Asked {
            artist: Artist::new("Luz").unwrap(),
            platform: Platform::DEEZER,
            usual_delay: None,
            said_at: Some(seen("2026-11-01T12:00:00Z").moment().unwrap()),
            first_run: Some(at("2026-11-01T02:30:00Z")),
        }
    }

    fn wikipedia() -> Asked {
        let usual_delay = Some(std::time::Duration::from_secs(24 * 3_600));
        Asked { platform: Platform::WIKIPEDIA, usual_delay, ..deezer() }
    }

    fn heard(figure: &str) -> Heard {
        Heard { figure: Some(seen(figure)), nothing: None }
    }

    const API: &str = "Deezer API";

    fn sources() -> LateSources {
        LateSources { collected_from: [(Platform::DEEZER, API)].into(), ..LateSources::default() }
    }

    fn stored<E>(event: E) -> StoredEvent<E> {
        let stored = casa24_bus::Stored {
            sequence: 1,
            stored_at: seen("2026-11-25T02:36:00Z").moment().unwrap(),
            trace: casa24_bus::TraceContext::root("x"),
            schema_major: Some(1),
            cause: None,
        };
        StoredEvent { event, stored }
    }

    fn raw(observed_at: &str, source: &str, figure: bool) -> StoredEvent<RawSnapshot> {
        let fans = casa24_schemas::RawValue::Integer(5);
        stored(RawSnapshot {
            platform: Platform::DEEZER,
            artist: Artist::new("Luz").unwrap(),
            observed_at: seen(observed_at),
            source: source.to_owned(),
            collection: None,
            account: Account::Unknown,
            metrics: figure.then_some((Metric::FANS, fans)).into_iter().collect(),
            absent: (!figure).then_some((Metric::FANS, Absence::Failed)).into_iter().collect(),
            content: None,
            correction: None,
            sample: false,
        })
    }

    fn change_at(source: &Asked, heard: Heard, told: Option<&LateSource>, now: &str) -> Option<LateSource> {
        change(source, heard, told, &daily(), at(now))
    }

    #[test]
    fn the_next_figure_is_due_at_the_next_run_that_can_have_it() {
        let expected = |source: &Asked, newest: Option<&str>, schedule: &str| {
            let schedule = Schedule::new(schedule, "UTC").unwrap();
            expected(source, newest.map(seen), &schedule).map(|at| at.to_string())
        };
        for (source, newest, schedule, due) in [
            (deezer(), Some("2026-11-20T02:34:00Z"), "30 2 * * *", "2026-11-21T02:30:00Z"),
            // Of a file: the day is over at its end.
            (deezer(), Some("2026-11-20"), "30 2 * * *", "2026-11-21T02:30:00Z"),
            // Friday, and nothing at the weekend.
            (deezer(), Some("2026-11-20T02:34:00Z"), "30 2 * * 1-5", "2026-11-23T02:30:00Z"),
            (deezer(), None, "30 2 * * *", "2026-11-02T02:30:00Z"),
            // The 21st ends with it, and is counted by the end of the 22nd.
            (wikipedia(), Some("2026-11-20"), "30 2 * * *", "2026-11-23T02:30:00Z"),
        ] {
            assert_eq!(expected(&source, newest, schedule).as_deref(), Some(due), "{newest:?} {schedule}");
        }
        // Before the platform's first run nothing was due; the label's own account is in no roster.
        let first_run = Some(at("2026-11-07T02:30:00Z"));
        let due = |source| expected(&source, None, "30 2 * * *");
        assert_eq!(due(Asked { first_run, ..deezer() }).as_deref(), Some("2026-11-07T02:30:00Z"));
        assert_eq!(
            due(Asked { first_run, said_at: None, ..deezer() }).as_deref(),
            Some("2026-11-07T02:30:00Z")
        );
        assert_eq!(due(Asked { first_run: None, ..deezer() }), None);
    }

    #[test]
    fn a_source_is_late_a_day_after_its_figure_was_due_and_told_once() {
        let heard = || heard("2026-11-20T02:34:00Z");
        assert_eq!(change_at(&deezer(), heard(), None, "2026-11-22T02:29:59Z"), None);
        let late = change_at(&deezer(), heard(), None, "2026-11-22T02:30:00Z").unwrap();
        assert_eq!(
            (late.newest, late.expected_at, late.is_late()),
            (Some(seen("2026-11-20T02:34:00Z")), seen("2026-11-21T02:30:00Z"), true)
        );
        assert_eq!(change_at(&deezer(), heard(), Some(&late), "2026-11-30T02:30:00Z"), None);
        assert_eq!(change_at(&wikipedia(), self::heard("2026-11-20"), None, "2026-11-24T02:29:00Z"), None);
        assert!(change_at(&wikipedia(), self::heard("2026-11-20"), None, "2026-11-24T02:31:00Z").is_some());
    }

    #[test]
    fn the_next_figure_ends_it_and_another_silence_is_told_again() {
        let late = change_at(&deezer(), heard("2026-11-20T02:34:00Z"), None, "2026-11-25T03:00:00Z").unwrap();
        let again = heard("2026-11-25T02:35:00Z");
        let ended = change_at(&deezer(), again.clone(), Some(&late), "2026-11-25T03:00:00Z").unwrap();
        let end = LateEnd { at: seen("2026-11-25T02:35:00Z"), why: LateEndReason::Figures };
        assert_eq!(ended, LateSource { ended: Some(end), ..late });
        assert_eq!(change_at(&deezer(), again.clone(), Some(&ended), "2026-11-26T03:00:00Z"), None);
        let second = change_at(&deezer(), again, Some(&ended), "2026-11-27T02:30:00Z").unwrap();
        assert_eq!((second.newest, second.is_late()), (Some(end.at), true));
    }

    #[test]
    fn a_source_that_never_gave_anything_is_late_too_and_says_what_it_said() {
        let absent = BTreeMap::from([(Metric::FANS, Absence::NotFound)]);
        let nothing = Heard { figure: None, nothing: Some((seen("2026-11-03T02:31:00Z"), absent.clone())) };
        assert_eq!(change_at(&deezer(), nothing.clone(), None, "2026-11-03T02:29:00Z"), None);
        let late = change_at(&deezer(), nothing.clone(), None, "2026-11-03T02:31:00Z").unwrap();
        assert_eq!((late.newest, &late.absent), (None, &absent));
        // What it said before its newest figure is no reason.
        let figure = Heard { figure: Some(seen("2026-11-04T02:31:00Z")), ..nothing };
        let late = change_at(&deezer(), figure, None, "2026-11-09T02:31:00Z").unwrap();
        assert_eq!(late.absent, BTreeMap::new());
    }

    #[test]
    fn of_what_comes_in_any_order_the_newest_counts() {
        let mut sources = sources();
        for (observed_at, figure) in [
            ("2026-11-20T02:34:00Z", true),
            ("2026-11-22T02:34:00Z", false),
            ("2026-11-21T02:34:00Z", false),
            ("2025-09-30", true),
        ] {
            sources.hear(raw(observed_at, API, figure));
        }
        let heard = &sources.heard[&(Platform::DEEZER, Artist::new("Luz").unwrap().id)];
        assert_eq!(heard.figure, Some(seen("2026-11-20T02:34:00Z")));
        assert_eq!(heard.nothing.as_ref().unwrap().0, seen("2026-11-22T02:34:00Z"));
    }

    #[test]
    fn neither_a_file_nor_a_day_to_come_ends_what_the_platform_is_late_with() {
        let now = "2026-11-25T03:00:00Z";
        let late = change_at(&deezer(), heard("2026-11-20T02:34:00Z"), None, now).unwrap();
        let mut sources = sources();
        sources.hear(raw("2026-11-20T02:34:00Z", API, true));
        sources.hear(raw("2026-11-24", "fans.csv", true));
        sources.hear(raw("2026-11-24", "fans.csv", false));
        sources.hear(raw("2062-11-24", API, true));
        let told = [stored(late.clone())];
        let changes = |sources: &LateSources| sources.changes(&[deezer()], &told, &daily(), at(now));
        assert_eq!(changes(&sources), []);
        assert_eq!(sources.changes(&[deezer()], &[], &daily(), at(now)), std::slice::from_ref(&late));
        sources.hear(raw("2026-11-25T02:35:00Z", API, true));
        let end = LateEnd { at: seen("2026-11-25T02:35:00Z"), why: LateEndReason::Figures };
        assert_eq!(changes(&sources), [LateSource { ended: Some(end), ..late }]);
    }

    #[test]
    fn what_nobody_asks_for_any_more_is_not_late() {
        let late = change_at(&deezer(), heard("2026-11-20T02:34:00Z"), None, "2026-11-25T03:00:00Z").unwrap();
        let now = at("2026-11-26T03:00:00Z");
        let changes = sources().changes(&[], &[stored(late.clone())], &daily(), now);
        let end = LateEnd { at: seen("2026-11-26T03:00:00Z"), why: LateEndReason::NotAsked };
        assert_eq!(changes, [LateSource { ended: Some(end), ..late }]);
        assert_eq!(sources().changes(&[], &[stored(changes[0].clone())], &daily(), now), []);
    }
}
