//! What frames of several families have in common: how they are found, and how they are sealed.

pub mod crc;
pub mod hunt;
