//! One platform's block of a document, with the earlier bot's fields in its order.

use std::collections::BTreeMap;

use casa24_schemas::{
    Account, Content, Metric, Observed, Platform, RawSnapshot, RawValue, RejectedSnapshot, Track,
    ValidSnapshot, Value, Video, platform_info,
};

use crate::fields::{Field, Fields};

/// A figure as a block shows it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Figure<'a> {
    Raw(&'a RawValue),
    Accepted(Value),
    /// The source had one that is not believed.
    Withheld,
}

/// What a block shows of a snapshot, whatever became of it.
#[derive(Debug, Clone)]
pub(super) struct Block<'a> {
    pub(super) observed_at: Observed,
    /// Whether it takes the place of what was stored before for its moment.
    pub(super) is_correction: bool,
    /// Whether nothing of it was accepted.
    pub(super) is_rejected: bool,
    account: &'a Account,
    figures: BTreeMap<&'a Metric, Figure<'a>>,
    content: Option<&'a Content>,
}

impl<'a> From<&'a RawSnapshot> for Block<'a> {
    fn from(raw: &'a RawSnapshot) -> Self {
        Self {
            observed_at: raw.observed_at,
            is_correction: raw.correction.is_some(),
            is_rejected: false,
            account: &raw.account,
            figures: raw.metrics.iter().map(|(metric, value)| (metric, Figure::Raw(value))).collect(),
            content: raw.content.as_ref(),
        }
    }
}

impl<'a> From<&'a ValidSnapshot> for Block<'a> {
    fn from(valid: &'a ValidSnapshot) -> Self {
        let accepted =
            valid.metrics.iter().map(|(metric, reading)| (metric, Figure::Accepted(reading.value)));
        let withheld = valid.withheld.keys().map(|metric| (metric, Figure::Withheld));
        Self {
            observed_at: valid.observed_at,
            is_correction: valid.correction.is_some(),
            is_rejected: false,
            account: &valid.account,
            figures: withheld.chain(accepted).collect(),
            content: valid.content.as_ref(),
        }
    }
}

impl<'a> From<&'a RejectedSnapshot> for Block<'a> {
    fn from(rejected: &'a RejectedSnapshot) -> Self {
        let mut block = Self::from(&rejected.raw);
        // Where a correction takes back what was accepted, a valid snapshot says so.
        block.is_correction = false;
        block.is_rejected = true;
        block.figures.values_mut().for_each(|figure| *figure = Figure::Withheld);
        block
    }
}

impl<'a> Block<'a> {
    /// Takes what it says nothing of from an earlier observation of its day.
    pub(super) fn fill_from(&mut self, earlier: &Self) {
        for (metric, figure) in &earlier.figures {
            self.figures.entry(metric).or_insert(*figure);
        }
        self.content = self.content.or(earlier.content);
    }

    /// The block as the file has it.
    pub(super) fn fields(&self, platform: &Platform) -> Fields<'a> {
        let mut fields = Fields::default();
        self.push_figures(platform, &mut fields);
        if *platform == Platform::DISCORD {
            self.push_server(&mut fields);
        } else if let Some(content) = self.content {
            push_content(platform, content, &mut fields);
        }
        fields
    }

    fn push_figures(&self, platform: &Platform, fields: &mut Fields<'a>) {
        let place = |metric: &Metric| {
            let known = platform_info(platform)
                .and_then(|info| info.metrics.iter().position(|info| info.metric == *metric));
            known.unwrap_or(usize::MAX)
        };
        let mut figures: Vec<_> = self.figures.iter().collect();
        figures.sort_by_key(|(metric, _)| place(metric));
        for (&metric, &figure) in figures {
            // The earlier bot read this one from a web page, as a text.
            let as_text = *platform == Platform::SPOTIFY && *metric == Metric::MONTHLY_LISTENERS;
            let field = match figure {
                Figure::Withheld | Figure::Raw(RawValue::Null) => Field::Null,
                Figure::Raw(RawValue::Integer(number)) if as_text => Field::Text(number.to_string().into()),
                Figure::Accepted(value) if as_text => Field::Text(value.to_string().into()),
                Figure::Raw(raw) => Field::Raw(raw),
                Figure::Accepted(value) => Field::Value(value),
            };
            fields.push(metric.as_str(), field);
        }
    }

    fn push_server(&self, fields: &mut Fields<'a>) {
        fields.push("server_name", self.content.and_then(|content| content.display_name.as_deref()));
        let id = if let Account::Present { id } = self.account { Some(id.as_str()) } else { None };
        fields.push("server_id", id);
    }
}

/// Each platform has its own fields of content; one that the earlier bot did not know has those with content.
fn push_content<'a>(platform: &Platform, content: &'a Content, fields: &mut Fields<'a>) {
    let (spotify, youtube, instagram) =
        (*platform == Platform::SPOTIFY, *platform == Platform::YOUTUBE, *platform == Platform::INSTAGRAM);
    if spotify || !content.genres.is_empty() {
        fields.push("genres", Field::Texts(&content.genres));
    }
    if spotify || !content.tracks.is_empty() {
        fields.push("top_tracks", Field::Objects(content.tracks.iter().map(track_fields).collect()));
    }
    if youtube || !content.videos.is_empty() {
        fields.push("top_videos", Field::Objects(content.videos.iter().map(video_fields).collect()));
    }
    if instagram || content.username.is_some() {
        fields.push("username", content.username.as_deref());
    }
    if instagram || content.display_name.is_some() {
        fields.push("name", content.display_name.as_deref());
    }
}

fn track_fields(track: &Track) -> Fields<'_> {
    let mut fields = Fields::default();
    fields.push("name", track.name.as_str());
    fields.push("popularity", track.popularity.map(u64::from));
    fields.push("preview_url", track.preview_url.as_deref());
    fields
}

fn video_fields(video: &Video) -> Fields<'_> {
    let mut fields = Fields::default();
    fields.push("title", video.title.as_str());
    fields.push("views", video.views);
    fields.push("video_id", video.id.as_str());
    fields.push("published_at", video.published_at.as_deref());
    fields
}
