//! One artist on all platforms.

use std::collections::BTreeMap;

use casa24_schemas::Platform;

use crate::group::Group;
use crate::platform_judge::PlatformJudge;

/// What is known of one artist.
#[derive(Debug, Default)]
pub(crate) struct ArtistJudge {
    pub(crate) platforms: BTreeMap<Platform, PlatformJudge>,
    /// All figures of the artist as a group.
    pub(crate) group: Group,
}
