//! One platform's block of a document: figures and content.

use std::collections::BTreeMap;

use casa24_schemas::{Content, Metric, Platform, RawValue, Track, Video, metric_info};

use super::json::{Json, Object, field};
use super::problems::Problems;
use crate::quote::quote;

/// Longest text that a raw value holds, in characters (as `RawSnapshot::check` has it).
const MAX_VALUE_CHARS: usize = 100;

/// What a platform's block says.
#[derive(Debug, Default)]
pub(super) struct Block {
    pub(super) metrics: BTreeMap<Metric, RawValue>,
    /// `Some` where the block has any field of content, even an empty one.
    pub(super) content: Option<Content>,
}

/// Reads a block. Known metrics travel as they are, be they text or null. Of other fields only numbers travel,
/// ids excepted; what else is there is no figure and stays in the file.
pub(super) fn read_block(
    platform: &Platform,
    object: &Object<'_>,
    place: &str,
    problems: &mut Problems,
) -> Block {
    let mut block = Block::default();
    for (name, value) in object {
        match name.as_ref() {
            "genres" => {
                let genres = &mut block.content.get_or_insert_default().genres;
                *genres = read_list(value, place, name, problems, read_genre);
            }
            "top_tracks" => {
                let tracks = &mut block.content.get_or_insert_default().tracks;
                *tracks = read_list(value, place, name, problems, read_track);
            }
            "top_videos" => {
                let videos = &mut block.content.get_or_insert_default().videos;
                *videos = read_list(value, place, name, problems, read_video);
            }
            "username" | "name" => {
                let content = block.content.get_or_insert_default();
                let text = if name == "name" { &mut content.display_name } else { &mut content.username };
                match value {
                    Json::Text(value) => *text = Some(value.clone().into_owned()),
                    Json::Null => {}
                    other => problems.add(place, format_args!("{name} is {}, expected a text", other.kind())),
                }
            }
            _ => read_metric(platform, name, value, place, problems, &mut block.metrics),
        }
    }
    block
}

fn read_metric(
    platform: &Platform,
    name: &str,
    value: &Json<'_>,
    place: &str,
    problems: &mut Problems,
    metrics: &mut BTreeMap<Metric, RawValue>,
) {
    let is_number = matches!(value, Json::Integer(_) | Json::Float(_));
    let is_id = name == "id" || name.ends_with("_id");
    let metric = match Metric::new(name) {
        Ok(metric) => metric,
        Err(error) if is_number => return problems.add(place, format_args!("a metric's name: {error}")),
        Err(_) => return,
    };
    let known = metric_info(platform, &metric).is_some();
    if !known && (!is_number || is_id) {
        return;
    }
    let raw = match value {
        Json::Integer(number) => RawValue::Integer(*number),
        Json::Float(number) => RawValue::Float(*number),
        Json::Null => RawValue::Null,
        Json::Text(text) if text.chars().nth(MAX_VALUE_CHARS).is_none() => {
            RawValue::Text(text.clone().into_owned())
        }
        // What cannot be a figure travels as the text that it is, in short: withheld with a reason, it is on record.
        Json::Text(text) => {
            problems.add(place, format_args!("{metric} is a text too long: {}", quote(text)));
            RawValue::Text(in_short(text))
        }
        Json::Bool(_) | Json::List(_) | Json::Object(_) => {
            problems.add(place, format_args!("{metric} is {}, expected a number", value.kind()));
            RawValue::Text(in_short(&serde_json::to_string(value).unwrap_or_default()))
        }
    };
    if metrics.contains_key(&metric) {
        return problems.add(place, format_args!("{metric} occurs twice, the first counts"));
    }
    metrics.insert(metric, raw);
}

