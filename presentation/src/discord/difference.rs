//! What differs between the commands to register and those that Discord has, by what they mean: Discord fills in
//! defaults, adds ids, and leaves out what is empty.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

/// Discord's type of a command that is typed after a slash, which commands have that name no other.
const CHAT_INPUT: u64 = 1;

/// Names of commands that differ, each list in the order of types and names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// To be registered, and not there yet.
    pub added: Vec<String>,
    /// There, but with another meaning.
    pub changed: Vec<String>,
    /// There, and not to be registered: a new registration removes them.
    pub removed: Vec<String>,
}

impl Difference {
    /// What registering `wanted` would change about `registered`, each a list of commands; a part of either that is no
    /// command is passed over.
    pub fn between(wanted: &Json, registered: &Json) -> Self {
        let (wanted, registered) = (by_name(wanted), by_name(registered));
        let mut difference = Self::default();
        for (key, command) in &wanted {
            match registered.get(key) {
                None => difference.added.push(key.1.clone()),
                Some(found) if !means_the_same(command, found) => difference.changed.push(key.1.clone()),
                Some(_) => {}
            }
        }
        let is_removed = |key: &&(u64, String)| !wanted.contains_key(key);
        difference.removed = registered.keys().filter(is_removed).map(|(_, name)| name.clone()).collect();
        difference
    }

    /// Whether nothing differs.
    pub const fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.removed.is_empty()
    }
}

/// Commands by type and name, which no two share.
fn by_name(commands: &Json) -> BTreeMap<(u64, String), &Json> {
    let commands = commands.as_array().map_or(&[][..], Vec::as_slice).iter();
    let named = commands.filter_map(|command| {
        let kind = command["type"].as_u64().unwrap_or(CHAT_INPUT);
        Some(((kind, command["name"].as_str()?.to_owned()), command))
    });
    named.collect()
}

fn means_the_same(wanted: &Json, found: &Json) -> bool {
    // Of one server's commands Discord tells where they can be asked, without taking it from anybody.
    let of_scope = |field| wanted[field].is_null() || sorted(&wanted[field]) == sorted(&found[field]);
    meaning(wanted) == meaning(found) && of_scope("contexts") && of_scope("integration_types")
}

/// A command, an option or a choice with every field that means something, and nothing else.
fn meaning(item: &Json) -> Json {
    let mut meaning = Map::new();
    for field in ["name", "description"] {
        meaning.insert(field.to_owned(), json!(item[field].as_str().unwrap_or_default()));
        let localised = format!("{field}_localizations");
        let texts = item[localised.as_str()].as_object().cloned().unwrap_or_default();
        let texts: Map<String, Json> = texts.into_iter().filter(|(_, text)| !text.is_null()).collect();
        meaning.insert(localised, Json::Object(texts));
    }
    for field in ["required", "autocomplete", "nsfw"] {
        meaning.insert(field.to_owned(), json!(item[field].as_bool().unwrap_or(false)));
    }
    for field in ["type", "min_value", "max_value", "min_length", "max_length", "value"] {
        // 7 and 7.0 are one number.
        let number = item[field].as_f64().map(|number| json!(number));
        meaning.insert(field.to_owned(), number.unwrap_or_else(|| item[field].clone()));
    }
    if item["type"].is_null() {
        meaning.insert("type".to_owned(), json!(CHAT_INPUT as f64));
    }
    // Permissions are a number to Discord, and a text in its answers.
    let permissions = match &item["default_member_permissions"] {
        Json::Number(bits) => json!(bits.to_string()),
        other => other.clone(),
    };
    meaning.insert("default_member_permissions".to_owned(), permissions);
    meaning.insert("channel_types".to_owned(), sorted(&item["channel_types"]));
    for field in ["options", "choices"] {
        let items = item[field].as_array().map_or(&[][..], Vec::as_slice);
        meaning.insert(field.to_owned(), items.iter().map(self::meaning).collect());
    }
    Json::Object(meaning)
}

