//! `collect`: asks the platforms for the figures of the roster's artists now.

use std::cell::Cell;
use std::time::Instant;

use anyhow::Context;
use casa24_bus::{Bus, Patience, Shutdown};
use casa24_collectors::collect::{Collector, Report, Run, Store};
use casa24_collectors::platforms::{Access, Listed};
use casa24_schemas::{Artist, Platform, RosterEntry, platform_info};
use futures::future::try_join_all;
use serde_json::json;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::agents::Rules;
use crate::catch_up::{self, catch_up};
use crate::cli::Collect;
use crate::session::Session;
use crate::settings::Settings;
use crate::streams::{errln, outln};
use crate::terminal::{UsageError, counted, printable, progress_bar, thousands};

/// Collects, lets the pipeline work, and prints what came.
pub(crate) async fn collect(settings: &Settings, options: &Collect) -> anyhow::Result<()> {
    let access = Access { since: options.since, ..settings.rules.collecting.access.clone() };
    // Before anything is started: a name that is not known, and a setting that is missing, are the asker's to mend.
    let listed =
        wanted(access.collectors().map_err(|error| UsageError(error.to_string()))?, &options.platforms)?;
    let session = Session::open(settings, "collect").await?;
    let started = Instant::now();
    let outcome = session.unless_stuck(collect_into(&session.bus, &settings.rules, options, listed)).await;
    let closed = session.close().await;
    let reports = outcome?;
    closed?;
    print(options, &reports, started.elapsed().as_secs_f64())
}

/// The platforms that were asked for; all that can be asked where none was named.
fn wanted(listed: Vec<Listed>, names: &[String]) -> anyhow::Result<Vec<Listed>> {
    let known: Vec<String> = listed.iter().map(|listed| listed.platform().to_string()).collect();
    if let Some(unknown) = names.iter().find(|name| !known.contains(name)) {
        let known = known.join(", ");
        return Err(UsageError(format!("{unknown:?} cannot be asked for figures; there are {known}")).into());
    }
    let is_wanted = |listed: &Listed| names.is_empty() || names.contains(&listed.platform().to_string());
    let wanted: Vec<Listed> = listed.into_iter().filter(is_wanted).collect();
    for listed in wanted.iter().filter(|_| !names.is_empty()) {
        if let Listed::Lacks { platform, what } = listed {
            return Err(UsageError(format!("{platform}: {what}")).into());
        }
    }
    Ok(wanted)
}

async fn collect_into(
    bus: &Bus,
    rules: &Rules,
    options: &Collect,
    listed: Vec<Listed>,
) -> anyhow::Result<Vec<Report>> {
    let roster = roster(bus, options).await?;
    let (mut collectors, mut platforms): (Vec<Box<dyn Collector>>, Vec<Platform>) = (Vec::new(), Vec::new());
    for listed in listed {
        let platform = listed.platform();
        // What is the label's own is no artist's.
        let is_of_artists = platform_info(&platform).is_none_or(|info| info.of_artists);
        let is_needed = (is_of_artists || options.artist.is_none()) && listed.is_needed(&roster);
        match listed {
            Listed::Ready(collector) if is_needed => collectors.push(collector),
            Listed::Lacks { what, .. } if is_needed => errln!("{platform}: not asked: {what}"),
            Listed::Ready(_) | Listed::Lacks { .. } => {}
        }
        platforms.push(platform);
    }
    if collectors.is_empty() {
        let names: Vec<&str> = platforms.iter().map(Platform::as_str).collect();
        anyhow::bail!(
            "nobody on the roster has an account that can be asked ({}): add one with `casa24 roster add NAME PLATFORM=ID`",
            names.join(", ")
        );
    }
    let shutdown = Shutdown::default();
    let mut judges = catch_up::start_stages(bus, &shutdown).await;
    let collected = async {
        let reports = run(bus, options, &roster, &collectors).await?;
        catch_up::stages_done(bus).await?;
        anyhow::Ok(reports)
    };
    let reports = tokio::select! {
        reports = collected => reports,
        error = judges.failed() => Err(error),
    };
    judges.stop().await?;
    let reports = reports?;
    catch_up(bus, rules).await?;
    Ok(reports)
}

