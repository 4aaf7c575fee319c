//! The forecast of a total: the sum of one metric over all artists, made when it is asked for and kept until a newer
//! observation comes.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use casa24_analytics::forecast::ForecastInput;
use casa24_analytics::{Series, total_series};
use casa24_schemas::{Artist, Date, Forecast, Metric, Platform};

use super::library::{ENSEMBLE, Known, View};

/// Whose forecast a total is.
pub(crate) const NAME: &str = "All artists";

/// Most totals that are kept: those of a few days and all metrics.
const MAX_KEPT: usize = 100;

/// A total with its forecast.
#[derive(Debug)]
pub(crate) struct TotalForecast {
    /// The sum of each day that has one.
    pub(crate) series: Series,
    /// The forecast of that; `None` where no day has a sum.
    pub(crate) forecast: Option<Forecast>,
    /// Number of artists that it adds.
    pub(crate) num_artists: usize,
    /// Artists left out because their newest value is too old.
    pub(crate) stale: Vec<String>,
    /// Artists left out because they have too few values so far.
    pub(crate) young: Vec<String>,
}

/// Totals that were forecast since the newest observation.
#[derive(Debug, Default)]
pub struct TotalForecasts {
    kept: RefCell<BTreeMap<(Date, Platform, Metric), Rc<TotalForecast>>>,
}

impl TotalForecasts {
    /// Forgets all of them, as something new was observed or learnt.
    pub fn clear(&mut self) {
        self.kept.get_mut().clear();
    }

    pub(super) fn of(&self, view: &View<'_>, platform: &Platform, metric: &Metric) -> Rc<TotalForecast> {
        let key = (view.as_of, platform.clone(), metric.clone());
        if let Some(known) = self.kept.borrow().get(&key) {
            return Rc::clone(known);
        }
        let made = Rc::new(make(view, platform, metric));
        let mut kept = self.kept.borrow_mut();
        if kept.len() >= MAX_KEPT {
            kept.clear();
        }
        kept.insert(key, Rc::clone(&made));
        made
    }
}

fn make(view: &View<'_>, platform: &Platform, metric: &Metric) -> TotalForecast {
    let artists: Vec<(&Known<'_>, &Series)> =
        view.artists.iter().filter_map(|known| Some((known, known.series(platform, metric)?))).collect();
    let total = total_series(&artists.iter().map(|(_, series)| *series).collect::<Vec<_>>(), view.as_of);
    let named = |places: &[usize]| {
        places.iter().filter_map(|place| Some(artists.get(*place)?.0.artist.name.clone())).collect()
    };
    let (stale, young) = (named(&total.stale), named(&total.young));
    let sample = artists.iter().any(|(known, _)| known.sample());
    let (artist, series, as_of) = (&Artist::label(NAME), &total.series, view.as_of);
    let forecast = view.compute(ENSEMBLE, &ForecastInput { artist, platform, metric, series, as_of, sample });
    TotalForecast { series: total.series, forecast, num_artists: total.counted.len(), stale, young }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Fixture, LISTENERS, TODAY};
    use super::super::{Library, Trained};
    use super::*;

    #[test]
    fn a_total_is_made_once_until_something_new_is_observed() {
        let mut label = Fixture::default();
        label.put_all("Luz", LISTENERS, &[("2025-09-29", 100.0), (TODAY, 120.0)]);
        let Fixture { history, forecasts, roster, .. } = &label;
        let mut totals = TotalForecasts::default();
        let trained = &Trained::default();
        let of = |totals: &TotalForecasts| {
            let view = Library { history, forecasts, roster, totals, trained }.view(None).unwrap();
            totals.of(&view, &LISTENERS.0, &LISTENERS.1)
        };
        let first = of(&totals);
        assert!(Rc::ptr_eq(&first, &of(&totals)));
        totals.clear();
        assert!(!Rc::ptr_eq(&first, &of(&totals)));
    }
}
