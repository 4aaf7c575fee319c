//! `chart [artists:] [metric:] [period:] [theme:]`: one or several series as a picture, with what happened on the way and
//! what is expected next.

use std::ops::Bound;

use casa24_analytics::Series;
use casa24_schemas::{
    Date, DatedFlag, Day, Facts, Forecast, Metric, Platform, TrendKind, Value, is_headline, is_summable,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Ask;
use super::choices::{self, ALL};
use crate::definition::{CommandDefinition, OptionDefinition, OptionKind};
use crate::explanation::{Explainer, Explanation, Forecasted, OfForecast, Place, UnexplainedReason};
use crate::figures::{
    ChartFigures, Head, MAX_PANELS, Missing, Noted, Owner, PanelFigures, Passed, SeriesKey, Theme,
    newest_days,
};
use crate::query::Options;
use crate::read_model::{ArtistView, AsOf, ENSEMBLE, SeriesOf};
use crate::refusal::Refusal;

/// Most artists.
const MOST: u32 = 6;
/// How far ahead the forecast is shown, in days.
const AHEAD_DAYS: u32 = 30;
/// Most milestones of a series, the newest ones: more could not be told apart.
const MOST_PASSED: usize = 6;

const DARK: &str = "dark";
const LIGHT: &str = "light";

/// The question.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Query {
    /// Names of the artists; none for the label's totals.
    pub artists: Vec<String>,
    /// What to show: value of the option; `all` for the headline figures.
    pub metric: &'static str,
    /// Days back from the newest value of each series.
    pub period_days: u32,
    /// What the picture is drawn for.
    pub theme: Theme,
}

/// One or several series over a number of days.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// What every answer begins with.
    #[serde(flatten)]
    pub head: Head,
    /// Names of the artists; empty for the label's totals.
    pub artists: Vec<String>,
    /// What was asked for: value of the option.
    pub metric: String,
    /// Days back from the newest value of each series.
    pub period_days: u32,
    /// What the picture is drawn for.
    pub theme: Theme,
    /// The series, 6 at most.
    pub series: Vec<Charted>,
    /// How many more were asked for.
    pub num_more: u32,
}

/// What a line of the picture shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Charted {
    /// Name of the artist; missing of a total of all artists.
    pub artist: Option<String>,
    /// Platform of the series.
    pub platform: Platform,
    /// Metric of the series.
    pub metric: Metric,
    /// Of a total: number of artists that it adds, each on every day.
    pub num_artists_added: Option<u32>,
    /// First value of the line.
    pub first: Option<Value>,
    /// Its day.
    pub first_date: Option<Day>,
    /// Last value of the line.
    pub last: Option<Value>,
    /// Its day.
    pub last_date: Option<Day>,
    /// Last less first.
    pub change: Option<Value>,
    /// Marks of the validator on values of the line.
    pub flags: Vec<DatedFlag>,
    /// Milestones reached within its days, oldest first, the newest 6.
    pub milestones: Vec<Passed>,
    /// The lowest goal of the label above the last value; missing where there is none.
    pub goal: Option<Value>,
    /// What is expected at the end of the line's forecast; missing where there is none.
    pub expected: Option<Expected>,
    /// Why there is no line.
    pub missing: Option<Missing>,
}

/// An expected value with its 80 % interval.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Expected {
    /// The day.
    pub date: Day,
    /// The value.
    pub value: Value,
    /// Lower end of the interval.
    pub lower: Value,
    /// Upper end of the interval.
    pub upper: Value,
    /// The model.
    pub model: String,
}

/// A line: what the answer says of it, and what the picture shows.
struct Line {
    charted: Charted,
    panel: PanelFigures,
}

impl Answer {
    /// The platforms that its figures come from, in the order in which they are shown.
    pub fn sources(&self) -> impl Iterator<Item = &Platform> {
        self.series.iter().filter(|series| series.last.is_some()).map(|series| &series.platform)
    }
}

impl Ask for Query {
    type Answer = Answer;

