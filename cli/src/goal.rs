//! `goal`: the numbers that the label wants figures to reach.

use anyhow::Context;
use casa24_answers::ArtistNames;
use casa24_bus::{Bus, BusError, Cause, Outgoing, Patience, StoredEvent};
use casa24_presentation::cards::refusal_line;
use casa24_presentation::plain;
use casa24_presentation::words::{Locale, Words};
use casa24_schemas::{
    Artist, Day, Goals, Growth, LabelGoal, MAX_GOALS, Metric, MetricInfo, Platform, RosterEntry, Value,
    metric_info,
};
use time::{Date, OffsetDateTime};

use crate::goal_options::{Goal, GoalList, GoalRemove, GoalSet};
use crate::roster_store;
use crate::session::Session;
use crate::settings::Settings;
use crate::streams::{out, outln};
use crate::terminal::{UsageError, printable, table};

/// How often a change is made again that another one has overtaken.
const MOST_TRIES: usize = 5;

/// Lists or changes the goals.
pub(crate) async fn goal(settings: &Settings, command: &Goal) -> anyhow::Result<()> {
    let session = Session::open(settings, "goal").await?;
    let outcome = match command {
        Goal::Set(options) => set(&session.bus, options).await,
        Goal::List(options) => list(&session.bus, options).await,
        Goal::Remove(options) => remove(&session.bus, options).await,
    };
    session.close().await?;
    outcome
}

async fn set(bus: &Bus, options: &GoalSet) -> anyhow::Result<()> {
    let today = today();
    let since = options.since.unwrap_or(today);
    if since > today {
        return Err(UsageError(format!("--since {}: this day has not come yet", Day(since))).into());
    }
    if let Some(by) = options.by.filter(|by| *by < since) {
        let (by, since) = (Day(by), Day(since));
        let why = format!("--by {by}: the goal stands only from {since} on; give an earlier --since");
        return Err(UsageError(why).into());
    }
    let (platform, metric) = series(&options.metric)?;
    let goal = LabelGoal {
        artist: find(bus, &options.artist).await?,
        platform,
        metric,
        value: Value::new(options.value).context("a goal is a finite number")?,
        by: options.by.map(Day),
        since: Day(since),
        withdrawn_on: None,
    };
    change(bus, |goals| {
        let same = |known: &LabelGoal| {
            known.withdrawn_on.is_none()
                && known.value == goal.value
                && known.is_of(&goal.artist.id, &goal.platform, &goal.metric)
        };
        if let Some(known) = goals.iter_mut().find(|known| same(known)) {
            known.by = goal.by;
            known.since = options.since.map_or(known.since, Day);
        } else if goals.len() < MAX_GOALS {
            goals.push(goal.clone());
        } else {
            anyhow::bail!("there are {MAX_GOALS} goals, with those that were withdrawn: no room for more");
        }
        Ok(())
    })
    .await?;
    outln!("{}", said(&goal));
    Ok(())
}

async fn remove(bus: &Bus, options: &GoalRemove) -> anyhow::Result<()> {
    let (platform, metric) = series(&options.metric)?;
    let artist = find(bus, &options.artist).await?;
    let mut withdrawn = Vec::new();
    change(bus, |goals| {
        withdrawn.clear();
        let is_meant = |goal: &&mut LabelGoal| {
            goal.withdrawn_on.is_none()
                && goal.is_of(&artist.id, &platform, &metric)
                && options.value.is_none_or(|value| goal.value.get() == value)
        };
        for goal in goals.iter_mut().filter(is_meant) {
            goal.withdrawn_on = Some(Day(today()));
            withdrawn.push(said(goal));
        }
        if withdrawn.is_empty() {
            let name = printable(&artist.name);
            let why =
                format!("{name} has no such goal for {platform} {metric}; `casa24 goal list` shows all");
            return Err(UsageError(why).into());
        }
        Ok(())
    })
    .await?;
    withdrawn.iter().for_each(|goal| outln!("withdrawn: {goal}"));
    Ok(())
}

async fn list(bus: &Bus, options: &GoalList) -> anyhow::Result<()> {
    let mut goals = stored(bus).await?.map(|stored| stored.event.goals).unwrap_or_default();
    goals.retain(|goal| options.all || goal.withdrawn_on.is_none());
    goals.sort_by_cached_key(|goal| goal.artist.name.to_lowercase());
    if options.json {
        outln!("{}", serde_json::to_string_pretty(&goals)?);
        return Ok(());
    }
    let day = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
    let row = |goal: &LabelGoal| {
        vec![
            goal.artist.name.clone(),
            format!("{} {}", goal.platform, goal.metric),
            goal.value.to_string(),
            day(goal.by),
            goal.since.to_string(),
            day(goal.withdrawn_on),
        ]
    };
    let rows: Vec<Vec<String>> = goals.iter().map(row).collect();
    out!("{}", table(&["ARTIST", "FIGURE", "GOAL", "BY", "SINCE", "WITHDRAWN"], &rows));
    Ok(())
}

