//! `export`: what is stored, in the earlier bot's format or as CSV.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context;
use casa24_bus::Bus;
use casa24_collectors::Roster;
use casa24_collectors::export::{DayDocument, DayWriter, write_roster};
use casa24_schemas::{
    ContentType, Date, Event, Observed, RawSnapshot, RejectedSnapshot, RosterEntry, ValidSnapshot, decode,
    encode,
};
use futures::TryStreamExt;

use crate::agents::Rules;
use crate::catch_up::catch_up;
use crate::cli::Export;
use crate::long_format::value_text;
use crate::output::Output;
use crate::session::Session;
use crate::settings::Settings;
use crate::stored;
use crate::streams::outln;
use crate::terminal::thousands;

/// Writes a file for each day, `latest.json` and the roster.
pub(crate) async fn export(settings: &Settings, options: &Export) -> anyhow::Result<()> {
    let session = Session::open(settings, "export").await?;
    let outcome = match (&options.dir, &options.csv) {
        (Some(dir), _) => write(&session.bus, &settings.rules, options, dir).await.map(|num_days| {
            outln!("{}: {} days", dir.display(), thousands(num_days as u64));
        }),
        (None, file) => write_csv(&session.bus, file.as_deref()).await,
    };
    session.close().await?;
    outcome
}

/// Writes the accepted values in long format.
async fn write_csv(bus: &Bus, file: Option<&Path>) -> anyhow::Result<()> {
    let table = stored::table(&stored::history(bus).await?);
    let file = file.filter(|file| *file != Path::new("-"));
    let mut csv = csv::Writer::from_writer(Output::open(file)?);
    csv.write_record(["unique_id", "ds", "y"])?;
    for series in &table.series {
        for seen in &series.observations {
            let day =
                series.grid.moment(seen.step).and_then(|day| day.text(series.style)).unwrap_or_default();
            csv.write_record([&series.name, &day, &value_text(seen.value)])?;
        }
    }
    csv.into_inner().map_err(csv::IntoInnerError::into_error).context("cannot write")?.finish()?;
    if let Some(file) = file {
        let num_series = thousands(table.series.len() as u64);
        outln!("{}: {num_series} series, {} values", file.display(), thousands(table.num_values()));
    }
    Ok(())
}

/// A stored snapshot, encoded: years of them must fit into memory until their days are complete.
struct Kept {
    sequence: u64,
    kind: Kind,
    bytes: Vec<u8>,
}

#[derive(Clone, Copy)]
enum Kind {
    Raw,
    Valid,
    Rejected,
}

/// A stored snapshot, decoded.
enum Snapshot {
    Raw(RawSnapshot),
    Valid(ValidSnapshot),
    Rejected(RejectedSnapshot),
}

type Days = BTreeMap<Date, Vec<Kept>>;

async fn write(bus: &Bus, rules: &Rules, options: &Export, dir: &Path) -> anyhow::Result<usize> {
    catch_up(bus, rules).await?;
    let mut days = Days::new();
    if options.raw {
        collect::<RawSnapshot>(bus, "snapshot.raw.>", Kind::Raw, |raw| raw.observed_at, &mut days).await?;
    } else {
        collect::<ValidSnapshot>(bus, "snapshot.valid.>", Kind::Valid, |valid| valid.observed_at, &mut days)
            .await?;
        let observed = |rejected: &RejectedSnapshot| rejected.raw.observed_at;
        collect::<RejectedSnapshot>(bus, "snapshot.rejected.>", Kind::Rejected, observed, &mut days).await?;
    }
    anyhow::ensure!(!days.is_empty(), "nothing is stored yet: `casa24 import PATH` brings history in");
    let roster: Roster =
        bus.newest::<RosterEntry>("roster.*").await?.into_iter().map(|stored| stored.event).collect();
    let mut writer = DayWriter::new(dir)?;
    if !roster.entries().is_empty() {
        write_roster(dir, &roster)?;
    }
    let num_days = days.len();
    for (date, mut kept) in days {
        // Judged snapshots come from two replays: the order in which they were stored is that of the day's file.
        kept.sort_by_key(|kept| kept.sequence);
        let snapshots: Vec<Snapshot> = kept.iter().map(Kept::decoded).collect::<anyhow::Result<_>>()?;
        let mut document = DayDocument::new(date);
        for snapshot in &snapshots {
            match snapshot {
                Snapshot::Raw(raw) => document.add_raw(raw),
                Snapshot::Valid(valid) => document.add_valid(valid),
                Snapshot::Rejected(rejected) => document.add_rejected(rejected),
            }
        }
        writer.write(&document)?;
    }
    writer.finish()?;
    Ok(num_days)
}

/// Keeps every stored event of a type with its day.
async fn collect<E: Event>(
    bus: &Bus,
    filter: &str,
    kind: Kind,
    observed_at: impl Fn(&E) -> Observed,
    days: &mut Days,
) -> anyhow::Result<()> {
    let mut stored = std::pin::pin!(bus.replay::<E>(filter).await?);
    while let Some(stored) = stored.try_next().await? {
        let date = observed_at(&stored.event).date();
        let kept = Kept { sequence: stored.stored.sequence, kind, bytes: encode(&stored.event) };
        days.entry(date).or_default().push(kept);
    }
    Ok(())
}

impl Kept {
    fn decoded(&self) -> anyhow::Result<Snapshot> {
        let encoding = ContentType::MessagePack;
        let snapshot = match self.kind {
            Kind::Raw => decode(encoding, &self.bytes).map(Snapshot::Raw),
            Kind::Valid => decode(encoding, &self.bytes).map(Snapshot::Valid),
            Kind::Rejected => decode(encoding, &self.bytes).map(Snapshot::Rejected),
        };
        snapshot.context("a stored snapshot cannot be read again")
    }
}
