//! A label whose artists, tracks, videos, genres and own name are whatever a test wants, with every kind of figure and
//! of gap.

use std::collections::BTreeMap;
use std::sync::Arc;

use casa24_answers::{ENSEMBLE, ReadModel, ReadModelBuilder};
use casa24_schemas::{
    Absence, Account, Artist, Breakdown, BreakdownFigure, Content, Date, Day, Flag, Forecast,
    ForecastMissing, ForecastPoint, Goals, LabelGoal, Metric, Observed, Period, Platform, PlaylistFigures,
    RawBreakdown, RawSnapshot, RawValue, Reading, Reason, RejectedSnapshot, Release, RosterEntry,
    SnapshotCorrection, SongFigures, Track, TrainedOn, ValidBreakdown, ValidSnapshot, Value, Video, Withheld,
    WithheldFigure, platform_info,
};
use time::Duration;
use time::macros::date;

/// The last day of the figures.
pub(crate) const TODAY: Date = date!(2025 - 09 - 30);

/// Days of a long series: enough for a few earlier forecasts to be checked.
const LONG_DAYS: i64 = 60;

/// Parts that artists play, by their place in the list of names.
const NUM_PARTS: usize = 6;

/// A label in the making.
#[derive(Default)]
struct Builder {
    builder: ReadModelBuilder,
    sample: bool,
}

/// A label with these artists; those whose name no event could hold are left out. Their names stand on tracks, videos,
/// genres and the label itself too. Returns the artists' names as well.
pub(crate) fn of_few(names: &[String], sample: bool) -> (Arc<ReadModel>, Vec<String>) {
    let mut label = Builder { sample, ..Builder::default() };
    let artists = artists(names);
    for (index, artist) in artists.iter().enumerate() {
        match index % NUM_PARTS {
            0 => label.long(artist, names),
            1 => label.doubtful(artist),
            2 => label.forecast_by_others(artist),
            3 => label.without_accounts(artist),
            4 => label.left_behind(artist),
            _ => {
                label.huge(artist);
                label.revised(artist, names.first().map_or("", String::as_str));
            }
        }
    }
    let own = Artist::label(names.first().map_or("", String::as_str));
    for (back, members) in [(30, 58.0), (0, 61.0)] {
        label.put(&own, Platform::DISCORD, back, &[(Metric::MEMBER_COUNT, members)], &[]);
    }
    (label.builder.read_model(), artists.into_iter().map(|artist| artist.name).collect())
}

/// A label of many artists with a few values each.
pub(crate) fn of_many(names: &[String]) -> (Arc<ReadModel>, Vec<String>) {
    let mut label = Builder::default();
    let artists = artists(names);
    for (index, artist) in artists.iter().enumerate() {
        for back in [45, 30, 7, 0] {
            let value = (index * 37 % 1_000) as f64 * 10.0 - back as f64 + 40.0;
            let flags = if index % 7 == 0 { Flag::ALL } else { &[] };
            let followers = [(Metric::FOLLOWERS, value), (Metric::MONTHLY_LISTENERS, value * 3.0)];
            label.put(artist, Platform::SPOTIFY, back, &followers, flags);
            label.put(artist, Platform::YOUTUBE, back, &[(Metric::SUBSCRIBERS, value)], flags);
        }
    }
    (label.builder.read_model(), artists.into_iter().map(|artist| artist.name).collect())
}

