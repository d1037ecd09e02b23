//! Ports for programs that are stopped and started again on the same one.

use std::hash::{BuildHasher as _, RandomState};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use anyhow::bail;

/// Below this the kernel gives no port away to whoever connects: Linux begins at 32,768 unless it is told otherwise.
const GIVEN_AWAY: u16 = 32_768;
const LOWEST: u16 = 20_000;
/// Ports that are tried.
const TRIES: usize = 200;

/// A port that nobody listens on. It is given up before a program takes it, and while that is stopped the kernel gives it to no
/// connection of anybody.
pub fn free_port() -> anyhow::Result<SocketAddr> {
    // Random by its keys: programs that look at the same time shall not find the same.
    let random = RandomState::new();
    for at in 0..TRIES {
        let port = LOWEST + (random.hash_one(at) % u64::from(GIVEN_AWAY - LOWEST)) as u16;
        if let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            return Ok(listener.local_addr()?);
        }
    }
    bail!("no free port from {LOWEST} to {GIVEN_AWAY}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_free_and_none_that_is_given_away() {
        let port = free_port().unwrap();
        assert!((LOWEST..GIVEN_AWAY).contains(&port.port()));
        let taken = TcpListener::bind(port).unwrap();
        assert_ne!(free_port().unwrap(), taken.local_addr().unwrap());
    }
}
