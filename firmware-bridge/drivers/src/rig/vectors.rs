//! Frames from the field, one a line: `+` a good one or `-` a bad one, bytes in hex, `;`, what it is.

/// A frame from the field.
pub struct Vector {
    /// Whether it is right.
    pub good: bool,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What it is.
    pub says: String,
}

/// Reads a file of vectors.
pub fn read(text: &str) -> Vec<Vector> {
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    let vectors = lines.map(|line| {
        let (frame, says) = line.split_once(';').expect("a line holds a frame and what it is");
        let (good, hex) = match frame.split_at(1) {
            ("+", hex) => (true, hex),
            ("-", hex) => (false, hex),
            _ => panic!("{line}: neither + nor -"),
        };
        let bytes = hex.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).expect("hex")).collect();
        Vector { good, bytes, says: says.trim().to_owned() }
    });
    vectors.collect()
}
