//! Seats: who sits at a window.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use hall::Moment;
use protocol::requests::TakeSeat;
use protocol::{Problem, Seat};

use super::auth::Caller;
use super::extract::{Segment, Submit};
use super::windows::{no_window, window_number};
use super::{ApiError, App};
use crate::engine::read;
use crate::people::SeatError;
use crate::people::seats::SeatRefusal;

/// Sit down at a window. One person acts there: `seat-taken` says who does and since when, and `take_over` sends him away.
#[utoipa::path(put, path = "/api/v1/windows/{window}/seat", tag = "people", security(("session" = [])),
    params(("window" = u16, Path, description = "number of a window")),
    request_body = TakeSeat,
    responses((status = 200, body = Seat), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub async fn sit(
    State(app): State<App>,
    Segment(window): Segment,
    submit: Submit<TakeSeat>,
) -> Result<Json<Seat>, ApiError> {
    let window = window_number(&window)?;
    let take_over = submit.body.take_over.unwrap_or(false);
    // Who may not sit there hears nothing about whether there is such a window.
    let allowed = submit.caller.0.session.is_some() && submit.caller.may_act_at(window);
    if allowed && read(&app.hall.published).state.window(window).is_none() {
        return Err(no_window());
    }
    let sitting = app.people.sit(&submit.caller.0, window, take_over).await.map_err(|error| match error {
        SeatError::Refused(refusal) => in_the_way(&app, window, &refusal),
        SeatError::Gone => ApiError::unauthenticated(),
        SeatError::Store(error) => error.into(),
    })?;
    let published = read(&app.hall.published);
    Ok(Json(sitting.view(|ms| published.viewer().time(Moment(ms)))))
}

/// Stand up. It is no fault when somebody else sits there by now.
#[utoipa::path(delete, path = "/api/v1/windows/{window}/seat", tag = "people", security(("session" = [])),
    params(("window" = u16, Path, description = "number of a window")),
    responses((status = 204, description = "not there any more"), (status = "4XX", body = Problem),
        (status = 503, body = Problem)))]
pub async fn stand_up(
    State(app): State<App>,
    Segment(window): Segment,
    caller: Caller,
) -> Result<StatusCode, ApiError> {
    let window = window_number(&window)?;
    let Some(session) = caller.0.session.filter(|_| caller.may_act_at(window)) else {
        return Err(ApiError::new(403, "not-allowed", "this person has no seat at this window"));
    };
    if read(&app.hall.published).state.window(window).is_none() {
        return Err(no_window());
    }
    app.people.stand_up(session, window).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Refuses a clerk who does not sit at the window where he wants to act.
pub fn must_sit(app: &App, caller: &Caller, window: u16) -> Result<(), ApiError> {
    let Err(refusal) = app.people.may_act(&caller.0, window) else { return Ok(()) };
    if read(&app.hall.published).state.window(window).is_none() {
        // The core says so.
        return Ok(());
    }
    Err(in_the_way(app, window, &refusal))
}

fn in_the_way(app: &App, window: u16, refusal: &SeatRefusal) -> ApiError {
    match refusal {
        SeatRefusal::NotAllowed(why) => ApiError::new(403, "not-allowed", *why),
        SeatRefusal::NoSeat => ApiError::new(409, "no-seat", format!("sit down at window {window} first")),
        SeatRefusal::Taken(sitting) => {
            let published = read(&app.hall.published);
            let seat = sitting.view(|ms| published.viewer().time(Moment(ms)));
            let detail = format!("{} sits at window {window} since {}", seat.name, seat.since);
            ApiError::new(409, "seat-taken", detail).with_seat(seat)
        }
    }
}
