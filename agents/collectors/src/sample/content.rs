//! What the sample shows beside figures: top tracks, top videos, names of accounts.

use casa24_schemas::{Artist, Content, Date, Observed, Platform, Track, Video};
use time::Duration;

use super::career::Figures;
use super::names::title;

const NUM_TRACKS: u32 = 5;

/// Views of the best videos, in percent of the channel's.
const VIDEO_PERCENT: [u64; 5] = [31, 17, 9, 6, 4];

const GENRES: [&str; 6] = ["shoegaze", "post-punk", "latin hip hop", "city pop", "dub", "folktronica"];

/// The parts of an artist's content that do not change, made once.
#[derive(Debug, Clone)]
pub(super) struct Portfolio {
    index: u32,
    genres: Vec<String>,
    videos: Vec<Video>,
}

impl Portfolio {
    /// The portfolio of an artist whose first day in the sample is `start`.
    pub(super) fn new(index: u32, start: Date) -> Self {
        let genre = GENRES.get(index as usize % (GENRES.len() + 2));
        let video = |rank: u32| {
            let age = Duration::days(i64::from(90 + rank * 140 + index % 60));
            let published = start.checked_sub(age).unwrap_or(start);
            Video {
                id: format!("smp{:08x}", index.wrapping_mul(5).wrapping_add(rank)),
                title: format!("{} (Official Video)", title(index, rank)),
                views: None,
                published_at: Some(format!("{}T17:00:00Z", Observed::day(published))),
            }
        };
        Self {
            index,
            genres: genre.map(|genre| (*genre).to_owned()).into_iter().collect(),
            videos: (0..5).map(video).collect(),
        }
    }

    /// Genres and top tracks; the newest release is the best track.
    pub(super) fn spotify(&self, figures: &Figures) -> Content {
        let track = |rank: u32| Track {
            name: title(self.index, figures.releases + NUM_TRACKS - 1 - rank),
            popularity: Some(figures.popularity.saturating_sub(u8::try_from(rank * 2).unwrap_or(u8::MAX))),
            preview_url: None,
        };
        Content {
            genres: self.genres.clone(),
            tracks: (0..NUM_TRACKS).map(track).collect(),
            ..Content::default()
        }
    }

    /// Top videos.
    pub(super) fn youtube(&self, figures: &Figures) -> Content {
        let with_views = |(video, percent): (&Video, u64)| Video {
            views: Some(figures.views / 100 * percent),
            ..video.clone()
        };
        let videos = self.videos.iter().zip(VIDEO_PERCENT).map(with_views).collect();
        Content { videos, ..Content::default() }
    }
}

/// The account of an artist on a platform; "sample" in it, so that it is nobody's.
pub(super) fn account(platform: &Platform, artist: &Artist, index: u32) -> String {
    match platform.as_str() {
        "spotify" => format!("sample{index:016x}"),
        "youtube" => format!("UCsample{index:016x}"),
        _ => format!("sample_{}", artist.id.as_str().to_ascii_lowercase()),
    }
}

/// Name of the account and name that it shows.
pub(super) fn instagram(artist: &Artist, username: &str) -> Content {
    Content {
        username: Some(username.to_owned()),
        display_name: Some(artist.name.clone()),
        ..Content::default()
    }
}
