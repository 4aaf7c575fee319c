//! `sample`: a fictional label's history.

use casa24_collectors::sample::SampleLabel;

use crate::cli::Sample;
use crate::streams::outln;
use crate::terminal::{counted, progress_bar};

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
        "{}: {} and {} of {}",
        options.dir.display(),
        counted(u64::from(counts.num_days), "day", "days"),
        counted(counts.num_snapshots, "snapshot", "snapshots"),
        counted(u64::from(options.artists), "fictional artist", "fictional artists")
    );
    Ok(())
}
