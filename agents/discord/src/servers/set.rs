//! The commands by which a server's people see and change what is set there.

use casa24_answers::{Answer, TimeZone};
use casa24_bus::{BusError, SourceContext, SourceError};
use casa24_presentation::cards::{self, ServerFault, server_card, server_fault_card};
use casa24_presentation::discord::{language_of, weekday_of};
use casa24_presentation::words::{Locale, Words};
use casa24_schemas::{
    AlertSettings, Command, Observed, OptionValue, Post, PostKind, PostState, ReportSettings, ServerSettings,
    TrendKind,
};
use serde_json::Value as Json;
use time::OffsetDateTime;
use tokio::time::{Instant, timeout_at};

use crate::asking::ask;
use crate::interaction::Interaction;
use crate::shown::Shown;

use super::known::KnownServers;

/// Most artists that a server can choose.
const MAX_ARTISTS: u32 = 25;
/// What stands for no choice.
const ALL: &str = "all";

/// Why nothing is changed.
enum Fault {
    /// What the asker did.
    Asker(ServerFault),
    /// A name that the label's artists do not answer to, as it is told of any question.
    Artist(Box<Shown>),
    /// The bus is away.
    Away(String),
}

impl From<ServerFault> for Fault {
    fn from(fault: ServerFault) -> Self {
        Self::Asker(fault)
    }
}

impl From<BusError> for Fault {
    fn from(error: BusError) -> Self {
        Self::Away(error.to_string())
    }
}

impl From<SourceError> for Fault {
    fn from(error: SourceError) -> Self {
        Self::Away(error.to_string())
    }
}

/// The commands.
pub(crate) const SETTINGS: [&str; 3] = ["settings", "alerts", "report"];

/// Whether a command is one of these.
pub(crate) fn is_setting(command: &str) -> bool {
    SETTINGS.contains(&command)
}

/// What somebody is told whose server may not ask.
pub(crate) fn not_open(interaction: &Interaction) -> Shown {
    let words = words(interaction);
    Shown::without_controls(&server_fault_card(&ServerFault::NotOpen, words), words)
}

/// Changes what is set, where anything is given, and shows it.
pub(crate) async fn set(
    context: &SourceContext,
    known: &KnownServers,
    interaction: &Interaction,
    by: Instant,
) -> Shown {
    let words = words(interaction);
    let changed = timeout_at(by, changed(context, known, interaction, by)).await;
    match changed {
        Ok(Ok((settings, off))) => Shown::without_controls(&server_card(&settings, &off, words), words),
        Ok(Err(Fault::Asker(fault))) => Shown::without_controls(&server_fault_card(&fault, words), words),
        Ok(Err(Fault::Artist(shown))) => *shown,
        Ok(Err(Fault::Away(error))) => {
            tracing::warn!(error, "settings cannot be changed");
            Shown::unavailable_in(words)
        }
        Err(_) => Shown::unavailable_in(words),
    }
}

fn words(interaction: &Interaction) -> &'static Words {
    Words::of(interaction.locale.as_deref().map(Locale::best_for).unwrap_or_default())
}

async fn changed(
    context: &SourceContext,
    known: &KnownServers,
    interaction: &Interaction,
    by: Instant,
) -> Result<(ServerSettings, Vec<PostKind>), Fault> {
    let server = interaction.guild_id.as_deref().ok_or(ServerFault::NotInServer)?;
    // Discord keeps others from it, unless a server has changed that: then its word counts no more than ours.
    if !interaction.is_by_manager() {
        return Err(ServerFault::NotManager.into());
    }
    let now = Observed::instant(OffsetDateTime::now_utc());
    let stored = context.bus().newest::<ServerSettings>(&format!("server.{server}")).await?;
    let before = stored.into_iter().next().map(|stored| stored.event);
    let before = before.unwrap_or_else(|| ServerSettings::none(server, now));
    let mut after = before.clone();
    let given = Given(interaction);
    match interaction.command() {
        "settings" => set_words(&mut after, context, interaction, by).await?,
        "alerts" => set_alerts(&mut after, &given, now)?,
        _ => set_report(&mut after, &given, now)?,
    }
    if after != before {
        after.changed_at = now;
        context.publish(std::slice::from_ref(&after)).await?;
        known.learn(after.clone());
    }
    let off = switched_off(context, &after).await?;
    Ok((after, off))
}

/// The options of an interaction.
struct Given<'a>(&'a Interaction);

impl Given<'_> {
    fn text(&self, name: &str) -> Option<String> {
        let options = self.0.options();
        let given = options.into_iter().find(|given| given.name == name)?;
        Some(given.value.as_str()?.trim().to_owned())
    }

    fn number(&self, name: &str) -> Option<u8> {
        let options = self.0.options();
        let given = options.into_iter().find(|given| given.name == name)?;
        u8::try_from(given.value.as_u64()?).ok()
    }

    fn is_off(&self) -> bool {
        self.0.options().into_iter().any(|given| given.name == "off" && given.value == Json::Bool(true))
    }

    /// The channel that was chosen, where both may post.
    fn channel(&self) -> Result<Option<String>, ServerFault> {
        let Some(channel) = self.text("channel") else { return Ok(None) };
        match self.0.who_may_post(&channel) {
            (_, false) => Err(ServerFault::CannotPost(channel)),
            (false, _) => Err(ServerFault::MayNotPost(channel)),
            (true, true) => Ok(Some(channel)),
        }
    }
}

