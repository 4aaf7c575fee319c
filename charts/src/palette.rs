//! Colours and dashes. They are named as on dark ground, and each has one that stands for it on light ground.

use crate::specification::Theme;

/// A colour, 0xRRGGBB, and how much of it covers what is below, from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Ink(pub(crate) u32, pub(crate) f32);

pub(crate) const GROUND: Ink = Ink(0x1E_1F_22, 1.0);
pub(crate) const GRID: Ink = Ink(0x36_38_3E, 1.0);
pub(crate) const TEXT: Ink = Ink(0xF2_F3_F5, 1.0);
pub(crate) const MUTED: Ink = Ink(0xA3_A9_B3, 1.0);
pub(crate) const OBSERVED: Ink = Ink(0xE4_E6_EA, 1.0);
pub(crate) const EXPECTED: Ink = Ink(0x4F_A8_FF, 1.0);
pub(crate) const BAND_80: Ink = Ink(0x4F_A8_FF, 0.30);
pub(crate) const BAND_95: Ink = Ink(0x4F_A8_FF, 0.17);
pub(crate) const MARKED: Ink = Ink(0xF0_B2_33, 1.0);
pub(crate) const GOAL: Ink = Ink(0x4F_D1_A5, 1.0);
pub(crate) const MILESTONE: Ink = Ink(0xC7_A6_FF, 1.0);

/// Colours on dark and on light ground. On both, text and lines differ from the ground by a contrast of 4.5 or more.
const ON_LIGHT: [(u32, u32); 11] = [
    (GROUND.0, 0xFF_FF_FF),
    (GRID.0, 0xE1_E4_E9),
    (TEXT.0, 0x1B_1D_21),
    (MUTED.0, 0x5A_61_6C),
    (OBSERVED.0, 0x2B_2F_36),
    (EXPECTED.0, 0x00_5F_B8),
    (MARKED.0, 0x9A_58_00),
    (GOAL.0, 0x00_73_55),
    (OTHERS[0].0, 0xB8_1D_56),
    (OTHERS[1].0, 0x4A_73_00),
    (MILESTONE.0, 0x6B_3F_B8),
];

impl Theme {
    /// The colour that stands for one on the theme's ground.
    pub(crate) fn ink(self, ink: Ink) -> Ink {
        match self {
            Self::Dark => ink,
            Self::Light => {
                let found = ON_LIGHT.iter().find(|(dark, _)| *dark == ink.0);
                found.map_or(Ink(0x7A_4B_00, ink.1), |(_, light)| Ink(*light, ink.1))
            }
        }
    }
}

/// Strokes and gaps of the lines of marks and goals, in pixels.
pub(crate) const DASH: [f32; 2] = [6.0, 5.0];

/// Other models beside the one whose intervals are shown.
const OTHERS: [Ink; 4] =
    [Ink(0xFF_8F_AB, 1.0), Ink(0xB4_E0_6B, 1.0), Ink(0xC7_A6_FF, 1.0), Ink(0xFF_D1_8A, 1.0)];

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

    /// Contrast of two colours (WCAG 2.2).
    fn contrast(one: Ink, other: Ink) -> f64 {
        let luminance = |Ink(rgb, _): Ink| {
            let [_, red, green, blue] = rgb.to_be_bytes().map(|part| {
                let part = f64::from(part) / 255.0;
                if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
            });
            0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05
        };
        let (one, other) = (luminance(one), luminance(other));
        one.max(other) / one.min(other)
    }

    #[test]
    fn texts_and_lines_are_readable_on_both_grounds() {
        let lines = [TEXT, MUTED, OBSERVED, EXPECTED, MARKED, GOAL, MILESTONE];
        for theme in [Theme::Dark, Theme::Light] {
            for ink in lines.into_iter().chain(OTHERS) {
                let found = contrast(theme.ink(ink), theme.ink(GROUND));
                assert!(found >= 4.5, "{theme:?} {ink:x?}: {found}");
            }
        }
    }

    #[test]
    fn each_colour_has_its_own_on_light_ground() {
        let light: std::collections::BTreeSet<u32> = ON_LIGHT.iter().map(|(_, light)| *light).collect();
        assert_eq!(light.len(), ON_LIGHT.len());
        assert_eq!(Theme::Light.ink(BAND_80), Ink(Theme::Light.ink(EXPECTED).0, BAND_80.1));
    }
}
