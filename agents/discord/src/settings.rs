//! How Discord is reached.

use std::net::SocketAddr;
use std::str::FromStr;
use std::sync::Arc;

use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};

use crate::http::PublicKey;
use crate::rest::Pause;
use crate::servers::OpenTo;

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
    /// `CASA24_DISCORD_SERVERS`.
    pub servers: Option<String>,
    /// `DISCORD_GUILD_ID`.
    pub own_servers: Option<String>,
    /// `CASA24_DISCORD_SHARDS`.
    pub shards: Option<String>,
}

/// How interactions come: an application has them sent one way only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Over a connection that is kept to Discord; nothing needs to be reached from outside.
    Gateway,
    /// Discord sends each by HTTP, to an address that is given on its developer page.
    Http,
}

impl FromStr for Mode {
    type Err = SettingsError;

    fn from_str(text: &str) -> Result<Self, SettingsError> {
        match text {
            "gateway" => Ok(Self::Gateway),
            "http" => Ok(Self::Http),
            found => Err(SettingsError::Mode { found: found.to_owned() }),
        }
    }
}

/// Settings that fit together.
#[derive(Debug, Clone)]
pub struct Settings {
    pub(crate) way: Way,
    pub(crate) api: Url,
    /// Which servers may ask.
    pub(crate) open_to: OpenTo,
    /// The bot's token, by which it posts unasked.
    pub(crate) token: Option<SecretString>,
    /// The pause that Discord orders for the whole bot; clones share it.
    pub(crate) pause: Arc<Pause>,
}

/// What a way in needs.
#[derive(Debug, Clone)]
pub(crate) enum Way {
    Gateway(Gateway),
    Http(Http),
}

/// What the gateway needs.
#[derive(Debug, Clone)]
pub(crate) struct Gateway {
    pub(crate) token: SecretString,
    /// How many shards there are; as many as Discord recommends where it is not set.
    pub(crate) shards: Option<u32>,
}

/// What the endpoint needs.
#[derive(Debug, Clone)]
pub(crate) struct Http {
    pub(crate) public_key: PublicKey,
    pub(crate) listen: SocketAddr,
}

/// What is wrong with the settings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// No way in.
    #[error("CASA24_DISCORD_MODE is {found:?}: set gateway or http")]
    Mode {
        /// Its value.
        found: String,
    },
    /// There is no token, or it is none.
    #[error("DISCORD_BOT_TOKEN is {fault}: copy the token of the bot from discord's developer page")]
    Token {
        /// What is wrong with it.
        fault: &'static str,
    },
    /// There is no key, or it is none.
    #[error(
        "DISCORD_PUBLIC_KEY is {fault}: copy the public key of the application from discord's developer page"
    )]
    PublicKey {
        /// What is wrong with it.
        fault: &'static str,
    },
    /// No servers.
    #[error(
        "CASA24_DISCORD_SERVERS is {found:?}: set own (with DISCORD_GUILD_ID), all, or ids of servers with commas between"
    )]
    Servers {
        /// Its value.
        found: String,
    },
    /// Not an address to listen at.
    #[error("CASA24_DISCORD_LISTEN is {found:?}: set an address and a port such as {LISTEN}")]
    Listen {
        /// Its value.
        found: String,
    },
    /// Not a number of shards.
    #[error("CASA24_DISCORD_SHARDS is {found:?}: set a number such as 4, or leave it out")]
    Shards {
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
        let mode = access.mode.as_deref().map(str::parse::<Mode>).transpose()?;
        let way = match mode.unwrap_or(Mode::Gateway) {
            Mode::Gateway if mode.is_none() && access.token.is_none() => return Ok(None),
            Mode::Gateway => Way::Gateway(Gateway::of(access)?),
            Mode::Http => Way::Http(Http::of(access)?),
        };
        let api = api(access.api.as_deref().unwrap_or(API))?;
        let open_to = OpenTo::of(access.servers.as_deref(), access.own_servers.as_deref())?;
        Ok(Some(Self { way, api, open_to, token: token(access)?, pause: Arc::default() }))
    }

    /// Says that they are missing, and what to set.
    pub const fn missing() -> SettingsError {
        SettingsError::Token { fault: "not set" }
    }

    /// Whether there is a token by which the bot can post unasked.
    pub const fn can_post(&self) -> bool {
        self.token.is_some()
    }

    /// How interactions come.
    pub const fn mode(&self) -> Mode {
        match self.way {
            Way::Gateway(_) => Mode::Gateway,
            Way::Http(_) => Mode::Http,
        }
    }
}

