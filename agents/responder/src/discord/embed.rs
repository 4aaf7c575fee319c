//! An embed that is always within Discord's limits: what does not fit is cut line by line, and the last line
//! says how many lines more there are.

use serde_json::{Value as Json, json};

use super::limits;

/// Bit of a message that only the asker sees.
const EPHEMERAL: u32 = 1 << 6;

/// An embed in the making.
#[derive(Debug, Clone)]
pub(crate) struct Embed {
    /// Title, its names escaped.
    pub(crate) title: String,
    /// Colour of the bar, 0xRRGGBB.
    pub(crate) colour: u32,
    /// Lines of the description.
    pub(crate) description: Vec<String>,
    /// Fields in their order; those without lines are left out.
    pub(crate) sections: Vec<Section>,
    /// Name of a file that comes with the message, shown as a picture.
    pub(crate) image: Option<String>,
    /// Parts of the footer, shown with dots between them; Discord shows them without formatting.
    pub(crate) footer: Vec<String>,
}

/// A field in the making.
#[derive(Debug, Clone, Default)]
pub(crate) struct Section {
    /// Name of the field, its names escaped.
    pub(crate) name: String,
    /// Lines, the most important first.
    pub(crate) lines: Vec<String>,
    /// Number of further items that are not among the lines.
    pub(crate) num_more: usize,
    /// Whether it may stand beside another field.
    pub(crate) inline: bool,
}

impl Section {
    /// A field of its own width.
    pub(crate) fn new(name: impl Into<String>, lines: Vec<String>) -> Self {
        Self { name: name.into(), lines, num_more: 0, inline: false }
    }
}

impl Embed {
    /// The embed as Discord takes it.
    pub(crate) fn build(&self) -> Json {
        let title = limits::cut(&self.title, limits::TITLE);
        let footer = limits::cut(&self.footer.join(" · "), limits::FOOTER / 4);
        let mut left = limits::TOTAL - limits::length(&title) - limits::length(&footer);
        // Half of what is left at most, so that no description starves the fields.
        let description = pack(&self.description, 0, limits::DESCRIPTION.min(left / 2));
        left -= limits::length(&description);
        let mut body = json!({ "title": title, "color": self.colour });
        if let Some(image) = &self.image {
            body["image"] = json!({ "url": format!("attachment://{image}") });
        }
        if !footer.is_empty() {
            body["footer"] = json!({ "text": footer });
        }
        if !description.is_empty() {
            body["description"] = json!(description);
        }
        let fields = self.fields(left);
        if !fields.is_empty() {
            body["fields"] = json!(fields);
        }
        body
    }

    /// The fields, which share `left` characters: what a short one does not need, the others get.
    fn fields(&self, mut left: usize) -> Vec<Json> {
        let filled: Vec<&Section> =
            self.sections.iter().filter(|section| !section.lines.is_empty()).collect();
        let num_shown = if filled.len() > limits::FIELDS { limits::FIELDS - 1 } else { filled.len() };
        let more = Section::new("And more", vec![format!("{} more parts", filled.len() - num_shown)]);
        let shown = filled.iter().take(num_shown).copied();
        let sections: Vec<&Section> = shown.chain((num_shown < filled.len()).then_some(&more)).collect();
        let mut needs: Vec<(usize, usize)> =
            sections.iter().map(|s| need(s)).enumerate().map(|(i, n)| (n, i)).collect();
        needs.sort_unstable();
        let mut shares = vec![0; sections.len()];
        for (rank, (need, index)) in needs.iter().enumerate() {
            shares[*index] = (*need).min(left / (sections.len() - rank));
            left -= shares[*index];
        }
        sections.iter().zip(shares).filter_map(|(section, share)| field(section, share)).collect()
    }
}

/// Characters that a field would fill if it may.
fn need(section: &Section) -> usize {
    let value: usize = section.lines.iter().map(|line| limits::length(line) + 1).sum();
    // Room for "and 400 more".
    limits::length(&section.name).min(limits::FIELD_NAME) + (value + 20).min(limits::FIELD_VALUE)
}

