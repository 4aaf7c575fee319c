//! A picture: one panel large, several side by side, with a legend and a caption.

use super::canvas::Canvas;
use super::legend;
use super::panel::Panel;
use super::plot::{self, Frame};

/// Width of every picture in pixels: a phone shows it a third as wide.
const WIDTH: u32 = 1_000;

/// Height of a picture with one panel, in pixels.
const HEIGHT_OF_ONE: u32 = 560;

/// Most panels of a picture; more could not be read on a phone.
pub(crate) const MAX_PANELS: usize = 6;

/// Height of each of several panels, in pixels.
const HEIGHT_OF_MANY: u32 = 300;

/// What a picture shows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Picture {
    /// Its panels; those beyond [`MAX_PANELS`] are not drawn.
    pub(crate) panels: Vec<Panel>,
    /// Name of the model whose paths and intervals are shown.
    pub(crate) model: Option<String>,
    /// What stands below, such as the model and the day.
    pub(crate) caption: String,
    /// Whether any figure is made up for a demonstration.
    pub(crate) sample: bool,
}

/// Why there is no picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ChartError {
    /// No panel was given.
    #[error("there is nothing to draw")]
    Empty,
    /// The picture has no pixels or too many.
    #[error("the picture is too large to draw")]
    Size,
    /// The font that comes with the program cannot be read.
    #[error("the font cannot be read")]
    Font,
    /// The PNG encoder failed.
    #[error("the picture cannot be encoded")]
    Encoding,
}

impl Picture {
    /// The picture as a PNG.
    ///
    /// # Errors
    /// When there is no panel, or drawing fails.
    pub(crate) fn png(&self) -> Result<Vec<u8>, ChartError> {
        let panels = &self.panels[..self.panels.len().min(MAX_PANELS)];
        let num_rows = match panels {
            [] => return Err(ChartError::Empty),
            [_] => 1,
            many => many.len().div_ceil(2) as u32,
        };
        let panels_height = match panels {
            [_] => HEIGHT_OF_ONE - legend::HEIGHT as u32,
            _ => HEIGHT_OF_MANY * num_rows,
        };
        let mut canvas = Canvas::new(WIDTH, panels_height + legend::HEIGHT as u32)?;
        for (index, panel) in panels.iter().enumerate() {
            plot::draw(&mut canvas, frame(index, panels.len(), panels_height), panel);
        }
        legend::draw(&mut canvas, self, panels_height as f32, WIDTH as f32);
        canvas.into_png()
    }
}

/// Where a panel stands: alone, or one of two columns.
fn frame(index: usize, num_panels: usize, panels_height: u32) -> Frame {
    if num_panels == 1 {
        return Frame {
            left: 0.0,
            top: 0.0,
            width: WIDTH as f32,
            height: panels_height as f32,
            title_size: 29.0,
            text_size: 21.0,
            num_ticks: 5,
        };
    }
    let (row, column) = (index / 2, index % 2);
    let half = WIDTH as f32 / 2.0;
    Frame {
        left: column as f32 * half,
        top: row as f32 * HEIGHT_OF_MANY as f32,
        width: half,
        height: HEIGHT_OF_MANY as f32,
        title_size: 24.0,
        text_size: 19.0,
        num_ticks: 3,
    }
}

#[cfg(test)]
mod tests {
    use casa24_schemas::{Date, ForecastPoint, MAX_FILE_BYTES, Value};
    use proptest::prelude::*;
    use time::Duration;
    use time::macros::date;

    use super::*;
    use crate::chart::panel::{OtherPath, Seen};

    const TODAY: Date = date!(2025 - 09 - 30);

    fn value(number: f64) -> Value {
        Value::new(number).unwrap()
    }

    fn point(days_ahead: u32, predicted: f64, width: f64) -> ForecastPoint {
        ForecastPoint {
            days_ahead,
            predicted: value(predicted),
            lower_80: value(predicted - width),
            upper_80: value(predicted + width),
            lower_95: value(predicted - 2.0 * width),
            upper_95: value(predicted + 2.0 * width),
            accuracy: None,
            num_checked: 0,
            off_by: None,
            naive_off_by: None,
            num_in_80: None,
            num_in_95: None,
        }
    }

