//! An artist's figures as they really were, day by day.

use super::chance::{Chance, exp};

/// Share of a week's plays on each weekday, Monday first, times seven.
const WEEK: [f64; 7] = [0.86, 0.88, 0.92, 0.98, 1.18, 1.16, 1.02];

/// Listeners of the smallest and of the largest artist.
const SMALLEST: f64 = 3.0;
const LARGEST: f64 = 30_000_000.0;

/// Every so many days a track or video comes out.
const DAYS_BETWEEN_RELEASES: f64 = 70.0;

/// The figures of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Figures {
    pub(super) popularity: u8,
    pub(super) listeners: u64,
    pub(super) followers: u64,
    pub(super) subscribers: u64,
    pub(super) views: u64,
    pub(super) videos: u64,
    pub(super) fans: u64,
    pub(super) posts: u64,
    /// Tracks that came out since the first day.
    pub(super) releases: u32,
}

/// What moves an artist's figures.
#[derive(Debug, Clone)]
pub(super) struct Career {
    chance: Chance,
    /// Monthly listeners without mood and buzz.
    level: f64,
    /// Growth of everything in a day, as a share.
    drift: f64,
    /// The days' wobble, remembered for about ten days.
    mood: f64,
    /// What is left of the attention for the last release.
    buzz: f64,
    followers: f64,
    subscribers: f64,
    views: f64,
    videos: u64,
    fans: f64,
    posts: u64,
    releases: u32,
}

impl Career {
    /// The career of an artist before the first day. Sizes are log-normal: half the artists have fewer than
    /// 2,700 listeners, one in a hundred more than a million.
    pub(super) fn new(mut chance: Chance) -> Self {
        let level = exp(7.9 + 2.6 * chance.normal()).clamp(SMALLEST, LARGEST);
        let mut part = |low: f64, high: f64| level * (low + (high - low) * chance.share());
        let (followers, subscribers, fans) = (part(0.1, 0.8), part(0.02, 0.6), part(0.2, 1.5));
        let views = part(20.0, 90.0);
        Self {
            drift: 0.0004 + 0.0005 * chance.normal(),
            videos: u64::from(5 + chance.below(90)),
            posts: u64::from(5 + chance.below(500)),
            level,
            mood: 0.0,
            buzz: 0.0,
            followers,
            subscribers,
            views,
            fans,
            releases: 0,
            chance,
        }
    }

    /// Lives through one day; `weekday` counts from Monday, 0.
    pub(super) fn live_a_day(&mut self, weekday: u8) {
        let week = WEEK[usize::from(weekday % 7)];
        if self.chance.happens(1.0 / DAYS_BETWEEN_RELEASES) {
            self.releases += 1;
            self.videos += 1;
            self.buzz += 0.15 + 0.5 * self.chance.share();
        }
        self.buzz *= 0.96;
        self.mood = 0.9 * self.mood + 0.02 * self.chance.normal();
        let growth = self.drift + 0.002 * self.chance.normal();
        self.level = (self.level * (1.0 + growth)).clamp(SMALLEST, 10.0 * LARGEST);
        // Followers come evenly, more of them on good days and after a release, and a few leave again.
        let pull = 0.0006 * week * (1.0 + 3.0 * self.buzz);
        for audience in [&mut self.followers, &mut self.subscribers, &mut self.fans] {
            let come = pull * self.chance.share() * 2.0;
            let leave = 0.0004 * self.chance.share();
            *audience *= 1.0 + come - leave + self.drift / 2.0;
        }
        self.views += 0.04 * self.level * week * (1.0 + 2.0 * self.buzz) * (0.8 + 0.4 * self.chance.share());
        self.posts += u64::from(self.chance.happens(0.2));
    }

    /// The platform takes two followers in five away: bought ones, it says.
    pub(super) fn lose_followers(&mut self) {
        self.followers *= 0.6;
    }

    /// A video goes, and its views with it.
    pub(super) fn delete_a_video(&mut self) {
        self.views *= 0.96;
        self.videos = self.videos.saturating_sub(1);
    }

