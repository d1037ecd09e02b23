//! What is shown of a visit.

use protocol::kiosk::{KioskView, KioskVisit, Screen, Slip};

use super::stage::{Code, Shown, Stage};
use super::{SLOW_MS, Visit};
use crate::Millis;
use crate::hall::Hall;

impl Visit {
    /// What the page shows now.
    pub fn view(&self, now: Millis, hall: &Hall) -> KioskView {
        KioskView {
            screen: self.screen,
            visit: self.count,
            at: hall.at().map(str::to_owned),
            look: self.look,
            online: hall.online(),
            reader: self.reader,
            scanner: self.scanner,
            printer: self.printer.0,
            printer_why: self.printer.1,
            card_trouble: self.card_trouble.map(|(trouble, _)| trouble),
            card_on: self.card_on,
            card_reading: self.card_reading,
            person: self.person.as_ref().map(|person| person.shown(hall.at())),
            idle_s: self.idle_s(now),
            diagonal_in: self.settings.diagonal_in,
            show: self.show(now, hall),
        }
    }

    /// Seconds left, once the visitor has to be asked. Somebody who has only changed the look is not asked.
    fn idle_s(&self, now: Millis) -> Option<u32> {
        let idle = now.since(self.touched);
        if !self.stage.has_idle() || idle < self.settings.idle_ms {
            return None;
        }
        let left = (self.settings.idle_ms + self.settings.warning_ms).saturating_sub(idle);
        Some(left.div_ceil(1000) as u32)
    }

    fn show(&self, now: Millis, hall: &Hall) -> Screen {
        match &self.stage {
            Stage::Welcome => match self.closed(hall) {
                Some(why) => Screen::Closed { why, nearby: self.settings.nearby.clone() },
                None => Screen::Welcome,
            },
            Stage::Help(_) => Screen::Help,
            Stage::Appointment(_) => Screen::Appointment,
            Stage::Code { code, .. } => match code {
                Code::Looking => Screen::Looking,
                Code::Ticket(visit) => Screen::Visit { visit: shown(visit) },
                Code::Note(why) => Screen::Code { why: *why },
            },
            Stage::Services => Screen::Services,
            Stage::NeedCard { service } => Screen::NeedCard { service: hall.service_name(service) },
            Stage::Confirm { service, elder } => {
                Screen::Confirm { service: service.clone(), elder: *elder, place: hall.place(service) }
            }
            Stage::Issuing { service, .. } => Screen::Issuing {
                service: hall.service_name(service),
                slow: now.since(self.since) >= SLOW_MS || !hall.online(),
            },
            Stage::Printing(shown) => Screen::Printing { slip: slip(hall, shown) },
            Stage::Asking(shown) => Screen::Asking { slip: slip(hall, shown) },
            Stage::Done(shown) => {
                let left = self.done_ms().saturating_sub(now.since(self.since));
                Screen::Done { slip: slip(hall, shown), seconds: left.div_ceil(1000) as u32 }
            }
            Stage::NumberOnly { shown, why } => {
                Screen::NumberOnly { slip: slip(hall, shown), why: *why, again: self.prints() && hall.online() }
            }
            Stage::Already { number, service, .. } => {
                Screen::Already { number: number.clone(), service: hall.service_name(service) }
            }
            Stage::Sorry(why) => Screen::Sorry { why: *why },
        }
    }
}

fn shown(visit: &protocol::Visit) -> KioskVisit {
    KioskVisit {
        number: visit.number.clone(),
        service: visit.service.clone(),
        state: visit.state.clone(),
        window: visit.window,
        zone: visit.zone.clone(),
        ahead: visit.ahead,
        eta: visit.eta.clone(),
    }
}

fn slip(hall: &Hall, shown: &Shown) -> Slip {
    let ticket = &shown.copy.ticket;
    Slip {
        number: ticket.number.clone(),
        service: hall.service_name(&ticket.service),
        place: hall.place(&ticket.service),
        ahead: ticket.ahead,
        eta: ticket.eta.clone(),
        time: ticket.issued_at.get(11..16).unwrap_or_default().to_owned(),
        reprint: shown.copy.copy > 0,
        restored: shown.restored,
        link: ticket.link.clone(),
    }
}
