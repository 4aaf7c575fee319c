use casa24_schemas::{Day, Observed, Value};
use serde_json::{Value as Json, json};

use crate::commands::fixture::{FOLLOWERS, Fixture, LISTENERS, TODAY};
use crate::{Query, parse};

/// A hundred days of slow growth up to the last one.
fn label() -> Fixture {
    let mut label = Fixture::default();
    let last = Observed::parse(TODAY).unwrap().date();
    for back in (0..100_i64).rev() {
        let day = Day(last - time::Duration::days(back)).to_string();
        label.put("Luz", LISTENERS, &day, 2_000.0 - 3.0 * back as f64, &[]);
    }
    label.put_all("Luz", FOLLOWERS, &[(TODAY, 9.0)]);
    label
}

fn of_metric(data: &Json, list: &str, metric: &str) -> Json {
    data[list].as_array().unwrap().iter().find(|f| f["metric"] == metric).unwrap().clone()
}

/// Stores a forecast as an agent of that model would publish it.
fn publish(label: &mut Fixture, model: &str, predicted: f64) {
    let mut forecast = label.forecast("Luz", LISTENERS);
    forecast.model = model.to_owned();
    for point in &mut forecast.path {
        point.predicted = Value::new(predicted).unwrap();
        (point.off_by, point.naive_off_by) = (Value::new(3.0), Value::new(5.0));
        (point.num_checked, point.num_in_80, point.num_in_95) = (41, Some(33), Some(39));
    }
    label.builder.apply_forecast(&forecast);
}

#[test]
fn a_forecast_has_intervals_around_it_and_its_track_record() {
    let figure = of_metric(&label().data("predict artist:luz days:14"), "forecasts", "monthly_listeners");
    assert_eq!(
        (&figure["current"], &figure["days_ahead"], &figure["model"]),
        (&json!(2000), &json!(14), &json!("ensemble"))
    );
    let number = |name: &str| figure[name].as_f64().unwrap();
    let ends = ["lower_95", "lower_80", "predicted", "upper_80", "upper_95"].map(number);
    assert!(ends.is_sorted(), "{ends:?}");
    assert!(number("num_checked") > 0.0 && number("median_abs_pct_error") >= 0.0);
}

#[test]
fn the_stored_forecast_answers_while_it_is_of_the_newest_value() {
    let mut label = label();
    publish(&mut label, "ensemble", 7_777.0);
    let predicted = |label: &mut Fixture| {
        of_metric(&label.data("predict artist:luz"), "forecasts", "monthly_listeners")["predicted"].clone()
    };
    assert_eq!(predicted(&mut label), 7777);
    label.put("Luz", LISTENERS, "2025-10-01", 2_003.0, &[]);
    assert_ne!(predicted(&mut label), 7777);
}

#[test]
fn an_earlier_day_is_answered_from_what_was_known_then() {
    let mut label = label();
    publish(&mut label, "ensemble", 7_777.0);
    let data = label.data_as_of("predict artist:luz", "2025-09-20");
    let figure = of_metric(&data, "forecasts", "monthly_listeners");
    assert_eq!((&figure["current"], &figure["current_date"]), (&json!(1970), &json!("2025-09-20")));
    assert_eq!(data["generated_at"], "2025-09-20");
}

#[test]
fn what_cannot_be_forecast_says_why_and_never_nan() {
    let mut label = label();
    let figure = of_metric(&label.data("predict artist:luz"), "forecasts", "followers");
    assert_eq!((&figure["predicted"], &figure["current"]), (&json!(null), &json!(9)));
    let too_few = json!({ "reason": "too_few_values", "have": 1, "need": 14 });
    assert_eq!(figure["missing"], too_few);
    let later = of_metric(&label.data("predict artist:luz days:90"), "forecasts", "monthly_listeners");
    assert_eq!(later["missing"], json!(null));
}

/// Stores the forecast of a model whose record is this far off, where standing still was off by 5.
fn publish_with_error(label: &mut Fixture, model: &str, off_by: f64) {
    let mut forecast = label.forecast("Luz", LISTENERS);
    forecast.model = model.to_owned();
    for point in &mut forecast.path {
        (point.off_by, point.naive_off_by) = (Value::new(off_by), Value::new(5.0));
        (point.num_checked, point.num_in_80, point.num_in_95) = (26, Some(1), Some(4));
    }
    label.builder.apply_forecast(&forecast);
}

