//! Answers: a command and what is known in, figures and a Discord message out. One file for each command; what
//! they share is how an artist's figures are looked up, put into rows and worded.

mod accuracy;
mod artist;
mod battle;
mod day;
mod figure;
#[cfg(test)]
mod fixture;
mod frame;
mod goal;
mod growth;
mod leaderboard;
mod library;
mod notes;
mod predict;
mod predict_chart;
mod predict_embed;
mod record;
mod reply;
mod stats;
mod total_forecast;
mod trained;

pub use frame::Head;
pub use library::Library;
pub use record::Record;
pub use reply::{Reply, answer};

pub use accuracy::{AccuracyData, SeriesRecord};
pub use artist::{ArtistData, PlatformContent};
pub use battle::{BattleData, Comparison, NotCompared, Side};
pub use day::Day;
pub use figure::{Figure, Missing};
pub use goal::Goal;
pub use growth::{GrowthData, Total};
pub use leaderboard::{LeaderboardData, Part, Row, Unranked, WhyUnranked};
pub use predict::{PredictData, Prediction, TotalPrediction};
pub use stats::{LeftOut, StatsData, StatsTotal, Top};
pub use total_forecast::TotalForecasts;
pub use trained::Trained;
