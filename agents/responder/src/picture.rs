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
    let as_of = model.as_of(command.as_of).ok()?.in_time_zone(query.time_zone(command).ok()?.as_ref());
    let figures = query.chart(&as_of)?;
    let words = Words::of(command.locale.as_deref().map(Locale::best_for).unwrap_or_default());
    let chart = cards::chart(answer, &figures, words)?;
    let drawn = match command.image_type {
        ImageType::Png => chart.png(words),
        ImageType::Svg => chart.svg(words).map(String::into_bytes),
    };
    file(command, drawn, &chart.alt)
}

/// A drawn picture as a file; `None` where it is too large to send or could not be drawn.
fn file(command: &Command, drawn: Result<Vec<u8>, ChartError>, alt: &str) -> Option<ReplyFile> {
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
    Some(ReplyFile {
        name: name.to_owned(),
        content_type: content_type.to_owned(),
        alt: Some(alt.to_owned()),
        bytes,
    })
}

#[cfg(test)]
mod tests {
    use casa24_schemas::Value;

    use crate::fixture::{command, label};
    use crate::reply::reply;

    use super::*;

    const FORECAST: &str = "predict artist:Luz";

    /// The files of the reply to a question that asks for a picture.
    fn files(line: &str, image_type: ImageType, locale: &str) -> Vec<ReplyFile> {
        let locale = Some(locale.to_owned());
        reply(&Command { image: true, image_type, locale, ..command(line) }, &label(false)).files
    }

    #[test]
    fn a_picture_comes_only_where_it_was_asked_for_and_the_answer_has_one() {
        assert_eq!(files(FORECAST, ImageType::Png, "en").len(), 1);
        assert_eq!(reply(&command(FORECAST), &label(false)).files, []);
        for without in ["stats", "leaderboard", "predict artist:Nobody", "predict models:all"] {
            assert_eq!(files(without, ImageType::Png, "en"), [], "{without}");
        }
    }

    #[test]
    fn a_picture_is_encoded_as_asked_and_worded_for_the_asker() {
        let png = files(FORECAST, ImageType::Png, "en").remove(0);
        assert_eq!((png.name.as_str(), png.content_type.as_str()), ("chart.png", "image/png"));
        assert!(png.bytes.starts_with(b"\x89PNG\r\n\x1a\n"));
        assert!(png.alt.is_some_and(|alt| alt.starts_with("Line charts:")));
        for (locale, title) in
            [("en", "Line charts:"), ("es-419", "Gráficos de líneas:"), ("tlh", "Line charts:")]
        {
            let svg = files(FORECAST, ImageType::Svg, locale).remove(0);
            assert_eq!((svg.name.as_str(), svg.content_type.as_str()), ("chart.svg", "image/svg+xml"));
            let svg = String::from_utf8(svg.bytes).unwrap();
            assert!(svg.starts_with("<svg ") && svg.contains(&format!("<title>{title}")), "{svg:.300}");
        }
    }

    #[test]
    fn the_words_for_a_forecast_have_the_figures_of_the_answer() {
        let asked = |line: &str| {
            let reply = reply(&Command { image: true, ..command(line) }, &label(false));
            let alt = reply.files[0].alt.clone().unwrap();
            let Answer::Predict(answer) = reply.answer.unwrap().as_ref().clone() else { panic!("{line}") };
            (alt, answer.forecasts)
        };
        let whole = |value: Option<Value>| format!("{:.0}", value.unwrap().get());
        let (alt, forecasts) = asked("predict artist:Luz days:7");
        let of = &forecasts[0];
        let [expected, lower, upper] = [of.predicted, of.lower_80, of.upper_80].map(whole);
        let model = match of.model.as_deref().unwrap() {
            "naive" => "“it stays as it is”".to_owned(),
            model => format!("{model} model"),
        };
        assert_eq!(
            alt,
            format!(
                "Line charts: Luz · 7 days ahead · {model}. Spotify followers: 160 → {expected} expected on Oct 7 \
                 (80 %: {lower}–{upper})"
            )
        );
        let (alt, forecasts) = asked("predict artist:Luz days:7 metric:spotify-followers models:all");
        for of in &forecasts[1..] {
            let model = of.model.as_deref().unwrap().replace("arima", "ARIMA");
            assert!(alt.contains(&format!("{model}: {}", whole(of.predicted))), "{alt}");
        }
    }

    #[test]
    fn a_picture_that_is_too_large_is_left_out() {
        let command = command(FORECAST);
        let num_bytes = |len: usize| file(&command, Ok(vec![0; len]), "").map(|file| file.bytes.len());
        assert_eq!(num_bytes(MAX_FILE_BYTES), Some(MAX_FILE_BYTES));
        assert_eq!(num_bytes(MAX_FILE_BYTES + 1), None);
    }
}
