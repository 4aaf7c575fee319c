//! What is drawn, before it is a PNG or an SVG: lines, areas, dots and texts in pixels, lowest first.

use std::borrow::Cow;

use tiny_skia::{Path, PathBuilder, Rect};

use crate::font::Weight;
use crate::palette::{GROUND, Ink};
use crate::specification::Theme;

/// A place in the picture, in pixels from the left and from the top.
pub(crate) type Place = (f32, f32);

/// Least share of its size to which a text is shrunk before it is cut.
const LEAST_SIZE: f32 = 0.7;

/// Something drawn in one colour.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shape {
    /// The inside of a path.
    Fill { path: Path, ink: Ink },
    /// A line along a path, `width` pixels wide; `dash` gives the lengths of strokes and gaps.
    Stroke { path: Path, width: f32, dash: Option<[f32; 2]>, ink: Ink },
}

/// Where a text stands beside its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Left,
    Middle,
    Right,
}

/// How a text is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lettering {
    pub(crate) size: f32,
    pub(crate) weight: Weight,
    pub(crate) ink: Ink,
}

impl Lettering {
    /// Width of a text in pixels.
    pub(crate) fn width(self, text: &str) -> f32 {
        self.weight.width(text, self.size)
    }

    /// A text and its lettering so that it is no wider than `room` pixels: smaller if need be, then cut.
    pub(crate) fn fitted(self, text: &str, room: f32) -> (Cow<'_, str>, Self) {
        let share = (room / self.width(text).max(1.0)).clamp(LEAST_SIZE, 1.0);
        let small = Self { size: self.size * share, ..self };
        if small.width(text) <= room + 0.5 {
            return (Cow::Borrowed(text), small);
        }
        let mut left = room - small.width("…");
        let fits = |c: &char| {
            left -= small.width(c.encode_utf8(&mut [0; 4]));
            left >= 0.0
        };
        let mut cut: String = text.chars().take_while(fits).collect();
        cut.truncate(cut.trim_end().len());
        cut.push('…');
        (Cow::Owned(cut), small)
    }
}

/// A picture in the making, on a ground of one colour.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Scene {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) shapes: Vec<Shape>,
    /// What it is drawn for: inks become colours of its ground when pixels or elements are made of them.
    pub(crate) theme: Theme,
}

impl Scene {
    pub(crate) const fn new(width: u32, height: u32) -> Self {
        Self { width, height, shapes: Vec::new(), theme: Theme::Dark }
    }

    /// A line through these places.
    pub(crate) fn line(&mut self, places: &[Place], width: f32, ink: Ink, dash: Option<[f32; 2]>) {
        if let Some(path) = path(places, false) {
            self.shapes.push(Shape::Stroke { path, width, dash, ink });
        }
    }

    /// The area that these places enclose.
    pub(crate) fn area(&mut self, places: &[Place], ink: Ink) {
        if let Some(path) = path(places, true) {
            self.shapes.push(Shape::Fill { path, ink });
        }
    }

    pub(crate) fn dot(&mut self, (x, y): Place, radius: f32, ink: Ink) {
        if let Some(path) = PathBuilder::from_circle(x, y, radius) {
            self.shapes.push(Shape::Fill { path, ink });
        }
    }

    pub(crate) fn rectangle(&mut self, (x, y): Place, width: f32, height: f32, ink: Ink) {
        if let Some(rect) = Rect::from_xywh(x, y, width, height) {
            self.shapes.push(Shape::Fill { path: PathBuilder::from_rect(rect), ink });
        }
    }

    /// A text whose baseline is at a place.
    pub(crate) fn text(&mut self, place: Place, anchor: Anchor, lettering: Lettering, text: &str) {
        if let Some(path) = outline(place, anchor, lettering, text) {
            self.shapes.push(Shape::Fill { path, ink: lettering.ink });
        }
    }

    /// A text that remains readable on lines: the ground shows around it.
    pub(crate) fn text_on_lines(&mut self, place: Place, anchor: Anchor, lettering: Lettering, text: &str) {
        if let Some(path) = outline(place, anchor, lettering, text) {
            let halo = Shape::Stroke { path: path.clone(), width: 6.0, dash: None, ink: GROUND };
            self.shapes.extend([halo, Shape::Fill { path, ink: lettering.ink }]);
        }
    }
}

fn outline((x, y): Place, anchor: Anchor, lettering: Lettering, text: &str) -> Option<Path> {
    let x = match anchor {
        Anchor::Left => x,
        Anchor::Middle => x - lettering.width(text) / 2.0,
        Anchor::Right => x - lettering.width(text),
    };
    lettering.weight.outline(text, lettering.size, (x, y))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::palette::TEXT;

    const LETTERING: Lettering = Lettering { size: 20.0, weight: Weight::Regular, ink: TEXT };

    #[test]
    fn a_text_that_fits_stays_as_it_is() {
        let (text, lettering) = LETTERING.fitted("Seguidores", 200.0);
        assert_eq!((text.as_ref(), lettering.size), ("Seguidores", 20.0));
    }

    #[test]
    fn a_wide_text_is_written_smaller_and_a_wider_one_is_cut() {
        let wide = "Oyentes mensuales de Spotify";
        let room = LETTERING.width(wide) * 0.8;
        let (text, lettering) = LETTERING.fitted(wide, room);
        assert_eq!(text, wide);
        assert!(lettering.width(&text) <= room + 0.5 && lettering.size < 20.0);

        let (text, lettering) = LETTERING.fitted(wide, room / 2.0);
        assert!(text.starts_with("Oyentes") && text.ends_with('…'), "{text}");
        assert!(lettering.width(&text) <= room / 2.0);
    }

    #[test]
    fn what_has_no_extent_leaves_no_shape() {
        let mut scene = Scene::new(10, 10);
        scene.line(&[], 1.0, TEXT, None);
        scene.line(&[(1.0, 1.0)], 1.0, TEXT, None);
        scene.text((1.0, 1.0), Anchor::Left, LETTERING, " ");
        scene.dot((f32::NAN, 1.0), 1.0, TEXT);
        assert_eq!(scene.shapes, []);
    }
}
