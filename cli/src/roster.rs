//! `roster`: the artists and their accounts on each platform.

use anyhow::Context;
use casa24_bus::Bus;
use casa24_collectors::platforms::Access;
use casa24_schemas::{Artist, Platform, PlatformInfo, RosterEntry};

use crate::cli;
use crate::import::read_roster_file;
use crate::roster_add;
use crate::roster_options::RosterRemove;
use crate::roster_store::{store, stored};
use crate::session::Session;
use crate::settings::Settings;
use crate::streams::{out, outln};
use crate::terminal::{UsageError, counted, table};

/// Lists or changes the roster.
pub(crate) async fn roster(settings: &Settings, command: &cli::Roster) -> anyhow::Result<()> {
    let session = Session::open(settings, "roster").await?;
    let outcome = run(&session.bus, &settings.rules.collecting.access, command).await;
    session.close().await?;
    outcome
}

async fn run(bus: &Bus, access: &Access, command: &cli::Roster) -> anyhow::Result<()> {
    match command {
        cli::Roster::List(options) => list(bus, options).await,
        cli::Roster::Add(options) => roster_add::add(bus, access, options).await,
        cli::Roster::Remove(options) => remove(bus, options).await,
        cli::Roster::Import(options) => {
            let roster = read_roster_file(&options.file)?;
            let num_changed = store(bus, roster.entries()).await?;
            let artists = counted(roster.entries().len() as u64, "artist", "artists");
            outln!("{artists}, {num_changed} of them new or changed");
            Ok(())
        }
    }
}

async fn list(bus: &Bus, options: &cli::Output) -> anyhow::Result<()> {
    let mut entries = stored(bus).await?;
    entries.retain(|entry| entry.active);
    entries.sort_by_cached_key(|entry| entry.artist.name.to_lowercase());
    if options.json {
        outln!("{}", serde_json::to_string_pretty(&entries)?);
        return Ok(());
    }
    // The first three always; of the others, those on which somebody has an account.
    let always = [Platform::SPOTIFY, Platform::YOUTUBE, Platform::INSTAGRAM];
    let is_used = |platform: &Platform| {
        entries.iter().any(|entry| entry.accounts.get(platform).is_some_and(Option::is_some))
    };
    let columns: Vec<&PlatformInfo> = PlatformInfo::ALL
        .iter()
        .copied()
        .filter(|info| info.of_artists && (always.contains(&info.token) || is_used(&info.token)))
        .collect();
    let rows: Vec<Vec<String>> = entries
        .iter()
        .map(|entry| {
            let account = |platform: &Platform| match entry.accounts.get(platform) {
                Some(Some(id)) => id.clone(),
                Some(None) => "none".to_owned(),
                None => "?".to_owned(),
            };
            let mut row = vec![entry.artist.name.clone()];
            row.extend(columns.iter().map(|info| account(&info.token)));
            row
        })
        .collect();
    let titles: Vec<String> = columns.iter().map(|info| info.name.to_uppercase()).collect();
    let heading: Vec<&str> = std::iter::once("ARTIST").chain(titles.iter().map(String::as_str)).collect();
    out!("{}", table(&heading, &rows));
    Ok(())
}

async fn remove(bus: &Bus, options: &RosterRemove) -> anyhow::Result<()> {
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
