//! `trends [artist:] [period:] [kind:]`: what was noteworthy, and what the validator marked as doubtful.

use casa24_analytics::trends::Found;
use casa24_schemas::{Date, DatedFlag, Metric, Observed, Platform, TrendKind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Ask;
use super::choices::ALL;
use crate::definition::{CommandDefinition, OptionDefinition, OptionKind};
use crate::explanation::{Explainer, Explanation, Place};
use crate::figures::{Corrections, Head, MOST_NOTED, Noted, Owner};
use crate::query::Options;
use crate::read_model::{ArtistView, AsOf};
use crate::refusal::Refusal;

/// The question.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Query {
    /// Only this artist.
    pub artist: Option<String>,
    /// Days up to the day in question, that day included.
    pub period_days: u32,
    /// Only this kind: value of the option.
    pub kind: &'static str,
}

/// Findings of a number of days.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// What every answer begins with.
    #[serde(flatten)]
    pub head: Head,
    /// The artist that was asked for; missing in an answer about all.
    pub artist: Option<String>,
    /// Days up to the day in question, that day included.
    pub period_days: u32,
    /// The kind that was asked for; missing in an answer about all kinds.
    pub kind: Option<TrendKind>,
    /// How many findings chance alone brings an artist in a month: what each test is held against.
    pub by_chance: f64,
    /// Number of findings.
    pub num_findings: u32,
    /// The findings, the newest first, 200 at most; of a day the least likely first.
    pub findings: Vec<Noted>,
    /// Number of artists that were looked at.
    pub num_artists: u32,
    /// Figures with marks of the validator within the days, in an answer about all kinds.
    pub doubtful: Vec<Doubtful>,
    /// What was withheld, corrected and taken back within the days, in an answer about all kinds.
    pub corrections: Corrections,
}

/// A series with marks of the validator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Doubtful {
    /// Name of the artist, or of the label.
    pub artist: String,
    /// Whose it is.
    pub owner: Owner,
    /// Platform of the series.
    pub platform: Platform,
    /// Metric of the series.
    pub metric: Metric,
    /// The marks, each with its day.
    pub flags: Vec<DatedFlag>,
}

impl Answer {
    /// The platforms that its figures come from, in the order in which they are shown.
    pub fn sources(&self) -> impl Iterator<Item = &Platform> {
        self.findings.iter().flat_map(Noted::platforms)
    }
}

impl Ask for Query {
    type Answer = Answer;

    const DEFINITION: CommandDefinition = CommandDefinition {
        name: "trends",
        options: &[
            OptionDefinition::optional("artist", OptionKind::Artist),
            OptionDefinition::optional(
                "period",
                OptionKind::Period { choices: &[7, 14, 30, 60, 90], min: 1, max: 3_650, default: 30 },
            ),
            OptionDefinition::optional("kind", OptionKind::Choice { choices: kinds, default: ALL }),
        ],
    };

    fn read(options: &Options<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            artist: options.artist("artist")?,
            period_days: options.days("period")?,
            kind: options.choice("kind")?,
        })
    }

    fn answer(&self, as_of: &AsOf<'_>) -> Result<Answer, Refusal> {
        let one = self.artist.as_deref().map(|name| as_of.find(name)).transpose()?;
        let views = as_of.asked(one);
        let kind = TrendKind::ALL.iter().find(|kind| kind.as_str() == self.kind);
        let since = as_of.day_before(self.period_days - 1);
        let is_asked = |found: &Found| kind.is_none_or(|kind| found.kind == *kind);
        let mut findings = Noted::wanted(as_of, &views, since, is_asked);
        let num_findings = findings.len() as u32;
        findings.truncate(MOST_NOTED);
        let doubtful = if kind.is_some() { Vec::new() } else { doubtful(as_of, &views, since) };
        let corrections = match kind {
            Some(_) => Corrections::default(),
            None => Corrections::within(as_of, &views, (since, as_of.day), &Observed::date),
        };
        Ok(Answer {
            head: Head::new(as_of, &views),
            artist: one.map(|view| view.artist.name.clone()),
            period_days: self.period_days,
            kind: kind.cloned(),
            by_chance: as_of.by_chance(),
            num_findings,
            findings,
            num_artists: views.iter().filter(|view| !view.artist.is_label()).count() as u32,
            doubtful,
            corrections,
        })
    }

    fn explain(&self, as_of: &AsOf<'_>, answer: &Answer) -> Explanation {
        let mut explainer = Explainer::new(as_of);
        explainer.rule_of_findings(&Place::of("by_chance"));
        explainer.all_noted(&Place::of("findings"), &answer.findings);
        explainer.corrections(&Place::of("corrections"), &answer.corrections);
        explainer.explanation()
    }
}

