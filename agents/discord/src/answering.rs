//! From an interaction to what it finally shows: one visible answer, or a counted reason why there is none.

use std::sync::Arc;
use std::time::Duration;

use casa24_bus::{Asked, SourceContext};
use casa24_presentation::words::{Locale, Words};
use secrecy::SecretString;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until};

use crate::artists::KnownArtists;
use crate::asking::ask_unless;
use crate::body::Body;
use crate::completion::complete;
use crate::counts::{self, Outcome};
use crate::interaction::{Interaction, Kind};
use crate::known_messages::{Key, KnownMessage, KnownMessages};
use crate::mentions::Mentions;
use crate::pace::Pace;
use crate::press::pressed_view;
use crate::question::Question;
use crate::rest::{Call, Fault, Rest};
use crate::servers::{self, KnownServers};
use crate::shown::{Shown, deferral};
use crate::view::{View, Way};

/// How long an answer may take before a message is promised instead.
const DEFER_AFTER: Duration = Duration::from_millis(700);
/// How long Discord waits for the first answer.
const FIRST_WITHIN: Duration = Duration::from_secs(3);
/// How long the token of an interaction is good for, with some seconds for the way.
const TOKEN_FOR: Duration = Duration::from_secs(15 * 60 - 10);
/// How long a question is asked again: then there is still time to say that there is no answer.
const ASK_FOR: Duration = Duration::from_secs(14 * 60);
/// How long the artists are waited for whose names are completed; Discord waits no longer than 3 s.
const COMPLETE_WITHIN: Duration = Duration::from_millis(2_500);

/// How long the artists are waited for that controls name.
const ARTISTS_WITHIN: Duration = Duration::from_millis(1_500);

/// How long a change of settings may take: then there is time left to say that it failed.
const SET_WITHIN: Duration = Duration::from_millis(2_200);

/// The command whose answer names the others.
const HELP: &str = "help";

/// How the first answer reaches Discord.
#[derive(Debug)]
pub(crate) enum WayBack {
    /// By a request of our own.
    Callback,
    /// In the response to Discord's request.
    Response(oneshot::Sender<Body>),
}

/// What answering needs; shared by all interactions.
#[derive(Debug)]
pub(crate) struct Answering {
    context: SourceContext,
    rest: Rest,
    artists: KnownArtists,
    messages: KnownMessages,
    servers: Arc<KnownServers>,
    mentions: Mentions,
    pace: Pace,
}

impl Answering {
    pub(crate) fn new(
        context: SourceContext,
        rest: Rest,
        servers: Arc<KnownServers>,
        token: Option<SecretString>,
    ) -> Self {
        let (artists, messages) = (KnownArtists::default(), KnownMessages::default());
        let (mentions, pace) = (Mentions::new(token), Pace::default());
        Self { context, rest, artists, messages, servers, mentions, pace }
    }

    /// Answers an interaction that came at a moment, and counts what became of it.
    pub(crate) async fn answer(self: Arc<Self>, mut interaction: Interaction, came: Instant, back: WayBack) {
        let mut pressed = String::new();
        let settings = self.servers.settings_of(&interaction);
        if let Some(language) = settings.as_deref().and_then(|settings| settings.language.clone()) {
            interaction.guild_locale = Some(language);
        }
        let outcome = match interaction.kind() {
            Kind::Command | Kind::Press if !self.servers.may_ask(&interaction) => {
                let shown = servers::not_open(&interaction);
                let sent = self.first(&interaction, shown.first(), came, back).await;
                Outcome::of(&shown, sent)
            }
            Kind::Completion if !self.servers.may_ask(&interaction) => Outcome::NotOffered,
            Kind::Command | Kind::Press if self.is_too_fast(&interaction, came) => {
                let locale = interaction.locale.as_deref().map(Locale::best_for).unwrap_or_default();
                let shown = Shown::too_fast(Words::of(locale));
                let sent = self.first(&interaction, shown.first(), came, back).await;
                sent.map_or_else(Outcome::Dropped, |()| Outcome::TooFast)
            }
            Kind::Command if servers::is_setting(interaction.command()) => {
                let shown = servers::set(&self.context, &self.servers, &interaction, came + SET_WITHIN).await;
                let sent = self.first(&interaction, shown.first(), came, back).await;
                sent.map_or_else(Outcome::Dropped, |()| Outcome::Answered)
            }
            Kind::Command => {
                let time_zone = settings.as_deref().and_then(|settings| settings.time_zone.as_deref());
                match Question::of(&interaction, time_zone) {
                    None => Outcome::NotOffered,
                    Some(question) => {
                        let view = View { settings, ..View::default() };
                        self.answer_question(&interaction, question, view, came, back).await
                    }
                }
            }
            Kind::Press => {
                let artists = self.artists.current(&self.context, came + ARTISTS_WITHIN).await;
                match pressed_view(&interaction, artists, settings) {
                    Ok(Some((question, view))) => {
                        pressed = question.command.name.clone();
                        self.answer_question(&interaction, question, view, came, back).await
                    }
                    Ok(None) => Outcome::NotOffered,
                    Err(shown) => {
                        let sent = self.first(&interaction, shown.first(), came, back).await;
                        Outcome::of(&shown, sent)
                    }
                }
            }
            Kind::Completion => {
                let artists = self.artists.current(&self.context, came + COMPLETE_WITHIN).await;
                let first = settings.as_deref().map_or(&[][..], |settings| &settings.artists);
                let choices = complete(&interaction, artists.unwrap_or_default().names(), first);
                let sent = self.first(&interaction, choices, came, back).await;
                // Discord has shown something else meanwhile: who types on asks anew.
                sent.map_or_else(Outcome::Dropped, |()| Outcome::Completed)
            }
            // Only the HTTP endpoint is asked this, and answers by itself.
            Kind::Ping | Kind::Unknown => Outcome::NotOffered,
        };
        let command = if pressed.is_empty() { interaction.command() } else { &pressed };
        counts::count(command, outcome, came.elapsed());
        if let Outcome::Dropped(fault) = outcome {
            tracing::warn!(interaction = interaction.id, command = interaction.command(), %fault, "not answered");
        }
    }