/// A label with values that do not count, and artists whom totals leave out.
pub(crate) fn of_uncounted() -> Arc<ReadModel> {
    let mut label = Builder::default();
    let artist = |name: &str| Artist::new(name).unwrap();
    for back in (0..LONG_DAYS).rev() {
        let number = |start: f64| start - (3 * back + back * back % 4) as f64;
        let copied = if back < 3 { &[Flag::CopiedForward][..] } else { &[] };
        let mut put = |name: &str, start: f64, flags: &[Flag]| {
            let followers = [(Metric::FOLLOWERS, number(start))];
            label.put(&artist(name), Platform::SPOTIFY, back, &followers, flags);
        };
        put("Narrow", 2_500.0, &[]);
        put("Copied", 1_700.0, copied);
        if back >= 12 {
            put("Paused", 900.0, &[]);
        }
        let popularity = [(Metric::POPULARITY_SCORE, 40.0)];
        label.put(&artist("Narrow"), Platform::SPOTIFY, back, &popularity, &[]);
        let zero = [(Metric::FOLLOWERS, 0.0)];
        label.put(&artist("Zero"), Platform::SPOTIFY, back, &zero, &[Flag::UnconfirmedZero]);
    }
    label.put(&artist("Short"), Platform::SPOTIFY, 0, &[(Metric::FOLLOWERS, 31.0)], &[]);
    label.not_given(&artist("Short"), &Platform::SPOTIFY, Absence::Hidden);
    let entry = RosterEntry { artist: artist("Unseen"), accounts: BTreeMap::new(), active: true };
    label.builder.apply_roster_entry(TODAY, &entry);
    for (model, off_by) in [(ENSEMBLE, 9.0), ("linear", 4.0)] {
        let narrow = |days_ahead: u32| ForecastPoint {
            num_checked: 40,
            off_by: Some(value(off_by)),
            num_in_80: Some(2),
            num_in_95: Some(3),
            ..point(days_ahead)
        };
        label.builder.apply_forecast(&Forecast {
            model: model.to_owned(),
            artist: artist("Narrow"),
            platform: Platform::SPOTIFY,
            metric: Metric::POPULARITY_SCORE,
            generated_at: Observed::day(TODAY),
            current: value(40.0),
            current_date: TODAY,
            trained_on: TrainedOn { from: day(LONG_DAYS - 1), to: TODAY, num_values: LONG_DAYS as u32 },
            path: (1..=90).map(narrow).collect(),
            flags: Vec::new(),
            missing: None,
            sample: false,
        });
    }
    label.builder.read_model()
}

/// A label without anything.
pub(crate) fn of_none() -> Arc<ReadModel> {
    ReadModelBuilder::default().read_model()
}

fn artists(names: &[String]) -> Vec<Artist> {
    let mut artists: Vec<Artist> = Vec::new();
    for artist in names.iter().filter_map(|name| Artist::new(name).ok()) {
        if !artists.contains(&artist) {
            artists.push(artist);
        }
    }
    artists
}

fn day(back: i64) -> Date {
    TODAY - Duration::days(back)
}

fn value(number: f64) -> Value {
    Value::new(number).unwrap()
}

impl Builder {
    /// Adds values of some days ago.
    fn put(
        &mut self,
        artist: &Artist,
        platform: Platform,
        back: i64,
        values: &[(Metric, f64)],
        flags: &[Flag],
    ) {
        let reading = |number: f64| Reading { value: value(number), flags: flags.to_vec() };
        let metrics = values.iter().map(|(metric, number)| (metric.clone(), reading(*number))).collect();
        self.apply(artist, platform, back, metrics, None);
    }

    fn apply(
        &mut self,
        artist: &Artist,
        platform: Platform,
        back: i64,
        metrics: BTreeMap<Metric, Reading>,
        content: Option<Content>,
    ) {
        let snapshot = ValidSnapshot { metrics, content, ..self.snapshot(artist, platform, back) };
        self.builder.apply_snapshot(&snapshot);
    }

    /// A snapshot without figures.
    fn snapshot(&self, artist: &Artist, platform: Platform, back: i64) -> ValidSnapshot {
        ValidSnapshot {
            platform,
            artist: artist.clone(),
            observed_at: Observed::day(day(back)),
            source: "test".to_owned(),
            account: Account::Unknown,
            metrics: BTreeMap::new(),
            withheld: BTreeMap::new(),
            absent: BTreeMap::new(),
            content: None,
            revision: 0,
            amended_at: None,
            correction: None,
            sample: self.sample,
        }
    }

