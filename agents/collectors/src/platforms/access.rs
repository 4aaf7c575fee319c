//! The platforms that can be asked, with the operator's access to each.

use std::collections::BTreeMap;
use std::path::PathBuf;

use casa24_schemas::{Account, Date, Platform, RosterEntry};
use secrecy::SecretString;

use super::deezer::Deezer;
use super::discord::Discord;
use super::instagram::{Instagram, Token};
use super::listenbrainz::ListenBrainz;
use super::spotify::Spotify;
use super::wikipedia::Wikipedia;
use super::youtube::YouTube;
use crate::collect::Collector;
use crate::http::{Client, ClientError, Limit, Patience, Window};

/// What an operator gives collectors to work with.
#[derive(Debug, Clone, Default)]
pub struct Access {
    /// Other addresses of platforms, by the name of their setting, for tests and proxies.
    pub addresses: BTreeMap<&'static str, String>,
    /// How platforms can reach the operator.
    pub contact: Option<String>,
    /// Key of `YouTube`'s Data API.
    pub youtube_key: Option<SecretString>,
    /// Units of `YouTube`'s quota that may be used on a day of the Pacific; without one, as many as Google gives.
    pub youtube_units: Option<u64>,
    /// Id of an app of Spotify's.
    pub spotify_id: Option<String>,
    /// Its secret.
    pub spotify_secret: Option<SecretString>,
    /// Id of the label's professional account on Instagram.
    pub instagram_account: Option<String>,
    /// Token that speaks for it.
    pub instagram_token: Option<SecretString>,
    /// Id and secret of the app that the token is of, with which it is renewed.
    pub instagram_app: Option<(String, SecretString)>,
    /// Token of the label's bot on Discord.
    pub discord_token: Option<SecretString>,
    /// Id of the label's own server on Discord; of several between commas, the first.
    pub discord_server: Option<String>,
    /// A folder in which renewed tokens are kept.
    pub token_folder: Option<PathBuf>,
    /// A folder in which the newest requests to each platform are remembered.
    pub folder: Option<PathBuf>,
    /// The first day to ask for, of platforms that tell of earlier days.
    pub since: Option<Date>,
    /// How long each platform is waited for.
    pub patience: Patience,
}

/// A platform of the list.
pub enum Listed {
    /// It can be asked.
    Ready(Box<dyn Collector>),
    /// Something is not set.
    Lacks {
        /// The platform.
        platform: Platform,
        /// What to set.
        what: &'static str,
    },
}

impl Listed {
    /// Its platform.
    pub fn platform(&self) -> Platform {
        match self {
            Self::Ready(collector) => collector.platform(),
            Self::Lacks { platform, .. } => platform.clone(),
        }
    }

    /// Whether there is somebody to ask it for: an artist with an account there, or the label itself.
    pub fn is_needed(&self, roster: &[RosterEntry]) -> bool {
        let of_label = matches!(self, Self::Ready(collector) if collector.label_account().is_some());
        let platform = self.platform();
        let has_account =
            |entry: &RosterEntry| entry.active && matches!(entry.account(&platform), Account::Present { .. });
        of_label || roster.iter().any(has_account)
    }

    fn ready<C: Collector + 'static>(collector: C) -> Self {
        Self::Ready(Box::new(collector))
    }
}

