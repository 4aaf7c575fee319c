//! The agent.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use casa24_answers::{Answer, Noted};
use casa24_bus::{Runner, Source, SourceContext, SourceError, source};
use casa24_schemas::{Command, MAX_POSTED, Observed, OptionValue, Post, PostKind, PostState, ServerSettings};
use futures::stream::FuturesUnordered;
use futures::{StreamExt, TryStreamExt};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use time::OffsetDateTime;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

use crate::asking::ask;
use crate::rest::Rest;
use crate::settings::Settings;

use super::board::{Board, timestamp};
use super::compose;
use super::findings::{NewFindings, digest};
use super::live::is_live;
use super::plan::Plan;
use super::schedule::{Weekly, weeks_back};
use super::sending::{Outcome, Sending};

/// How often it is looked whether there is something to post.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// Most posts on their way at once.
const AT_ONCE: usize = 32;
/// How long the week is waited for.
const ASK_FOR: Duration = Duration::from_secs(20);

/// Posts new findings and the week in the servers that have asked for them.
#[derive(Debug)]
pub struct Posts {
    settings: Option<Settings>,
}

impl Posts {
    /// The agent as the program runs it. Without settings it can be listed, but not run.
    pub fn runner(settings: Option<Settings>) -> Runner {
        source(move || Self { settings })
    }
}

impl Source for Posts {
    const NAME: &'static str = "posts";
    const PUBLISHES: &'static [&'static str] = &["post.*.*.*", "command.*"];

    async fn run(&self, context: SourceContext) -> Result<(), SourceError> {
        let permanent = |error: crate::SettingsError| SourceError::permanent(error.to_string());
        let settings = self.settings.as_ref().ok_or_else(|| permanent(Settings::missing()))?;
        let token = settings.token.clone().ok_or_else(|| permanent(Settings::missing()))?;
        let rest = Rest::new(settings.api.clone(), Arc::clone(&settings.pause)).map_err(permanent)?;
        let desk = Desk::open(&context).await?;
        desk.work(&context, &Sending::new(context.clone(), rest, token)).await
    }
}

/// What is known, and what waits.
struct Desk {
    servers: HashMap<String, ServerSettings>,
    servers_read_to: u64,
    board: Board,
    findings: NewFindings,
    /// Whether findings were collected live.
    live: HashMap<String, bool>,
    /// Posts that an earlier process has begun, and new ones.
    unfinished: Vec<Post>,
    new: VecDeque<Post>,
}

impl Desk {
    async fn open(context: &SourceContext) -> Result<Self, SourceError> {
        let bus = context.bus();
        let (mut board, mut unfinished) = (Board::default(), Vec::new());
        for stored in bus.newest::<Post>("post.>").await? {
            board.note(&stored.event);
            if matches!(stored.event.state, PostState::Intended | PostState::Refused) {
                unfinished.push(stored.event);
            }
        }
        let findings = NewFindings::read(bus, OffsetDateTime::now_utc()).await?;
        let (servers, live) = (HashMap::new(), HashMap::new());
        Ok(Self { servers, servers_read_to: 0, board, findings, live, unfinished, new: VecDeque::new() })
    }

