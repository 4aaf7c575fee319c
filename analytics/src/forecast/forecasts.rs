//! The newest forecast of every series by every model: the read model of those who answer questions.

use std::collections::BTreeMap;

use casa24_schemas::{ArtistId, Forecast, Metric, Platform};

type Key = (Platform, Metric, String);

/// The newest forecast of each artist, platform, metric and model. Older ones that arrive late change nothing.
#[derive(Debug, Clone, Default)]
pub struct Forecasts {
    artists: BTreeMap<ArtistId, BTreeMap<Key, Forecast>>,
}

impl Forecasts {
    /// Takes in a forecast; of two made from the same newest observation the later arrival counts.
    pub fn insert(&mut self, forecast: &Forecast) {
        let key = (forecast.platform.clone(), forecast.metric.clone(), forecast.model.clone());
        let known = self.artists.entry(forecast.artist.id.clone()).or_default();
        if known.get(&key).is_none_or(|newest| newest.generated_at <= forecast.generated_at) {
            known.insert(key, forecast.clone());
        }
    }

    /// The newest forecast of a series by a model.
    pub fn get(
        &self,
        artist: &ArtistId,
        platform: &Platform,
        metric: &Metric,
        model: &str,
    ) -> Option<&Forecast> {
        self.artists.get(artist)?.get(&(platform.clone(), metric.clone(), model.to_owned()))
    }

    /// The newest forecasts of an artist, by platform, metric and model.
    pub fn of_artist(&self, artist: &ArtistId) -> impl Iterator<Item = &Forecast> + use<'_> {
        self.artists.get(artist).into_iter().flat_map(BTreeMap::values)
    }
}

#[cfg(test)]
mod tests {
    use casa24_schemas::{Artist, Observed, TrainedOn, Value};

    use super::*;

    fn forecast(model: &str, day: &str, current: f64) -> Forecast {
        let generated_at = Observed::parse(day).unwrap();
        let date = generated_at.date();
        Forecast {
            model: model.to_owned(),
            artist: Artist::new("Luz Polar").unwrap(),
            platform: Platform::SPOTIFY,
            metric: Metric::FOLLOWERS,
            generated_at,
            current: Value::new(current).unwrap(),
            current_date: date,
            trained_on: TrainedOn { from: date, to: date, num_values: 1 },
            path: Vec::new(),
            flags: Vec::new(),
            missing: None,
            sample: false,
        }
    }

    #[test]
    fn the_newest_observation_wins_and_an_equal_one_replaces() {
        let mut forecasts = Forecasts::default();
        let artist = Artist::new("Luz Polar").unwrap().id;
        let current = |forecasts: &Forecasts, model| {
            let found = forecasts.get(&artist, &Platform::SPOTIFY, &Metric::FOLLOWERS, model);
            found.map(|forecast| forecast.current.get())
        };
        forecasts.insert(&forecast("linear", "2025-07-02", 2.0));
        forecasts.insert(&forecast("linear", "2025-07-01", 1.0));
        assert_eq!(current(&forecasts, "linear"), Some(2.0));
        forecasts.insert(&forecast("linear", "2025-07-02", 3.0));
        assert_eq!(current(&forecasts, "linear"), Some(3.0));
        assert_eq!(current(&forecasts, "arima"), None);
    }

    #[test]
    fn an_artists_forecasts_come_in_order() {
        let mut forecasts = Forecasts::default();
        for model in ["linear", "arima"] {
            forecasts.insert(&forecast(model, "2025-07-02", 2.0));
        }
        let models = |name| {
            let found = forecasts.of_artist(&Artist::new(name).unwrap().id);
            found.map(|forecast| forecast.model.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(models("Luz Polar"), ["arima", "linear"]);
        assert!(models("Nobody").is_empty());
    }
}