/// The beginning of a text that is too long for a value, or all of one that is not.
fn in_short(text: &str) -> String {
    match text.char_indices().nth(MAX_VALUE_CHARS - 1) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The items of a list that can be read; null is an empty list.
fn read_list<T>(
    value: &Json<'_>,
    place: &str,
    name: &str,
    problems: &mut Problems,
    read_item: impl Fn(&Json<'_>) -> Result<T, String>,
) -> Vec<T> {
    let items = match value {
        Json::List(items) => items.as_slice(),
        Json::Null => &[],
        other => {
            problems.add(place, format_args!("{name} is {}, expected a list", other.kind()));
            &[]
        }
    };
    let mut list = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        match read_item(item) {
            Ok(item) => list.push(item),
            Err(fault) => problems.add(place, format_args!("{name}, item {}: {fault}", index + 1)),
        }
    }
    list
}

fn read_genre(item: &Json<'_>) -> Result<String, String> {
    item.as_text().map(str::to_owned).ok_or_else(|| format!("{}, expected a text", item.kind()))
}

fn read_track(item: &Json<'_>) -> Result<Track, String> {
    let object = object(item)?;
    let popularity = match field(object, "popularity") {
        None | Some(Json::Null) => None,
        Some(Json::Integer(score @ 0..=100)) => u8::try_from(*score).ok(),
        Some(_) => return Err("popularity: expected 0 to 100".to_owned()),
    };
    Ok(Track { name: text(object, "name")?, popularity, preview_url: optional_text(object, "preview_url")? })
}

fn read_video(item: &Json<'_>) -> Result<Video, String> {
    let object = object(item)?;
    let views = match field(object, "views") {
        None | Some(Json::Null) => None,
        Some(Json::Integer(views @ 0..)) => u64::try_from(*views).ok(),
        Some(_) => return Err("views: expected a count".to_owned()),
    };
    Ok(Video {
        id: text(object, "video_id")?,
        title: text(object, "title")?,
        views,
        published_at: optional_text(object, "published_at")?,
    })
}

fn object<'o, 'a>(item: &'o Json<'a>) -> Result<&'o Object<'a>, String> {
    if let Json::Object(object) = item {
        Ok(object)
    } else {
        Err(format!("{}, expected an object", item.kind()))
    }
}

fn text(object: &Object<'_>, name: &str) -> Result<String, String> {
    optional_text(object, name)?.ok_or_else(|| format!("{name} is missing"))
}

fn optional_text(object: &Object<'_>, name: &str) -> Result<Option<String>, String> {
    match field(object, name) {
        None | Some(Json::Null) => Ok(None),
        Some(Json::Text(text)) => Ok(Some(text.clone().into_owned())),
        Some(other) => Err(format!("{name} is {}, expected a text", other.kind())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(platform: &str, json: &str) -> (Block, Vec<String>) {
        let Json::Object(object) = serde_json::from_str(json).unwrap() else { panic!("no object") };
        let mut problems = Problems::default();
        let block = read_block(&Platform::new(platform).unwrap(), &object, "x", &mut problems);
        (block, problems.into_messages())
    }

    fn metric(block: &Block, name: &str) -> Option<RawValue> {
        block.metrics.get(&Metric::new(name).unwrap()).cloned()
    }

    #[test]
    fn known_metrics_travel_as_they_are() {
        let (block, problems) = read(
            "spotify",
            r#"{"followers": 12, "popularity_score": null, "monthly_listeners": "1,200", "genres": []}"#,
        );
        assert_eq!(metric(&block, "followers"), Some(RawValue::Integer(12)));
        assert_eq!(metric(&block, "popularity_score"), Some(RawValue::Null));
        assert_eq!(metric(&block, "monthly_listeners"), Some(RawValue::Text("1,200".to_owned())));
        assert_eq!(block.content, Some(Content::default()));
        assert!(problems.is_empty());
    }

    #[test]
    fn a_metric_of_a_wrong_type_is_told_and_the_others_stay() {
        let (block, problems) = read(
            "youtube",
            r#"{"subscribers": {"total": 3}, "total_views": [1], "video_count": 7, "video_count": 8}"#,
        );
        assert_eq!(metric(&block, "video_count"), Some(RawValue::Integer(7)));
        assert_eq!(metric(&block, "subscribers"), Some(RawValue::Text(r#"{"total":3}"#.to_owned())));
        assert_eq!(metric(&block, "total_views"), Some(RawValue::Text("[1]".to_owned())));
        assert_eq!(
            problems,
            [
                "x: subscribers is an object, expected a number",
                "x: total_views is a list, expected a number",
                "x: video_count occurs twice, the first counts"
            ]
        );
    }

    #[test]
    fn a_text_without_end_is_told_in_few_words() {
        let json = format!(r#"{{"followers": "{}", "media_count": 1}}"#, "9".repeat(10 << 20));
        let (block, problems) = read("instagram", &json);
        assert_eq!(metric(&block, "media_count"), Some(RawValue::Integer(1)));
        let Some(RawValue::Text(text)) = metric(&block, "followers") else { panic!("no text") };
        assert_eq!(text, "9".repeat(99) + "…");
        assert!(problems[0].len() < 200 && problems[0].contains("followers"), "{problems:?}");
    }

    #[test]
    fn of_unknown_fields_the_numbers_travel() {
        let (block, problems) = read(
            "tiktok",
            r#"{"likes": 5, "ratio": 0.5, "channel_id": 77, "bio": "12", "links": {}, "Likes!": 3, "x": null}"#,
        );
        assert_eq!(metric(&block, "likes"), Some(RawValue::Integer(5)));
        assert_eq!(metric(&block, "ratio"), Some(RawValue::Float(0.5)));
        assert_eq!(block.metrics.len(), 2);
        assert_eq!(problems.len(), 1);
        assert!(problems[0].contains("Likes!"));
    }

    #[test]
    fn content_is_read_and_an_item_that_is_none_is_told() {
        let (block, problems) = read(
            "youtube",
            r#"{"genres": ["dub", 3], "username": "moss", "name": null,
                "top_tracks": [{"name": "Rain", "popularity": 9, "preview_url": null}, {"popularity": 1},
                               {"name": "Sun", "popularity": 300}],
                "top_videos": [{"title": "Rain", "views": 3, "video_id": "v1", "published_at": "2025-01-01T00:00:00Z"},
                               7, {"title": "Sun", "video_id": "v2", "views": -1}]}"#,
        );
        let content = block.content.unwrap();
        assert_eq!(content.genres, ["dub"]);
        assert_eq!((content.username.as_deref(), content.display_name), (Some("moss"), None));
        assert_eq!(
            content.tracks,
            [Track { name: "Rain".to_owned(), popularity: Some(9), preview_url: None }]
        );
        assert_eq!(content.videos.len(), 1);
        assert_eq!((content.videos[0].id.as_str(), content.videos[0].views), ("v1", Some(3)));
        assert_eq!(problems.len(), 5);
    }

    #[test]
    fn content_that_is_no_list_is_told() {
        let (block, problems) = read("spotify", r#"{"top_tracks": "none", "genres": null, "name": 5}"#);
        assert_eq!(block.content, Some(Content::default()));
        assert_eq!(problems.len(), 2);
    }
}