/// Changes the newest goals that are stored; where somebody else has changed them meanwhile, the change is made to those.
async fn change(
    bus: &Bus,
    mut make: impl FnMut(&mut Vec<LabelGoal>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut tries = 0;
    loop {
        let known = stored(bus).await?;
        let mut goals = known.as_ref().map(|known| known.event.clone()).unwrap_or_default();
        make(&mut goals.goals)?;
        if known.as_ref().is_some_and(|known| known.event == goals) {
            return Ok(());
        }
        let event = match &known {
            // The same goals may come back: what they follow tells the two apart.
            Some(StoredEvent { stored, .. }) => {
                let cause = Cause { sequence: stored.sequence, trace: stored.trace, followed: None };
                Outgoing::following(&cause, &goals)
            }
            None => Outgoing::root(&goals),
        };
        tries += 1;
        match bus.publish_after(known.as_ref(), &event, Patience::COMMAND).await {
            Err(BusError::Overtaken { .. }) if tries < MOST_TRIES => {}
            stored => return stored.context("the goals are as they were"),
        }
    }
}

async fn stored(bus: &Bus) -> anyhow::Result<Option<StoredEvent<Goals>>> {
    Ok(bus.newest::<Goals>("goals.label").await?.pop())
}

/// The artist that a name means, of those on the roster and those who have figures.
async fn find(bus: &Bus, name: &str) -> anyhow::Result<Artist> {
    let on_roster = roster_store::stored(bus).await?.into_iter().map(|entry: RosterEntry| entry.artist);
    let with_figures = bus.newest::<Growth>("growth.*").await?;
    let with_figures = with_figures.into_iter().map(|stored| stored.event.artist);
    let artists: Vec<Artist> = on_roster.chain(with_figures).collect();
    let is_label = |artist: &&Artist| artist.is_label() && artist.name.to_lowercase() == name.to_lowercase();
    if let Some(label) = artists.iter().find(is_label) {
        return Ok(label.clone());
    }
    let words = Words::of(Locale::English);
    let names = ArtistNames::new(artists);
    let found =
        names.find(name).map_err(|refusal| UsageError(plain(&refusal_line(&refusal, words), words)))?;
    Ok(found.clone())
}

/// The figure that a word means: one of the choices of `predict metric:`, or a platform and one of its metrics.
fn series(word: &str) -> Result<(Platform, Metric), UsageError> {
    if let Some(info) = MetricInfo::of_choice(word) {
        return Ok((info.platform.clone(), info.metric.clone()));
    }
    let tokens = word.split_once('-').and_then(|(platform, metric)| {
        Some((Platform::new(platform).ok()?, Metric::new(&metric.replace('-', "_")).ok()?))
    });
    tokens.filter(|(platform, metric)| metric_info(platform, metric).is_some()).ok_or_else(|| {
        let choices: Vec<&str> = MetricInfo::all().filter_map(|info| info.choice).collect();
        UsageError(format!(
            "{word:?} is no figure: expected one of {}, or PLATFORM-METRIC as in schemas/README.md",
            choices.join(", ")
        ))
    })
}

/// `Luz: spotify followers 10000 by 2026-12-31`.
fn said(goal: &LabelGoal) -> String {
    let by = goal.by.map(|by| format!(" by {by}")).unwrap_or_default();
    format!("{}: {} {} {}{by}", printable(&goal.artist.name), goal.platform, goal.metric, goal.value)
}

fn today() -> Date {
    OffsetDateTime::now_utc().date()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_a_choice_or_a_platform_with_its_metric() {
        let of = |word: &str| series(word).ok();
        let listeners = Some((Platform::SPOTIFY, Metric::MONTHLY_LISTENERS));
        assert_eq!(
            (of("spotify-listeners"), of("spotify-monthly_listeners")),
            (listeners.clone(), listeners)
        );
        assert_eq!(of("spotify-popularity-score"), Some((Platform::SPOTIFY, Metric::POPULARITY_SCORE)));
        for word in ["followers", "spotify-subscribers", "", "-", "myspace-friends"] {
            assert!(series(word).is_err(), "{word}");
        }
    }
}
