//! LED signs with a BX-5K or BX-6K text card (hardware reference, C1): frames, requests, areas and their text, and the driver that keeps
//! a sign showing what it should.
//!
//! Texts go to the areas in the card's memory and never to its flash, which wears out after about 100,000 writes. The card
//! forgets them at power-off and cannot be asked what it shows, so the driver says everything again whenever it may have
//! forgotten.

pub mod answer;
pub mod area;
pub mod frame;
pub mod generation;
pub mod request;
pub mod sign;
pub mod text;
pub mod virtual_card;

pub use generation::Generation;
pub use sign::Sign;
