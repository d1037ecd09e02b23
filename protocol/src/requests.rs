//! Bodies of requests. Unknown fields are refused: a misspelt one would be ignored without a word.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::bridge::Device;
use crate::pii::Pii;

macro_rules! request {
    ($(#[$doc:meta])* $name:ident { $($(#[$field:meta])* $key:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(deny_unknown_fields)]
        pub struct $name { $($(#[$field])* pub $key: $type,)* }
    };
}

request! {
    /// `POST /api/v1/tickets`.
    IssueTicket {
        /// Code of the service.
        service: String,
        /// Name of the class; `normal` when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        class: Option<String>,
        /// Why in this class.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// Number of the visitor's identity document. Only a keyed hash of it is kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        person: Option<Pii<String>>,
        /// Where the ticket is taken, such as `kiosk`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source: Option<String>,
        /// Name of the kiosk that prints the ticket, when somebody else than that kiosk issues it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        printer: Option<String>,
        /// The plate of the car the visitor came with. Kept as that of a passage is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        plate: Option<Pii<String>>,
    }
}

request! {
    /// `POST /api/v1/parking/passages`: a vehicle passed a lane.
    TellPassage {
        /// Code of the lot.
        lot: String,
        /// Code of the lane.
        lane: String,
        /// `in` or `out`.
        direction: String,
        /// When it was, RFC 3339 with offset.
        at: String,
        /// Names this passage for ever: the same one told again counts once. 1 to 64 visible ASCII characters.
        passage_id: String,
        /// The number plate, where one was read. A keyed hash of it is kept, and the plate itself only for as long as the settings
        /// say.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        plate: Option<Pii<String>>,
        /// The class of bays it goes to or comes from; absent: that of the lane.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        class: Option<String>,
        /// What saw it: `loops`, `camera`, `gate` or `http`, which is meant when it is absent. Two kinds at one lane see the same
        /// vehicle, which counts once.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source: Option<String>,
        /// Whoever saw it was not sure of it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        doubtful: bool,
    }
}

request! {
    /// `PUT /api/v1/appointments/{date}`: how many people have an appointment on a day. What was told of it before holds no longer.
    TellAppointments {
        /// By the time of the day.
        slots: Vec<AppointmentSlot>,
    }
}

request! {
    /// `PUT /api/v1/days/{date}`: what an earlier system recorded of a day, in steps of five minutes from midnight, at most 288. Days
    /// are told in their order, before this system has seen one itself.
    TellDay {
        /// Tickets that were issued in each step.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        tickets: Vec<u16>,
        /// Cars that came in, in each step.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        cars: Vec<u16>,
        /// Cars that stood on the ordinary bays of a lot, by its code, at the begin of each step.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        lots: BTreeMap<String, Vec<u16>>,
    }
}

request! {
    /// A time at which people have appointments.
    AppointmentSlot {
        /// Local time, such as `09:30`.
        at: String,
        /// How many people.
        people: u32,
    }
}

request! {
    /// `POST /api/v1/parking/vehicles/find`.
    FindVehicle {
        /// The number plate.
        plate: Pii<String>,
    }
}

request! {
    /// `PUT /api/v1/parking/lots/{lot}/count`: how many cars people counted.
    CorrectLot {
        /// Cars that stand there.
        occupied: u32,
        /// Why they were counted.
        reason: String,
        /// The class that was counted; absent, as `level` is: all cars, of which what is not in a class of its own stands on
        /// ordinary bays.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        class: Option<String>,
        /// The level that was counted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        level: Option<String>,
        /// When they were counted, RFC 3339 with offset, up to two hours ago; absent: now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<String>,
    }
}

request! {
    /// `PUT /api/v1/parking/lots/{lot}/state`, `…/levels/{level}/state`, `…/lanes/{lane}/state`.
    OpenLot {
        /// Whether vehicles may use it.
        open: bool,
    }
}

request! {
    /// `PUT /api/v1/parking/lots/{lot}/lanes/{lane}/sight`: how the devices of a lane are.
    LaneSight {
        /// Whether they see vehicles.
        sees: bool,
    }
}

request! {
    /// `POST /api/v1/tickets/{id}/reprint`.
    Reprint {
        /// Name of the kiosk that prints; absent: who asks prints it himself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        printer: Option<String>,
    }
}

request! {
    /// `POST /api/v1/tickets/{id}/printed`: what became of a copy.
    Printed {
        /// The copy: 0 is the first print, every other one is marked 补打.
        copy: u32,
        /// `printed`, `failed` or `unknown`.
        state: String,
    }
}

request! {
    /// `POST /api/v1/tickets/find`: tickets of today by their number or by the visitor's document, one of the two.
    FindTickets {
        /// Such as `A001`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        number: Option<String>,
        /// Number of an identity document.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        person: Option<Pii<String>>,
    }
}

request! {
    /// `POST /api/v1/session`: sign in.
    SignIn {
        /// The user's name.
        name: String,
        /// The password.
        password: Pii<String>,
        /// Another password from now on. It ends all other sessions. Needed where the answer is `password-change`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        new_password: Option<Pii<String>>,
    }
}

request! {
    /// `PUT /api/v1/windows/{window}/seat`: sit down at a window.
    TakeSeat {
        /// Although somebody else sits there: he is told and acts there no longer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        take_over: Option<bool>,
    }
}

request! {
    /// `POST /api/v1/windows/{window}/open`.
    OpenWindow {
        /// Codes of the services to serve instead of the window's own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        services: Option<Vec<String>>,
    }
}

request! {
    /// `POST /api/v1/windows/{window}/pause`.
    PauseWindow {
        /// Why.
        reason: String,
    }
}

request! {
    /// `POST /api/v1/windows/{window}/call`.
    CallTicket {
        /// Id or number of the ticket to call; absent: the next by the rules.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ticket: Option<String>,
        /// Wait for the next ticket when nobody waits.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ready: Option<bool>,
    }
}

request! {
    /// `POST /api/v1/windows/{window}/recall`, `/start` and `/miss`.
    OnTicket {
        /// Id of the ticket the clerk sees; another one at the window is answered `stale`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ticket: Option<Uuid>,
    }
}

request! {
    /// `POST /api/v1/windows/{window}/finish`.
    FinishTicket {
        /// How it ended.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        outcome: Option<String>,
        /// Call the next ticket as well: the one key.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        call: Option<bool>,
        /// With `call`: wait for the next ticket when nobody waits.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ready: Option<bool>,
        /// See `OnTicket`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ticket: Option<Uuid>,
    }
}

request! {
    /// `POST /api/v1/windows/{window}/return`.
    ReturnTicket {
        /// Why.
        reason: String,
        /// See `OnTicket`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ticket: Option<Uuid>,
    }
}

request! {
    /// `POST /api/v1/windows/{window}/park`.
    ParkTicket {
        /// What for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
        /// See `OnTicket`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ticket: Option<Uuid>,
    }
}

request! {
    /// `POST /api/v1/windows/{window}/resume`.
    ResumeTicket {
        /// Id or number of a parked ticket.
        ticket: String,
    }
}

request! {
    /// `POST /api/v1/windows/{window}/rate`: the visitor rates how he is or was served.
    RateTicket {
        /// 1 (非常不满意) to 5 (非常满意).
        level: u8,
        /// Id of his ticket; absent: the one that is served there, or the last one that was, within ten minutes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ticket: Option<Uuid>,
    }
}

request! {
    /// `POST /api/v1/windows/{window}/transfer`: to a service or to a window, not both.
    TransferTicket {
        /// Code of the service.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        service: Option<String>,
        /// Number of the window.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        window: Option<u16>,
        /// See `OnTicket`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ticket: Option<Uuid>,
    }
}

request! {
    /// `PUT /api/v1/devices/{program}`: how the devices of a program are now. What it does not name any more is forgotten.
    ReportDevices {
        /// All of them, at most 96.
        devices: Vec<Device>,
    }
}
