//! Platforms and proxies may repeat in an error what they were sent: what is quoted of it must not hold a secret.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use reqwest::Request;

/// What stands in a secret's place.
const IN_ITS_PLACE: &str = "[secret]";
/// Fields of forms that are no secrets.
const OPEN_FIELDS: [&str; 2] = ["grant_type", "client_id"];
/// What is shorter is no secret, and would be found by chance.
const MIN_LENGTH: usize = 4;

/// The text of a reply to a request, without the secrets that the request held, in any form that is usual in one.
pub(super) fn redact(request: &Request, text: &str) -> String {
    let mut text = text.to_owned();
    for form in forms(&secrets(request)) {
        text = text.replace(&form, IN_ITS_PLACE);
    }
    text
}

/// Values of headers that are marked as sensitive, without the word for their kind, and of the fields of a form.
fn secrets(request: &Request) -> Vec<String> {
    let mut secrets = Vec::new();
    for value in request.headers().values().filter(|value| value.is_sensitive()) {
        let Ok(value) = value.to_str() else { continue };
        match value.split_once(' ') {
            Some(("Basic", encoded)) => {
                let decoded = STANDARD.decode(encoded).ok().and_then(|it| String::from_utf8(it).ok());
                secrets
                    .extend(decoded.as_deref().and_then(|it| it.split_once(':')).map(|it| it.1.to_owned()));
                secrets.push(encoded.to_owned());
            }
            Some((_, token)) => secrets.push(token.to_owned()),
            None => secrets.push(value.to_owned()),
        }
    }
    let body = request.body().and_then(|body| body.as_bytes()).unwrap_or_default();
    let is_form = request.headers().get(reqwest::header::CONTENT_TYPE);
    if is_form.is_some_and(|kind| kind == "application/x-www-form-urlencoded") {
        let body = String::from_utf8_lossy(body);
        for (name, value) in body.split('&').filter_map(|field| field.split_once('=')) {
            if !OPEN_FIELDS.contains(&name) {
                let value = value.replace('+', " ");
                secrets.push(percent_decode_str(&value).decode_utf8_lossy().into_owned());
            }
        }
    }
    secrets.retain(|secret| secret.len() >= MIN_LENGTH);
    secrets
}

/// The longest first: a form may hold another.
fn forms(secrets: &[String]) -> Vec<String> {
    let mut forms: Vec<String> = secrets
        .iter()
        .flat_map(|secret| {
            let encoded = utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
            // As a form has it: some characters stand as they are.
            let usual = encoded.replace("%2D", "-").replace("%2E", ".").replace("%5F", "_");
            let escaped = secret.replace('/', "\\/");
            [
                STANDARD.encode(secret),
                STANDARD.encode(secret).trim_end_matches('=').to_owned(),
                URL_SAFE_NO_PAD.encode(secret),
                encoded.to_lowercase(),
                usual.to_lowercase(),
                encoded,
                usual,
                escaped,
                secret.clone(),
            ]
        })
        .collect();
    forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
    forms.dedup();
    forms
}

#[cfg(test)]
mod tests {
    use reqwest::header::{AUTHORIZATION, HeaderValue};

    use super::*;

    const KEY: &str = "s3cr-et/+key";

    fn redacted(header: &str, form: &[(&str, &str)], text: &str) -> String {
        let mut header = HeaderValue::from_str(header).unwrap();
        header.set_sensitive(true);
        rustls::crypto::ring::default_provider().install_default().ok();
        let request = reqwest::Client::new().post("http://127.0.0.1/").header(AUTHORIZATION, header);
        let request = if form.is_empty() { request } else { request.form(form) };
        redact(&request.build().unwrap(), text)
    }

    #[test]
    fn what_was_sent_is_not_repeated_in_any_form() {
        for text in [
            KEY,
            "s3cr-et%2F%2Bkey",
            "s3cr%2Det%2F%2Bkey",
            "s3cr-et%2f%2bkey",
            "s3cr-et\\/+key",
            "czNjci1ldC8ra2V5",
        ] {
            let told = "no [secret] here";
            assert_eq!(redacted(&format!("Bearer {KEY}"), &[], &format!("no {text} here")), told, "{text}");
            let form = [("grant_type", "exchange"), ("token", KEY)];
            assert_eq!(redacted("x", &form, &format!("no {text} here")), told, "{text}");
        }
        let app = format!("Basic {}", STANDARD.encode(format!("app:{KEY}")));
        assert_eq!(redacted(&app, &[], &format!("{app}, {KEY}")), "Basic [secret], [secret]");
        let form = [("grant_type", "exchange"), ("client_id", "4711")];
        assert_eq!(redacted("x", &form, "exchange of 4711 refused"), "exchange of 4711 refused");
    }
}
