//! What the page of a board gets over `/board/{zone}/live` (WebSocket): finished views and announcements, made by the crate
//! `board`. The page decides nothing. It says one thing itself: that it has spoken an announcement ([`BoardReport`]).
//!
//! | message | when |
//! |---|---|
//! | [`BoardMessage::Hello`] | first; another build than before means that the page loads itself again |
//! | [`BoardMessage::View`] | once at the start, then at each change; the newest replaces all before |
//! | [`BoardMessage::Tick`] | every two seconds, as a sign of life |
//! | [`BoardMessage::Announce`] | one at a time; the next comes when this one is over or out of time |
//! | [`BoardMessage::Zones`] | the zone does not exist (or none was named): these do; the server closes after it |

use serde::{Deserialize, Serialize};

use crate::live::ZoneView;
use crate::parking::LotTile;
use crate::views::{Text, view};

/// How far what a board shows is of the present.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum BoardLink {
    /// Nothing is known yet.
    Connecting,
    /// The present.
    Live,
    /// The past: nothing was heard for ten seconds.
    Stale,
}

/// A language that is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Spoken {
    /// Chinese.
    Zh,
    /// English.
    En,
}

view! {
    /// A number and where it is wanted.
    BoardCall {
        /// Tells this call from every other of this board; a recall is another one.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        key: u64,
        /// Number of the ticket.
        number: String,
        /// The window.
        window: u16,
        /// Name of the class.
        #[cfg_attr(feature = "typescript", ts(type = "TicketClass"))]
        class: String,
        /// Called again, and not answered yet.
        again: bool,
        /// Called a moment ago: it is to be noticed.
        fresh: bool,
        /// It stands in huge letters.
        large: bool,
        /// The visitor is at the window.
        serving: bool,
    }
}

view! {
    /// A line of visitors.
    BoardLine {
        /// Code of the service.
        service: String,
        /// What people read.
        name: Text,
        /// How many wait.
        waiting: usize,
        /// Whether a window of the hall serves it now.
        open: bool,
    }
}

view! {
    /// Everything a board shows.
    BoardView {
        /// The zone; none as long as nothing is known of the hall.
        zone: Option<ZoneView>,
        /// What the hall is called.
        hall: Option<Text>,
        /// How far this is of the present.
        link: BoardLink,
        /// The hall's time as `08:31`; of the last news where the board is stale.
        time: Option<String>,
        /// The hall's date as `2026-11-23`.
        date: Option<String>,
        /// Whether tickets are issued now.
        open: bool,
        /// Who is called or served, the newest call first.
        calls: Vec<BoardCall>,
        /// The lines of the zone; empty where the board is stale.
        lines: Vec<BoardLine>,
        /// How many wait in all lines of the zone; none where that is not known.
        waiting: Option<usize>,
        /// The car parks of the hall.
        #[serde(default)]
        lots: Vec<LotTile>,
    }
}

view! {
    /// One sentence.
    Saying {
        /// Its language.
        language: Spoken,
        /// What is said, as people would write it.
        text: String,
        /// The clips that say it, in order, such as `zh/please`.
        clips: Vec<String>,
    }
}

view! {
    /// A call to be spoken.
    Announcement {
        /// Its place among the announcements of this zone; to be reported when it is over.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        id: u64,
        /// Number of the ticket.
        number: String,
        /// The window.
        window: u16,
        /// The clip before the first sentence.
        chime: String,
        /// The sentences in order; a call that is said twice has its sentences twice.
        sayings: Vec<Saying>,
        /// Silence before each sentence, in milliseconds.
        pause_ms: u32,
        /// After so many milliseconds it has to be over, whatever the sound card says.
        limit_ms: u32,
        /// After so many milliseconds it is too old to begin.
        expires_ms: u32,
    }
}

/// What the page is told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum BoardMessage {
    /// The first message.
    #[serde(rename = "board.hello")]
    Hello {
        /// What program this is.
        build: String,
    },
    /// How the board is now.
    #[serde(rename = "board.view")]
    View {
        /// All of it.
        view: BoardView,
    },
    /// A sign of life.
    #[serde(rename = "board.tick")]
    Tick,
    /// To be spoken now.
    #[serde(rename = "board.announce")]
    Announce {
        /// What.
        announcement: Announcement,
    },
    /// There is no such zone.
    #[serde(rename = "board.zones")]
    Zones {
        /// What the hall is called.
        hall: Text,
        /// The zones there are.
        zones: Vec<ZoneView>,
    },
}

/// What the page says: this announcement is over, spoken or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct BoardReport {
    /// Its id.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub said: u64,
}
