//! Text as outlines, in the font that comes with the program: a container has none.

use std::sync::LazyLock;

use tiny_skia::{Path, PathBuilder};
use ttf_parser::{Face, OutlineBuilder};

static REGULAR: LazyLock<Face<'static>> =
    LazyLock::new(|| parse(include_bytes!("../fonts/Inter-Regular.ttf")));
static SEMI_BOLD: LazyLock<Face<'static>> =
    LazyLock::new(|| parse(include_bytes!("../fonts/Inter-SemiBold.ttf")));

/// A weight of the font.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    Regular,
    SemiBold,
}

impl Weight {
    fn face(self) -> &'static Face<'static> {
        match self {
            Self::Regular => &REGULAR,
            Self::SemiBold => &SEMI_BOLD,
        }
    }

    /// Width of a text whose letters are `size` pixels high. Characters that the font lacks take no room.
    pub(crate) fn width(self, text: &str, size: f32) -> f32 {
        let face = self.face();
        let advance = |c| face.glyph_hor_advance(face.glyph_index(c)?);
        let units: u32 = text.chars().filter_map(advance).map(u32::from).sum();
        units as f32 * size / f32::from(face.units_per_em())
    }

    /// The outlines of a text whose baseline begins at a place; `None` where nothing of it can be seen.
    pub(crate) fn outline(self, text: &str, size: f32, (x, y): (f32, f32)) -> Option<Path> {
        let face = self.face();
        let scale = size / f32::from(face.units_per_em());
        let mut pen = Pen { path: PathBuilder::new(), x, y, scale };
        for glyph in text.chars().filter_map(|c| face.glyph_index(c)) {
            face.outline_glyph(glyph, &mut pen);
            pen.x += f32::from(face.glyph_hor_advance(glyph).unwrap_or_default()) * scale;
        }
        pen.path.finish()
    }
}

fn parse(bytes: &'static [u8]) -> Face<'static> {
    Face::parse(bytes, 0).expect("the fonts are part of the program, and a test reads them")
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

    fn width(text: &str) -> f32 {
        Weight::Regular.width(text, 20.0)
    }

    #[test]
    fn figures_have_one_width_and_unknown_characters_none() {
        assert_eq!(width("1111"), width("8888"));
        assert!((width("−1.234") - width("−9.876")).abs() < 1e-3);
        assert_eq!(width("宇多田🔥\u{202e}\u{7}"), 0.0);
        assert!(Weight::Regular.outline("宇多田🔥 ", 20.0, (0.0, 0.0)).is_none());
    }

    #[test]
    fn the_fonts_have_every_character_that_charts_write() {
        // A soft hyphen is not written, and ŉ is deprecated; Inter has neither.
        let latin =
            (' '..='~').chain('\u{a0}'..='ÿ').chain('Ā'..='ſ').filter(|c| !matches!(c, '\u{ad}' | 'ŉ'));
        let spanish = "áéíóúüñçÁÉÍÓÚÜÑÇ¿¡«»“”ºª".chars();
        let signs = "‘’‚„–−—·•…%‰°±×€™→←↑↓▲▼≈≤≥\u{202f}\u{2009}".chars();
        for c in latin.chain(spanish).chain(signs) {
            for weight in [Weight::Regular, Weight::SemiBold] {
                assert!(weight.face().glyph_index(c).is_some_and(|glyph| glyph.0 != 0), "{c:?}");
            }
        }
    }

    #[test]
    fn accents_are_drawn() {
        for (plain, accented) in [("n", "ñ"), ("U", "Ü"), ("c", "ç"), ("e", "é")] {
            let outline = |text| Weight::Regular.outline(text, 20.0, (0.0, 0.0)).unwrap().bounds().height();
            assert!(outline(accented) > outline(plain), "{accented}");
        }
    }
}
