//! Rankings by a rate instead of a sum: momentum and engagement.

use casa24_schemas::{Date, DatedFlag, Metric, Platform, Value};

use super::super::choices;
use super::Row;
use crate::explanation::{End, Explainer, Formula, Input, Place, Quantity};
use crate::figures::{Figure, Missing, Owner, PaceFigure, SeriesKey};
use crate::read_model::{ArtistView, AsOf, SeriesOf};

/// The choices.
pub(super) const MOMENTUM: &str = "momentum";
pub(super) const ENGAGEMENT: &str = "engagement";

/// Whole weeks of the pace that momentum is measured over, and days of a week.
const PACE_WEEKS: u32 = 2;
const WEEK: f64 = 7.0;
/// Days over which views are counted.
const VIEW_DAYS: u32 = 28;

/// An artist's rate.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rate {
    pub(super) value: Value,
    /// Day of the oldest figure in it.
    pub(super) date: Date,
    pub(super) parts: Vec<SeriesKey>,
    /// Flags within the days of its figures.
    pub(super) flags: Vec<DatedFlag>,
}

/// What a ranking by a rate is made of.
pub(super) fn parts_of(choice: &str) -> Option<Vec<SeriesKey>> {
    let of = |platform: Platform, metric: Metric| SeriesKey { platform, metric };
    match choice {
        MOMENTUM => Some(choices::reach()),
        ENGAGEMENT => {
            Some(vec![of(Platform::YOUTUBE, Metric::TOTAL_VIEWS), of(Platform::YOUTUBE, Metric::SUBSCRIBERS)])
        }
        _ => None,
    }
}

/// An artist's rate by a choice.
pub(super) fn rate<'a>(as_of: &AsOf<'a>, view: &ArtistView<'a>, choice: &str) -> Result<Rate, Missing> {
    if choice == MOMENTUM { momentum(as_of, view) } else { engagement(as_of, view) }
}

/// What the artist's reach gains a week at the pace of the last two weeks, less what it gained in the median week before
/// them, as a percentage of it; of the platforms whose pace is known.
fn momentum<'a>(as_of: &AsOf<'a>, view: &ArtistView<'a>) -> Result<Rate, Missing> {
    let (mut gain, mut reach) = (0.0, 0.0);
    let (mut date, mut parts) = (as_of.day, Vec::new());
    let mut missing = Missing::NoAccount;
    for key in choices::reach() {
        let series = SeriesOf { view: *view, platform: key.platform.clone(), metric: key.metric.clone() };
        let figure = PaceFigure::of(as_of, &series, PACE_WEEKS);
        let Some((pace, current)) = figure.pace.zip(as_of.newest_counting(&series)) else {
            // What is known best tells most.
            let tells_little = missing == Missing::NoAccount || missing.is_nothing_known();
            missing =
                figure.missing.filter(|why| tells_little && *why != Missing::NoAccount).unwrap_or(missing);
            continue;
        };
        gain += WEEK * (pace.per_day.get() - pace.per_day_before.get());
        reach += current.value;
        date = date.min(current.date());
        parts.push(key);
    }
    if parts.is_empty() {
        return Err(missing);
    }
    let value = Value::new(100.0 * gain / reach).filter(|_| reach > 0.0).ok_or(Missing::BaselineZero)?;
    // A jump to another level ends the pace before it.
    Ok(Rate { value, date, parts, flags: Vec::new() })
}

/// Views of the channel in 28 days for each of its subscribers.
fn engagement<'a>(as_of: &AsOf<'a>, view: &ArtistView<'a>) -> Result<Rate, Missing> {
    let of = |metric: Metric| SeriesOf { view: *view, platform: Platform::YOUTUBE, metric };
    let (views, subscribers) = (of(Metric::TOTAL_VIEWS), of(Metric::SUBSCRIBERS));
    let (newest, followed_by) = (as_of.present(&views)?, as_of.present(&subscribers)?);
    let growth = as_of.growth(&views, VIEW_DAYS);
    let gained = growth.change.ok_or(Missing::NoBaseline)?;
    let value = Value::new(gained.get() / followed_by.value).filter(|_| followed_by.value > 0.0);
    Ok(Rate {
        value: value.ok_or(Missing::BaselineZero)?,
        date: newest.date().min(followed_by.date()),
        parts: parts_of(ENGAGEMENT).unwrap_or_default(),
        flags: growth.flags,
    })
}

/// How an artist's rate comes about.
pub(super) fn explain<'a>(
    explainer: &mut Explainer<'_, 'a>,
    as_of: &AsOf<'a>,
    place: &Place,
    row: &Row,
    choice: &str,
) {
    if choice != ENGAGEMENT {
        return explain_momentum(explainer, as_of, place, row);
    }
    let of = |metric: Metric| SeriesKey { platform: Platform::YOUTUBE, metric };
    let views = explainer.series_of(&row.artist, Owner::Artist, &of(Metric::TOTAL_VIEWS));
    let subscribers = explainer.series_of(&row.artist, Owner::Artist, &of(Metric::SUBSCRIBERS));
    let inputs = views.iter().zip(&subscribers).find_map(|(views, subscribers)| {
        let growth = Figure::of(as_of, views, VIEW_DAYS);
        let followed_by = as_of.present(subscribers).ok()?;
        let [now, before] = [End::Current, End::Baseline].map(|end| explainer.end(&growth, end).1);
        let inputs = now?.into_iter().chain(before?);
        Some(inputs.chain(explainer.point_input(subscribers, followed_by)).collect())
    });
    explainer.computed(place, Some(row.value), Formula::DifferenceQuotient, inputs);
}

fn explain_momentum<'a>(explainer: &mut Explainer<'_, 'a>, as_of: &AsOf<'a>, place: &Place, row: &Row) {
    let (mut gained, mut reach) = (0.0, 0.0);
    let (mut paces, mut values): (Vec<Input>, Vec<Input>) = (Vec::new(), Vec::new());
    for part in &row.parts {
        let series = explainer.series_of(&row.artist, Owner::Artist, part);
        let found = series.iter().find_map(|series| {
            let newest = as_of.newest_counting(series)?;
            let two = explainer.two_paces(series, newest.date(), PACE_WEEKS)?;
            Some((two, explainer.point_input(series, newest)?))
        });
        let Some(([new, before], value)) = found else { continue };
        gained += new.value().get() - before.value().get();
        reach += value.value().get();
        paces.extend([new, before]);
        values.push(value);
    }
    let gained = explainer.step(Quantity::GainedMore, gained, Formula::SumOfDifferences, Some(paces));
    let reach = explainer.step(Quantity::Reach, reach, Formula::Sum, Some(values));
    let inputs = gained.zip(reach).map(|(gained, reach)| vec![gained, reach]);
    explainer.computed(place, Some(row.value), Formula::PercentAWeek, inputs);
}
