//! `growth [artist:] [period:]`: what changed, and who leads.

use std::collections::HashMap;

use casa24_analytics::totals::{self, NotInGrowth};
use casa24_schemas::{ArtistId, Day, GrowthFigure, Metric, Platform, Value, is_summable};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Ask;
use crate::definition::{CommandDefinition, OptionDefinition, OptionKind};
use crate::explanation::{End, Explainer, Explanation, Formula, Place};
use crate::figures::{ChartFigures, Figure, Head, LeftOut, Missing, Owner, SeriesKey};
use crate::query::Options;
use crate::read_model::{ArtistView, AsOf, SeriesOf};
use crate::refusal::Refusal;

/// Fewest days of a picture.
const LEAST_DAYS: u32 = 14;

/// The question.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Query {
    /// Only this artist.
    pub artist: Option<String>,
    /// Days to compare over.
    pub period_days: u32,
}

/// What changed over a number of days.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// What every answer begins with.
    #[serde(flatten)]
    pub head: Head,
    /// The artist that was asked for; missing in an answer about all.
    pub artist: Option<String>,
    /// Days between baseline and current that were asked for.
    pub period_days: u32,
    /// One for each artist, platform and metric, and in an answer about all the label's own.
    pub figures: Vec<Figure>,
    /// One for each platform and metric that can be added up.
    pub totals: Vec<Total>,
}

/// Growth of one metric over all artists in the answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Total {
    /// Platform of the series.
    pub platform: Platform,
    /// Metric of the series.
    pub metric: Metric,
    /// Sum of the current values; missing where no artist is added.
    pub current: Option<Value>,
    /// Sum of the baselines of the same artists.
    pub baseline: Option<Value>,
    /// Current less baseline.
    pub change: Option<Value>,
    /// Change as a percentage of the baseline; missing where that is 0.
    pub change_pct: Option<Value>,
    /// Where the metric is an amount of each day: it adds means a day over so many days, whole weeks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean_of_days: Option<u32>,
    /// Number of artists that it adds: those with a current value of the last 30 days, and a baseline that is no more than
    /// 30 days older than the period.
    pub num_artists_added: u32,
    /// Number of artists that it could add: in an answer about all those of the label on the day, without those known to
    /// have no account there.
    pub num_artists_eligible: u32,
    /// Day of the oldest current value in it.
    pub oldest_current_date: Option<Day>,
    /// The artists that it does not add, with the reason, without those known to have no account there.
    pub left_out: Vec<LeftOut>,
}

impl Answer {
    /// The platforms that its figures come from, in the order in which they are shown.
    pub fn sources(&self) -> impl Iterator<Item = &Platform> {
        self.figures.iter().filter(|figure| figure.current.is_some()).map(|figure| &figure.platform)
    }
}

impl Ask for Query {
    type Answer = Answer;

    const DEFINITION: CommandDefinition = CommandDefinition {
        name: "growth",
        options: &[
            OptionDefinition::optional("artist", OptionKind::Artist),
            OptionDefinition::optional(
                "period",
                OptionKind::Period { choices: &[7, 14, 30, 60, 90], min: 1, max: 3_650, default: 30 },
            ),
        ],
    };

    fn read(options: &Options<'_>) -> Result<Self, Refusal> {
        Ok(Self { artist: options.artist("artist")?, period_days: options.days("period")? })
    }

    fn answer(&self, as_of: &AsOf<'_>) -> Result<Answer, Refusal> {
        let one = self.artist.as_deref().map(|name| as_of.find(name)).transpose()?;
        let artists: Vec<ArtistView<'_>> = one.map_or_else(|| as_of.artists.clone(), |view| vec![view]);
        let label = if one.is_some() { None } else { as_of.label() };
        let (mut figures, totals) = of_artists(as_of, &artists, one.is_some(), |series| {
            let growth = as_of.growth(series, self.period_days);
            (Figure::from_growth(&series.view, growth.clone()), growth)
        });
        let own = label.iter().flat_map(|view| as_of.series_of(view));
        figures.extend(own.map(|series| Figure::of(as_of, &series, self.period_days)));
        let everybody: Vec<ArtistView<'_>> = artists.into_iter().chain(label).collect();
        Ok(Answer {
            head: Head::new(as_of, &everybody),
            artist: one.map(|view| view.artist.name.clone()),
            period_days: self.period_days,
            figures,
            totals,
        })
    }

