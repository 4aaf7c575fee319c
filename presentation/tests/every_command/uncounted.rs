//! What cards say of values that do not count, and of artists whom totals leave out.

use casa24_answers::{Query, ReadModel, parse};
use casa24_presentation::cards::card;
use casa24_presentation::terminal;
use casa24_presentation::words::{Locale, Words};

use crate::label;

fn shown(model: &ReadModel, line: &str, locale: Locale) -> String {
    let query = Query::of(&parse("1", line).unwrap()).unwrap();
    let answer = model.as_of(None).and_then(|as_of| query.answer(&as_of)).unwrap();
    let words = Words::of(locale);
    terminal::draw(&card(&answer, words), words, 400, false)
}

/// The same without the breaks of long lines.
fn text(model: &ReadModel, line: &str, locale: Locale) -> String {
    let shown = shown(model, line, locale).replace("\n│", " ");
    shown.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

#[test]
fn growth_that_is_missing_says_its_own_reason() {
    let model = label::of_uncounted();
    for (artist, why) in [
        ("Copied", "not known yet, the newest figure is a copy"),
        ("Zero", "zero so far, not confirmed"),
        ("Short", "no earlier value to compare with"),
    ] {
        let card = shown(&model, &format!("growth artist:{artist}"), Locale::English);
        assert!(card.contains(why), "{card}");
        let line = shown(&model, "growth", Locale::English);
        let line = line.lines().find(|line| line.contains(artist) && line.contains(why));
        assert!(line.is_some(), "{artist}");
    }
}

#[test]
fn stats_names_whom_totals_leave_out_and_why() {
    let card = shown(&label::of_uncounted(), "stats", Locale::English);
    let line = |artist: &str| card.lines().find(|line| line.contains(artist)).unwrap_or_default().to_owned();
    assert!(line("Zero").contains("zero so far, not confirmed"), "{card}");
    assert!(line("Unseen").contains("no figures yet"), "{card}");
}

#[test]
fn what_a_platform_did_not_give_says_why() {
    let model = label::of_uncounted();
    for (locale, why) in [
        (Locale::English, "monthly listeners: hidden by the account's owner"),
        (Locale::Spanish, "oyentes mensuales: oculto por quien tiene la cuenta"),
    ] {
        for command in ["artist name:Short", "growth artist:Short"] {
            let card = text(&model, command, locale);
            assert!(card.contains(why), "{card}");
        }
    }
}

#[test]
fn a_total_names_who_is_paused_with_the_day_of_the_last_value() {
    let model = label::of_uncounted();
    let english = text(&model, "predict", Locale::English);
    let line = "Paused until Sep 18, 2025 (no value near the newest of the others)";
    assert!(english.contains(line), "{english}");
    let spanish = text(&model, "predict", Locale::Spanish);
    assert!(spanish.contains("Paused hasta el 18 sept 2025 (sin valor cercano"), "{spanish}");
}

#[test]
fn no_lead_promises_intervals_that_are_not_there() {
    let lead = "4 of 5 outcomes";
    let model = label::of_uncounted();
    assert!(text(&model, "predict artist:Copied", Locale::English).contains(lead));
    for artist in ["Zero", "Short"] {
        let card = text(&model, &format!("predict artist:{artist}"), Locale::English);
        assert!(!card.contains(lead) && !card.contains("80 %"), "{card}");
    }
}

#[test]
fn what_is_not_on_the_card_does_not_change_its_lead_and_what_is_has_a_mark() {
    let model = label::of_uncounted();
    let narrow = "some have held fewer so far, as noted";
    // The popularity of one artist, which is on the artist's card and on none of all artists.
    let card = text(&model, "predict artist:Narrow", Locale::English);
    assert!(card.contains(narrow) && card.contains("contained only 2 of 40"), "{card}");
    let all = text(&model, "predict", Locale::English);
    assert!(all.contains("4 of 5 outcomes should fall") && !all.contains(narrow), "{all}");
    let compared = text(&model, "predict artist:Narrow models:all", Locale::English);
    assert!(compared.contains(narrow), "{compared}");
    assert!(compared.contains("the 80 % interval contained only 2: narrower than it says"), "{compared}");
    assert!(compared.contains("is shown: the ensemble was off by 9"), "{compared}");
}
