//! A command checked against the definitions: its options with their types, limits and defaults.

use casa24_schemas::{Command, Metric, MetricInfo, OptionValue, Platform, Value};

use crate::commands::{COMMANDS, CommandDefinition, OptionDefinition, OptionKind, command};
use crate::error::{QuestionError, cut};
use crate::find_artist::distance;

/// What somebody wants to know. Artists are names as they were typed.
#[derive(Debug, Clone, PartialEq)]
pub enum Question {
    /// The label now.
    Stats,
    /// One artist on all platforms.
    Artist {
        /// The artist.
        name: String,
    },
    /// What changed.
    Growth {
        /// Only this artist.
        artist: Option<String>,
        /// Days to compare over.
        period_days: u32,
    },
    /// Where it is going.
    Predict {
        /// Only this artist.
        artist: Option<String>,
        /// Days ahead.
        days: u32,
        /// Only this series.
        series: Option<(Platform, Metric)>,
        /// Whose forecasts.
        models: Models,
        /// A value to reach.
        goal: Option<Value>,
    },
    /// How far off earlier forecasts were.
    Accuracy {
        /// Only this artist.
        artist: Option<String>,
        /// Days ahead.
        days: u32,
        /// Token of the model.
        model: &'static str,
    },
    /// Two artists side by side.
    Battle {
        /// One artist.
        artist1: String,
        /// The other.
        artist2: String,
        /// Only this platform.
        platform: Option<Platform>,
    },
    /// All artists by one metric.
    Leaderboard {
        /// What to rank by.
        ranking: Ranking,
    },
}

/// Whose forecasts are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Models {
    /// Those of one model, by its token.
    One(&'static str),
    /// Those of all models, side by side.
    All,
}

/// What a leaderboard ranks by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranking {
    /// Value of the option, such as `spotify-listeners`.
    pub token: &'static str,
    /// The metric as people call it.
    pub label: &'static str,
    /// The series that it adds up.
    pub parts: Vec<(Platform, Metric)>,
}

impl Question {
    /// The question that a command asks.
    ///
    /// # Errors
    /// When there is no such command, or an option is unknown, missing, of the wrong type, out of range or none
    /// of its choices.
    pub fn of(asked: &Command) -> Result<Self, QuestionError> {
        let definition = definition(&asked.name)?;
        let known = |name: &String| definition.option(name).is_some();
        if let Some(found) = asked.options.keys().find(|name| !known(name)) {
            return Err(QuestionError::UnknownOption {
                command: definition.name,
                found: cut(found),
                options: definition.option_names(),
            });
        }
        let options = Options { definition, asked };
        Ok(match definition.name {
            "artist" => Self::Artist { name: options.required_artist("name")? },
            "growth" => {
                Self::Growth { artist: options.artist("artist")?, period_days: options.days("period")? }
            }
            "predict" => options.predict()?,
            "accuracy" => Self::Accuracy {
                artist: options.artist("artist")?,
                days: options.days("days")?,
                model: options.choice("model")?,
            },
            "battle" => Self::Battle {
                artist1: options.required_artist("artist1")?,
                artist2: options.required_artist("artist2")?,
                platform: Platform::new(options.choice("platform")?).ok().filter(|p| p.as_str() != "all"),
            },
            "leaderboard" => Self::Leaderboard { ranking: ranking(options.choice("metric")?) },
            _ => Self::Stats,
        })
    }
}

/// The definition of a command, or an error that names the nearest one.
pub(crate) fn definition(name: &str) -> Result<&'static CommandDefinition, QuestionError> {
    if let Some(definition) = command(name) {
        return Ok(definition);
    }
    let lower = name.to_lowercase();
    let nearest = COMMANDS.iter().map(|command| command.name).min_by_key(|known| distance(&lower, known));
    Err(match nearest {
        Some(nearest) => QuestionError::UnknownCommand { found: cut(name), nearest },
        None => QuestionError::Empty { known: Vec::new() },
    })
}

/// What a choice of "leaderboard metric:" ranks by.
fn ranking(token: &'static str) -> Ranking {
    let (label, parts) = match token {
        "spotify-followers" => ("Spotify followers", vec![(Platform::SPOTIFY, Metric::FOLLOWERS)]),
        "youtube-subs" => ("YouTube subscribers", vec![(Platform::YOUTUBE, Metric::SUBSCRIBERS)]),
        "youtube-views" => ("YouTube views", vec![(Platform::YOUTUBE, Metric::TOTAL_VIEWS)]),
        "instagram-followers" => ("Instagram followers", vec![(Platform::INSTAGRAM, Metric::FOLLOWERS)]),
        "total-reach" => ("Total reach", reach()),
        _ => ("Spotify monthly listeners", vec![(Platform::SPOTIFY, Metric::MONTHLY_LISTENERS)]),
    };
    Ranking { token, label, parts }
}

