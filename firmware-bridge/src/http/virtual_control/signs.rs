//! Virtual signs.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use drivers::onbon::virtual_card::{Plugs, Rejected, ShownArea, VirtualCard};
use serde::Serialize;

use super::super::App;
use super::{ApiError, drawn, named};
use crate::port::virtual_device::Shared;

/// A virtual sign.
#[derive(Debug, Serialize)]
pub struct View {
    name: String,
    width: u16,
    height: u16,
    plugs: Plugs,
    areas: Vec<ShownArea>,
    brightness: u8,
    /// How many requests its card has taken.
    taken: u64,
    /// The last frames that it did not take.
    rejected: Vec<Rejected>,
    /// Where its picture is.
    png: String,
}

/// What a sign shows.
pub fn view(name: &str, sign: &Shared<VirtualCard>) -> View {
    sign.look(|sign| {
        let (width, height) = sign.size();
        View {
            name: name.to_owned(),
            width,
            height,
            plugs: sign.plugs(),
            areas: sign.areas(),
            brightness: sign.brightness(),
            taken: sign.taken(),
            rejected: sign.rejected().cloned().collect(),
            png: format!("/v1/virtual/signs/{name}.png"),
        }
    })
}

/// Pulls and puts back plugs.
pub async fn plug(
    State(bridge): State<App>,
    Path(name): Path<String>,
    body: Result<Json<Plugs>, JsonRejection>,
) -> Result<Json<Plugs>, ApiError> {
    let sign = named(&bridge.virtuals.signs, &name)?;
    let Json(plugs) = body?;
    Ok(Json(sign.handle(|sign| {
        sign.plug(plugs);
        sign.plugs()
    })))
}

/// What it shows, as a picture.
pub async fn picture(State(bridge): State<App>, Path(picture): Path<String>) -> Result<Response, ApiError> {
    let name = picture.strip_suffix(".png").ok_or_else(|| ApiError::not_found("a picture ends in .png"))?;
    let sign = named(&bridge.virtuals.signs, name)?.clone();
    drawn(move || sign.look(VirtualCard::png)).await
}
