//! The platforms that can be asked, with the operator's access to each.

use std::collections::BTreeMap;
use std::path::PathBuf;

use casa24_schemas::{Date, Platform};

use super::deezer::Deezer;
use super::listenbrainz::ListenBrainz;
use super::wikipedia::Wikipedia;
use crate::collect::Collector;
use crate::http::{Client, ClientError, Limit, Patience, Window};

/// What an operator gives collectors to work with.
#[derive(Debug, Clone, Default)]
pub struct Access {
    /// Other addresses of platforms, by the name of their setting, for tests and proxies.
    pub addresses: BTreeMap<&'static str, String>,
    /// How platforms can reach the operator.
    pub contact: Option<String>,
    /// A folder in which the time of the newest request to each platform is remembered.
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
}

impl Access {
    /// Names of the settings that hold addresses.
    pub const ADDRESSES: &'static [&'static str] =
        &[Deezer::SETTING, ListenBrainz::SETTING, Wikipedia::SETTING];

    /// Every platform that this version can ask.
    ///
    /// # Errors
    /// When a setting cannot be used, or the system has no certificates.
    pub fn collectors(&self) -> Result<Vec<Listed>, ClientError> {
        Ok(vec![
            Listed::Ready(Box::new(Deezer {
                client: self.client(&Platform::DEEZER, Deezer::SETTING, Deezer::ADDRESS, Deezer::WINDOW)?,
            })),
            Listed::Ready(Box::new(ListenBrainz {
                client: self.client(
                    &Platform::LISTENBRAINZ,
                    ListenBrainz::SETTING,
                    ListenBrainz::ADDRESS,
                    ListenBrainz::WINDOW,
                )?,
            })),
            if self.contact.is_some() {
                let client = self.client(
                    &Platform::WIKIPEDIA,
                    Wikipedia::SETTING,
                    Wikipedia::ADDRESS,
                    Wikipedia::WINDOW,
                )?;
                Listed::Ready(Box::new(Wikipedia { client, since: self.since }))
            } else {
                Listed::Lacks {
                    platform: Platform::WIKIPEDIA,
                    what: "set CASA24_CONTACT to an e-mail address or a page under which you can be reached: Wikimedia asks for it",
                }
            },
        ])
    }

    fn client(
        &self,
        platform: &Platform,
        setting: &'static str,
        address: &str,
        window: Window,
    ) -> Result<Client, ClientError> {
        let newest = self.folder.as_ref().map(|folder| folder.join(platform.as_str()));
        let address = self.addresses.get(setting).map_or(address, String::as_str);
        Client::new(setting, address, self.contact.as_deref(), self.patience, Limit::new(window, newest))
    }
}
