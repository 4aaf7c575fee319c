//! `roster`: the artists and their accounts on each platform.

use std::collections::BTreeMap;

use anyhow::Context;
use casa24_bus::{Bus, Outgoing, Patience};
use casa24_collectors::roster_change;
use casa24_schemas::{Artist, Platform, RosterEntry};

use crate::cli;
use crate::import::read_roster_file;
use crate::session::Session;
use crate::settings::Settings;
use crate::streams::{out, outln};
use crate::terminal::{UsageError, table};

/// Lists or changes the roster.
pub(crate) async fn roster(settings: &Settings, command: &cli::Roster) -> anyhow::Result<()> {
    let session = Session::open(settings, "roster").await?;
    let outcome = run(&session.bus, command).await;
    session.close().await?;
    outcome
}

async fn run(bus: &Bus, command: &cli::Roster) -> anyhow::Result<()> {
    match command {
        cli::Roster::List(options) => list(bus, options).await,
        cli::Roster::Add(options) => add(bus, options).await,
        cli::Roster::Remove(options) => remove(bus, options).await,
        cli::Roster::Import(options) => {
            let roster = read_roster_file(&options.file)?;
            let num_changed = store(bus, roster.entries()).await?;
            outln!("{} artists, {num_changed} of them new or changed", roster.entries().len());
            Ok(())
        }
    }
}

/// The newest entry of each artist.
async fn stored(bus: &Bus) -> anyhow::Result<Vec<RosterEntry>> {
    Ok(bus.newest("roster.*").await?.into_iter().map(|stored| stored.event).collect())
}

async fn store(bus: &Bus, entries: &[RosterEntry]) -> anyhow::Result<usize> {
    let known = bus.newest("roster.*").await?;
    let changed: Vec<Outgoing> = entries.iter().filter_map(|entry| roster_change(&known, entry)).collect();
    bus.publish(&changed, Patience::COMMAND).await?;
    Ok(changed.len())
}

async fn list(bus: &Bus, options: &cli::Output) -> anyhow::Result<()> {
    let mut entries = stored(bus).await?;
    entries.retain(|entry| entry.active);
    entries.sort_by_cached_key(|entry| entry.artist.name.to_lowercase());
    if options.json {
        outln!("{}", serde_json::to_string_pretty(&entries)?);
        return Ok(());
    }
    let platforms = [Platform::SPOTIFY, Platform::YOUTUBE, Platform::INSTAGRAM];
    let rows: Vec<Vec<String>> = entries
        .iter()
        .map(|entry| {
            let account = |platform| match entry.accounts.get(platform) {
                Some(Some(id)) => id.clone(),
                Some(None) => "none".to_owned(),
                None => "?".to_owned(),
            };
            let mut row = vec![entry.artist.name.clone()];
            row.extend(platforms.iter().map(account));
            row
        })
        .collect();
    out!("{}", table(&["ARTIST", "SPOTIFY", "YOUTUBE", "INSTAGRAM"], &rows));
    Ok(())
}

async fn add(bus: &Bus, options: &cli::RosterAdd) -> anyhow::Result<()> {
    let artist = Artist::new(&options.name).map_err(|error| UsageError(error.to_string()))?;
    let mut accounts = stored(bus)
        .await?
        .into_iter()
        .find(|entry| entry.artist.id == artist.id)
        .map_or_else(BTreeMap::new, |entry| entry.accounts);
    for (platform, id) in &options.accounts {
        let platform = Platform::new(platform).map_err(|error| UsageError(format!("platform {error}")))?;
        accounts.insert(platform, (id != "none").then(|| id.clone()));
    }
    let entry = RosterEntry { artist, accounts, active: true };
    store(bus, std::slice::from_ref(&entry)).await?;
    outln!("{} is on the roster", crate::terminal::printable(&entry.artist.name));
    Ok(())
}

async fn remove(bus: &Bus, options: &cli::RosterRemove) -> anyhow::Result<()> {
    let artist = Artist::new(&options.name).map_err(|error| UsageError(error.to_string()))?;
    let entry = stored(bus)
        .await?
        .into_iter()
        .find(|entry| entry.active && entry.artist.id == artist.id)
        .ok_or_else(|| {
            UsageError(format!("{:?} is not on the roster; `casa24 roster list` shows who is", artist.name))
        })?;
    store(bus, &[RosterEntry { active: false, ..entry }]).await.context("the roster is as it was")?;
    outln!("{} is off the roster", crate::terminal::printable(&artist.name));
    Ok(())
}