    fn explain(&self, as_of: &AsOf<'_>, answer: &Answer) -> Explanation {
        let mut explainer = Explainer::new(as_of);
        explain_totals(&mut explainer, &answer.totals, &Place::of("figures"), &answer.figures);
        for (index, figure) in answer.figures.iter().enumerate() {
            explainer.figure(&Place::of("figures").at(index), figure);
        }
        explainer.explanation()
    }

    const HAS_CHART: bool = true;

    fn chart(&self, as_of: &AsOf<'_>) -> Option<ChartFigures> {
        // A line needs some days.
        let num_days = self.period_days.max(LEAST_DAYS);
        match &self.artist {
            Some(name) => ChartFigures::of_artist(as_of, &as_of.find(name).ok()?, num_days),
            None => ChartFigures::of_totals(as_of, num_days),
        }
    }
}

/// The figures of some artists, or of one who was asked for, and their totals. `measure` gives the growth of a series, and
/// the figure that shows it.
pub(super) fn of_artists<'a>(
    as_of: &AsOf<'a>,
    artists: &[ArtistView<'a>],
    is_about_one: bool,
    measure: impl Fn(&SeriesOf<'a>) -> (Figure, GrowthFigure),
) -> (Vec<Figure>, Vec<Total>) {
    let series = artists.iter().flat_map(|view| as_of.series_of(view));
    let measured: Vec<Measured<'a>> = series
        .map(|series| {
            let (figure, growth) = measure(&series);
            Measured { view: series.view, growth, figure }
        })
        .collect();
    // Of one artist also those of platforms that no artist of the label is on.
    let mut summable: Vec<_> = as_of.all_series();
    for Measured { figure, .. } in &measured {
        let key = (figure.platform.clone(), figure.metric.clone());
        if !summable.contains(&key) {
            summable.push(key);
        }
    }
    let summable = summable.into_iter().filter(|(p, m)| is_summable(p, m));
    let totals = summable.filter_map(|key| total(as_of, key, &measured, is_about_one)).collect();
    (measured.into_iter().map(|measured| measured.figure).collect(), totals)
}

/// An artist's growth in one metric.
struct Measured<'a> {
    view: ArtistView<'a>,
    growth: GrowthFigure,
    figure: Figure,
}

/// The total of one metric; `None` where no artist in the answer has it.
fn total<'a>(
    as_of: &AsOf<'a>,
    (platform, metric): (Platform, Metric),
    measured: &[Measured<'a>],
    is_about_one: bool,
) -> Option<Total> {
    let of_metric: Vec<&Measured<'a>> =
        measured.iter().filter(|m| m.figure.platform == platform && m.figure.metric == metric).collect();
    let first = of_metric.first()?;
    let of_artist: HashMap<&ArtistId, &Measured<'a>> =
        of_metric.iter().map(|measured| (&measured.view.artist.id, *measured)).collect();
    let asked = if is_about_one { std::slice::from_ref(&first.view) } else { &as_of.artists[..] };
    let mut added = Vec::new();
    let mut left_out = Vec::new();
    let mut num_artists_eligible = 0;
    for view in asked {
        let series = SeriesOf { view: *view, platform: platform.clone(), metric: metric.clone() };
        let is_eligible =
            if is_about_one { as_of.may_have_figures(&series) } else { as_of.is_eligible(&series) };
        num_artists_eligible += u32::from(is_eligible);
        let measured = of_artist.get(&view.artist.id);
        let why = match (as_of.present(&series), measured) {
            (Ok(_), Some(Measured { growth, figure, .. })) => match totals::is_in_growth(growth, as_of.day) {
                Ok(()) => {
                    added.push(growth);
                    continue;
                }
                Err(why) => not_in_growth(why, figure),
            },
            (Ok(_), None) => Missing::NoFigures, // a series with a value is measured
            (Err(why), _) => why,
        };
        // Whoever is gone is named as long as there is a figure that is left out.
        if is_eligible || as_of.newest(&series).is_some() {
            left_out.push(as_of.left_out(&series, why));
        }
    }
    let mean_of_days = added.iter().find_map(|growth| growth.mean_of_days);
    let sum = totals::of_growth(added);
    Some(Total {
        current: sum.map(|sum| sum.current),
        baseline: sum.map(|sum| sum.baseline),
        change: sum.map(|sum| sum.change),
        change_pct: sum.and_then(|sum| sum.change_pct),
        mean_of_days,
        num_artists_added: sum.map_or(0, |sum| sum.num_artists as u32),
        num_artists_eligible,
        oldest_current_date: sum.map(|sum| Day(sum.oldest_current_date)),
        left_out,
        platform,
        metric,
    })
}

