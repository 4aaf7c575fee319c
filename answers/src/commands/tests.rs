//! What holds for every command: its answer says of itself what it is made from, and is what its schema says.

use std::sync::Arc;

use casa24_schemas::{ContentType, Day, Flag, Observed, Platform, Reply, decode, encode};
use serde_json::{Value as Json, json};

use super::fixture::{FOLLOWERS, Fixture, LISTENERS, SUBSCRIBERS, TODAY};
use super::{Answer, COMMANDS, Query, answer_schema, has_chart};
use crate::{Answerer, Explanation, Refusal, explanation_schema, parse};

/// Questions of every command that between them reach every kind of figure and gap.
const LINES: [&str; 39] = [
    "chart",
    "chart artists:Luz,Beats period:30 theme:light",
    "stats",
    "artist name:Luz",
    "artist name:Beats",
    "growth",
    "growth period:7",
    "growth artist:Luz",
    "growth artist:Beats",
    "predict",
    "predict artist:Luz",
    "predict artist:Beats",
    "predict artist:Luz models:all",
    "predict artist:Luz metric:spotify-listeners goal:2030",
    "accuracy",
    "accuracy artist:Mar",
    "battle artist1:Luz artist2:Mar",
    "battle artist1:Luz artist2:Zed",
    "leaderboard",
    "leaderboard metric:total-reach",
    "leaderboard metric:momentum",
    "leaderboard metric:engagement",
    "trends",
    "trends artist:Luz period:90 kind:level_change",
    "momentum",
    "momentum artist:Luz period:7",
    "viral timeframe:all",
    "milestones",
    "milestones artist:Luz type:upcoming",
    "spotlight",
    "weekly",
    "achievements",
    "recap",
    "recap artist:Luz",
    "compare artists:Luz,Mar",
    "compare artists:Luz,Zed metric:spotify-followers period:7",
    "achievements artist:Luz category:growth",
    "spotlight artist:Luz",
    "help",
];

/// A label with long and short series, gaps, flags, artists without accounts, and one who is gone.
fn label(sample: bool) -> Fixture {
    let mut label = Fixture::of_sample(sample);
    let last = Observed::parse(TODAY).unwrap().date();
    for back in (0..100_i64).rev() {
        let day = Day(last - time::Duration::days(back)).to_string();
        let flags = if back == 12 { &[Flag::LevelChange, Flag::Gap][..] } else { &[] };
        label.put("Luz", LISTENERS, &day, 2_000.0 - (3 * back + back % 4) as f64, flags);
        label.put("Mar", LISTENERS, &day, 500.5 + back as f64, &[]);
    }
    for artist in ["Luz", "Mar"] {
        label.put_all(artist, FOLLOWERS, &[("2025-08-31", 90.0), ("2025-09-23", 100.0), (TODAY, 120.0)]);
    }
    label.put("Zed", FOLLOWERS, "2025-09-23", 0.0, &[Flag::UnconfirmedZero]);
    label.put("Zed", FOLLOWERS, TODAY, 0.0, &[Flag::UnconfirmedZero]);
    label.put_all("Zed", LISTENERS, &[("2025-08-22", 5_000.0)]);
    label.put_all("Beats", SUBSCRIBERS, &[("2025-08-31", 0.0), (TODAY, 13.0)]);
    label.account("Beats", Platform::SPOTIFY, None);
    label.put_members("2025-08-31", 58.0);
    label.put_members(TODAY, 61.0);
    label
}

#[test]
fn every_answer_says_what_it_is_made_from() {
    for sample in [false, true] {
        let mut label = label(sample);
        for line in LINES {
            let data = label.data(line);
            assert_eq!(data["command"], line.split(' ').next().unwrap());
            assert_eq!((&data["as_of"], &data["generated_at"]), (&TODAY.into(), &TODAY.into()), "{line}");
            assert_eq!(data["sample"], sample);
        }
    }
}

#[test]
fn a_day_before_the_first_observation_names_the_first() {
    let day = |text: &str| Day(Observed::parse(text).unwrap().date());
    let refused = label(false).ask("stats", Some("2024-01-01")).unwrap_err();
    assert_eq!(refused, Refusal::NothingBy { as_of: day("2024-01-01"), first: day("2025-06-23") });
    assert_eq!(Fixture::default().refusal("stats"), Refusal::NothingCollected);
}

#[test]
fn equal_questions_are_answered_once_until_something_changes() {
    let mut label = label(false);
    let first = label.ask("growth", None).unwrap();
    assert!(Arc::ptr_eq(&first, &label.ask("growth period:30", None).unwrap()));
    assert!(!Arc::ptr_eq(&first, &label.ask("growth period:7", None).unwrap()));
    label.put("Luz", FOLLOWERS, TODAY, 121.0, &[]);
    assert!(!Arc::ptr_eq(&first, &label.ask("growth", None).unwrap()));
}

