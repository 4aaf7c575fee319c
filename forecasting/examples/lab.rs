#![allow(warnings)]
use std::collections::BTreeMap;
use casa24_forecasting::*;
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let file = &args[1]; let first: i64 = args[2].parse().unwrap(); let last: i64 = args[3].parse().unwrap();
    let every: usize = args[4].parse().unwrap();
    let horizons: Vec<usize> = args[5].split(',').map(|h| h.parse().unwrap()).collect();
    let methods: Vec<Method> = if args[6] == "all" { Method::all().collect() } else { args[6].split(',').map(|m| Method::named(m).unwrap()).collect() };
    let season: usize = args.get(7).map_or(7, |s| s.parse().unwrap());
    let learn = args.get(8).map_or(true, |s| s != "nolearn");
    let min_values: usize = args.get(9).map_or(14, |s| s.parse().unwrap());
    let mut series: BTreeMap<String, Vec<Observation>> = BTreeMap::new();
    for line in std::fs::read_to_string(file).unwrap().lines() {
        let f: Vec<&str> = line.split('\t').collect();
        series.entry(f[0].to_owned()).or_default().push(Observation { step: f[1].parse().unwrap(), value: f[2].parse().unwrap(), new_level: f[3] == "1" });
    }
    let names: Vec<&String> = series.keys().collect();
    let before = Knowledge::built_in();
    let longest = *horizons.iter().max().unwrap();
    let mut t = std::time::Duration::ZERO;
    println!("series\torigin\thorizon\tmethod\tsmape\tmase\tw80\tw95\tt80\tt95\tmsis80\tmsis95\tmoving\tjump\tn\tlast\tpred\tlo95\thi95\ty");
    for origin in (first..=last).step_by(every) {
        let mut known = vec![]; let mut tasks = vec![];
        for name in &names {
            let obs = &series[*name];
            let n = obs.partition_point(|o| o.step <= origin);
            if n < min_values || n == obs.len() || obs[n-1].step != origin { continue }
            let mut bounds = Bounds::of_values(obs[..n].iter().map(|o| o.value));
            if name.contains("/total_views") || name.contains("/video_count") { bounds.only_rises = true }
            if name.contains("popularity") { bounds.highest = 100.0 }
            let request = Request { bounds, season_length: season, horizon: longest, levels: vec![0.8, 0.95], whole_ends: false, with_track_record: false, ..lab_request(name) };
            tasks.push(Task { sequence: Sequence::new(&obs[..n], season), request });
            known.push((*name, n));
        }
        let knowledge = if learn { before.with_pool(Pool::learn(&tasks, before)) } else { before.clone() };
        let s = std::time::Instant::now();
        let out = forecast_batch(&tasks, &methods, &knowledge, || {});
        t += s.elapsed();
        for ((name, n), f) in known.iter().zip(out) {
            let Ok(f) = f else { continue };
            let f: Result<Vec<_>, _> = f.into_iter().collect();
            let f = match f { Ok(f) => f, Err(e) => { continue } };
            let (train, later) = series[*name].split_at(*n);
            let scale = train.windows(2).map(|p| (p[1].value - p[0].value).abs()).sum::<f64>() / (train.last().unwrap().step - train[0].step).max(1) as f64;
            let recent = &train[train.partition_point(|s| s.step < origin - 28)..];
            let moving = recent.windows(2).any(|p| p[0].value != p[1].value);
            for h in &horizons {
                let end = later.partition_point(|s| s.step <= origin + *h as i64);
                if end == 0 || later.last().unwrap().step < origin + *h as i64 { continue }
                let jump = later[..end].iter().any(|o| o.new_level);
                for fc in &f {
                    let (mut sm, mut ae, mut w, mut tt, mut ms) = (0.0, 0.0, [0.0; 2], [0.0; 2], [0.0; 2]);
                    for o in &later[..end] {
                        let st = &fc.steps[(o.step - origin - 1) as usize];
                        let e = (o.value - st.predicted).abs(); let z = o.value.abs() + st.predicted.abs();
                        if z > 0.0 { sm += 200.0 * e / z } ae += e;
                        for k in 0..2 {
                            let (lo, hi) = st.intervals[k]; let a = 1.0 - [0.8, 0.95][k];
                            let inside = if o.value > lo && o.value < hi { 1.0 } else if o.value == lo || o.value == hi { 0.5 } else { 0.0 };
                            tt[k] += inside;
                            if o.value >= lo && o.value <= hi { w[k] += 1.0 }
                            ms[k] += hi - lo + 2.0 / a * ((lo - o.value).max(0.0) + (o.value - hi).max(0.0));
                        }
                    }
                    let n = end as f64; let st = &fc.steps[h - 1];
                    println!("{name}\t{origin}\t{h}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}", fc.method, sm / n, ae / n / scale, w[0], w[1], tt[0], tt[1], ms[0] / n / scale, ms[1] / n / scale, u8::from(moving), u8::from(jump), n, train.last().unwrap().value, st.predicted, st.intervals[1].0, st.intervals[1].1, later[end-1].value);
                }
            }
        }
    }
    eprintln!("forecast time {t:?}");
}
fn lab_request(name: &str) -> Request { let mut it = name.splitn(2, '/'); it.next(); let group = it.next().map(str::to_owned); let window_length = name.contains("monthly_listeners").then_some(28); Request { group, window_length, bounds: Bounds::NONE, season_length: 7, horizon: 1, levels: vec![], whole_ends: false, with_track_record: false } }
