//! `weekly [week_offset:]`: the label's week, from Monday to Sunday.

use casa24_schemas::{Date, Day, GrowthFigure, Platform, Value, is_headline};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use time::Duration;

use super::growth::Total;
use super::predict::{Models, TotalPrediction};
use super::trends::{Doubtful, doubtful};
use super::{Ask, growth, predict};
use crate::definition::{CommandDefinition, OptionDefinition, OptionKind};
use crate::explanation::{Explainer, Explanation, Place};
use crate::figures::{
    ChartFigures, Corrections, Figure, Head, MOST_NOTED, Missing, Noted, reach_at_both_ends,
};
use crate::query::Options;
use crate::read_model::{ArtistView, AsOf, ENSEMBLE, SeriesOf};
use crate::refusal::Refusal;

/// Days of a week.
const WEEK: u32 = 7;
/// Days of the picture.
const CHART_DAYS: u32 = 28;

/// The question.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Query {
    /// Weeks back: 0 is the week of the day in question.
    pub week_offset: u32,
}

/// The label's week.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// What every answer begins with; its day is the last one of the week that is known.
    #[serde(flatten)]
    pub head: Head,
    /// Weeks back that were asked for.
    pub week_offset: u32,
    /// Monday of the week.
    pub first: Day,
    /// Sunday of the week.
    pub last: Day,
    /// Name of the time zone in which these days are, that of the question or else the label's: an observation whose hour is
    /// known belongs to its day there, another one to the day that its source gave it.
    pub time_zone: String,
    /// Days of the week up to the day of the answer.
    pub num_days: u32,
    /// How many of them have figures of any artist or the label.
    pub num_days_observed: u32,
    /// The change of each headline metric that can be added up: newest value of the week less the last one before it, at most
    /// 3 days before the Sunday. Who has only one of them is left out.
    pub totals: Vec<Total>,
    /// The same of each headline metric of each artist.
    pub artists: Vec<Figure>,
    /// The artist whose reach grew most, by number; missing where nobody's grew.
    pub gained_most: Option<Mover>,
    /// The artist whose reach fell most, by number; missing where nobody's fell.
    pub lost_most: Option<Mover>,
    /// The label's own headline figures.
    pub own: Vec<Figure>,
    /// Number of findings in the week.
    pub num_findings: u32,
    /// What was noteworthy in the week, the newest first, 200 at most.
    pub findings: Vec<Noted>,
    /// Figures with marks of the validator in the week.
    pub doubtful: Vec<Doubtful>,
    /// What was withheld, corrected and taken back in the week.
    pub corrections: Corrections,
    /// What is expected of the totals 7 days after their newest day; nothing for an earlier week.
    pub expected: Vec<TotalPrediction>,
}

/// An artist's reach at both ends of the week: everybody who follows on any platform, somebody who follows on two
/// counted twice. Parts that are not known at both ends, or that jumped to another level, are left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Mover {
    /// Name of the artist.
    pub artist: String,
    /// Reach before the week.
    pub before: Value,
    /// Newest reach of the week.
    pub now: Value,
    /// The difference.
    pub change: Value,
}

impl Answer {
    /// The platforms that its figures come from, in the order in which they are shown.
    pub fn sources(&self) -> impl Iterator<Item = &Platform> {
        let totals = self.totals.iter().filter(|total| total.current.is_some()).map(|total| &total.platform);
        let own = self.own.iter().filter(|figure| figure.current.is_some()).map(|figure| &figure.platform);
        totals.chain(own).chain(self.findings.iter().flat_map(Noted::platforms))
    }
}

impl Ask for Query {
    type Answer = Answer;

    const DEFINITION: CommandDefinition = CommandDefinition {
        name: "weekly",
        options: &[OptionDefinition::optional("week_offset", OptionKind::Number { min: 0, max: 4 })],
    };

    fn read(options: &Options<'_>) -> Result<Self, Refusal> {
        let weeks = options.number("week_offset")?.unwrap_or(0);
        Ok(Self { week_offset: u32::try_from(weeks).unwrap_or(0) }) // within its limits
    }