    /// Long series with every flag, content, and a platform that the program does not know.
    fn long(&mut self, artist: &Artist, names: &[String]) {
        for back in (0..LONG_DAYS).rev() {
            let number = 2_000.0 - (3 * back + back % 4) as f64;
            let flag = usize::try_from(back).ok().and_then(|back| Flag::ALL.get(back));
            let metrics = [(Metric::FOLLOWERS, number), (Metric::POPULARITY_SCORE, 40.0)];
            self.put(artist, Platform::SPOTIFY, back, &metrics, flag.map_or(&[], std::slice::from_ref));
            self.put(artist, Platform::YOUTUBE, back, &[(Metric::TOTAL_VIEWS, number * 100.5)], &[]);
        }
        // Behind, ahead, beyond the forecast, and of a figure that there is none of.
        let goals = [
            (Metric::FOLLOWERS, 1_700.0, Some(-20)),
            (Metric::FOLLOWERS, 2_020.0, Some(30)),
            (Metric::FOLLOWERS, 1e15, Some(30)),
            (Metric::FOLLOWERS, 1e14, Some(900)),
            (Metric::FOLLOWERS, 9_999.5, Some(-5)),
            (Metric::MONTHLY_LISTENERS, 5_000.0, Some(30)),
            (Metric::POPULARITY_SCORE, 41.0, None),
        ];
        let goal = |(metric, number, ahead): (Metric, f64, Option<i64>)| LabelGoal {
            artist: artist.clone(),
            platform: Platform::SPOTIFY,
            metric,
            value: value(number),
            by: ahead.map(|ahead| Day(day(-ahead))),
            since: Day(day(LONG_DAYS)),
            withdrawn_on: None,
        };
        self.builder.apply_goals(&Goals { goals: goals.map(goal).into() });
        let stranger = (Platform::new("_").unwrap(), Metric::new("__1__").unwrap());
        self.put(artist, stranger.0, 0, &[(stranger.1, 5.0)], &[]);
        let titles = || names.iter().take(7).cloned();
        let track = |name| Track { name, popularity: Some(50), preview_url: None };
        let video = |title| Video { id: "id".to_owned(), title, views: Some(1), published_at: None };
        let release = |name| Release {
            id: "id".to_owned(),
            name,
            kind: names.last().cloned(),
            released: Some("2025-08".to_owned()),
        };
        let content = Content {
            genres: titles().collect(),
            tracks: titles().map(track).collect(),
            videos: titles().map(video).collect(),
            releases: Some(titles().map(release).collect()),
            username: names.first().cloned(),
            display_name: names.last().cloned(),
        };
        let reading = Reading { value: value(9.0), flags: Vec::new() };
        let metrics = BTreeMap::from([(Metric::FOLLOWERS, reading)]);
        self.apply(artist, Platform::INSTAGRAM, 0, metrics, Some(content));
        self.of_periods(artist, names);
    }

    /// Songs and playlists of a period, and a song by day, all of these names. The first of each lacks what a validator
    /// withheld, and of every second song but one nothing is known.
    fn of_periods(&mut self, artist: &Artist, names: &[String]) {
        let song = |(place, name): (usize, &String)| SongFigures {
            name: name.clone(),
            listeners: (place % 2 == 0).then_some(1),
            streams: (place % 2 == 0).then_some(4),
            saves: (place == 1).then_some(1),
            released: Some("2025-08".to_owned()),
        };
        let playlist = |(place, name): (usize, &String)| PlaylistFigures {
            name: name.clone(),
            author: names.last().cloned(),
            listeners: (place > 0).then_some(1_234),
            streams: Some(1_234),
            added: None,
        };
        let first_name = names.first().cloned().unwrap_or_default();
        let days = (0..20).map(|back| (Day(day(back)), (back != 19).then_some(back))).collect();
        let songs = names.iter().take(7).enumerate().map(song).collect();
        let playlists = names.iter().take(7).enumerate().map(playlist).collect();
        let oldest_day = day(19).to_string();
        for (breakdown, of, figure) in [
            (Breakdown::Song { songs, num_left_out: 3 }, &first_name, BreakdownFigure::Saves),
            (Breakdown::Playlist { playlists, num_left_out: 0 }, &first_name, BreakdownFigure::Listeners),
            (Breakdown::Day { song: first_name.clone(), days }, &oldest_day, BreakdownFigure::Streams),
            (
                Breakdown::Day { song: artist.name.clone(), days: [(Day(day(0)), Some(7))].into() },
                &oldest_day,
                BreakdownFigure::Streams,
            ),
        ] {
            let withheld = WithheldFigure { of: of.clone(), figure, reason: Reason::Negative, raw: -1 };
            let accepted = RawBreakdown {
                platform: Platform::SPOTIFY,
                artist: artist.clone(),
                period: Period { first: Day(day(27)), last: Day(day(0)) },
                source: first_name.clone(),
                breakdown,
                correction: None,
            };
            let breakdown = ValidBreakdown { accepted, withheld: vec![withheld] };
            self.builder.apply_breakdown(&breakdown);
        }
    }

