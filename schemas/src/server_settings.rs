//! What the people of a Discord server have set there.

use serde::{Deserialize, Serialize};

use crate::content::check_text;
use crate::{Event, MAX_NAME_CHARS, Observed, SchemaId, TrendKind};

/// Most artists that a server can choose.
const MAX_ARTISTS: usize = 25;
/// Most kinds of findings.
const MAX_KINDS: usize = 25;

/// Settings of one server. Subject: `server.{server}`; the newest event of the subject counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerSettings {
    /// Discord's id of the server.
    pub server: String,
    /// When they were set.
    pub changed_at: Observed,
    /// The language that the server has in Discord, as a BCP 47 tag, when they were set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// Language of what everybody sees; without it, that of the server in Discord.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Time zone of the server, a name of the IANA database; without it, weeks are the label's and hours are UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Names of the artists who are offered first and whom alerts are about; empty for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub artists: Vec<String>,
    /// Where findings are posted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alerts: Option<AlertSettings>,
    /// Where and when the week is posted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<ReportSettings>,
}

/// Where findings are posted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertSettings {
    /// Discord's id of the channel.
    pub channel: String,
    /// The kinds; empty for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<TrendKind>,
    /// When they were switched on: what was stored before is not posted.
    pub since: Observed,
}

/// Where and when the week is posted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportSettings {
    /// Discord's id of the channel.
    pub channel: String,
    /// Day of the week, from 1 for Monday to 7.
    pub weekday: u8,
    /// Hour of the day in the server's time zone, from 0 to 23.
    pub hour: u8,
    /// When it was switched on.
    pub since: Observed,
}

impl ServerSettings {
    /// Settings of a server where nothing is set.
    pub fn none(server: &str, changed_at: Observed) -> Self {
        Self {
            server: server.to_owned(),
            changed_at,
            locale: None,
            language: None,
            time_zone: None,
            artists: Vec::new(),
            alerts: None,
            report: None,
        }
    }

    /// Tag of the language of what everybody sees, where it is known.
    pub fn spoken(&self) -> Option<&str> {
        self.language.as_deref().or(self.locale.as_deref())
    }
}

impl Event for ServerSettings {
    const SCHEMA: SchemaId = SchemaId { name: "server.settings", major: 1, minor: 0 };
    const JSON_SCHEMA: &'static str = include_str!("../events/server.settings.json");

    fn subject(&self) -> String {
        format!("server.{}", self.server)
    }

    fn identity(&self) -> String {
        format!("{}/{}", self.server, self.changed_at)
    }

    fn check(&self) -> Result<(), String> {
        check_discord_id("server", &self.server)?;
        check_text("locale", self.locale.as_deref().unwrap_or_default(), 35)?;
        check_text("language", self.language.as_deref().unwrap_or_default(), 35)?;
        check_text("time_zone", self.time_zone.as_deref().unwrap_or_default(), 100)?;
        if self.artists.len() > MAX_ARTISTS {
            return Err(format!("artists has {} names, at most {MAX_ARTISTS}", self.artists.len()));
        }
        self.artists.iter().try_for_each(|name| check_text("artists", name, MAX_NAME_CHARS))?;
        if let Some(alerts) = &self.alerts {
            check_discord_id("alerts.channel", &alerts.channel)?;
            if alerts.kinds.len() > MAX_KINDS {
                return Err(format!("alerts.kinds has {} words, at most {MAX_KINDS}", alerts.kinds.len()));
            }
        }
        if let Some(report) = &self.report {
            check_discord_id("report.channel", &report.channel)?;
            if !(1..=7).contains(&report.weekday) || report.hour > 23 {
                return Err("report.weekday is from 1 to 7, report.hour from 0 to 23".to_owned());
            }
        }
        Ok(())
    }
}

/// An id of Discord's becomes a part of subjects and addresses.
pub(crate) fn check_discord_id(field: &str, id: &str) -> Result<(), String> {
    let is_id = (1..=20).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit());
    if is_id {
        Ok(())
    } else {
        Err(format!("{field} is no id of discord's, which has digits only and at most 20"))
    }
}
