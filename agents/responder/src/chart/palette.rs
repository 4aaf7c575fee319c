//! Colours, for dark surroundings: those of people who chat, and of most terminals.

use tiny_skia::Color;

/// A colour, 0xRRGGBB, and how much of it covers what is below.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ink(pub(super) u32, pub(super) f32);

pub(super) const GROUND: Ink = Ink(0x1E_1F_22, 1.0);
pub(super) const GRID: Ink = Ink(0x36_38_3E, 1.0);
pub(super) const TEXT: Ink = Ink(0xF2_F3_F5, 1.0);
pub(super) const MUTED: Ink = Ink(0xA3_A9_B3, 1.0);
pub(super) const OBSERVED: Ink = Ink(0xE4_E6_EA, 1.0);
pub(super) const EXPECTED: Ink = Ink(0x4F_A8_FF, 1.0);
pub(super) const BAND_80: Ink = Ink(0x4F_A8_FF, 0.30);
pub(super) const BAND_95: Ink = Ink(0x4F_A8_FF, 0.17);
pub(super) const WARNING: Ink = Ink(0xF0_B2_33, 1.0);
pub(super) const GOAL: Ink = Ink(0x4F_D1_A5, 1.0);
/// Other models beside the one whose intervals are shown.
pub(super) const OTHERS: [Ink; 4] =
    [Ink(0xFF_8F_AB, 1.0), Ink(0xB4_E0_6B, 1.0), Ink(0xC7_A6_FF, 1.0), Ink(0xFF_D1_8A, 1.0)];

impl Ink {
    pub(super) fn color(self) -> Color {
        let [_, red, green, blue] = self.0.to_be_bytes();
        Color::from_rgba8(red, green, blue, (self.1 * 255.0).round() as u8)
    }
}