#[test]
fn a_model_that_was_farther_off_than_standing_still_is_not_shown() {
    let mut label = label();
    let shown = |label: &mut Fixture, command: &str| {
        let data = label.data(&format!("{command} artist:luz"));
        let list = if command == "predict" { "forecasts" } else { "records" };
        let figure = of_metric(&data, list, "monthly_listeners");
        (figure["model"].clone(), figure["instead_of"].clone())
    };
    for (model, off_by) in [("ensemble", 5.0), ("linear", 6.0), ("arima", 7.0), ("neural", 9.0)] {
        publish_with_error(&mut label, model, off_by);
    }
    assert_eq!(shown(&mut label, "predict"), (json!("ensemble"), json!(null)));
    publish_with_error(&mut label, "ensemble", 8.0);
    let instead_of = json!({
        "model": "ensemble", "median_abs_error": 8, "naive_median_abs_error": 5, "num_checked": 26,
    });
    for command in ["predict", "accuracy"] {
        assert_eq!(shown(&mut label, command), (json!("naive"), instead_of.clone()), "{command}");
    }
    let figure = of_metric(&label.data("predict artist:luz"), "forecasts", "monthly_listeners");
    assert_eq!(figure["predicted"], 2_000);
    assert!(figure["lower_80"].as_f64() < Some(2_000.0) && figure["upper_80"].as_f64() > Some(2_000.0));
    publish_with_error(&mut label, "arima", 4.5);
    for command in ["predict", "accuracy"] {
        assert_eq!(shown(&mut label, command), (json!("arima"), instead_of.clone()), "{command}");
    }
    // Whoever names a model gets that one.
    let named = of_metric(&label.data("predict artist:luz models:neural"), "forecasts", "monthly_listeners");
    assert_eq!((&named["model"], &named["intervals_too_narrow"]), (&json!("neural"), &json!(true)));
    let data = label.data("predict artist:luz metric:spotify-listeners models:all");
    let models: Vec<_> = data["forecasts"].as_array().unwrap().iter().map(|f| f["model"].clone()).collect();
    assert_eq!(models, ["arima", "ensemble", "linear", "neural"]);
}

#[test]
fn what_is_too_old_has_no_forecast_and_what_is_past_is_not_forecast() {
    let mut label = label();
    label.put("Mar", LISTENERS, "2025-10-30", 7.0, &[]);
    let of = |label: &mut Fixture, line: &str, as_of: &str| {
        let data = label.data_as_of(line, as_of);
        let figure = of_metric(&data, "forecasts", "monthly_listeners");
        (figure["predicted"].is_number(), figure["missing"].clone(), figure["goal"].clone())
    };
    // The newest value is of September 30.
    let line = "predict artist:luz days:20 metric:spotify-listeners goal:2001";
    let (is_forecast, missing, goal) = of(&mut label, line, "2025-10-19");
    assert_eq!((is_forecast, missing), (true, json!(null)));
    assert_eq!(goal["earliest"], "2025-10-20");
    let past = json!({ "reason": "already_past", "on": "2025-10-20" });
    for as_of in ["2025-10-20", "2025-10-30"] {
        let (is_forecast, missing, _) = of(&mut label, line, as_of);
        assert_eq!((is_forecast, &missing), (false, &past), "{as_of}");
    }
    let too_old = json!({ "reason": "too_old", "of": TODAY });
    let (is_forecast, missing, goal) =
        of(&mut label, "predict artist:luz days:90 metric:spotify-listeners goal:2001", "2025-10-31");
    assert_eq!((is_forecast, missing, &goal["horizon_days"]), (false, too_old.clone(), &json!(null)));
    let records = label.data_as_of("accuracy artist:luz", "2025-10-31");
    let record = of_metric(&records, "records", "monthly_listeners");
    assert_eq!((&record["missing"], &record["num_checked"]), (&too_old, &json!(0)));
    let total = of_metric(&label.data_as_of("predict days:20", "2025-10-25"), "totals", "monthly_listeners");
    assert_eq!((&total["missing"], &total["current"]), (&past, &json!(2_000)));
    let total = label.data_as_of("predict days:90", "2025-10-31");
    assert_eq!(of_metric(&total, "totals", "monthly_listeners")["left_out_stale"], json!(["Luz"]));
    let model = label.read_model();
    let as_of = model.as_of(Some(Observed::parse("2025-10-19").unwrap().date())).unwrap();
    let query =
        Query::of(&parse("1", "predict artist:luz metric:spotify-listeners days:30").unwrap()).unwrap();
    assert_eq!(query.chart(&as_of).unwrap().panels[0].path.first().map(|point| point.days_ahead), Some(20));
}

