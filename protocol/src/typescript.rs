//! The TypeScript declarations of everything the pages read; `cargo xtask types` writes them into `web/`.

use ts_rs::{Config, TS};

use crate::{live, views};

/// One TypeScript module.
pub fn module() -> String {
    let config = Config::default();
    let mut text = String::from("// Made by `cargo xtask types` from the crate `protocol`. Do not edit.\n");
    let declarations = [
        views::Eta::decl(&config),
        views::Print::decl(&config),
        views::Ticket::decl(&config),
        views::Window::decl(&config),
        views::Text::decl(&config),
        views::Queue::decl(&config),
        views::Reason::decl(&config),
        live::Topic::decl(&config),
        live::Hello::decl(&config),
        live::ZoneView::decl(&config),
        live::HallView::decl(&config),
        live::SnapshotData::decl(&config),
        live::Snapshot::decl(&config),
        live::TicketData::decl(&config),
        live::Message::decl(&config),
        live::Data::decl(&config),
        live::Tick::decl(&config),
    ];
    for declaration in declarations {
        text.push_str("\nexport ");
        text.push_str(&declaration);
        text.push('\n');
    }
    text
}
