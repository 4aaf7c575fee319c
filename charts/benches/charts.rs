//! How long pictures take: one panel and six, as PNG and as SVG, on one core. Prints medians and sizes.

#![allow(clippy::print_stdout, reason = "a report is printed")]

#[path = "../tests/fixture/mod.rs"]
mod fixture;

use std::hint::black_box;
use std::time::{Duration, Instant};

use fixture::English;

const NUM_RUNS: usize = 101;

fn main() -> Result<(), casa24_charts::ChartError> {
    for (name, chart) in [("one panel", fixture::one()), ("six panels", fixture::six())] {
        let (png, svg) = (chart.png(&English)?, chart.svg(&English)?);
        report(name, "PNG", png.len(), || drop(black_box(chart.png(&English))));
        report(name, "SVG", svg.len(), || drop(black_box(chart.svg(&English))));
    }
    Ok(())
}

fn report(chart: &str, format: &str, num_bytes: usize, run: impl Fn()) {
    let median = median(run).as_secs_f64() * 1e3;
    println!("  {chart:10} as {format} {median:>8.2} ms {:>6.1} kB", num_bytes as f64 / 1e3);
}

/// Median of some runs.
fn median(run: impl Fn()) -> Duration {
    let mut times: Vec<Duration> = (0..NUM_RUNS)
        .map(|_| {
            let started = Instant::now();
            run();
            started.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[times.len() / 2]
}
