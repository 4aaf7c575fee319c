//! The answer to any command: the question checked, the right file asked, data and message put together.

use casa24_schemas::{Command, Date, Observed, Platform, Reply};
use serde::Serialize;
use serde_json::Value as Json;

use super::library::{Library, View};
use super::{artist, battle, growth, leaderboard, predict, stats};
use crate::discord::{self, Embed};
use crate::error::QuestionError;
use crate::question::Question;
use crate::text;

/// Colour of the bar beside a message that says what is wrong with a question.
const ERROR_COLOUR: u32 = 0xC0_39_2B;

/// What every answer's message says of itself when its figures are made up.
const SAMPLE: &str = "sample data";

/// Answers a command. What is wrong with the question is part of the reply: this never fails.
pub fn answer(command: &Command, library: &Library<'_>) -> Reply {
    let (data, message, error) = match answered(command, *library) {
        Ok(Answer { data, embed }) => (data, discord::message(&embed, false), None),
        Err(error) => (Json::Null, refusal(&error, library.is_sample()), Some(error.to_string())),
    };
    Reply { command_id: command.id.clone(), name: command.name.clone(), data, message, error }
}

fn answered(command: &Command, library: Library<'_>) -> Result<Answer, QuestionError> {
    let question = Question::of(command)?;
    let view = library.view(command.as_of)?;
    match question {
        Question::Stats => Ok(stats::answer(&view)),
        Question::Artist { name } => artist::answer(&view, &name),
        Question::Growth { artist, period_days } => growth::answer(&view, artist.as_deref(), period_days),
        Question::Predict { artist, days } => predict::answer(&view, artist.as_deref(), days),
        Question::Battle { artist1, artist2, platform } => {
            battle::answer(&view, &artist1, &artist2, platform.as_ref())
        }
        Question::Leaderboard { ranking } => Ok(leaderboard::answer(&view, &ranking)),
    }
}

/// An answer before it becomes a reply.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    data: Json,
    embed: Embed,
}

impl Answer {
    /// The answer of these figures and this embed. Figures that are made up are marked at both ends of it.
    pub(crate) fn new<D: Serialize>(data: &D, mut embed: Embed, sample: bool) -> Self {
        if sample {
            embed.description.insert(0, format!("*{SAMPLE}: fictional artists, made-up figures*"));
            embed.footer.push(SAMPLE.to_owned());
        }
        // Data are plain structs of texts and finite numbers: serializing them does not fail.
        Self { data: serde_json::to_value(data).unwrap_or_default(), embed }
    }
}

/// What every answer's data begins with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Head {
    /// Name of the command.
    pub command: &'static str,
    /// The day that the answer is about.
    pub as_of: super::Day,
    /// The newest observation that was used.
    pub generated_at: Option<Observed>,
    /// Whether any figure is made up for a demonstration.
    pub sample: bool,
}

impl Head {
    /// The head of an answer from these artists.
    pub(crate) fn new<'a>(
        command: &'static str,
        view: &View<'a>,
        artists: &[super::library::Known<'a>],
    ) -> Self {
        let (as_of, generated_at) = (super::Day(view.as_of), view.generated_at(artists));
        Self { command, as_of, generated_at, sample: artists.iter().any(|known| known.sample()) }
    }
}

/// Parts of a footer: the day, the platforms that the figures come from, the method in a few words.
pub(crate) fn footer<'p>(
    as_of: Date,
    platforms: impl IntoIterator<Item = &'p Platform>,
    method: &str,
) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for platform in platforms {
        let name = text::platform_label(platform);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let mut parts = vec![format!("as of {}", text::day(as_of))];
    parts.extend((!names.is_empty()).then(|| names.join(", ")));
    parts.push(method.to_owned());
    parts
}

fn refusal(error: &QuestionError, sample: bool) -> Json {
    let embed = Embed {
        title: "This could not be answered".to_owned(),
        colour: ERROR_COLOUR,
        description: vec![discord::escape(&error.to_string())],
        sections: Vec::new(),
        footer: sample.then(|| SAMPLE.to_owned()).into_iter().collect(),
    };
    discord::message(&embed, true)
}
