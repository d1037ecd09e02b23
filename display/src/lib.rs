//! Beside boards and signs: decides what each shows and says, and serves its board's page on loopback.
