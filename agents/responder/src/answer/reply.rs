//! The answer to any command: the question checked, the right file asked, data and message put together.

use casa24_bus::Asked;
use casa24_schemas::{Command, MAX_FILE_BYTES, ReplyFile};
use serde_json::{Value as Json, json};

use super::frame::{Answer, SAMPLE};
use super::library::Library;
use super::{accuracy, artist, battle, growth, leaderboard, predict, stats};
use crate::chart::{ChartError, Picture};
use crate::discord::{self, Embed};
use crate::error::QuestionError;
use crate::question::Question;

/// Name of the file that holds an answer's chart.
const CHART: &str = "chart.png";

/// Colour of the bar beside a message that says what is wrong with a question.
const ERROR_COLOUR: u32 = 0xC0_39_2B;

/// An answer, or what is wrong with the question, as data and as a Discord message.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// Id of the command that is answered.
    pub command_id: String,
    /// Name of the command that is answered.
    pub name: String,
    /// The figures; null where the question could not be answered.
    pub data: Json,
    /// Body of the Discord message.
    pub message: Json,
    /// What was wrong with the question, in words for the asker.
    pub error: Option<String>,
    /// Files that the message shows as `attachment://{name}`.
    pub files: Vec<ReplyFile>,
}

impl From<Reply> for Asked {
    fn from(reply: Reply) -> Self {
        let (answer, refusal) = match reply.error {
            None => (Some(json!({ "data": reply.data, "message": reply.message })), None),
            Some(error) => (None, Some(json!({ "error": error, "message": reply.message }))),
        };
        Self {
            command_id: reply.command_id,
            name: reply.name,
            as_of: None,
            generated_at: None,
            sample: false,
            sources: Vec::new(),
            answer,
            refusal,
            files: reply.files,
        }
    }
}

/// Answers a command. What is wrong with the question is part of the reply: this never fails.
pub fn answer(command: &Command, library: &Library<'_>) -> Reply {
    let mut files = Vec::new();
    let (data, message, error) = match answered(command, *library) {
        Ok(Answer { data, mut embed, picture }) => {
            if let Some(picture) = picture {
                match drawn(&picture) {
                    Ok(file) => {
                        embed.image = Some(file.name.clone());
                        files.push(file);
                    }
                    Err(error) => embed.description.push(format!("*no chart: {error}*")),
                }
            }
            (data, discord::message(&embed, false), None)
        }
        Err(error) => (Json::Null, refusal(&error, library.is_sample()), Some(error.to_string())),
    };
    Reply { command_id: command.id.clone(), name: command.name.clone(), data, message, error, files }
}

/// A picture as a file that a reply may carry.
fn drawn(picture: &Picture) -> Result<ReplyFile, ChartError> {
    let bytes = picture.png()?;
    if bytes.len() > MAX_FILE_BYTES {
        return Err(ChartError::Size);
    }
    Ok(ReplyFile { name: CHART.to_owned(), content_type: "image/png".to_owned(), bytes })
}

fn answered(command: &Command, library: Library<'_>) -> Result<Answer, QuestionError> {
    let question = Question::of(command)?;
    let view = library.view(command.as_of)?;
    match question {
        Question::Stats => Ok(stats::answer(&view)),
        Question::Artist { name } => artist::answer(&view, &name),
        Question::Growth { artist, period_days } => growth::answer(&view, artist.as_deref(), period_days),
        Question::Predict { artist, days, series, models, goal } => {
            let asked = predict::Asked { artist, days, series, models, goal, image: command.image };
            predict::answer(&view, &asked)
        }
        Question::Accuracy { artist, days, model } => accuracy::answer(&view, artist.as_deref(), model, days),
        Question::Battle { artist1, artist2, platform } => {
            battle::answer(&view, &artist1, &artist2, platform.as_ref())
        }
        Question::Leaderboard { ranking } => Ok(leaderboard::answer(&view, &ranking)),
    }
}

