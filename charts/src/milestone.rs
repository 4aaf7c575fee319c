//! Milestones of a panel: a diamond on the line where each was reached, with its number beside it.

use crate::palette::{GROUND, MILESTONE};
use crate::plot::{Area, Plot};
use crate::scene::{Anchor, Lettering, Place, Scene};
use crate::specification::Milestone;

/// Half of a diamond's width, in pixels.
pub(crate) const RADIUS: f32 = 8.0;
/// Blank between a diamond and its number, in pixels.
const GAP: f32 = 5.0;

/// Draws milestones within the plot. A number that would lie on a newer one is left out; its diamond stays.
pub(crate) fn draw(scene: &mut Scene, plot: &Plot, milestones: &[Milestone], small: Lettering) {
    let area = plot.area();
    let shown: Vec<(Place, &str)> = milestones
        .iter()
        .map(|milestone| (plot.at((milestone.day, milestone.value)), &milestone.label[..]))
        .filter(|((x, y), _)| (area.left..=area.right).contains(x) && (area.top..=area.bottom).contains(y))
        .collect();
    for (place, _) in &shown {
        diamond(scene, *place);
    }
    let lettering = Lettering { ink: MILESTONE, ..small };
    let mut taken: Vec<Area> = Vec::new();
    // The newest counts most.
    for (place, label) in shown.into_iter().rev() {
        let (label, lettering) = lettering.fitted(label, area.right - area.left);
        let spots = spots(area, place, lettering.size, lettering.width(&label));
        let is_free = |spot: &Area| taken.iter().all(|other| !overlap(spot, other));
        if let Some(spot) = spots.into_iter().find(is_free) {
            let baseline = (spot.left, spot.bottom - lettering.size * 0.3);
            scene.text_on_lines(baseline, Anchor::Left, lettering, &label);
            taken.push(spot);
        }
    }
}

/// A diamond that remains visible on lines.
pub(crate) fn diamond(scene: &mut Scene, place: Place) {
    for (radius, ink) in [(RADIUS + 2.0, GROUND), (RADIUS, MILESTONE)] {
        let (x, y) = place;
        scene.area(&[(x - radius, y), (x, y - radius), (x + radius, y), (x, y + radius)], ink);
    }
}

/// Where a number of this width may stand beside a place, above it or below, within the plot; best first.
fn spots(area: Area, (x, y): Place, size: f32, width: f32) -> Vec<Area> {
    let height = size * 1.2;
    let left = (x - width / 2.0).min(area.right - width).max(area.left);
    let away = RADIUS + GAP;
    let tops = [y - away - height, y + away];
    let is_inside = |top: &f32| *top >= area.top - height && top + height <= area.bottom;
    let spot = |top: f32| Area { left, right: left + width, top, bottom: top + height };
    tops.into_iter().filter(is_inside).map(spot).collect()
}

fn overlap(one: &Area, other: &Area) -> bool {
    one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom
}

#[cfg(test)]
mod tests {
    use super::*;

    const AREA: Area = Area { left: 100.0, right: 900.0, top: 100.0, bottom: 400.0 };

    #[test]
    fn a_number_stays_between_the_sides_of_the_plot() {
        for x in [100.0, 130.0, 500.0, 899.0] {
            for y in [100.0, 250.0, 399.0] {
                let spots = spots(AREA, (x, y), 20.0, 90.0);
                assert!(!spots.is_empty(), "{x} {y}");
                for spot in spots {
                    assert!(spot.left >= AREA.left && spot.right <= AREA.right, "{spot:?}");
                    assert!(spot.bottom <= AREA.bottom && !(spot.top..spot.bottom).contains(&y), "{spot:?}");
                }
            }
        }
    }

    #[test]
    fn numbers_that_touch_are_told_apart() {
        let spot = |left: f32, top: f32| Area { left, right: left + 50.0, top, bottom: top + 20.0 };
        assert!(overlap(&spot(100.0, 100.0), &spot(149.0, 119.0)));
        assert!(!overlap(&spot(100.0, 100.0), &spot(150.0, 100.0)));
        assert!(!overlap(&spot(100.0, 100.0), &spot(100.0, 120.0)));
    }
}