    fn answer(&self, as_of: &AsOf<'_>) -> Result<Answer, Refusal> {
        let week = self.week(as_of);
        let as_of = &as_of.by_end_of(week.last)?;
        let days = (week.monday, week.last);
        let views = as_of.asked(None);
        let measure = |series: &SeriesOf<'_>| figure_within(as_of, series, days);
        let (mut artists, mut totals) = growth::of_artists(as_of, &as_of.artists, false, measure);
        totals.retain(|total| is_headline(&total.platform, &total.metric));
        artists.retain(|figure| is_headline(&figure.platform, &figure.metric));
        let label = as_of.label();
        let own = label.iter().flat_map(|view| as_of.series_of(view));
        let own = own.filter(|series| is_headline(&series.platform, &series.metric));
        let reach: Vec<Mover> = as_of.artists.iter().filter_map(|view| mover(view, &artists)).collect();
        let expected = predict::Query {
            artist: None,
            days: WEEK,
            series: None,
            models: Models::One(ENSEMBLE),
            goal: None,
        };
        let findings = findings(as_of, &views, days);
        Ok(Answer {
            head: Head { as_of: Day(week.last), ..Head::new(as_of, &views) },
            week_offset: self.week_offset,
            first: Day(week.monday),
            last: Day(week.sunday()),
            time_zone: as_of.time_zone.name().to_owned(),
            num_days: u32::try_from((week.last - week.monday).whole_days()).unwrap_or(0) + 1,
            num_days_observed: as_of.num_days_observed(&views, days, |observed| as_of.local_day(observed)),
            gained_most: most(&reach, |mover| mover.change.get()),
            lost_most: most(&reach, |mover| -mover.change.get()),
            totals,
            artists,
            own: own.map(|series| figure_within(as_of, &series, days).0).collect(),
            num_findings: findings.len() as u32,
            findings: findings.into_iter().take(MOST_NOTED).collect(),
            doubtful: doubtful_within(as_of, &views, days),
            corrections: Corrections::within(as_of, &views, days, &|observed| as_of.local_day(observed)),
            expected: if self.week_offset == 0 { expected.totals(as_of) } else { Vec::new() },
        })
    }

    fn explain(&self, as_of: &AsOf<'_>, answer: &Answer) -> Explanation {
        let Ok(as_of) = as_of.by_end_of(answer.head.as_of.0) else { return Explanation::of_none() };
        let mut explainer = Explainer::in_local_days(&as_of);
        let artists = Place::of("artists");
        growth::explain_totals(&mut explainer, &answer.totals, &artists, &answer.artists);
        for (field, figures) in [("artists", &answer.artists), ("own", &answer.own)] {
            for (index, figure) in figures.iter().enumerate() {
                explainer.figure(&Place::of(field).at(index), figure);
            }
        }
        for (field, mover) in [("gained_most", &answer.gained_most), ("lost_most", &answer.lost_most)] {
            let Some(mover) = mover else { continue };
            let place = Place::of(field);
            let of_artist = answer.artists.iter().enumerate();
            let of_artist = of_artist.filter(|(_, figure)| figure.artist == mover.artist);
            explainer.reach_at_both_ends(&place, [mover.before, mover.now], &artists, of_artist);
            let values = [Some(mover.now), Some(mover.before), Some(mover.change), None];
            explainer.changes(&place, ["now", "before"], values);
        }
        explainer.all_noted(&Place::of("findings"), &answer.findings);
        explainer.corrections(&Place::of("corrections"), &answer.corrections);
        predict::explain_totals(&mut explainer, &as_of, &Place::of("expected"), &answer.expected);
        explainer.explanation()
    }

    const HAS_TIME_ZONE: bool = true;

    const HAS_CHART: bool = true;

