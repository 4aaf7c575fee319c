//! A run: the artists of a roster in, what a platform says of each stored.

use std::collections::HashSet;

use casa24_bus::Patience;
use casa24_schemas::{Absence, Account, Artist, ArtistId, Observed, RawSnapshot, RosterEntry};
use futures::StreamExt;
use futures::future::{BoxFuture, FutureExt};
use time::{Duration, OffsetDateTime};

use super::collector::{AskedDays, Collector, Seen};
use super::days::{self, StoredDays};
use super::names::KnownNames;
use super::releases::ListedReleases;
use super::report::{Report, Stop};
use super::store::{RunError, Store};
use crate::http::Fault;

/// Calls in a row without an answer after which a platform is left alone.
const MAX_FAILED: usize = 5;
/// For how long: the network, or the platform, may be back by then.
const LEFT_ALONE: Duration = Duration::minutes(30);

/// One collection of every platform's figures.
#[derive(Debug)]
pub struct Run<'a> {
    /// Where it stores what it saw.
    pub store: Store<'a>,
    /// What names the run: its snapshots are one collection. The same run again asks only for what it had not got.
    pub id: String,
    /// The artists.
    pub roster: &'a [RosterEntry],
    /// Whether figures are taken of an account that goes by another name than before.
    pub renamed: bool,
}

/// What came of a call.
struct Answered<'a> {
    /// Who was asked for.
    batch: &'a [Asked],
    answer: Result<Vec<Vec<Seen>>, Fault>,
    /// Why releases did not come that were asked for too.
    problems: Vec<String>,
}

/// Asks for a batch, and for the releases of those of whom they are due. Releases are an extra: their faults cost no figures.
fn call<'a>(
    collector: &'a dyn Collector,
    batch: &'a [Asked],
    listed: &'a ListedReleases,
) -> BoxFuture<'a, Answered<'a>> {
    async move {
        let ids: Vec<String> = batch.iter().map(|asked| asked.id.clone()).collect();
        let mut answer = collector.fetch(&ids).await;
        let mut problems = Vec::new();
        if let (Ok(seen), Some(lister)) = (&mut answer, collector.release_lister()) {
            let today = OffsetDateTime::now_utc().date();
            for (Asked { artist, id }, seen) in batch.iter().zip(seen) {
                let Some(seen) = seen.last_mut().filter(|seen| !seen.metrics.is_empty()) else { continue };
                if !listed.are_due(&artist.id, id, lister.every_days(), today) {
                    continue;
                }
                match lister.releases(id).await {
                    Ok(releases) => seen.content.get_or_insert_default().releases = Some(releases),
                    Err(fault) => problems.push(format!("{}: releases: {fault}", artist.name)),
                }
            }
        }
        Answered { batch, answer, problems }
    }
    .boxed()
}

/// Why a platform is left alone that does not answer.
fn no_answer(num_failed: usize, fault: &Fault) -> Stop {
    let calls = if num_failed == 1 { "the call".to_owned() } else { format!("{num_failed} calls in a row") };
    let until = OffsetDateTime::now_utc().checked_add(LEFT_ALONE);
    Stop { what: format!("no answer to {calls}: {fault}"), until }
}

/// The name that an account shows.
fn named(seen: &[Seen]) -> Option<&str> {
    seen.iter().find_map(|seen| seen.content.as_ref()?.display_name.as_deref())
}

/// What is known before a run.
struct Known {
    names: KnownNames,
    days: StoredDays,
}

/// An artist, or the label itself, who is asked for.
#[derive(Debug, Clone)]
struct Asked {
    artist: Artist,
    id: String,
}

