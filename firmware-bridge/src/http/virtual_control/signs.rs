//! Virtual signs.

use axum::extract::{Path, State};
use axum::response::Response;
use drivers::sign::virtual_sign::{View as Seen, VirtualSign};
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

/// What it shows, as a picture.
pub async fn picture(State(bridge): State<App>, Path(picture): Path<String>) -> Result<Response, ApiError> {
    let name = picture.strip_suffix(".png").ok_or_else(|| ApiError::not_found("a picture ends in .png"))?;
    let sign = named(&bridge.virtuals.signs, name)?.clone();
    drawn(move || sign.look(|sign| sign.png())).await
}
