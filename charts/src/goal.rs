//! The goal of a panel: a line across the plot, or an arrow at the edge beyond which it lies.

use crate::palette::{DASH, GOAL};
use crate::plot::{Area, Plot};
use crate::scene::{Anchor, Lettering, Place, Scene};
use crate::series::Series;
use crate::specification::Goal;

/// Blank between the label and the plot's edges, in pixels.
const GAP: f32 = 8.0;

/// Draws the goal with its label where the label hides least of the series.
pub(crate) fn draw(scene: &mut Scene, plot: &Plot, series: &Series<'_>, goal: &Goal, small: Lettering) {
    let (area, share) = (plot.area(), plot.share(goal.value));
    let (label, y) = if share > 1.0 {
        (format!("▲ {}", goal.label), area.top)
    } else if share < 0.0 {
        (format!("▼ {}", goal.label), area.bottom)
    } else if share.is_finite() {
        let y = plot.y(goal.value);
        scene.line(&[(area.left, y), (area.right, y)], 2.0, GOAL, Some(DASH));
        (goal.label.clone(), y)
    } else {
        return;
    };
    let lettering = Lettering { ink: GOAL, ..small };
    let (label, lettering) = lettering.fitted(&label, area.right - area.left - 2.0 * GAP);
    let places: Vec<Place> = series.places().map(|place| plot.at(place)).collect();
    let spots = spots(area, y, lettering.size, lettering.width(&label));
    let hidden = |spot: &Area| places.iter().filter(|place| spot.holds(**place)).count();
    if let Some(spot) = spots.into_iter().min_by_key(hidden) {
        let baseline = (spot.left, spot.bottom - lettering.size * 0.35);
        scene.text_on_lines(baseline, Anchor::Left, lettering, &label);
    }
}

/// Where a label of this width may stand beside a line at `y`: above it or below, left or right, best first.
fn spots(area: Area, y: f32, size: f32, width: f32) -> Vec<Area> {
    let height = size * 1.4;
    let lefts = [area.left + GAP, area.right - GAP - width];
    let tops = [y - height, y + 2.0]
        .into_iter()
        .filter(|top| *top >= area.top - 1.0 && top + height <= area.bottom + 1.0);
    tops.flat_map(|top| lefts.map(|left| Area { left, right: left + width, top, bottom: top + height }))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const AREA: Area = Area { left: 100.0, right: 900.0, top: 100.0, bottom: 400.0 };

    #[test]
    fn a_label_stays_within_the_plot() {
        for y in [100.0, 110.0, 250.0, 390.0, 400.0] {
            let spots = spots(AREA, y, 20.0, 120.0);
            assert!(spots.len() >= 2, "{y}");
            for spot in spots {
                assert!(spot.left > AREA.left && spot.right < AREA.right, "{spot:?}");
                assert!(spot.top >= AREA.top - 1.0 && spot.bottom <= AREA.bottom + 1.0, "{spot:?}");
            }
        }
    }

    #[test]
    fn the_first_choice_is_above_at_the_left() {
        let spot = spots(AREA, 250.0, 20.0, 120.0)[0];
        assert_eq!((spot.left, spot.bottom), (108.0, 250.0));
    }
}
