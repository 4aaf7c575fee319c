//! The newest forecast of every series by every model: the read model of those who answer questions.

use std::sync::Arc;

use casa24_schemas::{ArtistId, Forecast, Metric, Platform};

/// The newest forecast of each artist, platform, metric and model: the one that was stored last. It may be of an
/// earlier observation than the one before it, where that is found to be a copy.
///
/// A clone shares every forecast with its original and costs one reference count for each artist.
#[derive(Debug, Clone, Default)]
pub struct Forecasts {
    /// In the order of their artists.
    artists: Vec<Arc<OfArtist>>,
}

/// The newest forecasts of one artist.
#[derive(Debug, Clone)]
struct OfArtist {
    artist: ArtistId,
    /// In the order of platform, metric and model.
    forecasts: Vec<Arc<Forecast>>,
}

impl Forecasts {
    /// Takes in a forecast, in the order in which they were stored.
    pub fn insert(&mut self, forecast: &Forecast) {
        let place = self.place(&forecast.artist.id).unwrap_or_else(|place| {
            let artist = OfArtist { artist: forecast.artist.id.clone(), forecasts: Vec::new() };
            self.artists.insert(place, Arc::new(artist));
            place
        });
        let known = &self.artists[place];
        let found = known.place(&forecast.platform, &forecast.metric, &forecast.model);
        match found {
            Ok(at) => Arc::make_mut(&mut self.artists[place]).forecasts[at] = Arc::new(forecast.clone()),
            Err(at) => {
                Arc::make_mut(&mut self.artists[place]).forecasts.insert(at, Arc::new(forecast.clone()));
            }
        }
    }

    /// The newest forecast of a series by a model.
    pub fn get(
        &self,
        artist: &ArtistId,
        platform: &Platform,
        metric: &Metric,
        model: &str,
    ) -> Option<&Arc<Forecast>> {
        let known = &self.artists[self.place(artist).ok()?];
        known.forecasts.get(known.place(platform, metric, model).ok()?)
    }

    /// Where an artist's forecasts are, or where they belong.
    fn place(&self, artist: &ArtistId) -> Result<usize, usize> {
        self.artists.binary_search_by(|known| known.artist.cmp(artist))
    }
}

impl OfArtist {
    /// Where a forecast is, or where it belongs.
    fn place(&self, platform: &Platform, metric: &Metric, model: &str) -> Result<usize, usize> {
        let key = (platform, metric, model);
        self.forecasts
            .binary_search_by(|known| (&known.platform, &known.metric, known.model.as_str()).cmp(&key))
    }
}

#[cfg(test)]
mod tests {
    use casa24_schemas::{Artist, Observed};

    use super::*;
    use crate::testing;

    fn forecast(model: &str, day: &str, current: f64) -> Forecast {
        testing::forecast(model, Observed::parse(day).unwrap(), current, Vec::new())
    }

    #[test]
    fn the_one_that_was_stored_last_counts() {
        let mut forecasts = Forecasts::default();
        let artist = Artist::new("Luz Polar").unwrap().id;
        let current = |forecasts: &Forecasts, model| {
            let found = forecasts.get(&artist, &Platform::SPOTIFY, &Metric::FOLLOWERS, model);
            found.map(|forecast| forecast.current.get())
        };
        forecasts.insert(&forecast("linear", "2025-07-02", 2.0));
        forecasts.insert(&forecast("linear", "2025-07-01", 1.0));
        // The newest observation was found to be a copy.
        assert_eq!(current(&forecasts, "linear"), Some(1.0));
        forecasts.insert(&forecast("linear", "2025-07-02", 3.0));
        assert_eq!(current(&forecasts, "linear"), Some(3.0));
        assert_eq!(current(&forecasts, "arima"), None);
    }

    #[test]
    fn a_clone_keeps_what_it_saw_and_shares_the_rest() {
        let mut forecasts = Forecasts::default();
        for model in ["linear", "arima"] {
            forecasts.insert(&forecast(model, "2025-07-02", 2.0));
        }
        let before = forecasts.clone();
        forecasts.insert(&forecast("linear", "2025-07-03", 3.0));
        let artist = Artist::new("Luz Polar").unwrap().id;
        let get = |forecasts: &Forecasts, model| {
            forecasts.get(&artist, &Platform::SPOTIFY, &Metric::FOLLOWERS, model).cloned().unwrap()
        };
        let current = |forecasts: &Forecasts| get(forecasts, "linear").current.get();
        assert_eq!((current(&before), current(&forecasts)), (2.0, 3.0));
        assert!(Arc::ptr_eq(&get(&before, "arima"), &get(&forecasts, "arima")));
    }
}
