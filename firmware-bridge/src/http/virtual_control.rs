//! `/v1/virtual/…`: what virtual devices show, and their plugs. For demonstrations and tests; only where the settings allow it.
//!
//! | call | meaning |
//! |---|---|
//! | `GET /v1/virtual` | every virtual device: its plugs, and what it printed, shows or has on it |
//! | `GET /v1/virtual/printers/{name}` | one of the printers of that list |
//! | `PUT /v1/virtual/printers/{name}/plugs` | how the printer is; what is left out is as it should be |
//! | `POST /v1/virtual/printers/{name}/restart` | switches it off and on |
//! | `GET /v1/virtual/printers/{name}/tickets` | what it printed, newest last |
//! | `GET /v1/virtual/printers/{name}/tickets/{n}.png` | the picture of a ticket; `hanging.png` of what is not cut off |
//! | `PUT /v1/virtual/readers/{name}/plugs` | how the reader is |
//! | `PUT /v1/virtual/readers/{name}/card` | lays a card of the deck on it, or takes it away |
//! | `PUT /v1/virtual/scanners/{name}/plugs` | how the scanner is |
//! | `POST /v1/virtual/scanners/{name}/scan` | holds a code with a text before it |
//! | `PUT /v1/virtual/signs/{name}/plugs` | how the sign is |
//! | `GET /v1/virtual/signs/{name}.png` | what the sign shows |
//! | `PUT /v1/virtual/speakers/{name}/plugs` | how the speaker is |
//! | `PUT /v1/virtual/lanes/{name}/plugs` | how the lane's loops and wires are |
//! | `POST /v1/virtual/lanes/{name}/vehicle` | sends a vehicle: `{direction, kind, conduct}` |
//! | `PUT /v1/virtual/gates/{name}/plugs`, `…/lamps/{name}/plugs` | how they are |
//! | `POST /v1/virtual/cameras/{name}/see` | holds a vehicle before it: `{plate?, direction?, vendor_id?, repeat?}` |
//! | `GET /v1/virtual/pads/{name}` | one of the lines of that list: what its pads show |
//! | `PUT /v1/virtual/pads/{name}/plugs` | how the line is |
//! | `POST /v1/virtual/pads/{name}/restart` | switches its pads off and on |
//! | `POST /v1/virtual/pads/{name}/{address}/keys` | presses a key |

mod cameras;
mod lanes;
mod pads;
mod printers;
mod readers;
mod scanners;
mod signs;
mod speakers;

use axum::Json;
use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodRouter, get, post, put};
use drivers::lane::virtual_lane::VirtualLane;
use drivers::{Millis, VirtualDevice};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::App;
use super::problem::ApiError;
use crate::families::Virtuals;
use crate::port::virtual_device::Shared;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1/virtual", get(everything))
        .route("/v1/virtual/printers/{name}", get(printers::one))
        .route("/v1/virtual/printers/{name}/plugs", put(printers::plug))
        .route("/v1/virtual/printers/{name}/restart", post(printers::restart))
        .route("/v1/virtual/printers/{name}/tickets", get(printers::tickets))
        .route("/v1/virtual/printers/{name}/tickets/{picture}", get(printers::picture))
        .route("/v1/virtual/readers/{name}/plugs", plugs(|all| &all.readers, |reader, _, plugs| reader.plug(plugs)))
        .route("/v1/virtual/readers/{name}/card", put(readers::card))
        .route("/v1/virtual/scanners/{name}/plugs", plugs(|all| &all.scanners, |scanner, _, plugs| scanner.plug(plugs)))
        .route("/v1/virtual/scanners/{name}/scan", post(scanners::scan))
        .route("/v1/virtual/signs/{name}/plugs", plugs(|all| &all.signs, |sign, _, plugs| sign.plug(plugs)))
        .route("/v1/virtual/signs/{picture}", get(signs::picture))
        .route("/v1/virtual/speakers/{name}/plugs", plugs(|all| &all.speakers, |speaker, _, plugs| speaker.plug(plugs)))
        .route("/v1/virtual/lanes/{name}/plugs", plugs(|all| &all.wires.lanes, VirtualLane::plug))
        .route("/v1/virtual/lanes/{name}/vehicle", post(lanes::vehicle))
        .route("/v1/virtual/gates/{name}/plugs", plugs(|all| &all.wires.gates, |gate, _, plugs| gate.plug(plugs)))
        .route("/v1/virtual/lamps/{name}/plugs", plugs(|all| &all.wires.lamps, |lamp, _, plugs| lamp.plug(plugs)))
        .route("/v1/virtual/cameras/{name}/see", post(cameras::see))
        .route("/v1/virtual/pads/{name}", get(pads::one))
        .route("/v1/virtual/pads/{name}/plugs", plugs(|all| &all.pads, |line, _, plugs| line.plug(plugs)))
        .route("/v1/virtual/pads/{name}/restart", post(pads::restart))
        .route("/v1/virtual/pads/{name}/{address}/keys", post(pads::press))
}