fn reach() -> Vec<(Platform, Metric)> {
    MetricInfo::all()
        .filter(|info| info.reach)
        .map(|info| (info.platform.clone(), info.metric.clone()))
        .collect()
}

/// The options of a command as they were given.
struct Options<'a> {
    definition: &'static CommandDefinition,
    asked: &'a Command,
}

impl Options<'_> {
    fn get(&self, name: &str) -> Option<(&'static OptionDefinition, Option<&OptionValue>)> {
        Some((self.definition.option(name)?, self.asked.options.get(name)))
    }

    fn artist(&self, name: &'static str) -> Result<Option<String>, QuestionError> {
        let text = match self.asked.options.get(name) {
            None => return Ok(None),
            Some(OptionValue::Text(text)) => text.trim().to_owned(),
            Some(OptionValue::Integer(number)) => number.to_string(), // an artist may be called 24
        };
        if text.is_empty() { Err(QuestionError::EmptyOption { option: name }) } else { Ok(Some(text)) }
    }

    fn required_artist(&self, name: &'static str) -> Result<String, QuestionError> {
        self.artist(name)?.ok_or(QuestionError::MissingOption {
            command: self.definition.name,
            option: name,
            example: "Casa 24",
        })
    }

    fn days(&self, name: &'static str) -> Result<u32, QuestionError> {
        let Some((OptionDefinition { kind, .. }, given)) = self.get(name) else { return Ok(0) };
        let (OptionKind::Period { min, max, default, .. } | OptionKind::Days { min, max, default }) = *kind
        else {
            return Ok(0);
        };
        let (number, found) = match given {
            None => (Some(default), String::new()),
            Some(OptionValue::Integer(number)) => (Some(*number), number.to_string()),
            Some(OptionValue::Text(text)) => (text.trim().parse().ok(), cut(text.trim())),
        };
        number
            .filter(|number| (min..=max).contains(number))
            .and_then(|number| u32::try_from(number).ok())
            .ok_or(QuestionError::NotInRange { option: name, found, min, max })
    }

    fn predict(&self) -> Result<Question, QuestionError> {
        let artist = self.artist("artist")?;
        let series = match self.choice("metric")? {
            "all" => None,
            token => ranking(token).parts.pop(),
        };
        let models = match self.choice("models")? {
            "all" => Models::All,
            model => Models::One(model),
        };
        let goal = self.number("goal")?;
        if goal.is_some() && series.is_none() {
            let (needed, example) = ("metric", "spotify-followers");
            return Err(QuestionError::NeedsToo { given: "goal", needed, example });
        }
        if models == Models::All && artist.is_none() {
            let (needed, example) = ("artist", "Casa 24");
            return Err(QuestionError::NeedsToo { given: "models:all", needed, example });
        }
        Ok(Question::Predict { artist, days: self.days("days")?, series, models, goal })
    }

    fn number(&self, name: &'static str) -> Result<Option<Value>, QuestionError> {
        let Some((OptionDefinition { kind, .. }, Some(given))) = self.get(name) else { return Ok(None) };
        let OptionKind::Number { min, max } = *kind else { return Ok(None) };
        let (number, found) = match given {
            OptionValue::Integer(number) => (Some(*number), number.to_string()),
            OptionValue::Text(text) => (text.trim().parse().ok(), cut(text.trim())),
        };
        let number = number.filter(|number| (min..=max).contains(number));
        let value = number.and_then(|number| Value::new(number as f64)); // below 2^53, so exact
        value.map(Some).ok_or(QuestionError::NotANumber { option: name, found, min, max })
    }

    fn choice(&self, name: &'static str) -> Result<&'static str, QuestionError> {
        let Some((OptionDefinition { kind, .. }, given)) = self.get(name) else { return Ok("") };
        let OptionKind::Choice { choices, default } = *kind else { return Ok("") };
        let found = match given {
            None => return Ok(default),
            Some(OptionValue::Text(text)) => text.trim().to_lowercase(),
            Some(OptionValue::Integer(number)) => number.to_string(),
        };
        let chosen = choices.iter().find(|choice| choice.value == found);
        chosen.map(|choice| choice.value).ok_or_else(|| QuestionError::NotAChoice {
            option: name,
            found: cut(&found),
            choices: choices.iter().map(|choice| choice.value).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::parse;

    fn ask(line: &str) -> Result<Question, String> {
        parse("1", line).and_then(|command| Question::of(&command)).map_err(|error| error.to_string())
    }

    #[test]
    fn defaults_fill_what_is_not_given() {
        assert_eq!(ask("growth"), Ok(Question::Growth { artist: None, period_days: 30 }));
        let (series, models, goal) = (None, Models::One("ensemble"), None);
        assert_eq!(ask("predict"), Ok(Question::Predict { artist: None, days: 30, series, models, goal }));
        let model = "ensemble";
        assert_eq!(ask("accuracy"), Ok(Question::Accuracy { artist: None, days: 30, model }));
        let Ok(Question::Leaderboard { ranking }) = ask("leaderboard") else { panic!("a leaderboard") };
        assert_eq!(ranking.token, "spotify-listeners");
    }

    #[test]
    fn every_choice_of_the_leaderboard_ranks_by_its_own_metric() {
        let OptionKind::Choice { choices, .. } = command("leaderboard").unwrap().options[0].kind else {
            panic!("metric has choices");
        };
        for choice in choices {
            assert_eq!(ranking(choice.value).label, choice.name);
        }
    }

    #[test]
    fn any_number_of_days_is_accepted_for_a_period() {
        assert_eq!(ask("growth period:45"), Ok(Question::Growth { artist: None, period_days: 45 }));
        assert_eq!(
            ask("growth period:0").unwrap_err(),
            "period is a whole number of days from 1 to 3650, not \"0\""
        );
    }

    #[test]
    fn an_integer_is_an_integer_within_its_range() {
        assert_eq!(
            ask("predict days:6").unwrap_err(),
            "days is a whole number of days from 7 to 90, not \"6\""
        );
        assert_eq!(
            ask("predict days:soon").unwrap_err(),
            "days is a whole number of days from 7 to 90, not \"soon\""
        );
        let huge = "9".repeat(30);
        assert!(ask(&format!("predict days:{huge}")).unwrap_err().starts_with("days is a whole number"));
    }

    #[test]
    fn a_goal_belongs_to_a_metric_and_a_comparison_to_an_artist() {
        let Ok(Question::Predict { series, goal, models, .. }) =
            ask("predict artist:x metric:youtube-views goal:5000 models:all")
        else {
            panic!("a forecast");
        };
        assert_eq!(series, Some((Platform::YOUTUBE, Metric::TOTAL_VIEWS)));
        assert_eq!((goal, models), (Value::new(5_000.0), Models::All));
        assert_eq!(
            ask("predict artist:x goal:5000").unwrap_err(),
            "goal needs metric too: add metric:spotify-followers"
        );
        assert_eq!(ask("predict models:all").unwrap_err(), "models:all needs artist too: add artist:Casa 24");
        for nonsense in ["0", "many", "-5", "1.5", "99999999999999999999"] {
            let error = ask(&format!("predict metric:youtube-subs goal:{nonsense}")).unwrap_err();
            assert!(error.starts_with("goal is a whole number from 1 to 1000000000000000, not"), "{error}");
        }
    }

    #[test]
    fn what_is_required_is_asked_for() {
        assert_eq!(ask("artist").unwrap_err(), "artist needs name: write artist name:Casa 24");
        assert_eq!(
            ask("battle artist1:x").unwrap_err(),
            "battle needs artist2: write battle artist2:Casa 24"
        );
        assert_eq!(ask("artist name:  ").unwrap_err(), "name is empty: give it a value or leave it out");
    }

    #[test]
    fn a_choice_that_is_none_lists_them_all() {
        assert_eq!(
            ask("battle artist1:a artist2:b platform:tiktok").unwrap_err(),
            "platform is one of all, spotify, youtube, instagram, not \"tiktok\""
        );
        assert!(
            ask("leaderboard metric:momentum").unwrap_err().starts_with("metric is one of spotify-listeners")
        );
    }

    #[test]
    fn unknown_commands_and_options_are_named() {
        assert_eq!(ask("grwoth").unwrap_err(), "there is no command \"grwoth\": did you mean growth?");
        let mut command = parse("1", "growth").unwrap();
        command.options.insert("color".into(), OptionValue::Text("red".into()));
        assert_eq!(
            Question::of(&command).unwrap_err().to_string(),
            "growth has no option \"color\": its options are artist: period:"
        );
        command.name = "stats".into();
        assert_eq!(
            Question::of(&command).unwrap_err().to_string(),
            "stats has no option \"color\": it has no options"
        );
    }
}
