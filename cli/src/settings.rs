//! Settings: from the command line, the environment or `.env`.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use casa24_analytics::trends::TrendRules;
use casa24_answers::TimeZone;
use casa24_collectors::platforms::Access;
use casa24_collectors::roster_search::RosterSearch;
use casa24_collectors::schedule::Collecting;
use casa24_predictors::{ScheduledTraining, Trainer, TrainingPlan};
use casa24_schedule::Schedule;
use etcetera::BaseStrategy;
use secrecy::SecretString;

use crate::agents::{Reach, Rules};
use crate::cli::Global;
use crate::terminal::UsageError;
use crate::variables::{secret, variable};

/// By how much a run of the collectors is put off at most.
const MOST_JITTER: Duration = Duration::from_secs(600);

/// The program's settings.
#[derive(Debug)]
pub(crate) struct Settings {
    /// Where the bus is; without it, one is kept in the data directory.
    pub(crate) nats_url: Option<SecretString>,
    /// Credentials file of the bus.
    pub(crate) nats_credentials: Option<String>,
    /// Replicas of streams.
    pub(crate) replicas: usize,
    /// Room for all streams together, in bytes.
    pub(crate) room: Option<u64>,
    /// Folder of the embedded bus.
    pub(crate) data: PathBuf,
    /// Prefix of all subjects.
    pub(crate) prefix: String,
    /// What the label has decided about its figures.
    pub(crate) rules: Rules,
    /// Where metrics are served.
    pub(crate) metrics: Option<SocketAddr>,
    /// What is logged: a level, or `target=level` pairs.
    pub(crate) log_level: Option<String>,
}

impl Settings {
    /// Reads the settings; `.env` in the working folder first, the environment over it.
    pub(crate) async fn read(global: &Global, reach: Reach) -> anyhow::Result<Self> {
        match dotenvy::dotenv() {
            Ok(_) => {}
            Err(error) if error.not_found() => {}
            // The library's message would quote the line, which may hold a secret.
            Err(_) => anyhow::bail!(".env: a line is not NAME=value; quote values that hold blanks or #"),
        }
        let data = match &global.data {
            Some(data) => data.clone(),
            None => match variable("CASA24_DATA").await? {
                Some(data) => PathBuf::from(data),
                None => etcetera::choose_base_strategy()
                    .context("no home folder: give --data DIR or set CASA24_DATA")?
                    .data_dir()
                    .join("casa24"),
            },
        };
        let replicas = match variable("CASA24_REPLICAS").await? {
            Some(text) => {
                text.parse().ok().filter(|replicas| (1..=5).contains(replicas)).with_context(|| {
                    format!("CASA24_REPLICAS is {text:?}: set the number of copies of each stream, 1 to 5")
                })?
            }
            None => 1,
        };
        let room = match variable("CASA24_ROOM").await? {
            Some(text) => Some(bytes(&text).with_context(|| {
                format!("CASA24_ROOM is {text:?}: set the room for all streams together, such as 20GB")
            })?),
            None => None,
        };
        let by_chance = match variable("CASA24_TRENDS_BY_CHANCE").await? {
            Some(text) => {
                let (least, most) = TrendRules::LIMITS;
                text.parse().ok().filter(|number| (least..=most).contains(number)).with_context(|| {
                    format!(
                        "CASA24_TRENDS_BY_CHANCE is {text:?}: set how many findings an artist may have in a month by chance, {least} to {most}"
                    )
                })?
            }
            None => TrendRules::DEFAULT.by_chance,
        };
        let time_zone = match variable("CASA24_TIME_ZONE").await? {
            Some(name) => TimeZone::named(&name).ok_or_else(|| {
                UsageError(format!(
                    "CASA24_TIME_ZONE is {name:?}: set the name of a time zone of the IANA database, such as America/Bogota"
                ))
            })?,
            None => TimeZone::default(),
        };
        let collecting = if reach.platforms {
            collecting(&data, &time_zone).await?
        } else {
            Collecting { access: Access::default(), schedule: None, jitter: MOST_JITTER }
        };
        let training = training(&time_zone).await?;
        let metrics = match variable("CASA24_METRICS").await? {
            Some(text) => Some(text.parse().map_err(|_| {
                UsageError(format!(
                    "CASA24_METRICS is {text:?}: set an address and a port such as 127.0.0.1:9424"
                ))
            })?),
            None => None,
        };
        let discord = if reach.discord { discord().await? } else { None };
        let files = variable("CASA24_FILES").await?.map(PathBuf::from);
        Ok(Self {
            // The command line overrides the environment.
            nats_url: if global.data.is_some() { None } else { secret("NATS_URL").await? },
            nats_credentials: variable("NATS_CREDENTIALS").await?,
            replicas,
            room,
            data,
            prefix: match &global.prefix {
                Some(prefix) => prefix.clone(),
                None => variable("CASA24_PREFIX").await?.unwrap_or_default(),
            },
            rules: Rules {
                trends: TrendRules { by_chance },
                time_zone,
                collecting,
                training,
                discord,
                files,
            },
            metrics,
            log_level: variable("LOG_LEVEL").await?,
        })
    }
}