/// A list of numbers whose order means nothing.
fn sorted(list: &Json) -> Json {
    let mut numbers: Vec<u64> =
        list.as_array().map_or(&[][..], Vec::as_slice).iter().filter_map(Json::as_u64).collect();
    numbers.sort_unstable();
    json!(numbers)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::discord::{Scope, registration};

    /// Commands as Discord gives them back: with ids and defaults, without what is empty.
    fn as_registered(wanted: &Json, scope: Scope) -> Json {
        fn leave_out_defaults(item: &mut Json) {
            let Some(fields) = item.as_object_mut() else { return };
            fields.retain(|_, value| *value != json!(false) && *value != json!([]));
            for (field, value) in fields.iter_mut() {
                if field.ends_with("_value") {
                    *value = json!(value.as_f64());
                }
                value.as_array_mut().into_iter().flatten().for_each(leave_out_defaults);
            }
        }
        let mut registered = wanted.clone();
        for (index, command) in registered.as_array_mut().unwrap().iter_mut().enumerate() {
            leave_out_defaults(command);
            command["id"] = json!(index.to_string());
            command["application_id"] = json!("1");
            command["version"] = json!("2");
            if command["default_member_permissions"].is_null() {
                command["default_member_permissions"] = Json::Null;
            }
            command["nsfw"] = json!(false);
            command["dm_permission"] = json!(true);
            command["name_localizations"] = Json::Null;
            if scope == Scope::OneServer {
                command["guild_id"] = json!("3");
                command["contexts"] = Json::Null;
                command["integration_types"] = json!([0]);
            }
        }
        registered.as_array_mut().unwrap().reverse();
        registered
    }

    #[test]
    fn what_discord_gives_back_does_not_differ() {
        for scope in [Scope::OneServer, Scope::Servers, Scope::ServersAndAccounts] {
            let wanted = registration(scope);
            assert_eq!(Difference::between(&wanted, &as_registered(&wanted, scope)), Difference::default());
        }
        let (servers, both) = (registration(Scope::Servers), registration(Scope::ServersAndAccounts));
        assert!(Difference::between(&both, &as_registered(&servers, Scope::Servers)).changed.len() > 10);
    }

    #[test]
    fn commands_that_are_new_or_gone_are_named() {
        let wanted = json!([{ "name": "b" }, { "name": "c" }, { "name": "a" }]);
        let registered = json!([{ "name": "c", "type": 1 }, { "name": "a", "type": 2 }, { "name": "d" }, 7]);
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let difference = Difference::between(&wanted, &registered);
        let expected =
            Difference { added: names(&["a", "b"]), changed: names(&[]), removed: names(&["d", "a"]) };
        assert_eq!(difference, expected);
        assert_eq!(Difference::between(&wanted, &json!({ "message": "no" })).added.len(), 3);
    }

    /// The places of all texts, numbers and truths in a document.
    fn places(json: &Json, at: &str, into: &mut Vec<String>) {
        match json {
            Json::Object(fields) => {
                fields.iter().for_each(|(field, value)| places(value, &format!("{at}/{field}"), into));
            }
            Json::Array(items) => {
                items
                    .iter()
                    .enumerate()
                    .for_each(|(index, item)| places(item, &format!("{at}/{index}"), into));
            }
            _ => into.push(at.to_owned()),
        }
    }

    proptest! {
        #[test]
        fn whatever_is_changed_differs(place: prop::sample::Index) {
            let wanted = registration(Scope::ServersAndAccounts);
            let mut registered = as_registered(&wanted, Scope::ServersAndAccounts);
            let mut all = Vec::new();
            places(&wanted, "", &mut all);
            let place = &all[place.index(all.len())];
            // The registered ones are in the other order.
            let (index, rest) = place[1..].split_once('/').unwrap();
            let index = wanted.as_array().unwrap().len() - 1 - index.parse::<usize>().unwrap();
            let pointer = format!("/{index}/{rest}");
            match registered.pointer_mut(&pointer) {
                Some(Json::String(text)) => text.push('x'),
                Some(value @ Json::Number(_)) => *value = json!(value.as_f64().unwrap() + 1.0),
                Some(Json::Bool(truth)) => *truth = !*truth,
                // Left out, being false.
                _ => {
                    let (parent, field) = pointer.rsplit_once('/').unwrap();
                    registered.pointer_mut(parent).unwrap()[field] = json!(true);
                }
            }
            prop_assert!(!Difference::between(&wanted, &registered).is_empty(), "{}", place);
        }
    }
}
