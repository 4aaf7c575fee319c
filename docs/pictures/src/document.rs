//! A message as a page that looks like Discord's dark theme on a phone.
//!
//! Source: <https://discord.com/developers/docs/components/reference>

use std::collections::BTreeMap;

use anyhow::{Context, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde_json::Value as Json;

use crate::markdown;
use crate::record::Record;

const STYLE: &str = include_str!("page.css");
/// The font of the charts: a machine that draws pictures need not have the same fonts as another one.
const FONTS: [(u16, &[u8]); 2] = [
    (400, include_bytes!("../../../charts/fonts/Inter-Regular.ttf")),
    (600, include_bytes!("../../../charts/fonts/Inter-SemiBold.ttf")),
];

/// Discord's types of components.
mod kind {
    pub(super) const ROW: u64 = 1;
    pub(super) const BUTTON: u64 = 2;
    pub(super) const SELECT: u64 = 3;
    pub(super) const TEXT: u64 = 10;
    pub(super) const GALLERY: u64 = 12;
    pub(super) const SEPARATOR: u64 = 14;
    pub(super) const CONTAINER: u64 = 17;
}

/// The page of a message, with the files that it attaches.
///
/// # Errors
/// When the message has a component that cannot be drawn, or names a file that is not there.
pub fn document(record: &Record, files: &BTreeMap<String, Vec<u8>>) -> anyhow::Result<String> {
    let drawing = Drawing { record, files };
    let components = drawing.all(&record.message)?;
    let page = html! {
        (DOCTYPE)
        meta charset="utf-8";
        style { (PreEscaped(fonts())) (PreEscaped(STYLE)) }
        div.asked { span.mention { (record.asked) } }
        div.author { span.face { "24" } span.name { "Casa 24" } span.app { "APP" } }
        div.message { (components) }
        @if record.private { div.private { "Only you can see this message" } }
    };
    Ok(page.into_string())
}

fn fonts() -> String {
    let face = |(weight, bytes): (u16, &[u8])| {
        let bytes = STANDARD.encode(bytes);
        format!("@font-face{{font-family:Casa;font-weight:{weight};src:url(data:font/ttf;base64,{bytes})}}")
    };
    FONTS.map(face).concat()
}

struct Drawing<'a> {
    record: &'a Record,
    files: &'a BTreeMap<String, Vec<u8>>,
}

impl Drawing<'_> {
    /// The components within another one, or within the message.
    fn all(&self, parent: &Json) -> anyhow::Result<Markup> {
        let components = list(parent, "components").iter().map(|component| self.component(component));
        let components = components.collect::<anyhow::Result<Vec<Markup>>>()?;
        Ok(html! { @for component in &components { (component) } })
    }

    fn component(&self, component: &Json) -> anyhow::Result<Markup> {
        let kind = component["type"].as_u64().with_context(|| format!("no component: {component}"))?;
        Ok(match kind {
            kind::CONTAINER => {
                let colour = component["accent_color"].as_u64();
                let colour = colour.map(|colour| format!("border-left-color:#{colour:06x}"));
                html! { div.container style=[colour] { (self.all(component)?) } }
            }
            kind::TEXT => {
                html! { div.text { (markdown::text(said(component, "content"), &self.record.channels)) } }
            }
            kind::SEPARATOR => html! { hr class=[(component["divider"] == false).then_some("blank")]; },
            kind::GALLERY => {
                let items = list(component, "items").iter().map(|item| self.picture(item));
                let items = items.collect::<anyhow::Result<Vec<Markup>>>()?;
                html! { div.gallery { @for item in &items { (item) } } }
            }
            kind::ROW => html! { div.row { (self.all(component)?) } },
            kind::BUTTON => {
                let class = if component["style"] == 1 { "button primary" } else { "button" };
                html! { div class=(class) data-disabled=[is_set(component, "disabled")] { (said(component, "label")) } }
            }
            kind::SELECT => select(component),
            other => bail!("there is no drawing of components of type {other} yet: {component}"),
        })
    }

    /// A file of the message.
    fn picture(&self, item: &Json) -> anyhow::Result<Markup> {
        let address = said(&item["media"], "url");
        let name = address.strip_prefix("attachment://").unwrap_or(address);
        let file =
            self.files.get(name).with_context(|| format!("the message came without its file {name}"))?;
        let source = format!("data:image/png;base64,{}", STANDARD.encode(file));
        Ok(html! { img src=(source) alt=(said(item, "description")); })
    }
}

/// A closed select: what is chosen, or what may be.
fn select(component: &Json) -> Markup {
    let chosen = list(component, "options").iter().filter(|option| is_set(option, "default").is_some());
    let chosen: Vec<&str> = chosen.map(|option| said(option, "label")).collect();
    let is_of_several = component["max_values"].as_u64().is_some_and(|most| most > 1);
    html! {
        div.select {
            @if chosen.is_empty() {
                span.placeholder { (said(component, "placeholder")) }
            } @else if is_of_several {
                span.chips { @for label in &chosen { span.chip { (label) } } }
            } @else {
                span { (chosen[0]) }
            }
            span.arrow { "▼" }
        }
    }
}

fn list<'a>(json: &'a Json, field: &str) -> &'a [Json] {
    json[field].as_array().map_or(&[], Vec::as_slice)
}

fn said<'a>(json: &'a Json, field: &str) -> &'a str {
    json[field].as_str().unwrap_or_default()
}

fn is_set(json: &Json, field: &str) -> Option<&'static str> {
    (json[field] == true).then_some("yes")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn drawn(components: Json, files: &[&str]) -> anyhow::Result<String> {
        let message =
            json!({ "components": [{ "type": 17, "accent_color": 255, "components": components }] });
        let (asked, channels) = ("/stats".to_owned(), BTreeMap::new());
        let record = Record { asked, private: false, channels, message };
        document(&record, &files.iter().map(|name| ((*name).to_owned(), vec![1])).collect())
    }

    #[test]
    fn every_kind_of_component_is_drawn() {
        let options = json!([{ "label": "Luz", "default": true }, { "label": "Ola", "default": false }]);
        let components = json!([
            { "type": 10, "content": "**a**" },
            { "type": 14, "divider": true },
            { "type": 12, "items": [{ "media": { "url": "attachment://a.png" }, "description": "up" }] },
            { "type": 1, "components": [{ "type": 2, "style": 1, "label": "7 days", "disabled": true }] },
            { "type": 1, "components": [{ "type": 3, "options": options, "max_values": 1 }] },
        ]);
        let page = drawn(components, &["a.png"]).unwrap();
        for part in [
            "border-left-color:#0000ff",
            "<strong>a</strong>",
            "<hr>",
            r#"alt="up""#,
            r#"<div class="button primary" data-disabled="yes">7 days</div>"#,
            "<span>Luz</span>",
        ] {
            assert!(page.contains(part), "{part} is not in {page}");
        }
        assert!(!page.contains("Ola"));
    }

    #[test]
    fn what_cannot_be_drawn_is_an_error_and_not_left_out() {
        let gallery = json!([{ "type": 12, "items": [{ "media": { "url": "attachment://a.png" } }] }]);
        assert!(drawn(gallery, &[]).unwrap_err().to_string().contains("a.png"));
        assert!(drawn(json!([{ "type": 99 }]), &[]).unwrap_err().to_string().contains("99"));
    }
}
