//! The picture of an answer: its figures and the words of a language in, a chart's specification out.

use casa24_answers::growth::Total;
use casa24_answers::predict::{self, Prediction};
use casa24_answers::{Answer, ChartFigures, PanelFigures};
use casa24_charts::{
    AxisText, Chart, ForecastPoint, Goal, Legend, Milestone, Observed, OtherPath, Panel, Theme,
};
use casa24_schemas::{Date, Value};
use time::Duration;

use crate::card::Line;
use crate::plain;
use crate::words::{Symbol, Words};

use super::chart::{described, expected_then};
use super::frame::{artists, joined, labelled, name, with_age, with_brackets};
use super::{goal, missing, models};

/// The chart of an answer; `None` where the answer has no picture.
pub fn chart(answer: &Answer, figures: &ChartFigures, words: &Words) -> Option<Chart> {
    let head = answer.head();
    let as_of = words.line("as-of", &[("day", words.day(head.as_of.0).into())]);
    let expected = figures.compared_model.as_deref().map(|model| models::name(words, model));
    let (caption, alt) = match answer {
        Answer::Predict(forecasts) => of_forecasts(answer, forecasts, figures, words),
        Answer::Chart(charted) => of_lines(answer, charted, words),
        other => of_observed(other, figures, words),
    };
    Some(Chart {
        panels: figures.panels.iter().map(|panel| panel_of(panel, words)).collect(),
        legend: Legend {
            observed: words.say("chart-observed").as_str().to_owned(),
            expected: plain(&expected.unwrap_or_else(|| words.say("chart-expected").into()), words),
            interval_80: words.say("chart-interval-80").as_str().to_owned(),
            interval_95: words.say("chart-interval-95").as_str().to_owned(),
            marked: words.say("chart-level-change").as_str().to_owned(),
            milestone: words.say("chart-milestone").as_str().to_owned(),
        },
        caption: plain(&caption.then(Symbol::Dot).then(as_of), words),
        warning: head.sample.then(|| words.say("chart-sample").as_str().to_owned()),
        theme: match figures.theme {
            casa24_answers::Theme::Dark => Theme::Dark,
            casa24_answers::Theme::Light => Theme::Light,
        },
        alt,
    })
}

/// The caption and the alternative text of a picture of forecasts: by which models, and of each series what the card says.
fn of_forecasts(
    answer: &Answer,
    forecasts: &predict::Answer,
    figures: &ChartFigures,
    words: &Words,
) -> (Line, String) {
    let (method, total) = if forecasts.totals.is_empty() {
        (models::of_forecasts(words, &forecasts.forecasts), None)
    } else {
        let totals = forecasts.totals.iter().map(|total| &total.prediction);
        (models::of_forecasts(words, totals), Some(Line::from(words.say("chart-all-artists"))))
    };
    let title = super::card(answer, words).title.then(Symbol::Dot).then(method.clone());
    let text =
        |panel: &PanelFigures| labelled(words, title_of(panel, words), forecast_of(forecasts, panel, words));
    let panels = joined(figures.panels.iter().map(text), Symbol::Semicolon);
    let caption = match total {
        Some(total) => total.then(Symbol::Dot).then(method),
        None => method,
    };
    (caption, alternative(title, panels, words))
}

/// `2,964 → 3,041 expected on Oct 30 (80 %: 3,023–3,083)`: what the answer says of the series of a panel, what other models
/// that stand beside it expect then, and when a goal is reached; without a forecast why there is none.
fn forecast_of(answer: &predict::Answer, panel: &PanelFigures, words: &Words) -> Line {
    let is_of = |of: &&Prediction| of.platform == panel.platform && of.metric == panel.metric;
    let total = answer.totals.iter().find(|total| is_of(&&total.prediction));
    let mut of_models = answer.forecasts.iter().filter(is_of);
    let Some(shown) = total.map(|total| &total.prediction).or_else(|| of_models.next()) else {
        return Line::default();
    };
    let newest = shown.current.map(|current| Line::from(words.whole(current)));
    let mut line = match expected(words, shown) {
        Some(expected) => joined(newest.into_iter().chain([expected]), Symbol::Arrow),
        None => {
            let why = shown.missing.as_ref().map(|why| missing::line(words, why, &shown.platform));
            joined(newest.into_iter().chain(why), Symbol::Dot)
        }
    };
    if let Some(total) = total {
        let sum = [("line", line.into()), ("artists", artists(words, total.num_artists_added).into())];
        line = words.line("chart-sum", &sum);
    }
    let others = of_models.filter(|_| !panel.others.is_empty()).filter_map(|of| {
        Some(labelled(words, models::name(words, of.model.as_deref()?), words.whole(of.predicted?)))
    });
    let goal = shown.goal.as_ref().map(|found| goal::line(words, found));
    let line = joined([line].into_iter().chain(others).chain(goal), Symbol::Dot);
    let line = models::beside_instead(words, line, shown.model.as_deref(), shown.instead_of.as_ref());
    with_age(line, words, shown.current_date, answer.head.as_of.0)
}

