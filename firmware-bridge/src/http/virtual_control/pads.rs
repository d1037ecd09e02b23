//! Virtual lines of call pads.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use drivers::pads::virtual_line::{Face, Plugs};
use drivers::pads::{Key, VirtualLine};
use protocol::bridge::PadKey;
use serde::{Deserialize, Serialize};

use super::super::{App, NO_CONTENT};
use super::{ApiError, named};
use crate::port::virtual_device::Shared;

/// A virtual line.
#[derive(Debug, Serialize)]
pub struct View {
    name: String,
    plugs: Plugs,
    /// Its pads by address.
    pads: BTreeMap<u8, Face>,
    /// How often two have spoken at the same time.
    clashes: u32,
}

/// What is pressed: `{"key": "transfer", "number": 3}`, or `{"rate": 2}` on a rating pad.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Pressing {
    /// A key of a call pad.
    Key {
        /// Which.
        key: PadKey,
        /// What was typed before it.
        number: Option<u16>,
    },
    /// A key of a rating pad, 0 to 3.
    Rate {
        /// Which.
        rate: u8,
    },
}

/// What a line looks like.
pub fn view(name: &str, line: &Shared<VirtualLine>) -> View {
    line.look(|line| View { name: name.to_owned(), plugs: line.plugs(), pads: line.faces(), clashes: line.clashes() })
}

/// One of them.
pub async fn one(State(bridge): State<App>, Path(name): Path<String>) -> Result<Json<View>, ApiError> {
    Ok(Json(view(&name, named(&bridge.virtuals.pads, &name)?)))
}

/// Switches the pads off and on.
pub async fn restart(State(bridge): State<App>, Path(name): Path<String>) -> Result<StatusCode, ApiError> {
    named(&bridge.virtuals.pads, &name)?.handle(VirtualLine::restart);
    Ok(NO_CONTENT)
}

/// Presses a key.
pub async fn press(
    State(bridge): State<App>,
    path: Result<Path<(String, u8)>, PathRejection>,
    body: Result<Json<Pressing>, JsonRejection>,
) -> Result<StatusCode, ApiError> {
    let Path((name, address)) = path?;
    let line = named(&bridge.virtuals.pads, &name)?;
    let Json(pressing) = body?;
    let pressed = line.handle(|line| match pressing {
        Pressing::Key { key, number } => line.press(address, Key { key, number }),
        Pressing::Rate { rate } => line.rate(address, rate),
    });
    if pressed { Ok(NO_CONTENT) } else { Err(ApiError::invalid("there is no such pad, key or number")) }
}
