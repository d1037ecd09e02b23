//! Sans-I/O drivers of devices: bytes in, events out. Opens nothing and reads no clock.
