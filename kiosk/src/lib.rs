//! On each kiosk: the visit as a state machine with its disk spool, and the touch page on loopback.