    async fn work(mut self, context: &SourceContext, sending: &Sending) -> Result<(), SourceError> {
        // What is set is known before it is asked whether a post is still wanted.
        self.look(context).await?;
        let mut ticks = interval(LOOK_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut under_way = FuturesUnordered::new();
        let mut waiting = FuturesUnordered::new();
        loop {
            while under_way.len() < AT_ONCE {
                if let Some(post) = self.unfinished.pop() {
                    under_way.push(futures::future::Either::Left(sending.go_on(post)));
                } else if let Some(post) = self.new.pop_front() {
                    under_way.push(futures::future::Either::Right(sending.begin(post)));
                } else {
                    break;
                }
            }
            tokio::select! {
                biased;
                () = context.cancelled() => break,
                Some(outcome) = under_way.next() => {
                    let Outcome { post, again_after } = outcome?;
                    self.board.note(&post);
                    if let Some(wait) = again_after {
                        waiting.push(async move {
                            sleep(wait).await;
                            post
                        });
                    }
                }
                // It is in a channel that is still set, or is of no use any more.
                Some(post) = waiting.next() => {
                    let is_wanted = |settings: &ServerSettings| super::is_of(&post, settings);
                    if self.servers.get(&post.server).is_some_and(is_wanted) {
                        self.new.push_back(post);
                    }
                }
                _ = ticks.tick() => self.look(context).await?,
            }
        }
        // What is under way is finished, so that it need not be guessed what became of it.
        while under_way.next().await.transpose()?.is_some() {}
        Ok(())
    }

    /// Looks whether there is something to post.
    async fn look(&mut self, context: &SourceContext) -> Result<(), SourceError> {
        let now = OffsetDateTime::now_utc();
        let mut stored = std::pin::pin!(
            context.bus().replay_after::<ServerSettings>("server.>", self.servers_read_to).await?
        );
        while let Some(found) = stored.try_next().await? {
            self.servers_read_to = found.stored.sequence;
            self.servers.insert(found.event.server.clone(), found.event);
        }
        self.findings.follow(context.bus(), now).await?;
        self.look_for_live(context, now).await?;
        let servers: Vec<ServerSettings> = self.servers.values().cloned().collect();
        for settings in &servers {
            self.plan_alerts(settings, now);
        }
        self.plan_reports(context, &servers, now).await;
        Ok(())
    }

    /// Learns of new findings whether they were collected live.
    async fn look_for_live(
        &mut self,
        context: &SourceContext,
        now: OffsetDateTime,
    ) -> Result<(), SourceError> {
        if self.servers.values().all(|settings| settings.alerts.is_none()) {
            return Ok(());
        }
        let unknown: Vec<_> =
            self.findings.fresh(now).filter(|(key, _)| !self.live.contains_key(*key)).collect();
        let mut learnt = Vec::new();
        for (key, new) in unknown {
            learnt.push((key.clone(), is_live(context.bus(), new).await?));
        }
        self.live.extend(learnt);
        let kept: HashSet<&String> = self.findings.fresh(now).map(|(key, _)| key).collect();
        self.live.retain(|key, _| kept.contains(key));
        Ok(())
    }

    fn plan_alerts(&mut self, settings: &ServerSettings, now: OffsetDateTime) {
        let Some(alerts) = &settings.alerts else { return };
        if self.board.is_off(settings, PostKind::Alert) {
            return;
        }
        let Some(since) = alerts.since.moment() else { return };
        let is_wanted = |noted: &Noted| {
            let is_kind = alerts.kinds.is_empty() || alerts.kinds.contains(&noted.kind);
            is_kind && (settings.artists.is_empty() || settings.artists.contains(&noted.artist))
        };
        let wanted: Vec<_> = self
            .findings
            .fresh(now)
            .filter(|(key, new)| {
                new.stored_at > since
                    && self.live.get(*key) == Some(&true)
                    && !self.board.is_told(&settings.server, key)
                    && is_wanted(&new.noted)
            })
            .map(|(key, new)| (key.clone(), new.noted.clone(), new.stored_at))
            .take(MAX_POSTED)
            .collect();
        let moment = |at: OffsetDateTime| Timestamp::from_nanosecond(at.unix_timestamp_nanos()).ok();
        let Some(at) = moment(now) else { return };
        let waiting: Vec<Timestamp> =
            wanted.iter().filter_map(|(.., stored_at)| moment(*stored_at)).collect();
        let groups: Vec<Vec<(String, Noted)>> = {
            let found = wanted.into_iter().map(|(key, noted, _)| (key, noted));
            match Plan::of(self.board.alerts(&settings.server, at), &waiting, at) {
                Plan::Wait => Vec::new(),
                Plan::Each => found.map(|one| vec![one]).collect(),
                Plan::Together => vec![found.collect()],
            }
        };
        for group in groups {
            let (findings, noted): (Vec<String>, Vec<Noted>) = group.into_iter().unzip();
            let key = digest(&[&alerts.channel, &findings.join(" ")]);
            let body = compose::alert(&noted, now.date(), compose::words(settings), &key);
            self.add(settings, PostKind::Alert, &alerts.channel, key, Observed::instant(now), findings, body);
        }
    }

    async fn plan_reports(
        &mut self,
        context: &SourceContext,
        servers: &[ServerSettings],
        now: OffsetDateTime,
    ) {
        let mut weeks: HashMap<(Option<String>, Timestamp), Option<Answer>> = HashMap::new();
        for settings in servers {
            let Some(report) = &settings.report else { continue };
            let Some(since) = timestamp(report.since) else { continue };
            let zone = settings.time_zone.as_deref().unwrap_or("UTC");
            let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
            let weekly = Weekly { zone, weekday: report.weekday, hour: report.hour, since };
            let Ok(at) = Timestamp::from_nanosecond(now.unix_timestamp_nanos()) else { continue };
            let Some(due) = weekly.due(self.board.last_report(&settings.server), at) else { continue };
            if self.board.is_off(settings, PostKind::Report) {
                continue;
            }
            let known = match weeks.entry((settings.time_zone.clone(), due)) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(unknown) => {
                    let answer = week(context, settings.time_zone.as_deref(), due).await;
                    unknown.insert(answer)
                }
            };
            // Without an answer it is asked again at the next look.
            let Some(answer) = known else { continue };
            let key = digest(&[&report.channel, "report", &due.to_string()]);
            let body = compose::report(answer, compose::words(settings), &key);
            let Ok(due) = OffsetDateTime::from_unix_timestamp(due.as_second()) else { continue };
            let due = Observed::instant(due);
            self.add(settings, PostKind::Report, &report.channel, key, due, Vec::new(), body);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "each is a field of the post")]
    fn add(
        &mut self,
        settings: &ServerSettings,
        kind: PostKind,
        channel: &str,
        key: String,
        due_at: Observed,
        findings: Vec<String>,
        body: String,
    ) {
        let post = Post {
            server: settings.server.clone(),
            channel: channel.to_owned(),
            kind,
            key,
            state: PostState::Intended,
            due_at,
            begun_at: due_at,
            findings,
            body: Some(body),
            message: None,
        };
        self.board.note(&post);
        self.new.push_back(post);
    }
}

