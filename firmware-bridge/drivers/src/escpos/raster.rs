//! Pictures of black dots, as printers take them.

use font::Canvas;

use super::bytes::{DC4, DLE, ENQ, EOT, GS};

/// Most rows that are sent in one command; more than 2303 are too many for many printers, and a buffer of 4 KB is common.
pub const BAND_ROWS: usize = 256;

/// The commands that print a picture (`GS v 0`), a band each.
pub fn bands(picture: &Canvas) -> Vec<Vec<u8>> {
    let width_bytes = picture.width_bytes();
    picture.bytes().chunks((width_bytes * BAND_ROWS).max(1)).map(|rows| band(width_bytes, rows)).collect()
}

fn band(width_bytes: usize, data: &[u8]) -> Vec<u8> {
    let [xl, xh] = (width_bytes as u16).to_le_bytes();
    let [yl, yh] = ((data.len() / width_bytes) as u16).to_le_bytes();
    let mut command = vec![GS, b'v', b'0', 0, xl, xh, yl, yh];
    let head = command.len();
    command.extend_from_slice(data);
    break_real_time_commands(&mut command[head..]);
    command
}

/// Printers carry out `DLE EOT`, `DLE ENQ` and `DLE DC4` as they arrive, even inside of a picture, and the answer would be
/// taken for something else. One more black dot makes such a pair into none.
fn break_real_time_commands(data: &mut [u8]) {
    for at in 1..data.len() {
        if data[at - 1] == DLE && matches!(data[at], EOT | ENQ | DC4) {
            data[at] |= 0x08;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_high_picture_is_sent_in_bands() {
        let mut picture = Canvas::new(20, 600);
        picture.set(0, 0);
        picture.set(19, 599);
        picture.set(24, 0);
        let bands = bands(&picture);
        assert_eq!(bands.iter().map(Vec::len).collect::<Vec<_>>(), [8 + 3 * 256, 8 + 3 * 256, 8 + 3 * 88]);
        assert_eq!(bands[0][..9], [0x1D, 0x76, 0x30, 0, 3, 0, 0, 1, 0x80]);
        assert_eq!(bands[2][..8], [0x1D, 0x76, 0x30, 0, 3, 0, 88, 0]);
        assert_eq!(bands[2].last(), Some(&0x10));
    }

    #[test]
    fn a_status_request_in_a_picture_is_broken() {
        let picture = Canvas::from_bytes(3, 2, vec![0x10, 0x04, 0x01, 0x10, 0x10, 0x14]);
        assert_eq!(bands(&picture)[0][8..], [0x10, 0x0C, 0x01, 0x10, 0x10, 0x1C]);
    }

    proptest! {
        #[test]
        fn no_band_carries_a_real_time_command(data in proptest::collection::vec(
            prop_oneof![Just(0x10), Just(0x04), Just(0x05), Just(0x14), any::<u8>()], 0..600
        )) {
            let rows = data.len() / 3;
            for band in bands(&Canvas::from_bytes(3, rows, data)) {
                let pairs = band[8..].windows(2).any(|pair| pair[0] == 0x10 && matches!(pair[1], 4 | 5 | 0x14));
                prop_assert!(!pairs);
            }
        }
    }
}
