//! Owns the serial, USB and network devices of its machine and offers them to the other programs.
