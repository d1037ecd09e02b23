// The wire types of the live stream. The Rust crate `protocol` generates this file; do not edit it by hand.

export interface Words {
  zh: string;
  en: string;
}

export type TicketClass =
  | "normal"
  | "appointment"
  | "elder"
  | "disabled"
  | "pregnant"
  | "soldier"
  | "green";

export type TicketState = "waiting" | "called" | "serving" | "parked" | "done" | "missed" | "left";

export interface Eta {
  low_s: number;
  median_s: number;
  high_s: number;
}

export interface Print {
  state: "none" | "printing" | "printed" | "failed" | "unknown";
  copies: number;
}

export interface Ticket {
  id: string;
  number: string;
  service: string;
  class: TicketClass;
  state: TicketState;
  business_date: string;
  issued_at: string;
  called_at: string | null;
  window: number | null;
  ahead: number;
  eta: Eta | null;
  call_id: string | null;
  calls: number;
  print: Print;
}

export type WindowKind = "general" | "dedicated" | "tide";

export type WindowState = "closed" | "idle" | "ready" | "busy" | "paused";

export interface Window {
  window: number;
  zone: string;
  kind: WindowKind;
  state: WindowState;
  since: string;
  clerk: string | null;
  reason: string | null;
  ticket: Ticket | null;
  services: string[];
  parked: string[];
}

export interface Queue {
  service: string;
  name: Words;
  department: string;
  waiting: number;
  longest_wait_s: number;
  open_windows: number;
  eta: Eta | null;
  issued: number;
  served: number;
  left: number;
}

export interface Zone {
  code: string;
  name: Words;
}

export interface Hall {
  name: Words;
  business_date: string;
  open: boolean;
  zones: Zone[];
}

export interface Snapshot {
  hall: Hall;
  calls: Ticket[];
  queues: Queue[];
  windows: Window[];
}

export type TicketEventType =
  | "ticket.issued"
  | "ticket.called"
  | "ticket.recalled"
  | "ticket.started"
  | "ticket.finished"
  | "ticket.missed"
  | "ticket.returned"
  | "ticket.parked"
  | "ticket.resumed"
  | "ticket.transferred"
  | "ticket.left"
  | "ticket.printed";

export type TicketEventData = Ticket & { window_state?: Window; why?: unknown };

export type Hello = { type: "hello"; protocol: number; build: string };
export type SnapshotMessage = { type: "snapshot"; seq: number; at: string; data: Snapshot };
export type TicketEvent = { type: TicketEventType; seq: number; at: string; data: TicketEventData };
export type WindowChanged = { type: "window.changed"; seq: number; at: string; data: Window };
export type HallConfigured = { type: "hall.configured"; seq: number; at: string; data?: unknown };
export type DayClosed = { type: "day.closed"; seq: number; at: string; data?: unknown };
export type QueueChanged = { type: "queue.changed"; at: string; data: Queue };
export type Tick = { type: "tick"; seq: number; at: string; open?: boolean };

export type ServerMessage =
  | Hello
  | SnapshotMessage
  | TicketEvent
  | WindowChanged
  | HallConfigured
  | DayClosed
  | QueueChanged
  | Tick;

export type Topic = "calls" | "queues" | "windows" | "parking" | "devices";

export interface Subscribe {
  subscribe: Topic[];
  after: number | null;
}

export interface ConnectTicket {
  connect: string;
}
