//! `findings`: everything noteworthy that is stored, as one document.

use std::collections::BTreeMap;
use std::io::Write;

use casa24_answers::{Noted, Owner};
use casa24_bus::Bus;
use casa24_presentation::cards::finding_line;
use casa24_presentation::plain;
use casa24_presentation::words::{Locale, Words};
use casa24_schemas::{Trend, TrendKind};

use crate::agents::Rules;
use crate::catch_up::catch_up;
use crate::cli::Findings;
use crate::output::Output;
use crate::session::Session;
use crate::settings::Settings;
use crate::terminal::{UsageError, counted};

/// Writes all findings that hold, an artist after the other, each's oldest first.
pub(crate) async fn findings(settings: &Settings, options: &Findings) -> anyhow::Result<()> {
    let mut output = Output::open(options.output.as_deref())?;
    let session = Session::open(settings, "findings").await?;
    let found = stored(&session.bus, &settings.rules, options).await;
    session.close().await?;
    let by_artist = found?;
    if let Some(name) = &options.artist
        && by_artist.is_empty()
    {
        return Err(UsageError(format!(
            "nothing was found about {name:?}: `casa24 roster list` has the names"
        ))
        .into());
    }
    if options.json {
        let all: Vec<&Noted> = by_artist.values().flatten().collect();
        serde_json::to_writer_pretty(&mut output, &all)?;
        writeln!(output)?;
    } else {
        write(&mut output, &by_artist)?;
    }
    output.finish()
}

type ByArtist = BTreeMap<String, Vec<Noted>>;

async fn stored(bus: &Bus, rules: &Rules, options: &Findings) -> anyhow::Result<ByArtist> {
    catch_up(bus, rules).await?;
    let mut by_artist = ByArtist::new();
    for stored in bus.newest::<Trend>("trend.*.*.*.*").await? {
        let trend = stored.event;
        let wanted = options.artist.as_ref().is_none_or(|name| *name == trend.artist.name);
        let since = |noted: &Noted| options.since.is_none_or(|since| noted.finding.date.0 >= since);
        let noted = trend.findings.into_iter().map(|finding| Noted {
            artist: trend.artist.name.clone(),
            owner: if trend.artist.is_label() { Owner::Label } else { Owner::Artist },
            kind: trend.kind.clone(),
            platform: trend.platform.clone(),
            metric: trend.metric.clone(),
            finding,
        });
        if wanted {
            by_artist.entry(trend.artist.name.clone()).or_default().extend(noted.filter(since));
        }
    }
    let place = |kind: &TrendKind| TrendKind::ALL.iter().position(|known| known == kind);
    by_artist.retain(|_, findings| !findings.is_empty());
    for findings in by_artist.values_mut() {
        findings.sort_by(|a, b| {
            let key = |noted: &Noted| (noted.finding.date, place(&noted.kind));
            key(a).cmp(&key(b)).then_with(|| (&a.platform, &a.metric).cmp(&(&b.platform, &b.metric)))
        });
    }
    Ok(by_artist)
}

fn write(output: &mut Output, by_artist: &ByArtist) -> anyhow::Result<()> {
    let words = Words::of(Locale::English);
    let num: usize = by_artist.values().map(Vec::len).sum();
    let artists = counted(by_artist.len() as u64, "artist", "artists");
    writeln!(output, "# Findings\n\n{num} about {artists}.")?;
    for (artist, findings) in by_artist {
        writeln!(output, "\n## {artist}\n")?;
        for noted in findings {
            // Every day with its year: the document is not about one of them.
            let line = finding_line(words, noted, time::Date::MIN);
            writeln!(output, "- {} `{}` {}", noted.finding.date, noted.kind, plain(&line, words))?;
        }
    }
    Ok(())
}
