//! Car parks: free places, passages, and what their operators do.

pub mod datex;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use hall::command::AtLot;
use hall::estimate::foresight::DayRecord;
use hall::ids::VehicleId;
use hall::parking::{Bay, Counted, Direction, Passage, PassageId, Source};
use hall::role::{Act, Role};
use hall::{Answer, Command, Moment};
use protocol::parking::{Lot, LotCorrected, LotOperation, PassageTaken, VehicleFound};
use protocol::requests::{CorrectLot, FindVehicle, LaneSight, OpenLot, TellAppointments, TellDay, TellPassage};
use protocol::{Pii, Problem};

use super::auth::Caller;
use super::extract::{Segment, Submit};
use super::{ApiError, App};
use crate::engine::read;

/// Every car park, in the words of ParkAPI v3 and some more.
#[utoipa::path(get, path = "/api/v1/parking/lots", tag = "parking", security(("bearer" = [])),
    responses((status = 200, body = [Lot]), (status = "4XX", body = Problem)))]
pub async fn list(State(app): State<App>, caller: Caller) -> Result<Json<Vec<Lot>>, ApiError> {
    caller.must(Act::Lots)?;
    let now = app.clock.now();
    Ok(Json(read(&app.hall.published).viewer().lots(now)))
}

/// One car park.
#[utoipa::path(get, path = "/api/v1/parking/lots/{lot}", tag = "parking", security(("bearer" = [])),
    params(("lot" = String, Path, description = "code of a lot")),
    responses((status = 200, body = Lot), (status = "4XX", body = Problem)))]
pub async fn show(State(app): State<App>, caller: Caller, Segment(lot): Segment) -> Result<Json<Lot>, ApiError> {
    caller.must(Act::Lots)?;
    view(&app, &lot).map(Json)
}

/// A car park as its operator sees it: counts, lanes, corrections, and why a number is doubted.
#[utoipa::path(get, path = "/api/v1/parking/lots/{lot}/operation", tag = "parking", security(("bearer" = [])),
    params(("lot" = String, Path, description = "code of a lot")),
    responses((status = 200, body = LotOperation), (status = "4XX", body = Problem)))]
pub async fn operation(
    State(app): State<App>,
    caller: Caller,
    Segment(lot): Segment,
) -> Result<Json<LotOperation>, ApiError> {
    caller.must(Act::Park)?;
    let now = app.clock.now();
    let published = read(&app.hall.published);
    let (section, lot) = published.state.lot_with_section(&lot).ok_or_else(no_lot)?;
    Ok(Json(published.viewer().operation(section, lot, now)))
}