    /// The figures of today.
    pub(super) fn figures(&self) -> Figures {
        let listeners = whole(self.level * (1.0 + self.buzz) * exp(self.mood));
        Figures {
            popularity: popularity(listeners),
            listeners,
            followers: whole(self.followers),
            subscribers: three_digits(whole(self.subscribers)),
            views: whole(self.views),
            videos: self.videos,
            fans: whole(self.fans),
            posts: self.posts,
            releases: self.releases,
        }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "casts of floats saturate")]
fn whole(figure: f64) -> u64 {
    figure as u64
}

/// A score in steps, from 0 at 256 listeners upwards by 4.5 points for each doubling.
fn popularity(listeners: u64) -> u8 {
    let doublings = listeners.max(1).ilog2();
    let halfway = u64::from(listeners >= 3 << doublings >> 1);
    let halves = (u64::from(doublings) * 2 + halfway).saturating_sub(16);
    u8::try_from((halves * 9 / 4).min(100)).unwrap_or(100)
}

/// YouTube tells subscribers with three digits: 1,234 as 1,230.
fn three_digits(subscribers: u64) -> u64 {
    let digits = subscribers.max(1).ilog10() + 1;
    let unit = 10_u64.pow(digits.saturating_sub(3));
    subscribers / unit * unit
}

#[cfg(test)]
mod tests {
    use super::*;

    fn careers(num: u64) -> Vec<Career> {
        (0..num).map(|stream| Career::new(Chance::new(24, stream))).collect()
    }

    fn lived(mut career: Career, num_days: u32) -> Vec<Figures> {
        let day = |index: u32| {
            career.live_a_day(u8::try_from(index % 7).unwrap());
            career.figures()
        };
        (0..num_days).map(day).collect()
    }

    #[test]
    fn sizes_span_the_orders_of_magnitude() {
        let mut sizes: Vec<u64> = careers(2_000).iter().map(|career| career.figures().listeners).collect();
        sizes.sort_unstable();
        assert!(sizes[0] < 20 && sizes[1_999] > 1_000_000, "{} {}", sizes[0], sizes[1_999]);
        assert!((1_500..5_000).contains(&sizes[1_000]), "median {}", sizes[1_000]);
    }

    #[test]
    fn counters_only_rise_until_a_video_is_deleted() {
        let mut career = careers(1).remove(0);
        let days = lived(career.clone(), 700);
        assert!(days.is_sorted_by_key(|day| (day.views, day.videos, day.posts)));
        let before = career.figures();
        career.delete_a_video();
        assert!(career.figures().views < before.views && career.figures().videos < before.videos);
    }

    #[test]
    fn views_follow_the_week() {
        let big = careers(50).into_iter().max_by_key(|career| career.figures().listeners).unwrap();
        let days = lived(big, 701);
        let mut gains = [0; 7];
        for (index, pair) in days.windows(2).enumerate() {
            gains[(index + 1) % 7] += pair[1].views - pair[0].views;
        }
        assert!(gains[4] > gains[0] && gains[5] > gains[1], "Friday and Saturday lead: {gains:?}");
    }

    #[test]
    fn figures_stay_believable_for_ten_years() {
        for career in careers(50) {
            let first = career.figures();
            let last = *lived(career, 3_650).last().unwrap();
            assert!(last.listeners >= 2, "{first:?} {last:?}");
            assert!(last.followers < (first.followers + 1) * 2_000, "{first:?} {last:?}");
        }
    }

    #[test]
    fn scores_and_digits_are_those_of_the_platforms() {
        assert_eq!([0, 100, 256, 384, 1_400, 30_000_000].map(popularity), [0, 0, 0, 2, 9, 74]);
        assert_eq!(popularity(u64::MAX), 100);
        assert_eq!([0, 7, 999, 1_234, 987_654].map(three_digits), [0, 7, 999, 1_230, 987_000]);
    }
}