    const DEFINITION: CommandDefinition = CommandDefinition {
        name: "chart",
        options: &[
            OptionDefinition::optional("artists", OptionKind::Artists { min: 1, max: MOST }),
            OptionDefinition::optional("metric", OptionKind::Choice { choices: metrics, default: ALL }),
            OptionDefinition::optional(
                "period",
                OptionKind::Period { choices: &[30, 90, 180, 365], min: 7, max: 1_825, default: 90 },
            ),
            OptionDefinition::optional("theme", OptionKind::Choice { choices: themes, default: DARK }),
        ],
    };

    fn read(options: &Options<'_>) -> Result<Self, Refusal> {
        let is_about_some = options.artist("artists")?.is_some();
        Ok(Self {
            artists: if is_about_some { options.artists("artists")? } else { Vec::new() },
            metric: options.choice("metric")?,
            period_days: options.days("period")?,
            theme: if options.choice("theme")? == LIGHT { Theme::Light } else { Theme::Dark },
        })
    }

    fn answer(&self, as_of: &AsOf<'_>) -> Result<Answer, Refusal> {
        let views = as_of.find_each(&self.artists)?;
        let (lines, num_more) = self.lines(as_of, &views);
        let about = if views.is_empty() { &as_of.artists } else { &views };
        Ok(Answer {
            head: Head::new(as_of, about),
            artists: views.iter().map(|view| view.artist.name.clone()).collect(),
            metric: self.metric.to_owned(),
            period_days: self.period_days,
            theme: self.theme,
            series: lines.into_iter().map(|line| line.charted).collect(),
            num_more,
        })
    }

    fn explain(&self, as_of: &AsOf<'_>, answer: &Answer) -> Explanation {
        let mut explainer = Explainer::new(as_of);
        for (index, charted) in answer.series.iter().enumerate() {
            let place = Place::of("series").at(index);
            let Some(artist) = &charted.artist else {
                explain_total(&mut explainer, as_of, &place, charted);
                continue;
            };
            let key = SeriesKey { platform: charted.platform.clone(), metric: charted.metric.clone() };
            let series = explainer.series_of(artist, Owner::Artist, &key);
            explainer.observed(&place.at("first"), charted.first, &series, charted.first_date);
            explainer.observed(&place.at("last"), charted.last, &series, charted.last_date);
            explainer.changes(&place, ["last", "first"], [charted.last, charted.first, charted.change, None]);
            let milestones = place.at("milestones");
            for (index, passed) in charted.milestones.iter().enumerate() {
                match series.first() {
                    Some(series) => explainer.passed(&milestones.at(index), series, passed),
                    None => explainer.unexplained(&milestones.at(index), UnexplainedReason::NotReproduced),
                }
            }
            let Some(expected) = &charted.expected else { continue };
            let place = place.at("expected");
            match series.first() {
                Some(series) => {
                    let shown = as_of.shown(std::slice::from_ref(series), ENSEMBLE, AHEAD_DAYS);
                    let forecast = shown.into_iter().next().and_then(|shown| shown.forecast);
                    let of = Forecasted::Series(series);
                    explain_expected(&mut explainer, &place, of, forecast.as_deref(), expected);
                }
                None => explainer.unexplained(&place, UnexplainedReason::NotReproduced),
            }
        }
        explainer.explanation()
    }

    const HAS_CHART: bool = true;

    fn chart(&self, as_of: &AsOf<'_>) -> Option<ChartFigures> {
        let (lines, _) = self.lines(as_of, &as_of.find_each(&self.artists).ok()?);
        let panels = lines.into_iter().map(|line| line.panel);
        ChartFigures::of_panels(panels).map(|figures| ChartFigures { theme: self.theme, ..figures })
    }
}

fn metrics() -> Vec<&'static str> {
    [ALL].into_iter().chain(choices::metrics()).collect()
}

fn themes() -> Vec<&'static str> {
    vec![DARK, LIGHT]
}

impl Query {
    fn is_asked(&self, platform: &Platform, metric: &Metric) -> bool {
        match choices::series_of(self.metric) {
            Some(key) => key.platform == *platform && key.metric == *metric,
            None => is_headline(platform, metric),
        }
    }

