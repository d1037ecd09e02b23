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
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

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
}
