//! Text as outlines, in the font that comes with the program: a container has none.

use tiny_skia::{Path, PathBuilder};
use ttf_parser::{Face, OutlineBuilder};

use super::picture::ChartError;

/// Inter, cut down to what charts write; its licence is beside it.
const REGULAR: &[u8] = include_bytes!("../../../../charts/fonts/Inter-Regular.ttf");
const SEMI_BOLD: &[u8] = include_bytes!("../../../../charts/fonts/Inter-SemiBold.ttf");

/// A weight of the font.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    SemiBold,
}

/// Both weights, ready to draw.
pub(super) struct Fonts {
    regular: Face<'static>,
    semi_bold: Face<'static>,
}

impl Fonts {
    pub(super) fn load() -> Result<Self, ChartError> {
        let face = |bytes| Face::parse(bytes, 0).map_err(|_| ChartError::Font);
        Ok(Self { regular: face(REGULAR)?, semi_bold: face(SEMI_BOLD)? })
    }

    const fn face(&self, weight: Weight) -> &Face<'static> {
        match weight {
            Weight::Regular => &self.regular,
            Weight::SemiBold => &self.semi_bold,
        }
    }

    /// Width of a text whose letters are `size` pixels high. Characters that the font lacks take no room.
    pub(super) fn width(&self, text: &str, size: f32, weight: Weight) -> f32 {
        let face = self.face(weight);
        let advance = |c| face.glyph_hor_advance(face.glyph_index(c)?);
        let units: u32 = text.chars().filter_map(advance).map(u32::from).sum();
        units as f32 * size / f32::from(face.units_per_em())
    }

    /// The outlines of a text whose baseline begins at a point; `None` where nothing of it can be seen.
    pub(super) fn outline(&self, text: &str, size: f32, weight: Weight, x: f32, y: f32) -> Option<Path> {
        let face = self.face(weight);
        let scale = size / f32::from(face.units_per_em());
        let mut pen = Pen { path: PathBuilder::new(), x, y, scale };
        for glyph in text.chars().filter_map(|c| face.glyph_index(c)) {
            face.outline_glyph(glyph, &mut pen);
            pen.x += f32::from(face.glyph_hor_advance(glyph).unwrap_or_default()) * scale;
        }
        pen.path.finish()
    }
}

/// Moves a glyph's outline, whose y grows upwards, to its place in the picture.
struct Pen {
    path: PathBuilder,
    x: f32,
    y: f32,
    scale: f32,
}

impl Pen {
    fn at(&self, x: f32, y: f32) -> (f32, f32) {
        (x.mul_add(self.scale, self.x), (-y).mul_add(self.scale, self.y))
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.path.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.path.line_to(x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let ((x1, y1), (x, y)) = (self.at(x1, y1), self.at(x, y));
        self.path.quad_to(x1, y1, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let ((x1, y1), (x2, y2), (x, y)) = (self.at(x1, y1), self.at(x2, y2), self.at(x, y));
        self.path.cubic_to(x1, y1, x2, y2, x, y);
    }

    fn close(&mut self) {
        self.path.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_one_width_and_unknown_characters_none() {
        let fonts = Fonts::load().unwrap();
        let width = |text| fonts.width(text, 20.0, Weight::Regular);
        assert_eq!(width("1111"), width("8888"));
        assert!((width("1,234") - width("9,876")).abs() < 1e-3);
        assert_eq!(width("宇多田🔥"), 0.0);
        assert!(fonts.outline("宇多田🔥 ", 20.0, Weight::Regular, 0.0, 0.0).is_none());
    }

    #[test]
    fn the_font_has_every_character_that_charts_write() {
        let fonts = Fonts::load().unwrap();
        for c in (' '..='~').chain("–−·…%".chars()) {
            for weight in [Weight::Regular, Weight::SemiBold] {
                assert!(fonts.face(weight).glyph_index(c).is_some(), "{c:?}");
            }
        }
    }
}
