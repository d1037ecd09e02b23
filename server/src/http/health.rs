//! Alive, ready, figures, and the description of this API.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use hall::role::Act;
use protocol::{Health, Problem};

use super::auth::Caller;
use super::{ApiError, App};
use crate::engine::read;

/// Alive.
#[utoipa::path(get, path = "/healthz", tag = "health", responses((status = 200, body = Health)))]
pub async fn healthz(State(app): State<App>) -> Json<Health> {
    let now = app.clock.now();
    let speed = app.clock.simulated_speed();
    let published = read(&app.hall.published);
    Json(Health {
        status: "ok".into(),
        time: published.viewer().time(now),
        clock: if speed.is_some() { "simulated" } else { "real" }.into(),
        speed: speed.unwrap_or(1.0),
        seq: published.state.seq(),
        business_date: published.state.day().map(|day| day.date.to_string()),
        build: app.build.clone(),
    })
}

/// Ready to serve the hall: there are settings, and the store answers.
#[utoipa::path(get, path = "/readyz", tag = "health",
    responses((status = 200, body = Health), (status = 503, body = Problem)))]
pub async fn readyz(State(app): State<App>) -> Result<Json<Health>, ApiError> {
    if read(&app.hall.published).state.settings().is_none() {
        return Err(hall::Refusal::NotConfigured.into());
    }
    app.store.head(crate::engine::STREAM).await?;
    Ok(healthz(State(app)).await)
}

/// Figures in the text form of Prometheus, for those who run the hall and its machines. A collector has a token.
#[utoipa::path(get, path = "/metrics", tag = "health", security(("bearer" = []), ("session" = [])),
    responses((status = 200, body = String, content_type = "text/plain"), (status = "4XX", body = Problem)))]
pub async fn metrics(State(app): State<App>, caller: Caller) -> Result<Response, ApiError> {
    caller.must(Act::Figures)?;
    {
        let published = read(&app.hall.published);
        let counts = published.state.counts();
        let stages = [
            ("waiting", counts.waiting),
            ("called", counts.called),
            ("serving", counts.serving),
            ("parked", counts.parked),
            ("done", counts.done),
            ("missed", counts.missed),
            ("left", counts.left),
        ];
        for (state, count) in stages {
            metrics::gauge!("paihao_tickets", "state" => state).set(f64::from(count));
        }
        metrics::gauge!("paihao_stream_seq").set(published.state.seq() as f64);
    }
    metrics::gauge!("paihao_live_sockets").set(app.sockets.len() as f64);
    app.metrics.run_upkeep();
    let headers = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    Ok((headers, app.metrics.render()).into_response())
}

/// This API as OpenAPI 3.1, for everybody who may use any of it.
#[utoipa::path(get, path = "/api/v1/openapi.json", tag = "health", security(("bearer" = []), ("session" = [])),
    responses((status = 200, body = serde_json::Value, content_type = "application/json"), (status = "4XX", body = Problem)))]
pub async fn openapi(_: Caller) -> Json<utoipa::openapi::OpenApi> {
    Json(super::document())
}
