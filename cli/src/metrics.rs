//! Metrics of the process, for Prometheus, where CASA24_METRICS names an address: path `/metrics`.

use std::time::Duration;

use anyhow::Context;
use axum::Router;
use axum::routing::get;
use metrics_exporter_prometheus::PrometheusBuilder;
use tokio::net::TcpListener;
use tokio::time::interval;

use crate::settings::Settings;

/// Upper ends of the buckets of durations, in seconds: closest around what an answer may take.
const SECONDS: [f64; 14] = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 0.7, 1.0, 1.5, 3.0, 10.0, 60.0, 900.0];

/// How often what was recorded is put into its buckets, also where nobody asks.
const UPKEEP: Duration = Duration::from_secs(5);

/// Begins to serve them, where they are wanted.
pub(crate) async fn start(settings: &Settings) -> anyhow::Result<()> {
    let Some(address) = settings.metrics else { return Ok(()) };
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("CASA24_METRICS: cannot listen at {address}"))?;
    let builder = PrometheusBuilder::new().set_buckets(&SECONDS).context("the buckets of metrics")?;
    let recorded = builder.install_recorder().context("metrics cannot be recorded")?;
    let rendered = recorded.clone();
    let app = Router::new().route("/metrics", get(async move || rendered.render()));
    tokio::spawn(async move { axum::serve(listener, app).await });
    tokio::spawn(async move {
        let mut ticks = interval(UPKEEP);
        loop {
            ticks.tick().await;
            recorded.run_upkeep();
        }
    });
    Ok(())
}
