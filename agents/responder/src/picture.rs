//! The picture of an answer, drawn where the asker can show one.

use casa24_answers::{Answer, Query, ReadModel};
use casa24_charts::ChartError;
use casa24_presentation::cards;
use casa24_presentation::words::{Locale, Words};
use casa24_schemas::{Command, ImageType, MAX_FILE_BYTES, ReplyFile};

/// The picture; `None` where none was asked for, the answer has none, or it cannot be drawn.
pub(crate) fn picture(
    command: &Command,
    query: &Query,
    answer: &Answer,
    model: &ReadModel,
) -> Option<ReplyFile> {
    if !command.image {
        return None;
    }
    let figures = query.chart(&model.as_of(command.as_of).ok()?)?;
    let words = Words::of(command.locale.as_deref().map(Locale::best_for).unwrap_or_default());
    let chart = cards::chart(answer, &figures, words)?;
    let drawn: Result<Vec<u8>, ChartError> = match command.image_type {
        ImageType::Png => chart.png(words),
        ImageType::Svg => chart.svg(words).map(String::into_bytes),
    };
    let bytes = match drawn {
        Ok(bytes) if bytes.len() <= MAX_FILE_BYTES => bytes,
        Ok(bytes) => {
            tracing::warn!(command = command.name, num_bytes = bytes.len(), "a picture is too large to send");
            return None;
        }
        Err(error) => {
            tracing::warn!(command = command.name, %error, "a picture cannot be drawn");
            return None;
        }
    };
    let (name, content_type) = match command.image_type {
        ImageType::Png => ("chart.png", "image/png"),
        ImageType::Svg => ("chart.svg", "image/svg+xml"),
    };
    Some(ReplyFile { name: name.to_owned(), content_type: content_type.to_owned(), bytes })
}
