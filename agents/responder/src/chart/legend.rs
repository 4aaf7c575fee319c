//! What lines and areas mean, below the panels.

use super::canvas::{Anchor, Canvas, Lettering, Place};
use super::font::Weight;
use super::palette::{BAND_80, BAND_95, EXPECTED, Ink, MUTED, OBSERVED, OTHERS, TEXT, WARNING};
use super::picture::Picture;

/// Height of the legend with the caption below it, in pixels.
pub(super) const HEIGHT: f32 = 80.0;

/// Width of a sample of a line, in pixels.
const SAMPLE: f32 = 30.0;

const SIZE: f32 = 19.0;

/// How a sample of an entry is drawn.
#[derive(Clone, Copy)]
enum Key {
    Line(Ink, f32),
    Area(Ink),
    Mark(Ink),
}

/// Draws the legend and the caption of a picture whose panels end at `top`.
pub(super) fn draw(canvas: &mut Canvas, picture: &Picture, top: f32, width: f32) {
    let lettering = Lettering { size: SIZE, weight: Weight::Regular, ink: TEXT };
    let entries = entries(picture);
    let label_width: f32 = entries.iter().map(|(_, label)| canvas.width(label, lettering)).sum();
    let room = width - 48.0 - label_width - (SAMPLE + 8.0) * entries.len() as f32;
    let gap = (room / entries.len() as f32).clamp(8.0, 26.0);
    let (mut x, line) = (24.0, top + 26.0);
    for (key, label) in entries {
        draw_key(canvas, key, (x, line - SIZE * 0.36));
        x += SAMPLE + 8.0;
        canvas.text((x, line), Anchor::Left, lettering, &label);
        x += canvas.width(&label, lettering) + gap;
    }
    let line = top + 57.0;
    let muted = Lettering { ink: MUTED, ..lettering };
    canvas.text((24.0, line), Anchor::Left, muted, &picture.caption);
    if picture.sample {
        let warning = Lettering { ink: WARNING, weight: Weight::SemiBold, ..lettering };
        canvas.text((width - 24.0, line), Anchor::Right, warning, "sample data: made-up figures");
    }
}

fn entries(picture: &Picture) -> Vec<(Key, String)> {
    let mut entries = vec![(Key::Line(OBSERVED, 3.0), "observed".to_owned())];
    if picture.panels.iter().any(|panel| !panel.path.is_empty()) {
        let expected = picture.model.as_deref().map_or("expected", |model| model);
        entries.push((Key::Line(EXPECTED, 3.6), expected.to_owned()));
    }
    let others = picture.panels.iter().max_by_key(|panel| panel.others.len());
    for (other, ink) in others.iter().flat_map(|panel| &panel.others).zip(OTHERS) {
        entries.push((Key::Line(ink, 2.6), other.model.clone()));
    }
    if picture.panels.iter().any(|panel| !panel.path.is_empty()) {
        entries.push((Key::Area(BAND_80), "80 % interval".to_owned()));
        entries.push((Key::Area(BAND_95), "95 % interval".to_owned()));
    }
    if picture.panels.iter().any(|panel| panel.seen.iter().any(|seen| seen.new_level)) {
        entries.push((Key::Mark(WARNING), "level change".to_owned()));
    }
    entries
}

fn draw_key(canvas: &mut Canvas, key: Key, (x, y): Place) {
    match key {
        Key::Line(ink, width) => canvas.line(&[(x + 2.0, y), (x + SAMPLE - 2.0, y)], width, ink, None),
        Key::Area(ink) => {
            // The 80 % interval lies on the 95 % one.
            if ink == BAND_80 {
                canvas.rectangle((x, y - 9.0), SAMPLE, 18.0, BAND_95);
            }
            canvas.rectangle((x, y - 9.0), SAMPLE, 18.0, ink);
        }
        Key::Mark(ink) => {
            canvas.line(
                &[(x + SAMPLE / 2.0, y - 11.0), (x + SAMPLE / 2.0, y + 11.0)],
                1.8,
                ink,
                Some([5.0, 3.0]),
            );
            canvas.dot((x + SAMPLE / 2.0, y), 5.0, ink);
        }
    }
}