async fn set_words(
    settings: &mut ServerSettings,
    context: &SourceContext,
    interaction: &Interaction,
    by: Instant,
) -> Result<(), Fault> {
    let given = Given(interaction);
    if let Some(choice) = given.text("language") {
        settings.language = language_of(&choice).map(|locale| locale.as_str().to_owned());
    }
    if let Some(name) = given.text("time_zone") {
        let zone = TimeZone::named(&name).ok_or(ServerFault::TimeZone(name))?;
        settings.time_zone = Some(zone.name().to_owned());
    }
    if let Some(list) = given.text("artists") {
        settings.artists = artists(context, interaction, &list, by).await?;
    }
    Ok(())
}

/// The artists of a list, as the label writes them.
async fn artists(
    context: &SourceContext,
    interaction: &Interaction,
    list: &str,
    by: Instant,
) -> Result<Vec<String>, Fault> {
    if list.eq_ignore_ascii_case(ALL) {
        return Ok(Vec::new());
    }
    let typed: Vec<&str> = list.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    if typed.len() > MAX_ARTISTS as usize {
        return Err(ServerFault::TooManyArtists(MAX_ARTISTS).into());
    }
    let words = words(interaction);
    let mut found: Vec<String> = Vec::new();
    for name in typed {
        let options = [("name".to_owned(), OptionValue::Text(name.to_owned()))].into();
        let reply = ask(context, &Command::new(&interaction.id, "artist", options), by).await;
        let reply = reply.ok_or_else(|| Fault::Away("nobody tells which artists there are".to_owned()))?;
        match (reply.answer, reply.refusal) {
            (Some(Answer::Artist(artist)), _) if !found.contains(&artist.artist) => found.push(artist.artist),
            (Some(_), _) => {}
            (None, Some(refusal)) => {
                let card = cards::refusal_card(&refusal, reply.sample, words);
                return Err(Fault::Artist(Box::new(Shown::without_controls(&card, words))));
            }
            (None, None) => return Err(Fault::Away("an answer says nothing".to_owned())),
        }
    }
    Ok(found)
}

fn set_alerts(settings: &mut ServerSettings, given: &Given<'_>, now: Observed) -> Result<(), ServerFault> {
    if given.is_off() {
        settings.alerts = None;
        return Ok(());
    }
    let (channel, kinds) = (given.channel()?, given.text("kinds").map(|list| kinds(&list)).transpose()?);
    if channel.is_none() && kinds.is_none() {
        return Ok(());
    }
    let known = settings.alerts.take();
    let since = known.as_ref().filter(|_| channel.is_none()).map_or(now, |known| known.since);
    let before = known.as_ref().map(|known| known.channel.clone());
    let channel = channel.or(before).ok_or(ServerFault::NoChannel)?;
    let kinds = kinds.or(known.map(|known| known.kinds)).unwrap_or_default();
    settings.alerts = Some(AlertSettings { channel, kinds, since });
    settings.locale = given.0.guild_locale.clone();
    Ok(())
}

fn kinds(list: &str) -> Result<Vec<TrendKind>, ServerFault> {
    if list.eq_ignore_ascii_case(ALL) {
        return Ok(Vec::new());
    }
    let typed = list.split(',').map(str::trim).filter(|word| !word.is_empty());
    let kind = |word: &str| {
        let word = word.to_lowercase().replace(' ', "_");
        let known = TrendKind::ALL.iter().find(|kind| kind.as_str() == word);
        known.cloned().ok_or(ServerFault::Kind(word))
    };
    let mut kinds = typed.map(kind).collect::<Result<Vec<_>, _>>()?;
    kinds.sort();
    kinds.dedup();
    Ok(kinds)
}

fn set_report(settings: &mut ServerSettings, given: &Given<'_>, now: Observed) -> Result<(), ServerFault> {
    if given.is_off() {
        settings.report = None;
        return Ok(());
    }
    let (channel, weekday) = (given.channel()?, given.text("weekday").and_then(|word| weekday_of(&word)));
    let hour = given.number("hour").filter(|hour| *hour < 24);
    if channel.is_none() && weekday.is_none() && hour.is_none() {
        return Ok(());
    }
    let known = settings.report.take();
    let before = known.as_ref().map(|known| known.channel.clone());
    let channel = channel.or(before).ok_or(ServerFault::NoChannel)?;
    let weekday = weekday.or(known.as_ref().map(|known| known.weekday)).ok_or(ServerFault::NoTime)?;
    let hour = hour.or(known.as_ref().map(|known| known.hour)).ok_or(ServerFault::NoTime)?;
    settings.report = Some(ReportSettings { channel, weekday, hour, since: now });
    settings.locale = given.0.guild_locale.clone();
    Ok(())
}

/// The posts that are switched off because Discord refused them for a day since they were set.
async fn switched_off(context: &SourceContext, settings: &ServerSettings) -> Result<Vec<PostKind>, Fault> {
    let posts = context.bus().newest::<Post>(&format!("post.{}.>", settings.server)).await?;
    let given_up = posts.iter().map(|stored| &stored.event).filter(|post| post.state == PostState::GivenUp);
    let mut off: Vec<PostKind> =
        given_up.filter(|post| crate::posts::is_of(post, settings)).map(|post| post.kind).collect();
    off.sort_unstable();
    off.dedup();
    Ok(off)
}
