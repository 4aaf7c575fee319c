//! `forecast`, `backtest` and `export --csv`: files in, files out, exit codes and what is said.

mod support;

use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Output, Stdio};

use support::House;

/// A row of a written file by the names of its columns.
type Row = std::collections::BTreeMap<String, String>;

fn rows(csv: &str) -> Vec<Row> {
    let mut lines = csv.lines().map(|line| line.split(',').map(str::to_owned));
    let header: Vec<String> = lines.next().expect("a header").collect();
    lines.map(|cells| header.iter().cloned().zip(cells).collect()).collect()
}

fn dates(rows: &[Row]) -> Vec<&str> {
    rows.iter().map(|row| row["ds"].as_str()).collect()
}

fn number(row: &Row, column: &str) -> f64 {
    row[column].parse().unwrap_or_else(|error| panic!("{column} of {row:?}: {error}"))
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What `forecast` writes of these rows, and what it says.
fn forecast_of(house: &House, rows_of_file: &[String], arguments: &[&str]) -> (Vec<Row>, String) {
    house.write("in.csv", format!("unique_id,ds,y\n{}\n", rows_of_file.join("\n")));
    let output = house.run(&[&["forecast", "in.csv"], arguments].concat());
    assert!(output.status.success(), "{}", said(&output));
    (rows(&String::from_utf8_lossy(&output.stdout)), said(&output))
}

fn assert_fails(house: &House, arguments: &[&str], exit_code: i32, words: &[&str]) {
    let output = house.run(arguments);
    assert_eq!(output.status.code(), Some(exit_code), "{arguments:?}: {}", said(&output));
    assert!(output.stdout.is_empty(), "{arguments:?} wrote something");
    for word in words {
        assert!(said(&output).contains(word), "{word:?} is not in {:?}", said(&output));
    }
}

/// Thirty days of a series that rises by ten a day, from 2024-01-30 to 2024-02-28.
fn rising() -> Vec<String> {
    let day =
        |at: u32| if at < 2 { format!("2024-01-{}", 30 + at) } else { format!("2024-02-{:02}", at - 1) };
    (0..30).map(|at| format!("rising,{},{}", day(at), 1_000 + 10 * at)).collect()
}

#[test]
fn a_daily_file_is_forecast_over_the_leap_day() {
    let house = House::new();
    let (rows, said) = forecast_of(&house, &rising(), &["--horizon", "3"]);
    assert_eq!(dates(&rows), ["2024-02-29", "2024-03-01", "2024-03-02"]);
    let columns: Vec<&str> = rows[0].keys().map(String::as_str).collect();
    assert_eq!(
        columns,
        [
            "ds",
            "ensemble",
            "ensemble-hi-80",
            "ensemble-hi-95",
            "ensemble-lo-80",
            "ensemble-lo-95",
            "unique_id"
        ]
    );
    for row in &rows {
        let ends = ["ensemble-lo-95", "ensemble-lo-80", "ensemble", "ensemble-hi-80", "ensemble-hi-95"];
        let ends = ends.map(|column| number(row, column));
        assert!(ends.is_sorted() && ends[0] < ends[4], "{row:?}");
        assert!(ends[2].fract() == 0.0, "whole numbers stay whole: {row:?}");
    }
    assert!(said.contains("1 series, 30 values, daily, season 7"), "{said}");
}

#[test]
fn models_and_levels_are_columns_in_the_order_of_asking() {
    let house = House::new();
    house.write("in.csv", format!("unique_id,ds,y\n{}\n", rising().join("\n")));
    let models = ["--model", "drift,naive,drift", "--level", "50,99.5"];
    let csv = house.text(&[&["forecast", "in.csv", "--horizon", "1"], &models[..]].concat());
    let header = "unique_id,ds,drift,drift-lo-50,drift-hi-50,drift-lo-99.5,drift-hi-99.5,\
                  naive,naive-lo-50,naive-hi-50,naive-lo-99.5,naive-hi-99.5";
    assert_eq!(csv.lines().next(), Some(header));
    let row = &rows(&csv)[0];
    assert_eq!((row["naive"].as_str(), row["drift"].as_str()), ("1290", "1300"));
    let all = house.text(&["forecast", "in.csv", "--horizon", "1", "--model", "all"]);
    let header = all.lines().next().expect("a header");
    assert!(
        header.contains("ensemble,") && header.contains("linear,") && header.contains("naive,"),
        "{header}"
    );
}

#[test]
fn the_grid_of_the_file_goes_on() {
    let house = House::new();
    let series = |texts: &[&str]| -> Vec<String> {
        texts.iter().enumerate().map(|(at, ds)| format!("a,{ds},{at}.5")).collect()
    };
    let cases: [(&[&str], [&str; 2], &str); 7] = [
        (
            &["2025-07-06 21:00:00", "2025-07-06 22:00:00", "2025-07-06 23:00:00"],
            ["2025-07-07 00:00:00", "2025-07-07 01:00:00"],
            "hourly, season 24",
        ),
        (
            &["2025-07-06T21:00:00Z", "2025-07-07T00:00:00+02:00", "2025-07-06T23:00:00Z"],
            ["2025-07-07T00:00:00Z", "2025-07-07T01:00:00Z"],
            "hourly, season 24",
        ),
        (&["2024-12-15", "2024-12-22", "2024-12-29"], ["2025-01-05", "2025-01-12"], "weekly, season 52"),
        (&["2023-11-30", "2023-12-31", "2024-01-31"], ["2024-02-29", "2024-03-31"], "monthly, season 12"),
        (&["2024-04-01", "2024-07-01", "2024-10-01"], ["2025-01-01", "2025-04-01"], "quarterly, season 4"),
        (&["2022-12-31", "2023-12-31", "2024-12-31"], ["2025-12-31", "2026-12-31"], "yearly, no season"),
        (&["8", "9", "10"], ["11", "12"], "integer steps, no season"),
    ];
    for (texts, expected, head) in cases {
        let (rows, said) = forecast_of(&house, &series(texts), &["--horizon", "2"]);
        assert_eq!(dates(&rows), expected);
        assert!(said.contains(head), "{said}");
    }
    let (_, said) = forecast_of(&house, &series(&["8", "9", "10"]), &["--horizon", "2", "--season", "5"]);
    assert!(said.contains("season 5"), "{said}");
}

#[test]
fn dirt_is_counted_and_what_it_leaves_is_forecast() {
    let house = House::new();
    let mut dirty = rising();
    dirty.reverse();
    dirty.extend(["2024-02-29,", "2024-02-29,NaN", "2024-02-29,inf"].map(|rest| format!("rising,{rest}")));
    dirty.insert(0, "rising,2024-02-10,999999".to_owned());
    dirty.extend(["young,2024-02-28,7".to_owned(), "none,2024-02-28,".to_owned()]);
    let (rows, said) = forecast_of(&house, &dirty, &["--horizon", "3"]);
    let (clean, _) = forecast_of(&house, &rising(), &["--horizon", "3"]);
    assert_eq!(rows, clean);
    for words in [
        "4 rows without a value, 1 of them infinite",
        "1 row replaced by a later row",
        "left out: 2 of 3 series",
        "young: 1 value so far",
        "none: 0 values",
    ] {
        assert!(said.contains(words), "{words:?} is not in {said:?}");
    }
}

#[test]
fn negative_tiny_and_huge_values_have_finite_forecasts() {
    let house = House::new();
    for scale in [-3.0, 1e-9, 1e15] {
        let series: Vec<String> =
            (0..40_i32).map(|at| format!("a,{at},{}", scale * f64::from(at * at % 17))).collect();
        let (rows, _) = forecast_of(&house, &series, &["--horizon", "12", "--model", "all"]);
        assert_eq!(rows.len(), 12);
        for row in &rows {
            for (column, cell) in row.iter().filter(|(column, _)| *column != "unique_id") {
                assert!(cell.is_empty() || cell.parse::<f64>().is_ok_and(f64::is_finite), "{column}: {cell}");
            }
            number(row, "ensemble");
        }
    }
}

#[test]
fn standard_input_is_read_and_extra_columns_are_told() {
    let house = House::new();
    let mut command = house.casa24(["forecast", "-", "--horizon", "1"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    let rows_of_file: String = rising().iter().map(|row| format!("noted,{row}\n")).collect();
    let mut stdin = child.stdin.take().expect("its input");
    stdin.write_all(format!("note,unique_id,ds,y\n{rows_of_file}").as_bytes()).expect("it reads");
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(dates(&rows(&String::from_utf8_lossy(&output.stdout))), ["2024-02-29"]);
    assert!(said(&output).contains("column note ignored"), "{}", said(&output));
}

#[test]
fn what_cannot_be_used_ends_with_two_and_names_the_place() {
    let house = House::new();
    let cases: [(&str, &[&str]); 8] = [
        ("", &["no column unique_id"]),
        ("unique_id,y\na,1\n", &["no column ds", "unique_id, y"]),
        ("unique_id,ds,y\n", &["no row"]),
        ("unique_id,ds,y\na,1,1\na,2,many\n", &["line 3", "many", "not a number"]),
        ("unique_id,ds,y\na,6.7.2025,1\n", &["line 2", "6.7.2025", "2025-07-06"]),
        ("unique_id,ds,y\na,1\n", &["line 2", "2 cells", "the header has 3"]),
        (
            "unique_id,ds,y\na,2025-07-06,1\na,2025-07-13,1\na,2025-07-20,1\na,2025-07-22,1\n",
            &["line 5", "2025-07-22", "\"a\"", "weekly", "--freq"],
        ),
        (
            "unique_id,ds,y\na,1,1\nb,1,1\n",
            &["no series could be forecast", "a: 1 value so far", "left out: 2 of 2"],
        ),
    ];
    for (content, words) in cases {
        house.write("in.csv", content);
        assert_fails(&house, &["forecast", "in.csv", "--horizon", "7"], 2, words);
    }
    assert_fails(&house, &["forecast", "nowhere.csv", "--horizon", "7"], 1, &["nowhere.csv", "No such file"]);
}

#[test]
fn bad_usage_ends_with_two() {
    let house = House::new();
    house.write("in.csv", "unique_id,ds,y\na,1,1\na,2,1\na,3,1\n");
    let cases: [(&[&str], &[&str]); 11] = [
        (&["forecast", "in.csv"], &["--horizon"]),
        (&["forecast", "--horizon", "7"], &["<FILE>"]),
        (&["forecast", "in.csv", "--horizon", "0"], &["--horizon", "1..=10000"]),
        (&["forecast", "in.csv", "--horizon", "7", "--model", "oracle"], &["oracle", "ensemble"]),
        (&["forecast", "in.csv", "--horizon", "7", "--level", "100"], &["100", "percentage"]),
        (&["forecast", "in.csv", "--horizon", "7", "--season", "0"], &["--season"]),
        (&["forecast", "in.csv", "--horizon", "7", "--freq", "often"], &["often", "weekly"]),
        (&["backtest", "in.csv", "--published"], &["--published"]),
        (&["backtest", "in.csv", "--from", "then"], &["then", "ds"]),
        (&["backtest", "--freq", "weekly"], &["daily"]),
        (&["export"], &["<DIR>"]),
    ];
    for (arguments, words) in cases {
        assert_fails(&house, arguments, 2, words);
    }
}

#[test]
fn a_file_is_written_whole_or_left_as_it_was() {
    let house = House::new();
    let out = house.write("out.csv", "before");
    house.write("in.csv", format!("unique_id,ds,y\n{}\n", rising().join("\n")));
    house.write("young.csv", "unique_id,ds,y\na,1,1\n");
    let failed = house.run(&["forecast", "young.csv", "--horizon", "2", "-o", "out.csv"]);
    assert_eq!(failed.status.code(), Some(2));
    assert_eq!(std::fs::read_to_string(&out).expect("the file"), "before");
    assert_eq!(house.text(&["forecast", "in.csv", "--horizon", "2", "-o", "out.csv"]), "");
    assert_eq!(rows(&std::fs::read_to_string(&out).expect("the file")).len(), 2);
    let leftovers = std::fs::read_dir(house.path("")).expect("the folder");
    let leftovers = leftovers
        .filter_map(Result::ok)
        .filter(|entry| entry.file_name().to_string_lossy().ends_with(".part"));
    assert_eq!(leftovers.count(), 0);
    assert_fails(&house, &["forecast", "in.csv", "--horizon", "2", "-o", "no/such/out.csv"], 1, &["out.csv"]);
}

#[test]
fn a_backtest_of_a_file_knows_what_came() {
    let house = House::new();
    let line: Vec<String> = (1..=60).map(|at| format!("line,{at},{}", 100 + 5 * at)).collect();
    let still: Vec<String> = (1..=60).map(|at| format!("still,{at},7")).collect();
    house.write("in.csv", format!("unique_id,ds,y\n{}\n{}\n", line.join("\n"), still.join("\n")));
    let arguments = ["backtest", "in.csv", "--horizons", "7,14,90", "--every", "7", "--model", "drift,naive"];
    let answer = house.json(&[&arguments[..], &["--json"]].concat());
    assert_eq!(answer["plan"]["origins"], serde_json::json!(["18", "25", "32", "39", "46"]));
    assert_eq!(answer["plan"]["unreached_horizons"], serde_json::json!([90]));
    let scores = answer["scores"].as_array().expect("scores");
    assert_eq!(scores.len(), 4);
    for score in scores {
        assert_eq!((score["num_forecasts"].as_u64(), score["num_series"].as_u64()), (Some(10), Some(2)));
        let owa = score["owa"].as_f64().expect("a number");
        match score["model"].as_str() {
            // A line is a line: only the naive baseline is off.
            Some("drift") => assert!(owa < 1e-9, "{score}"),
            _ => assert!((owa - 1.0).abs() < 1e-9, "{score}"),
        }
    }
    let text = house.text(&arguments);
    for words in
        ["2 series", "5 origins from 18 to 46, every 7 steps", "drift *", "90 steps ahead: no series"]
    {
        assert!(text.contains(words), "{words:?} is not in {text}");
    }
    assert_fails(&house, &["backtest", "in.csv", "--horizons", "50"], 2, &["in.csv", "too short a history"]);
}

#[test]
fn the_stored_history_leaves_as_a_file_and_is_tested_like_one() {
    let house = House::new();
    assert_fails(&house, &["backtest"], 1, &["casa24 import"]);
    // In two parts, as the days came: a forecast was told on the last day of the first one.
    for (folder, days) in [("first", 0..25), ("second", 25..60)] {
        for at in days {
            let day = if at < 31 { format!("03-{:02}", at + 1) } else { format!("04-{:02}", at - 30) };
            let artist = format!(r#"{{"name": "Luz, Norte", "spotify": {{"followers": {}}}}}"#, 500 + 3 * at);
            let content = format!(r#"{{"date": "2025-{day}", "artists": [{artist}]}}"#);
            house.write(&format!("{folder}/2025-{day}.json"), content);
        }
        house.text(&["import", folder]);
    }
    let csv = house.text(&["export", "--csv", "-"]);
    assert_eq!(csv.lines().next(), Some("unique_id,ds,y"));
    assert_eq!(csv.lines().nth(1), Some("\"Luz, Norte/spotify/followers\",2025-03-01,500"));
    assert_eq!(csv.lines().count(), 61);
    let told = house.text(&["export", "--csv", "series.csv"]);
    assert!(told.contains("series.csv: 1 series, 60 values"), "{told}");
    assert_eq!(std::fs::read_to_string(house.path("series.csv")).expect("the file"), csv);

    let arguments = ["--horizons", "7,14", "--from", "2025-04-01", "--until", "2025-04-10", "--json"];
    let stored = house.json(&[&["backtest"], &arguments[..]].concat());
    assert_eq!(stored["plan"]["origins"], serde_json::json!(["2025-04-01", "2025-04-08"]));
    let of_file = house.json(&[&["backtest", "series.csv"], &arguments[..]].concat());
    assert_eq!(stored["plan"], of_file["plan"]);
    // The file does not say that these are followers: only the widths of intervals may differ.
    let points = |scores: &serde_json::Value| -> Vec<serde_json::Value> {
        let of = |score: &serde_json::Value| {
            let fields = ["model", "horizon", "num_forecasts", "num_series", "mase", "smape", "owa"];
            fields.map(|field| score[field].clone()).into_iter().collect()
        };
        scores["scores"].as_array().expect("scores").iter().map(of).collect()
    };
    assert_eq!(points(&stored), points(&of_file));
    assert_eq!(points(&stored).len(), 22);
    let groups = |scores: &serde_json::Value| {
        let of_metric = scores["scores_by_metric"].as_array().expect("scores").iter();
        of_metric.map(|score| score["group"].as_str().map(str::to_owned)).collect::<BTreeSet<_>>()
    };
    assert_eq!(groups(&stored), BTreeSet::from([Some("spotify/followers".to_owned())]));
    assert_eq!(groups(&of_file), BTreeSet::new());

    let published = house.json(&["backtest", "--published", "--json"]);
    let record = published["record"].as_array().expect("a record");
    for days in [7, 30] {
        let of_distance = record.iter().filter(|kept| kept["days_ahead"] == days);
        assert!(of_distance.clone().count() > 0, "{published}");
        for kept in of_distance {
            assert!(kept["num_checked"].as_u64() > Some(0), "{kept}");
            assert!(kept["median_off_by_percent"].as_f64().is_some_and(|off_by| off_by < 20.0), "{kept}");
        }
    }
    assert!(record.iter().all(|kept| kept["days_ahead"] != 90), "60 days hold no 90 days: {published}");
}
