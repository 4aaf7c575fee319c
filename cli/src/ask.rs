//! `ask`: a command as Discord would send it, answered in the terminal, as JSON, as a page or as a picture.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context;
use casa24_answers::{Refusal, parse};
use casa24_bus::{Bus, BusError, Shutdown};
use casa24_presentation::card::{Card, Outside};
use casa24_presentation::discord::{Artists, Showing};
use casa24_presentation::words::{Locale, Words};
use casa24_presentation::{cards, discord, html, plain, terminal};
use casa24_responder::{Reply, Responder};
use casa24_schemas::{Command, ImageType, ReplyFile, RosterEntry};
use serde_json::json;

use crate::agents::Rules;
use crate::catch_up::catch_up;
use crate::cli::Ask;
use crate::explain;
use crate::known_by::{self, Answered};
use crate::output::Output;
use crate::run::AgentSet;
use crate::session::Session;
use crate::settings::Settings;
use crate::streams::{errln, out, outln};
use crate::terminal::{UsageError, counted, has_colour, printable, width};

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
    let mut command = match parse(&question_id(), &options.words.join(" ")) {
        Ok(command) => command,
        Err(refusal) => return Err(refused(&refusal, false, options, words)),
    };
    command.as_of = options.as_of;
    command.locale = Some(words.locale().as_str().to_owned());
    command.time_zone = options.time_zone.as_ref().map(|zone| zone.name().to_owned());
    // A page shows shapes, which its reader can enlarge.
    let svg = options.html.iter().map(|_| ImageType::Svg);
    let image = options.image.iter().map(|file| image_type(file));
    let with_picture = |image_type| Command { id: question_id(), image: true, image_type, ..command.clone() };
    let mut commands: Vec<Command> = svg.chain(image).map(with_picture).collect();
    if commands.is_empty() {
        commands.push(command);
    }
    let session = Session::open(settings, "ask").await?;
    let replies = match options.known_by {
        Some(known_by) => {
            let answered = known_by::answers(&session.bus, &settings.rules, &commands, known_by).await;
            answered.map(|Answered { replies, num_left_out }| {
                let left_out = counted(num_left_out, "later correction is", "later corrections are");
                errln!("known by {known_by}: {left_out} left out");
                replies
            })
        }
        None => answers(&session.bus, &settings.rules, &commands).await,
    };
    let artists = if options.json { artists(&session.bus).await } else { Artists::default() };
    let explained = match replies.as_ref().ok().and_then(|replies| replies.first()?.answer.as_deref()) {
        Some(answer) if options.explain => {
            let question = commands.first().context("no question")?;
            Some(
                explain::explanation(&session.bus, &settings.rules, question, answer, options.known_by).await,
            )
        }
        _ => None,
    };
    let closed = session.close().await;
    let replies = replies?;
    let explained = explained.transpose()?;
    closed?;
    let reply = replies.first().context("no answer")?;
    let card = match &reply.refusal {
        // What can be asked does not depend on figures.
        Some(Refusal::NothingCollected) if reply.name == "help" => cards::commands_card(words),
        Some(refusal) => return Err(refused(refusal, reply.sample, options, words)),
        None => card(reply, words)?,
    };
    // Opened before anything is said: a folder that cannot be written is no surprise after the answer.
    let page = options.html.as_deref().map(Saved::open).transpose()?;
    let picture = options.image.as_deref().map(Saved::open).transpose()?;
    if options.json {
        let question = commands.first();
        let showing = Showing { question, artists: Some(&artists), ..Showing::default() };
        let message = discord::message_showing(&card, words, &showing);
        let mut answer = json!({ "data": reply.answer, "message": message });
        if let Some(explained) = &explained {
            answer["explanation"] = serde_json::to_value(explained)?;
        }
        print_json(&answer)?;
    } else {
        out!("{}", terminal::draw(&card, words, width(), has_colour()));
        if let Some(explained) = &explained {
            let card = cards::explanation_card(explained, words);
            out!("{}", terminal::draw(&card, words, width(), has_colour()));
        }
    }
    if let Some(page) = page {
        let chart = reply.files.iter().find_map(inline_picture);
        page.write(html::page(&card, words, chart.as_deref()).as_bytes())?;
    }
    if let Some(picture) = picture {
        // It was asked for last.
        let found = replies.last().and_then(|reply| reply.files.first());
        let found = found.with_context(|| {
            format!("this answer has no picture: {} was not written", picture.file.display())
        })?;
        picture.write(&found.bytes)?;
    }
    Ok(())
}

