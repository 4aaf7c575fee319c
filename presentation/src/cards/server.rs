//! What is set in a server of Discord, and why it is not changed.

use casa24_schemas::{PostKind, ServerSettings, TrendKind};

use crate::card::{Block, Card, Line, Outside, Text};
use crate::discord::weekday;
use crate::words::{Symbol, Words};

use super::frame::{joined, labelled, name};
use super::one_page::num_fitting;

const COLOUR: u32 = 0x95_A5_A6;
const COLOUR_OF_FAULT: u32 = 0xC0_39_2B;

/// Why settings are not changed, or nothing is answered in a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServerFault {
    /// It was not in a server.
    NotInServer,
    /// Whoever asks may not manage the server.
    NotManager,
    /// The operator lets other servers ask.
    NotOpen,
    /// There is no such time zone.
    TimeZone(String),
    /// There is no such kind of findings.
    Kind(String),
    /// More artists than can be chosen.
    TooManyArtists(u32),
    /// The bot may not post in a channel, given by its id.
    CannotPost(String),
    /// Who asks may not post there.
    MayNotPost(String),
    /// Posts are to be switched on, without a channel.
    NoChannel,
    /// A report is to be switched on, without a day or an hour.
    NoTime,
}

/// The card of what is set; `off` are the posts that were switched off because Discord refused them for a day.
pub fn server_card(settings: &ServerSettings, off: &[PostKind], words: &Words) -> Card {
    let zone = settings.time_zone.as_deref().map(|zone| Outside::new(zone).into());
    let zone: Line = zone.unwrap_or_else(|| words.say("server-time-zone-not-set").into());
    let mut lines = vec![
        labelled(words, words.say("server-language"), language(settings, words)),
        labelled(words, words.say("server-time-zone"), zone),
        labelled(words, words.say("server-alerts"), alerts(settings, words)),
    ];
    lines.extend(off.contains(&PostKind::Alert).then(|| words.say("server-alerts-refused").into()));
    lines.push(labelled(words, words.say("server-report"), report(settings, words)));
    lines.extend(off.contains(&PostKind::Report).then(|| words.say("server-report-refused").into()));
    lines.push(labelled(words, words.say("server-artists"), artists(settings, words)));
    lines
        .extend((!settings.artists.is_empty()).then(|| Line::from(words.say("server-artists-note")).quiet()));
    Card {
        lead: lines.into_iter().map(Block::from).collect(),
        private: true,
        ..Card::new(COLOUR, words.say("server-title").into())
    }
}

/// The card of a fault, for the asker alone.
pub fn server_fault_card(fault: &ServerFault, words: &Words) -> Card {
    let found = |text: &String| Outside::new(text).into();
    let channel = |id: &String| Line::from(Text::Channel(id.clone())).into();
    let line = match fault {
        ServerFault::NotInServer => words.say("server-fault-not-in-server").into(),
        ServerFault::NotManager => words.say("server-fault-not-manager").into(),
        ServerFault::NotOpen => words.say("server-fault-not-open").into(),
        ServerFault::TimeZone(zone) => words.line("server-fault-time-zone", &[("found", found(zone))]),
        ServerFault::Kind(kind) => {
            let known = TrendKind::ALL.iter().map(|kind| Outside::new(kind.as_str()).into()).collect();
            words.line("server-fault-kind", &[("found", found(kind)), ("known", words.list(known).into())])
        }
        ServerFault::TooManyArtists(most) => words.line("server-fault-artists", &[("count", (*most).into())]),
        ServerFault::CannotPost(id) => words.line("server-fault-channel", &[("channel", channel(id))]),
        ServerFault::MayNotPost(id) => words.line("server-fault-own-channel", &[("channel", channel(id))]),
        ServerFault::NoChannel => words.say("server-fault-no-channel").into(),
        ServerFault::NoTime => words.say("server-fault-no-time").into(),
    };
    Card {
        lead: vec![line.into()],
        private: true,
        ..Card::new(COLOUR_OF_FAULT, words.say("server-fault-title").into())
    }
}

fn language(settings: &ServerSettings, words: &Words) -> Line {
    match settings.language.as_deref() {
        Some("en") => words.say("server-language-en").into(),
        Some("es") => words.say("server-language-es").into(),
        Some(other) => Outside::new(other).into(),
        None => words.say("server-language-as-discord").into(),
    }
}

fn artists(settings: &ServerSettings, words: &Words) -> Line {
    if settings.artists.is_empty() {
        return words.say("server-all").into();
    }
    let mut names: Vec<Line> = settings.artists.iter().map(|artist| name(artist)).collect();
    let num_more = names.split_off(num_fitting(&names, words)).len();
    match num_more {
        0 => words.list(names),
        _ => {
            let shown = joined(names, Symbol::Comma);
            words.line("names-and-more", &[("names", shown.into()), ("count", (num_more as u64).into())])
        }
    }
}

fn alerts(settings: &ServerSettings, words: &Words) -> Line {
    let Some(alerts) = &settings.alerts else { return words.say("server-off").into() };
    let kinds = match &alerts.kinds[..] {
        [] => words.say("server-all").into(),
        kinds => words.list(kinds.iter().map(|kind| Outside::new(kind.as_str()).into()).collect()),
    };
    Line::from(Text::Channel(alerts.channel.clone())).then(Symbol::Dot).then(kinds)
}

fn report(settings: &ServerSettings, words: &Words) -> Line {
    let Some(report) = &settings.report else { return words.say("server-off").into() };
    let hour = Outside::new(&format!("{:02}:00", report.hour));
    let day = weekday(report.weekday, words).map(Line::from).unwrap_or_default();
    let channel = Line::from(Text::Channel(report.channel.clone()));
    channel.then(Symbol::Dot).then(day).then(Symbol::Space).then(hour)
}
