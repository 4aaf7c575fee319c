//! How well trends are found: `cargo bench -p casa24-analytics --bench trends`. Generated series with planted spikes, changes of
//! level and of pace of known size, and series with none, through the method and through a robust z-score. With
//! `-- --series FILE` the series are also written, so that other programs can be tried on the same ones.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a report is printed; a test bed that fails ends it"
)]

mod generate;
mod score;

use std::io::Write;

use casa24_analytics::trends::{TrendRules, of_artist};
use generate::{Kind, Plant};
use score::{Tally, Zscore, by_zscore, found};

const DAYS: usize = 730;
const SERIES: u64 = 60;

/// The series of a kind in which nothing happens.
fn without_events(kind: Kind) -> impl Iterator<Item = Vec<f64>> {
    (0..SERIES).map(move |seed| kind.steady().series(seed, DAYS, None))
}

/// The series of a kind in which an event is planted, with its day.
fn with_event(kind: Kind, plant: Plant) -> impl Iterator<Item = (usize, Vec<f64>)> {
    (0..SERIES).map(move |seed| {
        let day = 400 + (seed as usize * 7) % 200;
        (day, kind.series(1_000 + seed, DAYS, Some((day, plant))))
    })
}

/// Time for all findings about an artist with a series of each kind over five years.
fn speed() {
    let series: Vec<_> = Kind::ALL.iter().map(|kind| (kind.id(), kind.series(1, 1_826, None))).collect();
    let history = score::history(series.iter().map(|(id, values)| (id.clone(), values.as_slice())));
    let artist = history.artists().next().unwrap();
    let num_days: usize = artist.all_series().map(|(_, _, series)| series.points().len()).sum();
    let mut times: Vec<f64> = (0..31)
        .map(|_| {
            let started = std::time::Instant::now();
            std::hint::black_box(of_artist(
                std::hint::black_box(artist),
                &TrendRules::DEFAULT,
                &casa24_schemas::Goals::default(),
            ));
            started.elapsed().as_secs_f64()
        })
        .collect();
    times.sort_unstable_by(f64::total_cmp);
    let median = times[times.len() / 2];
    println!(
        "all findings of {num_days} series-days: median {:.1} ms, {:.0} ns a series-day\n",
        median * 1e3,
        median / num_days as f64 * 1e9
    );
}

fn false_findings() {
    println!("false findings per 1,000 series-days; asked: 3.33 of days and 1.67 of paces");
    println!("{:<22} {:>9} {:>9} {:>13} {:>13}", "series", "days", "paces", "z-score days", "z-score weeks");
    for kind in Kind::ALL {
        let (mut days, mut paces, mut z_days, mut z_weeks) = (0, 0, 0, 0);
        for series in without_events(kind) {
            let tally = found(&kind, &series);
            days += tally.days.len();
            paces += tally.paces.len();
            z_days += by_zscore(&series, Zscore::Day).len();
            z_weeks += score::in_a_row(&by_zscore(&series, Zscore::Weeks));
        }
        let per = |count: usize| count as f64 / (SERIES as f64 * DAYS as f64) * 1_000.0;
        println!(
            "{:<22} {:>9.2} {:>9.2} {:>13.2} {:>13.2}",
            kind.name(),
            per(days),
            per(paces),
            per(z_days),
            per(z_weeks)
        );
    }
}

fn hits() {
    println!(
        "\nhits of planted events, percent: on the day (spike, drop, level), within 28 days (pace, with the median delay)"
    );
    println!("{:<22} {:<22} {:>8} {:>8} {:>9}", "series", "planted", "found", "z-score", "delay");
    for kind in Kind::ALL {
        for plant in Plant::ALL {
            let (mut hits, mut z, mut delays) = (0, 0, Vec::new());
            for (day, series) in with_event(kind, *plant) {
                let tally = found(&kind, &series);
                if let Some(delay) = tally.hit(*plant, day) {
                    hits += 1;
                    delays.push(delay);
                }
                let how = if plant.is_day() { Zscore::Day } else { Zscore::Weeks };
                z += usize::from(Tally::is_hit(&by_zscore(&series, how), *plant, day));
            }
            delays.sort_unstable();
            let delay = delays.get(delays.len() / 2).map_or_else(String::new, ToString::to_string);
            let percent = |count: usize| 100.0 * count as f64 / SERIES as f64;
            println!(
                "{:<22} {:<22} {:>8.0} {:>8.0} {:>9}",
                kind.name(),
                plant.name(),
                percent(hits),
                percent(z),
                if plant.is_day() { String::new() } else { delay }
            );
        }
    }
}

/// Writes a line for each series: its kind, what was planted and on which day, and the values with blanks between; columns
/// are parted by tabs.
fn write(path: &str) -> std::io::Result<()> {
    let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
    let text = |values: &[f64]| values.iter().map(f64::to_string).collect::<Vec<_>>().join(" ");
    writeln!(file, "series\tplanted\tday\tvalues")?;
    for kind in Kind::ALL {
        for values in without_events(kind) {
            writeln!(file, "{}\t\t\t{}", kind.name(), text(&values))?;
        }
        for plant in Plant::ALL {
            for (day, values) in with_event(kind, *plant) {
                writeln!(file, "{}\t{}\t{day}\t{}", kind.name(), plant.name(), text(&values))?;
            }
        }
    }
    file.flush()
}

fn main() {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--series").skip(1);
    if let Some(path) = arguments.next() {
        write(&path).unwrap();
    }
    speed();
    false_findings();
    hits();
}
