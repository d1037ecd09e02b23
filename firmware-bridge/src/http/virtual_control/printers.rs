//! Virtual printers.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use drivers::escpos::model::Name;
use drivers::escpos::virtual_printer::{Plugs, PrintedPaper, VirtualPrinter};
use serde::Serialize;

use super::super::{App, NO_CONTENT};
use super::{ApiError, drawn, named};
use crate::port::virtual_device::Shared;

/// Tickets that `GET /v1/virtual` tells of each printer, the newest.
const NEWEST: usize = 50;

/// A virtual printer.
#[derive(Debug, Serialize)]
pub struct View {
    name: String,
    model: Name,
    plugs: Plugs,
    /// How many tickets it has printed.
    printed: usize,
    tickets: Vec<Ticket>,
    /// What hangs in it, not cut off.
    hanging: Option<Ticket>,
    /// Bytes that it did not understand, in words.
    faults: Vec<String>,
}

/// A paper that it printed.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Ticket {
    /// Its place, from 0; none while it hangs there.
    n: Option<usize>,
    text: String,
    qr: Vec<String>,
    /// Whole, cut off and not struck out.
    complete: bool,
    cut: bool,
    void: bool,
    /// Marked 补打.
    reprint: bool,
    /// Where its picture is.
    png: String,
}

/// What a printer shows.
pub fn view(name: &str, printer: &Shared<VirtualPrinter>) -> View {
    printer.look(|printer| View {
        name: name.to_owned(),
        model: printer.model().name,
        plugs: printer.plugs().clone(),
        printed: printer.tickets().len(),
        tickets: list(name, printer, NEWEST),
        hanging: printer.hanging().map(|paper| ticket(name, None, paper)),
        faults: printer.faults().to_vec(),
    })
}

fn list(name: &str, printer: &VirtualPrinter, newest: usize) -> Vec<Ticket> {
    let tickets = printer.tickets();
    let from = tickets.len().saturating_sub(newest);
    tickets.iter().enumerate().skip(from).map(|(n, paper)| ticket(name, Some(n), paper)).collect()
}

fn ticket(name: &str, n: Option<usize>, paper: &PrintedPaper) -> Ticket {
    let picture = n.map_or_else(|| "hanging".to_owned(), |n| n.to_string());
    Ticket {
        n,
        text: paper.text(),
        qr: paper.qr_codes().map(str::to_owned).collect(),
        complete: paper.is_complete(),
        cut: paper.cut,
        void: paper.is_void(),
        reprint: paper.is_reprint(),
        png: format!("/v1/virtual/printers/{name}/tickets/{picture}.png"),
    }
}

/// A printer.
pub async fn one(State(bridge): State<App>, Path(name): Path<String>) -> Result<Json<View>, ApiError> {
    let printer = named(&bridge.virtuals.printers, &name)?;
    Ok(Json(view(&name, printer)))
}

/// Pulls and puts back plugs.
pub async fn plug(
    State(bridge): State<App>,
    Path(name): Path<String>,
    body: Result<Json<Plugs>, JsonRejection>,
) -> Result<Json<Plugs>, ApiError> {
    let printer = named(&bridge.virtuals.printers, &name)?;
    let Json(plugs) = body?;
    let now = bridge.clock.now();
    Ok(Json(printer.handle(|printer| {
        printer.set_plugs(now, plugs);
        printer.plugs().clone()
    })))
}

/// Switches it off and on.
pub async fn restart(State(bridge): State<App>, Path(name): Path<String>) -> Result<StatusCode, ApiError> {
    let printer = named(&bridge.virtuals.printers, &name)?;
    let now = bridge.clock.now();
    printer.handle(|printer| printer.restart(now));
    Ok(NO_CONTENT)
}

/// What it printed.
pub async fn tickets(State(bridge): State<App>, Path(name): Path<String>) -> Result<Json<Vec<Ticket>>, ApiError> {
    let printer = named(&bridge.virtuals.printers, &name)?;
    Ok(Json(printer.look(|printer| list(&name, printer, usize::MAX))))
}

/// The picture of a ticket.
pub async fn picture(
    State(bridge): State<App>,
    Path((name, picture)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    let printer = named(&bridge.virtuals.printers, &name)?;
    let which = picture.strip_suffix(".png").unwrap_or_default();
    let paper = printer.look(|printer| match which {
        "hanging" => printer.hanging().cloned(),
        n => n.parse::<usize>().ok().and_then(|n| printer.tickets().get(n).cloned()),
    });
    let paper = paper.ok_or_else(|| ApiError::not_found("there is no such ticket"))?;
    drawn(move || paper.png()).await
}