    /// Zeros that nothing confirms, a start at zero, and values without earlier ones.
    fn doubtful(&mut self, artist: &Artist) {
        for back in [45, 30, 7, 0] {
            let zero = [(Metric::FOLLOWERS, 0.0)];
            self.put(artist, Platform::SPOTIFY, back, &zero, &[Flag::UnconfirmedZero]);
            let from_zero = [(Metric::SUBSCRIBERS, if back == 30 { 0.0 } else { 12.0 })];
            self.put(artist, Platform::YOUTUBE, back, &from_zero, &[]);
        }
        self.put(artist, Platform::INSTAGRAM, 0, &[(Metric::FOLLOWERS, 1_234.5)], &[]);
        self.not_given(artist, &Platform::SPOTIFY, Absence::Hidden);
        self.not_given(artist, &Platform::DEEZER, Absence::NoAccount);
        let zero = Reading { value: value(0.0), flags: vec![Flag::UnconfirmedZero] };
        let metrics = BTreeMap::from([(Metric::FOLLOWERS, zero)]);
        self.apply(artist, Platform::SPOTIFY, 0, metrics, Some(Content::default()));
    }

    /// Figures that were withheld, for every reason, and corrected.
    fn revised(&mut self, artist: &Artist, why: &str) {
        let withheld = |reason: Reason| Withheld { reason, raw: RawValue::Text(why.to_owned()) };
        for (back, reason) in (0..).zip(Reason::ALL) {
            let mut snapshot = self.snapshot(artist, Platform::YOUTUBE, back);
            snapshot.withheld = [(Metric::SUBSCRIBERS, withheld(*reason))].into();
            self.builder.apply_snapshot(&snapshot);
        }
        for (back, now) in [(1, Some(77.0)), (2, None), (3, Some(1e300))] {
            let reading = |number: f64| Reading { value: value(number), flags: Vec::new() };
            if back != 3 {
                self.put(artist, Platform::SPOTIFY, back, &[(Metric::FOLLOWERS, 400.5)], &[]);
            }
            let mut snapshot = self.snapshot(artist, Platform::SPOTIFY, back);
            snapshot.metrics = now.map(|number| (Metric::FOLLOWERS, reading(number))).into_iter().collect();
            snapshot.revision = 1;
            let reason = (back != 2).then(|| why.to_owned());
            snapshot.correction =
                Some(SnapshotCorrection { reason, corrected_at: Observed::day(TODAY), follows: None });
            self.builder.apply_snapshot(&snapshot);
        }
    }

