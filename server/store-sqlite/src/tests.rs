//! The contract, and what only a file can suffer.
