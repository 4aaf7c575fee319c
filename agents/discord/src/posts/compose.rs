//! The bodies of posts.

use casa24_answers::{Answer, Noted};
use casa24_presentation::card::Card;
use casa24_presentation::cards::{alert_card, card};
use casa24_presentation::discord::message;
use casa24_presentation::words::{Locale, Words};
use casa24_schemas::{Date, ServerSettings};
use serde_json::{Value as Json, json};

/// Words of what everybody sees in a server.
pub(super) fn words(settings: &ServerSettings) -> &'static Words {
    Words::of(settings.spoken().map(Locale::best_for).unwrap_or_default())
}

/// The body that posts findings.
pub(super) fn alert(findings: &[Noted], today: Date, words: &Words, key: &str) -> String {
    body(&alert_card(findings, today, words), words, key)
}

/// The body that posts the week.
pub(super) fn report(answer: &Answer, words: &Words, key: &str) -> String {
    body(&card(answer, words), words, key)
}

fn body(card: &Card, words: &Words, key: &str) -> String {
    // It mentions nobody, as every message of a card.
    let mut message: Json = message(card, words);
    message["nonce"] = json!(key);
    message["enforce_nonce"] = json!(true);
    message.to_string()
}
