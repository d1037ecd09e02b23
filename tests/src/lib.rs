//! What the tests of the whole hall share: programs that are started and ended, clients, and the simulator. Never part of
//! a product program.

pub mod bench;
pub mod faults;
pub mod figures;
pub mod halls;
pub mod kills;
pub mod live_cases;
pub mod live_client;
pub mod mirror;
pub mod openapi;
pub mod pads {
    //! Call pads, from the key to the board.

    pub mod stage;
}
pub mod program;
pub mod races;
pub mod recorded;
pub mod records;
pub mod rng;
pub mod sim;
pub mod storm;
pub mod visits;
pub mod wait;
pub mod wire;
