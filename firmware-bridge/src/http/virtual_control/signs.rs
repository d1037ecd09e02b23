//! Virtual signs.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use drivers::sign::virtual_sign::{Plugs, View as Seen, VirtualSign};
use serde::Serialize;

use super::super::App;
use super::{ApiError, drawn, named};
use crate::port::virtual_device::Shared;

/// A virtual sign.
#[derive(Debug, Serialize)]
pub struct View {
    name: String,
    #[serde(flatten)]
    seen: Seen,
    /// Where its picture is.
    png: String,
}

/// What a sign shows.
pub fn view(name: &str, sign: &Shared<Box<dyn VirtualSign>>) -> View {
    let png = format!("/v1/virtual/signs/{name}.png");
    View { name: name.to_owned(), seen: sign.look(|sign| sign.view()), png }
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
        sign.view().plugs
    })))
}

/// What it shows, as a picture.
pub async fn picture(State(bridge): State<App>, Path(picture): Path<String>) -> Result<Response, ApiError> {
    let name = picture.strip_suffix(".png").ok_or_else(|| ApiError::not_found("a picture ends in .png"))?;
    let sign = named(&bridge.virtuals.signs, name)?.clone();
    drawn(move || sign.look(|sign| sign.png())).await
}
