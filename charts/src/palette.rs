//! Colours and dashes, for dark surroundings: those of people who chat, and of most terminals.

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
