//! Virtual readers.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use drivers::samv::virtual_reader::deck::SyntheticCard;
use drivers::samv::virtual_reader::{Fault, Plugs, VirtualReader};
use serde::{Deserialize, Serialize};

use super::super::{App, NO_CONTENT};
use super::{ApiError, named};
use crate::port::virtual_device::Shared;

/// A virtual reader.
#[derive(Debug, Serialize)]
pub struct View {
    name: String,
    plugs: Plugs,
    /// The card that lies on it, by its place in the deck.
    card: Option<usize>,
    /// The cards that can be laid on it. They are nobody's.
    deck: Vec<DeckCard>,
}

/// A card of the deck.
#[derive(Debug, Serialize)]
pub struct DeckCard {
    n: usize,
    #[serde(flatten)]
    card: SyntheticCard,
}

/// What is done with a card.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Handling {
    /// The card to lay down, by its place in the deck; null takes away what lies there.
    card: Option<usize>,
    /// What goes wrong while it is read.
    #[serde(default)]
    fault: Option<Fault>,
}

/// What a reader shows.
pub fn view(name: &str, reader: &Shared<VirtualReader>) -> View {
    reader.look(|reader| View {
        name: name.to_owned(),
        plugs: reader.plugs(),
        card: reader.lying(),
        deck: reader.deck().iter().cloned().enumerate().map(|(n, card)| DeckCard { n, card }).collect(),
    })
}

/// Lays a card on it, or takes it away.
pub async fn card(
    State(bridge): State<App>,
    Path(name): Path<String>,
    body: Result<Json<Handling>, JsonRejection>,
) -> Result<StatusCode, ApiError> {
    let reader = named(&bridge.virtuals.readers, &name)?;
    let Json(Handling { card, fault }) = body?;
    let done = reader.handle(|reader| {
        let Some(card) = card else {
            reader.take_away();
            return true;
        };
        reader.lay_with(card, fault)
    });
    if done { Ok(NO_CONTENT) } else { Err(ApiError::invalid("the deck has no such card")) }
}