    fn chart(&self, as_of: &AsOf<'_>) -> Option<ChartFigures> {
        ChartFigures::of_totals(&as_of.by_end_of(self.week(as_of).last).ok()?, CHART_DAYS)
    }
}

/// A week of the label.
struct Week {
    monday: Date,
    /// The last day of it that has come.
    last: Date,
}

impl Week {
    fn sunday(&self) -> Date {
        self.monday.saturating_add(Duration::days(6))
    }
}

impl Query {
    /// The week that was asked for.
    fn week(&self, as_of: &AsOf<'_>) -> Week {
        let today = as_of.local_today();
        let days_since_monday = Duration::days(today.weekday().number_days_from_monday().into());
        let monday = today.saturating_sub(days_since_monday + Duration::weeks(self.week_offset.into()));
        let week = Week { monday, last: today };
        Week { last: week.sunday().min(today), ..week }
    }
}

/// The change of a series within the week, and the figure that shows it.
fn figure_within<'a>(as_of: &AsOf<'a>, series: &SeriesOf<'a>, days: (Date, Date)) -> (Figure, GrowthFigure) {
    let growth = as_of.growth_within(series, days);
    let mut figure = Figure::from_growth(&series.view, growth.clone());
    if growth.current.is_none() {
        figure.missing = Some(match as_of.present(series) {
            Ok(before) => Missing::NotInDays {
                of: Day(as_of.local_day(before.observed_at)),
                no_newer: series.view.no_newer(&series.platform, &series.metric),
            },
            Err(why) => why,
        });
    } else if let (Some(Missing::CurrentCopied), Some(counting)) =
        (&figure.missing, as_of.newest_counting(series))
    {
        figure.current = Value::new(counting.value);
        figure.current_date = Some(Day(as_of.local_day(counting.observed_at)));
    }
    (figure, growth)
}

/// What was noteworthy in the week.
fn findings<'a>(as_of: &AsOf<'a>, views: &[ArtistView<'a>], (first, last): (Date, Date)) -> Vec<Noted> {
    let is_of_week = |view: &ArtistView<'a>, noted: &Noted| {
        let day = as_of.local_day_of(view, &noted.platform, &noted.metric, noted.finding.date.0);
        (first..=last).contains(&day)
    };
    let mut noted = Noted::since(as_of, views, first.saturating_sub(Duration::DAY));
    noted.retain(|noted| {
        let view = views.iter().find(|view| view.artist.name == noted.artist && view.owner() == noted.owner);
        view.is_some_and(|view| is_of_week(view, noted))
    });
    noted
}

/// The series with marks on values of the week.
fn doubtful_within<'a>(
    as_of: &AsOf<'a>,
    views: &[ArtistView<'a>],
    (first, last): (Date, Date),
) -> Vec<Doubtful> {
    let of_view = |view: &ArtistView<'a>| {
        let mut marked = doubtful(as_of, std::slice::from_ref(view), first.saturating_sub(Duration::DAY));
        for Doubtful { platform, metric, flags, .. } in &mut marked {
            flags.retain(|flag| {
                (first..=last).contains(&as_of.local_day_of(view, platform, metric, flag.date))
            });
        }
        marked.retain(|doubtful| !doubtful.flags.is_empty());
        marked
    };
    views.iter().flat_map(of_view).collect()
}

/// An artist's reach at both ends of the week; `None` where no part of it is known at both.
fn mover(view: &ArtistView<'_>, figures: &[Figure]) -> Option<Mover> {
    let (before, now) =
        reach_at_both_ends(figures.iter().filter(|figure| figure.artist == view.artist.name))?;
    Some(Mover {
        artist: view.artist.name.clone(),
        before: Value::new(before)?,
        now: Value::new(now)?,
        change: Value::new(now - before)?,
    })
}

/// Of those above zero the greatest, the first of equal ones.
fn most(movers: &[Mover], by: impl Fn(&Mover) -> f64) -> Option<Mover> {
    let moved = movers.iter().filter(|mover| by(mover) > 0.0);
    moved.reduce(|most, next| if by(next) > by(most) { next } else { most }).cloned()
}

