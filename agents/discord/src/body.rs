//! Bodies of requests and responses: JSON, or JSON with files as multipart/form-data.
//!
//! The encoding is made here, once for each answer: the same bytes are sent again after a fault, and the same encoding
//! is the body of a response, which HTTP clients do not make.

use bytes::Bytes;
use casa24_schemas::ReplyFile;
use serde_json::Value as Json;

/// An encoded body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Body {
    /// Value of the header `Content-Type`.
    pub(crate) content_type: String,
    /// The body itself; clones share it.
    pub(crate) bytes: Bytes,
}

impl Body {
    /// A body of JSON alone.
    pub(crate) fn json(json: &Json) -> Self {
        Self::of_json_text(json.to_string())
    }

    /// A body of JSON that is encoded already.
    pub(crate) fn of_json_text(text: String) -> Self {
        Self { content_type: "application/json".to_owned(), bytes: text.into() }
    }

    /// A body of JSON, with the files that it attaches.
    ///
    /// Source: <https://discord.com/developers/docs/reference#uploading-files>
    pub(crate) fn with_files(json: &Json, files: &[ReplyFile]) -> Self {
        if files.is_empty() {
            return Self::json(json);
        }
        let json = json.to_string();
        let boundary = boundary(json.as_bytes(), files);
        let mut bytes =
            Vec::with_capacity(json.len() + 1_024 + files.iter().map(|file| file.bytes.len()).sum::<usize>());
        let mut part = |head: String, content: &[u8]| {
            bytes.extend_from_slice(format!("--{boundary}\r\n{head}\r\n\r\n").as_bytes());
            bytes.extend_from_slice(content);
            bytes.extend_from_slice(b"\r\n");
        };
        let head = "Content-Disposition: form-data; name=\"payload_json\"\r\nContent-Type: application/json";
        part(head.to_owned(), json.as_bytes());
        for (index, file) in files.iter().enumerate() {
            let (name, content_type) = (&file.name, one_line(&file.content_type));
            let head = format!(
                "Content-Disposition: form-data; name=\"files[{index}]\"; filename=\"{name}\"\r\nContent-Type: {content_type}"
            );
            part(head, &file.bytes);
        }
        bytes.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        Self { content_type: format!("multipart/form-data; boundary={boundary}"), bytes: bytes.into() }
    }
}

/// A text that no part holds.
fn boundary(json: &[u8], files: &[ReplyFile]) -> String {
    let mut boundary = "casa24-boundary".to_owned();
    let holds = |content: &[u8], boundary: &str| {
        content.windows(boundary.len()).any(|window| window == boundary.as_bytes())
    };
    while holds(json, &boundary) || files.iter().any(|file| holds(&file.bytes, &boundary)) {
        boundary.push('-');
        boundary.push_str(&boundary.len().to_string());
    }
    boundary
}

/// A media type comes from the bus: it must not begin a header of its own.
fn one_line(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn file(bytes: &[u8]) -> ReplyFile {
        ReplyFile {
            name: "chart.png".to_owned(),
            content_type: "image/png".to_owned(),
            alt: None,
            bytes: bytes.to_vec(),
        }
    }

    #[test]
    fn files_stand_behind_the_json_each_in_a_part_of_its_own() {
        let body = Body::with_files(&json!({ "a": 1 }), &[file(b"\x89PNG"), file(b"2")]);
        let boundary = body.content_type.strip_prefix("multipart/form-data; boundary=").unwrap();
        let text = String::from_utf8_lossy(&body.bytes).into_owned();
        let parts: Vec<&str> = text.split(&format!("--{boundary}")).collect();
        assert_eq!(parts.len(), 5);
        assert!(parts[1].ends_with("application/json\r\n\r\n{\"a\":1}\r\n"), "{}", parts[1]);
        assert!(
            parts[2].contains("name=\"files[0]\"; filename=\"chart.png\"\r\nContent-Type: image/png\r\n\r\n")
        );
        assert!(parts[3].contains("files[1]") && parts[3].ends_with("\r\n\r\n2\r\n"));
        assert_eq!((parts[0], parts[4]), ("", "--\r\n"));
        assert_eq!(Body::with_files(&json!({}), &[]), Body::json(&json!({})));
    }

    #[test]
    fn a_part_that_holds_the_boundary_gets_another_one() {
        let body = Body::with_files(&json!({}), &[file(b"--casa24-boundary--")]);
        let boundary = body.content_type.rsplit('=').next().unwrap();
        assert!(boundary.len() > "casa24-boundary".len());
        let text = String::from_utf8_lossy(&body.bytes).into_owned();
        assert_eq!(text.matches(&format!("--{boundary}")).count(), 3);
    }
}