    /// The lines to draw, and how many more were asked for. Where headline figures are asked for, those without any value are
    /// left out.
    fn lines<'a>(&self, as_of: &AsOf<'a>, views: &[ArtistView<'a>]) -> (Vec<Line>, u32) {
        if views.is_empty() {
            return self.totals(as_of);
        }
        let of_view = |view: &ArtistView<'a>| match choices::series_of(self.metric) {
            Some(SeriesKey { platform, metric }) => vec![SeriesOf { view: *view, platform, metric }],
            None => {
                let mut series = as_of.series_of(view);
                series.retain(|series| {
                    self.is_asked(&series.platform, &series.metric) && as_of.newest(series).is_some()
                });
                series
            }
        };
        let mut asked: Vec<SeriesOf<'a>> = views.iter().flat_map(of_view).collect();
        let num_more = asked.len().saturating_sub(MAX_PANELS) as u32;
        asked.truncate(MAX_PANELS);
        let shown = as_of.shown(&asked, ENSEMBLE, AHEAD_DAYS);
        let line = |(series, shown): (&SeriesOf<'a>, crate::read_model::Shown)| {
            let forecast = shown.forecast.map(|forecast| as_of.ahead(&forecast));
            self.line(as_of, series, forecast.as_deref(), views.len() > 1)
        };
        (asked.iter().zip(shown).map(line).collect(), num_more)
    }

    fn line<'a>(
        &self,
        as_of: &AsOf<'a>,
        series: &SeriesOf<'a>,
        forecast: Option<&Forecast>,
        is_one_of_several: bool,
    ) -> Line {
        let artist = &series.view.artist.name;
        let key = SeriesKey { platform: series.platform.clone(), metric: series.metric.clone() };
        let points = series.view.series(&series.platform, &series.metric);
        let mut line = self.of_series(as_of, key, points, forecast);
        line.charted.artist = Some(artist.clone());
        line.charted.missing = as_of.present(series).err().filter(|_| line.charted.last.is_none());
        line.panel.title = is_one_of_several.then(|| artist.clone());
        if let (Some(Day(first)), Some(Day(last))) = (line.charted.first_date, line.charted.last_date) {
            let passed = passed(as_of, series, (first, last));
            line.panel.milestones.clone_from(&passed);
            line.charted.milestones = passed;
            line.charted.goal = next_goal(as_of, series, line.charted.last);
            line.panel.goal = line.charted.goal;
        }
        line
    }

    fn totals(&self, as_of: &AsOf<'_>) -> (Vec<Line>, u32) {
        let mut asked = as_of.all_series();
        asked.retain(|(platform, metric)| is_summable(platform, metric) && self.is_asked(platform, metric));
        let num_more = asked.len().saturating_sub(MAX_PANELS) as u32;
        asked.truncate(MAX_PANELS);
        let lines = asked.into_iter().map(|(platform, metric)| {
            let total = as_of.total(&platform, &metric);
            let newest = total.series.at(as_of.day);
            let is_fresh = newest.is_some_and(|newest| !as_of.is_stale(newest.date()));
            let forecast = total.shown(AHEAD_DAYS).forecast.filter(|_| is_fresh);
            let forecast = forecast.map(|forecast| as_of.ahead(&forecast));
            let key = SeriesKey { platform, metric };
            let mut line = self.of_series(as_of, key, Some(&total.series), forecast.as_deref());
            let num_artists = total.counted.len() as u32;
            line.charted.num_artists_added = Some(num_artists);
            line.panel.num_artists_added = Some(num_artists);
            line.charted.missing = line.charted.last.is_none().then_some(Missing::NoFigures);
            line
        });
        (lines.collect(), num_more)
    }

    /// The line of a series, whosever it is.
    fn of_series(
        &self,
        as_of: &AsOf<'_>,
        key: SeriesKey,
        series: Option<&Series>,
        forecast: Option<&Forecast>,
    ) -> Line {
        let observed = series.map(|series| newest_days(series, as_of, self.period_days)).unwrap_or_default();
        let (first, last) = (observed.first().copied(), observed.last().copied());
        let days = first.zip(last).map(|(first, last)| (first.date, last.date));
        let flags = series.zip(days).map(|(series, (first, last))| {
            series.flags_within((Bound::Included(first), Bound::Included(last)))
        });
        let path: Vec<_> =
            forecast.map(|forecast| forecast.path.iter()).into_iter().flatten().copied().collect();
        let path: Vec<_> = path.into_iter().filter(|point| point.days_ahead <= AHEAD_DAYS).collect();
        let expected = path.last().zip(forecast).and_then(|(point, forecast)| {
            let ahead = time::Duration::days(point.days_ahead.into());
            Some(Expected {
                date: Day(forecast.current_date.checked_add(ahead)?),
                value: point.predicted,
                lower: point.lower_80,
                upper: point.upper_80,
                model: forecast.model.clone(),
            })
        });
        let value = |day: Option<casa24_analytics::DailyValue>| day.and_then(|day| Value::new(day.value));
        let ends = first.zip(last);
        let charted = Charted {
            artist: None,
            platform: key.platform.clone(),
            metric: key.metric.clone(),
            num_artists_added: None,
            first: value(first),
            first_date: first.map(|day| Day(day.date)),
            last: value(last),
            last_date: last.map(|day| Day(day.date)),
            change: ends.and_then(|(first, last)| Value::new(last.value - first.value)),
            flags: flags.unwrap_or_default(),
            milestones: Vec::new(),
            goal: None,
            expected,
            missing: None,
        };
        Line { charted, panel: PanelFigures { observed, path, ..PanelFigures::of(key) } }
    }
}

