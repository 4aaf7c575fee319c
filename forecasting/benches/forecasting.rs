//! How long forecasts take: one series by each method and by all, an update after one value more, and a label's 3,000
//! series of five years. Prints medians; `BENCHMARKS.md` says how to repeat them.

#![allow(clippy::print_stdout, reason = "a report is printed")]

use std::time::{Duration, Instant};

use casa24_forecasting::{
    Bounds, Knowledge, Member, Memory, Method, Observation, Pool, Request, Sequence, Task, forecast,
    forecast_batch,
};

const SEASON_DAYS: usize = 7;

fn main() {
    let num_series = std::env::args().filter_map(|word| word.parse().ok()).next().unwrap_or(3_000);
    one_series();
    many_series(num_series, 1_825);
}

/// A follower count, listeners and a counter in turn, as a label has them.
fn series(number: usize, num_days: usize) -> Vec<Observation> {
    let mut state = number as u64 + 1;
    let mut chance = move || {
        // Knuth's MMIX generator; its high bits are good enough here.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / (1_u64 << 24) as f64
    };
    let mut value = (10.0 + 100_000.0 * chance().powi(4)).round();
    let size = value.sqrt();
    let mut day = |step: usize| {
        value += match number % 3 {
            0 if chance() < 0.1 => (size * (chance() - 0.4)).round(),
            0 => 0.0,
            1 => (size * 2.0 * (chance() - 0.5)).round(),
            _ => (size * chance() * if step % SEASON_DAYS > 4 { 2.0 } else { 1.0 }).round(),
        };
        Observation { step: step as i64, value: value.max(0.0), new_level: false }
    };
    (0..num_days).map(&mut day).collect()
}

fn request(horizon: usize) -> Request {
    let bounds = Bounds { lowest: 0.0, ..Bounds::NONE };
    Request {
        bounds,
        season_length: SEASON_DAYS,
        horizon,
        levels: vec![0.80, 0.95],
        whole_ends: true,
        group: None,
        window_length: None,
        with_track_record: true,
    }
}

/// Median of some runs.
fn median(mut run: impl FnMut(usize)) -> Duration {
    let mut times: Vec<Duration> = (0..31)
        .map(|number| {
            let started = Instant::now();
            run(number);
            started.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[times.len() / 2]
}

fn one_series() {
    let knowledge = Knowledge::built_in();
    let sequences: Vec<Sequence> =
        (0..31).filter_map(|number| Sequence::new(&series(number, 240), SEASON_DAYS)).collect();
    let of = |methods: &[Method]| {
        median(|number| {
            let sequence = &sequences[number % sequences.len()];
            std::hint::black_box(forecast(sequence, methods, &request(90), knowledge, &mut Memory::new()))
                .ok();
        })
    };
    println!(
        "one series of 240 daily values, 90 days ahead, with track record and intervals, one core, median:"
    );
    for member in Member::ALL {
        println!("  {:16} {:>10.3} ms", member, of(&[Method::Member(member)]).as_secs_f64() * 1e3);
    }
    println!("  {:16} {:>10.3} ms", "ensemble", of(&[Method::Ensemble]).as_secs_f64() * 1e3);
    let all: Vec<Method> = Method::all().collect();
    println!("  {:16} {:>10.3} ms", "all and ensemble", of(&all).as_secs_f64() * 1e3);

    let long: Vec<Vec<Observation>> = (0..31).map(|number| series(number, 245)).collect();
    let mut memories: Vec<Memory> = (0..31).map(|_| Memory::new()).collect();
    let mut update = |num_days: usize| {
        median(|number| {
            let sequence = Sequence::new(&long[number][..num_days], SEASON_DAYS);
            let Some(sequence) = sequence else { return };
            forecast(&sequence, &[Method::Ensemble], &request(90), knowledge, &mut memories[number]).ok();
        })
    };
    let (first, next) = (update(240), update(241));
    println!(
        "  ensemble after one value more: {:.3} ms, {:.2} of the first time",
        next.as_secs_f64() * 1e3,
        next.as_secs_f64() / first.as_secs_f64()
    );
}

fn many_series(num_series: usize, num_days: usize) {
    let task = |number| Task {
        sequence: Sequence::new(&series(number, num_days), SEASON_DAYS),
        request: request(90),
    };
    let tasks: Vec<Task> = (0..num_series).map(task).collect();
    let started = Instant::now();
    let knowledge = Knowledge::built_in();
    let mut memories = Memory::of_series(tasks.len());
    let knowledge = knowledge.with_pool(Pool::learn(&tasks, knowledge, &mut memories), num_days as i64);
    let learnt = started.elapsed();
    let num_forecast = forecast_batch(&tasks, &[Method::Ensemble], &knowledge, &mut memories, || {})
        .into_iter()
        .filter(|forecasts| forecasts.as_ref().is_ok_and(|forecasts| forecasts.iter().all(Result::is_ok)))
        .count();
    println!(
        "{num_forecast} of {num_series} series of {num_days} days by the ensemble, all cores: {:.1} s ({:.1} s of it the accuracy on kinds)",
        started.elapsed().as_secs_f64(),
        learnt.as_secs_f64()
    );
    if let Some(peak) = peak_mib() {
        println!("  memory of this program at its peak: {peak} MiB");
    }
}

/// Most memory that this process has had, in MiB, where the system tells.
fn peak_mib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kib| kib / 1024)
}