/// The error of a question that is refused; as JSON it is printed too.
fn refused(refusal: &Refusal, sample: bool, options: &Ask, words: &Words) -> anyhow::Error {
    if options.json {
        let message = discord::message(&cards::refusal_card(refusal, sample, words), words);
        let answer = json!({ "data": null, "message": message, "refusal": refusal });
        if let Err(error) = print_json(&answer) {
            return error;
        }
    }
    UsageError(plain(&cards::refusal_line(refusal, words), words)).into()
}

fn print_json(answer: &serde_json::Value) -> anyhow::Result<()> {
    outln!("{}", serde_json::to_string_pretty(answer)?);
    Ok(())
}

/// The card of a reply that has an answer.
fn card(reply: &Reply, words: &Words) -> anyhow::Result<Card> {
    let answer = reply.answer.as_ref().context("the responder sent neither an answer nor a refusal")?;
    let mut card = cards::card(answer, words);
    let picture = reply.files.first();
    card.picture = picture.map(|file| file.name.clone());
    card.picture_text = picture.and_then(|file| file.alt.as_deref()).map(Outside::new);
    Ok(card)
}

/// The artists that the controls of a message offer: those of the roster. Without one, the message has no controls that
/// name artists.
async fn artists(bus: &Bus) -> Artists {
    let entries = bus.newest::<RosterEntry>("roster.*").await.unwrap_or_default();
    let active = entries.into_iter().map(|stored| stored.event).filter(|entry| entry.active);
    Artists::new(active.map(|entry| entry.artist))
}

/// The terminal's locale, as POSIX names it.
fn surroundings_locale() -> Option<String> {
    let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(set)
}

/// The kind of picture that a file name asks for.
fn image_type(file: &Path) -> ImageType {
    let is_svg = file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("svg"));
    if is_svg { ImageType::Svg } else { ImageType::Png }
}

/// A picture as an element of a page.
fn inline_picture(file: &ReplyFile) -> Option<String> {
    let svg = file.content_type == "image/svg+xml";
    svg.then(|| String::from_utf8(file.bytes.clone()).ok()).flatten()
}

/// A file that is written once the answer is there.
struct Saved<'a> {
    file: &'a Path,
    output: Output,
}

impl<'a> Saved<'a> {
    fn open(file: &'a Path) -> anyhow::Result<Self> {
        Ok(Self { file, output: Output::open(Some(file))? })
    }

    fn write(mut self, bytes: &[u8]) -> anyhow::Result<()> {
        let file = self.file.display().to_string();
        self.output.write_all(bytes).with_context(|| format!("cannot write {file}"))?;
        self.output.finish()?;
        errln!("wrote {}", printable(&file));
        Ok(())
    }
}

/// The answers of a responder that runs, or of one that is started for them.
async fn answers(bus: &Bus, rules: &Rules, commands: &[Command]) -> anyhow::Result<Vec<Reply>> {
    let deadline = Instant::now() + PATIENCE;
    let mut own: Option<AgentSet> = None;
    let asked: anyhow::Result<Vec<Reply>> = async {
        let mut replies = Vec::new();
        for command in commands {
            replies.push(answer(bus, rules, command, &mut own, deadline).await?);
        }
        Ok(replies)
    }
    .await;
    if let Some(agents) = own {
        agents.stop().await?;
    }
    asked
}

/// The answer to one question. One that was handed to a responder which left without answering is asked again.
async fn answer(
    bus: &Bus,
    rules: &Rules,
    command: &Command,
    own: &mut Option<AgentSet>,
    deadline: Instant,
) -> anyhow::Result<Reply> {
    loop {
        match bus.ask(command, PATIENCE_ONCE).await {
            Err(BusError::NobodyListens { .. }) if own.is_none() => {
                catch_up(bus, rules).await?;
                let shutdown = Shutdown::default();
                let responder = Responder::runner(rules.trends, rules.time_zone.clone());
                *own = Some(AgentSet::start(bus, vec![responder], &shutdown).await);
            }
            Err(BusError::NobodyListens { .. } | BusError::Request { .. }) if Instant::now() < deadline => {
                tokio::time::sleep(PAUSE).await
            }
            answered => return answered.context("no answer"),
        }
    }
}

/// An id for the question, as an interaction has in Discord.
fn question_id() -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    format!("ask-{}-{}", std::process::id(), now.as_nanos())
}