#[test]
fn a_time_zone_is_another_question_only_where_it_changes_the_answer() {
    let mut label = label(false);
    let mut ask = |line: &str, time_zone: Option<&str>| label.ask_in(line, None, time_zone).unwrap();
    assert!(Arc::ptr_eq(&ask("growth", None), &ask("growth", Some("America/Bogota"))));
    assert!(Arc::ptr_eq(&ask("weekly", None), &ask("weekly", Some("UTC"))), "the label's own");
    let bogota = ask("weekly", Some("America/Bogota"));
    assert!(!Arc::ptr_eq(&bogota, &ask("weekly", None)));
    assert!(Arc::ptr_eq(&bogota, &ask("weekly", Some("America/Bogota"))));
}

#[test]
fn a_time_zone_that_there_is_not_is_refused_only_where_it_matters() {
    let asked = |line: &str| {
        let command =
            casa24_schemas::Command { time_zone: Some("Atlantis".to_owned()), ..parse("1", line).unwrap() };
        Query::of(&command).unwrap().time_zone(&command)
    };
    assert_eq!(asked("stats"), Ok(None));
    assert_eq!(asked("weekly"), Err(Refusal::UnknownTimeZone { found: "Atlantis".to_owned() }));
}

#[test]
fn questions_about_all_artists_are_answered_before_anybody_asks() {
    let asked: Vec<Query> = Query::about_all().collect();
    let without_required = COMMANDS.iter().filter(|c| c.options.iter().all(|option| !option.required));
    assert_eq!(asked.len(), without_required.count());
    let answerer = Answerer::new(label(false).read_model());
    answerer.warm();
    assert_eq!(answerer.num_kept(), asked.len());
}

#[test]
fn defaults_fill_what_is_not_given() {
    let query = |line: &str| Query::of(&parse("1", line).unwrap());
    assert_eq!(query("growth"), query("growth period:30"));
    assert_eq!(query("predict"), query("predict days:30 metric:all models:ensemble"));
    assert_eq!(query("accuracy"), query("accuracy days:30 model:ensemble"));
    assert_eq!(query("leaderboard"), query("leaderboard metric:spotify-listeners"));
    assert_eq!(query("battle artist1:a artist2:b"), query("battle artist1:a artist2:b platform:all"));
}

#[test]
fn values_outside_the_limits_are_refused_with_the_limits() {
    let refusal = |line: &str| Query::of(&parse("1", line).unwrap()).unwrap_err();
    let (option, found) = ("period".to_owned(), "0".to_owned());
    assert_eq!(refusal("growth period:0"), Refusal::NotDays { option, found, min: 1, max: 3_650 });
    let (option, found) = ("days".to_owned(), "many".to_owned());
    assert_eq!(refusal("predict days:many"), Refusal::NotDays { option, found, min: 7, max: 90 });
    assert!(matches!(refusal("predict metric:youtube-subs goal:x"), Refusal::NotANumber { .. }));
    assert!(matches!(refusal("predict goal:5"), Refusal::NeedsToo { given, .. } if given == "goal"));
    assert!(matches!(refusal("predict models:all"), Refusal::NeedsToo { needed, .. } if needed == "artist"));
    assert!(matches!(
        refusal("leaderboard metric:nonsense"),
        Refusal::NotAChoice { choices, .. } if choices.contains(&"total-reach".to_owned())
    ));
    assert!(matches!(refusal("artist"), Refusal::MissingOption { option, .. } if option == "name"));
    assert!(matches!(refusal("artist name:"), Refusal::EmptyOption { .. }));
    assert!(Query::of(&parse("1", "growth period:45").unwrap()).is_ok());
}

fn schema(command: &str) -> Json {
    answer_schema(command).unwrap()
}

fn validator(command: &str) -> jsonschema::Validator {
    jsonschema::draft202012::options().should_validate_formats(true).build(&schema(command)).unwrap()
}

/// What Rust reads from an answer as an object.
fn read(body: &Json) -> Option<Answer> {
    serde_json::from_value(body.clone()).ok()
}

/// Every part of a JSON document, a few items of a list standing for all.
fn pointers(json: &Json, at: &str, into: &mut Vec<String>) {
    into.push(at.to_owned());
    match json {
        Json::Object(fields) => {
            fields.iter().for_each(|(name, part)| pointers(part, &format!("{at}/{name}"), into));
        }
        Json::Array(items) => {
            let few = items.iter().enumerate().take(2);
            few.for_each(|(index, part)| pointers(part, &format!("{at}/{index}"), into));
        }
        _ => {}
    }
}

/// The document once with each part replaced by something else or taken away.
fn mutants(json: &Json) -> Vec<(String, Json)> {
    let strangers = [
        json!(null),
        json!(true),
        json!(-1),
        json!(0.5),
        json!(1e300),
        json!("No Such Word!"),
        json!("2025-02-30"),
        json!([true]),
        json!({}),
        json!({ "reason": "no_such_reason" }),
    ];
    let mut all = Vec::new();
    pointers(json, "", &mut all);
    let mut mutants = Vec::new();
    for pointer in all {
        for stranger in &strangers {
            let mut mutant = json.clone();
            *mutant.pointer_mut(&pointer).unwrap() = stranger.clone();
            mutants.push((pointer.clone(), mutant));
        }
        let names = json.pointer(&pointer).and_then(Json::as_object).map(|fields| fields.keys().cloned());
        for name in names.into_iter().flatten() {
            let mut mutant = json.clone();
            mutant.pointer_mut(&pointer).and_then(Json::as_object_mut).unwrap().remove(&name);
            mutants.push((format!("{pointer} without {name}"), mutant));
        }
    }
    mutants
}

