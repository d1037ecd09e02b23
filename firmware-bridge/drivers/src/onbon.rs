//! LED signs with an Onbon BX-5K card.
