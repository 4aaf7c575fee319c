//! Discord's components as JSON, and nothing of what is in them.
//!
//! Source: <https://discord.com/developers/docs/components/reference>

use serde_json::{Value as Json, json};

use super::limits;

/// Bit of a message made of components alone.
pub(super) const IS_COMPONENTS_V2: u32 = 1 << 15;
/// Bit of a message that only the asker sees.
pub(super) const EPHEMERAL: u32 = 1 << 6;

/// Discord's types of components.
pub(super) const ROW: u8 = 1;
pub(super) const BUTTON: u8 = 2;
pub(super) const SELECT: u8 = 3;
pub(super) const SECTION: u8 = 9;
pub(super) const TEXT: u8 = 10;
pub(super) const GALLERY: u8 = 12;
pub(super) const SEPARATOR: u8 = 14;
pub(super) const CONTAINER: u8 = 17;

/// How a button looks.
#[derive(Debug, Clone, Copy)]
pub(super) enum ButtonStyle {
    /// What is chosen.
    Primary = 1,
    /// What may be chosen.
    Secondary = 2,
}

/// A box with a coloured edge (0xRRGGBB).
pub(super) fn container(colour: u32, components: Vec<Json>) -> Json {
    json!({ "type": CONTAINER, "accent_color": colour & 0xFF_FF_FF, "components": components })
}

/// A text in Discord's markdown.
pub(super) fn text(content: &str) -> Json {
    json!({ "type": TEXT, "content": content })
}

/// A line between parts.
pub(super) fn separator() -> Json {
    json!({ "type": SEPARATOR, "divider": true, "spacing": 1 })
}

/// A file of the message as a picture, and what it shows in words.
pub(super) fn picture(file: &str, alternative: &str) -> Json {
    let media = json!({ "url": format!("attachment://{file}") });
    json!({ "type": GALLERY, "items": [{ "media": media, "description": alternative }] })
}

/// Buttons, or one select, on one line.
pub(super) fn row(components: Vec<Json>) -> Json {
    json!({ "type": ROW, "components": components })
}

/// A button.
pub(super) fn button(style: ButtonStyle, label: &str, custom_id: &str, disabled: bool) -> Json {
    json!({
        "type": BUTTON, "style": style as u8, "label": label, "custom_id": custom_id, "disabled": disabled,
    })
}

/// An entry of a select.
pub(super) fn option(label: &str, value: &str, description: Option<&str>, chosen: bool) -> Json {
    let mut option = json!({ "label": label, "value": value, "default": chosen });
    if let Some(description) = description {
        option["description"] = json!(description);
    }
    option
}

/// A list to choose from `min` to `max` entries of.
pub(super) fn select(custom_id: &str, placeholder: &str, options: Vec<Json>, min: usize, max: usize) -> Json {
    json!({
        "type": SELECT, "custom_id": custom_id, "placeholder": placeholder, "options": options,
        "min_values": min, "max_values": max,
    })
}

/// Number of components, those within others among them, and of characters of their texts.
pub(super) fn size(components: &[Json]) -> (usize, usize) {
    let (mut num_components, mut num_characters) = (0, 0);
    for component in components {
        num_components += 1;
        for text in ["content", "label", "placeholder"] {
            num_characters += component[text].as_str().map_or(0, limits::length);
        }
        let entries = ["options", "items"].iter().filter_map(|list| component[list].as_array()).flatten();
        for entry in entries {
            let texts = ["label", "description"].iter().filter_map(|text| entry[text].as_str());
            num_characters += texts.map(limits::length).sum::<usize>();
        }
        if let Some(inner) = component["components"].as_array() {
            let (components, characters) = size(inner);
            num_components += components;
            num_characters += characters;
        }
    }
    (num_components, num_characters)
}