#[test]
fn schemas_and_types_accept_and_refuse_the_same_answers() {
    let mut label = label(false);
    for line in LINES {
        let command = line.split(' ').next().unwrap();
        let validator = validator(command);
        let answer = label.data(line);
        if let Err(fault) = validator.validate(&answer) {
            panic!("{line}: {fault}");
        }
        let mut num_refused = 0;
        for (pointer, mutant) in mutants(&answer) {
            let (by_schema, by_rust) = (!validator.is_valid(&mutant), read(&mutant).is_none());
            // Another command's answer may do without this one's fields.
            if pointer == "/command" {
                continue;
            }
            let refuses = if by_schema { "the schema" } else { "Rust" };
            assert_eq!(by_schema, by_rust, "{line}: only {refuses} refuses {pointer} in {mutant:.1500}");
            num_refused += usize::from(by_schema);
        }
        assert!(num_refused > 0);
    }
}

#[test]
fn answers_come_back_equal_from_both_encodings() {
    let mut label = label(true);
    for line in LINES {
        let answer = label.ask(line, None).unwrap();
        let reply: Reply<Answer, Refusal> = Reply {
            command_id: "1".to_owned(),
            name: line.split(' ').next().unwrap().to_owned(),
            as_of: None,
            generated_at: None,
            sample: true,
            sources: Vec::new(),
            answer: Some((*answer).clone()),
            refusal: None,
            files: Vec::new(),
        };
        let json = serde_json::to_vec(&reply).unwrap();
        assert_eq!(decode::<Reply<Answer, Refusal>>(ContentType::Json, &json).unwrap(), reply, "{line}");
        assert_eq!(
            decode(ContentType::MessagePack, &encode(&reply)).map(|r: Reply<Answer, Refusal>| r).unwrap(),
            reply
        );
    }
}

/// The files are the contract for readers in other languages. They are written anew by
/// `CASA24_WRITE_SCHEMAS=1 cargo test -p casa24-answers`.
#[test]
fn the_schema_files_are_those_of_the_types() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas/answers");
    let of_commands = COMMANDS.iter().map(|command| (command.name, schema(command.name)));
    for (name, schema) in of_commands.chain([("explanation", explanation_schema())]) {
        let file = folder.join(format!("{name}.json"));
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        if std::env::var_os("CASA24_WRITE_SCHEMAS").is_some() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&file, &text).unwrap();
        }
        let written = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(written == text, "{} is not what its type says: write it anew", file.display());
    }
}

#[test]
fn the_schema_and_the_type_accept_and_refuse_the_same_explanations() {
    let mut label = label(false);
    label.goal("Luz", FOLLOWERS, 110.0, "2025-09-01", Some("2025-12-01"), None);
    let schema = explanation_schema();
    let validator = jsonschema::draft202012::options().should_validate_formats(true).build(&schema).unwrap();
    let model = label.read_model();
    let as_of = model.as_of(None).unwrap();
    let read = |body: &Json| serde_json::from_value::<Explanation>(body.clone());
    for line in LINES {
        let query = Query::of(&parse("1", line).unwrap()).unwrap();
        let explanation = query.explain(&as_of, &query.answer(&as_of).unwrap());
        let json = serde_json::to_value(&explanation).unwrap();
        if let Err(fault) = validator.validate(&json) {
            panic!("{line}: {fault}");
        }
        assert_eq!(read(&json).unwrap(), explanation, "{line}");
        if !["milestones", "achievements", "growth"].contains(&line) {
            continue;
        }
        for (pointer, mutant) in mutants(&json) {
            let (by_schema, by_rust) = (!validator.is_valid(&mutant), read(&mutant).is_err());
            assert_eq!(by_schema, by_rust, "{line}: {pointer} in {:.1500}", mutant.to_string());
        }
    }
}

#[test]
fn every_schema_describes_its_fields() {
    for command in COMMANDS {
        let schema = schema(command.name);
        assert!(jsonschema::draft202012::meta::is_valid(&schema), "{}", command.name);
        for (name, property) in schema["properties"].as_object().unwrap() {
            assert!(
                property["description"].is_string() || property["$ref"].is_string(),
                "{}: {name}",
                command.name
            );
        }
    }
}

#[test]
fn a_command_says_whether_its_answers_have_pictures() {
    let model = label(false).read_model();
    let as_of = model.as_of(None).unwrap();
    for command in COMMANDS {
        let of_it = LINES.iter().filter(|line| line.split(' ').next() == Some(command.name));
        let has_one = of_it
            .filter_map(|line| Query::of(&parse("1", line).unwrap()).unwrap().chart(&as_of))
            .next()
            .is_some();
        assert_eq!(has_chart(command.name), has_one, "{}", command.name);
    }
}
