//! An artist whom sources know, who may be the one that is meant.

use casa24_schemas::{Platform, platform_info};
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use super::evidence::{Evidence, Standing};
use super::source::Source;

/// An artist whom sources know.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Candidate {
    /// Name, as the source writes it that was asked first.
    pub name: String,
    /// Id on `MusicBrainz`, where it knows the artist.
    pub musicbrainz_id: Option<String>,
    /// What tells the artist from others of this name.
    pub disambiguation: Option<String>,
    /// Country, as ISO 3166-1 has it in two letters, or its name.
    pub country: Option<String>,
    /// Fans on Deezer.
    pub fans: Option<u64>,
    /// The newest release that is known.
    pub newest_release: Option<Release>,
    /// Who names which account.
    pub evidence: Evidence,
    /// Ids that were merged into others.
    pub replaced: Vec<Replaced>,
    /// Accounts that somebody names and that do not exist any more, as sentences.
    pub gone: Vec<String>,
}

/// A release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Release {
    /// Title.
    pub title: String,
    /// Day, month or year, as ISO 8601 has it.
    pub date: String,
}

/// An id that answers with another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Replaced {
    /// The platform.
    pub platform: Platform,
    /// The id that was asked for.
    pub from: String,
    /// The one that counts now.
    pub to: String,
}

impl Candidate {
    /// Whether two sources agree on any of the accounts.
    pub fn is_agreed_on(&self) -> bool {
        self.evidence.is_agreed_on()
    }

    /// Platforms on which sources name different accounts and agree on none.
    pub fn disputed(&self) -> impl Iterator<Item = &Platform> {
        self.evidence
            .platforms()
            .map(|(platform, _)| platform)
            .filter(|platform| matches!(self.evidence.standing(platform), Some(Standing::Disputed(_))))
    }

    /// The page under which somebody can look the artist up, and which names the artist beyond doubt.
    pub fn link(&self) -> Option<String> {
        if let Some(id) = &self.musicbrainz_id {
            return Some(format!("https://musicbrainz.org/artist/{id}"));
        }
        let others = self.evidence.platforms().map(|(platform, _)| platform);
        std::iter::once(&Platform::DEEZER).chain(others).find_map(|platform| {
            let id = self.evidence.ids(platform).next()?;
            Some(platform_info(platform)?.account_link?.of(id))
        })
    }
}

/// An account, as JSON has it.
#[derive(Serialize)]
struct Account<'a> {
    platform: &'a Platform,
    id: &'a str,
    sources: Vec<Source>,
    /// Whether it would be taken without a question.
    agreed: bool,
}

impl Serialize for Candidate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let accounts: Vec<Account<'_>> = self
            .evidence
            .platforms()
            .flat_map(|(platform, ids)| {
                let standing = self.evidence.standing(platform);
                ids.iter().map(move |(id, sources)| Account {
                    platform,
                    id,
                    sources: sources.iter().copied().collect(),
                    agreed: matches!(&standing, Some(Standing::Agreed(agreed)) if agreed == id),
                })
            })
            .collect();
        let mut fields = serializer.serialize_struct("Candidate", 9)?;
        fields.serialize_field("name", &self.name)?;
        fields.serialize_field("disambiguation", &self.disambiguation)?;
        fields.serialize_field("country", &self.country)?;
        fields.serialize_field("fans", &self.fans)?;
        fields.serialize_field("newest_release", &self.newest_release)?;
        fields.serialize_field("link", &self.link())?;
        fields.serialize_field("accounts", &accounts)?;
        fields.serialize_field("replaced", &self.replaced)?;
        fields.serialize_field("gone", &self.gone)?;
        fields.end()
    }
}