#[cfg(test)]
mod tests {
    use casa24_schemas::Flag;
    use serde_json::json;

    use crate::Refusal;
    use crate::commands::fixture::{FOLLOWERS, Fixture, SUBSCRIBERS, TODAY};

    /// TODAY is a Tuesday.
    fn label() -> Fixture {
        let mut label = Fixture::default();
        label.put_all("Luz", FOLLOWERS, &[("2025-09-21", 90.0), ("2025-09-28", 100.0), (TODAY, 120.0)]);
        label.put_all("Luz", SUBSCRIBERS, &[("2025-09-28", 10.0), (TODAY, 11.0)]);
        label.put_all("Mar", FOLLOWERS, &[("2025-09-21", 70.0), ("2025-09-28", 50.0), (TODAY, 45.0)]);
        label
    }

    #[test]
    fn a_week_goes_from_the_sunday_before_to_its_last_known_day() {
        let data = label().data("weekly");
        assert_eq!((&data["first"], &data["last"]), (&json!("2025-09-29"), &json!("2025-10-05")));
        assert_eq!((&data["num_days"], &data["num_days_observed"]), (&json!(2), &json!(1)));
        let total = &data["totals"][0];
        assert_eq!(
            (&total["metric"], &total["baseline"], &total["current"]),
            (&json!("followers"), &json!(150), &json!(165))
        );
    }

    #[test]
    fn an_earlier_week_is_seen_as_of_its_sunday() {
        let data = label().data("weekly week_offset:1");
        assert_eq!((&data["as_of"], &data["first"]), (&json!("2025-09-28"), &json!("2025-09-22")));
        assert_eq!((&data["totals"][0]["change"], &data["num_days"]), (&json!(-10), &json!(7)));
        assert_eq!(data["expected"], json!([]));
        let Refusal::NothingBy { .. } = label().refusal("weekly week_offset:3") else {
            panic!("nothing is known by then")
        };
    }

    #[test]
    fn who_gained_and_who_lost_most_is_named_with_both_ends() {
        let data = label().data("weekly");
        let gained = json!({ "artist": "Luz", "before": 110, "now": 131, "change": 21 });
        let lost = json!({ "artist": "Mar", "before": 50, "now": 45, "change": -5 });
        assert_eq!((&data["gained_most"], &data["lost_most"]), (&gained, &lost));
    }