/// How totals come about from the artists' figures at a place of the answer.
pub(super) fn explain_totals(
    explainer: &mut Explainer<'_, '_>,
    totals: &[Total],
    figures_place: &Place,
    figures: &[Figure],
) {
    for (index, total) in totals.iter().enumerate() {
        let place = Place::of("totals").at(index);
        let key = SeriesKey { platform: total.platform.clone(), metric: total.metric.clone() };
        let is_added = |figure: &Figure| {
            let is_left_out = total.left_out.iter().any(|without| without.artist == figure.artist);
            figure.owner == Owner::Artist && figure.key() == key && !is_left_out && figure.baseline.is_some()
        };
        let added: Vec<(Place, &Figure)> = figures
            .iter()
            .enumerate()
            .filter(|(_, figure)| is_added(figure))
            .map(|(index, figure)| (figures_place.at(index), figure))
            .collect();
        for (field, value, end) in
            [("current", total.current, End::Current), ("baseline", total.baseline, End::Baseline)]
        {
            let of_figure = |(place, figure): &(Place, &Figure)| {
                Explainer::figure_input(&place.at(field), end.value_of(figure))
            };
            let inputs = added.iter().map(of_figure).collect();
            explainer.computed(&place.at(field), value, Formula::Sum, inputs);
        }
        let values = [total.current, total.baseline, total.change, total.change_pct];
        explainer.changes(&place, ["current", "baseline"], values);
        explainer.left_out(&place.at("left_out"), &total.left_out, &key);
    }
}