    fn panel(values: &[(i64, f64)]) -> Panel {
        let seen = |(days_ago, value): &(i64, f64)| Seen {
            date: TODAY - Duration::days(*days_ago),
            value: *value,
            new_level: *days_ago == 7,
        };
        let current = values.last().map_or(0.0, |(_, value)| *value);
        let point = |days| point(days, current + f64::from(days), f64::from(days) * 2.0);
        Panel {
            title: "Spotify followers".to_owned(),
            outlook: "130 expected (80 %: 70–190)".to_owned(),
            seen: values.iter().map(seen).collect(),
            path: (1..=30).map(point).collect(),
            others: Vec::new(),
            goal: None,
        }
    }

    fn picture(panels: Vec<Panel>) -> Picture {
        Picture { panels, model: None, caption: "as of 2025-09-30".to_owned(), sample: false }
    }

    fn daily() -> Panel {
        panel(&(0..60).rev().map(|days_ago| (days_ago, 100.0 - days_ago as f64)).collect::<Vec<_>>())
    }

    /// Width and height, as a PNG's header says them.
    fn size(png: &[u8]) -> (u32, u32) {
        assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
        let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
        (number(16), number(20))
    }

    #[test]
    fn the_same_figures_give_the_same_bytes() {
        let png = picture(vec![daily()]).png().unwrap();
        assert_eq!(picture(vec![daily()]).png().unwrap(), png);
        assert_eq!(size(&png), (1_000, 560));
    }

    #[test]
    fn every_part_of_the_figures_is_seen() {
        let plain = picture(vec![daily()]).png().unwrap();
        let mut goal = daily();
        goal.goal = Some(120.0);
        let mut gap = daily();
        gap.seen.drain(20..30);
        let mut no_forecast = daily();
        no_forecast.path.clear();
        let mut steady = daily();
        steady.seen.iter_mut().for_each(|seen| seen.new_level = false);
        let mut compared = daily();
        compared.others.push(OtherPath { model: "linear".to_owned(), points: vec![(30, 110.0)] });
        let mut renamed = daily();
        renamed.title = "YouTube views".to_owned();
        for other in [goal, gap, no_forecast, steady, compared, renamed] {
            assert_ne!(picture(vec![other]).png().unwrap(), plain);
        }
        let sample = Picture { sample: true, ..picture(vec![daily()]) };
        assert_ne!(sample.png().unwrap(), plain);
    }

    #[test]
    fn several_panels_stand_in_two_columns_and_six_at_most() {
        for (num_panels, height) in [(2, 380), (3, 680), (5, 980), (6, 980), (9, 980)] {
            let png = picture(vec![daily(); num_panels]).png().unwrap();
            assert_eq!(size(&png), (1_000, height), "{num_panels}");
        }
        assert_eq!(picture(Vec::new()).png(), Err(ChartError::Empty));
    }

    #[test]
    fn a_picture_fits_into_a_reply() {
        // Values that jump about compress worst.
        let jumps: Vec<(i64, f64)> =
            (0..120).rev().map(|day| (day, f64::from((day * 7_919 % 997) as u32))).collect();
        let png = picture(vec![panel(&jumps); MAX_PANELS]).png().unwrap();
        assert!(png.len() < MAX_FILE_BYTES, "{}", png.len());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12))]

        #[test]
        fn any_figures_are_drawn(
            values in proptest::collection::btree_map(
                0_i64..4_000, prop_oneof![proptest::num::f64::NORMAL, Just(0.0), 0.0..1e9], 0..40,
            ),
            goal in proptest::option::of(proptest::num::f64::NORMAL),
            text in "\\PC{0,80}",
        ) {
            let mut panel = panel(&values.into_iter().rev().collect::<Vec<_>>());
            if panel.path.iter().any(|point| !point.upper_95.get().is_finite()) {
                panel.path.clear();
            }
            (panel.goal, panel.title, panel.outlook) = (goal, text.clone(), text);
            prop_assert!(picture(vec![panel]).png().is_ok());
        }
    }
}
