//! `casa24 ask`: the language of the answer, the page, the picture, JSON, and what is left behind when it fails.

mod support;

use std::process::Output;

use serde_json::{Value, json};
use support::{House, checkout, finish, stored};

/// Bad usage.
const USAGE: i32 = 2;
/// A failure.
const FAILURE: i32 = 1;

/// An artist whose name is markup.
const MARKUP: &str = "<b onclick=x>Luz</b>";

const FORECAST: &str = "predict artist:Luz Norte metric:spotify-followers";

/// A label with 20 days of figures, enough for a forecast.
fn label() -> House {
    let house = House::new();
    for day in 1..=20 {
        let artists = json!([
            { "name": "Luz Norte", "spotify": { "followers": 1_000_000 + 2_000 * day } },
            { "name": MARKUP, "spotify": { "followers": 50 } },
        ]);
        let text = json!({ "date": format!("2025-03-{day:02}"), "artists": artists }).to_string();
        house.write(&format!("history/2025-03-{day:02}.json"), text);
    }
    house.text(&["import", "history"]);
    house
}

/// Runs `ask` with these settings of the terminal's language.
fn ask(house: &House, arguments: &[&str], locales: &[(&str, &str)]) -> Output {
    let mut command = house.casa24(["ask"].iter().chain(arguments));
    command.envs(locales.iter().copied());
    finish(command)
}

/// What an answer says, its lines joined.
fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", complaint(output));
    let text = String::from_utf8(output.stdout.clone()).expect("UTF-8");
    text.lines().map(|line| line.trim_start_matches('│').trim()).collect::<Vec<_>>().join(" ")
}

fn complaint(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn json_of(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn assert_holds(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part:?} is not in {text}");
    }
}

