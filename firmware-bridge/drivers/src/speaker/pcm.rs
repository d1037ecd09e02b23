//! Sound as samples: one channel, 16 bits, [`RATE`] a second. Pure functions: the chime, silence, loudness.

/// Samples a second: that of the clips, and enough for speech.
pub const RATE: u32 = 24_000;

/// So many samples are so many milliseconds.
pub fn ms(samples: usize) -> u32 {
    u32::try_from(samples as u64 * 1000 / u64::from(RATE)).unwrap_or(u32::MAX)
}

/// Silence.
pub fn silence(ms: u32) -> Vec<i16> {
    vec![0; (u64::from(ms) * u64::from(RATE) / 1000) as usize]
}

/// A gong of two falling tones: the second begins while the first rings out. Made here, so that every speaker has it.
pub fn chime() -> Vec<i16> {
    const TONES: [(f32, f32); 2] = [(784.0, 0.0), (587.0, 0.32)];
    const RINGS_S: f32 = 0.9;
    let rate = RATE as f32;
    let samples = ((TONES[1].1 + RINGS_S) * rate) as usize;
    let at = |index: usize| {
        let sum: f32 = TONES
            .iter()
            .map(|(pitch, begins)| {
                let time = index as f32 / rate - begins;
                if !(0.0..RINGS_S).contains(&time) {
                    return 0.0;
                }
                // 4 ms to rise, so that it does not click; then it rings out, to nothing.
                let rise = (time / 0.004).min(1.0);
                let fade = (-time * 5.0).exp() * (1.0 - time / RINGS_S);
                (std::f32::consts::TAU * pitch * time).sin() * rise * fade
            })
            .sum();
        (sum * 0.35 * f32::from(i16::MAX)) as i16
    };
    (0..samples).map(at).collect()
}

/// Samples as bytes for a sound card, low byte first, so loud: percent of full, squared, as ears have it. Above 100 is 100.
pub fn bytes(samples: &[i16], percent: u8) -> Vec<u8> {
    let part = f32::from(percent.min(100)) / 100.0;
    let scaled = |sample: &i16| (f32::from(*sample) * part * part) as i16;
    samples.iter().flat_map(|sample| scaled(sample).to_le_bytes()).collect()
}

/// Loudness (root mean square) from 0 to 1.
pub fn loudness(samples: &[i16]) -> f32 {
    let squares: f64 = samples.iter().map(|sample| (f64::from(*sample) / f64::from(i16::MAX)).powi(2)).sum();
    (squares / samples.len().max(1) as f64).sqrt() as f32
}

/// The same sound at [`RATE`], from another rate; straight lines between samples.
pub fn resampled(samples: &[i16], rate: u32) -> Vec<i16> {
    if rate == RATE || samples.is_empty() || rate == 0 {
        return samples.to_vec();
    }
    let count = (samples.len() as u64 * u64::from(RATE) / u64::from(rate)) as usize;
    let at = |index: usize| {
        let place = index as u64 * u64::from(rate);
        let (whole, part) = ((place / u64::from(RATE)) as usize, (place % u64::from(RATE)) as i64);
        let here = i64::from(samples[whole.min(samples.len() - 1)]);
        let next = i64::from(samples[(whole + 1).min(samples.len() - 1)]);
        (here + (next - here) * part / i64::from(RATE)) as i16
    };
    (0..count).map(at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chime_is_heard_and_ends_in_silence() {
        let chime = chime();
        assert!((1_000..1_500).contains(&ms(chime.len())), "{} ms", ms(chime.len()));
        assert!(loudness(&chime[..RATE as usize / 2]) > 0.05);
        assert!(chime.iter().all(|sample| sample.unsigned_abs() < 30_000), "it is not clipped");
        assert!(loudness(&chime[chime.len() - 200..]) < 0.005);
        assert!(chime[..4].iter().all(|sample| sample.unsigned_abs() < 600), "it does not click");
    }

    #[test]
    fn loud_is_loud_and_nothing_is_nothing() {
        let samples = [i16::MAX, i16::MIN, 1000];
        assert_eq!(bytes(&samples, 100), [0xFF, 0x7F, 0x00, 0x80, 0xE8, 0x03]);
        assert_eq!(bytes(&samples, 200), bytes(&samples, 100));
        assert_eq!(bytes(&samples, 0), [0; 6]);
        assert_eq!(i16::from_le_bytes([bytes(&samples, 50)[4], bytes(&samples, 50)[5]]), 250);
        assert_eq!(ms(silence(350).len()), 350);
    }

    #[test]
    fn another_rate_sounds_as_long_and_as_loud() {
        for rate in [8_000, 22_050, 44_100, 48_000] {
            let tone: Vec<i16> =
                (0..rate).map(|at| ((at as f32 * 440.0 / rate as f32).sin() * 10_000.0) as i16).collect();
            let other = resampled(&tone, rate);
            assert_eq!(ms(other.len()), 1000, "{rate}");
            assert!((loudness(&other) - loudness(&tone)).abs() < 0.01, "{rate}");
        }
        assert!(resampled(&[], 8_000).is_empty() && resampled(&[5], 0) == [5]);
    }
}