/// From which values and forecast a total of all artists comes.
fn explain_total<'a>(
    explainer: &mut Explainer<'_, 'a>,
    as_of: &AsOf<'a>,
    place: &Place,
    Charted { platform, metric, first, first_date, last, last_date, change, expected, .. }: &Charted,
) {
    let total = as_of.total(platform, metric);
    let added = as_of.added(&total, platform, metric);
    let of = Forecasted::Total { added: &added, sums: &total.series };
    for (field, value, date) in [("first", first, first_date), ("last", last, last_date)] {
        let point = date.and_then(|Day(date)| total.series.at(date));
        explainer.value_at(&place.at(field), *value, of, point);
    }
    explainer.changes(place, ["last", "first"], [*last, *first, *change, None]);
    if let Some(expected) = expected {
        let shown = total.shown(AHEAD_DAYS).forecast;
        explain_expected(explainer, &place.at("expected"), of, shown.as_deref(), expected);
    }
}

/// From which forecast comes what is expected.
fn explain_expected<'a>(
    explainer: &mut Explainer<'_, 'a>,
    place: &Place,
    of: Forecasted<'_, 'a>,
    forecast: Option<&Forecast>,
    expected: &Expected,
) {
    let days_ahead = forecast.map_or(0, |forecast| (expected.date.0 - forecast.current_date).whole_days());
    let figures = [
        ("value", OfForecast::Predicted, Some(expected.value)),
        ("lower", OfForecast::Lower80, Some(expected.lower)),
        ("upper", OfForecast::Upper80, Some(expected.upper)),
    ];
    explainer.forecast(place, of, forecast, u32::try_from(days_ahead).unwrap_or(0), &figures);
}

/// The lowest goal that stands above the last value.
fn next_goal<'a>(as_of: &AsOf<'a>, series: &SeriesOf<'a>, last: Option<Value>) -> Option<Value> {
    let SeriesOf { view, platform, metric } = series;
    let goals = as_of.goals(view).into_iter();
    let goals = goals.filter(|goal| goal.platform == *platform && goal.metric == *metric);
    let ahead = goals.map(|goal| goal.value).filter(|value| last.is_some_and(|last| *value > last));
    ahead.min_by(|a, b| a.get().total_cmp(&b.get()))
}