/// A vehicle passed a lane. The same `passage_id` counts once: the first time it is answered 201, and 200 after that.
#[utoipa::path(post, path = "/api/v1/parking/passages", tag = "parking", security(("bearer" = [])),
    request_body = TellPassage,
    responses((status = 201, body = PassageTaken), (status = 200, body = PassageTaken, description = "told before"),
        (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub async fn passage(State(app): State<App>, submit: Submit<TellPassage>) -> Result<Response, ApiError> {
    let body = &submit.body;
    // Before the plate is looked up: who may not tell of passages leaves nothing behind.
    submit.caller.must(Act::Passage)?;
    for (field, text) in [("lot", &body.lot), ("lane", &body.lane), ("passage_id", &body.passage_id)] {
        named(field, text)?;
    }
    let direction = match body.direction.as_str() {
        "in" => Direction::In,
        "out" => Direction::Out,
        _ => return Err(ApiError::invalid("direction is neither in nor out")),
    };
    let source = match body.source.as_deref() {
        None => Source::Other,
        Some(name) => {
            Source::named(name).ok_or_else(|| ApiError::invalid("source is none of loops, camera, gate, http"))?
        }
    };
    let passage = Passage {
        id: PassageId(body.passage_id.clone()),
        lane: body.lane.clone(),
        at: told_at(&app, &submit.caller, moment("at", &body.at)?),
        direction,
        bay: body.class.as_deref().map(bay).transpose()?,
        source,
        doubtful: body.doubtful,
        vehicle: match &body.plate {
            Some(plate) => Some(vehicle(&app, plate).await?),
            None => None,
        },
    };
    let answer = submit.answer(&app, Command::AtLot(body.lot.clone(), AtLot::Passed(passage))).await?;
    let again = matches!(answer, Answer::Nobody);
    let status = if again { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(PassageTaken { passage_id: body.passage_id.clone(), again })).into_response())
}

/// People counted the cars. The correction is kept with its size.
#[utoipa::path(put, path = "/api/v1/parking/lots/{lot}/count", tag = "parking", security(("bearer" = [])),
    params(("lot" = String, Path, description = "code of a lot")), request_body = CorrectLot,
    responses((status = 200, body = LotCorrected), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub async fn correct(
    State(app): State<App>,
    Segment(lot): Segment,
    submit: Submit<CorrectLot>,
) -> Result<Json<LotCorrected>, ApiError> {
    let body = &submit.body;
    if let Some(level) = &body.level {
        named("level", level)?;
    }
    let what = match (&body.class, &body.level) {
        (None, None) => None,
        (Some(class), None) => Some(Counted::Class(bay(class)?)),
        (None, Some(level)) => Some(Counted::Level(level.clone())),
        (Some(_), Some(_)) => return Err(ApiError::invalid("give either class or level")),
    };
    let command = AtLot::Correct {
        what,
        at: body.at.as_deref().map(|at| moment("at", at)).transpose()?,
        occupied: body.occupied,
        reason: body.reason.clone(),
        by: submit.caller.0.name.clone(),
    };
    match submit.answer(&app, Command::AtLot(lot.clone(), command)).await? {
        Answer::Corrected { off } => Ok(Json(LotCorrected { off, lot: view(&app, &lot)? })),
        _ => Err(ApiError::internal()),
    }
}

/// Open or close a car park.
#[utoipa::path(put, path = "/api/v1/parking/lots/{lot}/state", tag = "parking", security(("bearer" = [])),
    params(("lot" = String, Path, description = "code of a lot")), request_body = OpenLot,
    responses((status = 200, body = Lot), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub async fn open(
    State(app): State<App>,
    Segment(lot): Segment,
    submit: Submit<OpenLot>,
) -> Result<Json<Lot>, ApiError> {
    let command = AtLot::Open { level: None, open: submit.body.open };
    done(&app, &submit, &lot, command).await
}

/// Open or close a level of a car park.
#[utoipa::path(put, path = "/api/v1/parking/lots/{lot}/levels/{level}/state", tag = "parking",
    security(("bearer" = [])),
    params(("lot" = String, Path, description = "code of a lot"),
        ("level" = String, Path, description = "code of a level")),
    request_body = OpenLot,
    responses((status = 200, body = Lot), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub async fn open_level(
    State(app): State<App>,
    Parts(lot, level): Parts,
    submit: Submit<OpenLot>,
) -> Result<Json<Lot>, ApiError> {
    let command = AtLot::Open { level: Some(level), open: submit.body.open };
    done(&app, &submit, &lot, command).await
}

/// Open or close a lane of a car park.
#[utoipa::path(put, path = "/api/v1/parking/lots/{lot}/lanes/{lane}/state", tag = "parking",
    security(("bearer" = [])),
    params(("lot" = String, Path, description = "code of a lot"),
        ("lane" = String, Path, description = "code of a lane")),
    request_body = OpenLot,
    responses((status = 200, body = Lot), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub async fn open_lane(
    State(app): State<App>,
    Parts(lot, lane): Parts,
    submit: Submit<OpenLot>,
) -> Result<Json<Lot>, ApiError> {
    let command = AtLot::OpenLane { lane, open: submit.body.open };
    done(&app, &submit, &lot, command).await
}

/// The devices of a lane see nothing any more, or see again.
#[utoipa::path(put, path = "/api/v1/parking/lots/{lot}/lanes/{lane}/sight", tag = "parking",
    security(("bearer" = [])),
    params(("lot" = String, Path, description = "code of a lot"),
        ("lane" = String, Path, description = "code of a lane")),
    request_body = LaneSight,
    responses((status = 200, body = Lot), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub async fn sight(
    State(app): State<App>,
    Parts(lot, lane): Parts,
    submit: Submit<LaneSight>,
) -> Result<Json<Lot>, ApiError> {
    let command = AtLot::Blind { lane, blind: !submit.body.sees };
    done(&app, &submit, &lot, command).await
}

/// A booking system tells how many people have an appointment on a day. It belongs to what the manager is told of the crowd.
#[utoipa::path(put, path = "/api/v1/appointments/{date}", tag = "parking", security(("bearer" = [])),
    params(("date" = String, Path, description = "a day such as 2026-11-23, today or within 60 days")),
    request_body = TellAppointments,
    responses((status = 204, description = "taken in"), (status = "4XX", body = Problem),
        (status = 503, body = Problem)))]
pub async fn appointments(
    State(app): State<App>,
    Segment(date): Segment,
    submit: Submit<TellAppointments>,
) -> Result<Response, ApiError> {
    submit.caller.must(Act::Configure)?;
    let date = date.parse().map_err(|_| ApiError::invalid("the path names no day such as 2026-11-23"))?;
    let minute = |text: &str| {
        let time = text.parse::<jiff::civil::Time>().ok()?;
        u16::try_from(i32::from(time.hour()) * 60 + i32::from(time.minute())).ok()
    };
    let slots = submit.body.slots.iter().map(|slot| Some((minute(&slot.at)?, slot.people)));
    let slots: Option<Vec<_>> = slots.collect();
    let slots = slots.ok_or_else(|| ApiError::invalid("at is no time of day such as 09:30"))?;
    submit.run(&app, Command::Appointments(date, slots)).await
}

/// What an earlier system recorded of a day, so that what is usual is known from the start.
#[utoipa::path(put, path = "/api/v1/days/{date}", tag = "parking", security(("bearer" = [])),
    params(("date" = String, Path, description = "a day such as 2026-11-23, before today and after those told")),
    request_body = TellDay,
    responses((status = 204, description = "taken in"), (status = "4XX", body = Problem),
        (status = 503, body = Problem)))]
pub async fn tell_day(
    State(app): State<App>,
    Segment(date): Segment,
    submit: Submit<TellDay>,
) -> Result<Response, ApiError> {
    submit.caller.must(Act::Configure)?;
    let date = date.parse().map_err(|_| ApiError::invalid("the path names no day such as 2026-11-23"))?;
    let TellDay { tickets, cars, lots } = submit.body.clone();
    submit.run(&app, Command::TellDay(date, DayRecord { tickets, cars, lots })).await
}

/// Where a car is, by its plate: for somebody who does not find it again, and for disputes. Looking leaves nothing behind.
#[utoipa::path(post, path = "/api/v1/parking/vehicles/find", tag = "parking", security(("bearer" = [])),
    request_body = FindVehicle,
    responses((status = 200, body = [VehicleFound]), (status = "4XX", body = Problem)))]
