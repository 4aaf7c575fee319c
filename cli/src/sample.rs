//! `sample`: a fictional label's history.

use casa24_collectors::sample::SampleLabel;
use indicatif::{ProgressBar, ProgressDrawTarget};

use crate::cli::Sample;
use crate::terminal::{self, thousands};

/// Writes the files.
pub(crate) fn sample(options: &Sample) -> anyhow::Result<()> {
    let label = SampleLabel {
        num_artists: options.artists,
        num_days: options.days,
        seed: options.seed,
        ..SampleLabel::default()
    };
    let target =
        if terminal::shows_progress() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(Some(u64::from(options.days)), target);
    let counts = label.write(&options.dir, || bar.inc(1))?;
    bar.finish_and_clear();
    anstream::println!(
        "{}: {} days and {} snapshots of {} fictional artists",
        options.dir.display(),
        thousands(u64::from(counts.num_days)),
        thousands(counts.num_snapshots),
        options.artists
    );
    Ok(())
}
