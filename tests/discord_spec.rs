//! What is sent to Discord, and what a stand-in answers in its place, against Discord's own description of its API:
//! `CASA24_SHARED` names the folder that holds it as `specs/discord-openapi.json`. Limits that the description lacks, such
//! as sums over a message, are checked by `presentation`'s own check.

mod support;

use casa24_presentation::discord::{Scope, limits, registration};
use jsonschema::Validator;
use serde_json::{Value, json};
use support::House;

fn description() -> Value {
    let shared = std::env::var_os("CASA24_SHARED")
        .expect("set CASA24_SHARED to the folder that holds `specs/discord-openapi.json`");
    let file = std::path::Path::new(&shared).join("specs/discord-openapi.json");
    let text = std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    serde_json::from_slice(&text).expect("JSON")
}

/// A validator of one schema of the description.
fn validator(description: &Value, name: &str) -> Validator {
    assert!(description["components"]["schemas"][name].is_object(), "no schema {name}");
    let schema = json!({
        "$ref": format!("#/components/schemas/{name}"),
        "components": description["components"],
    });
    jsonschema::draft202012::new(&schema).expect("a schema")
}

fn assert_valid(validator: &Validator, body: &Value) {
    let faults: Vec<String> =
        validator.iter_errors(body).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
    assert!(faults.is_empty(), "{body}: {faults:#?}");
}

#[test]
fn what_is_registered_is_what_discord_takes() {
    let command = validator(&description(), "ApplicationCommandUpdateRequest");
    for scope in [Scope::OneServer, Scope::Servers, Scope::ServersAndAccounts] {
        for body in registration(scope).as_array().expect("a list") {
            let mut body = body.clone();
            // A string in Discord's documentation and in what it returns; its description wants a number here.
            if let Some(permissions) = body.get_mut("default_member_permissions") {
                *permissions =
                    permissions.as_str().expect("a string").parse::<u64>().expect("a number").into();
            }
            assert_valid(&command, &body);
        }
    }
}

#[test]
fn every_message_is_what_discord_takes() {
    let description = description();
    let requests = ["MessageCreateRequest", "IncomingWebhookUpdateRequestPartial"];
    let validators = requests.map(|name| validator(&description, name));
    let house = House::new();
    house.text(&["sample", "label", "--artists", "40", "--days", "60"]);
    house.text(&["import", "label"]);
    let _up = house.up();
    let roster = house.json(&["roster", "list", "--json"]);
    let [one, two] = [0, 1].map(|index| roster[index]["artist"]["name"].as_str().expect("a name").to_owned());
    for command in registration(Scope::OneServer).as_array().expect("a list") {
        let name = command["name"].as_str().expect("a name");
        // Settings of a server are no questions.
        if command.get("default_member_permissions").is_some() {
            continue;
        }
        let question = match name {
            "artist" => format!("artist name:{one}"),
            "battle" => format!("battle artist1:{one} artist2:{two}"),
            "compare" => format!("compare artists:{one}, {two}"),
            other => other.to_owned(),
        };
        for locale in ["en", "es"] {
            let message = house.json(&["ask", &question, "--json", "--locale", locale])["message"].clone();
            assert_eq!(limits::check(&message), Ok(()), "{question}");
            validators.iter().for_each(|validator| assert_valid(validator, &message));
        }
    }
}

#[test]
fn the_stand_ins_server_is_one_of_discords() {
    let guild = include_str!("../agents/collectors/tests/platforms/guild.json");
    assert_valid(
        &validator(&description(), "GuildWithCountsResponse"),
        &serde_json::from_str(guild).expect("JSON"),
    );
}