fn refusal(error: &QuestionError, sample: bool) -> Json {
    let embed = Embed {
        title: "This could not be answered".to_owned(),
        colour: ERROR_COLOUR,
        description: vec![discord::escape(&error.to_string())],
        sections: Vec::new(),
        image: None,
        footer: sample.then(|| SAMPLE.to_owned()).into_iter().collect(),
    };
    discord::message(&embed, true)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::fixture::{FOLLOWERS, Fixture, LISTENERS, SUBSCRIBERS, TODAY, text_of};
    use super::super::{TotalForecasts, Trained};
    use super::*;

    /// A question of every command.
    const LINES: [&str; 7] = [
        "stats",
        "artist name:Luz",
        "growth",
        "predict",
        "accuracy",
        "battle artist1:Luz artist2:Mar",
        "leaderboard metric:total-reach",
    ];

    fn label(sample: bool) -> Fixture {
        let mut label = Fixture { sample, ..Fixture::default() };
        for artist in ["Luz", "Mar"] {
            label.put_all(artist, LISTENERS, &[("2025-09-23", 100.0), (TODAY, 120.0)]);
        }
        label
    }

    #[test]
    fn every_answer_from_made_up_figures_says_so_at_both_ends() {
        for line in LINES.into_iter().chain(["artist name:nobody"]) {
            let reply = label(true).ask(line);
            assert!(text_of(&reply).ends_with("sample data"), "{line}");
            let description = &reply.message["embeds"][0]["description"];
            assert!(
                reply.error.is_some() || description.as_str().unwrap().starts_with("*sample data"),
                "{line}"
            );
            assert!(!text_of(&label(false).ask(line)).contains("sample"), "{line}");
        }
    }

    #[test]
    fn every_answer_begins_with_what_it_is_made_from() {
        for line in LINES {
            let data = label(false).data(line);
            assert_eq!(data["command"], line.split(' ').next().unwrap());
            assert_eq!((&data["as_of"], &data["generated_at"]), (&TODAY.into(), &TODAY.into()), "{line}");
            assert_eq!(data["sample"], false);
        }
    }

    #[test]
    fn what_is_wrong_with_a_question_is_told_to_the_asker_alone() {
        let reply = label(false).ask("artist name:Lux_");
        assert_eq!((reply.data, reply.command_id.as_str()), (Json::Null, "7"));
        let error = reply.error.unwrap();
        assert_eq!(error, "no artist is called \"Lux_\": did you mean Luz or Mar?");
        let embed = &reply.message["embeds"][0];
        assert_eq!(embed["description"], error.replace('_', r"\_").replace(':', r"\:"));
        assert_eq!(reply.message["flags"], 64);
    }

    #[test]
    fn a_day_before_the_first_observation_names_the_first() {
        let error = label(false).ask_as_of("stats", Some("2024-01-01")).error.unwrap();
        assert_eq!(error, "nothing was observed by 2024-01-01: the first observation is of 2025-09-23");
        assert!(Fixture::default().ask("stats").error.unwrap().starts_with("there are no figures yet"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12))]
        #[test]
        fn every_answer_is_within_the_limits_whatever_the_artists(
            names in proptest::collection::btree_set("\\PC{1,200}|[*_`@<>#\\[\\]\\\\]{1,200}", 2..400),
            value in 0.0..1e18_f64,
        ) {
            let mut label = Fixture::default();
            let names: Vec<_> = names.iter().filter_map(|name| casa24_schemas::Artist::new(name).ok()).collect();
            prop_assume!(names.len() >= 2);
            for (index, artist) in names.iter().enumerate() {
                let value = value.trunc() + index as f64;
                for series in [LISTENERS, FOLLOWERS, SUBSCRIBERS] {
                    label.put_all(&artist.name, series, &[("2025-08-31", value), ("2025-09-23", value * 0.9), (TODAY, value * 1.1)]);
                }
            }
            let Fixture { history, forecasts, roster, .. } = &label;
            let (totals, trained) = (&TotalForecasts::default(), &Trained::default());
            let library = Library { history, forecasts, roster, totals, trained };
            let text = |artist: &casa24_schemas::Artist| casa24_schemas::OptionValue::Text(artist.name.clone());
            let questions = [
                ("stats", vec![]),
                ("artist", vec![("name", text(&names[0]))]),
                ("growth", vec![]),
                ("growth", vec![("artist", text(&names[0]))]),
                ("predict", vec![]),
                ("predict", vec![("artist", text(&names[1]))]),
                ("accuracy", vec![]),
                ("accuracy", vec![("artist", text(&names[1]))]),
                ("battle", vec![("artist1", text(&names[0])), ("artist2", text(&names[1]))]),
                ("leaderboard", vec![]),
            ];
            for (name, options) in questions {
                let options = options.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
                let command = Command { id: "1".into(), name: name.into(), options, as_of: None, image: false, locale: None };
                let reply = answer(&command, &library);
                prop_assert_eq!(&reply.error, &None);
                prop_assert_eq!(discord::limits::check(&reply.message), Ok(()), "{}", name);
            }
        }
    }
}
