//! Wikipedia, which needs no key but a contact: views of an article by people on each day, since July 2015.
//!
//! <https://doc.wikimedia.org/generated-data-platform/aqs/analytics-api/reference/page-views.html>. The `User-Agent` must
//! say how to reach the operator (<https://foundation.wikimedia.org/wiki/Policy:Wikimedia_Foundation_User-Agent_Policy>).
//! Days without views are left out of an answer, as are those that are not counted yet, and 404 says that there is none at
//! all: neither is a zero.

use std::collections::BTreeMap;
use std::time::Duration;

use casa24_schemas::{Absence, Date, Metric, Observed, Platform, RawValue};
use futures::future::{BoxFuture, FutureExt};
use futures::stream::{self, StreamExt, TryStreamExt};
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde::Deserialize;
use time::format_description::BorrowedFormatItem;
use time::macros::{date, format_description};
use time::{Duration as Days, OffsetDateTime};

use crate::collect::{AskedDays, Collector, Seen};
use crate::http::{Client, Fault, Reply, Verdict, Window};

const METRICS: &[Metric] = &[Metric::PAGE_VIEWS];
/// The first day with views.
const FIRST_DAY: Date = date!(2015 - 07 - 01);
/// Days that are asked for each time: the newest are counted late.
const RECENT_DAYS: i64 = 7;

/// Days are counted some time after their end, mostly within one: <https://github.com/MusikAnimal/pageviews/issues/27>.
const USUAL_DELAY: Duration = Duration::from_secs(24 * 3_600);

const DAY: &[BorrowedFormatItem<'_>] = format_description!("[year][month][day]");

/// Wikimedia's analytics API.
pub(super) struct Wikipedia {
    pub(super) client: Client,
    /// First day that is asked for, where it is not the usual one.
    pub(super) since: Option<Date>,
}

impl Wikipedia {
    pub(super) const SETTING: &'static str = "WIKIMEDIA_API_URL";
    pub(super) const ADDRESS: &'static str = "https://wikimedia.org/api/rest_v1";
    /// Far below what is allowed (<https://www.mediawiki.org/wiki/API:Etiquette> asks for requests in series).
    pub(super) const WINDOW: Window = Window { num_requests: 10, span: Duration::from_secs(1) };

    /// The days to ask for: whole ones only.
    fn range(&self, today: Date) -> (Date, Date) {
        let until = today - Days::days(1);
        let since =
            self.since.unwrap_or(today - Days::days(RECENT_DAYS)).clamp(FIRST_DAY, until.max(FIRST_DAY));
        (since, until)
    }
}

#[derive(Deserialize)]
struct Views {
    items: Vec<DayOfViews>,
}

#[derive(Deserialize)]
struct DayOfViews {
    timestamp: String,
    views: Option<i64>,
}

fn read(reply: &Reply) -> Result<Views, Verdict> {
    match reply.status {
        StatusCode::OK => reply.json(),
        StatusCode::NOT_FOUND => Ok(Views { items: Vec::new() }),
        StatusCode::FORBIDDEN => {
            let what = "set CASA24_CONTACT to an address under which you can be reached";
            Err(Verdict::Stopped(format!("{}: {what}", reply.quoted()), None))
        }
        _ => Err(Verdict::Refused(reply.quoted())),
    }
}

/// The edition and the title of `en/Nina Simone`.
fn parts(id: &str) -> Option<(&str, &str)> {
    let (edition, title) = id.split_once('/')?;
    let is_edition =
        (2..=20).contains(&edition.len()) && edition.bytes().all(|c| c.is_ascii_lowercase() || c == b'-');
    (is_edition && !title.trim().is_empty()).then_some((edition, title.trim()))
}

impl Collector for Wikipedia {
    fn platform(&self) -> Platform {
        Platform::WIKIPEDIA
    }

    fn source(&self) -> &'static str {
        "Wikimedia Analytics API"
    }

    fn metrics(&self) -> &'static [Metric] {
        METRICS
    }

    fn concurrency(&self) -> usize {
        2
    }

    fn days(&self, today: Date) -> Option<AskedDays> {
        Some(AskedDays { first: self.range(today).0, usual_delay: USUAL_DELAY })
    }

    fn well_known(&self) -> &str {
        "en/Nina Simone"
    }

    fn terms(&self) -> &'static str {
        "https://foundation.wikimedia.org/wiki/Policy:Terms_of_Use"
    }

    fn check(&self, id: &str) -> Result<(), String> {
        parts(id).map(|_| ()).ok_or_else(|| {
            "names no article: write the edition and the title, such as \"en/Nina Simone\"".to_owned()
        })
    }

    fn fetch<'a>(&'a self, ids: &'a [String]) -> BoxFuture<'a, Result<Vec<Vec<Seen>>, Fault>> {
        let articles = stream::iter(ids).then(|id| self.article(id, OffsetDateTime::now_utc().date()));
        articles.try_collect().boxed()
    }
}

impl Wikipedia {
    async fn article(&self, id: &str, today: Date) -> Result<Vec<Seen>, Fault> {
        let Some((edition, title)) = parts(id) else { return Ok(Vec::new()) };
        let (first, last) = self.range(today);
        let (since, until) = (stamp(first), stamp(last));
        let (project, article) = (format!("{edition}.wikipedia"), title.replace(' ', "_"));
        let path = [
            "metrics",
            "pageviews",
            "per-article",
            &project,
            "all-access",
            "user",
            &article,
            "daily",
            &since,
            &until,
        ];
        let views = self.client.get(&path, &[], &HeaderMap::new(), read).await?;
        let was_asked_for = |seen: &Seen| seen.day.is_some_and(|day| (first..=last).contains(&day.date()));
        Ok(views.items.iter().filter_map(seen).filter(was_asked_for).collect())
    }
}

/// A day as the API writes it.
fn stamp(day: Date) -> String {
    day.format(DAY).unwrap_or_default()
}

/// What one day says; nothing where its date cannot be read.
fn seen(of: &DayOfViews) -> Option<Seen> {
    let day = Date::parse(of.timestamp.get(..8)?, DAY).ok()?;
    let mut seen = Seen { day: Some(Observed::day(day)), ..Seen::default() };
    match of.views {
        Some(views) => {
            seen.metrics = BTreeMap::from([(Metric::PAGE_VIEWS, RawValue::Integer(views))]);
        }
        None => seen.absent = BTreeMap::from([(Metric::PAGE_VIEWS, Absence::NotYet)]),
    }
    Some(seen)
}
