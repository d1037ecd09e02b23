//! The TypeScript declarations of everything the pages read; `cargo xtask types` writes them into `web/`.

use hall::parking::Bay;
use hall::role::Role;
use hall::settings::WindowKind;
use hall::settings::ticket::TicketPart;
use hall::{Class, PrintState};
use ts_rs::{Config, TS};

use crate::{board, bridge, kiosk, live, parking, ticket, views};

const TICKET_STATES: [&str; 7] = ["waiting", "called", "serving", "parked", "done", "missed", "left"];
const WINDOW_STATES: [&str; 5] = ["closed", "idle", "ready", "busy", "paused"];
const TICKET_EVENTS: [&str; 13] = [
    "ticket.issued",
    "ticket.called",
    "ticket.recalled",
    "ticket.started",
    "ticket.finished",
    "ticket.missed",
    "ticket.returned",
    "ticket.parked",
    "ticket.resumed",
    "ticket.transferred",
    "ticket.rated",
    "ticket.left",
    "ticket.printed",
];

/// [`live::Message`] with the data that belongs to each type: TypeScript tells them apart by it.
const MESSAGES: [&str; 8] = [
    "TicketEvent = { type: TicketEventType, seq: number, at: string, data: TicketData }",
    "WindowChanged = { type: \"window.changed\", seq: number, at: string, data: Window }",
    "HallConfigured = { type: \"hall.configured\", seq: number, at: string, data: HallView }",
    "DayClosed = { type: \"day.closed\", seq: number, at: string, data: HallView }",
    "ParkingChanged = { type: \"parking.changed\", seq?: number, at: string, data: Lot }",
    "CrowdChanged = { type: \"crowd.changed\", at: string, data: Crowd }",
    "QueueChanged = { type: \"queue.changed\", at: string, data: Queue }",
    "ServerMessage = Hello | Snapshot | Tick | TicketEvent | WindowChanged | HallConfigured | DayClosed | QueueChanged | ParkingChanged | CrowdChanged | SeatChanged | DeviceChanged",
];

/// Settings, which the pure core keeps free of derives: as a hall file has them.
const SETTINGS: [&str; 3] = [
    "Name = string | Text",
    "TicketLine = { part: TicketPart, size?: number, align?: Align, bold?: boolean, text?: Name, feed?: number }",
    "TicketTemplate = { header?: Name, notice?: Name, languages?: (\"zh\" | \"en\")[], columns?: number[], date?: \"iso\" | \"chinese\" | \"day-first\", lines?: TicketLine[] }",
];

