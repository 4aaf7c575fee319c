//! Models in words.

use casa24_answers::predict::Prediction;

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

/// `ensemble model`.
pub(super) fn named(words: &Words, token: &str) -> Line {
    words.line("model-named", &[("model", name(words, token).into())])
}

/// The models that made these forecasts.
pub(super) fn of_forecasts(words: &Words, forecasts: &[Prediction]) -> Line {
    let mut tokens: Vec<&str> = Vec::new();
    for forecast in forecasts.iter().filter(|forecast| forecast.predicted.is_some()) {
        let token = forecast.model.as_deref().unwrap_or_default();
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
