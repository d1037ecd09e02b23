//! Tickets: issue, look, leave, print again.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use hall::command::Issue;
use hall::ids::TicketId;
use hall::role::Act;
use hall::settings::ServiceCode;
use hall::{Answer, Class, Command};
use protocol::requests::IssueTicket;
use protocol::{Problem, Ticket};
use uuid::Uuid;

use super::auth::Caller;
use super::extract::{Segment, Submit};
use super::{ApiError, App};
use crate::engine::read;

/// An empty body.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// Issue a ticket.
#[utoipa::path(post, path = "/api/v1/tickets", tag = "tickets", security(("bearer" = [])),
    request_body = IssueTicket,
    responses((status = 201, body = Ticket), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub async fn issue(State(app): State<App>, submit: Submit<IssueTicket>) -> Result<Response, ApiError> {
    let body = &submit.body;
    let class = match body.class.as_deref() {
        None | Some("") => Class::Normal,
        Some(name) => Class::named(name).ok_or_else(|| {
            let known = Class::ALL.map(Class::name).join(", ");
            ApiError::invalid(format!("class is none of {known}"))
        })?,
    };
    if !submit.caller.actor().may(Act::Issue) {
        // Before the person is looked up: who may not issue leaves nothing behind.
        submit.caller.must(Act::Issue)?;
    }
    let person = match &body.person {
        Some(document) => Some(app.persons.id_of(&*app.store, document).await?),
        None => None,
    };
    let service = ServiceCode(body.service.clone());
    let estimate = read(&app.hall.published).estimates.fresh(&service, class);
    let command = Command::Issue(Issue {
        ticket: TicketId(Uuid::now_v7()),
        service,
        class,
        reason: body.reason.clone(),
        person,
        source: body.source.clone(),
        estimate,
    });
    match submit.answer(&app, command).await? {
        Answer::Ticket { ticket, ahead } => {
            let view = read(&app.hall.published).viewer().ticket_with(&ticket, ahead);
            Ok((StatusCode::CREATED, Json(view)).into_response())
        }
        _ => Err(ApiError::internal()),
    }
}

/// Look at a ticket.
#[utoipa::path(get, path = "/api/v1/tickets/{id}", tag = "tickets", security(("bearer" = [])),
    params(("id" = String, Path, description = "id of a ticket")),
    responses((status = 200, body = Ticket), (status = "4XX", body = Problem)))]
pub async fn show(State(app): State<App>, caller: Caller, Segment(id): Segment) -> Result<Json<Ticket>, ApiError> {
    caller.must(Act::Ticket)?;
    let id = ticket_id(&id)?;
    {
        let published = read(&app.hall.published);
        if let Some(ticket) = published.state.ticket(id) {
            return Ok(Json(published.viewer().ticket(ticket)));
        }
    }
    // A ticket of a former day is in the rows only.
    let row = app.store.ticket(id.0).await?.ok_or_else(|| unknown(&id))?;
    let published = read(&app.hall.published);
    let viewer = published.viewer();
    Ok(Json(Ticket {
        id: row.id,
        number: row.number,
        service: row.service,
        class: row.class,
        state: row.state,
        business_date: row.business_date,
        issued_at: viewer.time(hall::Moment(row.issued_ms)),
        called_at: row.called_ms.map(|at| viewer.time(hall::Moment(at))),
        window: row.window,
        ahead: 0,
        eta: None,
        call_id: None,
        calls: row.calls,
        print: protocol::Print { state: "none".into(), copies: row.copies, printer: None },
        link: None,
    }))
}

/// The visitor leaves the queue.
#[utoipa::path(post, path = "/api/v1/tickets/{id}/leave", tag = "tickets", security(("bearer" = [])),
    params(("id" = String, Path, description = "id of a ticket of today")),
    responses((status = 200, body = Ticket), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub async fn leave(
    State(app): State<App>,
    Segment(id): Segment,
    submit: Submit<Nothing>,
) -> Result<Response, ApiError> {
    submit.run(&app, Command::Leave(ticket_id(&id)?)).await
}

/// Print the ticket again, marked 补打.
#[utoipa::path(post, path = "/api/v1/tickets/{id}/reprint", tag = "tickets", security(("bearer" = [])),
    params(("id" = String, Path, description = "id of a ticket of today")),
    responses((status = 200, body = Ticket), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub async fn reprint(
    State(app): State<App>,
    Segment(id): Segment,
    submit: Submit<Nothing>,
) -> Result<Response, ApiError> {
    submit.run(&app, Command::Reprint(ticket_id(&id)?)).await
}

fn ticket_id(text: &str) -> Result<TicketId, ApiError> {
    text.parse().map(TicketId).map_err(|_| ApiError::new(404, "not-found", "this is not the id of a ticket"))
}

fn unknown(id: &TicketId) -> ApiError {
    ApiError::new(404, "not-found", format!("there is no ticket {id}"))
}
