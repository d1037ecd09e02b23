//! What a clerk sees beside his window's own state. Reads only.

use std::cmp::Reverse;

use axum::Json;
use axum::extract::State;
use hall::role::Act;
use hall::ticket::Stage;
use protocol::views::Desk;
use protocol::{Problem, Reason};

use super::auth::Caller;
use super::extract::Segment;
use super::windows::{no_window, window_number};
use super::{ApiError, App};
use crate::engine::read;

/// Most tickets in the list of the missed.
const MISSED: usize = 20;

/// Who is next at a window, what it has put aside, and who did not come.
#[utoipa::path(get, path = "/api/v1/windows/{window}/desk", tag = "windows", security(("bearer" = [])),
    params(("window" = u16, Path, description = "number of a window")),
    responses((status = 200, body = Desk), (status = "4XX", body = Problem)))]
pub async fn show(State(app): State<App>, caller: Caller, Segment(window): Segment) -> Result<Json<Desk>, ApiError> {
    let number = window_number(&window)?;
    caller.must(Act::Window(number))?;
    let now = app.clock.now();
    let published = read(&app.hall.published);
    let state = &published.state;
    let window = state.window(number).ok_or_else(no_window)?;
    let viewer = published.viewer();
    let next = hall::choose(state, now, window);
    let mut missed: Vec<_> = state
        .tickets()
        .iter()
        .filter_map(|ticket| match ticket.stage {
            Stage::Missed { window, at, .. } if window == number => Some((Reverse(at), ticket)),
            _ => None,
        })
        .collect();
    missed.sort_by_key(|(at, _)| *at);
    let parked = window.parked.iter().filter_map(|id| state.ticket(*id));
    Ok(Json(Desk {
        why: next.as_ref().map(|(_, why)| Reason::from(why)),
        next: next.map(|(ticket, _)| viewer.ticket(ticket)),
        parked: parked.map(|ticket| viewer.ticket(ticket)).collect(),
        missed: missed.into_iter().take(MISSED).map(|(_, ticket)| viewer.ticket(ticket)).collect(),
    }))
}
