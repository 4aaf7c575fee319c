//! A picture: one panel large, or several side by side, with a legend and a caption.

use crate::axis_text::AxisText;
use crate::error::ChartError;
use crate::legend;
use crate::panel::{self, Frame};
use crate::scene::Scene;
use crate::specification::{Chart, Panel};
use crate::{png, svg};

/// Width of every picture in pixels: a phone shows it a third as wide.
const WIDTH: u32 = 1_000;

/// Height of a panel that stands alone, in pixels.
const HEIGHT_OF_ONE: f32 = 480.0;

/// Height of each of several panels, in pixels.
const HEIGHT_OF_MANY: f32 = 300.0;

/// Most panels of a picture; more could not be read on a phone.
pub const MAX_PANELS: usize = 6;

impl Chart {
    /// The chart as a PNG, 1,000 pixels wide.
    ///
    /// # Errors
    /// When there is no panel, or the picture cannot be encoded.
    pub fn png(&self, text: &dyn AxisText) -> Result<Vec<u8>, ChartError> {
        png::encode(&self.scene(text)?)
    }

    /// The chart as an SVG document that is as large, with texts as outlines so that no font is needed.
    ///
    /// # Errors
    /// When there is no panel.
    pub fn svg(&self, text: &dyn AxisText) -> Result<String, ChartError> {
        Ok(svg::write(&self.scene(text)?, &self.alt))
    }

    fn scene(&self, text: &dyn AxisText) -> Result<Scene, ChartError> {
        let panels = &self.panels[..self.panels.len().min(MAX_PANELS)];
        let panels_height = match panels {
            [] => return Err(ChartError::NoPanels),
            [_] => HEIGHT_OF_ONE,
            many => HEIGHT_OF_MANY * many.len().div_ceil(2) as f32,
        };
        let others = others(panels);
        let legend = legend::Layout::of(self, panels, &others, WIDTH as f32);
        let mut scene = Scene::new(WIDTH, (panels_height + legend.height()).ceil() as u32);
        scene.theme = self.theme;
        for (index, panel) in panels.iter().enumerate() {
            panel::draw(&mut scene, frame(index, panels.len()), panel, &others, text);
        }
        legend.draw(&mut scene, panels_height);
        Ok(scene)
    }
}

/// Labels of the other models in any panel, in the order of their first appearance.
fn others(panels: &[Panel]) -> Vec<&str> {
    let mut labels: Vec<&str> = Vec::new();
    for other in panels.iter().flat_map(|panel| &panel.others) {
        if !labels.contains(&&other.label[..]) {
            labels.push(&other.label);
        }
    }
    labels
}

/// Where a panel stands: alone, or in one of two columns.
fn frame(index: usize, num_panels: usize) -> Frame {
    if num_panels == 1 {
        return Frame {
            left: 0.0,
            top: 0.0,
            width: WIDTH as f32,
            height: HEIGHT_OF_ONE,
            title_size: 29.0,
            text_size: 21.0,
            num_ticks: 5,
        };
    }
    let half = WIDTH as f32 / 2.0;
    Frame {
        left: (index % 2) as f32 * half,
        top: (index / 2) as f32 * HEIGHT_OF_MANY,
        width: half,
        height: HEIGHT_OF_MANY,
        title_size: 24.0,
        text_size: 19.0,
        num_ticks: 3,
    }
}
