//! A page in, what a browser shows of it out.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, bail, ensure};

/// Names of browsers that draw without a screen.
const PROGRAMS: [&str; 4] = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"];
/// Where another one is named.
const SETTING: &str = "CASA24_BROWSER";
/// Width of a phone in CSS pixels, and the greatest height of a message; what is left below is cut off.
const SIZE: (u32, u32) = (460, 4_000);
/// Pixels for each CSS pixel.
const SCALE: f32 = 1.5;

/// A Chromium.
#[derive(Debug)]
pub struct Browser {
    program: PathBuf,
}

impl Browser {
    /// The one that `CASA24_BROWSER` names, or the first that is found on the path.
    ///
    /// # Errors
    /// When there is none.
    pub fn find() -> anyhow::Result<Self> {
        if let Some(program) = std::env::var_os(SETTING) {
            return Ok(Self { program: program.into() });
        }
        let folders = std::env::var_os("PATH").unwrap_or_default();
        let programs =
            std::env::split_paths(&folders).flat_map(|folder| PROGRAMS.map(|name| folder.join(name)));
        let Some(program) = programs.into_iter().find(|program| program.is_file()) else {
            bail!(
                "no browser is found: install Debian's chromium-headless-shell, or name a Chromium in {SETTING}"
            );
        };
        Ok(Self { program })
    }

    /// What a page looks like, as PNG.
    ///
    /// # Errors
    /// When the browser does not run, or draws nothing.
    pub fn draw(&self, document: &str) -> anyhow::Result<Vec<u8>> {
        let folder = tempfile::tempdir()?;
        let [page, picture] = ["page.html", "page.png"].map(|name| folder.path().join(name));
        std::fs::write(&page, document)?;
        let (width, height) = SIZE;
        let output = Command::new(&self.program)
            // The page is our own, and a container lacks what the sandbox is made of.
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"])
            .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
            .arg(format!("--force-device-scale-factor={SCALE}"))
            .arg(format!("--window-size={width},{height}"))
            .arg(format!("--screenshot={}", picture.display()))
            .arg(&page)
            .stdin(Stdio::null())
            .output()
            .with_context(|| format!("cannot run {}", self.program.display()))?;
        let complaint = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{} fails: {complaint}", self.program.display());
        std::fs::read(&picture)
            .with_context(|| format!("{} drew nothing: {complaint}", self.program.display()))
    }
}
