//! Hostile names where nobody has asked a question: in the settings of a server, in their faults, in findings that are
//! posted, and in lists of artists that begin with those of a server.

use std::collections::BTreeSet;

use casa24_answers::{Noted, Owner, parse};
use casa24_presentation::card::Card;
use casa24_presentation::cards::{ServerFault, alert_card, server_card, server_fault_card};
use casa24_presentation::discord::{CustomId, List, Showing, choice_name, limits, message, message_showing};
use casa24_presentation::plain;
use casa24_presentation::words::Words;
use casa24_schemas::{
    AlertSettings, Artist, Day, Facts, Finding, Metric, Observed, OptionValue, Platform, PostKind,
    ReportSettings, ServerSettings, TrendKind, Value,
};
use serde_json::Value as Json;
use time::Duration;

use crate::discord_message::CHANNEL;
use crate::label::TODAY;
use crate::{check_card, every_language, hostile, known, many};

/// Checks a card, and that nothing of it is on a page to which nobody can turn.
fn check(card: &Card, words: &Words, names: &[String]) {
    check_card(card, words, names);
    let message = message(card, words);
    let texts: Vec<&str> = message["components"][0]["components"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|component| component["content"].as_str())
        .collect();
    let pages = plain(&words.fill("more-pages", &[("count", 1)]).into(), words);
    assert!(!texts.iter().any(|text| text.contains(&pages)), "{message}");
}

/// Settings with everything on, of as many artists as can be chosen.
fn settings(artists: &[String]) -> ServerSettings {
    let (channel, since) = (CHANNEL.to_owned(), Observed::day(TODAY));
    ServerSettings {
        artists: artists.to_vec(),
        time_zone: Some("America/Argentina/ComodRivadavia".to_owned()),
        alerts: Some(AlertSettings { channel: channel.clone(), kinds: TrendKind::ALL.to_vec(), since }),
        report: Some(ReportSettings { channel, weekday: 7, hour: 23, since }),
        ..ServerSettings::none("5", since)
    }
}

#[test]
fn no_artist_breaks_out_of_a_servers_settings_or_hides_the_others() {
    let off = [PostKind::Alert, PostKind::Report];
    for (chosen, words) in
        many(400).chunks(25).flat_map(|chosen| every_language().map(move |words| (chosen, words)))
    {
        let names = chosen.to_vec();
        check(&server_card(&settings(chosen), &off, words), words, &names);
    }
    for (name, words) in hostile().iter().flat_map(|name| every_language().map(move |words| (name, words))) {
        let names = vec![name.clone(); 25];
        check(&server_card(&settings(&names), &[], words), words, &names);
    }
}

#[test]
fn nothing_that_was_typed_breaks_out_of_a_fault_of_settings() {
    for (typed, words) in hostile().iter().flat_map(|typed| every_language().map(move |words| (typed, words)))
    {
        // Channels are chosen, not typed.
        let typed_faults = [ServerFault::TimeZone, ServerFault::Kind].map(|fault| fault(typed.repeat(30)));
        let of_channels =
            [ServerFault::CannotPost, ServerFault::MayNotPost].map(|fault| fault(CHANNEL.to_owned()));
        for fault in typed_faults.into_iter().chain(of_channels) {
            let card = server_fault_card(&fault, words);
            assert!(card.private);
            check(&card, words, std::slice::from_ref(typed));
        }
    }
}

/// A milestone of an artist.
fn milestone(artist: &str) -> Noted {
    let value = |number: f64| Value::new(number).unwrap();
    let facts = Facts::Milestone {
        threshold: value(1_000_000.0),
        value: value(1_000_001.0),
        from: Day(TODAY - Duration::DAY),
        before: value(1.0),
        is_goal: false,
        is_jump: false,
    };
    Noted {
        artist: artist.to_owned(),
        owner: Owner::Artist,
        kind: TrendKind::MILESTONE,
        platform: Platform::SPOTIFY,
        metric: Metric::FOLLOWERS,
        finding: Finding { date: Day(TODAY), facts, by_chance: None },
    }
}

#[test]
fn no_artist_breaks_out_of_findings_that_are_posted_alone_or_together() {
    let names = hostile();
    let noted: Vec<Noted> = many(400).iter().chain(&names).map(|artist| milestone(artist)).collect();
    for words in every_language() {
        for one in &noted {
            check(&alert_card(std::slice::from_ref(one), TODAY, words), words, &names);
        }
        for together in noted
            .chunks(200)
            .chain(names.iter().map(|artist| milestone(artist)).collect::<Vec<_>>().chunks(6))
        {
            check(&alert_card(together, TODAY, words), words, &names);
        }
        // The longest that there are, all in one message.
        let long = vec![milestone(&format!("{}9", "\u{1f3f4}\u{e0067}".repeat(40))); 200];
        check(&alert_card(&long, TODAY, words), words, &names);
    }
}

fn selects(message: &Json) -> Vec<Json> {
    let rows = message["components"][0]["components"].as_array().unwrap();
    let parts = rows.iter().filter_map(|row| row["components"].as_array()).flatten();
    parts.filter(|part| part["type"] == 3).cloned().collect()
}

#[test]
fn a_list_of_hostile_artists_begins_with_those_of_the_server_and_loses_nobody() {
    let names = many(400);
    let artists = known(&names);
    // What is set are the names that artists have, in which nothing is hidden.
    let of_artist = |name: &String| Artist::new(name).unwrap().name;
    let first: BTreeSet<String> = names.iter().skip(300).take(25).map(of_artist).collect();
    let in_order: Vec<String> = first.iter().cloned().collect();
    let question = parse("1", "growth").unwrap();
    for words in every_language() {
        let (mut listed, mut list) = (Vec::new(), List::default());
        while listed.len() < names.len() {
            let showing = Showing {
                question: Some(&question),
                artists: Some(&artists),
                first: &in_order,
                list,
                ..Showing::default()
            };
            let message = message_showing(&alert_card(&[], TODAY, words), words, &showing);
            assert_eq!(limits::check(&message), Ok(()), "{message}");
            let select = selects(&message).remove(0);
            let custom_id = CustomId::decode(select["custom_id"].as_str().unwrap()).unwrap();
            for option in select["options"].as_array().unwrap() {
                let value = option["value"].as_str().unwrap().to_owned();
                let is_more = value.starts_with('.');
                let pressed = custom_id.pressed(&[value], &artists, "1").unwrap();
                if is_more {
                    list = pressed.list;
                } else if let OptionValue::Text(name) = &pressed.command.options["artist"] {
                    listed.push(name.clone());
                }
            }
        }
        assert_eq!(listed[..25].iter().cloned().collect::<BTreeSet<_>>(), first);
        assert_eq!(listed.iter().collect::<BTreeSet<_>>().len(), names.len(), "each is there once");
    }
}

#[test]
fn no_name_breaks_out_of_a_choice() {
    for (name, words) in many(400)
        .iter()
        .chain(&hostile())
        .flat_map(|name| every_language().map(move |words| (name.clone(), words)))
    {
        for before in ["", "Luz,"] {
            let shown = choice_name(&[before, &name], words);
            assert!((1..=limits::OPTION_TEXT).contains(&limits::length(&shown)), "{shown:?}");
            assert!(!shown.trim().is_empty() && !shown.contains(char::is_control), "{shown:?}");
            let count = |mark: char| shown.matches(mark).count();
            assert_eq!(count('\u{2068}'), count('\u{2069}'), "{shown:?}");
            assert!(!shown.contains(['\u{202e}', '\u{2066}', '\u{2067}']), "{shown:?}");
        }
    }
}
