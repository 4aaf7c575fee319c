//! `sample`: a fictional label's history.

use casa24_collectors::sample::SampleLabel;

use crate::cli::Sample;
use crate::terminal::thousands;

/// Writes the files.
pub(crate) fn sample(options: &Sample) -> anyhow::Result<()> {
    let label = SampleLabel { num_artists: options.artists, num_days: options.days, seed: options.seed, ..SampleLabel::default() };
    let counts = label.write(&options.dir, || ())?;
    let _ = counts;
    anstream::println!("{}", thousands(0));
    Ok(())
}
