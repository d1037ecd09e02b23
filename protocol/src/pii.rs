//! Personal data that must not be seen, and that is wiped when it is not needed any more.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

/// Personal data. It prints nothing, so that no log line can hold it; whoever needs it says so with [`Pii::reveal`]. Its
/// memory is wiped when it is dropped, which does not reach the text of a message that it came in or went out by.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, max_length = 64))]
pub struct Pii<T: Zeroize>(T);

impl<T: Zeroize> Pii<T> {
    /// Wraps personal data.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The data itself, for the one place that turns it into a keyed hash or a ciphertext.
    pub fn reveal(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> Drop for Pii<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<T: Zeroize> fmt::Debug for Pii<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[personal data]")
    }
}

impl<T: Zeroize> fmt::Display for Pii<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[personal data]")
    }
}

#[cfg(test)]
mod tests {
    use super::Pii;

    #[test]
    fn prints_nothing() {
        let id = Pii::new("330212199001011234".to_owned());
        assert_eq!(format!("{id} {id:?} {:?}", Some(&id)), "[personal data] [personal data] Some([personal data])");
    }
}
