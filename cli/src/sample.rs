//! `sample`: a fictional label's history.

use casa24_collectors::sample::SampleLabel;

use crate::cli::Sample;
use crate::streams::outln;
use crate::terminal::{progress_bar, thousands};

/// Writes the files.
pub(crate) fn sample(options: &Sample) -> anyhow::Result<()> {
    let label = SampleLabel {
        num_artists: options.artists,
        num_days: options.days,
        seed: options.seed,
        ..SampleLabel::default()
    };
    let bar = progress_bar("{pos}/{len} days");
    bar.set_length(u64::from(options.days));
    let counts = label.write(&options.dir, || bar.inc(1))?;
    bar.finish_and_clear();
    outln!(
        "{}: {} days and {} snapshots of {} fictional artists",
        options.dir.display(),
        thousands(u64::from(counts.num_days)),
        thousands(counts.num_snapshots),
        options.artists
    );
    Ok(())
}
