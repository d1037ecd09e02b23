//! Tickets: issue, look, leave, print again.

pub mod preview;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use hall::command::Issue;
use hall::command::TicketRef;
use hall::ids::TicketId;
use hall::role::{Act, Actor};
use hall::settings::ServiceCode;
use hall::{Answer, Class, Command, PrintState};
use protocol::requests::{FindTickets, IssueTicket, Printed, Reprint};
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
    let vehicle = match &body.plate {
        Some(plate) => Some(super::parking::vehicle(&app, plate).await?),
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
        vehicle,
        source: body.source.clone(),
        printer: body.printer.clone(),
        estimate,
    });
    match submit.answer(&app, command).await? {
        Answer::Ticket { ticket, ahead } => {
            let view = read(&app.hall.published).viewer().ticket_with(&ticket, ahead);
            crate::failpoint::hit("issue", "answered");
            Ok((StatusCode::CREATED, Json(linked(&app, submit.caller.actor(), view))).into_response())
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
            return Ok(Json(linked(&app, caller.actor(), published.viewer().ticket(ticket))));
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
    params(("id" = String, Path, description = "id of a ticket of today")), request_body = Reprint,
    responses((status = 200, body = Ticket), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub async fn reprint(
    State(app): State<App>,
    Segment(id): Segment,
    submit: Submit<Reprint>,
) -> Result<Response, ApiError> {
    let command = Command::Reprint { ticket: ticket_id(&id)?, printer: submit.body.printer.clone() };
    paper(&app, &submit, command).await
}

/// Say what became of a copy.
#[utoipa::path(post, path = "/api/v1/tickets/{id}/printed", tag = "tickets", security(("bearer" = [])),
    params(("id" = String, Path, description = "id of a ticket of today")), request_body = Printed,
    responses((status = 200, body = Ticket), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub async fn printed(
    State(app): State<App>,
    Segment(id): Segment,
    submit: Submit<Printed>,
) -> Result<Response, ApiError> {
    let Printed { copy, state } = &submit.body;
    let state =
        PrintState::reported(state).ok_or_else(|| ApiError::invalid("state is none of printed, failed and unknown"))?;
    paper(&app, &submit, Command::Printed { ticket: ticket_id(&id)?, copy: *copy, state }).await
}

async fn paper<T>(app: &App, submit: &Submit<T>, command: Command) -> Result<Response, ApiError> {
    let Answer::Ticket { ticket, ahead } = submit.answer(app, command).await? else {
        return Err(ApiError::internal());
    };
    let view = read(&app.hall.published).viewer().ticket_with(&ticket, ahead);
    Ok(Json(linked(app, submit.caller.actor(), view)).into_response())
}

/// Find tickets of today by number or by the visitor's document, one of the two; the newest first.
#[utoipa::path(post, path = "/api/v1/tickets/find", tag = "tickets", security(("bearer" = [])),
    request_body = FindTickets,
    responses((status = 200, body = [Ticket]), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub async fn find(State(app): State<App>, submit: Submit<FindTickets>) -> Result<Json<Vec<Ticket>>, ApiError> {
    submit.caller.must(Act::Find)?;
    let FindTickets { number, person } = &submit.body;
    let (number, person) = match (number, person) {
        (Some(number), None) => {
            let number = number.trim().to_uppercase();
            let number = number.parse().map_err(|_| ApiError::invalid("number is not one such as A001"))?;
            (Some(TicketRef::Number(number)), None)
        }
        (None, Some(document)) => match app.persons.known(&*app.store, document).await? {
            Some(person) => (None, Some(person)),
            None => return Ok(Json(Vec::new())),
        },
        _ => return Err(ApiError::invalid("give either number or person")),
    };
    let published = read(&app.hall.published);
    let viewer = published.viewer();
    let is_it = |ticket: &&hall::Ticket| match number {
        Some(TicketRef::Number(number)) => ticket.number == number,
        _ => person.is_some() && ticket.person == person,
    };
    let found = published.state.tickets().iter().rev().filter(is_it);
    Ok(Json(found.map(|ticket| linked(&app, submit.caller.actor(), viewer.ticket(ticket))).collect()))
}

/// What a kiosk is to print for others, such as the reception; the oldest first.
#[utoipa::path(get, path = "/api/v1/kiosks/{name}/prints", tag = "tickets", security(("bearer" = [])),
    params(("name" = String, Path, description = "name of a kiosk")),
    responses((status = 200, body = [Ticket]), (status = "4XX", body = Problem)))]
pub async fn prints(
    State(app): State<App>,
    caller: Caller,
    Segment(name): Segment,
) -> Result<Json<Vec<Ticket>>, ApiError> {
    caller.must(Act::Reprint)?;
    let published = read(&app.hall.published);
    let viewer = published.viewer();
    let asked = |ticket: &&hall::Ticket| {
        ticket.print.state == PrintState::Printing && ticket.print.printer.as_deref() == Some(name.as_str())
    };
    let tickets = published.state.tickets().iter().filter(asked);
    Ok(Json(tickets.map(|ticket| linked(&app, caller.actor(), viewer.ticket(ticket))).collect()))
}

/// With the address of the visitor's page, for those who print or find tickets.
fn linked(app: &App, actor: Actor, mut ticket: Ticket) -> Ticket {
    if actor.may(Act::Reprint) {
        let token = crate::visits::token(&app.persons, TicketId(ticket.id));
        ticket.link = token.map(|token| format!("{}/t/{token}", app.public_url));
    }
    ticket
}

fn ticket_id(text: &str) -> Result<TicketId, ApiError> {
    text.parse().map(TicketId).map_err(|_| ApiError::new(404, "not-found", "this is not the id of a ticket"))
}

fn unknown(id: &TicketId) -> ApiError {
    ApiError::new(404, "not-found", format!("there is no ticket {id}"))
}
