//! Discord's dialect of Markdown, as HTML.
//!
//! Source: <https://discord.com/developers/docs/reference#message-formatting>

use std::collections::BTreeMap;

use maud::{Markup, html};
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

/// Names of channels by their ids.
type Channels = BTreeMap<String, String>;

/// A text display: its lines with their headings, lists and quotes.
pub(crate) fn text(content: &str, channels: &Channels) -> Markup {
    let mut lines = content.split('\n').peekable();
    let mut blocks = Vec::new();
    while let Some(line) = lines.next() {
        if line.trim_end().starts_with("```") {
            let code: Vec<&str> = lines.by_ref().take_while(|line| line.trim_end() != "```").collect();
            blocks.push(html! { pre { (code.join("\n")) } });
            continue;
        }
        blocks.push(block(line, channels));
    }
    html! { @for block in &blocks { (block) } }
}

/// A line by what it begins with.
fn block(line: &str, channels: &Channels) -> Markup {
    let inner = |text: &str| inline(text, channels);
    let after = |mark: &str| line.strip_prefix(mark).filter(|text| !text.trim().is_empty());
    for (mark, class) in [("# ", "h1"), ("## ", "h2"), ("### ", "h3"), ("-# ", "small"), ("> ", "quote")] {
        if let Some(text) = after(mark) {
            return html! { div class=(class) { (inner(text.trim_start())) } };
        }
    }
    let text = line.trim_start();
    let depth = (line.len() - text.len()) / 2;
    if let Some(item) = ["- ", "* "].iter().find_map(|mark| text.strip_prefix(mark)) {
        return html! { div.item style={ "--depth:" (depth) } { span.mark { "•" } span { (inner(item)) } } };
    }
    let number = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if let Some(item) = text[number..].strip_prefix(". ").filter(|_| number > 0) {
        let mark = &text[..=number];
        return html! { div.item style={ "--depth:" (depth) } { span.mark { (mark) } span { (inner(item)) } } };
    }
    html! { div { (inner(line)) @if line.is_empty() { br; } } }
}

/// What stands within a line.
fn inline(text: &str, channels: &Channels) -> Markup {
    let mut parts: Vec<Markup> = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let is_after_word = plain.chars().last().is_some_and(char::is_alphanumeric);
        if let Some((markup, len)) = marked(rest, is_after_word, channels) {
            parts.push(html! { (std::mem::take(&mut plain)) (markup) });
            rest = &rest[len..];
            continue;
        }
        let escaped =
            rest[c.len_utf8()..].chars().next().filter(|next| c == '\\' && next.is_ascii_punctuation());
        plain.push(escaped.unwrap_or(c));
        rest = &rest[c.len_utf8() + escaped.map_or(0, char::len_utf8)..];
    }
    html! { @for part in &parts { (part) } (plain) }
}

/// What a text begins with, where that is more than a character, and how many bytes of the text it is.
fn marked(text: &str, is_after_word: bool, channels: &Channels) -> Option<(Markup, usize)> {
    if let Some(after) = text.strip_prefix('`') {
        let end = after.find('`').filter(|end| *end > 0)?;
        return Some((html! { code { (&after[..end]) } }, end + 2));
    }
    for mark in ["**", "__", "~~", "*", "_"] {
        let Some(after) = text.strip_prefix(mark) else { continue };
        if mark == "_" && is_after_word {
            return None;
        }
        let Some(end) = closing(after, mark) else { continue };
        let inner = inline(&after[..end], channels);
        let markup = match mark {
            "**" => html! { strong { (inner) } },
            "__" => html! { u { (inner) } },
            "~~" => html! { s { (inner) } },
            _ => html! { em { (inner) } },
        };
        return Some((markup, end + 2 * mark.len()));
    }
    if let Some(after) = text.strip_prefix('[') {
        let (label, address) = after.split_once("](")?;
        let address = &address[..address.find(')')?];
        let is_link = is_address(address) && !label.contains(']') && !label.is_empty();
        let len = label.len() + address.len() + "[]()".len();
        return is_link.then(|| (html! { span.link { (inline(label, channels)) } }, len));
    }
    if let Some(after) = text.strip_prefix('<') {
        let inner = &after[..after.find('>')?];
        return Some((mention(inner, channels)?, inner.len() + 2));
    }
    if is_address(text) && !is_after_word {
        let address = text.split(|c: char| c.is_whitespace() || "<>)\"".contains(c)).next()?;
        let address = address.trim_end_matches(['.', ',', ':', ';', '!', '?']);
        return Some((html! { span.link { (address) } }, address.len()));
    }
    None
}