    /// Whether somebody asks too often. What is typed into an option does not count: Discord asks with every letter.
    fn is_too_fast(&self, interaction: &Interaction, came: Instant) -> bool {
        interaction.person().is_some_and(|person| !self.pace.allows(person, came))
    }

    async fn answer_question(
        &self,
        interaction: &Interaction,
        question: Question,
        mut view: View,
        came: Instant,
        back: WayBack,
    ) -> Outcome {
        let way = view.way;
        let asking = async {
            let key = Key::of(&question, &view);
            let known = self.artists.fresh().and_then(|artists| self.messages.get(&key, &artists));
            let tag = known.as_ref().map(|known| &known.tag);
            let asked = ask_unless(&self.context, &question.command, tag, came + ASK_FOR).await;
            let (reply, tag) = match (asked, known) {
                (Some(Asked::Unchanged), Some(known)) => return Arc::clone(&known.shown),
                (Some(Asked::New(reply, tag)), _) => (reply, tag),
                (Some(Asked::Unchanged) | None, _) => return Arc::new(Shown::unavailable(&question)),
            };
            // Who answers this answers that at once; without it, controls name no artist.
            let artists = self.artists.current(&self.context, Instant::now() + ARTISTS_WITHIN).await;
            let is_known = artists.is_some();
            view.artists = artists.unwrap_or_default();
            let names_commands = question.command.name == HELP;
            if names_commands {
                view.commands = self.mentions.current(&self.rest, &interaction.application_id).await;
            }
            let shown = Arc::new(Shown::of(reply, &question, &view));
            // Names that can be clicked change without the answer.
            if let Some(tag) = tag.filter(|_| is_known && !names_commands) {
                let (artists, shown) = (Arc::clone(&view.artists), Arc::clone(&shown));
                self.messages.keep(key, KnownMessage { tag, artists, shown });
            }
            shown
        };
        tokio::pin!(asking);
        let shown = tokio::select! {
            biased;
            shown = &mut asking => Some(shown),
            () = sleep_until(came + DEFER_AFTER) => None,
        };
        let token_until = came + TOKEN_FOR;
        if let Some(shown) = shown {
            let sent = match self.first(interaction, shown.first(), came, back).await {
                // Discord repeats what an earlier process has promised a message for, or answered.
                Err(Fault::Acknowledged { by_us: false }) => {
                    self.finish(interaction, &shown, way, token_until).await
                }
                sent => sent,
            };
            return Outcome::of(&shown, sent);
        }
        match self.first(interaction, deferral(way), came, back).await {
            Ok(()) | Err(Fault::Acknowledged { .. }) => {}
            Err(fault) => return Outcome::Dropped(fault),
        }
        let shown = asking.await;
        let sent = self.finish(interaction, &shown, way, token_until).await;
        Outcome::of(&shown, sent)
    }

    /// Shows a message in place of one that was promised, or shown.
    async fn finish(
        &self,
        interaction: &Interaction,
        shown: &Shown,
        way: Way,
        by: Instant,
    ) -> Result<(), Fault> {
        match (way, shown.is_private) {
            (Way::New, true) => self.privately(interaction, shown, by).await,
            // What everybody sees stays as it is.
            (Way::InPlace, true) => self.rest.call(interaction, Call::FollowUp(&shown.follow_up()), by).await,
            (_, false) | (Way::Private, true) => {
                self.rest.call(interaction, Call::Edit(&shown.edit()), by).await
            }
        }
    }

    /// The promised message would be seen by everybody: it is taken back, and the asker gets one of their own. In this
    /// order, because Discord makes the first message after a promise the promised one.
    async fn privately(&self, interaction: &Interaction, shown: &Shown, by: Instant) -> Result<(), Fault> {
        self.rest.call(interaction, Call::Delete, by).await?;
        // One that may have arrived is sent again too: the same error twice is better than none.
        self.rest.call(interaction, Call::FollowUp(&shown.follow_up()), by).await
    }

    /// Gives the first answer.
    async fn first(
        &self,
        interaction: &Interaction,
        body: Body,
        came: Instant,
        back: WayBack,
    ) -> Result<(), Fault> {
        let sent = match back {
            WayBack::Callback => {
                match self.rest.call(interaction, Call::First(&body), came + FIRST_WITHIN).await {
                    Err(Fault::Acknowledged { by_us: true }) => Ok(()),
                    sent => sent,
                }
            }
            // Discord's connection is gone, and with it the interaction.
            WayBack::Response(response) => response.send(body).map_err(|_| Fault::OutOfTime),
        };
        if sent.is_ok() {
            counts::first_response(came.elapsed());
        }
        sent
    }
}