/// The expected value with its interval and its day.
fn expected(words: &Words, of: &Prediction) -> Option<Line> {
    let day = of.current_date?.0.checked_add(Duration::days(of.days_ahead.into()))?;
    Some(expected_then(words, [of.predicted?, of.lower_80?, of.upper_80?], day))
}

/// What a picture is about, and what each of its panels shows.
fn alternative(title: Line, panels: Line, words: &Words) -> String {
    plain(&words.line("chart-alt", &[("title", title.into()), ("panels", panels.into())]), words)
}

/// The same of a picture that was asked for: its title, and what each line shows.
fn of_lines(answer: &Answer, lines: &casa24_answers::chart::Answer, words: &Words) -> (Line, String) {
    let title = super::card(answer, words).title;
    let alt = alternative(title.clone(), described(lines, words), words);
    (title, alt)
}

/// The same of a picture of what was observed: the title of the answer, and the ends of each line.
fn of_observed(answer: &Answer, figures: &ChartFigures, words: &Words) -> (Line, String) {
    let title = super::card(answer, words).title;
    let text = |panel: &PanelFigures| {
        let line = ends(panel, words);
        let total = total_of(answer, panel).and_then(|total| Some((total, total.change?)));
        // A total of the same artists over the same days needs no words of its own.
        let total = total.filter(|(total, change)| {
            Some(total.num_artists_added) != panel.num_artists_added || Some(*change) != change_of(panel)
        });
        let line = match total {
            None => line,
            Some((total, change)) => {
                let total = [
                    ("line", line.into()),
                    ("change", words.signed(change).into()),
                    ("artists", artists(words, total.num_artists_added).into()),
                ];
                words.line("chart-alt-total", &total)
            }
        };
        labelled(words, title_of(panel, words), line)
    };
    let panels = joined(figures.panels.iter().map(text), Symbol::Semicolon);
    let alt = alternative(title.clone(), panels, words);
    (title, alt)
}

/// The total of an answer whose daily sums a panel shows: it adds those with a value at both ends of the period, the line
/// those who have one near every day.
fn total_of<'a>(answer: &'a Answer, panel: &PanelFigures) -> Option<&'a Total> {
    let totals = match answer {
        Answer::Growth(answer) => &answer.totals,
        Answer::Weekly(answer) => &answer.totals,
        _ => return None,
    };
    let is_same = |total: &&Total| total.platform == panel.platform && total.metric == panel.metric;
    totals.iter().find(is_same).filter(|_| panel.num_artists_added.is_some())
}

fn panel_of(figures: &PanelFigures, words: &Words) -> Panel {
    let ahead = |days: u32| day_ahead(figures, days);
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
        title: plain(&title_of(figures, words), words),
        subtitle: plain(&subtitle(figures, words), words),
        observed: figures
            .observed
            .iter()
            .map(|day| Observed { day: day.date, value: day.value, marked: day.new_level })
            .collect(),
        forecast: forecast.collect(),
        milestones: figures
            .milestones
            .iter()
            .map(|passed| Milestone {
                day: passed.date.0,
                value: passed.value.get(),
                label: words.number(passed.threshold).as_str().to_owned(),
            })
            .collect(),
        others: figures.others.iter().map(other).collect(),
        goal: figures.goal.map(goal),
        empty: words.say("chart-empty").as_str().to_owned(),
    }
}

/// The day so many days after the newest value.
fn day_ahead(figures: &PanelFigures, days: u32) -> Option<Date> {
    figures.observed.last()?.date.checked_add(Duration::days(i64::from(days)))
}

/// The series, and whose it is where panels of several artists stand side by side.
fn title_of(figures: &PanelFigures, words: &Words) -> Line {
    let series = Line::from(words.series(&figures.platform, &figures.metric).capitalised());
    match &figures.title {
        Some(artist) => joined([name(artist), series], Symbol::Dot),
        None => series,
    }
}

/// The last value of a line less its first.
fn change_of(figures: &PanelFigures) -> Option<Value> {
    let (first, last) = (figures.observed.first()?, figures.observed.last()?);
    Value::new(last.value - first.value)
}

/// What a line of observed values goes from and to: `1,000 → 1,250 (+250)`, and of a sum how many artists it adds.
fn ends(figures: &PanelFigures, words: &Words) -> Line {
    let value = |number: f64| Value::new(number);
    let (first, last) = (figures.observed.first(), figures.observed.last());
    let ends = first.and_then(|day| value(day.value)).zip(last.and_then(|day| value(day.value)));
    let Some((first, last)) = ends else {
        return Line::default();
    };
    let change = change_of(figures).filter(|change| change.get() != 0.0);
    let values = Line::from(words.number(first)).then(Symbol::Arrow).then(words.number(last));
    let line = with_brackets(values, words, change.map(|change| words.signed(change)));
    match figures.num_artists_added {
        Some(added) => {
            words.line("chart-sum", &[("line", line.into()), ("artists", artists(words, added).into())])
        }
        None => line,
    }
}

/// The last point of a path, with its day.
fn subtitle(figures: &PanelFigures, words: &Words) -> Line {
    let last = figures.path.last().and_then(|last| Some((last, day_ahead(figures, last.days_ahead)?)));
    let Some((last, day)) = last else { return ends(figures, words) };
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
