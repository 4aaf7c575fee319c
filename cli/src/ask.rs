//! `ask`: a command as Discord would send it, answered in the terminal.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context;
use casa24_bus::{Bus, BusError, Shutdown};
use casa24_responder::Responder;
use casa24_schemas::{Command, Reply};
use serde_json::json;

use crate::card;
use crate::catch_up::catch_up;
use crate::cli::Ask;
use crate::output::Output;
use crate::run::AgentSet;
use crate::session::Session;
use crate::settings::Settings;
use crate::terminal::{self, UsageError};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long one responder may take.
const PATIENCE_ONCE: Duration = Duration::from_secs(5);

/// Media type of pictures.
const PNG: &str = "image/png";

/// Pause before a question is asked again.
const PAUSE: Duration = Duration::from_millis(50);

/// Asks and prints the answer.
pub(crate) async fn ask(settings: &Settings, options: &Ask) -> anyhow::Result<()> {
    let mut command = casa24_responder::parse(&question_id(), &options.words.join(" "))
        .map_err(|error| UsageError(error.to_string()))?;
    command.as_of = options.as_of;
    command.image = options.image.is_some();
    let session = Session::open(settings, "ask").await?;
    let reply = answer(&session.bus, &command).await;
    let closed = session.close().await;
    let reply = reply?;
    closed?;
    if options.json {
        let answer = json!({ "data": reply.data, "message": reply.message });
        anstream::println!("{}", serde_json::to_string_pretty(&answer)?);
    } else if reply.error.is_none() {
        anstream::print!("{}", card::draw(&reply.message, terminal::width(), terminal::has_colour()));
    }
    match (&reply.error, &options.image) {
        (Some(error), _) => Err(UsageError(error.clone()).into()),
        (None, Some(file)) => save_picture(&reply, file),
        (None, None) => Ok(()),
    }
}

/// Writes the picture of an answer.
fn save_picture(reply: &Reply, file: &Path) -> anyhow::Result<()> {
    let picture = reply.files.iter().find(|file| file.content_type == PNG);
    let picture = picture
        .ok_or_else(|| anyhow::anyhow!("this answer has no picture: {} was not written", file.display()))?;
    let mut output = Output::open(Some(file))?;
    output.write_all(&picture.bytes).with_context(|| format!("cannot write {}", file.display()))?;
    output.finish()?;
    anstream::eprintln!("wrote {}", terminal::printable(&file.display().to_string()));
    Ok(())
}

/// The answer of a responder that runs, or of one that is started for it. A question that was handed to a responder
/// which left without answering is asked again.
async fn answer(bus: &Bus, command: &Command) -> anyhow::Result<Reply> {
    let deadline = Instant::now() + PATIENCE;
    let shutdown = Shutdown::default();
    let mut own: Option<AgentSet> = None;
    let reply = loop {
        match bus.ask(command, PATIENCE_ONCE).await {
            Err(BusError::NobodyListens { .. }) if own.is_none() => {
                catch_up(bus).await?;
                own = Some(AgentSet::start(bus, vec![Responder::runner()], &shutdown).await);
            }
            Err(BusError::NobodyListens { .. } | BusError::Request { .. }) if Instant::now() < deadline => {
                tokio::time::sleep(PAUSE).await
            }
            answered => break answered.context("no answer"),
        }
    };
    if let Some(agents) = own {
        agents.stop().await?;
    }
    reply
}

/// An id for the question, as an interaction has in Discord.
fn question_id() -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    format!("ask-{}-{}", std::process::id(), now.as_nanos())
}
