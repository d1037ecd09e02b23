//! What `paihao-kiosk` and its touch page say to each other over `/kiosk/live`.
//!
//! The program decides which screen is shown; the page shows it, and says what was pressed. Every screen has a number, and
//! a press names the screen it was made on: a press that comes late, twice or from another page means nothing any more.

use serde::{Deserialize, Serialize};

use crate::bridge::{CardTrouble, DeviceState, Trouble};
use crate::live::DepartmentView;
use crate::parking::LotTile;
use crate::views::{Eta, Text};

/// Like the views of the server, but no part of its API document.
macro_rules! view {
    ($(#[$doc:meta])* $name:ident { $($(#[$field:meta])* $key:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
        pub struct $name { $($(#[$field])* pub $key: $type,)* }
    };
}

/// What a page says. Its first message is the hello.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum PageMessage {
    /// Who it is: the token that the program wrote into the page.
    Hello {
        /// The token.
        token: String,
    },
    /// A key was pressed.
    Press {
        /// The screen it stood on.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        screen: u64,
        /// Which key.
        press: Press,
    },
    /// Somebody touches the screen, whatever is there.
    Touch,
}

/// A language of the kiosk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum KioskLanguage {
    /// Chinese.
    #[default]
    Zh,
    /// English.
    En,
}

/// A key of the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "key", rename_all = "kebab-case", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Press {
    /// Go on without an identity card.
    NoCard,
    /// Has an appointment.
    Appointment,
    /// Wants a person to help.
    Help,
    /// Speak another language.
    Language {
        /// Which.
        language: KioskLanguage,
    },
    /// Large letters.
    Large {
        /// Or plain ones.
        on: bool,
    },
    /// Keys in the lower part of the screen.
    Low {
        /// Or everywhere.
        on: bool,
    },
    /// High contrast.
    Contrast {
        /// Or plain colours.
        on: bool,
    },
    /// This is what the visitor came for.
    Service {
        /// Code of the service.
        service: String,
    },
    /// Takes the precedence of people of 70 and more, or does without.
    Elder {
        /// Takes it.
        on: bool,
    },
    /// Take the ticket.
    Take,
    /// Print the ticket that is there already again.
    Reprint,
    /// Whether the ticket came out of the printer.
    CameOut {
        /// It did.
        yes: bool,
    },
    /// Still here.
    Stay,
    /// One step back.
    Back,
    /// Done: the next visitor, please.
    Finish,
}

/// What the program says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum KioskMessage {
    /// The hall and its services; the newest replaces all before.
    Hall {
        /// All of it.
        hall: Box<KioskHall>,
    },
    /// The screen to show; the newest replaces all before.
    View {
        /// All of it.
        view: Box<KioskView>,
    },
}

view! {
    /// The hall as a kiosk shows it.
    KioskHall {
        /// What it is called.
        name: Text,
        /// Whether tickets are issued now.
        open: bool,
        /// Local time from which tickets are issued.
        opens: String,
        /// Local time until which they are.
        closes: String,
        /// Its departments.
        departments: Vec<DepartmentView>,
        /// What people come for.
        services: Vec<KioskService>,
        /// The car parks.
        lots: Vec<LotTile>,
    }
}

view! {
    /// A service as a kiosk offers it.
    KioskService {
        /// Its code.
        service: String,
        /// What people read.
        name: Text,
        /// Code of the department.
        department: Option<String>,
        /// A ticket needs an identity card.
        real_name: bool,
        /// How many wait.
        waiting: usize,
        /// The wait of somebody who takes a ticket now; null when it is not known.
        eta: Option<Eta>,
        /// Open windows that serve it.
        open_windows: usize,
        /// Tickets issued today: what is asked for most comes first.
        issued: u32,
    }
}

/// How the page looks. It lasts until the visitor has gone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Look {
    /// Its language.
    pub language: KioskLanguage,
    /// Large letters and keys, fewer on a page.
    pub large: bool,
    /// Keys in the lower part of the screen.
    pub low: bool,
    /// High contrast.
    pub contrast: bool,
}

view! {
    /// What is shown now.
    KioskView {
        /// Number of this screen. Presses name it.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        screen: u64,
        /// Number of this visit: with another one, nothing of the former visitor may be left on the page.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        visit: u64,
        /// The hall's time.
        at: Option<String>,
        /// How the page looks.
        look: Look,
        /// Whether the hall's server is heard.
        online: bool,
        /// How the card reader is.
        reader: DeviceState,
        /// How the scanner of printed codes is; null where there is none.
        scanner: Option<DeviceState>,
        /// How the printer is.
        printer: DeviceState,
        /// What is wrong with the printer; a ready one may still be low on paper.
        printer_why: Option<Trouble>,
        /// Why the last card was not read.
        card_trouble: Option<CardTrouble>,
        /// A card lies on the reader.
        card_on: bool,
        /// It is being read: it must not move.
        card_reading: bool,
        /// Who has laid a card on the reader.
        person: Option<KioskPerson>,
        /// Seconds until the screen is cleared, when nobody has touched it for long.
        idle_s: Option<u32>,
        /// Diagonal of the screen, in inches.
        diagonal_in: f32,
        /// The screen.
        show: Screen,
    }
}

view! {
    /// A visitor, so that he sees that it is his card, and nobody else learns who he is.
    KioskPerson {
        /// Such as `张*`.
        name: String,
        /// The last four characters of the card's number.
        last4: String,
        /// The card's last day is over. Its holder is served all the same, and should know.
        expired: bool,
    }
}

