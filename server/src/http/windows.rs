//! Windows: their states, and what clerks do at them.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use hall::command::{TicketRef, TransferTo};
use hall::ids::TicketId;
use hall::role::Act;
use hall::settings::ServiceCode;
use hall::{AtWindow, Command};
use protocol::requests::{
    CallTicket, FinishTicket, OnTicket, OpenWindow, ParkTicket, PauseWindow, RateTicket, ResumeTicket, ReturnTicket,
    TransferTicket,
};
use protocol::{Problem, Ticket, Window};

use super::auth::Caller;
use super::extract::{Segment, Submit};
use super::seats::must_sit;
use super::tickets::Nothing;
use super::{ApiError, App};
use crate::engine::read;

/// Every window.
#[utoipa::path(get, path = "/api/v1/windows", tag = "windows", security(("bearer" = [])),
    responses((status = 200, body = [Window]), (status = "4XX", body = Problem)))]
pub async fn list(State(app): State<App>, caller: Caller) -> Result<Json<Vec<Window>>, ApiError> {
    caller.must(Act::Look)?;
    let published = read(&app.hall.published);
    let viewer = published.viewer();
    Ok(Json(published.state.windows().map(|window| viewer.window(window)).collect()))
}

/// One window.
#[utoipa::path(get, path = "/api/v1/windows/{window}", tag = "windows", security(("bearer" = [])),
    params(("window" = u16, Path, description = "number of a window")),
    responses((status = 200, body = Window), (status = "4XX", body = Problem)))]
pub async fn show(State(app): State<App>, caller: Caller, Segment(window): Segment) -> Result<Json<Window>, ApiError> {
    caller.must(Act::Look)?;
    let number = window_number(&window)?;
    let published = read(&app.hall.published);
    let window = published.state.window(number).ok_or_else(no_window)?;
    Ok(Json(published.viewer().window(window)))
}

/// The number of a window in a path.
pub fn window_number(text: &str) -> Result<u16, ApiError> {
    text.parse().map_err(|_| no_window())
}

/// There is none of this number.
pub fn no_window() -> ApiError {
    ApiError::new(404, "not-found", "there is no such window")
}

fn ticket_ref(text: &str) -> Result<TicketRef, ApiError> {
    if let Ok(number) = text.parse() {
        return Ok(TicketRef::Number(number));
    }
    let id = text.parse().map_err(|_| ApiError::invalid("ticket is neither an id nor a number such as A001"))?;
    Ok(TicketRef::Id(TicketId(id)))
}

async fn at<T>(app: &App, window: &str, submit: &Submit<T>, what: AtWindow) -> Result<Response, ApiError> {
    let number = window_number(window)?;
    must_sit(app, &submit.caller, number)?;
    submit.run(app, Command::At(number, what)).await
}

macro_rules! action {
    ($(#[$doc:meta])* $name:ident, $path:literal, $body:ty, $answer:ty, |$caller:ident, $request:ident| $what:expr) => {
        $(#[$doc])*
        #[utoipa::path(post, path = $path, tag = "windows", security(("bearer" = [])),
            params(("window" = u16, Path, description = "number of a window")),
            request_body = $body,
            responses((status = 200, body = $answer), (status = 204, description = "nobody waits"),
                (status = "4XX", body = Problem), (status = 503, body = Problem)))]
        pub async fn $name(
            State(app): State<App>,
            Segment(window): Segment,
            submit: Submit<$body>,
        ) -> Result<Response, ApiError> {
            let ($caller, $request) = (&submit.caller, &submit.body);
            let _ = $caller;
            let what = $what;
            at(&app, &window, &submit, what).await
        }
    };
}

action!(
    /// Open a window, for its own services or for these.
    open, "/api/v1/windows/{window}/open", OpenWindow, Window,
    |caller, request| AtWindow::Open {
        services: request.services.as_ref().map(|codes| codes.iter().map(|code| ServiceCode(code.clone())).collect()),
        clerk: Some(caller.0.name.clone()),
    }
);
action!(
    /// Go away for a moment.
    pause, "/api/v1/windows/{window}/pause", PauseWindow, Window,
    |caller, request| AtWindow::Pause { reason: request.reason.clone() }
);
action!(
    /// Call the next ticket, or this one.
    call, "/api/v1/windows/{window}/call", CallTicket, Ticket,
    |caller, request| AtWindow::Call {
        ticket: request.ticket.as_deref().map(ticket_ref).transpose()?,
        ready: request.ready.unwrap_or(false),
    }
);
action!(
    /// Call the open ticket again.
    recall, "/api/v1/windows/{window}/recall", OnTicket, Ticket,
    |caller, request| AtWindow::Recall { seen: request.ticket.map(TicketId) }
);
action!(
    /// The visitor is here.
    start, "/api/v1/windows/{window}/start", OnTicket, Ticket,
    |caller, request| AtWindow::Start { seen: request.ticket.map(TicketId) }
);
action!(
    /// The visitor is served; with `call` the next one is called.
    finish, "/api/v1/windows/{window}/finish", FinishTicket, Ticket,
    |caller, request| AtWindow::Finish {
        outcome: request.outcome.clone(),
        call: request.call.unwrap_or(false),
        ready: request.ready.unwrap_or(false),
        seen: request.ticket.map(TicketId),
    }
);
action!(
    /// Nobody came.
    miss, "/api/v1/windows/{window}/miss", OnTicket, Ticket,
    |caller, request| AtWindow::Miss { seen: request.ticket.map(TicketId) }
);
action!(
    /// Put a wrongly called ticket back with its waiting credit.
    return_ticket, "/api/v1/windows/{window}/return", ReturnTicket, Ticket,
    |caller, request| AtWindow::Return { reason: request.reason.clone(), seen: request.ticket.map(TicketId) }
);
action!(
    /// Put the ticket aside.
    park, "/api/v1/windows/{window}/park", ParkTicket, Ticket,
    |caller, request| AtWindow::Park { note: request.note.clone(), seen: request.ticket.map(TicketId) }
);
action!(
    /// Call a ticket back that was put aside.
    resume, "/api/v1/windows/{window}/resume", ResumeTicket, Ticket,
    |caller, request| AtWindow::Resume { ticket: ticket_ref(&request.ticket)? }
);
action!(
    /// The visitor rates how he is or was served; once a ticket, the first rating counts.
    rate, "/api/v1/windows/{window}/rate", RateTicket, Ticket,
    |caller, request| AtWindow::Rate { level: request.level, ticket: request.ticket.map(TicketId) }
);
action!(
    /// Send the visitor to another service or window.
    transfer, "/api/v1/windows/{window}/transfer", TransferTicket, Ticket,
    |caller, request| AtWindow::Transfer {
        to: match (&request.service, request.window) {
            (Some(service), None) => TransferTo::Service(ServiceCode(service.clone())),
            (None, Some(number)) => TransferTo::Window(number),
            _ => return Err(ApiError::invalid("give either service or window")),
        },
        seen: request.ticket.map(TicketId),
    }
);

/// Close a window.
#[utoipa::path(post, path = "/api/v1/windows/{window}/close", tag = "windows", security(("bearer" = [])),
    params(("window" = u16, Path, description = "number of a window")),
    responses((status = 200, body = Window), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub async fn close(
    State(app): State<App>,
    Segment(window): Segment,
    submit: Submit<Nothing>,
) -> Result<Response, ApiError> {
    at(&app, &window, &submit, AtWindow::Close).await
}
