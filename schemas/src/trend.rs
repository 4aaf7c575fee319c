//! What is noteworthy about one figure of an artist, or about several together.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::content::check_text;
use crate::event::hexadecimal;
use crate::platforms::check_token;
use crate::snapshot_raw::check_artist;
use crate::{
    Artist, Day, Event, Facts, Finding, Metric, Platform, SchemaId, TogetherPart, TrendKind, ValidSnapshot,
    Value, encode,
};

/// Most findings of one kind about one series in an event: the newest.
pub const MAX_FINDINGS: usize = 100;

/// All findings of one kind about one series that hold.
///
/// Subject: `trend.{kind}.{artist}.{platform}.{metric}`, with `all.all` for findings about several series together. The
/// newest event of the subject is the view. A finding that an event has and the next one lacks no longer holds; the
/// event that says so names it in `taken_back`, and one without it follows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trend {
    /// What kind of finding.
    pub kind: TrendKind,
    /// Whose figures show it.
    pub artist: Artist,
    /// Platform of the figures.
    pub platform: Platform,
    /// Metric of the figures.
    pub metric: Metric,
    /// The method.
    pub method: Method,
    /// The findings, newest first; at most [`MAX_FINDINGS`].
    pub findings: Vec<Finding>,
    /// Findings that were published and that no longer hold, because figures came late or were corrected.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taken_back: Vec<Finding>,
    /// Whether any of the artist's figures are made up for a demonstration.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sample: bool,
}

impl Trend {
    /// A trend with one finding, which a snapshot's figure shows; the method has the name of the kind, and no parameters.
    pub fn of(snapshot: &ValidSnapshot, metric: &Metric, kind: TrendKind, facts: Facts) -> Self {
        let finding = Finding { date: Day(snapshot.observed_at.date()), facts, by_chance: None };
        Self {
            method: Method { name: kind.as_str().to_owned(), parameters: BTreeMap::new() },
            kind,
            artist: snapshot.artist.clone(),
            platform: snapshot.platform.clone(),
            metric: metric.clone(),
            findings: vec![finding],
            taken_back: Vec::new(),
            sample: snapshot.sample,
        }
    }
}

/// By what method something was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Method {
    /// Its token, which the documentation explains.
    pub name: String,
    /// Its parameters.
    pub parameters: BTreeMap<String, Value>,
}

impl Event for Trend {
    const SCHEMA: SchemaId = SchemaId { name: "trend", major: 2, minor: 0 };
    const JSON_SCHEMA: &'static str = include_str!("../events/trend.json");

    fn subject(&self) -> String {
        format!("trend.{}.{}.{}.{}", self.kind, self.artist.id, self.platform, self.metric)
    }

    fn identity(&self) -> String {
        format!("{}/{}", self.subject(), hexadecimal(&Sha256::digest(encode(self))[..8]))
    }

    fn use_current_name(&mut self) {
        self.artist.use_current_name();
    }

    fn check(&self) -> Result<(), String> {
        let tokens = [&self.method.name].into_iter().chain(self.method.parameters.keys());
        tokens
            .map(String::as_str)
            .try_for_each(|token| named("name of the method or of a parameter", token))?;
        if self.findings.len() > MAX_FINDINGS || self.taken_back.len() > MAX_FINDINGS {
            return Err(format!("more than {MAX_FINDINGS} findings"));
        }
        self.findings.iter().chain(&self.taken_back).try_for_each(check_finding)?;
        check_artist(&self.artist)
    }
}

fn check_finding(finding: &Finding) -> Result<(), String> {
    match &finding.facts {
        Facts::Together { parts } | Facts::BackToUsual { parts, .. } => parts.iter().try_for_each(check_part),
        Facts::Achievement { id, rule, .. } => {
            named("id of the achievement", id).and_then(|()| named("rule of the achievement", rule))
        }
        Facts::DailyChange { .. }
        | Facts::Level { .. }
        | Facts::Pace { .. }
        | Facts::Streak { .. }
        | Facts::Record { .. }
        | Facts::Milestone { .. } => Ok(()),
    }
}

fn check_part(part: &TogetherPart) -> Result<(), String> {
    part.item.as_deref().map_or(Ok(()), |item| check_text("item", item, 500))
}

fn named(field: &str, token: &str) -> Result<(), String> {
    check_token(token).map_err(|fault| format!("{field}: {fault}"))
}
