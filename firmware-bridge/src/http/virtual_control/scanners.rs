//! Virtual scanners.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use drivers::scanner::Model;
use drivers::scanner::virtual_scanner::{Plugs, VirtualScanner};
use protocol::Pii;
use serde::{Deserialize, Serialize};

use super::super::{App, NO_CONTENT};
use super::{ApiError, named};
use crate::port::virtual_device::Shared;

/// Longest text that can be scanned, in bytes: more than any scanner passes on, so that it can be seen to refuse.
const MAX_TEXT: usize = 4096;

/// A virtual scanner.
#[derive(Debug, Serialize)]
pub struct View {
    name: String,
    model: Model,
    plugs: Plugs,
    /// How many codes it has been shown.
    scans: u64,
}

/// What is held before it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// What the code says.
    text: Pii<String>,
}

/// What a scanner shows.
pub fn view(name: &str, scanner: &Shared<VirtualScanner>) -> View {
    scanner.look(|scanner| View {
        name: name.to_owned(),
        model: scanner.model(),
        plugs: scanner.plugs(),
        scans: scanner.scans(),
    })
}

/// Scans a text.
pub async fn scan(
    State(bridge): State<App>,
    Path(name): Path<String>,
    body: Result<Json<Code>, JsonRejection>,
) -> Result<StatusCode, ApiError> {
    let scanner = named(&bridge.virtuals.scanners, &name)?;
    let Json(Code { text }) = body?;
    if text.reveal().len() > MAX_TEXT {
        return Err(ApiError::invalid(format!("a text that is scanned has at most {MAX_TEXT} bytes")));
    }
    if scanner.handle(|scanner| scanner.scan(text.reveal())) {
        Ok(NO_CONTENT)
    } else {
        Err(ApiError::invalid("no key types one of these characters"))
    }
}
