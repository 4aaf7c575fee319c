//! Settings: from the command line, the environment or `.env`; each variable also as `NAME_FILE`, a path, as
//! Docker and Kubernetes give secrets.

use std::path::PathBuf;

use anyhow::Context;
use etcetera::BaseStrategy;

use crate::cli::Global;

/// The program's settings.
#[derive(Debug)]
pub(crate) struct Settings {
    /// Where the bus is; without it, one is kept in the data directory.
    pub(crate) nats_url: Option<Secret>,
    /// Credentials file of the bus.
    pub(crate) nats_credentials: Option<String>,
    /// Replicas of streams.
    pub(crate) replicas: usize,
    /// Folder of the embedded bus.
    pub(crate) data: PathBuf,
    /// Prefix of all subjects.
    pub(crate) prefix: String,
    /// What is logged: a level, or `target=level` pairs.
    pub(crate) log_level: Option<String>,
}

/// A value that is not shown.
pub(crate) struct Secret(String);

impl Secret {
    /// The value.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

impl Settings {
    /// Reads the settings; `.env` in the working folder first, the environment over it.
    pub(crate) fn read(global: &Global) -> anyhow::Result<Self> {
        match dotenvy::dotenv() {
            Ok(_) => {}
            Err(error) if error.not_found() => {}
            // The library's message would quote the line, which may hold a secret.
            Err(_) => anyhow::bail!(".env: a line is not NAME=value; quote values that hold blanks or #"),
        }
        let data = match &global.data {
            Some(data) => data.clone(),
            None => match variable("CASA24_DATA")? {
                Some(data) => PathBuf::from(data),
                None => etcetera::choose_base_strategy()
                    .context("no home folder: give --data DIR or set CASA24_DATA")?
                    .data_dir()
                    .join("casa24"),
            },
        };
        let replicas = match variable("CASA24_REPLICAS")? {
            Some(text) => {
                text.parse().ok().filter(|replicas| (1..=5).contains(replicas)).with_context(|| {
                    format!("CASA24_REPLICAS is {text:?}: set the number of copies of each stream, 1 to 5")
                })?
            }
            None => 1,
        };
        Ok(Self {
            // The command line overrides the environment.
            nats_url: if global.data.is_some() { None } else { variable("NATS_URL")?.map(Secret) },
            nats_credentials: variable("NATS_CREDENTIALS")?,
            replicas,
            data,
            prefix: match &global.prefix {
                Some(prefix) => prefix.clone(),
                None => variable("CASA24_PREFIX")?.unwrap_or_default(),
            },
            log_level: variable("LOG_LEVEL")?,
        })
    }
}

/// The value of `NAME`, or of the file that `NAME_FILE` names; an empty one counts as none.
fn variable(name: &str) -> anyhow::Result<Option<String>> {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let file_name = format!("{name}_FILE");
    match (set(name), set(&file_name)) {
        (Some(_), Some(_)) => anyhow::bail!("both {name} and {file_name} are set: keep one"),
        (Some(value), None) => Ok(Some(value)),
        (None, Some(path)) => {
            let value =
                std::fs::read_to_string(&path).with_context(|| format!("{file_name}: cannot read {path}"))?;
            Ok(Some(value.trim_end().to_owned()).filter(|value| !value.is_empty()))
        }
        (None, None) => Ok(None),
    }
}
