//! Serial ports: 8 data bits, no parity, one stop bit, for this program alone.

use std::io;
use std::path::Path;

use tokio_serial::{DataBits, FlowControl, Parity, SerialPort as _, SerialStream, StopBits};

use super::Line;
use crate::settings::Flow;

/// Opens a serial port.
pub fn open(path: &Path, baud: u32, flow: Flow) -> io::Result<Line> {
    let flow = match flow {
        Flow::None => FlowControl::None,
        Flow::Hardware => FlowControl::Hardware,
        Flow::Software => FlowControl::Software,
    };
    let settings = tokio_serial::new(path.to_string_lossy(), baud)
        .data_bits(DataBits::Eight)
        .parity(Parity::None)
        .stop_bits(StopBits::One)
        .flow_control(flow);
    let mut port = SerialStream::open(&settings)?;
    port.set_exclusive(true)?;
    // What came in while nobody listened answers nothing that will be asked.
    port.clear(tokio_serial::ClearBuffer::All)?;
    Ok(Box::new(port))
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::pin::Pin;
    use std::task::Poll;

    use tokio::io::{AsyncReadExt as _, AsyncWrite as _, AsyncWriteExt as _};

    use super::*;

    #[tokio::test]
    async fn bytes_pass_both_ways_and_nobody_else_gets_in() {
        let (mut device, host) = SerialStream::pair().unwrap();
        let path = host.name().unwrap();
        drop(host);
        let mut port = open(Path::new(&path), 115_200, Flow::None).unwrap();
        let all: Vec<u8> = (0..=255).collect();
        port.write_all(&all).await.unwrap();
        let mut got = vec![0; 256];
        device.read_exact(&mut got).await.unwrap();
        assert_eq!(got, all, "raw: no byte is touched");
        device.write_all(&all).await.unwrap();
        port.read_exact(&mut got).await.unwrap();
        assert_eq!(got, all);
        assert!(open(Path::new(&path), 115_200, Flow::None).is_err(), "exclusive");
        drop(device);
        assert!(matches!(port.read(&mut got).await, Ok(0) | Err(_)), "the end of the other side is seen");
    }

    /// A pseudo-terminal keeps its settings as a serial port does, and both ends see them; it has no lines that could hold
    /// anything back.
    #[tokio::test]
    async fn flow_control_and_rate_are_set_on_the_port() {
        for (flow, expected) in [
            (Flow::None, FlowControl::None),
            (Flow::Software, FlowControl::Software),
            (Flow::Hardware, FlowControl::Hardware),
        ] {
            let (device, host) = SerialStream::pair().unwrap();
            let path = host.name().unwrap();
            drop(host);
            let _port = open(Path::new(&path), 19_200, flow).unwrap();
            assert_eq!(device.flow_control().unwrap(), expected);
            assert_eq!(device.baud_rate().unwrap(), 19_200);
            assert_eq!((device.data_bits().unwrap(), device.parity().unwrap()), (DataBits::Eight, Parity::None));
            assert_eq!(device.stop_bits().unwrap(), StopBits::One);
        }
    }

    /// XOFF from the device stops what goes to it, and XON lets it go on.
    #[tokio::test]
    async fn a_device_holds_back_its_host_with_xoff() {
        let (mut device, host) = SerialStream::pair().unwrap();
        let path = host.name().unwrap();
        drop(host);
        let mut port = open(Path::new(&path), 9_600, Flow::Software).unwrap();
        device.write_all(&[0x13]).await.unwrap();
        // The byte behind it shows that XOFF has been seen: it never arrives itself.
        device.write_all(&[0x12]).await.unwrap();
        assert_eq!(port.read_u8().await.unwrap(), 0x12);
        let held = poll_fn(|context| Poll::Ready(Pin::new(&mut port).poll_write(context, b"A").is_pending())).await;
        assert!(held, "nothing is taken after XOFF");
        device.write_all(&[0x11]).await.unwrap();
        port.write_all(b"B").await.unwrap();
        assert_eq!(device.read_u8().await.unwrap(), b'B');
    }
}