impl Access {
    /// Names of the settings that hold addresses.
    pub const ADDRESSES: &'static [&'static str] = &[
        Spotify::SETTING,
        Spotify::ACCOUNTS_SETTING,
        YouTube::SETTING,
        Instagram::SETTING,
        Deezer::SETTING,
        ListenBrainz::SETTING,
        Wikipedia::SETTING,
        Discord::SETTING,
    ];

    /// Every platform that this version can ask, in the order in which they are shown.
    ///
    /// # Errors
    /// When a setting cannot be used, or the system has no certificates.
    pub fn collectors(&self) -> Result<Vec<Listed>, ClientError> {
        Ok(vec![
            self.spotify()?,
            self.youtube()?,
            self.instagram()?,
            Listed::ready(Deezer {
                client: self.client(&Platform::DEEZER, Deezer::SETTING, Deezer::ADDRESS, Deezer::WINDOW)?,
            }),
            Listed::ready(ListenBrainz {
                client: self.client(
                    &Platform::LISTENBRAINZ,
                    ListenBrainz::SETTING,
                    ListenBrainz::ADDRESS,
                    ListenBrainz::WINDOW,
                )?,
            }),
            self.wikipedia()?,
            self.discord()?,
        ])
    }

    fn spotify(&self) -> Result<Listed, ClientError> {
        let what = "set SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET to those of an app of your own";
        let lacks = || Listed::Lacks { platform: Platform::SPOTIFY, what };
        Ok(self.spotify_api()?.map_or_else(lacks, Listed::ready))
    }

    /// Spotify, where an app's id and secret are set.
    pub(crate) fn spotify_api(&self) -> Result<Option<Spotify>, ClientError> {
        let (Some(id), Some(secret)) = (&self.spotify_id, &self.spotify_secret) else { return Ok(None) };
        let client = self.client(&Platform::SPOTIFY, Spotify::SETTING, Spotify::ADDRESS, Spotify::WINDOW)?;
        // The same app asks: its calls are counted together.
        let accounts = client.at(
            Spotify::ACCOUNTS_SETTING,
            self.address(Spotify::ACCOUNTS_SETTING, Spotify::ACCOUNTS_ADDRESS),
        )?;
        let spotify = Spotify::new(client, accounts, id, secret);
        spotify.map(Some).ok_or(ClientError::Secret { name: "SPOTIFY_CLIENT_SECRET" })
    }

    fn youtube(&self) -> Result<Listed, ClientError> {
        let what = "set YOUTUBE_API_KEY to a key of the YouTube Data API";
        let lacks = || Listed::Lacks { platform: Platform::YOUTUBE, what };
        Ok(self.youtube_api()?.map_or_else(lacks, Listed::ready))
    }

    /// `YouTube`, where a key is set.
    pub(crate) fn youtube_api(&self) -> Result<Option<YouTube>, ClientError> {
        let Some(key) = &self.youtube_key else { return Ok(None) };
        let client = self.client(&Platform::YOUTUBE, YouTube::SETTING, YouTube::ADDRESS, YouTube::WINDOW)?;
        let file = self.folder.as_ref().map(|folder| folder.join("youtube-units"));
        let client = client.within(YouTube::quota(self.youtube_units.unwrap_or(YouTube::UNITS_A_DAY), file));
        let youtube = YouTube::new(client, key);
        youtube.map(Some).ok_or(ClientError::Secret { name: "YOUTUBE_API_KEY" })
    }

    fn instagram(&self) -> Result<Listed, ClientError> {
        let (Some(account), Some(token)) = (&self.instagram_account, &self.instagram_token) else {
            let what = "set INSTAGRAM_ACCOUNT_ID to the label's professional account and INSTAGRAM_ACCESS_TOKEN to a token for it";
            return Ok(Listed::Lacks { platform: Platform::INSTAGRAM, what });
        };
        let client =
            self.client(&Platform::INSTAGRAM, Instagram::SETTING, Instagram::ADDRESS, Instagram::WINDOW)?;
        let file = self.token_folder.as_ref().map(|folder| folder.join(Instagram::TOKEN_FILE));
        let token = match (&self.instagram_app, file) {
            (Some((id, secret)), Some(file)) => Token::renewed(token, id, secret, file),
            _ => Token::fixed(token),
        };
        let token = token.ok_or(ClientError::Secret { name: "INSTAGRAM_ACCESS_TOKEN" })?;
        Ok(Listed::ready(Instagram::new(client, account, token)))
    }

    fn wikipedia(&self) -> Result<Listed, ClientError> {
        if self.contact.is_none() {
            let what = "set CASA24_CONTACT to an e-mail address or a page under which you can be reached: Wikimedia asks for it";
            return Ok(Listed::Lacks { platform: Platform::WIKIPEDIA, what });
        }
        let client =
            self.client(&Platform::WIKIPEDIA, Wikipedia::SETTING, Wikipedia::ADDRESS, Wikipedia::WINDOW)?;
        Ok(Listed::ready(Wikipedia { client, since: self.since }))
    }

    fn discord(&self) -> Result<Listed, ClientError> {
        let server = self.discord_server.as_deref().and_then(|ids| ids.split(',').next()).map(str::trim);
        let (Some(token), Some(server)) = (&self.discord_token, server.filter(|id| !id.is_empty())) else {
            let what = "set DISCORD_GUILD_ID to the id of the label's own server and DISCORD_BOT_TOKEN to the token of a bot in it";
            return Ok(Listed::Lacks { platform: Platform::DISCORD, what });
        };
        let client = self.client(&Platform::DISCORD, Discord::SETTING, Discord::ADDRESS, Discord::WINDOW)?;
        let discord = Discord::new(client, token, server);
        discord.map(Listed::ready).ok_or(ClientError::Secret { name: "DISCORD_BOT_TOKEN" })
    }

    fn address<'a>(&'a self, setting: &str, or_else: &'a str) -> &'a str {
        self.addresses.get(setting).map_or(or_else, String::as_str)
    }

    fn client(
        &self,
        platform: &Platform,
        setting: &'static str,
        address: &str,
        window: Window,
    ) -> Result<Client, ClientError> {
        self.client_of(platform.as_str(), setting, address, window)
    }

    /// The client of a source of this name, under which the time of its newest request is remembered.
    pub(crate) fn client_of(
        &self,
        name: &str,
        setting: &'static str,
        address: &str,
        window: Window,
    ) -> Result<Client, ClientError> {
        let newest = self.folder.as_ref().map(|folder| folder.join(name));
        let (contact, limit) = (self.contact.as_deref(), Limit::new(window, newest));
        Client::new(setting, self.address(setting, address), contact, self.patience, limit)
    }
}
