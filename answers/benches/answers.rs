//! How long answers take over 100 artists with five years of history: computed from a read model, without the bus.
//!
//! Prints medians; BENCHMARKS.md holds a run with its machine.

#![allow(clippy::print_stdout, reason = "a report is printed")]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use casa24_answers::{Answerer, Query, ReadModelBuilder, parse};
use casa24_schemas::{
    Account, Artist, Date, Forecast, ForecastPoint, Metric, Observed, Platform, Reading, TrainedOn,
    ValidSnapshot, Value,
};
use time::Duration;
use time::macros::date;

const NUM_ARTISTS: u32 = 100;
const NUM_DAYS: u32 = 5 * 365;
const LAST: Date = date!(2025 - 09 - 30);
const ROUNDS: usize = 31;

const SERIES: [(Platform, &[Metric]); 3] = [
    (Platform::SPOTIFY, &[Metric::FOLLOWERS, Metric::MONTHLY_LISTENERS, Metric::POPULARITY_SCORE]),
    (Platform::YOUTUBE, &[Metric::SUBSCRIBERS, Metric::TOTAL_VIEWS, Metric::VIDEO_COUNT]),
    (Platform::INSTAGRAM, &[Metric::FOLLOWERS, Metric::MEDIA_COUNT]),
];

fn artist(number: u32) -> Artist {
    Artist::new(&format!("Artist {number}")).expect("a short name")
}

/// A value that rises with a rhythm of weeks and some noise.
fn value(artist: u32, day: u32, metric: usize) -> Value {
    let (size, noise) = (1_000 + 90 * artist, (day * 7_919 + artist * 104_729) % 97);
    let number = size + day * (1 + artist % 5) + 20 * (day % 7) + noise + 10 * metric as u32;
    let number = if metric == 2 { number % 101 } else { number };
    Value::new(f64::from(number)).expect("finite")
}

fn snapshot(number: u32, day: u32, (platform, metrics): &(Platform, &[Metric])) -> ValidSnapshot {
    let reading = |index| Reading { value: value(number, day, index), flags: Vec::new() };
    let metrics = metrics.iter().enumerate().map(|(index, metric)| (metric.clone(), reading(index)));
    ValidSnapshot {
        platform: platform.clone(),
        artist: artist(number),
        observed_at: Observed::day(LAST - Duration::days(i64::from(NUM_DAYS - 1 - day))),
        source: "bench".to_owned(),
        account: Account::Unknown,
        metrics: metrics.collect::<BTreeMap<_, _>>(),
        withheld: BTreeMap::new(),
        absent: [].into(),
        content: None,
        revision: 0,
        amended_at: None,
        correction: None,
        sample: false,
    }
}

/// A forecast as the ensemble's agent publishes it: of the newest value.
fn forecast(number: u32, platform: &Platform, metric: &Metric, current: Value) -> Forecast {
    let point = |days_ahead: u32| {
        let at = |share: f64| Value::new((current.get() * share).round()).expect("finite");
        ForecastPoint {
            days_ahead,
            predicted: at(1.01),
            lower_80: at(0.98),
            upper_80: at(1.04),
            lower_95: at(0.95),
            upper_95: at(1.08),
            median_abs_pct_error: Value::new(2.5),
            num_checked: 41,
            off_by: Value::new(30.0),
            naive_off_by: Value::new(40.0),
            num_in_80: Some(33),
            num_in_95: Some(39),
        }
    };
    Forecast {
        model: "ensemble".to_owned(),
        artist: artist(number),
        platform: platform.clone(),
        metric: metric.clone(),
        generated_at: Observed::day(LAST),
        current,
        current_date: LAST,
        trained_on: TrainedOn { from: LAST - Duration::days(364), to: LAST, num_values: 365 },
        path: (1..=90).map(point).collect(),
        flags: Vec::new(),
        missing: None,
        sample: false,
    }
}

fn label() -> ReadModelBuilder {
    let mut builder = ReadModelBuilder::default();
    for day in 0..NUM_DAYS {
        for number in 0..NUM_ARTISTS {
            SERIES.iter().for_each(|series| builder.apply_snapshot(&snapshot(number, day, series)));
        }
    }
    for number in 0..NUM_ARTISTS {
        for (platform, metrics) in &SERIES {
            for (index, metric) in metrics.iter().enumerate() {
                let current = value(number, NUM_DAYS - 1, index);
                builder.apply_forecast(&forecast(number, platform, metric, current));
            }
        }
    }
    builder
}

fn query(line: &str) -> Query {
    parse("1", line).and_then(|command| Query::of(&command)).expect("a question")
}

/// Milliseconds that each round takes; `before` is not counted.
fn median<T>(mut before: impl FnMut() -> T, mut timed: impl FnMut(&T)) -> f64 {
    let mut times: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let input = before();
            let started = Instant::now();
            timed(&input);
            started.elapsed().as_secs_f64() * 1_000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[ROUNDS / 2]
}

fn main() {
    let started = Instant::now();
    let mut builder = label();
    println!("{NUM_ARTISTS} artists, {NUM_DAYS} days: read in {:.1} s", started.elapsed().as_secs_f64());
    println!("medians of {ROUNDS}, in milliseconds");
    println!("{:44} {:>10} {:>10} {:>10}", "", "changed", "computed", "repeated");
    let mut days = 0;
    for line in [
        "stats",
        "artist name:Artist 7",
        "growth",
        "growth artist:Artist 7",
        "predict",
        "predict artist:Artist 7",
        "predict metric:spotify-followers goal:9999999",
        "accuracy",
        "battle artist1:Artist 7 artist2:Artist 9",
        "leaderboard",
        "leaderboard metric:total-reach",
        "leaderboard metric:momentum",
        "compare artists:Artist 7,Artist 8,Artist 9",
        "trends",
        "trends artist:Artist 7",
        "momentum",
        "momentum artist:Artist 7",
        "viral timeframe:all",
        "milestones",
        "milestones artist:Artist 7",
        "achievements",
        "achievements artist:Artist 7",
        "spotlight",
        "weekly",
        "recap",
    ] {
        let query = query(line);
        let ask =
            |answerer: &Arc<Answerer>| drop(black_box(answerer.answer(&query, None).expect("an answer")));
        // A figure of one artist has just changed, and nothing that depends on it is ready.
        let mut change = |warm: bool| {
            days = (days + 1) % 7;
            let changed = snapshot(7, NUM_DAYS - 1, &SERIES[days % 3]);
            builder.apply_snapshot(&changed);
            let model = builder.read_model();
            if warm {
                model.prepare_totals();
            }
            Arc::new(Answerer::new(model))
        };
        let changed = median(|| change(false), &ask);
        let computed = median(|| change(true), &ask);
        let model = change(true);
        ask(&model);
        let repeated = median(|| Arc::clone(&model), &ask);
        println!("{line:44} {changed:>10.3} {computed:>10.3} {repeated:>10.4}");
    }
    let change = median(|| (), |()| builder.apply_snapshot(&snapshot(7, NUM_DAYS - 1, &SERIES[0])));
    println!("{:44} {change:>10.3}", "taking in a snapshot, nobody asking");
    let mut handed_out = builder.read_model();
    let change = median(
        || (),
        |()| {
            builder.apply_snapshot(&snapshot(7, NUM_DAYS - 1, &SERIES[0]));
            handed_out = builder.read_model();
        },
    );
    println!("{:44} {change:>10.3}", "taking one in while a read model is in use");
}
