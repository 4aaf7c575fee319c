//! How well trends are found: `cargo bench -p casa24-analytics --bench trends`. Generated series with planted spikes and changes
//! of pace of known size, and series with none, through the method and through a robust z-score.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a report is printed; a test bed that fails ends it"
)]

mod generate;
mod score;

use casa24_analytics::trends::{TrendRules, of_artist};
use generate::{Kind, Plant};
use score::{Tally, Zscore, by_zscore, found};

const DAYS: usize = 730;
const SERIES: u64 = 60;

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

fn main() {
    speed();
    println!(
        "false findings per 1,000 series-days, and a month; asked: 0.1 spikes and drops and 0.05 paces a month"
    );
    println!(
        "{:<22} {:>9} {:>9} {:>9} {:>9} {:>10}",
        "series", "spikes", "a month", "paces", "a month", "z-score"
    );
    for kind in Kind::ALL.into_iter().map(Kind::steady) {
        let (mut spikes, mut paces, mut z) = (0, 0, 0);
        for seed in 0..SERIES {
            let series = kind.series(seed, DAYS, None);
            let tally = found(&kind, &series);
            spikes += tally.days.len();
            paces += tally.paces.len();
            z += by_zscore(&series, Zscore::Day).len();
        }
        let per = |count: usize| count as f64 / (SERIES as f64 * DAYS as f64) * 1_000.0;
        println!(
            "{:<22} {:>9.2} {:>9.3} {:>9.2} {:>9.3} {:>10.2}",
            kind.name(),
            per(spikes),
            per(spikes) * 0.03,
            per(paces),
            per(paces) * 0.03,
            per(z)
        );
    }
    println!(
        "\nhits of planted events, percent: on the day (spike, drop), within 28 days (pace, with the median delay)"
    );
    println!("{:<22} {:<22} {:>8} {:>8} {:>9}", "series", "planted", "found", "z-score", "delay");
    for kind in Kind::ALL {
        for plant in Plant::ALL {
            let (mut hits, mut z, mut delays) = (0, 0, Vec::new());
            for seed in 0..SERIES {
                let day = 400 + (seed as usize * 7) % 200;
                let series = kind.series(1_000 + seed, DAYS, Some((day, *plant)));
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
