//! Fits ARIMA and ETS to every series of a CSV file and prints what they found, one JSON object a line: for
//! `benches/reference`, which compares it with other implementations.
//!
//! Columns are `unique_id,ds,y` and, for a season other than 7 values, `season`; rows of a series in order of time.
//! ARIMA orders come from the search, their parameters from maximum likelihood without the search's bounds.

use casa24_forecasting::{Arima, Ets, Fitted, Model};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::error::Error;
use std::io::Write;

const HORIZON: usize = 14;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("usage: coefficients FILE.csv")?;
    let text = std::fs::read_to_string(path)?;
    let mut lines = text.lines();
    let num_columns = lines.next().ok_or("the file is empty")?.split(',').count();
    let mut series: BTreeMap<&str, (usize, Vec<f64>)> = BTreeMap::new();
    for line in lines {
        // From the end, because names may have commas.
        let mut columns = line.rsplitn(num_columns, ',');
        let season = if num_columns > 3 { columns.next().ok_or("no season")?.parse()? } else { 7 };
        let value = columns.next().ok_or("no value")?.parse()?;
        let name = columns.nth(1).ok_or("no name")?;
        series.entry(name).or_insert((season, Vec::new())).1.push(value);
    }
    let mut out = std::io::stdout().lock();
    for (name, (season, values)) in series {
        writeln!(out, "{}", arima(name, &values, season)?)?;
        writeln!(out, "{}", ets(name, &values, season)?)?;
    }
    Ok(())
}

fn arima(name: &str, values: &[f64], season: usize) -> Result<Value, Box<dyn Error>> {
    let order = Arima::default().fit(values, season)?.order();
    let fitted = Arima::with_order(order).fit(values, season)?;
    let coefficients: Map<String, Value> =
        fitted.coefficients().into_iter().map(|(name, value)| (name, json!(value))).collect();
    Ok(json!({
        "unique_id": name,
        "model": "arima",
        "name": order.to_string(),
        "order": [order.p, order.d, order.q],
        "seasonal_order": [order.seasonal_p, order.seasonal_d, order.seasonal_q, order.season_length],
        "has_constant": order.has_constant,
        "coefficients": coefficients,
        "sigma2": fitted.sigma2(),
        "log_likelihood": fitted.log_likelihood(),
        "aicc": fitted.aicc(),
        "forecast": fitted.predict(HORIZON),
    }))
}

fn ets(name: &str, values: &[f64], season: usize) -> Result<Value, Box<dyn Error>> {
    let fitted = Ets::default().fit(values, season)?;
    let coefficients: Map<String, Value> =
        fitted.coefficients().into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect();
    Ok(json!({
        "unique_id": name,
        "model": "ets",
        "name": fitted.form().to_string(),
        "season_length": season,
        "coefficients": coefficients,
        "sigma2": fitted.sigma2(),
        "log_likelihood": fitted.log_likelihood(),
        "aicc": fitted.aicc(),
        "forecast": fitted.predict(HORIZON),
    }))
}