/// Where a mark closes what follows it: not behind a blank, not within code, not escaped, and not in a longer mark.
fn closing(text: &str, mark: &str) -> Option<usize> {
    if text.starts_with(char::is_whitespace) {
        return None;
    }
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        if c == '\\' {
            at += 1 + rest[1..].chars().next().map_or(0, char::len_utf8);
        } else if let Some(end) = rest.strip_prefix('`').and_then(|after| after.find('`')) {
            at += end + 2;
        } else if c == '*' || c == '_' || c == '~' {
            let run = rest.len() - rest.trim_start_matches(c).len();
            let closes = rest.starts_with(mark) && (run == mark.len() || run == 3);
            if closes && at > 0 && !text[..at].ends_with(char::is_whitespace) {
                // Of three, the inner mark comes first.
                return Some(at + run - mark.len());
            }
            at += run;
        } else {
            at += c.len_utf8();
        }
    }
    None
}

/// A mention, a time or an address in angle brackets.
fn mention(inner: &str, channels: &Channels) -> Option<Markup> {
    let is_id = |id: &str| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(id) = inner.strip_prefix('#').filter(|id| is_id(id)) {
        let name = channels.get(id).map_or(id, String::as_str);
        return Some(html! { span.mention { "#" (name) } });
    }
    if let Some(id) = ["@&", "@!", "@"].iter().find_map(|mark| inner.strip_prefix(mark)) {
        return is_id(id).then(|| html! { span.mention { "@" (id) } });
    }
    if let Some((name, id)) = inner.strip_prefix('/').and_then(|command| command.rsplit_once(':')) {
        return is_id(id).then(|| html! { span.mention { "/" (name) } });
    }
    if let Some(time) = inner.strip_prefix("t:") {
        let (seconds, style) = time.split_once(':').unwrap_or((time, "f"));
        return Some(html! { span.time { (moment(seconds, style)?) } });
    }
    is_address(inner).then(|| html! { span.link { (inner) } })
}

fn is_address(text: &str) -> bool {
    ["https://", "http://"].iter().any(|scheme| text.len() > scheme.len() && text.starts_with(scheme))
}