fn kinds() -> Vec<&'static str> {
    [ALL].into_iter().chain(TrendKind::ALL.iter().map(TrendKind::as_str)).collect()
}

/// The series with marks on values of the period.
pub(super) fn doubtful<'a>(as_of: &AsOf<'a>, views: &[ArtistView<'a>], since: Date) -> Vec<Doubtful> {
    let series = views.iter().flat_map(|view| as_of.series_of(view));
    let marked = series.filter_map(|series| {
        let flags = series.view.series(&series.platform, &series.metric)?.flags_within(since..=as_of.day);
        (!flags.is_empty()).then(|| Doubtful {
            artist: series.view.artist.name.clone(),
            owner: series.view.owner(),
            platform: series.platform,
            metric: series.metric,
            flags,
        })
    });
    marked.collect()
}

#[cfg(test)]
mod tests {
    use casa24_schemas::{Day, Flag, Metric, Observed, Platform, RawValue, Reason};
    use serde_json::{Value as Json, json};

    use crate::commands::fixture::{FOLLOWERS, Fixture, LISTENERS, TODAY};

    /// Four months of even growth with one huge day a week ago, and an artist of whom nothing stands out.
    fn label() -> Fixture {
        let mut label = Fixture::default();
        let last = Observed::parse(TODAY).unwrap().date();
        for back in (0..120_i64).rev() {
            let day = Day(last - time::Duration::days(back)).to_string();
            let wave = (back * 37 % 5) as f64;
            let jump = if back <= 7 { 400.0 } else { 0.0 };
            label.put("Luz", FOLLOWERS, &day, 50_000.0 - 10.0 * back as f64 + wave + jump, &[]);
            label.put("Mar", FOLLOWERS, &day, 70_000.0 - 10.0 * back as f64 + wave, &[]);
        }
        label
    }

    fn kinds(data: &Json) -> Vec<&str> {
        data["findings"].as_array().unwrap().iter().map(|found| found["kind"].as_str().unwrap()).collect()
    }

    #[test]
    fn a_day_far_from_the_usual_is_found_with_what_was_usual() {
        let data = label().data("trends kind:spike");
        let found = &data["findings"][0];
        assert_eq!((&found["artist"], &found["date"]), (&json!("Luz"), &json!("2025-09-23")));
        let facts = &found["facts"];
        let number = |name: &str| facts[name].as_f64().unwrap();
        assert!(number("per_day") > number("upper") && number("lower") < number("usual"), "{facts}");
        assert!(found["by_chance"].as_f64().unwrap() < data["by_chance"].as_f64().unwrap());
        assert_eq!(kinds(&data), ["spike"]);
        assert_eq!(data["num_artists"], 2);
    }

    #[test]
    fn days_before_the_period_and_other_artists_are_left_out() {
        let mut label = label();
        assert_eq!(kinds(&label.data("trends artist:Luz period:7 kind:spike")), [""; 0]);
        assert_eq!(kinds(&label.data("trends artist:Luz period:8 kind:spike")), ["spike"]);
        assert_eq!(kinds(&label.data("trends artist:Mar kind:spike")), [""; 0]);
        // What came later is not known on an earlier day.
        assert_eq!(kinds(&label.data_as_of("trends kind:spike", "2025-09-22")), [""; 0]);
    }

    #[test]
    fn marks_of_the_validator_are_told_beside_the_findings() {
        let mut label = label();
        label.put("Luz", LISTENERS, "2025-08-01", 900.0, &[Flag::LevelChange]);
        label.put("Luz", LISTENERS, "2025-09-20", 900.0, &[Flag::CopiedForward]);
        label.put("Luz", LISTENERS, TODAY, 910.0, &[]);
        let copied = json!([{
            "artist": "Luz", "owner": "artist", "platform": "spotify", "metric": "monthly_listeners",
            "flags": [{ "date": "2025-09-20", "flag": "copied_forward" }],
        }]);
        assert_eq!(label.data("trends")["doubtful"], copied);
        assert_eq!(label.data("trends kind:spike")["doubtful"], json!([]));
    }

