//! An embed that is always within Discord's limits: what does not fit is cut line by line, and the last line
//! says how many lines more there are.

use serde_json::{Value as Json, json};

use crate::card::{Card, Line, Section};
use crate::words::Words;

use super::{limits, markdown};

/// Name of a field without a heading: Discord wants one that is not blank.
const NO_HEADING: &str = "\u{200b}";

/// A field in the making.
struct Field {
    name: String,
    lines: Vec<String>,
    num_more: usize,
    inline: bool,
}

/// A card as an embed.
pub(super) fn embed(card: &Card, words: &Words) -> Json {
    let title = limits::cut(markdown::plain(&card.title, words).trim(), limits::TITLE);
    let footer = card.footer.iter().map(|part| crate::plain(part, words));
    let footer: Vec<String> = footer.filter(|part| !part.is_empty()).collect();
    let footer = limits::cut(footer.join(" · ").trim(), limits::FOOTER / 4);
    let mut left = limits::TOTAL - limits::length(&title) - limits::length(&footer);
    // Half of what is left at most, so that a long description leaves room for the fields.
    let description = pack(&markdown::lines(&card.lead, words), 0, limits::DESCRIPTION.min(left / 2), words);
    left -= limits::length(&description);
    let fields = fields(&card.sections, left, words);
    let mut embed = json!({ "color": card.colour & 0xFF_FF_FF });
    if !title.is_empty() {
        embed["title"] = json!(title);
    }
    if let Some(picture) = &card.picture {
        embed["image"] = json!({ "url": format!("attachment://{picture}") });
    }
    if !footer.is_empty() {
        embed["footer"] = json!({ "text": footer });
    }
    if !description.is_empty() {
        embed["description"] = json!(description);
    }
    if !fields.is_empty() {
        embed["fields"] = json!(fields);
    }
    embed
}

/// The fields, which share `left` characters: what a short one does not need, the others get.
fn fields(sections: &[Section], mut left: usize, words: &Words) -> Vec<Json> {
    let mut fields: Vec<Field> = sections.iter().filter_map(|section| Field::of(section, words)).collect();
    if fields.len() > limits::FIELDS {
        let hidden = fields.split_off(limits::FIELDS - 1);
        fields.push(Field::of_hidden(hidden.len(), words));
    }
    let mut needs: Vec<(usize, usize)> = fields.iter().map(Field::need).zip(0..).collect();
    needs.sort_unstable();
    let mut shares = vec![0; fields.len()];
    for (rank, (need, index)) in needs.iter().enumerate() {
        shares[*index] = (*need).min(left / (fields.len() - rank));
        left -= shares[*index];
    }
    fields.iter().zip(shares).filter_map(|(field, share)| field.build(share, words)).collect()
}

impl Field {
    /// A section as a field; `None` where it has no blocks.
    fn of(section: &Section, words: &Words) -> Option<Self> {
        let lines = markdown::lines(&section.blocks, words);
        let name = markdown::plain(&section.heading, words).trim().to_owned();
        let name = if name.is_empty() { NO_HEADING.to_owned() } else { name };
        let is_blank = lines.iter().all(|line| line.trim().is_empty());
        (!is_blank).then_some(Self { name, lines, num_more: section.num_more, inline: section.compact })
    }

    /// The field that counts those which a message cannot hold.
    fn of_hidden(num_hidden: usize, words: &Words) -> Self {
        let count = words.line("more-sections-count", &[("count", num_hidden.into())]);
        Self {
            name: words.say("more-sections").as_str().to_owned(),
            lines: vec![markdown::line(&count, words)],
            num_more: 0,
            inline: false,
        }
    }

    /// Characters that it would fill if it may.
    fn need(&self) -> usize {
        let value: usize = self.lines.iter().map(|line| limits::length(line) + 1).sum();
        // Room for "and 400 more".
        limits::length(&self.name).min(limits::FIELD_NAME) + (value + 20).min(limits::FIELD_VALUE)
    }

    /// The field within its share of the message; `None` where the share holds nothing of it.
    fn build(&self, share: usize, words: &Words) -> Option<Json> {
        let name = limits::cut(&self.name, limits::FIELD_NAME);
        let room = share.checked_sub(limits::length(&name))?.min(limits::FIELD_VALUE);
        let value = pack(&self.lines, self.num_more, room, words);
        (!value.is_empty()).then(|| json!({ "name": name, "value": value, "inline": self.inline }))
    }
}

/// As many lines as fit into `limit` characters, and "and 275 more" for the others and for `num_more`; nothing where
/// all that fits is blank.
fn pack(lines: &[String], num_more: usize, limit: usize, words: &Words) -> String {
    let rest = |num_shown: usize| match lines.len() - num_shown + num_more {
        0 => None,
        hidden => Some(more(hidden, words)),
    };
    let mut num_fitting = None;
    let mut length = 0; // of the lines so far, each with its line break
    for num_shown in 0..=lines.len() {
        let rest = rest(num_shown).map_or(0, |rest| limits::length(&rest) + 1);
        if (length + rest).saturating_sub(1) <= limit {
            num_fitting = Some(num_shown);
        }
        length += lines.get(num_shown).map_or(0, |line| limits::length(line) + 1);
        if length > limit + 1 {
            break;
        }
    }
    let Some(num_shown) = num_fitting else { return String::new() };
    let shown = lines[..num_shown].iter().cloned();
    let text = shown.chain(rest(num_shown)).collect::<Vec<_>>().join("\n");
    if text.trim().is_empty() { String::new() } else { text }
}

/// The line that counts what is not shown.
fn more(num_hidden: usize, words: &Words) -> String {
    let line: Line = words.line("more-lines", &[("count", num_hidden.into())]);
    markdown::line(&line.quiet(), words)
}
