//! Logging: to standard error, at the level that LOG_LEVEL says.

use std::str::FromStr;

use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::repeated::Repeated;
use crate::settings::Settings;
use crate::terminal::UsageError;

/// Warnings of all crates, and information of our own; the bus reports what the NATS client says.
const DEFAULT: &str = "warn,async_nats=off,casa24=info";

/// Starts logging.
pub(crate) fn start(settings: &Settings) -> anyhow::Result<()> {
    let levels = settings.log_level.as_deref().unwrap_or(DEFAULT).to_lowercase();
    let filter = Targets::from_str(&levels).map_err(|error| {
        UsageError(format!(
            "LOG_LEVEL is {levels:?}: {error}; set error, warn, info, debug, trace, or target=level"
        ))
    })?;
    let colour = anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never;
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(colour);
    // Whoever looks for a fault sees everything.
    let lines = if settings.log_level.is_none() {
        lines.with_filter(Repeated::default()).boxed()
    } else {
        lines.boxed()
    };
    tracing_subscriber::registry().with(filter).with(lines).init();
    // A panic in an agent is survived by the harness: it belongs in the log, with its place.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, ToString::to_string);
        let payload = panic.payload();
        let text = payload
            .downcast_ref::<&str>()
            .copied()
            .or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        tracing::error!(place, "panic: {}", text.unwrap_or("without a message"));
    }));
    Ok(())
}
