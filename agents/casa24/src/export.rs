//! `export`: what is stored, in the earlier bot's format.

use crate::cli::Export;
use crate::settings::Settings;

/// Writes the files.
pub(crate) async fn export(_settings: &Settings, _options: &Export) -> anyhow::Result<()> {
    Ok(())
}
