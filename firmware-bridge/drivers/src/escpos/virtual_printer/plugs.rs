//! What can be wrong with a printer, as plugs that are pulled.

use serde::{Deserialize, Serialize};

/// The roll of paper.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Roll {
    /// Enough.
    #[default]
    Ok,
    /// Little is left.
    NearEnd,
    /// None.
    Out,
}

/// How a virtual printer is. Plain values are those of a printer that works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a plug of its own")]
pub struct Plugs {
    /// The roll of paper.
    pub paper: Roll,
    /// The cover is open.
    pub cover_open: bool,
    /// It is switched on.
    pub power: bool,
    /// Its cable is plugged in: when not, nothing comes in and nothing goes out, but it goes on printing.
    pub line: bool,
    /// The next cut gets stuck. After it is made free, the printer still has to be told to recover.
    pub cutter_jam: bool,
    /// The head is too hot.
    pub overheated: bool,
    /// An error that only switching off and on clears, once this is put back.
    pub fault: bool,
    /// Somebody holds the feed button.
    pub feed_button: bool,
    /// It answers no `DLE EOT`: another program has it, or its maker left that out.
    pub no_real_time: bool,
    /// It says nothing by itself: `GS a` is unknown to it.
    pub no_automatic: bool,
    /// How many bytes it works off in a second.
    pub bytes_per_s: u32,
    /// The paper ends after so many more bytes.
    pub out_after_bytes: Option<u32>,
    /// The paper ends after so many more lines and pictures.
    pub out_after_lines: Option<u32>,
}

impl Default for Plugs {
    fn default() -> Self {
        Self {
            paper: Roll::Ok,
            cover_open: false,
            power: true,
            line: true,
            cutter_jam: false,
            overheated: false,
            fault: false,
            feed_button: false,
            no_real_time: false,
            no_automatic: false,
            bytes_per_s: Self::BYTES_PER_S,
            out_after_bytes: None,
            out_after_lines: None,
        }
    }
}

impl Plugs {
    /// A usual printer: a ticket of 600 bytes takes about a third of a second.
    pub const BYTES_PER_S: u32 = 2_000;
}