/// A field within its share of the message; `None` where the share holds nothing of it.
fn field(section: &Section, share: usize) -> Option<Json> {
    let name = limits::cut(&section.name, limits::FIELD_NAME);
    let room = share.checked_sub(limits::length(&name))?.min(limits::FIELD_VALUE);
    let value = pack(&section.lines, section.num_more, room);
    (!value.is_empty()).then(|| json!({ "name": name, "value": value, "inline": section.inline }))
}

/// As many lines as fit into `limit` characters, and "and 275 more" for the others and for `num_more`.
fn pack(lines: &[String], num_more: usize, limit: usize) -> String {
    let rest = |num_shown: usize| match lines.len() - num_shown + num_more {
        0 => None,
        hidden => Some(format!("*and {hidden} more*")),
    };
    let mut num_fitting = None;
    let mut length = 0; // of the lines so far, each with its line break
    for num_shown in 0..=lines.len() {
        let rest = rest(num_shown).map_or(0, |rest| rest.len() + 1);
        if (length + rest).saturating_sub(1) <= limit {
            num_fitting = Some(num_shown);
        }
        length += lines.get(num_shown).map_or(0, |line| limits::length(line) + 1);
    }
    let Some(num_shown) = num_fitting else { return String::new() };
    let shown = lines[..num_shown].iter().cloned();
    shown.chain(rest(num_shown)).collect::<Vec<_>>().join("\n")
}

/// The body of a message with one embed, which mentions nobody; an ephemeral one is seen by the asker only.
pub(crate) fn message(embed: &Embed, ephemeral: bool) -> Json {
    let mut body = json!({ "embeds": [embed.build()], "allowed_mentions": { "parse": [] } });
    if ephemeral {
        body["flags"] = json!(EPHEMERAL);
    }
    body
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn embed(description: Vec<String>, sections: Vec<Section>) -> Embed {
        Embed { title: "t".into(), colour: 1, description, sections, image: None, footer: vec!["f".into()] }
    }

    #[test]
    fn lines_that_do_not_fit_are_counted() {
        let lines: Vec<String> = (0..300).map(|i| format!("line {i:03} {}", "x".repeat(30))).collect();
        let body = embed(Vec::new(), vec![Section::new("n", lines)]).build();
        let value = body["fields"][0]["value"].as_str().unwrap();
        assert_eq!(value.lines().count(), 26);
        assert!(value.ends_with("*and 275 more*"), "{value}");
    }

    #[test]
    fn a_short_field_leaves_its_room_to_the_others() {
        let long = || Section::new("n", (0..40).map(|_| "x".repeat(24)).collect());
        let sections = vec![long(), Section::new("n", vec!["short".into()]), long(), long(), long(), long()];
        let body = embed(Vec::new(), sections).build();
        assert!(
            body["fields"].as_array().unwrap().iter().all(|f| !f["value"].as_str().unwrap().contains("more"))
        );
    }

    #[test]
    fn a_message_mentions_nobody() {
        let body = message(&embed(vec!["@everyone".into()], Vec::new()), true);
        assert_eq!(body["allowed_mentions"], json!({ "parse": [] }));
        assert_eq!(body["flags"], json!(64));
    }

    proptest! {
        #[test]
        fn whatever_is_put_in_stays_within_the_limits(
            title in "[a-z🔥*]{1,400}",
            description in proptest::collection::vec(0_usize..400, 0..60),
            fields in proptest::collection::vec((1_usize..400, proptest::collection::vec(1_usize..300, 0..60)), 0..40),
        ) {
            let text = |length: usize| "x🔥".chars().cycle().take(length).collect::<String>();
            let lines = |lengths: Vec<usize>| lengths.into_iter().map(text).collect();
            let sections =
                fields.into_iter().map(|(name, lengths)| Section::new(text(name), lines(lengths))).collect();
            let embed = Embed { title, ..embed(lines(description), sections) };
            prop_assert_eq!(limits::check(&message(&embed, false)), Ok(()));
        }
    }
}
