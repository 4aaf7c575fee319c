//! Colours and dashes: each with one shade for dark ground and one for light ground.
//!
//! Lines are told apart with any kind of colour blindness, and from the ground they lie on. Their colours are those of Okabe
//! and Ito, *Color Universal Design* (2008), <https://jfly.uni-koeln.de/color/>, and of Tol, *Colour Schemes* (2021),
//! <https://sronpersonalpages.nl/~pault/>, lightened or darkened for their ground. The tests measure both.

use crate::specification::Theme;

/// A colour, 0xRRGGBB on each ground, and how much of it covers what is below, from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Ink {
    on_dark: u32,
    on_light: u32,
    cover: f32,
}

impl Ink {
    const fn new(on_dark: u32, on_light: u32) -> Self {
        Self { on_dark, on_light, cover: 1.0 }
    }

    /// The same colour, through which what is below is seen.
    pub(crate) const fn covering(self, cover: f32) -> Self {
        Self { cover, ..self }
    }
}

/// A colour of one ground, 0xRRGGBB, and how much of it covers what is below.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Colouring(pub(crate) u32, pub(crate) f32);

pub(crate) const GROUND: Ink = Ink::new(0x1E_1F_22, 0xFF_FF_FF);
pub(crate) const GRID: Ink = Ink::new(0x36_38_3E, 0xE1_E4_E9);
pub(crate) const TEXT: Ink = Ink::new(0xF2_F3_F5, 0x1B_1D_21);
pub(crate) const MUTED: Ink = Ink::new(0xA3_A9_B3, 0x5A_61_6C);
pub(crate) const OBSERVED: Ink = Ink::new(0xE4_E6_EA, 0x2B_2F_36);
pub(crate) const EXPECTED: Ink = Ink::new(0x4F_A8_FF, 0x00_5F_B8);
pub(crate) const BAND_80: Ink = EXPECTED.covering(0.30);
pub(crate) const BAND_95: Ink = EXPECTED.covering(0.17);
/// Vermilion: jumps to another level, and warnings.
pub(crate) const MARKED: Ink = Ink::new(0xEE_77_33, 0xB5_50_00);
/// Bluish green.
pub(crate) const GOAL: Ink = Ink::new(0x00_9E_73, 0x00_57_3F);
/// Reddish purple.
pub(crate) const MILESTONE: Ink = Ink::new(0xD6_94_B9, 0x8F_55_75);

/// Other models beside the one whose intervals are shown: yellow, purple, vermilion and green. Marks of the same colours
/// have other shapes; those of jumps and milestones stand where no model has a line.
const OTHERS: [Ink; 4] =
    [Ink::new(0xF0_E4_42, 0x70_67_25), MILESTONE, Ink::new(0xEE_77_33, 0x70_1C_09), GOAL];

impl Theme {
    /// An ink as it is on the theme's ground.
    pub(crate) const fn paint(self, ink: Ink) -> Colouring {
        match self {
            Self::Dark => Colouring(ink.on_dark, ink.cover),
            Self::Light => Colouring(ink.on_light, ink.cover),
        }
    }
}

/// Strokes and gaps of the lines of marks and goals, in pixels.
pub(crate) const DASH: [f32; 2] = [6.0, 5.0];

/// Colour and dash of another model's line: when the colours have been used, they return dashed.
pub(crate) fn other(index: usize) -> (Ink, Option<[f32; 2]>) {
    let ink = OTHERS[index % OTHERS.len()];
    let dash = match index / OTHERS.len() {
        0 => None,
        1 => Some([9.0, 5.0]),
        _ => Some([3.0, 4.0]),
    };
    (ink, dash)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::colour_vision::{contrast, least_distance};

    /// Least CIEDE2000 difference of two colours in one chart. Between large areas side by side about 1 is noticed; lines
    /// are thin and apart, so that we ask for much more.
    const LEAST_DISTANCE: f64 = 12.0;

    /// The colours of a ground.
    fn on(theme: Theme, inks: &[Ink]) -> Vec<u32> {
        inks.iter().map(|ink| theme.paint(*ink).0).collect()
    }

    fn expect_apart(inks: &[Ink]) {
        for theme in [Theme::Dark, Theme::Light] {
            let colours = on(theme, inks);
            for (index, one) in colours.iter().enumerate() {
                for other in &colours[..index] {
                    let (distance, vision) = least_distance(*one, *other);
                    assert!(
                        distance >= LEAST_DISTANCE,
                        "{theme:?}: {one:06x} and {other:06x} are {distance:.1} apart for {vision:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn lines_are_told_apart_with_any_colour_blindness() {
        expect_apart(&[&[OBSERVED, EXPECTED][..], &OTHERS].concat());
    }

    #[test]
    fn marks_are_told_apart_from_each_other_and_from_observed_and_expected_values() {
        expect_apart(&[OBSERVED, EXPECTED, MARKED, GOAL, MILESTONE]);
    }

    #[test]
    fn other_models_of_one_colour_have_different_dashes() {
        let lines: Vec<_> = (0..3 * OTHERS.len()).map(other).collect();
        for (index, line) in lines.iter().enumerate() {
            assert!(!lines[..index].contains(line), "{index}");
        }
    }

    /// WCAG 2.2 asks for 4.5 of texts (1.4.3), which most of these inks are used for too, and for 3 of lines (1.4.11).
    #[test]
    fn texts_and_lines_are_readable_on_both_grounds() {
        let texts_and_lines = [TEXT, MUTED, OBSERVED, EXPECTED, MARKED, GOAL, MILESTONE];
        for theme in [Theme::Dark, Theme::Light] {
            let Colouring(ground, _) = theme.paint(GROUND);
            for colour in on(theme, &[&texts_and_lines[..], &OTHERS].concat()) {
                let found = contrast(colour, ground);
                assert!(found >= 4.5, "{theme:?} {colour:06x}: {found:.1}");
            }
        }
    }
}
