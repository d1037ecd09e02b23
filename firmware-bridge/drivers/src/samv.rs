//! Readers of resident identity cards with a SAM-V module.