/// A moment in UTC as an American reads it. How long ago it is would depend on the clock: it is the moment instead.
fn moment(seconds: &str, style: &str) -> Option<String> {
    const SHORT_TIME: &[BorrowedFormatItem<'_>] =
        format_description!("[hour repr:12 padding:none]:[minute] [period]");
    const LONG_TIME: &[BorrowedFormatItem<'_>] =
        format_description!("[hour repr:12 padding:none]:[minute]:[second] [period]");
    const SHORT_DAY: &[BorrowedFormatItem<'_>] =
        format_description!("[month padding:none]/[day padding:none]/[year]");
    const LONG_DAY: &[BorrowedFormatItem<'_>] =
        format_description!("[month repr:long] [day padding:none], [year]");
    const BOTH: &[BorrowedFormatItem<'_>] = format_description!(
        "[month repr:long] [day padding:none], [year] [hour repr:12 padding:none]:[minute] [period]"
    );
    const WHOLE: &[BorrowedFormatItem<'_>] = format_description!(
        "[weekday], [month repr:long] [day padding:none], [year] [hour repr:12 padding:none]:[minute] [period]"
    );
    let form = match style {
        "t" => SHORT_TIME,
        "T" => LONG_TIME,
        "d" => SHORT_DAY,
        "D" => LONG_DAY,
        "f" | "R" => BOTH,
        "F" => WHOLE,
        _ => return None,
    };
    OffsetDateTime::from_unix_timestamp(seconds.parse().ok()?).ok()?.format(form).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(content: &str) -> String {
        text(content, &[("24".to_owned(), "news".to_owned())].into()).into_string()
    }

    fn line(content: &str) -> String {
        let shown = shown(content);
        shown.strip_prefix("<div>").and_then(|rest| rest.strip_suffix("</div>")).unwrap().to_owned()
    }

    #[test]
    fn emphasis_is_what_stands_between_two_equal_marks() {
        assert_eq!(line("a **b** c"), "a <strong>b</strong> c");
        assert_eq!(line("*a* _b_ __c__ ~~d~~"), "<em>a</em> <em>b</em> <u>c</u> <s>d</s>");
        assert_eq!(line("**a *b* c**"), "<strong>a <em>b</em> c</strong>");
        assert_eq!(line("***a***"), "<strong><em>a</em></strong>");
        assert_eq!(
            line("**a *b*** *c **d***"),
            "<strong>a <em>b</em></strong> <em>c <strong>d</strong></em>"
        );
        assert_eq!(line("**a**\u{200b}*b*"), "<strong>a</strong>\u{200b}<em>b</em>");
        for unmarked in ["**a", "2 * 3 * 4", "a_b_c", "** a**", "~~", "****"] {
            assert_eq!(line(unmarked), unmarked);
        }
    }

    #[test]
    fn what_is_escaped_or_code_has_no_marks() {
        assert_eq!(line(r"\*a\* \_b\_ \\ \a"), r"*a* _b_ \ \a");
        assert_eq!(line(r"**a\*\*b**"), "<strong>a**b</strong>");
        assert_eq!(line("`  **1**` `<`"), "<code>  **1**</code> <code>&lt;</code>");
        assert_eq!(line("**a `**` b**"), "<strong>a <code>**</code> b</strong>");
        assert_eq!(line("<b> & `"), "&lt;b&gt; &amp; `");
        assert_eq!(shown("```\n**a**\nb\n```\nc"), "<pre>**a**\nb</pre><div>c</div>");
    }

    #[test]
    fn lines_are_headings_lists_quotes_or_small_by_what_they_begin_with() {
        assert_eq!(shown("## a *b*"), r#"<div class="h2">a <em>b</em></div>"#);
        assert_eq!(
            shown("### a\n-# b\n> c"),
            r#"<div class="h3">a</div><div class="small">b</div><div class="quote">c</div>"#
        );
        let item = |depth: u8, mark: &str, text: &str| {
            format!(
                r#"<div class="item" style="--depth:{depth}"><span class="mark">{mark}</span><span>{text}</span></div>"#
            )
        };
        assert_eq!(shown("- a\n  - **b**"), item(0, "•", "a") + &item(1, "•", "<strong>b</strong>"));
        assert_eq!(shown("10. a"), item(0, "10.", "a"));
        for plain in ["#a", "##", "-a", "1.a", "a - b", r"\# a"] {
            assert_eq!(shown(plain), format!("<div>{}</div>", plain.replace('\\', "")));
        }
        assert_eq!(shown("a\n\nb"), "<div>a</div><div><br></div><div>b</div>");
    }

    #[test]
    fn mentions_have_names_and_links_their_words() {
        let mention = |text: &str| format!(r#"<span class="mention">{text}</span>"#);
        assert_eq!(
            line("<#24> </stats:1> <@5>"),
            [mention("#news"), mention("/stats"), mention("@5")].join(" ")
        );
        let link = |text: &str| format!(r#"<span class="link">{text}</span>"#);
        assert_eq!(line("[a](https://b.c/d) (https://e.f)."), link("a") + " (" + &link("https://e.f") + ").");
        assert_eq!(line("[a](b) <#x> [a]"), "[a](b) &lt;#x&gt; [a]");
    }

    #[test]
    fn moments_are_written_in_their_style() {
        let time = |text: &str| format!(r#"<span class="time">{text}</span>"#);
        assert_eq!(line("<t:1759190400:D>"), time("September 30, 2025"));
        assert_eq!(line("<t:1759190400>"), time("September 30, 2025 12:00 AM"));
        assert_eq!(line("<t:1759190400:d> <t:1759190461:T>"), time("9/30/2025") + " " + &time("12:01:01 AM"));
        assert_eq!(line("<t:1759190400:F>"), time("Tuesday, September 30, 2025 12:00 AM"));
        assert_eq!(line("<t:x>"), "&lt;t:x&gt;");
    }
}