    #[test]
    fn a_correction_is_told_with_what_was_stored_before_and_with_the_finding_that_it_undid() {
        let mut label = Fixture::default();
        let last = Observed::parse(TODAY).unwrap().date();
        for back in (0..120_i64).rev() {
            let day = Day(last - time::Duration::days(back)).to_string();
            let wave = (back * 37 % 5) as f64;
            let wrong = if back == 7 { 4_000.0 } else { 0.0 };
            label.put("Luz", FOLLOWERS, &day, 50_000.0 - 10.0 * back as f64 + wave + wrong, &[]);
        }
        assert_eq!(label.data("trends")["corrections"]["revised"], json!([]));
        assert_eq!(kinds(&label.data("trends kind:spike")), ["spike"]);
        label.correct("Luz", FOLLOWERS, "2025-09-23", Some(49_934.0), "2025-09-29T10:00:00Z");
        let told = label.data("trends")["corrections"].clone();
        let revised = json!([{
            "artist": "Luz", "owner": "artist", "platform": "spotify", "metric": "followers",
            "date": "2025-09-23", "what": "corrected", "before": 53_934, "now": 49_934,
            "corrected_on": "2025-09-29", "why": "wrong file",
        }]);
        assert_eq!((&told["revised"], &told["num_revised"]), (&revised, &json!(1)));
        let undone: Vec<_> = told["taken_back"].as_array().unwrap().iter().collect();
        assert!(undone.iter().any(|of| of["kind"] == "spike" && of["date"] == "2025-09-23"), "{undone:?}");
        assert_eq!(told["num_taken_back"], undone.len());
        assert_eq!(kinds(&label.data("trends kind:spike")), [""; 0]);
        // It is news of the week in which it was made, and of that of the figure.
        for week in ["weekly", "weekly week_offset:1"] {
            assert_eq!(label.data(week)["corrections"]["revised"], revised, "{week}");
        }
        assert_eq!(label.data("weekly week_offset:2")["corrections"]["revised"], json!([]));
        assert_eq!(label.data_as_of("trends", "2025-09-20")["corrections"]["num_taken_back"], 0);
    }

    #[test]
    fn what_was_rejected_is_told_whether_it_is_read_before_a_correction_of_the_day_or_after() {
        let told = |is_read_before: bool| {
            let mut label = label();
            let reject = |label: &mut Fixture| {
                label.reject("Sol", FOLLOWERS, "2025-09-28", RawValue::Integer(2), Reason::Conflict);
            };
            if is_read_before {
                reject(&mut label);
            }
            label.correct("Sol", LISTENERS, "2025-09-28", Some(50.0), TODAY);
            if !is_read_before {
                reject(&mut label);
            }
            label.data("trends")["corrections"]["revised"].clone()
        };
        let conflict = told(true);
        assert_eq!(conflict, told(false));
        let is_told = |of: &Json| of["why"] == "conflict" && of["found"] == "2";
        assert!(conflict.as_array().unwrap().iter().any(is_told), "{conflict}");
    }

    #[test]
    fn what_was_taken_back_or_withheld_is_told_and_what_was_not_there_is_not() {
        let mut label = label();
        label.correct("Mar", FOLLOWERS, TODAY, None, TODAY);
        let accepted = (Metric::FOLLOWERS, 3.0);
        let fell = (Metric::MONTHLY_LISTENERS, RawValue::Integer(-5), Reason::Negative);
        label.withhold("Sol", Platform::SPOTIFY, "2025-09-28", fell, accepted.clone());
        let absent = (Metric::MONTHLY_LISTENERS, RawValue::Null, Reason::Missing);
        label.withhold("Sol", Platform::SPOTIFY, "2025-09-29", absent, accepted);
        let told = label.data("trends")["corrections"]["revised"].clone();
        let of = |place: usize, field: &str| told[place][field].clone();
        assert_eq!(told.as_array().unwrap().len(), 2, "{told}");
        assert_eq!((of(0, "artist"), of(0, "now")), (json!("Mar"), json!(null)));
        assert_eq!(
            (of(1, "what"), of(1, "why"), of(1, "found")),
            (json!("withheld"), json!("negative"), json!("-5"))
        );
        assert_eq!(label.data("trends kind:spike")["corrections"]["num_revised"], 0);
        // A correction of the day with a figure that can be clears it.
        label.correct("Sol", LISTENERS, "2025-09-28", Some(50.0), TODAY);
        let told = label.data("trends artist:sol")["corrections"]["revised"].clone();
        assert!(told.as_array().unwrap().iter().all(|of| of["what"] == "corrected"), "{told}");
    }
}
