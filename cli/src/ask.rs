//! `ask`: a command as Discord would send it, answered in the terminal, as JSON, as a page or as a picture.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context;
use casa24_answers::parse;
use casa24_bus::{Bus, BusError, Shutdown};
use casa24_presentation::card::Card;
use casa24_presentation::words::{Locale, Words};
use casa24_presentation::{cards, discord, html, plain, terminal};
use casa24_responder::{Reply, Responder};
use casa24_schemas::{Command, ImageType, ReplyFile};
use serde_json::json;

use crate::catch_up::catch_up;
use crate::cli::Ask;
use crate::output::Output;
use crate::run::AgentSet;
use crate::session::Session;
use crate::settings::Settings;
use crate::terminal::{UsageError, has_colour, printable, width};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long one responder may take.
const PATIENCE_ONCE: Duration = Duration::from_secs(5);

/// Pause before a question is asked again.
const PAUSE: Duration = Duration::from_millis(50);

/// Asks and prints the answer.
pub(crate) async fn ask(settings: &Settings, options: &Ask) -> anyhow::Result<()> {
    let locale = options.locale.clone().or_else(surroundings_locale).unwrap_or_default();
    let words = Words::of(Locale::best_for(&locale));
    let mut command = parse(&question_id(), &options.words.join(" "))
        .map_err(|refusal| UsageError(plain(&cards::refusal_line(&refusal, words), words)))?;
    command.as_of = options.as_of;
    command.locale = Some(words.locale().as_str().to_owned());
    command.image = options.image.is_some() || options.html.is_some();
    // A page shows shapes; where a PNG is asked for too, it shows that.
    command.image_type = if options.image.is_some() { ImageType::Png } else { ImageType::Svg };
    let session = Session::open(settings, "ask").await?;
    let reply = answer(&session.bus, &command).await;
    let closed = session.close().await;
    let reply = reply?;
    closed?;
    let card = card(&reply, words)?;
    if options.json {
        let message = discord::message(&card, words);
        let mut answer = json!({ "data": reply.answer, "message": message });
        if let Some(refusal) = &reply.refusal {
            answer["refusal"] = serde_json::to_value(refusal)?;
        }
        anstream::println!("{}", serde_json::to_string_pretty(&answer)?);
    } else if reply.refusal.is_none() {
        anstream::print!("{}", terminal::draw(&card, words, width(), has_colour()));
    }
    if let Some(refusal) = &reply.refusal {
        return Err(UsageError(plain(&cards::refusal_line(refusal, words), words)).into());
    }
    if let Some(file) = &options.html {
        let chart = reply.files.iter().find_map(inline_picture);
        save(file, html::page(&card, words, chart.as_deref()).as_bytes())?;
    }
    match &options.image {
        Some(file) => save_picture(&reply, file),
        None => Ok(()),
    }
}

/// The card of a reply.
fn card(reply: &Reply, words: &Words) -> anyhow::Result<Card> {
    let mut card = match (&reply.answer, &reply.refusal) {
        (Some(answer), _) => cards::card(answer, words),
        (None, Some(refusal)) => cards::refusal_card(refusal, reply.sample, words),
        (None, None) => anyhow::bail!("the responder sent neither an answer nor a refusal"),
    };
    card.picture = reply.files.first().map(|file| file.name.clone());
    Ok(card)
}

/// The terminal's locale, as POSIX names it.
fn surroundings_locale() -> Option<String> {
    let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(set)
}

/// A picture as an element of a page.
fn inline_picture(file: &ReplyFile) -> Option<String> {
    let svg = file.content_type == "image/svg+xml";
    svg.then(|| String::from_utf8(file.bytes.clone()).ok()).flatten()
}

/// Writes the picture of an answer.
fn save_picture(reply: &Reply, file: &Path) -> anyhow::Result<()> {
    let picture = reply.files.iter().find(|file| file.content_type == "image/png");
    let picture = picture
        .ok_or_else(|| anyhow::anyhow!("this answer has no picture: {} was not written", file.display()))?;
    save(file, &picture.bytes)
}

fn save(file: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let mut output = Output::open(Some(file))?;
    output.write_all(bytes).with_context(|| format!("cannot write {}", file.display()))?;
    output.finish()?;
    anstream::eprintln!("wrote {}", printable(&file.display().to_string()));
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
