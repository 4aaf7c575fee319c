//! How Discord is reached.

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;

use reqwest::Url;
use secrecy::SecretString;

use crate::http::PublicKey;

/// Discord's own address.
const API: &str = "https://discord.com/api/v10";
/// Where interactions are listened for.
const LISTEN: &str = "127.0.0.1:2425";

/// The settings as they are read, each where it is set.
#[derive(Debug, Clone, Default)]
pub struct Access {
    /// `CASA24_DISCORD_MODE`.
    pub mode: Option<String>,
    /// `DISCORD_BOT_TOKEN`.
    pub token: Option<SecretString>,
    /// `DISCORD_PUBLIC_KEY`.
    pub public_key: Option<String>,
    /// `CASA24_DISCORD_LISTEN`.
    pub listen: Option<String>,
    /// `DISCORD_API_URL`.
    pub api: Option<String>,
}

/// How interactions come: an application has them sent one way only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Discord sends each by HTTP, to an address that is given on its developer page.
    Http,
}

impl FromStr for Mode {
    type Err = SettingsError;

    fn from_str(text: &str) -> Result<Self, SettingsError> {
        match text {
            "http" => Ok(Self::Http),
            found => Err(SettingsError::Mode { found: found.to_owned() }),
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Http => "http",
        })
    }
}

/// Settings that fit together.
#[derive(Debug, Clone)]
pub struct Settings {
    pub(crate) public_key: PublicKey,
    pub(crate) listen: SocketAddr,
    pub(crate) api: Url,
}

/// What is wrong with the settings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// No way in.
    #[error("CASA24_DISCORD_MODE is {found:?}: set http")]
    Mode {
        /// Its value.
        found: String,
    },
    /// There is no key, or it is none.
    #[error(
        "DISCORD_PUBLIC_KEY is {fault}: copy the public key of the application from discord's developer page"
    )]
    PublicKey {
        /// What is wrong with it.
        fault: &'static str,
    },
    /// Not an address to listen at.
    #[error("CASA24_DISCORD_LISTEN is {found:?}: set an address and a port such as {LISTEN}")]
    Listen {
        /// Its value.
        found: String,
    },
    /// Not an address.
    #[error("DISCORD_API_URL is {found:?}: set an address such as {API}")]
    Api {
        /// Its value.
        found: String,
    },
    /// The system's certificates.
    #[error("no HTTPS connection is possible: install the system's certificates (ca-certificates)")]
    Tls,
}

impl Settings {
    /// The settings; `None` where none is set by which interactions could come.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn of(access: &Access) -> Result<Option<Self>, SettingsError> {
        access.mode.as_deref().map(str::parse::<Mode>).transpose()?;
        let public_key = match &access.public_key {
            None if access.mode.is_none() => return Ok(None),
            None => return Err(SettingsError::PublicKey { fault: "not set" }),
            Some(text) => {
                PublicKey::parse(text.trim()).ok_or(SettingsError::PublicKey { fault: "no such key" })?
            }
        };
        let listen = access.listen.as_deref().unwrap_or(LISTEN);
        let listen = listen.parse().map_err(|_| SettingsError::Listen { found: listen.to_owned() })?;
        Ok(Some(Self { public_key, listen, api: api(access.api.as_deref().unwrap_or(API))? }))
    }

    /// Says that they are missing, and what to set.
    pub const fn missing() -> SettingsError {
        SettingsError::PublicKey { fault: "not set" }
    }
}

/// An address below which others lie.
fn api(text: &str) -> Result<Url, SettingsError> {
    let url = Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && !url.cannot_be_a_base());
    url.ok_or_else(|| SettingsError::Api { found: text.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access() -> Access {
        let key = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"; // of RFC 8032
        Access { public_key: Some(key.to_owned()), ..Access::default() }
    }

    #[test]
    fn without_settings_there_is_no_discord_and_with_a_key_there_is() {
        assert!(Settings::of(&Access::default()).unwrap().is_none());
        let settings = Settings::of(&access()).unwrap().unwrap();
        assert_eq!((settings.listen.to_string().as_str(), settings.api.as_str()), (LISTEN, API));
    }

    #[test]
    fn what_is_wrong_is_named_with_what_to_set() {
        let set = |text: &str| Some(text.to_owned());
        for (access, name) in [
            (Access { mode: set("pigeon"), ..access() }, "CASA24_DISCORD_MODE"),
            (Access { mode: set("http"), ..Access::default() }, "DISCORD_PUBLIC_KEY"),
            (Access { public_key: set("abc"), ..access() }, "DISCORD_PUBLIC_KEY"),
            (Access { listen: set("2425"), ..access() }, "CASA24_DISCORD_LISTEN"),
            (Access { api: set("mailto:x"), ..access() }, "DISCORD_API_URL"),
        ] {
            let error = Settings::of(&access).unwrap_err().to_string();
            assert!(error.starts_with(name), "{error}");
        }
    }
}
