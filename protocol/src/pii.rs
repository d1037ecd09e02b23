//! Personal data that must not be seen.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Personal data. It prints nothing, so that no log line can hold it; whoever needs it says so with [`Pii::reveal`].
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, max_length = 64))]
pub struct Pii<T>(T);

impl<T> Pii<T> {
    /// Wraps personal data.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The data itself, for the one place that turns it into a keyed hash or a ciphertext.
    pub fn reveal(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Pii<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[personal data]")
    }
}

impl<T> fmt::Display for Pii<T> {
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
