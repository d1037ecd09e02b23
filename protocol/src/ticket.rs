//! The template of tickets as those see it who edit it.

use hall::settings::ticket::TicketTemplate;
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};

use crate::bridge::PaperLine;
use crate::views::view;

/// `POST /api/v1/ticket-preview`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PreviewTicket {
    /// A template as in the section `[ticket]` of a hall file; absent: the one in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub template: Option<TicketTemplate>,
}

view! {
    /// A template, and the tickets it makes.
    TicketPreview {
        /// The template, with the lines it has.
        #[cfg_attr(feature = "openapi", schema(value_type = Object))]
        #[cfg_attr(feature = "typescript", ts(type = "TicketTemplate"))]
        template: TicketTemplate,
        /// Why a hall file with it would be refused.
        refused: Option<TicketRefusal>,
        /// The widest ticket of this hall on each paper of the template.
        papers: Vec<TicketPaper>,
        /// The section of a hall file.
        toml: String,
    }
}

view! {
    /// Why a template is refused.
    TicketRefusal {
        /// Which of its lines, from 0.
        line: Option<u16>,
        /// The key, in the line or in `[ticket]`.
        key: String,
        /// A short name of the reason, such as `number-wide`.
        reason: String,
        /// The reason in English.
        detail: String,
    }
}

view! {
    /// A ticket on paper.
    TicketPaper {
        /// Columns of the paper: 48 and 42 on 80 mm, 32 on 58 mm.
        columns: u8,
        /// From top to bottom. A Chinese character takes two columns, and a letter of size 2 twice as many.
        rows: Vec<PaperRow>,
        /// What had to give way.
        notes: Vec<PaperNote>,
    }
}

view! {
    /// A row of a ticket.
    PaperRow {
        /// The line of the template it comes from, from 0.
        line: u16,
        /// What is printed; a text fits its row.
        row: PaperLine,
    }
}

view! {
    /// Something that had to give way.
    PaperNote {
        /// The line of the template, from 0.
        line: u16,
        /// What happened.
        kind: NoteKind,
        /// What stands in the first row, or the number that is printed smaller.
        at: String,
        /// How many rows it takes, or at which size the number is printed.
        rows: u16,
    }
}

/// What happened to a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum NoteKind {
    /// It goes on in further rows.
    Wrapped,
    /// A word is longer than a row and was parted.
    Parted,
    /// The number is printed smaller than its line says.
    Shrunk,
    /// The address of the visitor's page is too long for a code: none is printed.
    QrTooLong,
    /// The ticket has more rows than a printer takes: what follows is not printed.
    TooLong,
}

impl NoteKind {
    /// Whether a hall file is refused for it.
    pub fn is_fatal(self) -> bool {
        self == Self::TooLong
    }
}

/// The template of a hall of newer settings may have parts that this program does not know: then it is the plain ticket, and
/// the rest of the hall is read as ever.
pub(crate) fn known<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<TicketTemplate>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Read {
        Known(Option<TicketTemplate>),
        Other(IgnoredAny),
    }
    Ok(match Read::deserialize(deserializer)? {
        Read::Known(template) => template,
        Read::Other(_) => None,
    })
}
