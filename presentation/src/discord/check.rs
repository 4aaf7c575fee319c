//! A check of any message against Discord's limits: each component by its own, and the sums over all of them.

use std::collections::HashSet;

use serde_json::Value as Json;

use super::component::{self, IS_COMPONENTS_V2};
use super::limits::{self, length};

/// What is wrong with a message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LimitError {
    /// A part is longer than its limit.
    #[error("{part} has {found}, at most {limit} are accepted")]
    TooMuch {
        /// The part, by its place in the message; `total` is all texts together.
        part: &'static str,
        /// Characters or items found.
        found: usize,
        /// Characters or items that are accepted.
        limit: usize,
    },
    /// A part that Discord wants filled is blank or missing.
    #[error("{part} is blank")]
    Blank {
        /// The part.
        part: &'static str,
    },
    /// A part is none of the values that Discord takes, or stands where it takes none of its kind.
    #[error("{part} is not what Discord takes there")]
    Wrong {
        /// The part.
        part: &'static str,
    },
    /// A text that has to be the only one of its kind is there twice.
    #[error("{part} is there twice")]
    Repeated {
        /// The part.
        part: &'static str,
    },
    /// A name in the text could ping people.
    #[error("allowed_mentions does not forbid every mention")]
    Mentions,
}

/// Where a component stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Top,
    Container,
    Row,
    Section,
    Accessory,
}

/// What is counted over all components.
#[derive(Default)]
struct Sums<'m> {
    num_components: usize,
    num_characters: usize,
    custom_ids: HashSet<&'m str>,
}

/// Checks the body of a message.
///
/// # Errors
/// The first limit that it breaks.
pub fn check(message: &Json) -> Result<(), LimitError> {
    if message["allowed_mentions"]["parse"].as_array().is_none_or(|parse| !parse.is_empty()) {
        return Err(LimitError::Mentions);
    }
    let flags = message["flags"].as_u64().unwrap_or(0);
    if flags & u64::from(IS_COMPONENTS_V2) == 0 {
        return Err(LimitError::Wrong { part: "flags" });
    }
    // Discord refuses these beside components of the second version.
    for part in ["content", "embeds", "poll", "sticker_ids"] {
        if !message[part].is_null() {
            return Err(LimitError::Wrong { part });
        }
    }
    let mut sums = Sums::default();
    let components = items(&message["components"]);
    not_empty("components", components.len())?;
    components.iter().try_for_each(|found| component(found, Place::Top, &mut sums))?;
    at_most("components", sums.num_components, limits::COMPONENTS)?;
    at_most("total", sums.num_characters, limits::TOTAL)
}

fn component<'m>(found: &'m Json, place: Place, sums: &mut Sums<'m>) -> Result<(), LimitError> {
    sums.num_components += 1;
    let kind = found["type"].as_u64().and_then(|kind| u8::try_from(kind).ok());
    let is_block = matches!(place, Place::Top | Place::Container);
    match kind {
        Some(component::CONTAINER) if place == Place::Top => container(found, sums),
        Some(component::ROW) if is_block => row(found, sums),
        Some(component::SECTION) if is_block => section(found, sums),
        Some(component::TEXT) if is_block || place == Place::Section => {
            sums.num_characters += text("text", &found["content"], limits::TOTAL)?;
            Ok(())
        }
        Some(component::SEPARATOR) if is_block => Ok(()),
        Some(component::GALLERY) if is_block => gallery(found, sums),
        Some(component::BUTTON) if matches!(place, Place::Row | Place::Accessory) => button(found, sums),
        Some(component::SELECT) if place == Place::Row => select(found, sums),
        _ => Err(LimitError::Wrong { part: "component" }),
    }
}

fn container<'m>(found: &'m Json, sums: &mut Sums<'m>) -> Result<(), LimitError> {
    if found["accent_color"].as_u64().is_some_and(|colour| colour > 0xFF_FF_FF) {
        return Err(LimitError::Wrong { part: "accent_color" });
    }
    let inner = items(&found["components"]);
    not_empty("container", inner.len())?;
    inner.iter().try_for_each(|inner| component(inner, Place::Container, sums))
}

fn row<'m>(found: &'m Json, sums: &mut Sums<'m>) -> Result<(), LimitError> {
    let inner = items(&found["components"]);
    not_empty("row", inner.len())?;
    let has_select = inner.iter().any(|inner| inner["type"] == component::SELECT);
    at_most("row", inner.len(), if has_select { 1 } else { limits::ROW })?;
    inner.iter().try_for_each(|inner| component(inner, Place::Row, sums))
}

fn section<'m>(found: &'m Json, sums: &mut Sums<'m>) -> Result<(), LimitError> {
    let texts = items(&found["components"]);
    not_empty("section", texts.len())?;
    at_most("section", texts.len(), limits::SECTION_TEXTS)?;
    texts.iter().try_for_each(|text| component(text, Place::Section, sums))?;
    component(&found["accessory"], Place::Accessory, sums)
}