/// The milestones of a series that were reached within these days, oldest first: the newest of them.
fn passed<'a>(as_of: &AsOf<'a>, series: &SeriesOf<'a>, (first, last): (Date, Date)) -> Vec<Passed> {
    let since = first.saturating_sub(time::Duration::DAY);
    let mut passed: Vec<Passed> =
        Noted::wanted(as_of, &[series.view], since, |found| found.kind == TrendKind::MILESTONE)
            .into_iter()
            .filter(|noted| noted.platform == series.platform && noted.metric == series.metric)
            .filter(|noted| (first..=last).contains(&noted.finding.date.0))
            .filter_map(|noted| match noted.finding.facts {
                Facts::Milestone { threshold, value, .. } => {
                    Some(Passed { threshold, value, date: noted.finding.date })
                }
                _ => None,
            })
            .take(MOST_PASSED)
            .collect();
    passed.reverse();
    passed
}

#[cfg(test)]
mod tests {
    use casa24_schemas::{Day, Flag, Observed};
    use serde_json::json;

    use crate::commands::fixture::{FOLLOWERS, Fixture, SUBSCRIBERS, TODAY};
    use crate::{ChartFigures, Query, Refusal, Theme, parse};

    /// 60 days of 10 more a day up to 1,250, with a jump to another level on the third.
    fn label() -> Fixture {
        let mut label = Fixture::default();
        let last = Observed::parse(TODAY).unwrap().date();
        for artist in ["Luz", "Mar"] {
            for back in (0..60_i64).rev() {
                let day = Day(last - time::Duration::days(back)).to_string();
                let flags: &[Flag] = if back == 57 { &[Flag::LevelChange] } else { &[] };
                label.put(artist, FOLLOWERS, &day, 1_250.0 - 10.0 * back as f64, flags);
            }
        }
        label.put_all("Luz", SUBSCRIBERS, &[(TODAY, 7.0)]);
        label
    }

    fn figures(label: &mut Fixture, line: &str) -> Option<ChartFigures> {
        let query = Query::of(&parse("7", line).unwrap()).unwrap();
        let model = label.read_model();
        query.chart(&model.as_of(None).unwrap())
    }

    #[test]
    fn a_line_has_its_ends_its_marks_its_milestones_and_what_is_expected() {
        let mut label = label();
        let data = label.data("chart artists:luz metric:spotify-followers");
        let line = &data["series"][0];
        assert_eq!(
            (&line["first"], &line["last"], &line["change"]),
            (&json!(660), &json!(1_250), &json!(590))
        );
        assert_eq!(line["flags"], json!([{ "date": "2025-08-04", "flag": "level_change" }]));
        let last = line["milestones"].as_array().unwrap().last().unwrap();
        assert_eq!((&last["threshold"], &last["date"]), (&json!(1_000), &json!("2025-09-05")));
        let expected = &line["expected"];
        assert_eq!(expected["date"], "2025-10-30");
        assert!(expected["lower"].as_f64() <= expected["value"].as_f64(), "{expected}");
        let panels = figures(&mut label, "chart artists:luz metric:spotify-followers").unwrap().panels;
        assert_eq!((panels[0].observed.len(), panels[0].path.len()), (60, 30));
        assert_eq!(panels[0].milestones.last().unwrap().threshold.get(), 1_000.0);
    }

    #[test]
    fn several_artists_are_told_apart_and_totals_say_how_many_they_add() {
        let mut label = label();
        let both = figures(&mut label, "chart artists:luz,mar metric:spotify-followers theme:light").unwrap();
        let titles: Vec<_> = both.panels.iter().map(|panel| panel.title.as_deref()).collect();
        assert_eq!((titles, both.theme), (vec![Some("Luz"), Some("Mar")], Theme::Light));
        let data = label.data("chart");
        let total = &data["series"][0];
        assert_eq!((&total["artist"], &total["num_artists_added"]), (&json!(null), &json!(2)));
        assert_eq!(total["last"], 2_500);
    }

    #[test]
    fn what_has_no_figures_says_why() {
        let data = label().data("chart artists:mar metric:youtube-subs");
        assert_eq!(data["series"][0]["missing"], json!({ "reason": "no_figures" }));
        assert_eq!(figures(&mut label(), "chart artists:mar metric:youtube-subs"), None);
        assert!(matches!(label().refusal("chart artists:luz,luz"), Refusal::SameArtist { .. }));
        assert!(matches!(label().refusal("chart theme:pink"), Refusal::NotAChoice { .. }));
    }
}
