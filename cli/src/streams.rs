//! Standard output and standard error: text in, written; a reader that leaves is no failure, and nothing panics.

use std::fmt::Arguments;
use std::io::{self, ErrorKind, Write};
use std::sync::OnceLock;

use anyhow::Context;

/// How standard output failed first.
static FAILED: OnceLock<io::Error> = OnceLock::new();

/// Writes to standard output, as `print!`.
macro_rules! out {
    ($($text:tt)*) => { $crate::streams::write_out(format_args!($($text)*)) };
}

/// Writes a line to standard output, as `println!`.
macro_rules! outln {
    ($($text:tt)*) => { $crate::streams::write_out(format_args!("{}\n", format_args!($($text)*))) };
}

/// Writes a line to standard error, as `eprintln!`.
macro_rules! errln {
    ($($text:tt)*) => { $crate::streams::write_err(format_args!($($text)*)) };
}

pub(crate) use {errln, out, outln};

/// Writes to standard output. Once that has failed nothing more is written: [`outcome`] tells of it.
pub(crate) fn write_out(text: Arguments<'_>) {
    if FAILED.get().is_some() {
        return;
    }
    let mut stdout = anstream::stdout().lock();
    if let Err(error) = stdout.write_fmt(text).and_then(|()| stdout.flush()) {
        note(error);
    }
}

/// Writes a line to standard error. Where that fails there is nobody to tell.
pub(crate) fn write_err(text: Arguments<'_>) {
    writeln!(anstream::stderr().lock(), "{text}").ok();
}

/// Remembers that writing for a reader failed.
pub(crate) fn note(error: io::Error) {
    FAILED.set(error).ok();
}

/// The outcome of a command: one whose reader has left, as `head` does, has done what was wanted.
///
/// # Errors
/// The command's own, or that of writing to standard output.
pub(crate) fn outcome(of_command: anyhow::Result<()>) -> anyhow::Result<()> {
    let Some(failed) = FAILED.get() else { return of_command };
    let has_left = failed.kind() == ErrorKind::BrokenPipe;
    match of_command {
        Err(error) if has_left && is_of_pipe(&error) => Ok(()),
        Ok(()) if !has_left => {
            Err(io::Error::new(failed.kind(), failed.to_string())).context("cannot write to standard output")
        }
        other => other,
    }
}

fn is_of_pipe(error: &anyhow::Error) -> bool {
    let io_kind = |cause: &(dyn std::error::Error + 'static)| {
        let of_csv = cause.downcast_ref::<csv::Error>().and_then(|error| match error.kind() {
            csv::ErrorKind::Io(error) => Some(error.kind()),
            _ => None,
        });
        cause.downcast_ref::<io::Error>().map(io::Error::kind).or(of_csv)
    };
    error.chain().any(|cause| io_kind(cause) == Some(ErrorKind::BrokenPipe))
}
