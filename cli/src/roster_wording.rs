//! How candidates and accounts are shown: lines for a person, JSON for a program.

use std::fmt::Write as _;

use casa24_collectors::roster_search::{Candidate, Found, Problem, Source};
use casa24_schemas::{Platform, platform_info, visible_line};
use serde_json::json;

use crate::roster_choice::Open;
use crate::terminal::{counted, printable};

/// Longest text of a source that is shown, in characters.
const MAX_CHARS: usize = 80;

/// Why nobody was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Doubt {
    /// No source knows anybody.
    NotFound,
    /// Nobody has the name itself.
    Similar,
    /// Several artists may be meant.
    Several,
    /// No two sources agree on any account.
    Unconfirmed,
    /// Sources name different accounts.
    Disputed,
}

impl Doubt {
    const fn word(self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Similar => "similar",
            Self::Several => "several",
            Self::Unconfirmed => "unconfirmed",
            Self::Disputed => "disputed",
        }
    }

    /// What it is, and what to do.
    pub(crate) fn sentence(self, asked: &str) -> String {
        let asked = shown(asked);
        match self {
            Self::NotFound => format!(
                "nobody was found for {asked}; `casa24 roster add NAME PLATFORM=ID` adds an artist with the accounts that you know, and --no-search one without"
            ),
            Self::Similar => {
                format!("nobody was found who is called {asked}, only similar names: choose one by its link")
            }
            Self::Several => format!("several artists may be meant by {asked}: choose one by its link"),
            Self::Unconfirmed => {
                format!("no two sources agree on an account of {asked}: choose the artist by its link")
            }
            Self::Disputed => {
                format!("sources name different accounts of {asked}: choose by PLATFORM=ID, or PLATFORM=none")
            }
        }
    }
}

/// A text from outside on one line, cut where it is long.
pub(crate) fn shown(text: &str) -> String {
    let line = visible_line(text);
    let cut = line.char_indices().nth(MAX_CHARS).map(|(end, _)| format!("{}…", &line[..end]));
    printable(&cut.unwrap_or(line))
}

/// The proper name of a platform.
pub(crate) fn platform_name(platform: &Platform) -> &str {
    platform_info(platform).map_or(platform.as_str(), |info| info.name)
}

/// "MusicBrainz and Wikidata".
pub(crate) fn names(sources: &[Source]) -> String {
    match sources {
        [all @ .., last] if !all.is_empty() => {
            let all: Vec<&str> = all.iter().map(|source| source.name()).collect();
            format!("{} and {}", all.join(", "), last.name())
        }
        sources => sources.iter().map(|source| source.name()).collect(),
    }
}

/// An artist in one line.
pub(crate) fn artist_line(candidate: &Candidate) -> String {
    let mut parts = vec![shown(&candidate.name)];
    parts.extend(candidate.disambiguation.as_deref().map(shown));
    parts.extend(candidate.country.as_deref().map(shown));
    parts.extend(candidate.fans.map(|fans| counted(fans, "fan on Deezer", "fans on Deezer")));
    let release = candidate.newest_release.as_ref();
    parts.extend(release.map(|of| format!("newest release {} of {}", shown(&of.title), shown(&of.date))));
    parts.join(" · ")
}

/// An artist with all accounts that are named, in lines.
pub(crate) fn candidate_lines(candidate: &Candidate) -> String {
    let mut text = artist_line(candidate);
    if let Some(link) = candidate.link() {
        let _ = write!(text, "\n{}", shown(&link));
    }
    for (platform, ids) in candidate.evidence.platforms() {
        for (id, sources) in ids {
            let sources: Vec<Source> = sources.iter().copied().collect();
            let _ = write!(text, "\n{}", account_line(platform, id, &sources));
        }
    }
    text
}

/// An account with those who name it.
pub(crate) fn account_line(platform: &Platform, id: &str, sources: &[Source]) -> String {
    format!("{} {} ({})", platform_name(platform), shown(id), names(sources))
}

/// An account that is not taken, and why.
pub(crate) fn open_line(open: &Open) -> String {
    let platform = platform_name(&open.platform);
    match open.ids.as_slice() {
        [(id, sources)] => {
            format!("{platform}: {} is not taken, because only {} names it", shown(id), names(sources))
        }
        ids => {
            let ids: Vec<String> =
                ids.iter().map(|(id, sources)| format!("{} ({})", shown(id), names(sources))).collect();
            format!("{platform}: none is taken, because several are named: {}", ids.join(", "))
        }
    }
}

/// What went wrong with a source.
pub(crate) fn problem_line(problem: &Problem) -> String {
    format!("{}: {}", problem.source.name(), printable(&problem.what))
}

/// The candidates for a program.
pub(crate) fn as_json(asked: &str, doubt: Doubt, found: &Found) -> anyhow::Result<String> {
    let text = serde_json::to_string_pretty(&json!({
        "asked": asked,
        "reason": doubt.word(),
        "candidates": found.candidates,
        "num_more": found.num_more,
        "replaced": found.replaced,
        "problems": found.problems,
    }))?;
    // JSON leaves some control characters as they are; this may be a terminal all the same.
    Ok(text.chars().fold(String::with_capacity(text.len()), |mut safe, c| {
        if c.is_control() && c != '\n' {
            let _ = write!(safe, "\\u{:04x}", u32::from(c));
        } else {
            safe.push(c);
        }
        safe
    }))
}
