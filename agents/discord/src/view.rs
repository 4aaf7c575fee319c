//! How an answer is shown: as a message of its own, or in place of the one whose control was pressed; which page of it,
//! and which list of artists.

use std::sync::Arc;

use casa24_presentation::discord::{Artists, CommandIds, List};
use casa24_schemas::ServerSettings;

/// Where an answer goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) enum Way {
    /// A message that everybody sees.
    #[default]
    New,
    /// In place of the message whose control was pressed.
    InPlace,
    /// A message for the one who pressed alone: the other one is the asker's.
    Private,
}

/// What is shown of an answer, and where.
#[derive(Debug, Default)]
pub(crate) struct View {
    pub(crate) way: Way,
    pub(crate) artists: Arc<Artists>,
    pub(crate) page: usize,
    pub(crate) list: List,
    /// What the server has set.
    pub(crate) settings: Option<Arc<ServerSettings>>,
    /// The registered commands, where the answer names them.
    pub(crate) commands: Option<Arc<CommandIds>>,
}

impl View {
    /// Names of the artists with whom lists begin: those that the server has chosen.
    pub(crate) fn first(&self) -> &[String] {
        self.settings.as_deref().map_or(&[], |settings| &settings.artists)
    }
}
