//! The models by name, behind one type: what rolling origins and the ensemble work with.

use std::fmt;

use crate::arima::Arima;
use crate::baselines::{Drift, Naive, SeasonalNaive};
use crate::ets::Ets;
use crate::linear::Linear;
use crate::model::{Fitted, Model, ModelError};
use crate::neural::Neural;
use crate::steps::{MedianStep, Rhythm};
use crate::theta::Theta;

/// A model by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Member {
    /// [`Naive`].
    Naive,
    /// [`SeasonalNaive`].
    SeasonalNaive,
    /// [`Drift`].
    Drift,
    /// [`MedianStep`].
    MedianStep,
    /// [`Rhythm`].
    Rhythm,
    /// [`Linear`].
    Linear,
    /// [`Ets`].
    Ets,
    /// [`Theta`].
    Theta,
    /// [`Arima`].
    Arima,
    /// [`Neural`].
    Neural,
}

impl Member {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Naive,
        Self::SeasonalNaive,
        Self::Drift,
        Self::MedianStep,
        Self::Rhythm,
        Self::Linear,
        Self::Ets,
        Self::Theta,
        Self::Arima,
        Self::Neural,
    ];

    /// Token of the model.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Naive => Naive::NAME,
            Self::SeasonalNaive => SeasonalNaive::NAME,
            Self::Drift => Drift::NAME,
            Self::MedianStep => MedianStep::NAME,
            Self::Rhythm => Rhythm::NAME,
            Self::Linear => Linear::NAME,
            Self::Ets => Ets::NAME,
            Self::Theta => Theta::NAME,
            Self::Arima => Arima::NAME,
            Self::Neural => Neural::NAME,
        }
    }

    /// The model of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|member| member.name() == name)
    }

    /// Whether learning is expensive, so that it is not repeated for every value.
    pub(crate) const fn is_expensive(self) -> bool {
        matches!(self, Self::Ets | Self::Theta | Self::Arima)
    }

    /// Whether it knows a season of so many steps.
    pub(crate) const fn knows_season(self, season_length: usize) -> bool {
        !matches!(self, Self::Neural) || season_length == crate::neural::SEASON_LENGTH
    }

    /// Learns from values.
    pub(crate) fn fit(
        self,
        values: &[f64],
        season_length: usize,
        neural: &Neural,
    ) -> Result<Box<dyn Advancing>, ModelError> {
        // Where nothing ever moved there is nothing to learn: whatever a search would find, the next move is followed.
        if self.is_expensive() && values.windows(2).all(|pair| pair[0] == pair[1]) {
            return Ok(Box::new(Naive.fit(values, season_length)?));
        }
        Ok(match self {
            Self::Naive => Box::new(Naive.fit(values, season_length)?),
            Self::SeasonalNaive => Box::new(SeasonalNaive.fit(values, season_length)?),
            Self::Drift => Box::new(Drift.fit(values, season_length)?),
            Self::MedianStep => Box::new(MedianStep.fit(values, season_length)?),
            Self::Rhythm => Box::new(Rhythm.fit(values, season_length)?),
            Self::Linear => Box::new(Linear.fit(values, season_length)?),
            Self::Ets => Box::new(Ets::default().fit(values, season_length)?),
            Self::Theta => Box::new(Theta.fit(values, season_length)?),
            Self::Arima => Box::new(Arima::default().fit(values, season_length)?),
            Self::Neural => Box::new(neural.fit(values, season_length)?),
        })
    }
}

impl fmt::Display for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A fitted model of any kind.
pub(crate) trait Advancing: Fitted + Send + Sync {
    /// A copy to go on with from here.
    fn copy(&self) -> Box<dyn Advancing>;
}

impl<F: Fitted + Clone + Send + Sync + 'static> Advancing for F {
    fn copy(&self) -> Box<dyn Advancing> {
        Box::new(self.clone())
    }
}
