//! What the picture of an answer shows, as figures: whoever draws it finds the words.

use casa24_analytics::DailyValue;
use casa24_schemas::{ForecastPoint, Metric, Platform, Value};

/// The figures of a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct ChartFigures {
    /// Its panels, in their order.
    pub panels: Vec<PanelFigures>,
    /// The model whose paths and intervals are shown, where others stand beside it.
    pub compared_model: Option<String>,
}

/// One series.
#[derive(Debug, Clone, PartialEq)]
pub struct PanelFigures {
    /// Platform of the series.
    pub platform: Platform,
    /// Metric of the series.
    pub metric: Metric,
    /// Accepted values of the last days, oldest first, one for each day that has any; the last one is the current.
    pub observed: Vec<DailyValue>,
    /// The forecast, one point for each day ahead; empty where there is none.
    pub path: Vec<ForecastPoint>,
    /// What other models expect.
    pub others: Vec<ModelPath>,
    /// A value that somebody hopes for.
    pub goal: Option<Value>,
}

/// The expected values of a model.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelPath {
    /// Token of the model.
    pub model: String,
    /// Days ahead, and the value that is expected then.
    pub points: Vec<(u32, Value)>,
}
