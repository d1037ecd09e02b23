//! The floor: two threads that send the same bytes to half of the sockets each.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::channel;

use super::Herd;
use super::client::Shots;

/// As many shots as the product has.
pub fn shots(screens: usize, message: &[u8], count: usize) -> anyhow::Result<Shots> {
    let frame = frame(message);
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?.to_string();
    let sender = std::thread::spawn(move || serve(&listener, screens, &frame));
    let mut herd = Herd::plain(&address, screens)?;
    let shots = herd.shots(count);
    herd.end()?;
    sender.join().map_err(|_| anyhow::anyhow!("the sender failed"))??;
    shots
}

/// The first connection says when; all others are screens.
fn serve(listener: &TcpListener, screens: usize, frame: &[u8]) -> std::io::Result<()> {
    let accept = || {
        let (stream, _) = listener.accept()?;
        stream.set_nodelay(true)?;
        std::io::Result::Ok(stream)
    };
    let mut when = accept()?;
    let mut one = (0..screens).map(|_| accept()).collect::<std::io::Result<Vec<_>>>()?;
    let mut other = one.split_off(screens / 2);
    std::thread::scope(|scope| {
        let (go, told) = channel::<()>();
        let second = scope.spawn(move || {
            while told.recv().is_ok() {
                send(&mut other, frame)?;
            }
            std::io::Result::Ok(())
        });
        let mut shot = [0];
        while when.read(&mut shot)? > 0 {
            // A second thread that has ended tells why below.
            let _ = go.send(());
            send(&mut one, frame)?;
        }
        drop(go);
        second.join().map_err(|_| std::io::Error::other("a sender failed"))?
    })
}

fn send(streams: &mut [TcpStream], frame: &[u8]) -> std::io::Result<()> {
    streams.iter_mut().try_for_each(|stream| stream.write_all(frame))
}

/// A whole text frame of a server.
fn frame(message: &[u8]) -> Vec<u8> {
    let mut frame = vec![0x81];
    match message.len() {
        length @ 0..126 => frame.push(length as u8),
        length @ 126..0x1_0000 => {
            frame.push(126);
            frame.extend_from_slice(&(length as u16).to_be_bytes());
        }
        length => {
            frame.push(127);
            frame.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
    frame.extend_from_slice(message);
    frame
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_have_the_shortest_length() {
        assert_eq!(frame(b"ab"), [0x81, 2, b'a', b'b']);
        assert_eq!(frame(&[0; 126])[..4], [0x81, 126, 0, 126]);
        assert_eq!(frame(&vec![0; 0x1_0000])[..10], [0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]);
    }
}