/// Every virtual device.
#[derive(Debug, Serialize)]
struct Everything {
    printers: Vec<printers::View>,
    readers: Vec<readers::View>,
    scanners: Vec<scanners::View>,
    signs: Vec<signs::View>,
    speakers: Vec<speakers::View>,
    lanes: Vec<lanes::LaneView>,
    gates: Vec<lanes::GateView>,
    lamps: Vec<lanes::LampView>,
    pads: Vec<pads::View>,
    cameras: Vec<protocol::bridge::cameras::Camera>,
}

async fn everything(State(bridge): State<App>) -> Json<Everything> {
    let virtuals = &bridge.virtuals;
    Json(Everything {
        printers: virtuals.printers.iter().map(|(name, printer)| printers::view(name, printer)).collect(),
        readers: virtuals.readers.iter().map(|(name, reader)| readers::view(name, reader)).collect(),
        pads: virtuals.pads.iter().map(|(name, line)| pads::view(name, line)).collect(),
        scanners: virtuals.scanners.iter().map(|(name, scanner)| scanners::view(name, scanner)).collect(),
        signs: virtuals.signs.iter().map(|(name, sign)| signs::view(name, sign)).collect(),
        speakers: virtuals.speakers.iter().map(|(name, speaker)| speakers::view(name, speaker)).collect(),
        lanes: virtuals.wires.lanes.iter().map(|(name, lane)| lanes::lane(name, lane)).collect(),
        gates: virtuals.wires.gates.iter().map(|(name, gate)| lanes::gate(name, gate)).collect(),
        cameras: cameras::views(&bridge),
        lamps: virtuals.wires.lamps.iter().map(|(name, lamp)| lanes::lamp(name, lamp)).collect(),
    })
}

/// Virtual devices of a kind, with their names.
type Named<C> = [(String, Shared<C>)];

/// Pulls and puts back plugs of the devices of a kind.
fn plugs<C, P>(devices: fn(&Virtuals) -> &Named<C>, plug: fn(&mut C, Millis, P)) -> MethodRouter<App>
where
    C: VirtualDevice + Send + 'static,
    P: Copy + Serialize + DeserializeOwned + Send + 'static,
{
    let handler = async move |State(bridge): State<App>,
                              Path(name): Path<String>,
                              body: Result<Json<P>, JsonRejection>|
                -> Result<Json<P>, ApiError> {
        let device = named(devices(&bridge.virtuals), &name)?;
        let Json(plugs) = body?;
        let now = bridge.clock.now();
        device.handle(|device| plug(device, now, plugs));
        Ok(Json(plugs))
    };
    put(handler)
}

/// The device of a name.
fn named<'a, T>(devices: &'a [(String, T)], name: &str) -> Result<&'a T, ApiError> {
    let found = devices.iter().find(|(other, _)| other == name);
    found.map(|(_, device)| device).ok_or_else(|| ApiError::not_found(format!("no virtual device is named {name:?}")))
}

/// A picture that changes.
fn png(bytes: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, "no-store")], Bytes::from(bytes)).into_response()
}

/// Draws where it holds up nobody.
async fn drawn<E: std::fmt::Display + Send + 'static>(
    draw: impl FnOnce() -> Result<Vec<u8>, E> + Send + 'static,
) -> Result<Response, ApiError> {
    let drawn = tokio::task::spawn_blocking(move || draw().map_err(|error| error.to_string())).await;
    match drawn {
        Ok(Ok(bytes)) => Ok(png(bytes)),
        Ok(Err(error)) => Err(ApiError::new(500, "internal", format!("the picture could not be drawn: {error}"))),
        Err(_) => Err(ApiError::new(500, "internal", "the picture could not be drawn")),
    }
}
