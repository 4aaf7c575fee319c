//! How far apart two colours are for those who see all of them, and for the colour-blind.

/// A kind of colour vision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Vision {
    Usual,
    /// Without the cones of long waves.
    Protanopia,
    /// Without the cones of middle waves.
    Deuteranopia,
    /// Without the cones of short waves.
    Tritanopia,
}

/// Red, green and blue by the intensity of their light, from 0 to 1.
type Light = [f64; 3];

/// Lightness, green to red, blue to yellow (CIE 1976 L*a*b*).
type Lab = [f64; 3];

impl Vision {
    const ALL: [Self; 4] = [Self::Usual, Self::Protanopia, Self::Deuteranopia, Self::Tritanopia];

    /// What is seen instead of a light: matrices of severity 1.0 from Machado, Oliveira and Fernandes, A
    /// physiologically-based model for simulation of color vision deficiency (IEEE Transactions on Visualization and
    /// Computer Graphics 15, 2009), <https://www.inf.ufrgs.br/~oliveira/pubs_files/CVD_Simulation/CVD_Simulation.html>.
    fn seen(self, light: Light) -> Light {
        let rows = match self {
            Self::Usual => return light,
            Self::Protanopia => [
                [0.152_286, 1.052_583, -0.204_868],
                [0.114_503, 0.786_281, 0.099_216],
                [-0.003_882, -0.048_116, 1.051_998],
            ],
            Self::Deuteranopia => [
                [0.367_322, 0.860_646, -0.227_968],
                [0.280_085, 0.672_501, 0.047_413],
                [-0.011_820, 0.042_940, 0.968_881],
            ],
            Self::Tritanopia => [
                [1.255_528, -0.076_749, -0.178_779],
                [-0.078_411, 0.930_809, 0.147_602],
                [0.004_733, 0.691_367, 0.303_900],
            ],
        };
        rows.map(|row| dot(row, light).clamp(0.0, 1.0))
    }
}

/// The least difference of two colours (0xRRGGBB) by CIEDE2000, and for whom it is that small.
pub(crate) fn least_distance(one: u32, other: u32) -> (f64, Vision) {
    let distance = |vision: Vision| {
        let [one, other] = [one, other].map(|rgb| lab(vision.seen(light(rgb))));
        (ciede_2000(one, other), vision)
    };
    let all = Vision::ALL.map(distance);
    all.into_iter()
        .fold((f64::INFINITY, Vision::Usual), |least, found| if found.0 < least.0 { found } else { least })
}

/// Contrast of two colours (WCAG 2.2), from 1 to 21.
pub(crate) fn contrast(one: u32, other: u32) -> f64 {
    let [one, other] = [one, other].map(|rgb| dot([0.2126, 0.7152, 0.0722], light(rgb)) + 0.05);
    one.max(other) / one.min(other)
}

/// sRGB undone (IEC 61966-2-1).
fn light(rgb: u32) -> Light {
    let [_, red, green, blue] = rgb.to_be_bytes();
    [red, green, blue].map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    })
}

/// By way of XYZ of sRGB's primaries, relative to its white (D65).
fn lab(light: Light) -> Lab {
    let x = dot([0.412_456_4, 0.357_576_1, 0.180_437_5], light) / 0.950_47;
    let y = dot([0.212_672_9, 0.715_152_2, 0.072_175_0], light);
    let z = dot([0.019_333_9, 0.119_192_0, 0.950_304_1], light) / 1.088_83;
    let [x, y, z] = [x, y, z].map(|part| {
        if part > 216.0 / 24_389.0 { part.cbrt() } else { (24_389.0 / 27.0 * part + 16.0) / 116.0 }
    });
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

/// The CIEDE2000 difference, as in Sharma, Wu and Dalal, The CIEDE2000 color-difference formula (Color Research and
/// Application 30, 2005).
fn ciede_2000(one: Lab, other: Lab) -> f64 {
    let ([l1, a1, b1], [l2, a2, b2]) = (one, other);
    let weight = |chroma: f64| (chroma.powi(7) / (chroma.powi(7) + 25_f64.powi(7))).sqrt();
    let stretch = 1.5 - 0.5 * weight(f64::midpoint(a1.hypot(b1), a2.hypot(b2)));
    let polar = |a: f64, b: f64| (a.hypot(b), b.atan2(a).to_degrees().rem_euclid(360.0));
    let ((c1, h1), (c2, h2)) = (polar(a1 * stretch, b1), polar(a2 * stretch, b2));
    let is_grey = c1 * c2 == 0.0;
    let turn = if is_grey { 0.0 } else { (h2 - h1 + 180.0).rem_euclid(360.0) - 180.0 };
    let hue = if is_grey { h1 + h2 } else { h1 + turn / 2.0 };
    let (lightness, chroma) = (f64::midpoint(l1, l2), f64::midpoint(c1, c2));
    let cos = |degrees: f64| degrees.to_radians().cos();
    let t = 1.0 - 0.17 * cos(hue - 30.0) + 0.24 * cos(2.0 * hue) + 0.32 * cos(3.0 * hue + 6.0)
        - 0.20 * cos(4.0 * hue - 63.0);
    let from_50 = (lightness - 50.0).powi(2);
    let by_lightness = (l2 - l1) / (1.0 + 0.015 * from_50 / (20.0 + from_50).sqrt());
    let by_chroma = (c2 - c1) / (1.0 + 0.045 * chroma);
    let by_hue = 2.0 * (c1 * c2).sqrt() * (turn / 2.0).to_radians().sin() / (1.0 + 0.015 * chroma * t);
    let from_blue = (hue.rem_euclid(360.0) - 275.0) / 25.0;
    let rotation = -2.0 * weight(chroma) * (60.0 * (-from_blue.powi(2)).exp()).to_radians().sin();
    (by_lightness.powi(2) + by_chroma.powi(2) + by_hue.powi(2) + rotation * by_chroma * by_hue).sqrt()
}

fn dot(one: [f64; 3], other: [f64; 3]) -> f64 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_those_that_sharma_published() {
        // From table 1 of that paper, to four decimals.
        let pairs = [
            ([50.0, 2.6772, -79.7751], [50.0, 0.0, -82.7485], 2.0425),
            ([50.0, 0.0, 0.0], [50.0, -1.0, 2.0], 2.3669),
            ([50.0, 2.4900, -0.0010], [50.0, -2.4900, 0.0009], 7.1792),
            ([50.0, -0.0010, 2.4900], [50.0, 0.0009, -2.4900], 4.8045),
            ([50.0, 2.5, 0.0], [73.0, 25.0, -18.0], 27.1492),
            ([60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644),
            ([6.7747, -0.2908, -2.4247], [5.8714, -0.0985, -2.2286], 0.6377),
        ];
        for (one, other, published) in pairs {
            for found in [ciede_2000(one, other), ciede_2000(other, one)] {
                assert!((found - published).abs() < 5e-5, "{one:?} {other:?}: {found} is not {published}");
            }
        }
    }

    #[test]
    fn white_is_white_to_everybody_and_red_and_green_are_not_what_they_were() {
        for vision in Vision::ALL {
            let white = vision.seen(light(0xFF_FF_FF));
            assert!(white.iter().all(|part| (part - 1.0).abs() < 1e-3), "{vision:?}: {white:?}");
        }
        let (distance, vision) = least_distance(0xCC_33_11, 0x6B_70_00);
        assert!(distance < 6.0 && vision == Vision::Deuteranopia, "{distance} for {vision:?}");
        assert!((contrast(0x00_00_00, 0xFF_FF_FF) - 21.0).abs() < 1e-9);
    }
}