/// The label's week that a report of a moment is about, in the days of a time zone, or the newest one before it of which
/// anything was observed; `None` where there is none, or nobody answers. Figures that are made up are nobody's week.
async fn week(context: &SourceContext, time_zone: Option<&str>, due: Timestamp) -> Option<Answer> {
    let until = Instant::now() + ASK_FOR;
    // Weeks are counted back from that of the newest observation, which may be an earlier one than today's.
    let newest = week_back(context, time_zone, 0, until).await?;
    let Answer::Weekly(week) = &newest else { return None };
    let due = OffsetDateTime::from_unix_timestamp(due.as_second()).ok()?;
    let day = casa24_answers::TimeZone::named(&week.time_zone)?.day(Observed::instant(due));
    match weeks_back(day, week.first.0) {
        back @ 1.. => week_back(context, time_zone, back, until).await,
        _ => Some(newest),
    }
}

/// The week so many weeks before that of the newest observation.
async fn week_back(
    context: &SourceContext,
    time_zone: Option<&str>,
    back: i64,
    until: Instant,
) -> Option<Answer> {
    let options = [("week_offset".to_owned(), OptionValue::Integer(back))].into();
    let time_zone = time_zone.map(str::to_owned);
    let week = Command { time_zone, ..Command::new("report", "weekly", options) };
    let reply = ask(context, &week, until).await?;
    reply.answer.filter(|_| !reply.sample)
}
