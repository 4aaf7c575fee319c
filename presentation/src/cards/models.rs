//! Models in words.

use casa24_answers::predict::Prediction;
use casa24_answers::{InsteadOf, STANDING_STILL};

use crate::card::{Line, Outside};
use crate::words::{Said, Symbol, Words};

use super::frame::joined;

/// A model's name where the catalogue has one.
fn known(words: &Words, token: &str) -> Option<Said> {
    match token {
        "ensemble" => Some(words.say("model-ensemble")),
        "linear" => Some(words.say("model-linear")),
        "arima" => Some(words.say("model-arima")),
        "neural" => Some(words.say("model-neural")),
        STANDING_STILL => Some(words.say("model-naive")),
        _ => None,
    }
}

/// A model's name: that of the catalogue, otherwise its token.
pub(super) fn name(words: &Words, token: &str) -> Line {
    known(words, token).map_or_else(|| Outside::new(&token.replace('_', " ")).into(), Line::from)
}

/// A model's name for a table; other people's models have none there.
pub(super) fn said(words: &Words, token: &str) -> Said {
    known(words, token).unwrap_or_else(|| words.say("model-other"))
}

/// `ensemble model`; standing still is no model, and named as it is.
pub(super) fn named(words: &Words, token: &str) -> Line {
    if token == STANDING_STILL {
        return name(words, token);
    }
    words.line("model-named", &[("model", name(words, token).into())])
}

/// Adds the model to a line where it is another one than the one that was asked for.
pub(super) fn beside_instead(
    words: &Words,
    line: Line,
    model: Option<&str>,
    instead_of: Option<&InsteadOf>,
) -> Line {
    match (model, instead_of) {
        (Some(model), Some(_)) => line.then(Symbol::Dot).then(name(words, model)),
        _ => line,
    }
}

/// The models that made these forecasts.
pub(super) fn of_forecasts<'f>(words: &Words, forecasts: impl IntoIterator<Item = &'f Prediction>) -> Line {
    let forecasts = forecasts.into_iter().filter(|forecast| forecast.predicted.is_some());
    all_named(words, forecasts.map(|forecast| forecast.model.as_deref().unwrap_or_default()))
}

/// These models, each once.
pub(super) fn all_named<'t>(words: &Words, models: impl IntoIterator<Item = &'t str>) -> Line {
    let mut tokens: Vec<&str> = Vec::new();
    for token in models {
        if !tokens.contains(&token) {
            tokens.push(token);
        }
    }
    match tokens[..] {
        [] => words.say("model-none").into(),
        [token] => named(words, token),
        _ => {
            let names = joined(tokens.into_iter().map(|token| name(words, token)), Symbol::Comma);
            words.line("models-named", &[("models", names.into())])
        }
    }
}
