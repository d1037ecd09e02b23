//! What a board shows and says: text, order, speech. Pure: no I/O, no clock.