/// Names of the files in the house, but those of the label's data.
fn files(house: &House) -> Vec<String> {
    let entries = std::fs::read_dir(house.path("")).expect("the folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| name != "data" && name != "history").collect();
    names.sort();
    names
}

#[test]
fn numbers_days_and_words_are_in_the_language_that_was_asked_for() {
    let house = label();
    let spanish = said(&ask(&house, &["growth artist:Luz Norte period:7", "--locale", "es"], &[]));
    let parts = ["crecimiento en 7 días", "+14.000", "1.026.000 → 1.040.000", "13 mar 2025", "seguidores"];
    assert_holds(&spanish, &parts);
    let english = said(&ask(&house, &["growth artist:Luz Norte period:7"], &[]));
    let parts = ["growth over 7 days", "+14,000", "1,026,000 → 1,040,000", "Mar 13, 2025", "followers"];
    assert_holds(&english, &parts);
}

#[test]
fn the_terminal_chooses_the_language_unless_an_option_does() {
    let house = label();
    for (arguments, locales, is_spanish) in [
        (&["stats"][..], &[("LANG", "es_ES.UTF-8")][..], true),
        (&["stats"], &[("LANG", "en_GB.UTF-8"), ("LC_ALL", "es_MX.UTF-8")], true),
        (&["stats"], &[("LANG", "es_ES.UTF-8"), ("LC_MESSAGES", "C.UTF-8")], false),
        (&["stats"], &[("LANG", "es_ES.UTF-8"), ("LC_ALL", "")], true),
        (&["stats", "--locale", "en"], &[("LANG", "es_ES.UTF-8")], false),
        (&["stats", "--locale", "es-419"], &[("LANG", "en_GB.UTF-8")], true),
        (&["stats", "--locale", "tlh"], &[("LANG", "es_ES.UTF-8")], false),
        (&["stats"], &[("LANG", "ja_JP.UTF-8")], false),
    ] {
        let title = if is_spanish { "el sello en cifras" } else { "the label in figures" };
        assert_holds(&said(&ask(&house, arguments, locales)), &[title]);
    }
}

#[test]
fn refusals_are_in_the_language_too_and_end_with_two() {
    let house = label();
    for (question, parts) in [
        ("growht", ["no existe el comando «growht»", "¿querías decir growth?"]),
        ("artist name:Luz Sur", ["ningún artista se llama «Luz Sur»", "¿querías decir Luz Norte"]),
        ("growth period:0", ["period es un número entero de días", "de 1 a 3650, no «0»"]),
    ] {
        for (arguments, locales) in
            [(&[question, "--locale", "es"][..], &[][..]), (&[question], &[("LANG", "es_ES.UTF-8")])]
        {
            let output = ask(&house, arguments, locales);
            assert_eq!((output.status.code(), output.stdout.len()), (Some(USAGE), 0));
            assert_holds(&complaint(&output), &parts);
        }
    }
}

#[test]
fn json_has_the_answer_by_its_schema_and_the_message_in_the_language() {
    let house = label();
    for question in [
        "stats",
        "artist name:Luz Norte",
        "growth",
        FORECAST,
        "predict artist:Luz Norte models:all",
        "accuracy artist:Luz Norte",
        "battle artist1:Luz Norte artist2:onclick",
        "leaderboard metric:total-reach",
    ] {
        let [english, spanish] =
            ["en", "es"].map(|locale| json_of(&ask(&house, &[question, "--json", "--locale", locale], &[])));
        let command = question.split(' ').next().expect("a command");
        let file = checkout().join(format!("schemas/answers/{command}.json"));
        let schema: Value = serde_json::from_slice(&std::fs::read(file).expect("the schema")).expect("JSON");
        let schema = jsonschema::draft202012::options().should_validate_formats(true).build(&schema);
        if let Err(fault) = schema.expect("a schema").validate(&english["data"]) {
            panic!("{question}: {fault}");
        }
        assert_eq!(english["data"]["command"], command);
        assert_eq!(english["data"], spanish["data"], "figures have no language");
        assert_eq!(english.as_object().expect("an object").len(), 2, "{english}");
        let texts = |answer: &Value| answer["message"]["components"].to_string();
        assert_holds(&texts(&english), &["as of Mar 20, 2025"]);
        assert_holds(&texts(&spanish), &["al 20 mar 2025"]);
    }
}

#[test]
fn json_of_a_refusal_has_its_reason() {
    let house = label();
    for (question, refusal) in [
        ("artist name:Luz Sur", json!({ "reason": "unknown_artist", "found": "Luz Sur" })),
        ("statz", json!({ "reason": "unknown_command", "found": "statz", "nearest": "stats" })),
    ] {
        let output = ask(&house, &[question, "--json", "--locale", "es"], &[]);
        assert_eq!(output.status.code(), Some(USAGE));
        let answer = json_of(&output);
        assert_eq!(answer["data"], Value::Null);
        for (field, value) in refusal.as_object().expect("an object") {
            assert_eq!(&answer["refusal"][field], value, "{answer}");
        }
        let title = &answer["message"]["components"][0]["components"][0]["content"];
        assert_eq!(title, "## No se pudo responder");
        assert_eq!(answer["message"]["flags"], 64 + (1 << 15), "only the asker sees it");
    }
}

#[test]
fn a_page_holds_the_answer_and_its_picture() {
    let house = label();
    let output = ask(&house, &[FORECAST, "--html", "page.html", "--locale", "es"], &[]);
    assert_holds(&said(&output), &["Luz Norte · a 30 días vista"]);
    assert_holds(&complaint(&output), &["wrote page.html"]);
    let page = std::fs::read_to_string(house.path("page.html")).expect("the page");
    assert!(page.starts_with("<!DOCTYPE html><html lang=\"es\">") && page.ends_with("</html>"), "{page}");
    assert_holds(
        &page,
        &["<figure><svg ", "</svg>", "<title>Gráficos de líneas: Luz Norte · a 30 días vista", "1.040.000"],
    );

    let output = ask(&house, &["stats", "--html", "page.html"], &[]);
    assert!(output.status.success(), "{}", complaint(&output));
    let page = std::fs::read_to_string(house.path("page.html")).expect("the page");
    assert!(page.contains("the label in figures") && !page.contains("<svg"), "{page}");
    assert_eq!(files(&house), ["page.html"]);
}

#[test]
fn a_page_escapes_names() {
    let house = label();
    assert!(ask(&house, &["artist name:onclick", "--html", "page.html"], &[]).status.success());
    let page = std::fs::read_to_string(house.path("page.html")).expect("the page");
    assert_holds(&page, &["<h1><bdi>&lt;b onclick=x&gt;Luz&lt;/b&gt;</bdi></h1>"]);
    assert!(!page.contains("<b onclick") && !page.contains("<script"), "{page}");
}

#[test]
fn a_page_and_a_picture_can_be_asked_for_together() {
    let house = label();
    let output = ask(&house, &[FORECAST, "--html", "page.html", "--image", "chart.png"], &[]);
    assert_eq!(said(&output), said(&ask(&house, &[FORECAST], &[])), "the answer is shown once");
    let page = std::fs::read_to_string(house.path("page.html")).expect("the page");
    assert_holds(&page, &["<figure><svg "]);
    assert!(std::fs::read(house.path("chart.png")).expect("the picture").starts_with(b"\x89PNG\r\n\x1a\n"));
    assert_eq!(files(&house), ["chart.png", "page.html"]);
}

#[test]
fn nothing_is_written_where_a_question_fails() {
    let house = label();
    house.write("page.html", "before");
    let both = ["--html", "page.html", "--image", "chart.png"];
    for question in ["artist name:Luz Sur", "predict days:1"] {
        let output = ask(&house, &[&[question], &both[..]].concat(), &[]);
        assert_eq!(output.status.code(), Some(USAGE), "{}", complaint(&output));
    }
    for file in ["nowhere/page.html", "page.html/page.html"] {
        for arguments in [&["--html", file][..], &["--image", file], &["--html", "new.html", "--image", file]]
        {
            let output = ask(&house, &[&[FORECAST], arguments].concat(), &[]);
            assert_eq!((output.status.code(), output.stdout.len()), (Some(FAILURE), 0), "{arguments:?}");
            assert_holds(&complaint(&output), &["cannot write", file]);
        }
    }
    assert_eq!(files(&house), ["page.html"]);
    assert_eq!(std::fs::read(house.path("page.html")).expect("the page"), b"before");
}

#[test]
fn who_is_off_the_roster_is_counted_until_then() {
    let house = label();
    house.text(&["roster", "add", "Luz Norte", "spotify=4vYC"]);
    let num_artists = |arguments: &[&str]| {
        let asked = ["stats", "--json"].iter().chain(arguments).copied().collect::<Vec<_>>();
        json_of(&ask(&house, &asked, &[]))["data"]["num_artists"].clone()
    };
    assert_eq!((num_artists(&[]), num_artists(&["--as-of", "2025-03-20"])), (json!(2), json!(2)));
    house.text(&["roster", "remove", "Luz Norte"]);
    // The data are of 2025, the removal of today: on the days of the data the artist was one of the label's.
    assert_eq!((num_artists(&[]), num_artists(&["--as-of", "2025-03-20"])), (json!(1), json!(2)));
    assert_eq!(
        num_artists(&["--as-of", "2999-01-01"]),
        json!(0),
        "the other one has no value of the last 30 days"
    );
}

#[test]
fn explained_figures_lead_to_the_events_that_they_come_from() {
    let house = label();
    let _up = house.up();
    let question = "growth artist:Luz Norte period:7";
    let answer = json_of(&ask(&house, &[question, "--explain", "--json"], &[]));
    let explanation = &answer["explanation"];
    let figures = explanation["figures"].as_array().expect("figures");
    let of = |place: &str| figures.iter().find(|it| it["figure"] == place).expect(place);
    let change = of("/figures/0/change");
    assert_eq!((&change["value"], &change["formula"]), (&json!(14_000), &json!("difference")));
    assert_eq!(
        change["inputs"][0],
        json!({
            "from": "figure", "figure": "/figures/0/current", "value": 1_040_000,
        })
    );
    let observed = explanation["observed"].as_array().expect("observed values");
    let days: Vec<&Value> = observed.iter().map(|it| &it["observed_at"]).collect();
    assert_eq!(days, ["2025-03-20", "2025-03-13"]);
    assert_eq!(explanation["unexplained"], json!([]));
    let (url, _) = house.server().expect("a server");
    for value in observed {
        let event = &value["event"];
        assert_eq!(
            (&event["subject"], &event["revision"]),
            (&json!("snapshot.valid.spotify.Luz-Norte"), &json!(0))
        );
        assert!(
            event["source"]
                .as_str()
                .expect("a source")
                .ends_with(&format!("{}.json", value["observed_at"].as_str().expect("a day")))
        );
        let stored = stored(
            &url,
            event["stream"].as_str().expect("a stream"),
            event["sequence"].as_u64().expect("a sequence"),
        );
        assert_eq!(stored["observed_at"], value["observed_at"]);
        assert_eq!(stored["metrics"]["followers"]["value"], value["value"]);
    }
    let text = said(&ask(&house, &[question, "--explain"], &[("LC_ALL", "C")]));
    assert_holds(
        &text,
        &["/figures/0/change: 14000 = 1040000 (/figures/0/current) − 1026000 (/figures/0/baseline)"],
    );
    let sequence = &observed[0]["event"]["sequence"];
    assert_holds(
        &text,
        &[&format!("[1] Luz Norte · Spotify followers · 1040000 · 2025-03-20 · VALID {sequence} · ")],
    );
    let not = said(&ask(&house, &["help", "--explain"], &[("LC_ALL", "es_ES.UTF-8")]));
    assert_holds(&not, &["Las cifras de este comando no se explican."]);
}

#[test]
fn every_answer_from_a_sample_label_says_so() {
    let house = House::new();
    house.text(&["sample", "label", "--artists", "3", "--days", "40"]);
    house.text(&["import", "label"]);
    let artists = house.json(&["roster", "list", "--json"]);
    let name = |index: usize| artists[index]["artist"]["name"].as_str().expect("a name");
    let (one, two) = (name(0), name(1));
    let questions = [
        "stats".to_owned(),
        format!("artist name:{one}"),
        "growth".to_owned(),
        format!("growth artist:{one}"),
        "predict".to_owned(),
        format!("battle artist1:{one} artist2:{two}"),
        "leaderboard".to_owned(),
    ];
    for question in questions {
        let answer = house.ask(&question);
        assert_eq!(answer["data"]["sample"], true, "{question}");
        assert!(answer["message"].to_string().contains("sample data"), "{question}");
        assert!(house.text(&["ask", &question]).contains("sample data"), "{question}");
    }
}