/// Why a total leaves out a figure whose current value is the present.
fn not_in_growth(why: NotInGrowth, figure: &Figure) -> Missing {
    match (why, &figure.missing) {
        (NotInGrowth::Stale(date), _) => Missing::TooOld { of: Some(Day(date)), no_newer: figure.no_newer },
        (NotInGrowth::NoCurrent | NotInGrowth::NoBaseline, Some(why)) => why.clone(),
        (NotInGrowth::NoCurrent, None) => Missing::NoFigures,
        (NotInGrowth::NoBaseline, None) => Missing::NoBaseline,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::commands::fixture::{FOLLOWERS, Fixture, LISTENERS, SUBSCRIBERS, TODAY};
    use crate::{Query, parse};
    use casa24_schemas::{Absence, Day, Flag, Metric, Observed, Platform};

    fn label() -> Fixture {
        let mut label = Fixture::default();
        label.put_all(
            "Luz",
            LISTENERS,
            &[("2025-08-31", 1_000.0), ("2025-09-23", 1_100.0), (TODAY, 1_250.0)],
        );
        label.put_all("Mar", LISTENERS, &[("2025-08-31", 500.0), ("2025-09-23", 450.0), (TODAY, 400.0)]);
        label.put_all("Sol", LISTENERS, &[(TODAY, 70.0)]);
        label
    }

    #[test]
    fn figures_have_both_ends_with_their_days() {
        let data = label().data("growth artist:Luz period:30");
        assert_eq!(
            (&data["command"], &data["as_of"], &data["period_days"]),
            (&json!("growth"), &json!(TODAY), &json!(30))
        );
        let figure =
            data["figures"].as_array().unwrap().iter().find(|f| f["metric"] == "monthly_listeners").unwrap();
        assert_eq!(
            *figure,
            json!({
                "artist": "Luz", "owner": "artist", "platform": "spotify", "metric": "monthly_listeners",
                "current": 1250, "current_date": TODAY, "baseline": 1000, "baseline_date": "2025-08-31",
                "change": 250, "change_pct": 25, "flags": [], "missing": null,
            })
        );
    }

    #[test]
    fn seven_days_are_seven_days_by_date() {
        let data = label().data("growth artist:Mar period:7");
        let days: Vec<_> =
            data["figures"].as_array().unwrap().iter().map(|f| f["baseline_date"].clone()).collect();
        assert!(days.contains(&json!("2025-09-23")), "{days:?}");
    }

    #[test]
    fn totals_add_only_artists_with_both_ends_and_say_how_many() {
        let data = label().data("growth");
        let total = data["totals"].as_array().unwrap().iter().find(|t| t["metric"] == "monthly_listeners");
        let total = total.unwrap();
        assert_eq!(total["change"], 150);
        assert_eq!((&total["num_artists_added"], &total["num_artists_eligible"]), (&json!(2), &json!(3)));
        let left_out = json!([{
            "artist": "Sol", "missing": { "reason": "no_baseline" }, "value": 70, "date": TODAY,
        }]);
        assert_eq!(total["left_out"], left_out);
    }

    #[test]
    fn totals_leave_out_who_is_gone_and_name_the_day_of_the_last_value() {
        let mut label = label();
        label.put_all("Gone", LISTENERS, &[("2025-07-30", 4_000.0), ("2025-08-29", 9_000.0)]);
        let of = |label: &mut Fixture, line: &str, as_of: &str| {
            let data = label.data_as_of(line, as_of);
            data["totals"]
                .as_array()
                .unwrap()
                .iter()
                .find(|t| t["metric"] == "monthly_listeners")
                .cloned()
                .unwrap()
        };
        let gone = json!({
            "artist": "Gone", "missing": { "reason": "too_old", "of": "2025-08-29" },
            "value": 9000, "date": "2025-08-29",
        });
        let total = of(&mut label, "growth", TODAY);
        assert_eq!((&total["change"], &total["left_out"][0]), (&json!(150), &gone));
        assert_eq!((&total["num_artists_added"], &total["num_artists_eligible"]), (&json!(2), &json!(3)));
        // A day earlier it was 30 days old and belonged to the present.
        let total = of(&mut label, "growth", "2025-09-28");
        assert_eq!((&total["change"], &total["num_artists_eligible"]), (&json!(5_000), &json!(3)));
        let alone = of(&mut label, "growth artist:gone", TODAY);
        assert_eq!((&alone["change"], &alone["left_out"][0]), (&json!(null), &gone));
    }

    #[test]
    fn accounts_are_those_of_the_day() {
        let mut label = label();
        label.put_all("Beats", SUBSCRIBERS, &[("2025-09-20", 13.0), (TODAY, 13.0)]);
        let spotify = |label: &mut Fixture, day: &str| {
            let figures = label.data_as_of("growth artist:beats", day)["figures"].clone();
            let found = figures.as_array().unwrap().iter().find(|f| f["platform"] == "spotify").cloned();
            found.unwrap()["missing"]["reason"].clone()
        };
        assert_eq!(spotify(&mut label, "2025-09-20"), "no_figures");
        label.account("Beats", Platform::SPOTIFY, None); // said on the last day
        assert_eq!(spotify(&mut label, "2025-09-20"), "no_account");
        label.account("Beats", Platform::SPOTIFY, Some("id"));
        assert_eq!(
            (spotify(&mut label, "2025-09-20"), spotify(&mut label, TODAY)),
            ("no_account".into(), "no_figures".into())
        );
    }

    #[test]
    fn what_the_platform_did_not_give_says_why_from_the_day_on_which_it_was_asked() {
        let mut label = label();
        label.put_all("Beats", SUBSCRIBERS, &[("2025-09-20", 13.0), (TODAY, 13.0)]);
        let spotify = |label: &mut Fixture, day: &str| {
            let figures = label.data_as_of("growth artist:beats", day)["figures"].clone();
            let of = |f: &&serde_json::Value| f["platform"] == "spotify" && f["metric"] == "followers";
            figures.as_array().unwrap().iter().find(of).unwrap()["missing"].clone()
        };
        label.not_given("Beats", FOLLOWERS, "2025-09-22", Absence::Failed);
        label.not_given("Beats", FOLLOWERS, "2025-09-24", Absence::Hidden);
        assert_eq!(spotify(&mut label, "2025-09-21"), json!({ "reason": "no_figures" }));
        let why = |why: &str| json!({ "reason": "not_given", "why": why });
        assert_eq!(spotify(&mut label, "2025-09-23"), why("failed"));
        assert_eq!(spotify(&mut label, TODAY), why("hidden"));
        let total = label.data("growth")["totals"].clone();
        let total = total.as_array().unwrap().iter().find(|t| t["metric"] == "followers").unwrap().clone();
        let left_out = total["left_out"].as_array().unwrap().iter().find(|l| l["artist"] == "Beats");
        assert_eq!(left_out.unwrap()["missing"], why("hidden"));
        // The account is known to be none: what was asked before says nothing.
        label.account("Beats", Platform::SPOTIFY, None);
        assert_eq!(spotify(&mut label, TODAY), json!({ "reason": "no_account" }));
        // A figure that came since stands.
        label.account("Beats", Platform::SPOTIFY, Some("id"));
        label.put_all("Beats", FOLLOWERS, &[(TODAY, 5.0)]);
        assert_eq!(spotify(&mut label, TODAY), json!({ "reason": "no_baseline" }));
    }

    #[test]
    fn scores_are_never_added_up() {
        let mut label = label();
        let popularity = (Platform::SPOTIFY, Metric::POPULARITY_SCORE);
        label.put_all("Luz", popularity, &[("2025-08-31", 40.0), (TODAY, 44.0)]);
        let data = label.data("growth");
        let is_score =
            |list: &str| data[list].as_array().unwrap().iter().any(|f| f["metric"] == "popularity_score");
        assert!(is_score("figures") && !is_score("totals"));
    }

    #[test]
    fn a_level_change_within_the_period_is_reported_and_one_before_it_is_not() {
        let mut label = label();
        label.put("Luz", FOLLOWERS, "2025-08-31", 900.0, &[]);
        label.put("Luz", FOLLOWERS, "2025-09-22", 500.0, &[Flag::LevelChange]);
        label.put("Luz", FOLLOWERS, "2025-09-23", 505.0, &[]);
        label.put("Luz", FOLLOWERS, TODAY, 510.0, &[]);
        let flags = |label: &mut Fixture, line: &str| label.data(line)["figures"][0]["flags"].clone();
        let level_change = json!([{ "date": "2025-09-22", "flag": "level_change" }]);
        assert_eq!(flags(&mut label, "growth artist:luz"), level_change);
        assert_eq!(flags(&mut label, "growth artist:luz period:7"), json!([]));
    }

    #[test]
    fn an_artist_without_an_account_is_not_measured_as_zero() {
        let mut label = label();
        label.account("Beats", Platform::SPOTIFY, None);
        label.put_all("Beats", SUBSCRIBERS, &[(TODAY, 13.0)]);
        let figures = &label.data("growth artist:beats")["figures"];
        assert_eq!(
            (&figures[0]["current"], &figures[0]["missing"]["reason"]),
            (&json!(null), &json!("no_account"))
        );
    }

    #[test]
    fn a_picture_shows_the_change_of_the_answer() {
        let mut label = Fixture::default();
        let last = Observed::parse(TODAY).unwrap().date();
        for (artist, per_day) in [("Luz", 3), ("Mar", 5)] {
            for back in 0..60_i64 {
                let day = Day(last - time::Duration::days(back)).to_string();
                label.put(artist, FOLLOWERS, &day, (1_000 - per_day * back) as f64, &[]);
            }
        }
        for (line, list, change) in [
            ("growth", "totals", 240.0),
            ("growth artist:luz", "figures", 90.0),
            ("growth period:14", "totals", 112.0),
        ] {
            assert_eq!(label.data(line)[list][0]["change"], change, "{line}");
            let query = Query::of(&parse("7", line).unwrap()).unwrap();
            let model = label.read_model();
            let panel = query.chart(&model.as_of(None).unwrap()).unwrap().panels.remove(0);
            let ends = [panel.observed.first(), panel.observed.last()].map(|day| day.unwrap().value);
            assert_eq!(ends[1] - ends[0], change, "{line}");
            assert_eq!(panel.num_artists_added, (list == "totals").then_some(2));
        }
    }
}