fn gallery(found: &Json, sums: &mut Sums<'_>) -> Result<(), LimitError> {
    let pictures = items(&found["items"]);
    not_empty("gallery", pictures.len())?;
    at_most("gallery", pictures.len(), limits::GALLERY)?;
    for picture in pictures {
        text("media.url", &picture["media"]["url"], limits::ADDRESS)?;
        // Discord takes pictures without a description; people who cannot see them need one.
        sums.num_characters += text("media.description", &picture["description"], limits::ALTERNATIVE)?;
    }
    Ok(())
}

fn button<'m>(found: &'m Json, sums: &mut Sums<'m>) -> Result<(), LimitError> {
    // 1 to 4 send an interaction; those of links and shops are not used.
    if !found["style"].as_u64().is_some_and(|style| (1..=4).contains(&style)) {
        return Err(LimitError::Wrong { part: "button.style" });
    }
    sums.num_characters += text("button.label", &found["label"], limits::BUTTON_LABEL)?;
    custom_id(found, sums)
}

fn select<'m>(found: &'m Json, sums: &mut Sums<'m>) -> Result<(), LimitError> {
    custom_id(found, sums)?;
    if !found["placeholder"].is_null() {
        sums.num_characters += text("select.placeholder", &found["placeholder"], limits::PLACEHOLDER)?;
    }
    let options = items(&found["options"]);
    not_empty("select.options", options.len())?;
    at_most("select.options", options.len(), limits::OPTIONS)?;
    let mut values = HashSet::new();
    for option in options {
        sums.num_characters += text("option.label", &option["label"], limits::OPTION_TEXT)?;
        text("option.value", &option["value"], limits::OPTION_TEXT)?;
        if !option["description"].is_null() {
            sums.num_characters += text("option.description", &option["description"], limits::OPTION_TEXT)?;
        }
        if !values.insert(option["value"].as_str()) {
            return Err(LimitError::Repeated { part: "option.value" });
        }
    }
    let number = |part: &str| found[part].as_u64().map_or(1, |number| number as usize);
    let (min, max) = (number("min_values"), number("max_values"));
    if min > max || max == 0 {
        return Err(LimitError::Wrong { part: "select.min_values" });
    }
    at_most("select.max_values", max, options.len())?;
    at_most("select.default", options.iter().filter(|option| option["default"] == true).count(), max)
}

fn custom_id<'m>(found: &'m Json, sums: &mut Sums<'m>) -> Result<(), LimitError> {
    text("custom_id", &found["custom_id"], limits::CUSTOM_ID)?;
    let is_new = sums.custom_ids.insert(found["custom_id"].as_str().unwrap_or_default());
    if is_new { Ok(()) } else { Err(LimitError::Repeated { part: "custom_id" }) }
}

fn items(list: &Json) -> &[Json] {
    list.as_array().map_or(&[], Vec::as_slice)
}

fn text(part: &'static str, value: &Json, limit: usize) -> Result<usize, LimitError> {
    let text = value.as_str().unwrap_or_default();
    if text.trim().is_empty() {
        return Err(LimitError::Blank { part });
    }
    let found = length(text);
    at_most(part, found, limit)?;
    Ok(found)
}

const fn not_empty(part: &'static str, found: usize) -> Result<(), LimitError> {
    if found == 0 { Err(LimitError::Blank { part }) } else { Ok(()) }
}