    #[test]
    fn nobody_is_praised_for_standing_still_or_for_a_jump_to_another_level() {
        let mut label = Fixture::default();
        label.put_all("Luz", FOLLOWERS, &[("2025-09-28", 100.0), (TODAY, 100.0)]);
        label.put_all("Mar", FOLLOWERS, &[("2025-09-28", 100.0)]);
        label.put("Mar", FOLLOWERS, TODAY, 900.0, &[Flag::LevelChange]);
        let data = label.data("weekly");
        assert_eq!((&data["gained_most"], &data["lost_most"]), (&json!(null), &json!(null)));
        assert_eq!(data["doubtful"][0]["artist"], "Mar");
    }
    #[test]
    fn a_change_before_the_week_is_none_of_the_week() {
        let mut label = label();
        label.put_all("Late", FOLLOWERS, &[("2025-09-17", 100.0), ("2025-09-19", 190.0)]);
        // Not observed today: held against Sunday all the same, not against the Saturday before.
        label.put_all("Sol", FOLLOWERS, &[("2025-09-27", 10.0), ("2025-09-28", 30.0), ("2025-09-29", 31.0)]);
        // Monday is a day of the week and stands for no Sunday.
        label.put_all("New", FOLLOWERS, &[("2025-09-29", 500.0), (TODAY, 700.0)]);
        let data = label.data("weekly");
        let total = &data["totals"][0];
        assert_eq!(
            (&total["baseline"], &total["current"], &total["num_artists_added"]),
            (&json!(180), &json!(196), &json!(3))
        );
        let left_out = json!([
            {
                "artist": "Late", "missing": { "reason": "not_in_days", "of": "2025-09-19" },
                "value": 190, "date": "2025-09-19",
            },
            { "artist": "New", "missing": { "reason": "no_baseline" }, "value": 700, "date": TODAY },
        ]);
        assert_eq!(total["left_out"], left_out);
        assert_eq!(data["gained_most"]["artist"], "Luz");
    }
    #[test]
    fn a_week_begins_and_ends_where_the_label_is() {
        // Collected at 4 in the morning, UTC: the evening before in Bogota.
        let label_in = |zone: &str| {
            let mut label = Fixture::in_time_zone(zone);
            for (day, value) in [(21, 80.0), (22, 90.0), (23, 93.0), (28, 97.0), (29, 100.0)] {
                label.put("Luz", FOLLOWERS, &format!("2025-09-{day}T04:00:00Z"), value, &[]);
            }
            label
        };
        let of = |data: &serde_json::Value| {
            (
                data["first"].as_str().unwrap().to_owned(),
                data["as_of"].as_str().unwrap().to_owned(),
                data["totals"][0]["baseline"].clone(),
                data["totals"][0]["current"].clone(),
            )
        };
        let week = |first: &str, as_of: &str, baseline: i32, current: i32| {
            (first.to_owned(), as_of.to_owned(), json!(baseline), json!(current))
        };
        // By UTC the newest observation is of a Monday, the 29th; in Bogota of the Sunday before.
        assert_eq!(of(&label_in("UTC").data("weekly")), week("2025-09-29", "2025-09-29", 97, 100));
        let mut bogota = label_in("America/Bogota");
        assert_eq!(of(&bogota.data("weekly")), week("2025-09-22", "2025-09-28", 90, 100));
        // Seen from later on it is the same week.
        bogota.put("Luz", FOLLOWERS, "2025-09-30T04:00:00Z", 500.0, &[]);
        assert_eq!(of(&bogota.data("weekly week_offset:1")), week("2025-09-22", "2025-09-28", 90, 100));
        assert_eq!(bogota.data("weekly")["num_days_observed"], 1);
        assert_eq!(bogota.data("weekly")["time_zone"], "America/Bogota");
    }

    #[test]
    fn a_question_in_a_time_zone_is_answered_as_a_label_there_answers_it() {
        let label_in = |zone: &str| {
            let mut label = Fixture::in_time_zone(zone);
            for (day, value) in [(14, 70.0), (21, 80.0), (22, 90.0), (28, 97.0), (29, 100.0)] {
                label.put("Luz", FOLLOWERS, &format!("2025-09-{day}T04:00:00Z"), value, &[]);
            }
            label
        };
        let (mut utc, mut bogota) = (label_in("UTC"), label_in("America/Bogota"));
        for line in ["weekly", "weekly week_offset:1"] {
            let there = utc.ask_in(line, None, Some("America/Bogota")).unwrap();
            assert_eq!(there, bogota.ask(line, None).unwrap(), "{line}");
            assert_ne!(there, utc.ask(line, None).unwrap(), "{line}");
        }
        let day = Some("2025-09-22");
        let there = utc.ask_in("weekly", day, Some("America/Bogota")).unwrap();
        assert_eq!(there, bogota.ask("weekly", day).unwrap());
    }

    #[test]
    fn a_day_without_an_hour_is_the_same_everywhere() {
        for zone in ["UTC", "Pacific/Kiritimati", "America/Bogota"] {
            let mut label = Fixture::in_time_zone(zone);
            label.put_all("Luz", FOLLOWERS, &[("2025-09-28", 100.0), ("2025-09-29", 103.0)]);
            let data = label.data("weekly");
            assert_eq!(
                (&data["first"], &data["as_of"]),
                (&json!("2025-09-29"), &json!("2025-09-29")),
                "{zone}"
            );
            assert_eq!(data["totals"][0]["change"], 3, "{zone}");
        }
    }
}
