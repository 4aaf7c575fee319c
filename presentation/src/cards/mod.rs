//! The cards: a typed answer and the words of a language in, a card out. One file for each command; what they share is
//! how figures, flags, goals, track records and what is missing are worded.

mod accuracy;
mod achievements;
mod alert;
mod artist;
mod artist_breakdowns;
mod battle;
mod chart;
mod compare;
mod corrections;
mod daily_change;
mod explanation;
mod finding;
mod flags;
mod formula;
mod frame;
mod goal;
mod growth;
mod help;
mod leaderboard;
mod left_out;
mod milestones;
mod missing;
mod models;
mod momentum;
mod one_page;
mod pace;
mod picture;
mod platforms;
mod predict;
mod recap;
mod refusal;
mod server;
mod spotlight;
mod stats;
mod track_record;
mod trends;
mod unavailable;
mod viral;
mod weekly;

use casa24_answers::Answer;

use crate::card::Card;
use crate::words::Words;

pub use alert::alert_card;
pub use explanation::explanation_card;
pub use finding::line as finding_line;
pub use help::commands_card;
pub use picture::chart;
pub use refusal::{refusal_card, refusal_line};
pub use server::{ServerFault, server_card, server_fault_card};
pub use unavailable::{too_fast_card, unavailable_card};
pub use weekly::unobserved_week_card;

/// The card of an answer.
pub fn card(answer: &Answer, words: &Words) -> Card {
    match answer {
        Answer::Stats(answer) => stats::card(answer, words),
        Answer::Artist(answer) => artist::card(answer, words),
        Answer::Growth(answer) => growth::card(answer, words),
        Answer::Predict(answer) => predict::card(answer, words),
        Answer::Accuracy(answer) => accuracy::card(answer, words),
        Answer::Battle(answer) => battle::card(answer, words),
        Answer::Compare(answer) => compare::card(answer, words),
        Answer::Leaderboard(answer) => leaderboard::card(answer, words),
        Answer::Chart(answer) => chart::card(answer, words),
        Answer::Trends(answer) => trends::card(answer, words),
        Answer::Momentum(answer) => momentum::card(answer, words),
        Answer::Viral(answer) => viral::card(answer, words),
        Answer::Achievements(answer) => achievements::card(answer, words),
        Answer::Milestones(answer) => milestones::card(answer, words),
        Answer::Spotlight(answer) => spotlight::card(answer, words),
        Answer::Weekly(answer) => weekly::card(answer, words),
        Answer::Recap(answer) => recap::card(answer, words),
        Answer::Help(answer) => help::card(answer, words),
    }
}
