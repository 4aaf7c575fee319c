//! `setup`: what must be on the bus before agents can run.

use casa24_bus::BusError;

use crate::cli;
use crate::session::Session;
use crate::settings::Settings;
use crate::streams::outln;
use crate::terminal::UsageError;

/// Makes streams and positions, and brings them up to date.
pub(crate) async fn setup(settings: &Settings, options: &cli::Setup) -> anyhow::Result<()> {
    // Opening makes what the program's own agents need.
    let session = Session::open(settings, "setup").await?;
    let mut outcome = Ok(());
    for (name, consumes) in &options.agents {
        outcome = session.bus.set_up_other_agent(name, consumes).await;
        if outcome.is_err() {
            break;
        }
    }
    let place = session.place.clone();
    session.close().await?;
    match outcome {
        Ok(()) => outln!("{place} is set up"),
        Err(error @ BusError::NotStored { .. }) => return Err(UsageError(error.to_string()).into()),
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