/// One TypeScript module.
pub fn module() -> String {
    let config = Config::default();
    let mut declarations = vec![
        union("TicketClass", &Class::ALL.map(Class::name)),
        union("TicketState", &TICKET_STATES),
        union("PrintState", &PrintState::ALL.map(PrintState::name)),
        union("WindowKind", &[WindowKind::General, WindowKind::Dedicated, WindowKind::Tide].map(WindowKind::name)),
        union("WindowState", &WINDOW_STATES),
        union("Role", &Role::ALL.map(Role::name)),
        union("TicketEventType", &TICKET_EVENTS),
        union("BayClass", &Bay::ALL.map(Bay::name)),
        union("LotWord", &["free", "about", "some", "full", "closed", "unknown"]),
        union("DoubtKind", &["never-counted", "below-nothing", "above-capacity", "blind", "silent", "passages"]),
        union("TicketPart", &TicketPart::ALL.map(TicketPart::name)),
        views::Text::decl(&config),
        bridge::Align::decl(&config),
        bridge::PaperLine::decl(&config),
        ticket::NoteKind::decl(&config),
        ticket::PaperNote::decl(&config),
        ticket::PaperRow::decl(&config),
        ticket::TicketPaper::decl(&config),
        ticket::TicketRefusal::decl(&config),
        ticket::TicketPreview::decl(&config),
        parking::LotRestriction::decl(&config),
        parking::LotSays::decl(&config),
        parking::LotClass::decl(&config),
        parking::LotLevel::decl(&config),
        parking::LotForecast::decl(&config),
        parking::Lot::decl(&config),
        parking::LotLane::decl(&config),
        parking::LotCorrection::decl(&config),
        parking::LotDoubt::decl(&config),
        parking::LotCount::decl(&config),
        parking::LotOperation::decl(&config),
        parking::LotCorrected::decl(&config),
        parking::VehicleFound::decl(&config),
        parking::CrowdSlot::decl(&config),
        parking::CrowdAdvice::decl(&config),
        parking::Crowd::decl(&config),
        parking::VisitLot::decl(&config),
        parking::LotTile::decl(&config),
        views::Eta::decl(&config),
        views::Print::decl(&config),
        views::Ticket::decl(&config),
        views::Window::decl(&config),
        views::Queue::decl(&config),
        views::Reason::decl(&config),
        views::Desk::decl(&config),
        views::Visit::decl(&config),
        views::Seat::decl(&config),
        views::Session::decl(&config),
        live::Topic::decl(&config),
        live::Subscribe::decl(&config),
        live::Hello::decl(&config),
        live::ZoneView::decl(&config),
        live::DepartmentView::decl(&config),
        live::HallView::decl(&config),
        live::SnapshotData::decl(&config),
        live::Snapshot::decl(&config),
        live::TicketData::decl(&config),
        live::Tick::decl(&config),
        live::SubscribeVisit::decl(&config),
        live::VisitChanged::decl(&config),
        live::SeatChanged::decl(&config),
        bridge::DeviceKind::decl(&config),
        bridge::DeviceState::decl(&config),
        bridge::Trouble::decl(&config),
        views::HallDevice::decl(&config),
        live::DeviceChanged::decl(&config),
        bridge::CardTrouble::decl(&config),
        kiosk::PageMessage::decl(&config),
        kiosk::KioskLanguage::decl(&config),
        kiosk::Press::decl(&config),
        kiosk::KioskMessage::decl(&config),
        kiosk::KioskHall::decl(&config),
        kiosk::KioskService::decl(&config),
        kiosk::Look::decl(&config),
        kiosk::KioskView::decl(&config),
        kiosk::KioskPerson::decl(&config),
        kiosk::Closed::decl(&config),
        kiosk::Sorry::decl(&config),
        kiosk::CodeNote::decl(&config),
        kiosk::Screen::decl(&config),
        kiosk::KioskVisit::decl(&config),
        kiosk::Place::decl(&config),
        kiosk::Slip::decl(&config),
        board::BoardLink::decl(&config),
        board::Spoken::decl(&config),
        board::BoardCall::decl(&config),
        board::BoardLine::decl(&config),
        board::BoardView::decl(&config),
        board::Saying::decl(&config),
        board::Announcement::decl(&config),
        board::BoardMessage::decl(&config),
        board::BoardReport::decl(&config),
    ];
    declarations.extend(SETTINGS.map(|settings| format!("type {settings};")));
    declarations.extend(MESSAGES.map(|message| format!("type {message};")));
    let mut text = String::from("// Made by `cargo xtask types` from the crate `protocol`. Do not edit.\n");
    for declaration in declarations {
        text.push_str("\nexport ");
        text.push_str(&in_lines(&declaration));
        text.push('\n');
    }
    text
}

/// One member a line, its comment before it: as people write it, and as differences are read.
fn in_lines(declaration: &str) -> String {
    declaration
        .replace("{ \n", "{\n")
        .replace("/**\n * ", "  /** ")
        .replace("\n * ", "\n   * ")
        .replace("\n */\n", " */\n  ")
        .replace(" \n", "\n")
        .replace(", };", ",\n};")
}

fn union(name: &str, members: &[&str]) -> String {
    let members: Vec<String> = members.iter().map(|member| format!("\"{member}\"")).collect();
    format!("type {name} = {};", members.join(" | "))
}
