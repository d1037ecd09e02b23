//! The checksum of Modbus and of boards that borrow it.

/// CRC-16/MODBUS: polynomial 8005 reflected, from FFFF; sent low byte first.
pub fn modbus(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xFFFF, |crc, byte| {
        (0..8).fold(crc ^ u16::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xA001 } else { crc >> 1 })
    })
}

/// The bytes and their checksum behind them.
pub fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let sum = modbus(&bytes);
    bytes.extend_from_slice(&sum.to_le_bytes());
    bytes
}

/// Whether bytes end in their right checksum.
pub fn is_sealed(bytes: &[u8]) -> bool {
    bytes.split_last_chunk::<2>().is_some_and(|(content, sum)| modbus(content).to_le_bytes() == *sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_value_of_the_catalogue() {
        assert_eq!(modbus(b"123456789"), 0x4B37);
        assert!(is_sealed(&sealed(vec![1, 2, 3])));
        assert!(!is_sealed(&[1, 2, 3]) && !is_sealed(&[7]));
    }
}