impl Run<'_> {
    /// Asks a platform for everybody who has an account there, and stores what it says as it comes. What does not come is
    /// stored as absent with the reason. `on_progress` hears how many artists are done.
    ///
    /// # Errors
    /// When the bus keeps refusing. What is stored by then stays.
    pub async fn collect(
        &self,
        collector: &dyn Collector,
        mut on_progress: impl FnMut(u64, u64),
    ) -> Result<Report, RunError> {
        let mut report = Report::new(collector.platform());
        let mut known = self.known(collector).await?;
        let asked = self.asked(collector, &known.names, &mut report).await?;
        let num_asked = asked.len() as u64;
        let (well_formed, malformed): (Vec<_>, Vec<_>) =
            asked.into_iter().partition(|asked| match collector.check(&asked.id) {
                Ok(()) => true,
                Err(fault) => {
                    report.problem(format!("{}: {:?} {fault}", asked.artist.name, asked.id));
                    false
                }
            });
        let nothing = |reason| vec![Seen::nothing(collector.metrics(), reason)];
        let unknown = vec![nothing(Absence::NotFound); malformed.len()];
        self.store(collector, &mut known, &mut report, &malformed, unknown).await?;
        let mut num_done = malformed.len() as u64;
        let mut num_failed = 0;
        // Where there are fewer calls, all of them.
        let most_failed = MAX_FAILED.min(well_formed.chunks(collector.batch_size().max(1)).len());
        // Made before the stream: a closure in it would tie the whole run to one thread.
        let batches = well_formed.chunks(collector.batch_size().max(1));
        let listed = self.listed_releases(collector).await?;
        let calls: Vec<BoxFuture<'_, _>> = batches.map(|batch| call(collector, batch, &listed)).collect();
        let mut answers = futures::stream::iter(calls).buffered(collector.concurrency().max(1));
        while let Some(Answered { batch, answer, problems }) = answers.next().await {
            problems.into_iter().for_each(|problem| report.problem(problem));
            let seen = match answer {
                Ok(mut seen) => {
                    num_failed = 0;
                    seen.resize(batch.len(), Vec::new());
                    // Whom the platform does not know.
                    let known = |of: Vec<Seen>| if of.is_empty() { nothing(Absence::NotFound) } else { of };
                    seen.into_iter().map(known).collect()
                }
                Err(fault) => {
                    let reason = match &fault {
                        Fault::Failed { .. } => {
                            num_failed += 1;
                            Absence::Failed
                        }
                        Fault::Refused { .. } | Fault::Stopped { .. } => Absence::Refused,
                    };
                    self.fault(&mut report, batch, &fault);
                    if num_failed == most_failed {
                        report.stopped = Some(no_answer(num_failed, &fault));
                    }
                    vec![nothing(reason); batch.len()]
                }
            };
            self.store(collector, &mut known, &mut report, batch, seen).await?;
            num_done += batch.len() as u64;
            on_progress(num_done, num_asked);
            if report.stopped.is_some() {
                break;
            }
        }
        drop(answers);
        // A figure at least of every artist, where it is not one that an artist alone lacks.
        let num_not_offered = report.absent.get(Absence::NotOffered.as_str()).copied().unwrap_or_default();
        if num_not_offered > 0 && num_not_offered >= report.num_with_figures {
            report.problem(collector.not_offered().to_owned());
        }
        collector.notices().into_iter().for_each(|notice| report.problem(notice));
        if report.stopped.is_some() {
            // Not asked any more: whoever reads their figures must see that, and why.
            let reason = if num_failed == most_failed { Absence::Failed } else { Absence::Refused };
            let from = usize::try_from(num_done).unwrap_or(usize::MAX).saturating_sub(malformed.len());
            let rest = well_formed.get(from..).unwrap_or_default();
            let seen = vec![nothing(reason); rest.len()];
            self.store(collector, &mut known, &mut report, rest, seen).await?;
        }
        Ok(report)
    }

    /// Who is to be asked for: artists of the label with an account there, or the label itself, of whom this run has stored
    /// nothing yet.
    async fn asked(
        &self,
        collector: &dyn Collector,
        names: &KnownNames,
        report: &mut Report,
    ) -> Result<Vec<Asked>, RunError> {
        let platform = collector.platform();
        let is_momentary = collector.days(OffsetDateTime::now_utc().date()).is_none();
        let done = if is_momentary { self.done(collector).await? } else { HashSet::new() };
        let mut asked = Vec::new();
        if let Some(id) = collector.label_account() {
            let artist = names.label(None);
            report.num_artists = 1;
            report.num_done_before = u64::from(done.contains(&artist.id));
            if report.num_done_before == 0 {
                asked.push(Asked { artist, id: id.to_owned() });
            }
            return Ok(asked);
        }
        for entry in self.roster.iter().filter(|entry| entry.active) {
            match entry.account(&platform) {
                Account::Present { .. } if done.contains(&entry.artist.id) => {
                    report.num_artists += 1;
                    report.num_done_before += 1;
                }
                Account::Present { id } => {
                    report.num_artists += 1;
                    asked.push(Asked { artist: entry.artist.clone(), id });
                }
                Account::Absent => report.num_without_account += 1,
                Account::Unknown => report.num_unknown += 1,
            }
        }
        Ok(asked)
    }

    /// Artists of whom this run has an answer from a platform: figures, or that there are none.
    async fn done(&self, collector: &dyn Collector) -> Result<HashSet<ArtistId>, RunError> {
        let (bus, filter) = (self.store.bus(), format!("snapshot.raw.{}.*", collector.platform()));
        let newest = bus.newest_patiently::<RawSnapshot>(&filter, Patience::COMMAND).await?;
        let is_answer = |reason: &Absence| !matches!(reason, Absence::Refused | Absence::Failed);
        let of_run = newest.into_iter().filter(|stored| {
            let RawSnapshot { collection, metrics, absent, .. } = &stored.event;
            collection.as_deref() == Some(&self.id) && (!metrics.is_empty() || absent.values().any(is_answer))
        });
        Ok(of_run.map(|stored| stored.event.artist.id).collect())
    }

    /// When releases were listed, where the platform can be asked for them.
    async fn listed_releases(&self, collector: &dyn Collector) -> Result<ListedReleases, RunError> {
        match collector.release_lister() {
            Some(lister) => {
                let (platform, today) = (collector.platform(), OffsetDateTime::now_utc().date());
                let every_days = lister.every_days();
                Ok(ListedReleases::read(self.store.bus(), &platform, every_days, today).await?)
            }
            None => Ok(ListedReleases::default()),
        }
    }

    /// What is known of the platform's figures.
    async fn known(&self, collector: &dyn Collector) -> Result<Known, RunError> {
        let (bus, platform) = (self.store.bus(), collector.platform());
        Ok(match collector.days(OffsetDateTime::now_utc().date()) {
            None => Known { names: KnownNames::read(bus, &platform).await?, days: StoredDays::default() },
            Some(AskedDays { first, .. }) => {
                let days = StoredDays::read(bus, &platform, first).await?;
                Known { names: KnownNames::default(), days }
            }
        })
    }

    /// What was seen of an account, unless something tells that it is somebody else's now.
    fn of_known_owner(
        &self,
        collector: &dyn Collector,
        known: &Known,
        report: &mut Report,
        asked: &Asked,
        seen: Vec<Seen>,
    ) -> Vec<Seen> {
        match known.names.another_owner(&asked.artist, &asked.id, named(&seen)).filter(|_| !self.renamed) {
            Some(fault) => {
                report.problem(format!("{}: {fault}", asked.artist.name));
                vec![Seen::nothing(collector.metrics(), Absence::Refused)]
            }
            None => seen,
        }
    }

    fn fault(&self, report: &mut Report, batch: &[Asked], fault: &Fault) {
        match fault {
            Fault::Stopped { what, until } => {
                report.stopped = Some(Stop { what: what.clone(), until: *until });
            }
            Fault::Failed { .. } | Fault::Refused { .. } => match batch {
                [one] => report.problem(format!("{}: {fault}", one.artist.name)),
                several => report.problem(format!("{} artists: {fault}", several.len())),
            },
        }
    }

    /// Stores what was seen of artists.
    async fn store(
        &self,
        collector: &dyn Collector,
        known: &mut Known,
        report: &mut Report,
        asked: &[Asked],
        seen: Vec<Vec<Seen>>,
    ) -> Result<(), RunError> {
        // Two snapshots of a moment would be one: the second is too long for what is asked at once.
        let now = OffsetDateTime::now_utc();
        let now = Observed::instant(now.replace_millisecond(now.millisecond()).unwrap_or(now));
        let mut snapshots = Vec::new();
        for (asked, seen) in asked.iter().zip(seen) {
            let seen = self.of_known_owner(collector, known, report, asked, seen);
            // The label goes by the name that its account shows.
            let artist =
                if asked.artist.is_label() { known.names.label(named(&seen)) } else { asked.artist.clone() };
            report.num_with_figures += u64::from(seen.iter().any(|seen| !seen.metrics.is_empty()));
            for seen in seen {
                seen.absent.values().for_each(|reason| report.count_absent(*reason, 1));
                snapshots.push(RawSnapshot {
                    platform: collector.platform(),
                    artist: artist.clone(),
                    observed_at: seen.day.unwrap_or(now),
                    source: collector.source().to_owned(),
                    // Figures of a day are compared with others of that day, whichever run brought them.
                    collection: seen.day.is_none().then(|| self.id.clone()),
                    account: Account::Present { id: asked.id.clone() },
                    metrics: seen.metrics,
                    absent: seen.absent,
                    content: seen.content,
                    correction: None,
                    sample: false,
                });
            }
        }
        let told = known.days.divide(snapshots);
        report.num_known += told.num_known;
        report.num_corrected += told.changed.len() as u64;
        let new = told.new.into_iter();
        let corrections = days::corrections(self.store.bus(), told.changed, now).await?;
        let snapshots: Vec<RawSnapshot> = new.chain(corrections).collect();
        report.num_figures += snapshots.iter().map(|snapshot| snapshot.metrics.len() as u64).sum::<u64>();
        report.num_stored += self.store.store(&snapshots).await?;
        Ok(())
    }
}
