//! The goals that the label had set by a day.

use casa24_schemas::{Date, LabelGoal, Value};

use super::artist_view::ArtistView;
use super::as_of::{AsOf, SeriesOf};

impl<'a> AsOf<'a> {
    /// The goals of an artist that stood at the end of the day in question, in the order in which they were set; where no
    /// day was named, those that stand.
    pub(crate) fn goals(&self, view: &ArtistView<'a>) -> Vec<&'a LabelGoal> {
        let all = self.model.goals.of(&view.artist.id);
        let stands = |goal: &&LabelGoal| match self.roster_until {
            Some(day) => goal.stands_on(day),
            None => goal.withdrawn_on.is_none(),
        };
        all.filter(stands).collect()
    }

    /// A goal of a series that was reached on a day, whether it still stands or not.
    pub(crate) fn goal_reached(
        &self,
        SeriesOf { view, platform, metric }: &SeriesOf<'a>,
        value: Value,
        day: Date,
    ) -> Option<&'a LabelGoal> {
        let mut all = self.model.goals.of(&view.artist.id);
        all.find(|goal| {
            goal.platform == *platform && goal.metric == *metric && goal.value == value && goal.counts_on(day)
        })
    }
}
