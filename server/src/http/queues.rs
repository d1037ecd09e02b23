//! Queues: one for each service.

use axum::Json;
use axum::extract::State;
use hall::role::Act;
use protocol::{Problem, Queue};

use super::auth::Caller;
use super::{ApiError, App};
use crate::engine::read;

/// Every service with its queue.
#[utoipa::path(get, path = "/api/v1/queues", tag = "queues", security(("bearer" = [])),
    responses((status = 200, body = [Queue]), (status = "4XX", body = Problem)))]
pub async fn list(State(app): State<App>, caller: Caller) -> Result<Json<Vec<Queue>>, ApiError> {
    caller.must(Act::Look)?;
    let now = app.clock.now();
    let published = read(&app.hall.published);
    let viewer = published.viewer();
    Ok(Json(published.state.queues().map(|queue| viewer.queue(&queue, now)).collect()))
}
