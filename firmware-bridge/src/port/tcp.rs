//! Devices in the network: printers on port 9100, signs on 5005.

use std::io;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::net::TcpStream;

use super::Line;

/// A device in the same house answers sooner.
const CONNECT: Duration = Duration::from_secs(3);
/// A line that is silent for so long is tried by the kernel, so often and at this pace: a peer that lost its power or cable is
/// noticed although nothing is sent to it.
const SILENT: Duration = Duration::from_secs(10);
const PACE: Duration = Duration::from_secs(3);
const TRIES: u32 = 3;
/// What was sent and not acknowledged for so long will not be.
const UNHEARD: Duration = Duration::from_secs(10);

/// Connects.
pub async fn open(address: &str) -> io::Result<Line> {
    let stream = tokio::time::timeout(CONNECT, TcpStream::connect(address))
        .await
        .map_err(|_| {
            io::Error::new(io::ErrorKind::TimedOut, "nobody answered: is it switched on, is the address right?")
        })?
        .map_err(in_words)?;
    watch(&stream)?;
    Ok(Box::new(stream))
}

/// Sends at once, and lets the kernel notice that nobody is there any more.
fn watch(stream: &TcpStream) -> io::Result<()> {
    // Status requests are three bytes, and somebody waits for the answer.
    stream.set_nodelay(true)?;
    let socket = SockRef::from(stream);
    let keepalive = TcpKeepalive::new().with_time(SILENT).with_interval(PACE).with_retries(TRIES);
    socket.set_tcp_keepalive(&keepalive)?;
    socket.set_tcp_user_timeout(Some(UNHEARD))?;
    Ok(())
}

/// Devices let in one host at a time; most refuse a second one, and some let it in and close the line at once.
fn in_words(error: io::Error) -> io::Error {
    let words = match error.kind() {
        io::ErrorKind::ConnectionRefused => {
            "refused: another host may hold the device, which takes one connection at a time, or the port is wrong"
        }
        io::ErrorKind::ConnectionReset => "closed by the device at once: another host may hold it",
        _ => return error,
    };
    io::Error::new(error.kind(), words)
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt as _;
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn a_device_that_is_taken_says_so_and_one_that_is_gone_is_missed() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let mut line = open(&address).await.unwrap();
        let (peer, _) = listener.accept().await.unwrap();
        drop(listener);
        let refused = open(&address).await.err().unwrap();
        assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
        assert!(refused.to_string().contains("another host"), "{refused}");
        drop(peer);
        assert!(line.read_u8().await.is_err(), "the end of the other side is seen");
    }

    #[tokio::test]
    async fn the_kernel_looks_after_a_silent_peer() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        // What `open` gives is any line; the same settings on a socket of our own can be read back.
        let stream = TcpStream::connect(&address).await.unwrap();
        watch(&stream).unwrap();
        let socket = SockRef::from(&stream);
        assert!(socket.keepalive().unwrap() && stream.nodelay().unwrap());
        assert_eq!(socket.tcp_keepalive_time().unwrap(), SILENT);
        assert_eq!(socket.tcp_keepalive_interval().unwrap(), PACE);
        assert_eq!(socket.tcp_keepalive_retries().unwrap(), TRIES);
        assert_eq!(socket.tcp_user_timeout().unwrap(), Some(UNHEARD));
    }
}