#[test]
fn models_stand_side_by_side() {
    let mut label = label();
    for (model, predicted) in [("ensemble", 2_100.0), ("linear", 2_200.0), ("neural", 2_300.0)] {
        publish(&mut label, model, predicted);
    }
    let data = label.data("predict artist:luz metric:spotify-listeners models:all");
    let forecasts = data["forecasts"].as_array().unwrap();
    let of = |model: &str| forecasts.iter().find(|f| f["model"] == model).unwrap()["predicted"].clone();
    assert_eq!((of("ensemble"), of("linear"), of("neural")), (json!(2_100), json!(2_200), json!(2_300)));
    assert!(forecasts.iter().all(|f| f["metric"] == "monthly_listeners"));
    let one = of_metric(&label.data("predict artist:luz models:neural"), "forecasts", "monthly_listeners");
    assert_eq!((&one["model"], &one["num_in_80"]), (&json!("neural"), &json!(33)));
}

#[test]
fn a_goal_has_a_day_or_is_not_within_the_forecast() {
    let mut label = label();
    let mut goal = |goal: u32| {
        let line = format!("predict artist:luz metric:spotify-listeners goal:{goal}");
        label.data(&line)["forecasts"][0]["goal"].clone()
    };
    let reached = goal(1_901);
    assert_eq!((&reached["reached_since"], &reached["expected"]), (&json!("2025-08-28"), &json!(null)));
    let ahead = goal(2_030);
    let days = ["earliest", "expected"].map(|name| ahead[name].as_str().unwrap().to_owned());
    assert!(days.is_sorted() && days[0].as_str() > TODAY, "{days:?}");
    let never = goal(900_000_000);
    assert_eq!((&never["earliest"], &never["horizon_days"]), (&json!(null), &json!(90)));
}

#[test]
fn a_total_adds_who_has_figures_and_names_the_others() {
    let mut label = label();
    let last = Observed::parse(TODAY).unwrap().date();
    for back in 0..100_i64 {
        let day = Day(last - time::Duration::days(back)).to_string();
        label.put("Mar", LISTENERS, &day, 500.0, &[]);
        if back > 40 {
            label.put("Gone", LISTENERS, &day, 70.0, &[]);
        }
    }
    label.put("New_", LISTENERS, TODAY, 10.0, &[]);
    let data = label.data("predict");
    let total = of_metric(&data, "totals", "monthly_listeners");
    assert_eq!((&total["artist"], &total["owner"]), (&json!(null), &json!("label")));
    assert_eq!((&total["current"], &total["num_artists_added"]), (&json!(2_500), &json!(2)));
    assert_eq!((&total["left_out_stale"], &total["left_out_young"]), (&json!(["Gone"]), &json!(["New_"])));
    assert_eq!(data["total_near_days"], 3);
    assert!(total["predicted"].as_f64().unwrap() >= 2_500.0, "{total}");
    assert_eq!(label.data("predict artist:luz")["totals"], json!([]));
}

#[test]
fn a_picture_shows_what_was_asked_for_and_none_where_nothing_is_known() {
    let mut label = label();
    label.account("Nobody", LISTENERS.0, None);
    let model = label.read_model();
    let as_of = model.as_of(None).unwrap();
    let chart = |line: &str| Query::of(&parse("1", line).unwrap()).unwrap().chart(&as_of);
    let one = chart("predict artist:luz metric:spotify-listeners models:all days:30").unwrap();
    let [panel] = &one.panels[..] else { panic!("one panel") };
    assert_eq!((panel.path.len(), panel.observed.len(), panel.others.len()), (30, 100, 3));
    assert_eq!(one.compared_model.as_deref(), Some("ensemble"));
    let goal = chart("predict artist:luz metric:spotify-listeners goal:2100").unwrap();
    assert_eq!((goal.panels[0].path.len(), goal.panels[0].goal), (90, Value::new(2_100.0)));
    assert_eq!(chart("predict artist:luz").unwrap().panels.len(), 2);
    assert_eq!(chart("predict").unwrap().panels.len(), 1);
    for line in ["predict artist:nobody", "stats", "predict artist:unknown"] {
        assert_eq!(chart(line), None, "{line}");
    }
}
