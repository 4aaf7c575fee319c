//! The faults of real collections, and when the sample has them.

use casa24_schemas::Platform;

use super::chance::Chance;

/// Platforms in the order in which documents have them.
pub(super) const PLATFORMS: [Platform; 3] = [Platform::SPOTIFY, Platform::YOUTUBE, Platform::INSTAGRAM];

/// A stretch of days, counted from the first day of the sample.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    start: u32,
    num_days: u32,
}

impl Stretch {
    fn contains(self, day: u32) -> bool {
        day >= self.start && day - self.start < self.num_days
    }
}

/// Faults of the whole label's collection.
#[derive(Debug, Clone)]
pub(super) struct LabelDirt {
    num_days: u32,
    missing: Vec<Stretch>,
    copied: Vec<Stretch>,
}

impl LabelDirt {
    pub(super) fn new(num_days: u32, chance: &mut Chance) -> Self {
        let missing = stretches(num_days, 120, [1, 3], chance);
        let copied = stretches(num_days, 240, [4, 8], chance);
        Self { num_days, missing, copied }
    }

    /// Nothing was collected on this day: there is no file. The first and the last day are always there.
    pub(super) fn is_missing(&self, day: u32) -> bool {
        day > 0 && day + 1 < self.num_days && self.missing.iter().any(|stretch| stretch.contains(day))
    }

    /// The platform of which the figures of the day before are written once more.
    pub(super) fn copied_platform(&self, day: u32) -> Option<Platform> {
        let turn = self.copied.iter().position(|stretch| stretch.contains(day))?;
        Some(PLATFORMS[turn % PLATFORMS.len()].clone())
    }

    /// Whether a part of the format that came with time is there already.
    pub(super) fn has(&self, part: LatePart, day: u32) -> bool {
        let (share, latest) = match part {
            LatePart::Listeners => (4, 40),
            LatePart::Instagram => (3, 60),
            LatePart::Server => (2, 75),
            LatePart::Videos => (2, 90),
        };
        day >= (self.num_days / share).min(latest)
    }
}

/// Parts of the format that the earlier bot did not have from the start.
#[derive(Debug, Clone, Copy)]
pub(super) enum LatePart {
    Listeners,
    Instagram,
    Server,
    Videos,
}

/// Faults of one artist's figures. With eight artists or more, every kind occurs.
#[derive(Debug, Clone)]
pub(super) struct ArtistDirt {
    chance: Chance,
    index: u32,
    num_artists: u32,
    num_days: u32,
}

impl ArtistDirt {
    pub(super) fn new(index: u32, num_artists: u32, num_days: u32, chance: Chance) -> Self {
        Self { chance, index, num_artists, num_days }
    }

    /// Whether the artist has an account there; without one the earlier bot wrote zeros.
    pub(super) fn has_account(&self, platform: &Platform) -> bool {
        let without = match platform.as_str() {
            "spotify" => self.index % 8 == 7,
            "youtube" => self.index % 5 == 2,
            _ => self.index % 8 == 5,
        };
        !without
    }

    /// Whether the artist belongs to the label on this day: one comes late, one goes early.
    pub(super) fn is_signed(&self, day: u32) -> bool {
        let comes = self.num_artists >= 4 && self.index == self.num_artists / 4 * 3;
        (!comes || day >= self.at_percent(30)) && (!self.goes() || day < self.at_percent(70))
    }

    /// Whether this is the artist who goes, and so is not on the roster of the last day.
    pub(super) fn goes(&self) -> bool {
        self.num_artists >= 4 && self.index == self.num_artists / 2
    }

    /// Whether the platform takes followers away on this day.
    pub(super) fn loses_followers(&self, day: u32) -> bool {
        self.index % 10 == 3 && day == self.at_percent(65)
    }

    /// Whether a video is deleted on this day.
    pub(super) fn deletes_a_video(&self, day: u32) -> bool {
        self.index % 6 == 1 && day == self.at_percent(55)
    }

    /// Whether the source of listeners rounds them to hundreds by now.
    pub(super) fn rounds_listeners(&self, day: u32) -> bool {
        self.index.is_multiple_of(4) && day >= self.at_percent(60)
    }

    /// Whether the call for this artist failed today, and zeros were written.
    pub(super) fn call_fails(&mut self) -> bool {
        self.chance.happens(0.004)
    }

    /// Whether the page with the listeners could not be read today.
    pub(super) fn has_no_listeners(&mut self) -> bool {
        self.chance.happens(0.01)
    }

    fn at_percent(&self, percent: u64) -> u32 {
        u32::try_from(u64::from(self.num_days) * percent / 100).unwrap_or(u32::MAX)
    }
}

/// One stretch in each `every` days, somewhere in its middle part.
fn stretches(num_days: u32, every: u32, [shortest, longest]: [u32; 2], chance: &mut Chance) -> Vec<Stretch> {
    let span = every.min(num_days);
    let num = num_days.checked_div(span).unwrap_or(0);
    let stretch = |turn: u32| Stretch {
        start: turn * span + span / 8 + chance.below(span / 4 * 3),
        num_days: shortest + chance.below(longest - shortest + 1),
    };
    (0..num).map(stretch).collect()
}
