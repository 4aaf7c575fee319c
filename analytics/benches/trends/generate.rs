//! Series of known making: their values by day, with one planted event or none.

use casa24_schemas::{Metric, Platform};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A kind of series.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kind {
    name: &'static str,
    platform: &'static str,
    metric: &'static str,
    /// Value at the start, and mean gain a day.
    start: f64,
    gain: f64,
    /// Noise of a day's gain beside Poisson's, as a share of it; its tail is log-normal where this is above 0.3.
    noise: f64,
    /// How much the mean gain itself wanders in a day.
    wander: f64,
}

/// A planted event.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Plant {
    /// A day with so many standard deviations more.
    Spike(f64),
    /// A day with so many standard deviations less.
    Drop(f64),
    /// A day on which the value becomes so many times what it was, for good: another level.
    Level(f64),
    /// From a day on the gain is so many times what it was.
    Pace(f64),
}

impl Plant {
    pub(crate) const ALL: &'static [Self] = &[
        Self::Spike(4.0),
        Self::Spike(6.0),
        Self::Spike(10.0),
        Self::Spike(20.0),
        Self::Drop(10.0),
        Self::Level(1.1),
        Self::Level(0.6),
        Self::Pace(1.5),
        Self::Pace(2.0),
        Self::Pace(4.0),
        Self::Pace(0.3),
        Self::Pace(-1.0),
    ];

    pub(crate) const fn is_day(self) -> bool {
        matches!(self, Self::Spike(_) | Self::Drop(_) | Self::Level(_))
    }

    pub(crate) fn name(self) -> String {
        match self {
            Self::Spike(size) => format!("spike of {size} sd"),
            Self::Drop(size) => format!("drop of {size} sd"),
            Self::Level(factor) => format!("level x {factor}"),
            Self::Pace(factor) => format!("pace x {factor}"),
        }
    }
}

impl Kind {
    pub(crate) const ALL: [Self; 7] = [
        Self::new("12 followers", "spotify", "followers", 12.0, 0.08, 0.0, 0.0),
        Self::new("900 followers", "spotify", "followers", 900.0, 2.0, 0.2, 0.01),
        Self::new("40,000 followers", "instagram", "followers", 40_000.0, 60.0, 0.25, 0.01),
        Self::new("12 million followers", "spotify", "followers", 12e6, 9_000.0, 0.2, 0.01),
        Self::new("views, heavy tails", "youtube", "total_views", 90_000.0, 300.0, 0.5, 0.02),
        Self::new("views, few", "youtube", "total_views", 700.0, 1.2, 0.3, 0.01),
        Self::new("monthly listeners", "spotify", "monthly_listeners", 5_000.0, 0.0, 0.15, 0.01),
    ];

    const fn new(
        name: &'static str,
        platform: &'static str,
        metric: &'static str,
        start: f64,
        gain: f64,
        noise: f64,
        wander: f64,
    ) -> Self {
        Self { name, platform, metric, start, gain, noise, wander }
    }

    /// The same with a mean gain that never moves: whatever is found in it is false.
    pub(crate) const fn steady(self) -> Self {
        Self { wander: 0.0, ..self }
    }

    pub(crate) const fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) fn id(&self) -> (Platform, Metric) {
        (Platform::new(self.platform).unwrap(), Metric::new(self.metric).unwrap())
    }

    const fn is_window(&self) -> bool {
        self.gain == 0.0
    }

    /// The values of so many days.
    pub(crate) fn series(&self, seed: u64, days: usize, plant: Option<(usize, Plant)>) -> Vec<f64> {
        let mut chance = ChaCha8Rng::seed_from_u64(seed * 31 + 7);
        // Of a window, the listeners of a day, of whom 28 days make the value.
        let mean = if self.is_window() { self.start / 28.0 } else { self.gain };
        let weekdays: Vec<f64> =
            (0..7).map(|_| 1.0 + 0.2 * normal(&mut chance)).map(|w| w.max(0.2)).collect();
        let sd = (mean + (self.noise * mean).powi(2)).sqrt();
        let mut level = 1.0_f64;
        let mut values = Vec::with_capacity(days);
        let mut flows: Vec<f64> = Vec::new();
        let mut total = self.start;
        let mut offset = 0.0;
        let warm_up = if self.is_window() { 28 } else { 0 };
        for day in 0..days + warm_up {
            let of_plant = plant.filter(|_| day >= warm_up).map(|(at, plant)| (day - warm_up, at, plant));
            level = (level * (self.wander * normal(&mut chance)).exp()).clamp(0.3, 3.0);
            let tail = if self.noise > 0.3 {
                (self.noise * normal(&mut chance) - self.noise * self.noise / 2.0).exp()
            } else {
                (1.0 + self.noise * normal(&mut chance)).max(0.0)
            };
            let mut expected = mean * level * weekdays[day % 7] * tail;
            let mut falls = false;
            let mut extra = 0.0;
            match of_plant {
                Some((day, at, Plant::Spike(size))) if day == at => extra = (size * sd).max(size),
                Some((day, at, Plant::Drop(size))) if day == at => extra = -(size * sd).max(size),
                Some((day, at, Plant::Level(times))) if day == at => {
                    offset = values.last().map_or(0.0, |value: &f64| (value * (times - 1.0)).round());
                }
                Some((day, at, Plant::Pace(times))) if day >= at => {
                    falls = times < 0.0;
                    expected *= times.abs();
                }
                _ => {}
            }
            let gained = poisson(&mut chance, expected) * if falls { -1.0 } else { 1.0 } + extra.round();
            if self.is_window() {
                flows.push(gained.max(0.0));
                if day >= 28 {
                    values.push(flows[day - 27..=day].iter().sum::<f64>() + offset);
                }
            } else {
                total = (total + gained).max(1.0);
                values.push(total + offset);
            }
        }
        values
    }
}

fn normal(chance: &mut ChaCha8Rng) -> f64 {
    let (a, b): (f64, f64) = (chance.random(), chance.random());
    (-2.0 * (1.0 - a).ln()).sqrt() * (std::f64::consts::TAU * b).cos()
}

fn poisson(chance: &mut ChaCha8Rng, mean: f64) -> f64 {
    if mean > 60.0 {
        return (mean + mean.sqrt() * normal(chance)).round().max(0.0);
    }
    let (limit, mut product, mut count) = ((-mean).exp(), 1.0, 0.0);
    loop {
        product *= chance.random::<f64>();
        if product <= limit {
            return count;
        }
        count += 1.0;
    }
}