impl Gateway {
    fn of(access: &Access) -> Result<Self, SettingsError> {
        let token = token(access)?.ok_or(SettingsError::Token { fault: "not set" })?;
        let shards = access.shards.as_deref().map(|text| {
            let number = text.parse::<u32>().ok().filter(|number| *number > 0);
            number.ok_or_else(|| SettingsError::Shards { found: text.to_owned() })
        });
        Ok(Self { token, shards: shards.transpose()? })
    }
}

impl Http {
    fn of(access: &Access) -> Result<Self, SettingsError> {
        let key = access.public_key.as_deref().ok_or(SettingsError::PublicKey { fault: "not set" })?;
        let public_key =
            PublicKey::parse(key.trim()).ok_or(SettingsError::PublicKey { fault: "no such key" })?;
        let listen = access.listen.as_deref().unwrap_or(LISTEN);
        let listen = listen.parse().map_err(|_| SettingsError::Listen { found: listen.to_owned() })?;
        Ok(Self { public_key, listen })
    }
}

/// The token, where it is set.
fn token(access: &Access) -> Result<Option<SecretString>, SettingsError> {
    let Some(token) = access.token.clone() else { return Ok(None) };
    // It becomes a header.
    let is_text = token.expose_secret().bytes().all(|byte| byte.is_ascii_graphic());
    if is_text { Ok(Some(token)) } else { Err(SettingsError::Token { fault: "no such token" }) }
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

    fn set(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    fn http() -> Access {
        let key = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"; // of RFC 8032
        Access { mode: set("http"), public_key: set(key), ..Access::default() }
    }

    fn gateway() -> Access {
        Access { token: Some("hidden".to_owned().into()), ..Access::default() }
    }

    #[test]
    fn a_token_alone_opens_the_gateway_and_nothing_opens_nothing() {
        assert!(Settings::of(&Access::default()).unwrap().is_none());
        let settings = Settings::of(&gateway()).unwrap().unwrap();
        assert_eq!((settings.mode(), settings.api.as_str()), (Mode::Gateway, API));
        assert!(!format!("{settings:?}").contains("hidden"));
        assert_eq!(Settings::of(&http()).unwrap().unwrap().mode(), Mode::Http);
    }

    #[test]
    fn what_is_wrong_is_named_with_what_to_set() {
        let broken = Some("hid\nden".to_owned().into());
        for (access, name) in [
            (Access { mode: set("pigeon"), ..http() }, "CASA24_DISCORD_MODE"),
            (Access { public_key: None, ..http() }, "DISCORD_PUBLIC_KEY"),
            (Access { public_key: set("abc"), ..http() }, "DISCORD_PUBLIC_KEY"),
            (Access { listen: set("2425"), ..http() }, "CASA24_DISCORD_LISTEN"),
            (Access { servers: set("mine"), ..http() }, "CASA24_DISCORD_SERVERS"),
            (Access { servers: set("own"), ..http() }, "CASA24_DISCORD_SERVERS"),
            (Access { api: set("mailto:x"), ..http() }, "DISCORD_API_URL"),
            (Access { mode: set("gateway"), ..http() }, "DISCORD_BOT_TOKEN"),
            (Access { shards: set("0"), ..gateway() }, "CASA24_DISCORD_SHARDS"),
            (Access { shards: set("all"), ..gateway() }, "CASA24_DISCORD_SHARDS"),
            (Access { token: broken, ..gateway() }, "DISCORD_BOT_TOKEN"),
        ] {
            let error = Settings::of(&access).unwrap_err().to_string();
            assert!(error.starts_with(name) && !error.contains("hid"), "{error}");
        }
    }
}