const fn at_most(part: &'static str, found: usize, limit: usize) -> Result<(), LimitError> {
    if found > limit { Err(LimitError::TooMuch { part, found, limit }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn text_of(num_characters: usize) -> Json {
        json!({ "type": 10, "content": "v".repeat(num_characters) })
    }

    fn button_of(custom_id: &str) -> Json {
        json!({ "type": 2, "style": 2, "label": "b", "custom_id": custom_id })
    }

    fn row_of(components: Vec<Json>) -> Json {
        json!({ "type": 1, "components": components })
    }

    fn select_of(num_options: usize) -> Json {
        let options: Vec<Json> =
            (0..num_options).map(|index| json!({ "label": "a", "value": index.to_string() })).collect();
        json!({ "type": 3, "custom_id": "s", "options": options })
    }

    fn with(components: Vec<Json>) -> Json {
        json!({
            "flags": 1 << 15,
            "components": [{ "type": 17, "components": components }],
            "allowed_mentions": { "parse": [] },
        })
    }

    fn too_much(part: &'static str, found: usize, limit: usize) -> Result<(), LimitError> {
        Err(LimitError::TooMuch { part, found, limit })
    }

    #[test]
    fn a_message_within_every_limit_passes() {
        let picture = json!({ "media": { "url": "attachment://a.png" }, "description": "a line" });
        let buttons = (0..5).map(|index| button_of(&index.to_string())).collect();
        let parts = vec![
            text_of(3_900),
            json!({ "type": 14 }),
            json!({ "type": 12, "items": [picture] }),
            row_of(buttons),
            row_of(vec![select_of(25)]),
            json!({ "type": 9, "components": [text_of(1)], "accessory": button_of("x") }),
        ];
        assert_eq!(check(&with(parts)), Ok(()));
    }

    #[test]
    fn sums_count_what_is_nested() {
        // The container, 13 rows and 26 buttons are 40.
        let row =
            |index: usize| row_of(vec![button_of(&format!("{index}a")), button_of(&format!("{index}b"))]);
        let mut rows: Vec<Json> = (0..13).map(row).collect();
        assert_eq!(check(&with(rows.clone())), Ok(()));
        rows.push(json!({ "type": 14 }));
        assert_eq!(check(&with(rows)), too_much("components", 41, 40));
        assert_eq!(check(&with(vec![text_of(3_999), text_of(1)])), Ok(()));
        assert_eq!(check(&with(vec![text_of(4_000), text_of(1)])), too_much("total", 4_001, 4_000));
        let both = vec![text_of(3_999), row_of(vec![select_of(2)])];
        assert_eq!(check(&with(both)), too_much("total", 4_001, 4_000));
    }

    #[test]
    fn each_limit_is_checked() {
        for (parts, found) in [
            (vec![text_of(4_001)], too_much("text", 4_001, 4_000)),
            (vec![json!({ "type": 10, "content": " " })], Err(LimitError::Blank { part: "text" })),
            (vec![], Err(LimitError::Blank { part: "container" })),
            (vec![row_of(vec![])], Err(LimitError::Blank { part: "row" })),
            (
                vec![row_of((0..6).map(|index| button_of(&index.to_string())).collect())],
                too_much("row", 6, 5),
            ),
            (vec![row_of(vec![select_of(2), button_of("b")])], too_much("row", 2, 1)),
            (vec![row_of(vec![select_of(26)])], too_much("select.options", 26, 25)),
            (vec![row_of(vec![select_of(0)])], Err(LimitError::Blank { part: "select.options" })),
            (vec![row_of(vec![button_of(&"i".repeat(101))])], too_much("custom_id", 101, 100)),
            (vec![row_of(vec![button_of("")])], Err(LimitError::Blank { part: "custom_id" })),
            (
                vec![row_of(vec![button_of("i"), button_of("i")])],
                Err(LimitError::Repeated { part: "custom_id" }),
            ),
            (
                vec![row_of(vec![button_of("s")]), row_of(vec![select_of(2)])],
                Err(LimitError::Repeated { part: "custom_id" }),
            ),
            (vec![button_of("b")], Err(LimitError::Wrong { part: "component" })),
            (vec![row_of(vec![text_of(1)])], Err(LimitError::Wrong { part: "component" })),
            (
                vec![json!({ "type": 17, "components": [text_of(1)] })],
                Err(LimitError::Wrong { part: "component" }),
            ),
            (
                vec![json!({ "type": 12, "items": [{ "media": { "url": "attachment://a.png" } }] })],
                Err(LimitError::Blank { part: "media.description" }),
            ),
        ] {
            assert_eq!(check(&with(parts.clone())), found, "{parts:?}");
        }
    }

    #[test]
    fn a_select_is_checked_by_its_options() {
        let changed = |field: &str, value: Json| {
            let mut select = select_of(3);
            select[field] = value;
            check(&with(vec![row_of(vec![select])]))
        };
        assert_eq!(changed("max_values", json!(3)), Ok(()));
        assert_eq!(changed("max_values", json!(4)), too_much("select.max_values", 4, 3));
        assert_eq!(changed("min_values", json!(2)), Err(LimitError::Wrong { part: "select.min_values" }));
        let twice = json!([{ "label": "a", "value": "1" }, { "label": "b", "value": "1" }]);
        assert_eq!(changed("options", twice), Err(LimitError::Repeated { part: "option.value" }));
        let chosen = |value: &str| json!({ "label": "a", "value": value, "default": true });
        assert_eq!(changed("options", json!([chosen("1"), chosen("2")])), too_much("select.default", 2, 1));
        assert_eq!(changed("placeholder", json!("p".repeat(151))), too_much("select.placeholder", 151, 150));
    }

    #[test]
    fn a_message_of_the_first_version_and_one_that_may_mention_are_found() {
        let changed = |field: &str, value: Json| {
            let mut message = with(vec![text_of(1)]);
            message[field] = value;
            check(&message)
        };
        assert_eq!(changed("flags", json!(64)), Err(LimitError::Wrong { part: "flags" }));
        assert_eq!(changed("embeds", json!([])), Err(LimitError::Wrong { part: "embeds" }));
        assert_eq!(changed("content", json!("c")), Err(LimitError::Wrong { part: "content" }));
        assert_eq!(changed("components", json!([])), Err(LimitError::Blank { part: "components" }));
        assert_eq!(changed("allowed_mentions", json!(null)), Err(LimitError::Mentions));
        assert_eq!(changed("allowed_mentions", json!({ "parse": ["users"] })), Err(LimitError::Mentions));
    }
}