/// How often, and by what access, platforms are asked.
async fn collecting(data: &Path, time_zone: &TimeZone) -> anyhow::Result<Collecting> {
    let youtube_units = match variable("YOUTUBE_UNITS_A_DAY").await? {
        Some(text) => Some(text.parse().map_err(|_| {
            UsageError(format!(
                "YOUTUBE_UNITS_A_DAY is {text:?}: set how many units of YouTube's quota may be used on a day, such as 10000"
            ))
        })?),
        None => None,
    };
    let mut access = Access {
        contact: variable("CASA24_CONTACT").await?,
        youtube_key: secret("YOUTUBE_API_KEY").await?,
        youtube_units,
        spotify_id: variable("SPOTIFY_CLIENT_ID").await?,
        spotify_secret: secret("SPOTIFY_CLIENT_SECRET").await?,
        instagram_account: variable("INSTAGRAM_ACCOUNT_ID").await?,
        instagram_token: secret("INSTAGRAM_ACCESS_TOKEN").await?,
        instagram_app: variable("INSTAGRAM_APP_ID").await?.zip(secret("INSTAGRAM_APP_SECRET").await?),
        discord_token: secret("DISCORD_BOT_TOKEN").await?,
        discord_server: variable("DISCORD_GUILD_ID").await?,
        token_folder: Some(data.to_owned()),
        folder: Some(data.join("requests")),
        ..Access::default()
    };
    for name in Access::ADDRESSES.iter().chain(RosterSearch::ADDRESSES) {
        access.addresses.extend(variable(name).await?.map(|address| (*name, address)));
    }
    let schedule = schedule(
        "CASA24_SCHEDULE",
        variable("CASA24_SCHEDULE").await?,
        variable("CASA24_SCHEDULE_ZONE").await?,
        Collecting::DAILY,
        time_zone,
    )?;
    Ok(Collecting { access, schedule, jitter: MOST_JITTER })
}

/// When models are trained, and how long.
async fn training(time_zone: &TimeZone) -> anyhow::Result<ScheduledTraining> {
    let num_steps = match variable("CASA24_TRAIN_STEPS").await? {
        Some(text) => {
            Some(text.parse().ok().filter(|steps| TrainingPlan::STEPS.contains(steps)).ok_or_else(|| {
                UsageError(format!(
                    "CASA24_TRAIN_STEPS is {text:?}: set how many steps a training has, {} to {}",
                    TrainingPlan::STEPS.start(),
                    TrainingPlan::STEPS.end()
                ))
            })?)
        }
        None => None,
    };
    let schedule = schedule(
        "CASA24_TRAIN",
        variable("CASA24_TRAIN").await?,
        variable("CASA24_TRAIN_ZONE").await?,
        Trainer::WEEKLY,
        time_zone,
    )?;
    Ok(ScheduledTraining { schedule, num_steps })
}

/// The schedule that a variable sets, `off` for none, in the time zone that a second one sets.
fn schedule(
    variable: &str,
    pattern: Option<String>,
    zone: Option<String>,
    usual: &str,
    time_zone: &TimeZone,
) -> Result<Option<Schedule>, UsageError> {
    if pattern.as_deref() == Some("off") {
        return Ok(None);
    }
    // Without a pattern of its own, the day ends where the platforms' does.
    let zone = zone.as_deref().unwrap_or(if pattern.is_some() { time_zone.name() } else { "UTC" });
    let schedule = Schedule::new(pattern.as_deref().unwrap_or(usual), zone);
    schedule.map(Some).map_err(|error| UsageError(format!("{variable}: {error}")))
}

/// How Discord is reached, where that is set.
async fn discord() -> anyhow::Result<Option<casa24_discord::Settings>> {
    let access = casa24_discord::Access {
        mode: variable("CASA24_DISCORD_MODE").await?,
        token: secret("DISCORD_BOT_TOKEN").await?,
        public_key: variable("DISCORD_PUBLIC_KEY").await?,
        listen: variable("CASA24_DISCORD_LISTEN").await?,
        api: variable("DISCORD_API_URL").await?,
        servers: variable("CASA24_DISCORD_SERVERS").await?,
        own_servers: variable("DISCORD_GUILD_ID").await?,
        shards: variable("CASA24_DISCORD_SHARDS").await?,
    };
    Ok(casa24_discord::Settings::of(&access).map_err(|error| UsageError(error.to_string()))?)
}

/// A number of bytes such as `20GB`; a unit is of powers of 1,024, as the server has them.
fn bytes(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match text[digits.len()..].to_ascii_uppercase().as_str() {
        "" | "B" => 1,
        "K" | "KB" | "KIB" => 1 << 10,
        "M" | "MB" | "MIB" => 1 << 20,
        "G" | "GB" | "GIB" => 1 << 30,
        "T" | "TB" | "TIB" => 1 << 40,
        _ => return None,
    };
    digits.trim_end().parse::<u64>().ok()?.checked_mul(unit).filter(|bytes| *bytes > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_a_number_with_a_unit() {
        assert_eq!(
            ["512", "64 MB", "20GB", "1TiB"].map(bytes),
            [Some(512), Some(64 << 20), Some(20 << 30), Some(1 << 40)]
        );
        assert_eq!(["", "GB", "-1GB", "0", "20 XB", "1.5GB", "99999999999TB"].map(bytes), [None; 7]);
    }
}