    /// Forecasts that other versions or other agents published.
    fn forecast_by_others(&mut self, artist: &Artist) {
        let metrics = [(Metric::FOLLOWERS, 100.0), (Metric::MONTHLY_LISTENERS, 100.0)];
        self.put(artist, Platform::SPOTIFY, 0, &metrics, &[]);
        let metrics = [(Metric::SUBSCRIBERS, 100.0), (Metric::TOTAL_VIEWS, 100.0)];
        self.put(artist, Platform::YOUTUBE, 0, &metrics, &[]);
        let mut publish = |platform, metric, model: &str, missing, num_days| {
            self.builder.apply_forecast(&Forecast {
                model: model.to_owned(),
                artist: artist.clone(),
                platform,
                metric,
                generated_at: Observed::day(TODAY),
                current: value(100.0),
                current_date: TODAY,
                trained_on: TrainedOn { from: day(90), to: TODAY, num_values: 90 },
                path: (1..=num_days).map(point).collect(),
                flags: Vec::new(),
                missing,
                sample: false,
            });
        };
        publish(Platform::SPOTIFY, Metric::FOLLOWERS, ENSEMBLE, Some(ForecastMissing::NoSolution), 0);
        publish(Platform::SPOTIFY, Metric::MONTHLY_LISTENERS, ENSEMBLE, Some(ForecastMissing::Unknown), 0);
        publish(Platform::YOUTUBE, Metric::SUBSCRIBERS, ENSEMBLE, None, 5);
        publish(Platform::YOUTUBE, Metric::TOTAL_VIEWS, ENSEMBLE, None, 90);
        publish(Platform::YOUTUBE, Metric::TOTAL_VIEWS, "linear", Some(ForecastMissing::TooLarge), 0);
    }

    /// In the roster, and nothing else.
    fn without_accounts(&mut self, artist: &Artist) {
        let platforms = [Platform::SPOTIFY, Platform::YOUTUBE, Platform::INSTAGRAM];
        let accounts = platforms.into_iter().map(|platform| (platform, None)).collect();
        self.builder
            .apply_roster_entry(TODAY, &RosterEntry { artist: artist.clone(), accounts, active: true });
    }

    /// Values that are too old to stand for the present.
    fn left_behind(&mut self, artist: &Artist) {
        for back in [70, 45] {
            let metrics = [(Metric::FOLLOWERS, 5_000.0), (Metric::MONTHLY_LISTENERS, 5_000.0)];
            self.put(artist, Platform::SPOTIFY, back, &metrics, &[]);
        }
        self.put(artist, Platform::YOUTUBE, 40, &[(Metric::SUBSCRIBERS, 5_000.0)], &[]);
        self.not_given(artist, &Platform::YOUTUBE, Absence::Refused);
        // The present, but of another week.
        self.put(artist, Platform::INSTAGRAM, 15, &[(Metric::FOLLOWERS, 5_000.0)], &[]);
    }

    /// Nothing came from a platform that was asked.
    fn not_given(&mut self, artist: &Artist, platform: &Platform, why: Absence) {
        let metrics = platform_info(platform).unwrap().metrics.iter().map(|info| info.metric.clone());
        let raw = RawSnapshot {
            platform: platform.clone(),
            artist: artist.clone(),
            observed_at: Observed::day(day(9)),
            source: "test".to_owned(),
            collection: None,
            account: Account::Unknown,
            metrics: BTreeMap::new(),
            absent: metrics.map(|metric| (metric, why)).collect(),
            content: None,
            correction: None,
            sample: false,
        };
        self.builder.apply_rejected(&RejectedSnapshot { raw, reasons: Vec::new() });
    }

    /// Values at the limit of what a number holds, and below zero.
    fn huge(&mut self, artist: &Artist) {
        for back in (0..30).rev() {
            let number = if back % 2 == 0 { f64::MAX } else { 1e300 };
            self.put(artist, Platform::SPOTIFY, back, &[(Metric::FOLLOWERS, number)], &[]);
            self.put(artist, Platform::YOUTUBE, back, &[(Metric::SUBSCRIBERS, -number)], &[]);
        }
    }
}

/// A point of a path with the whole track record.
fn point(days_ahead: u32) -> ForecastPoint {
    let number = 100.0 + f64::from(days_ahead);
    ForecastPoint {
        days_ahead,
        predicted: value(number),
        lower_80: value(number - 5.0),
        upper_80: value(number + 5.0),
        lower_95: value(number - 9.0),
        upper_95: value(number + 9.0),
        median_abs_pct_error: Some(value(3.3)),
        num_checked: 12,
        off_by: Some(value(4.0)),
        naive_off_by: Some(value(6.0)),
        num_in_80: Some(9),
        num_in_95: Some(11),
    }
}
