//! Drawing: lines, areas, dots and texts in pixels onto a picture, which becomes a PNG.

use tiny_skia::{
    FillRule, LineCap, LineJoin, Paint, Path, PathBuilder, Pixmap, Rect, Stroke, StrokeDash, Transform,
};

use super::font::{Fonts, Weight};
use super::palette::{GROUND, Ink};
use super::picture::ChartError;

/// A place in the picture, in pixels from the left and from the top.
pub(super) type Place = (f32, f32);

/// Where a text stands beside its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Left,
    Middle,
    Right,
}

/// How a text is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lettering {
    pub(super) size: f32,
    pub(super) weight: Weight,
    pub(super) ink: Ink,
}

/// A picture in the making.
pub(super) struct Canvas {
    pixels: Pixmap,
    fonts: Fonts,
}

impl Canvas {
    pub(super) fn new(width: u32, height: u32) -> Result<Self, ChartError> {
        let mut pixels = Pixmap::new(width, height).ok_or(ChartError::Size)?;
        pixels.fill(GROUND.color());
        Ok(Self { pixels, fonts: Fonts::load()? })
    }

    /// A line through these places; `dash` gives the lengths of strokes and gaps.
    pub(super) fn line(&mut self, places: &[Place], width: f32, ink: Ink, dash: Option<[f32; 2]>) {
        let Some(path) = path(places, false) else { return };
        let dash = dash.and_then(|lengths| StrokeDash::new(lengths.to_vec(), 0.0));
        let round = dash.is_none();
        let stroke = Stroke {
            width,
            line_cap: if round { LineCap::Round } else { LineCap::Butt },
            line_join: LineJoin::Round,
            dash,
            ..Stroke::default()
        };
        self.pixels.stroke_path(&path, &paint(ink), &stroke, Transform::identity(), None);
    }

    /// The area that these places enclose.
    pub(super) fn area(&mut self, places: &[Place], ink: Ink) {
        if let Some(path) = path(places, true) {
            self.fill(&path, ink);
        }
    }

    pub(super) fn dot(&mut self, (x, y): Place, radius: f32, ink: Ink) {
        if let Some(path) = PathBuilder::from_circle(x, y, radius) {
            self.fill(&path, ink);
        }
    }

    pub(super) fn rectangle(&mut self, (x, y): Place, width: f32, height: f32, ink: Ink) {
        if let Some(rect) = Rect::from_xywh(x, y, width, height) {
            self.fill(&PathBuilder::from_rect(rect), ink);
        }
    }

    /// A text whose baseline is at a place.
    pub(super) fn text(&mut self, (x, y): Place, anchor: Anchor, lettering: Lettering, text: &str) {
        let width = self.width(text, lettering);
        let x = match anchor {
            Anchor::Left => x,
            Anchor::Middle => x - width / 2.0,
            Anchor::Right => x - width,
        };
        if let Some(path) = self.fonts.outline(text, lettering.size, lettering.weight, x, y) {
            self.fill(&path, lettering.ink);
        }
    }

    /// Width of a text in pixels.
    pub(super) fn width(&self, text: &str, lettering: Lettering) -> f32 {
        self.fonts.width(text, lettering.size, lettering.weight)
    }

    /// The lettering, smaller where a text would be wider than `room`, but not below three fifths.
    pub(super) fn fitted(&self, text: &str, lettering: Lettering, room: f32) -> Lettering {
        let share = (room / self.width(text, lettering).max(1.0)).clamp(0.6, 1.0);
        Lettering { size: lettering.size * share, ..lettering }
    }

    fn fill(&mut self, path: &Path, ink: Ink) {
        self.pixels.fill_path(path, &paint(ink), FillRule::Winding, Transform::identity(), None);
    }

    pub(super) fn into_png(self) -> Result<Vec<u8>, ChartError> {
        self.pixels.encode_png().map_err(|_| ChartError::Encoding)
    }
}

fn paint(ink: Ink) -> Paint<'static> {
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    paint.set_color(ink.color());
    paint
}

fn path(places: &[Place], closed: bool) -> Option<Path> {
    let ((x, y), rest) = places.split_first()?;
    let mut path = PathBuilder::with_capacity(places.len() + 1, places.len());
    path.move_to(*x, *y);
    for (x, y) in rest {
        path.line_to(*x, *y);
    }
    if closed {
        path.close();
    }
    path.finish()
}
