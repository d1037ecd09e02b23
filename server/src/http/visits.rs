//! Visits, for the visitors' own pages: whoever has the address sees the visit and may leave the queue.

use axum::Json;
use axum::extract::State;
use hall::ids::{ActorId, CommandId, TicketId};
use hall::role::{Actor, Role};
use hall::{Answer, Command};
use protocol::{Problem, Visit};
use uuid::Uuid;

use super::extract::Segment;
use super::{ApiError, App};
use crate::engine::{Outcome, read};

/// A visit of today.
#[utoipa::path(get, path = "/api/v1/visits/{token}", tag = "visits", security(()),
    params(("token" = String, Path, description = "from the address of the visitor's page")),
    responses((status = 200, body = Visit), (status = "4XX", body = Problem)))]
pub async fn show(State(app): State<App>, Segment(token): Segment) -> Result<Json<Visit>, ApiError> {
    let id = find(&app, &token)?;
    view(&app, id)
}

/// The visitor leaves the queue.
#[utoipa::path(post, path = "/api/v1/visits/{token}/leave", tag = "visits", security(()),
    params(("token" = String, Path, description = "from the address of the visitor's page")),
    responses((status = 200, body = Visit), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub async fn leave(State(app): State<App>, Segment(token): Segment) -> Result<Json<Visit>, ApiError> {
    let id = find(&app, &token)?;
    // Whoever has the address may do this and nothing else; it stands in the log as the kiosk's doing for its visitor.
    let visitor = Actor { id: ActorId(id.0), role: Role::Kiosk, window: None };
    // The same ticket leaves once, so the command needs no key of the client's.
    let command = CommandId(Uuid::new_v5(&id.0, b"leave"));
    match app.hall.run(command, visitor, None, Command::Leave(id)).await {
        Outcome::Done(
            Answer::Ticket { .. } | Answer::Done | Answer::Nobody | Answer::Window(_) | Answer::Corrected { .. },
        ) => view(&app, id),
        Outcome::Refused(refusal) => {
            let left = read(&app.hall.published).state.ticket(id).is_some_and(|it| it.stage.name() == "left");
            if left { view(&app, id) } else { Err(refusal.into()) }
        }
        Outcome::StorageFull => Err(ApiError::storage_full()),
        Outcome::Unavailable => Err(ApiError::unavailable()),
    }
}

fn find(app: &App, token: &str) -> Result<TicketId, ApiError> {
    let published = read(&app.hall.published);
    app.visits.find(&app.persons, &published.state, token).ok_or_else(ended)
}

fn view(app: &App, id: TicketId) -> Result<Json<Visit>, ApiError> {
    let published = read(&app.hall.published);
    let ticket = published.state.ticket(id).ok_or_else(ended)?;
    Ok(Json(published.viewer().visit(ticket, app.clock.now())))
}

fn ended() -> ApiError {
    ApiError::new(404, "not-found", "there is no such visit today; a number is valid on its own day only")
}
