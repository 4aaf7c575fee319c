//! The list of achievements.

/// What an achievement is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Category {
    /// How many people or views an artist has.
    Growth,
    /// What took off.
    Viral,
    /// What went on for long.
    Consistency,
    /// What the label's artists did together.
    Collective,
    /// What seldom happens.
    Rare,
}

impl Category {
    /// All categories, in the order in which they are shown.
    pub const ALL: [Self; 5] = [Self::Growth, Self::Viral, Self::Consistency, Self::Collective, Self::Rare];

    /// Its token.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Growth => "growth",
            Self::Viral => "viral",
            Self::Consistency => "consistency",
            Self::Collective => "collective",
            Self::Rare => "rare",
        }
    }
}

/// What earns an achievement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rule {
    /// So many followers on all platforms together, each value no older than 30 days.
    Reach,
    /// So many views of the channel.
    Views,
    /// So many times the followers of at most a year before, where there were 50 at least, and no jump to another level
    /// in between.
    TimesInAYear,
    /// So many viral findings.
    NumViral,
    /// A listed video with so many views.
    VideoViews,
    /// So many rises of a figure in a row.
    Streak,
    /// So many days in a row with an observation.
    DaysObserved,
    /// So many days since the first observation.
    DaysOnRecord,
    /// So many artists of the label with a milestone within seven days, without jumps to another level.
    ArtistsWithMilestone,
    /// So many artists of the label viral within seven days.
    ArtistsViral,
    /// So many members of the label's own server.
    Members,
    /// A good finding that chance alone brings less often than once in so many years.
    YearsByChance,
    /// So many followers on each of three platforms.
    OnThreePlatforms,
}

impl Rule {
    /// Its token.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reach => "reach",
            Self::Views => "views",
            Self::TimesInAYear => "times_in_a_year",
            Self::NumViral => "num_viral",
            Self::VideoViews => "video_views",
            Self::Streak => "streak",
            Self::DaysObserved => "days_observed",
            Self::DaysOnRecord => "days_on_record",
            Self::ArtistsWithMilestone => "artists_with_milestone",
            Self::ArtistsViral => "artists_viral",
            Self::Members => "members",
            Self::YearsByChance => "years_by_chance",
            Self::OnThreePlatforms => "on_three_platforms",
        }
    }
}

/// An achievement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Achievement {
    /// Its token.
    pub id: &'static str,
    /// What it is about.
    pub category: Category,
    /// What earns it.
    pub rule: Rule,
    /// How many the rule asks for.
    pub need: f64,
}

impl Achievement {
    /// Whether the label earns it, not a single artist.
    pub fn is_of_label(&self) -> bool {
        self.category == Category::Collective
    }
}

const fn of(id: &'static str, category: Category, rule: Rule, need: f64) -> Achievement {
    Achievement { id, category, rule, need }
}

/// All achievements, in the order in which they are shown.
pub const LIST: &[Achievement] = &[
    of("reach_100", Category::Growth, Rule::Reach, 100.0),
    of("reach_1k", Category::Growth, Rule::Reach, 1_000.0),
    of("reach_10k", Category::Growth, Rule::Reach, 10_000.0),
    of("reach_100k", Category::Growth, Rule::Reach, 100_000.0),
    of("reach_1m", Category::Growth, Rule::Reach, 1_000_000.0),
    of("views_10k", Category::Growth, Rule::Views, 10_000.0),
    of("views_1m", Category::Growth, Rule::Views, 1_000_000.0),
    of("doubled", Category::Growth, Rule::TimesInAYear, 2.0),
    of("viral", Category::Viral, Rule::NumViral, 1.0),
    of("viral_3", Category::Viral, Rule::NumViral, 3.0),
    of("video_10k", Category::Viral, Rule::VideoViews, 10_000.0),
    of("video_1m", Category::Viral, Rule::VideoViews, 1_000_000.0),
    of("streak_7", Category::Consistency, Rule::Streak, 7.0),
    of("streak_30", Category::Consistency, Rule::Streak, 30.0),
    of("streak_100", Category::Consistency, Rule::Streak, 100.0),
    of("observed_30", Category::Consistency, Rule::DaysObserved, 30.0),
    of("observed_365", Category::Consistency, Rule::DaysObserved, 365.0),
    of("veteran", Category::Consistency, Rule::DaysOnRecord, 365.0),
    of("milestones_3", Category::Collective, Rule::ArtistsWithMilestone, 3.0),
    of("viral_together", Category::Collective, Rule::ArtistsViral, 2.0),
    of("members_100", Category::Collective, Rule::Members, 100.0),
    of("members_1k", Category::Collective, Rule::Members, 1_000.0),
    of("once_in_10_years", Category::Rare, Rule::YearsByChance, 10.0),
    of("three_platforms", Category::Rare, Rule::OnThreePlatforms, 1_000.0),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_token_is_there_once_and_every_category_has_some() {
        let tokens: BTreeSet<_> = LIST.iter().map(|achievement| achievement.id).collect();
        assert_eq!(tokens.len(), LIST.len());
        let is_token = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        assert!(LIST.iter().all(|it| it.id.chars().chain(it.rule.as_str().chars()).all(is_token)));
        for category in Category::ALL {
            assert!(LIST.iter().any(|achievement| achievement.category == category), "{category:?}");
        }
    }
}