/// Why the kiosk serves nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Closed {
    /// It has just been switched on.
    Starting,
    /// It cannot print.
    Printer,
    /// The hall's server is not heard.
    Server,
    /// The hall issues no tickets at this hour.
    Hours,
}

/// Why there is no ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Sorry {
    /// The hall issues no tickets at this hour.
    ServiceClosed,
    /// The hall's server is not heard. No number was given.
    ServerAway,
    /// The service is not there any more.
    UnknownService,
    /// This kiosk cannot keep the request safe.
    KioskTrouble,
    /// The hall refused for another reason.
    Refused,
    /// The ticket was not printed again; it is as valid as before.
    NotReprinted,
}

/// What is said of a code that leads to no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum CodeNote {
    /// It is no text, or only a part of one: hold it there again.
    Unreadable,
    /// It says nothing to this hall.
    Nothing,
    /// It is a ticket, but none of today.
    NoVisit,
    /// It is an appointment, and those are not taken here yet.
    Appointment,
    /// Perhaps a card in a telephone, and nobody who could read it is connected.
    NotConnected,
    /// A card in a telephone that its issuer does not know, or not any more.
    Unknown,
    /// Nobody can be asked about it now.
    Away,
}

/// One screen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "kebab-case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Screen {
    /// Lay your card here.
    Welcome,
    /// No tickets from this kiosk now.
    Closed {
        /// Why.
        why: Closed,
        /// Where the next kiosk is, as the settings say.
        nearby: Option<Text>,
    },
    /// Where a person helps.
    Help,
    /// What to do with an appointment.
    Appointment,
    /// A code was scanned, and somebody is asked about it.
    Looking,
    /// Where the number is whose ticket was scanned.
    Visit {
        /// The visit.
        visit: KioskVisit,
    },
    /// A code was scanned that leads to no number.
    Code {
        /// What is said of it.
        why: CodeNote,
    },
    /// What do you come for?
    Services,
    /// This service needs a card: lay it down.
    NeedCard {
        /// What people read.
        service: Text,
    },
    /// Take a ticket for this?
    Confirm {
        /// Code of the service.
        service: String,
        /// Whether the precedence of 70 and more is taken; null for who is younger.
        elder: Option<bool>,
        /// Where it is served.
        place: Place,
    },
    /// The number is being asked for.
    Issuing {
        /// What people read.
        service: Text,
        /// It takes longer than it should.
        slow: bool,
    },
    /// The ticket is being printed.
    Printing {
        /// The ticket.
        slip: Slip,
    },
    /// Did your ticket come out?
    Asking {
        /// The ticket.
        slip: Slip,
    },
    /// Take your ticket.
    Done {
        /// The ticket.
        slip: Slip,
        /// Seconds until the next visitor.
        seconds: u32,
    },
    /// The number, without paper.
    NumberOnly {
        /// The ticket.
        slip: Slip,
        /// Why it was not printed.
        why: Option<Trouble>,
        /// The printer works again: it can be printed now.
        again: bool,
    },
    /// You have a ticket for this already.
    Already {
        /// Its number.
        number: String,
        /// What people read.
        service: Text,
    },
    /// No ticket.
    Sorry {
        /// Why.
        why: Sorry,
    },
}

view! {
    /// Where a service is served.
    Place {
        /// Code of the zone, such as `A`.
        zone: Option<String>,
        /// Its name.
        name: Option<Text>,
        /// Its windows, such as `1–4, 7`; empty when not known.
        windows: String,
    }
}

view! {
    /// A visit as the holder of its ticket sees it on a kiosk.
    KioskVisit {
        /// Its number.
        number: String,
        /// What people read.
        service: Text,
        /// `waiting`, `called`, `serving`, `parked`, `done`, `missed` or `left`.
        #[cfg_attr(feature = "typescript", ts(type = "TicketState"))]
        state: String,
        /// The window to go to, or where it was served.
        window: Option<u16>,
        /// The zone of that window, or of those that may call it.
        zone: Option<Text>,
        /// How many will probably be called before it.
        ahead: usize,
        /// The wait; null when it is not known or it does not wait.
        eta: Option<Eta>,
    }
}

view! {
    /// A ticket as its holder sees it on the screen.
    Slip {
        /// Its number.
        number: String,
        /// What people read.
        service: Text,
        /// Where to wait.
        place: Place,
        /// How many are ahead.
        ahead: usize,
        /// The wait; null when it is not known.
        eta: Option<Eta>,
        /// Local time of issue, such as `09:41`.
        time: String,
        /// It is marked 补打.
        reprint: bool,
        /// It was found again after the kiosk had been off.
        restored: bool,
        /// The address of the visitor's page.
        link: Option<String>,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presses_are_read_as_the_page_writes_them() {
        let read = |text: &str| serde_json::from_str::<PageMessage>(text);
        assert_eq!(
            read(r#"{"type":"press","screen":3,"press":{"key":"service","service":"MSA-OPEN"}}"#).unwrap(),
            PageMessage::Press { screen: 3, press: Press::Service { service: "MSA-OPEN".into() } }
        );
        assert_eq!(
            read(r#"{"type":"press","screen":3,"press":{"key":"came-out","yes":false}}"#).unwrap(),
            PageMessage::Press { screen: 3, press: Press::CameOut { yes: false } }
        );
        assert_eq!(read(r#"{"type":"touch"}"#).unwrap(), PageMessage::Touch);
        assert!(read(r#"{"type":"press","press":{"key":"take"}}"#).is_err());
        assert!(read(r#"{"type":"press","screen":1,"press":{"key":"exit"}}"#).is_err());
    }
}
