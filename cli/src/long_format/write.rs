//! Writing forecasts in long format: forecasts in, CSV out, in the column names of Nixtla's libraries.

use std::io::Write;

use anyhow::Context;
use casa24_forecasting::{Forecasted, Method};

use super::laid::LaidSeries;
use super::value::value_text;

/// Writes forecasts; the header before the first of them.
pub(crate) struct ForecastWriter<'a, W: Write> {
    csv: csv::Writer<W>,
    methods: &'a [Method],
    /// As they were asked for, in percent.
    levels: &'a [f64],
    begun: bool,
}

impl<'a, W: Write> ForecastWriter<'a, W> {
    /// A writer of forecasts by these methods.
    pub(crate) fn new(output: W, methods: &'a [Method], levels: &'a [f64]) -> Self {
        Self { csv: csv::Writer::from_writer(output), methods, levels, begun: false }
    }

    /// Writes a row for each step ahead of a series; cells of a method without a forecast stay empty.
    ///
    /// # Errors
    /// When the output cannot be written, or a step lies beyond the calendar.
    pub(crate) fn write(&mut self, series: &LaidSeries, forecasted: &Forecasted) -> anyhow::Result<()> {
        let (Ok(forecasts), Some(newest)) = (forecasted, series.observations.last()) else { return Ok(()) };
        let horizon = forecasts.iter().flatten().map(|forecast| forecast.steps.len()).max().unwrap_or(0);
        if !self.begun {
            self.csv.write_record(self.header())?;
            self.begun = true;
        }
        for ahead in 0..horizon {
            let moment = series.grid.moment(newest.step + 1 + ahead as i64);
            let moment = moment.and_then(|moment| moment.text(series.style)).with_context(|| {
                format!("series {:?}: the forecast leads beyond the year 9999", series.name)
            })?;
            self.csv.write_field(&series.name)?;
            self.csv.write_field(&moment)?;
            for forecast in forecasts {
                let step = forecast.as_ref().ok().and_then(|forecast| forecast.steps.get(ahead));
                self.write_number(step.map(|step| step.predicted))?;
                for level in 0..self.levels.len() {
                    let ends = step.and_then(|step| step.intervals.get(level));
                    self.write_number(ends.map(|ends| ends.0))?;
                    self.write_number(ends.map(|ends| ends.1))?;
                }
            }
            self.csv.write_record(None::<&[u8]>)?;
        }
        Ok(())
    }

    /// Hands out what was written to.
    ///
    /// # Errors
    /// When the rest cannot be written.
    pub(crate) fn finish(mut self) -> anyhow::Result<W> {
        self.csv.flush()?;
        Ok(self.csv.into_inner().map_err(csv::IntoInnerError::into_error)?)
    }

    fn header(&self) -> Vec<String> {
        let of_method = |method: &Method| {
            let ends = |level: &f64| ["lo", "hi"].map(|end| format!("{method}-{end}-{level}"));
            std::iter::once(method.to_string()).chain(self.levels.iter().flat_map(ends)).collect::<Vec<_>>()
        };
        ["unique_id", "ds"]
            .map(str::to_owned)
            .into_iter()
            .chain(self.methods.iter().flat_map(of_method))
            .collect()
    }

    fn write_number(&mut self, number: Option<f64>) -> csv::Result<()> {
        self.csv.write_field(number.map(value_text).unwrap_or_default())
    }
}
