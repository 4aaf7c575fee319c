//! Files in long format: dates in many forms, uneven times, several distances, and what is refused.

mod support;

use std::process::Output;

use support::House;

/// What `forecast --model drift` makes of a file: its rows (series, ds, value), and what it says.
struct Told {
    rows: Vec<[String; 3]>,
    said: String,
}

impl Told {
    fn dates(&self) -> Vec<&str> {
        self.rows.iter().map(|[_, ds, _]| ds.as_str()).collect()
    }

    fn of(&self, name: &str) -> Vec<&[String; 3]> {
        self.rows.iter().filter(|[series, ..]| series == name).collect()
    }
}

fn run(house: &House, content: &str, arguments: &[&str]) -> Output {
    house.write("in.csv", content);
    house.run(&[&["forecast", "in.csv", "--model", "drift", "--level", "80"], arguments].concat())
}

fn forecast(content: &str, arguments: &[&str]) -> Told {
    let output = run(&House::new(), content, arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let row = |line: &str| -> [String; 3] {
        let mut cells = line.split(',').map(str::to_owned);
        std::array::from_fn(|_| cells.next().expect("a cell"))
    };
    Told { rows: text.lines().skip(1).map(row).collect(), said }
}

/// One series that rises by three from one of these to the next.
fn rising<T: AsRef<str>>(dates: impl IntoIterator<Item = T>) -> String {
    let row = |(at, ds): (usize, T)| format!("a,{},{}\n", ds.as_ref(), 40 + 3 * at);
    let rows: String = dates.into_iter().enumerate().map(row).collect();
    format!("unique_id,ds,y\n{rows}")
}

/// Each of these forms continues so, with such a head.
fn assert_continues(dates: &[String], arguments: &[&str], expected: [&str; 2], head: &str) {
    let told = forecast(&rising(dates), &[&["--horizon", "2"], arguments].concat());
    assert_eq!(told.dates(), expected, "{}", told.said);
    assert!(told.said.contains(head), "{head:?} is not in {}", told.said);
    let last = 40 + 3 * dates.len();
    let values: Vec<&str> = told.rows.iter().map(|[_, _, value]| value.as_str()).collect();
    assert_eq!(values, [last.to_string(), (last + 3).to_string()]);
}

/// The complaint about a file that is refused.
fn refused(content: &str, arguments: &[&str], words: &[&str]) {
    let output = run(&House::new(), content, &[&["--horizon", "3"], arguments].concat());
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{content:?}: {said}");
    assert!(output.stdout.is_empty(), "{content:?}");
    for word in [&["in.csv"], words].concat() {
        assert!(said.contains(word), "{word:?} is not in {said:?}");
    }
}

fn numbers(first: i64, step: i64, num: i64) -> Vec<String> {
    (0..num).map(|at| (first + step * at).to_string()).collect()
}

/// Days of January 2024 and on, by the names that a form gives them.
fn days(form: impl Fn(u32, u32) -> String) -> Vec<String> {
    let february = (1..=27).map(|day| (2, day));
    (1..=31).map(|day| (1, day)).chain(february).map(|(month, day)| form(month, day)).collect()
}

#[test]
fn whole_numbers_continue_at_their_distance() {
    let weekly = numbers(45_292, 7, 20);
    assert_continues(&numbers(5, 3, 30), &[], ["95", "98"], "integer steps of 3, no season");
    assert_continues(&weekly, &[], ["45432", "45439"], "--freq");
    assert_continues(&weekly, &["--freq", "weekly"], ["45432", "45439"], "weekly, season 52");
    let months = [45_292, 45_323, 45_352, 45_383, 45_413].map(|number: i64| number.to_string());
    assert_continues(&months, &[], ["45444", "45474"], "monthly, season 12");
}

#[test]
fn dates_in_digits_are_those_with_dashes() {
    let dashed = days(|month, day| format!("2024-{month:02}-{day:02}"));
    let digits = days(|month, day| format!("2024{month:02}{day:02}"));
    let arguments = ["--horizon", "4", "--model", "ensemble"];
    let (dashed, digits) = (forecast(&rising(dashed), &arguments), forecast(&rising(digits), &arguments));
    assert_eq!(digits.dates(), ["20240228", "20240229", "20240301", "20240302"]);
    let plain = |told: &Told| -> Vec<[String; 3]> {
        told.rows.iter().map(|row| row.clone().map(|cell| cell.replace('-', ""))).collect()
    };
    assert_eq!(plain(&digits), plain(&dashed));
    assert!(digits.said.contains("yyyymmdd") && !dashed.said.contains("yyyymmdd"));
    let months = (1..=11).map(|month| format!("2024{month:02}")).collect::<Vec<_>>();
    assert_continues(&months, &[], ["202412", "202501"], "monthly, season 12");
    let hours = (0..23).map(|hour| format!("20240229{hour:02}")).collect::<Vec<_>>();
    assert_continues(&hours, &[], ["2024022923", "2024030100"], "hourly, season 24");
    refused(
        &rising(["20240130", "20240131", "20240132", "20240201"]),
        &[],
        &["line 4", "20240132", "yyyymmdd"],
    );
    refused(&rising(["240130", "240131", "240201", "240202"]), &[], &["line 2", "yymmdd", "2025-07-06"]);
    refused(&rising(["30012024", "31012024", "01022024"]), &[], &["line 4", "01022024", "2025-07-06"]);
}

#[test]
fn unix_times_have_a_calendar() {
    let first = 1_709_164_800; // 2024-02-29
    for units in [1, 1_000, 1_000_000, 1_000_000_000] {
        let step = 86_400 * units;
        let next = numbers(first * units + 25 * step, step, 2);
        assert_continues(&numbers(first * units, step, 25), &[], [&next[0], &next[1]], "daily, season 7");
    }
    let uneven = numbers(first, 86_400, 25).into_iter().enumerate();
    let uneven: Vec<String> = uneven.map(|(at, text)| format!("{}{}", &text[..8], at % 7 + 10)).collect();
    let days = uneven.iter().map(|text| text.parse::<i64>().expect("a number").div_euclid(86_400)).max();
    let next = numbers((days.expect("days") + 1) * 86_400, 86_400, 2);
    assert_continues(&uneven, &[], [&next[0], &next[1]], "each value counts for its day");
}

#[test]
fn periods_are_dates() {
    let quarters = ["2023Q1", "2023Q2", "2023Q3", "2023Q4", "2024Q1"].map(str::to_owned);
    assert_continues(&quarters, &[], ["2024Q2", "2024Q3"], "quarterly, season 4");
    let weeks: Vec<String> = (40..=52).map(|week| format!("2020-W{week}")).collect();
    assert_continues(&weeks, &[], ["2020-W53", "2021-W01"], "weekly, season 52");
    let months: Vec<String> = (1..=11).map(|month| format!("2024-{month:02}")).collect();
    assert_continues(&months, &[], ["2024-12", "2025-01"], "monthly, season 12");
    refused(&rising(&months), &["--freq", "daily"], &["--freq", "daily"]);
}

#[test]
fn a_date_far_off_is_named_and_the_others_count() {
    let mut dates = days(|month, day| format!("2024-{month:02}-{day:02}"));
    let expected = forecast(&rising(&dates), &["--horizon", "2"]);
    dates.push("2204-02-28".to_owned());
    let told = forecast(&rising(&dates), &["--horizon", "2"]);
    assert_eq!(told.rows, expected.rows);
    for words in ["line 60", "2204-02-28", "58 other values", "does not count"] {
        assert!(told.said.contains(words), "{words:?} is not in {}", told.said);
    }
    let told =
        forecast(&rising([numbers(100, 5, 12), numbers(7_000_000, 1, 1)].concat()), &["--horizon", "1"]);
    assert_eq!(told.dates(), ["160"]);
    assert!(told.said.contains("line 14: 7000000"), "{}", told.said);
}

#[test]
fn daily_values_at_uneven_times_are_one_a_day() {
    let jitter =
        |month: u32, day: u32| format!("2024-{month:02}-{day:02}T05:5{}:{:02}.25", day % 7, 59 - day);
    let offsets = |month: u32, day: u32| {
        format!("2024-{month:02}-{day:02} 00:00:00{}", if month == 1 { "-05:00" } else { "-04:00" })
    };
    for dates in [days(jitter), days(offsets)] {
        for arguments in [&[][..], &["--freq", "daily"]] {
            assert_continues(&dates, arguments, ["2024-02-28", "2024-02-29"], "daily, season 7");
        }
    }
    let twice = rising(days(jitter)).replace("a,2024-02-20T", "a,2024-02-20T03:00:00,777\na,2024-02-20T");
    let told = forecast(&twice, &["--horizon", "2"]);
    assert_eq!(told.rows, forecast(&rising(days(jitter)), &["--horizon", "2"]).rows);
    assert!(told.said.contains("of several the last one counts, 1 does not"), "{}", told.said);
}

#[test]
fn business_days_and_month_ends_go_on_as_such() {
    let is_open = |day: &u32| (1..=5).contains(&(day % 7)); // 2024-01-06 is a Saturday
    let open: Vec<String> = (1..=19).filter(is_open).map(|day| format!("2024-01-{day:02}")).collect();
    assert_continues(&open, &[], ["2024-01-22", "2024-01-23"], "daily from Monday to Friday, season 5");
    let ends = ["2023-09-29", "2023-10-31", "2023-11-30", "2023-12-29", "2024-01-31"].map(str::to_owned);
    assert_continues(&ends, &[], ["2024-02-29", "2024-03-31"], "each value counts for its month");
}

#[test]
fn errors_name_the_line_of_the_file() {
    let rows = rising(days(|month, day| format!("2024-{month:02}-{day:02}"))).replace(",70\n", ",seventy\n");
    for (content, line) in [
        (rows.replace('\n', "\r\n"), 12),
        (rows.replace('\n', "\r"), 12),
        (rows.replace("a,2024-01-05", "\n\na,2024-01-05"), 14),
        (format!("\u{feff}{rows}"), 12),
        (rows.replace("a,2024-01-04", "\"a\nb\r\nc\",2024-01-03,1\na,2024-01-04"), 15),
        (format!("\r\n\r\n{}", rows.replace('\n', "\r\n")), 14),
    ] {
        refused(&content, &[], &[&format!("line {line}: y is \"seventy\"")]);
    }
    refused(&format!("{rows}a,2024-03-01,\"7").replace("seventy", "70"), &[], &["line 60", "never closed"]);
    refused("unique_id,ds,y\na,1,1\na,2,\"3\"4\n", &[], &["line 3", "closing quote"]);
    refused("unique_id,ds,y\na,1,\"1.234,5\"\n", &[], &["line 2", "1.234,5", "point before decimals"]);
    refused("unique_id,ds,y\na,1,1,5\n", &[], &["line 2", "4 cells"]);
    refused("unique_id,ds,y\na,2024-01-01,1\na,1/2/2024,1\n", &[], &["line 3", "1/2/2024", "2025-07-06"]);
    refused("unique_id,ds,y\n", &[], &["no row"]);
    refused("unique_id,ds,y\na,2024-01-01,1\n", &[], &["a: 1 value so far"]);
}

#[test]
fn each_series_of_a_file_is_forecast_as_in_a_file_of_its_own() {
    let daily = days(|month, day| format!("2024-{month:02}-{day:02}"));
    let weekly: Vec<String> = daily.iter().step_by(7).cloned().collect();
    let monthly: Vec<String> = (1..=12).map(|month| format!("2022-{month:02}-15")).collect();
    let alone = [daily, weekly, monthly].map(rising);
    let named = |(name, content): (&str, &String)| content.replace("a,", &format!("{name},"));
    let all: String = ["d", "w", "m"].into_iter().zip(&alone).map(named).collect();
    let rows = all.lines().filter(|line| !line.starts_with("unique_id")).collect::<Vec<_>>().join("\n");
    let arguments = ["--horizon", "3", "--model", "ensemble"];
    let told = forecast(&format!("unique_id,ds,y\n{rows}\n"), &arguments);
    for (name, content) in ["d", "w", "m"].into_iter().zip(&alone) {
        let own = forecast(content, &arguments);
        let values = |rows: &[&[String; 3]]| -> Vec<[String; 2]> {
            rows.iter().map(|[_, ds, value]| [ds.clone(), value.clone()]).collect()
        };
        assert_eq!(values(&told.of(name)), values(&own.of("a")), "{name}");
    }
    for words in ["1 daily, season 7", "1 weekly, season 52", "1 monthly, season 12"] {
        assert!(told.said.contains(words), "{}", told.said);
    }
    let house = House::new();
    house.write("in.csv", format!("unique_id,ds,y\n{rows}\n"));
    let output = house.run(&["backtest", "in.csv", "--horizons", "7", "--model", "drift"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("series \"w\" is weekly") && said.contains("series \"m\" is monthly"), "{said}");
}

#[test]
fn a_series_off_its_grid_is_left_out_and_named() {
    let daily = rising(days(|month, day| format!("2024-{month:02}-{day:02}")));
    let odd = ["00:00", "01:00", "02:00", "02:40"].map(|time| format!("b,2024-01-01 {time}:00,1\n")).concat();
    let told = forecast(&format!("{daily}{odd}"), &["--horizon", "1"]);
    assert_eq!((told.of("a").len(), told.of("b").len()), (1, 0));
    for words in ["left out: 1 of 2 series", "line 63", "2024-01-01 02:40:00", "\"b\""] {
        assert!(told.said.contains(words), "{words:?} is not in {}", told.said);
    }
}

#[test]
fn ids_numbers_and_columns_are_kept_or_told() {
    let of = |name: &str, value: &str| -> String {
        (1..=20).map(|day| format!("{name},x,2024-01-{day:02},{value}\n")).collect()
    };
    let names = ["b", " b", "b\u{2009}", "\"b, c\""];
    let rows: String =
        names.iter().zip(["3", "5", "8", "18014398509481985"]).map(|(name, value)| of(name, value)).collect();
    let house = House::new();
    let output = run(&house, &format!("unique_id,,ds,y\n{rows}"), &["--horizon", "1"]);
    let (text, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}");
    let starts = [
        "b,2024-01-21,3,",
        " b,2024-01-21,5,",
        "b\u{2009},2024-01-21,8,",
        "\"b, c\",2024-01-21,18014398509481984,",
    ];
    for (line, start) in text.lines().skip(1).zip(starts) {
        assert!(line.starts_with(start), "{line:?} does not start with {start:?}");
    }
    for words in [
        "column 2 (without a name) ignored",
        "20 values beyond 2^53",
        "line 62: 18014398509481985 is taken as 18014398509481984",
        r#"kept apart: "b", " b", "b\u{2009}""#,
    ] {
        assert!(said.contains(words), "{words:?} is not in {said}");
    }
}