pub async fn find(State(app): State<App>, submit: Submit<FindVehicle>) -> Result<Json<Vec<VehicleFound>>, ApiError> {
    submit.caller.must(Act::Park)?;
    let known = app.persons.known_vehicle(&*app.store, &submit.body.plate).await?;
    let published = read(&app.hall.published);
    let viewer = published.viewer();
    let found = known.into_iter().flat_map(|vehicle| {
        published.state.lots().filter_map(move |(section, lot)| Some((section, lot.sessions().since(vehicle)?)))
    });
    let view = |(section, since): (&hall::settings::lots::Lot, Moment)| VehicleFound {
        lot: section.code.clone(),
        name: protocol::Text::from(&section.name),
        since: viewer.time(since),
    };
    Ok(Json(found.map(view).collect()))
}

/// The vehicle of a plate, seen now.
pub async fn vehicle(app: &App, plate: &Pii<String>) -> Result<VehicleId, ApiError> {
    let days = read(&app.hall.published).state.settings().map_or(0, |settings| settings.hall().plate_days);
    Ok(app.persons.vehicle(&*app.store, plate, app.clock.now(), days > 0).await?)
}

async fn done<T: serde::de::DeserializeOwned>(
    app: &App,
    submit: &Submit<T>,
    lot: &str,
    command: AtLot,
) -> Result<Json<Lot>, ApiError> {
    submit.answer(app, Command::AtLot(lot.to_owned(), command)).await?;
    view(app, lot).map(Json)
}

fn view(app: &App, lot: &str) -> Result<Lot, ApiError> {
    let now = app.clock.now();
    let published = read(&app.hall.published);
    let (section, lot) = published.state.lot_with_section(lot).ok_or_else(no_lot)?;
    Ok(published.viewer().lot(section, lot, now))
}

fn no_lot() -> ApiError {
    ApiError::new(404, "not-found", "there is no such lot; GET /api/v1/parking/lots lists them")
}

/// Refuses a name that nothing has.
fn named(field: &str, text: &str) -> Result<(), ApiError> {
    if text.is_empty() || text.len() > 64 || text.chars().any(char::is_control) {
        return Err(ApiError::invalid(format!("{field} must have 1 to 64 bytes, and no control characters")));
    }
    Ok(())
}

fn bay(name: &str) -> Result<Bay, ApiError> {
    Bay::named(name).ok_or_else(|| {
        let known = Bay::ALL.map(Bay::name).join(", ");
        ApiError::invalid(format!("class is none of {known}"))
    })
}

/// A moment of the text of a request, which has an offset.
fn moment(field: &str, text: &str) -> Result<Moment, ApiError> {
    let parsed = text.parse::<jiff::Timestamp>().map(|at| Moment(at.as_millisecond()));
    parsed
        .map_err(|_| ApiError::invalid(format!("{field} is no time with an offset such as 2026-11-23T08:31:02+08:00")))
}

/// When a passage was, on the hall's clock. Devices know the real time; where the hall runs on a clock of its own, it was so long ago.
fn told_at(app: &App, caller: &Caller, at: Moment) -> Moment {
    match app.clock.simulated_speed() {
        Some(speed) if caller.actor().role == Role::Bridge => {
            let ago_ms = crate::clock::Clock::real().now().since(at) as f64 * speed;
            // The hall's time never goes back, whatever clock it was started with.
            let now = app.clock.now().max(read(&app.hall.published).state.at());
            now.plus_ms(-(ago_ms as i64))
        }
        _ => at,
    }
}

/// Two parts of a path.
#[derive(Debug)]
pub struct Parts(String, String);

impl axum::extract::FromRequestParts<App> for Parts {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut axum::http::request::Parts, app: &App) -> Result<Self, ApiError> {
        let both = axum::extract::Path::<(String, String)>::from_request_parts(parts, app).await;
        both.map(|axum::extract::Path((one, two))| Self(one, two))
            .map_err(|_| ApiError::new(404, "not-found", "there is no such path"))
    }
}
