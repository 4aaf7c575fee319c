//! The picture of an answer: its figures and the words of a language in, a chart's specification out.

use casa24_answers::{Answer, ChartFigures, Owner, PanelFigures};
use casa24_charts::{AxisText, Chart, ForecastPoint, Goal, Legend, Observed, OtherPath, Panel};
use casa24_schemas::{Date, Value};
use time::Duration;

use crate::card::Line;
use crate::plain;
use crate::words::{Symbol, Words};

use super::models;

/// The chart of an answer; `None` where the answer has no picture.
pub fn chart(answer: &Answer, figures: &ChartFigures, words: &Words) -> Option<Chart> {
    let Answer::Predict(answer) = answer else { return None };
    let (method, total) = if answer.totals.is_empty() {
        (models::of_forecasts(words, &answer.forecasts), None)
    } else {
        let totals = answer.totals.iter().map(|total| &total.prediction);
        (models::of_forecasts(words, totals), Some(Line::from(words.say("chart-all-artists"))))
    };
    let as_of = words.line("as-of", &[("day", words.day(answer.head.as_of.0).into())]);
    let caption = match total {
        Some(total) => total.then(Symbol::Dot).then(method),
        None => method,
    };
    let expected = figures.compared_model.as_deref().map(|model| models::name(words, model));
    let is_of_artist = answer.forecasts.iter().any(|forecast| forecast.owner == Owner::Artist);
    let alt = if is_of_artist { words.say("chart-alt") } else { words.say("chart-alt-label") };
    Some(Chart {
        panels: figures.panels.iter().map(|panel| panel_of(panel, words)).collect(),
        legend: Legend {
            observed: words.say("chart-observed").as_str().to_owned(),
            expected: plain(&expected.unwrap_or_else(|| words.say("chart-expected").into()), words),
            interval_80: words.say("chart-interval-80").as_str().to_owned(),
            interval_95: words.say("chart-interval-95").as_str().to_owned(),
            marked: words.say("chart-level-change").as_str().to_owned(),
        },
        caption: plain(&caption.then(Symbol::Dot).then(as_of), words),
        warning: answer.head.sample.then(|| words.say("chart-sample").as_str().to_owned()),
        alt: alt.as_str().to_owned(),
    })
}

fn panel_of(figures: &PanelFigures, words: &Words) -> Panel {
    let current = figures.observed.last().map(|day| day.date);
    let ahead = |days: u32| current.and_then(|day| day.checked_add(Duration::days(i64::from(days))));
    let forecast = figures.path.iter().filter_map(|point| {
        Some(ForecastPoint {
            day: ahead(point.days_ahead)?,
            expected: point.predicted.get(),
            lower_80: point.lower_80.get(),
            upper_80: point.upper_80.get(),
            lower_95: point.lower_95.get(),
            upper_95: point.upper_95.get(),
        })
    });
    let other = |path: &casa24_answers::ModelPath| OtherPath {
        label: plain(&models::name(words, &path.model), words),
        points: path.points.iter().filter_map(|(days, value)| Some((ahead(*days)?, value.get()))).collect(),
    };
    let goal = |value: Value| Goal {
        value: value.get(),
        label: plain(&words.line("chart-goal", &[("value", words.number(value).into())]), words),
    };
    Panel {
        title: words.series(&figures.platform, &figures.metric).capitalised().as_str().to_owned(),
        subtitle: plain(&subtitle(figures, ahead, words), words),
        observed: figures
            .observed
            .iter()
            .map(|day| Observed { day: day.date, value: day.value, marked: day.new_level })
            .collect(),
        forecast: forecast.collect(),
        others: figures.others.iter().map(other).collect(),
        goal: figures.goal.map(goal),
        empty: words.say("chart-empty").as_str().to_owned(),
    }
}

/// The last point of a path, with its day.
fn subtitle(figures: &PanelFigures, ahead: impl Fn(u32) -> Option<Date>, words: &Words) -> Line {
    let last = figures.path.last().and_then(|last| Some((last, ahead(last.days_ahead)?)));
    let Some((last, day)) = last else { return words.say("missing-no-forecast").into() };
    let [predicted, lower, upper] =
        [last.predicted, last.lower_80, last.upper_80].map(|value| words.whole(value));
    let point = [
        ("predicted", predicted.into()),
        ("day", words.day_short(day).into()),
        ("lower", lower.into()),
        ("upper", upper.into()),
    ];
    words.line("chart-subtitle", &point)
}

impl AxisText for Words {
    fn number(&self, value: f64) -> String {
        Value::new(value).map(|value| Self::number(self, value).as_str().to_owned()).unwrap_or_default()
    }

    fn day(&self, day: Date) -> String {
        self.day_short(day).as_str().to_owned()
    }

    fn day_with_year(&self, day: Date) -> String {
        Self::day(self, day).as_str().to_owned()
    }
}
