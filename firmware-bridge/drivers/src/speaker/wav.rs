//! Reads WAV files (RIFF/WAVE, PCM of 16 bits, one or two channels): clips of a hall, and what `espeak-ng --stdout` writes,
//! whose lengths in the header are those of a stream without end.

use super::pcm::{RATE, resampled};

/// Longest sound, in seconds.
const LONGEST_S: usize = 60;
/// PCM, and "see the rest of the chunk", which is PCM as well where it has 16 bits.
const FORMATS: [u16; 2] = [0x0001, 0xFFFE];

/// Why a file cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Faulty {
    /// It is something else, or cut off before its sound.
    #[error("it is no WAV file")]
    NotWav,
    /// It is coded in another way.
    #[error("it is not PCM of 16 bits with one or two channels and 8000 to 96000 samples a second")]
    OtherFormat,
    /// It is empty, or longer than any call.
    #[error("it is empty or longer than 60 s")]
    Length,
}

/// The samples of a file at [`RATE`], two channels made one.
pub fn read(file: &[u8]) -> Result<Vec<i16>, Faulty> {
    let rest = file.strip_prefix(b"RIFF").and_then(|rest| rest.get(4..)).ok_or(Faulty::NotWav)?;
    let mut rest = rest.strip_prefix(b"WAVE").ok_or(Faulty::NotWav)?;
    let mut format = None;
    loop {
        let (head, after) = rest.split_at_checked(8).ok_or(Faulty::NotWav)?;
        let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        match &head[..4] {
            b"fmt " => format = Some(Format::read(after.get(..length).ok_or(Faulty::NotWav)?)?),
            b"data" => {
                let format = format.ok_or(Faulty::NotWav)?;
                // A stream does not know its length: all there is, then.
                return format.samples(&after[..length.min(after.len())]);
            }
            _ => {}
        }
        // Chunks begin at even places.
        rest = after.get(length.saturating_add(length % 2)..).ok_or(Faulty::NotWav)?;
    }
}

#[derive(Debug, Clone, Copy)]
struct Format {
    channels: usize,
    rate: u32,
}

impl Format {
    fn read(chunk: &[u8]) -> Result<Self, Faulty> {
        let word = |at: usize| chunk.get(at..at + 2).map(|two| u16::from_le_bytes([two[0], two[1]]));
        let (Some(format), Some(channels), Some(low), Some(high), Some(bits)) =
            (word(0), word(2), word(4), word(6), word(14))
        else {
            return Err(Faulty::NotWav);
        };
        let rate = u32::from(high) << 16 | u32::from(low);
        let known = FORMATS.contains(&format) && bits == 16 && (1..=2).contains(&channels);
        if !known || !(8_000..=96_000).contains(&rate) {
            return Err(Faulty::OtherFormat);
        }
        Ok(Self { channels: channels.into(), rate })
    }

    fn samples(self, data: &[u8]) -> Result<Vec<i16>, Faulty> {
        let frame = self.channels * 2;
        let frames = data.len() / frame;
        if frames == 0 || frames > LONGEST_S * self.rate as usize {
            return Err(Faulty::Length);
        }
        let mono = |frame: &[u8]| {
            let sum: i32 = frame.chunks_exact(2).map(|two| i32::from(i16::from_le_bytes([two[0], two[1]]))).sum();
            (sum / self.channels as i32) as i16
        };
        let samples: Vec<i16> = data.chunks_exact(frame).map(mono).collect();
        Ok(resampled(&samples, self.rate))
    }
}

/// A file of samples at [`RATE`].
pub fn write(samples: &[i16]) -> Vec<u8> {
    let length = (samples.len() * 2) as u32;
    let mut file = Vec::with_capacity(44 + samples.len() * 2);
    file.extend(b"RIFF");
    file.extend((36 + length).to_le_bytes());
    file.extend(b"WAVEfmt ");
    file.extend(16_u32.to_le_bytes());
    file.extend([1, 0, 1, 0]);
    file.extend(RATE.to_le_bytes());
    file.extend((RATE * 2).to_le_bytes());
    file.extend([2, 0, 16, 0]);
    file.extend(b"data");
    file.extend(length.to_le_bytes());
    file.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
    file
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_no_sound_is_refused() {
        let good = write(&[1, -2, 3]);
        assert_eq!(read(&good), Ok(vec![1, -2, 3]));
        assert_eq!(read(b"ID3\x03 an MP3"), Err(Faulty::NotWav));
        assert_eq!(read(&good[..40]), Err(Faulty::NotWav));
        assert_eq!(read(&write(&[])), Err(Faulty::Length));
        let changed = |at: usize, to: u8| {
            let mut file = good.clone();
            file[at] = to;
            read(&file)
        };
        assert_eq!(changed(20, 3), Err(Faulty::OtherFormat), "floating point");
        assert_eq!(changed(22, 6), Err(Faulty::OtherFormat), "six channels");
        assert_eq!(changed(34, 8), Err(Faulty::OtherFormat), "eight bits");
        assert_eq!(changed(16, 200), Err(Faulty::NotWav), "a chunk that is longer than the file");
        // As espeak-ng writes to a pipe.
        let mut endless = good.clone();
        endless[40..44].copy_from_slice(&0x7FFF_F000_u32.to_le_bytes());
        assert_eq!(read(&endless), Ok(vec![1, -2, 3]));
        // Two channels are mixed; other chunks are passed over.
        let mut stereo = write(&[10, 20, -10, -30]);
        stereo[22] = 2;
        stereo.splice(36..36, *b"LIST\x03\0\0\0abc\0");
        assert_eq!(read(&stereo), Ok(vec![15, -20]));
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(samples in prop::collection::vec(any::<i16>(), 1..500)) {
            prop_assert_eq!(read(&write(&samples)), Ok(samples));
        }

        #[test]
        fn noise_harms_nobody(at in 0_usize..60, noise in prop::collection::vec(any::<u8>(), 0..60)) {
            let mut file = write(&[7; 20]);
            let end = (at + noise.len()).min(file.len());
            file.splice(at..end.max(at), noise);
            let _ = read(&file);
        }
    }
}