/// Asks every platform at the same time, each within its own limits.
async fn run(
    bus: &Bus,
    options: &Collect,
    roster: &[RosterEntry],
    collectors: &[Box<dyn Collector>],
) -> anyhow::Result<Vec<Report>> {
    let now = OffsetDateTime::now_utc();
    let started_at = now.replace_millisecond(now.millisecond()).unwrap_or(now);
    let started_at = started_at.format(&Rfc3339).context("the clock")?;
    let run =
        Run { store: Store::Bus(bus), id: format!("collect {started_at}"), roster, renamed: options.renamed };
    let bar = progress_bar("{pos}/{len} artists' accounts, {elapsed}");
    let runs = collectors.iter().map(|collector| {
        let (bar, before) = (&bar, Cell::new((0, 0)));
        let run = &run;
        async move {
            let on_progress = |num_done: u64, num_asked: u64| {
                let (done_before, asked_before) = before.replace((num_done, num_asked));
                bar.inc_length(num_asked - asked_before);
                bar.inc(num_done - done_before);
            };
            run.collect(collector.as_ref(), on_progress).await
        }
    });
    let reports = try_join_all(runs).await?;
    bar.finish_and_clear();
    Ok(reports)
}

/// The artists of the label, or the one that was asked for.
async fn roster(bus: &Bus, options: &Collect) -> anyhow::Result<Vec<RosterEntry>> {
    let newest =
        bus.patiently(Patience::COMMAND, async || bus.newest::<RosterEntry>("roster.*").await).await?;
    let entries = newest.into_iter().map(|stored| stored.event).filter(|entry| entry.active);
    let Some(name) = &options.artist else { return Ok(entries.collect()) };
    let artist = Artist::new(name).map_err(|error| UsageError(error.to_string()))?;
    let of_name = |entry: &RosterEntry| {
        entry.artist.id == artist.id || entry.artist.name.to_lowercase() == artist.name.to_lowercase()
    };
    let found: Vec<RosterEntry> = entries.filter(of_name).collect();
    if found.is_empty() {
        let unknown = format!("{name:?} is not on the roster; `casa24 roster list` shows who is");
        return Err(UsageError(unknown).into());
    }
    Ok(found)
}

fn print(options: &Collect, reports: &[Report], seconds: f64) -> anyhow::Result<()> {
    if options.json {
        outln!("{}", serde_json::to_string_pretty(&json!({ "platforms": reports, "seconds": seconds }))?);
    } else {
        for report in reports {
            print_report(report);
        }
    }
    let failed: Vec<&str> =
        reports.iter().filter(|report| report.is_failed()).map(|report| report.platform.as_str()).collect();
    if !failed.is_empty() {
        anyhow::bail!("nothing came from {}", failed.join(", "));
    }
    Ok(())
}

/// One platform in one line, and a line for each problem.
fn print_report(report: &Report) {
    let Report { platform, num_artists, num_figures, num_known, num_corrected, .. } = report;
    let whose = if platform_info(platform).is_none_or(|info| info.of_artists) {
        format!("{} of {}", report.num_with_figures, counted(*num_artists, "artist", "artists"))
    } else {
        "the label's own".to_owned()
    };
    let mut line = format!("{platform}: {whose}");
    line.push_str(&format!(", {}", counted(*num_figures, "new figure", "new figures")));
    if *num_known > 0 {
        line.push_str(&format!(", {} known already", thousands(*num_known)));
    }
    if *num_corrected > 0 {
        line.push_str(&format!(", {} of them counted again by the platform", thousands(*num_corrected)));
    }
    if !report.absent.is_empty() {
        let reasons: Vec<String> =
            report.absent.iter().map(|(reason, count)| format!("{reason} {}", thousands(*count))).collect();
        line.push_str(&format!("; absent: {}", reasons.join(", ")));
    }
    outln!("{line}");
    for problem in &report.problems {
        errln!("{platform}: {}", printable(problem));
    }
    if let Some(stop) = &report.stopped {
        let until = stop.until.and_then(|until| until.replace_nanosecond(0).ok()?.format(&Rfc3339).ok());
        let until =
            until.map_or_else(String::new, |until| format!("; it may be asked again from {until} on"));
        errln!("{platform}: ended early: {}{until}", printable(&stop.what));
    }
}
