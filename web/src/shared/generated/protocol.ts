// Made by `cargo xtask types` from the crate `protocol`. Do not edit.

export type TicketClass = "normal" | "appointment" | "elder" | "disabled" | "pregnant" | "soldier" | "green";

export type TicketState = "waiting" | "called" | "serving" | "parked" | "done" | "missed" | "left";

export type PrintState = "none" | "printing" | "printed" | "failed" | "unknown";

export type WindowKind = "general" | "dedicated" | "tide";

export type WindowState = "closed" | "idle" | "ready" | "busy" | "paused";

export type Role = "admin" | "security" | "auditor" | "manager" | "clerk" | "guide" | "kiosk" | "board" | "bridge" | "gate";

export type TicketEventType = "ticket.issued" | "ticket.called" | "ticket.recalled" | "ticket.started" | "ticket.finished" | "ticket.missed" | "ticket.returned" | "ticket.parked" | "ticket.resumed" | "ticket.transferred" | "ticket.rated" | "ticket.left" | "ticket.printed";

export type BayClass = "ordinary" | "disabled" | "charging" | "visitor" | "staff";

export type LotWord = "free" | "about" | "some" | "full" | "closed" | "unknown";

export type DoubtKind = "never-counted" | "below-nothing" | "above-capacity" | "blind" | "silent" | "passages";

export type TicketPart = "header" | "reprint" | "your-number" | "number" | "service" | "class" | "place" | "ahead" | "wait" | "time" | "qr" | "missed-rule" | "valid-today" | "notice" | "text" | "rule" | "feed";

export type Text = {
  /** Chinese. */
  zh: string,
  /** English. */
  en: string,
};

export type Align = "left" | "center" | "right";

export type PaperLine = { "type": "text",
  /** The text, without control characters. */
  text: string,
  /** How many times as large as plain text, 1 to 8 in both directions. */
  size: number,
  /** Where it stands. */
  align: Align,
  /** In bold. */
  bold: boolean, } | { "type": "rule" } | { "type": "qr",
  /** What it says. */
  data: string, } | { "type": "feed",
  /** How many, 1 to 10. */
  lines: number,
};

export type NoteKind = "wrapped" | "parted" | "shrunk" | "qr-too-long" | "too-long";

export type PaperNote = {
  /** The line of the template, from 0. */
  line: number,
  /** What happened. */
  kind: NoteKind,
  /** What stands in the first row, or the number that is printed smaller. */
  at: string,
  /** How many rows it takes, or at which size the number is printed. */
  rows: number,
};

export type PaperRow = {
  /** The line of the template it comes from, from 0. */
  line: number,
  /** What is printed; a text fits its row. */
  row: PaperLine,
};

export type TicketPaper = {
  /** Columns of the paper: 48 and 42 on 80 mm, 32 on 58 mm. */
  columns: number,
  /** From top to bottom. A Chinese character takes two columns, and a letter of size 2 twice as many. */
  rows: Array<PaperRow>,
  /** What had to give way. */
  notes: Array<PaperNote>,
};

export type TicketRefusal = {
  /** Which of its lines, from 0. */
  line: number | null,
  /** The key, in the line or in `[ticket]`. */
  key: string,
  /** A short name of the reason, such as `number-wide`. */
  reason: string,
  /** The reason in English. */
  detail: string,
};

export type TicketPreview = {
  /** The template, with the lines it has. */
  template: TicketTemplate,
  /** Why a hall file with it would be refused. */
  refused: TicketRefusal | null,
  /** The widest ticket of this hall on each paper of the template. */
  papers: Array<TicketPaper>,
  /** The section of a hall file. */
  toml: string,
};

export type LotRestriction = {
  /** `DISABLED`, `CHARGING` or `PRIVATE` (those who work here). */
  type: "DISABLED" | "CHARGING" | "PRIVATE",
  /** Bays. */
  capacity: number,
  /** Bays that count now. */
  realtime_capacity: number,
  /** Free ones; null when that is not known well enough. */
  realtime_free_capacity: number | null,
};

export type LotSays = {
  /** `free` (so many), `about` (约: so many, more or less), `some` (有位: nobody knows how many), `full` (满), `closed`, or
   * `unknown` (—). */
  says: LotWord,
  /** The number of `free` and `about`; null otherwise. */
  free: number | null,
};

export type LotClass = {
  /** `ordinary`, `disabled`, `charging`, `visitor` or `staff`. */
  class: BayClass,
  /** Bays. */
  capacity: number,
  /** `free` (so many), `about` (约: so many, more or less), `some` (有位: nobody knows how many), `full` (满), `closed`, or
   * `unknown` (—). */
  says: LotWord,
  /** The number of `free` and `about`; null otherwise. */
  free: number | null,
};

export type LotLevel = {
  /** Its code. */
  level: string,
  /** What people read. */
  name: Text,
  /** Bays. */
  capacity: number,
  /** `free` (so many), `about` (约: so many, more or less), `some` (有位: nobody knows how many), `full` (满), `closed`, or
   * `unknown` (—). */
  says: LotWord,
  /** The number of `free` and `about`; null otherwise. */
  free: number | null,
};

export type LotForecast = {
  /** In so many minutes. */
  in_min: number,
  /** One in ten times fewer are free. */
  free_low: number,
  /** As often fewer as more. */
  free: number,
  /** One in ten times more are free. */
  free_high: number,
};

export type Lot = {
  /** Its code in the settings. */
  uid: string,
  /** Its name in Chinese. */
  name: string,
  /** `CAR_PARK`, `UNDERGROUND`, `OFF_STREET_PARKING_GROUND` or `ON_STREET`. */
  type: string,
  /** `CAR`. */
  purpose: string,
  /** Degrees north. */
  lat: number | null,
  /** Degrees east. */
  lon: number | null,
  /** Greatest height of a vehicle, centimetres. */
  max_height: number | null,
  /** Bays of all classes. */
  capacity: number,
  /** `true`. */
  has_realtime_data: boolean,
  /** When the settings came into force, RFC 3339 in UTC. */
  static_data_updated_at: string,
  /** When something was last told of it, RFC 3339 in UTC. */
  realtime_data_updated_at: string,
  /** `OPEN`, `CLOSED`, or `UNKNOWN` when nobody ever counted. */
  realtime_opening_status: string,
  /** Bays that count now: those of closed levels do not. */
  realtime_capacity: number,
  /** Free ordinary bays; null when that is not known well enough. */
  realtime_free_capacity: number | null,
  /** Bays for people with a disability; null where there are none. */
  capacity_disabled: number | null,
  /** Bays for cars that charge; null where there are none. */
  capacity_charging: number | null,
  /** Free bays for people with a disability; null when that is not known well enough. */
  realtime_free_capacity_disabled: number | null,
  /** Free bays for cars that charge; null when that is not known well enough. */
  realtime_free_capacity_charging: number | null,
  /** Bays for some only. */
  restrictions: Array<LotRestriction>,
  /** Its name in the languages of the hall. */
  title: Text,
  /** Each class that has bays. */
  classes: Array<LotClass>,
  /** Each level that is counted. */
  levels: Array<LotLevel>,
  /** The lot to go to instead, when this one is full or closed. */
  divert_to: Text | null,
  /** Free ordinary bays in 15, 30 and 60 minutes; none until that is known. */
  forecast: Array<LotForecast>,
  /** When it will probably be full, RFC 3339; null when that is not within two hours. */
  full_at: string | null,
  /** How many ordinary places its counts may be off by; null when nobody ever counted. */
  off_by: number | null,
  /** `free` (so many), `about` (约: so many, more or less), `some` (有位: nobody knows how many), `full` (满), `closed`, or
   * `unknown` (—). */
  says: LotWord,
  /** The number of `free` and `about`; null otherwise. */
  free: number | null,
};

export type LotLane = {
  /** Its code. */
  lane: string,
  /** What people read. */
  name: Text | null,
  /** `in`, `out` or null: both ways. */
  direction: "in" | "out" | null,
  /** Whether vehicles may use it. */
  open: boolean,
  /** Since when its devices are known to see nothing. */
  blind_since: string | null,
  /** Its last passage. */
  seen_at: string | null,
  /** What has seen vehicles here within a day: `loops`, `camera`, `gate`, `http`. */
  sources: Array<string>,
  /** Vehicles in today. */
  entered: number,
  /** Vehicles out today. */
  left: number,
  /** Those of them that were doubted. */
  doubtful: number,
};

export type LotCorrection = {
  /** When people counted. */
  at: string,
  /** The class, where it is one. */
  class: string | null,
  /** The level, where it is one. */
  level: string | null,
  /** Cars that stood there. */
  occupied: number,
  /** What the count had been off by: positive when more cars stood there. */
  off: number,
  /** What it might have been off by, as was thought then. */
  bound: number | null,
  /** Why it was corrected. */
  reason: string,
  /** Who did; null for the count that begins at night. */
  by: string | null,
};

export type LotDoubt = {
  /** `never-counted`, `below-nothing`, `above-capacity`, `blind`, `silent` or `passages`. */
  doubt: DoubtKind,
  /** The lane, for `blind` and `silent`. */
  lane: string | null,
  /** Since when. */
  since: string | null,
  /** Until when; null: still. */
  until: string | null,
  /** Vehicles that are missing, or passages since the last correction. */
  vehicles: number | null,
  /** Passages that somebody was not sure of. */
  doubtful: number | null,
};

export type LotCount = {
  /** The class, where it is one. */
  class: string | null,
  /** The level, where it is one. */
  level: string | null,
  /** Bays. */
  capacity: number,
  /** Cars by the count, which may be below nothing or above the capacity. */
  occupied: number,
  /** Cars that most likely stand there: with those that blind and silent lanes are expected to have let pass. */
  likely: number,
  /** How far `likely` may be off, 95 of 100 times; null when nobody ever counted. */
  off_by: number | null,
  /** When it was last corrected. */
  corrected_at: string | null,
  /** Why it is doubted. */
  doubts: Array<LotDoubt>,
  /** Whether vehicles may use it. */
  open: boolean,
  /** `free` (so many), `about` (约: so many, more or less), `some` (有位: nobody knows how many), `full` (满), `closed`, or
   * `unknown` (—). */
  says: LotWord,
  /** The number of `free` and `about`; null otherwise. */
  free: number | null,
};

export type LotOperation = {
  /** The lot. */
  lot: Lot,
  /** Its counts. */
  counts: Array<LotCount>,
  /** Its lanes. */
  lanes: Array<LotLane>,
  /** Its last corrections, newest first. */
  corrections: Array<LotCorrection>,
  /** Vehicles that are inside by their plates. */
  inside: number,
  /** How long people stay on average, seconds; null until somebody has left. */
  stay_s: number | null,
};

export type LotCorrected = {
  /** What the count had been off by: positive when more cars stood there. */
  off: number,
  /** The lot now. */
  lot: Lot,
};

export type VehicleFound = {
  /** Code of the lot. */
  lot: string,
  /** Its name. */
  name: Text,
  /** Since when it is inside. */
  since: string,
};

export type CrowdSlot = {
  /** When they begin. */
  from: string,
  /** One in ten times fewer take a number. */
  low: number,
  /** People who will take a number. */
  expected: number,
  /** One in ten times more do. */
  high: number,
  /** People whom the open windows can serve in that time. */
  can_serve: number,
  /** People who will wait at its end. */
  waiting: number,
};

export type CrowdAdvice = {
  /** Windows to open; below nothing: so many may be paused. */
  windows: number,
  /** By when. */
  by: string,
  /** People who come in the busiest five minutes. */
  peak: number,
  /** People whom the open windows can serve in five minutes. */
  can_serve: number,
  /** People who would wait in the end if nothing were done. */
  waiting_without: number,
};

export type Crowd = {
  /** From five to forty minutes ahead; none until a day is known. */
  slots: Array<CrowdSlot>,
  /** Vehicles that came in within a quarter of an hour. */
  cars: number,
  /** Vehicles that usually come in within this quarter of an hour; null until a day is known. */
  cars_usual: number | null,
  /** People who wait now. */
  waiting: number,
  /** Windows that are open now. */
  open_windows: number,
  /** What to do; null: nothing. */
  advice: CrowdAdvice | null,
};

export type VisitLot = {
  /** Its name. */
  name: Text,
  /** What may be said of the bays for people with a disability; null where there are none. */
  disabled: LotSays | null,
  /** Free ordinary bays in half an hour; null when that is not known. */
  in_30: LotForecast | null,
  /** `free` (so many), `about` (约: so many, more or less), `some` (有位: nobody knows how many), `full` (满), `closed`, or
   * `unknown` (—). */
  says: LotWord,
  /** The number of `free` and `about`; null otherwise. */
  free: number | null,
};

export type LotTile = {
  /** Its code. */
  lot: string,
  /** What people read. */
  name: Text,
  /** What may be said of the bays for people with a disability; null where there are none. */
  disabled: LotSays | null,
  /** `free` (so many), `about` (约: so many, more or less), `some` (有位: nobody knows how many), `full` (满), `closed`, or
   * `unknown` (—). */
  says: LotWord,
  /** The number of `free` and `about`; null otherwise. */
  free: number | null,
};

export type Eta = {
  /** One in ten waits less. */
  low_s: number,
  /** Half wait less. */
  median_s: number,
  /** One in ten waits more. */
  high_s: number,
};

export type Print = {
  /** `none`, `printing`, `printed`, `failed` or `unknown`. */
  state: PrintState,
  /** Copies asked for beyond the first print. */
  copies: number,
  /** The kiosk that is to print it, where it is not the one that asked. */
  printer?: string,
};

export type Ticket = {
  /** Its id. */
  id: string,
  /** Its number, such as `A001`; unique in hall and business day. */
  number: string,
  /** Code of the service. */
  service: string,
  /** Name of the class. */
  class: TicketClass,
  /** `waiting`, `called`, `serving`, `parked`, `done`, `missed` or `left`. */
  state: TicketState,
  /** The day the number is valid on. */
  business_date: string,
  /** When it was issued, RFC 3339 with offset. */
  issued_at: string,
  /** When it was first called. */
  called_at: string | null,
  /** The window it is at, was at, or was sent to. */
  window: number | null,
  /** How many will probably be called before it; 0 when it does not wait. */
  ahead: number,
  /** The wait still before it, or null when that is not known or it does not wait. */
  eta: Eta | null,
  /** The open call; a recall keeps it. */
  call_id: string | null,
  /** Calls and recalls so far. */
  calls: number,
  /** The paper. */
  print: Print,
  /** Address of the visitor's page: whoever has it sees the visit and may leave the queue. Only in the answers of calls
   * that issue, print or find a ticket, never on the live stream. */
  link?: string,
};

export type Window = {
  /** Its number. */
  window: number,
  /** Code of its zone. */
  zone: string,
  /** `general`, `dedicated` or `tide`. */
  kind: WindowKind,
  /** `closed`, `idle`, `ready`, `busy` or `paused`. */
  state: WindowState,
  /** Since when. */
  since: string,
  /** Who opened it. */
  clerk: string | null,
  /** Why it is paused. */
  reason: string | null,
  /** The ticket that is called or served here. */
  ticket: Ticket | null,
  /** Codes of the services it serves now. */
  services: Array<string>,
  /** Numbers of the tickets it has put aside. */
  parked: Array<string>,
};

export type Queue = {
  /** Code of the service. */
  service: string,
  /** What people read. */
  name: Text,
  /** Code of the department. */
  department: string | null,
  /** A ticket needs a person. */
  real_name: boolean,
  /** How many wait. */
  waiting: number,
  /** How long the longest of them has waited, in seconds. */
  longest_wait_s: number,
  /** Open windows that serve it. */
  open_windows: number,
  /** The wait of somebody who takes a ticket of class `normal` now; null when it is not known. */
  eta: Eta | null,
  /** Tickets issued today. */
  issued: number,
  /** Tickets served today. */
  served: number,
  /** Tickets that left the queue today. */
  left: number,
};

export type Reason = {
  /** The rule that chose it. */
  rule: string,
  /** Seconds of waiting to its credit. */
  waited_s: number,
  /** Number of the ticket that had waited longer and was passed over. */
  passed: string | null,
};

export type Desk = {
  /** Who would be called now by the rules; null when nobody waits for this window. */
  next: Ticket | null,
  /** Why that one; null when nobody waits. */
  why: Reason | null,
  /** What the window has put aside, oldest first. */
  parked: Array<Ticket>,
  /** Who did not come to this window today and has not been called since, newest first. */
  missed: Array<Ticket>,
};

export type Visit = {
  /** The hall. */
  hall: Text,
  /** Number of the ticket. */
  number: string,
  /** What it is for. */
  service: Text,
  /** `waiting`, `called`, `serving`, `parked`, `done`, `missed` or `left`. */
  state: TicketState,
  /** The day the number is valid on. */
  business_date: string,
  /** When it was issued. */
  issued_at: string,
  /** When it was first called. */
  called_at: string | null,
  /** The window to go to, or where it was served. */
  window: number | null,
  /** The zone of that window, or of the windows that may call it. */
  zone: Text | null,
  /** How many will probably be called before it; 0 when it does not wait. */
  ahead: number,
  /** The wait still before it, or null when that is not known or it does not wait. */
  eta: Eta | null,
  /** Seconds a called visitor is waited for before the next is called. */
  held_s: number,
  /** Whether the hall is open. */
  open: boolean,
  /** Its car parks. */
  lots: Array<VisitLot>,
};

export type Seat = {
  /** The window. */
  window: number,
  /** This sitting; another one after somebody else sat down. */
  seat: string,
  /** Who. */
  name: string,
  /** Since when. */
  since: string,
};

export type Session = {
  /** His name. */
  name: string,
  /** What he may do. */
  role: Role,
  /** The only window he may sit at, if it is only one. */
  window: number | null,
  /** Where he sits. */
  seat: Seat | null,
  /** When the session ends for good, RFC 3339. */
  expires_at: string,
  /** Seconds without a request after which it ends before. */
  idle_s: number,
};

export type Topic = "calls" | "queues" | "windows" | "parking" | "devices";

export type Subscribe = {
  /** What it wants to hear of. */
  subscribe: Array<Topic>,
  /** The last position it has seen; null for a snapshot. */
  after: number | null,
};

export type Hello = {
  /** `hello`. */
  type: "hello",
  /** Version of the protocol. */
  protocol: number,
  /** What program this is; another one after a reconnect means that pages should reload. */
  build: string,
};

export type ZoneView = {
  /** Its code. */
  code: string,
  /** What people read. */
  name: Text,
};

export type DepartmentView = {
  /** Its code. */
  code: string,
  /** What people read. */
  name: Text,
};

export type HallView = {
  /** What it is called. */
  name: Text,
  /** The business day in progress. */
  business_date: string | null,
  /** Whether tickets are issued now. */
  open: boolean,
  /** Local time from which tickets are issued on a working day, such as `08:30`. */
  opens: string,
  /** Local time until which tickets are issued. */
  closes: string,
  /** Its zones. */
  zones: Array<ZoneView>,
  /** Its departments. */
  departments: Array<DepartmentView>,
  /** What stands on its tickets, where it says so. */
  ticket?: TicketTemplate,
};

export type SnapshotData = {
  /** The hall. */
  hall: HallView,
  /** The last tickets that were called, the newest first, whatever became of them. */
  calls: Array<Ticket>,
  /** Every service. */
  queues: Array<Queue>,
  /** Every window. */
  windows: Array<Window>,
  /** Every car park. */
  lots: Array<Lot>,
  /** The crowd that is coming; null until something is known. */
  crowd: Crowd | null,
};

export type Snapshot = {
  /** `snapshot`. */
  type: "snapshot",
  /** The position. */
  seq: number,
  /** The hall's time. */
  at: string,
  /** What there is. */
  data: SnapshotData,
};

export type TicketData = {
  /** The window whose state changed with it. */
  window_state?: Window,
  /** The window at which it was parked before, where that is another one. */
  former_window_state?: Window,
  /** The number of the window concerned, where that window had left the settings and is gone with its ticket. */
  gone_window?: number,
  /** Why it was called. */
  why?: Reason,
  /** Its id. */
  id: string,
  /** Its number, such as `A001`; unique in hall and business day. */
  number: string,
  /** Code of the service. */
  service: string,
  /** Name of the class. */
  class: TicketClass,
  /** `waiting`, `called`, `serving`, `parked`, `done`, `missed` or `left`. */
  state: TicketState,
  /** The day the number is valid on. */
  business_date: string,
  /** When it was issued, RFC 3339 with offset. */
  issued_at: string,
  /** When it was first called. */
  called_at: string | null,
  /** The window it is at, was at, or was sent to. */
  window: number | null,
  /** How many will probably be called before it; 0 when it does not wait. */
  ahead: number,
  /** The wait still before it, or null when that is not known or it does not wait. */
  eta: Eta | null,
  /** The open call; a recall keeps it. */
  call_id: string | null,
  /** Calls and recalls so far. */
  calls: number,
  /** The paper. */
  print: Print,
  /** Address of the visitor's page: whoever has it sees the visit and may leave the queue. Only in the answers of calls
   * that issue, print or find a ticket, never on the live stream. */
  link?: string,
};

export type Tick = {
  /** `tick`. */
  type: "tick",
  /** Position of the last event. */
  seq: number,
  /** The hall's time. */
  at: string,
  /** Whether tickets are issued now. */
  open: boolean,
};

export type SubscribeVisit = {
  /** `["visit"]`. */
  subscribe: ["visit"],
  /** From the address of the page. */
  token: string,
};

export type VisitChanged = {
  /** `visit.changed`. */
  type: "visit.changed",
  /** The hall's time. */
  at: string,
  /** The visit. */
  data: Visit,
};

export type SeatChanged = {
  /** `seat.changed`. */
  type: "seat.changed",
  /** The hall's time. */
  at: string,
  /** The window. */
  window: number,
  /** Who sits there; null when nobody does. */
  seat: Seat | null,
};

export type DeviceKind = "printer" | "reader" | "sign" | "scanner" | "pads" | "lane" | "gate" | "lamp" | "camera" | "speaker" | "kiosk" | "board";

export type DeviceState = "ready" | "degraded" | "gone";

export type Trouble = "paper-near-end" | "paper-out" | "cover-open" | "cutter" | "overheated" | "fault" | "off-line" | "no-answer" | "restarted" | "refused" | "garbled" | "loop-stuck" | "jammed" | "blocked" | "storage-full";

export type HallDevice = {
  /** The program that has it. */
  program: string,
  /** What kind of device. */
  kind: DeviceKind,
  /** Its name in the settings. */
  name: string,
  /** Its model in the settings. */
  model: string,
  /** Where it is connected, as in the settings. */
  port: string,
  /** How it is. */
  state: DeviceState,
  /** What is wrong; a ready device may still be low on paper. */
  why: Trouble | null,
  /** Since when, RFC 3339. */
  since: string,
};

export type DeviceChanged = {
  /** `device.changed`. */
  type: "device.changed",
  /** The hall's time. */
  at: string,
  /** The device. */
  data: HallDevice,
};

export type CardTrouble = "moved" | "unknown-card" | "not-trusted" | "garbled";

export type PageMessage = { "type": "hello",
  /** The token. */
  token: string, } | { "type": "press",
  /** The screen it stood on. */
  screen: number,
  /** Which key. */
  press: Press, } | { "type": "touch" };

export type KioskLanguage = "zh" | "en";

export type Press = { "key": "no-card" } | { "key": "appointment" } | { "key": "help" } | { "key": "language",
  /** Which. */
  language: KioskLanguage, } | { "key": "large",
  /** Or plain ones. */
  on: boolean, } | { "key": "low",
  /** Or everywhere. */
  on: boolean, } | { "key": "contrast",
  /** Or plain colours. */
  on: boolean, } | { "key": "service",
  /** Code of the service. */
  service: string, } | { "key": "elder",
  /** Takes it. */
  on: boolean, } | { "key": "take" } | { "key": "reprint" } | { "key": "came-out",
  /** It did. */
  yes: boolean, } | { "key": "stay" } | { "key": "back" } | { "key": "finish" };

export type KioskMessage = { "type": "hall",
  /** All of it. */
  hall: KioskHall, } | { "type": "view",
  /** All of it. */
  view: KioskView,
};

export type KioskHall = {
  /** What it is called. */
  name: Text,
  /** Whether tickets are issued now. */
  open: boolean,
  /** Local time from which tickets are issued. */
  opens: string,
  /** Local time until which they are. */
  closes: string,
  /** Its departments. */
  departments: Array<DepartmentView>,
  /** What people come for. */
  services: Array<KioskService>,
  /** The car parks. */
  lots: Array<LotTile>,
};

export type KioskService = {
  /** Its code. */
  service: string,
  /** What people read. */
  name: Text,
  /** Code of the department. */
  department: string | null,
  /** A ticket needs an identity card. */
  real_name: boolean,
  /** How many wait. */
  waiting: number,
  /** The wait of somebody who takes a ticket now; null when it is not known. */
  eta: Eta | null,
  /** Open windows that serve it. */
  open_windows: number,
  /** Tickets issued today: what is asked for most comes first. */
  issued: number,
};

export type Look = {
  /** Its language. */
  language: KioskLanguage,
  /** Large letters and keys, fewer on a page. */
  large: boolean,
  /** Keys in the lower part of the screen. */
  low: boolean,
  /** High contrast. */
  contrast: boolean,
};

export type KioskView = {
  /** Number of this screen. Presses name it. */
  screen: number,
  /** Number of this visit: with another one, nothing of the former visitor may be left on the page. */
  visit: number,
  /** The hall's time. */
  at: string | null,
  /** How the page looks. */
  look: Look,
  /** Whether the hall's server is heard. */
  online: boolean,
  /** How the card reader is. */
  reader: DeviceState,
  /** How the scanner of printed codes is; null where there is none. */
  scanner: DeviceState | null,
  /** How the printer is. */
  printer: DeviceState,
  /** What is wrong with the printer; a ready one may still be low on paper. */
  printer_why: Trouble | null,
  /** Why the last card was not read. */
  card_trouble: CardTrouble | null,
  /** A card lies on the reader. */
  card_on: boolean,
  /** It is being read: it must not move. */
  card_reading: boolean,
  /** Who has laid a card on the reader. */
  person: KioskPerson | null,
  /** Seconds until the screen is cleared, when nobody has touched it for long. */
  idle_s: number | null,
  /** Diagonal of the screen, in inches. */
  diagonal_in: number,
  /** The screen. */
  show: Screen,
};

export type KioskPerson = {
  /** Such as `张*`. */
  name: string,
  /** The last four characters of the card's number. */
  last4: string,
  /** The card's last day is over. Its holder is served all the same, and should know. */
  expired: boolean,
};

export type Closed = "starting" | "printer" | "server" | "hours";

export type Sorry = "service-closed" | "server-away" | "unknown-service" | "kiosk-trouble" | "refused" | "not-reprinted";

export type CodeNote = "unreadable" | "nothing" | "no-visit" | "appointment" | "not-connected" | "unknown" | "away";

export type Screen = { "name": "welcome" } | { "name": "closed",
  /** Why. */
  why: Closed,
  /** Where the next kiosk is, as the settings say. */
  nearby: Text | null, } | { "name": "help" } | { "name": "appointment" } | { "name": "looking" } | { "name": "visit",
  /** The visit. */
  visit: KioskVisit, } | { "name": "code",
  /** What is said of it. */
  why: CodeNote, } | { "name": "services" } | { "name": "need-card",
  /** What people read. */
  service: Text, } | { "name": "confirm",
  /** Code of the service. */
  service: string,
  /** Whether the precedence of 70 and more is taken; null for who is younger. */
  elder: boolean | null,
  /** Where it is served. */
  place: Place, } | { "name": "issuing",
  /** What people read. */
  service: Text,
  /** It takes longer than it should. */
  slow: boolean, } | { "name": "printing",
  /** The ticket. */
  slip: Slip, } | { "name": "asking",
  /** The ticket. */
  slip: Slip, } | { "name": "done",
  /** The ticket. */
  slip: Slip,
  /** Seconds until the next visitor. */
  seconds: number, } | { "name": "number-only",
  /** The ticket. */
  slip: Slip,
  /** Why it was not printed. */
  why: Trouble | null,
  /** The printer works again: it can be printed now. */
  again: boolean, } | { "name": "already",
  /** Its number. */
  number: string,
  /** What people read. */
  service: Text, } | { "name": "sorry",
  /** Why. */
  why: Sorry,
};

export type KioskVisit = {
  /** Its number. */
  number: string,
  /** What people read. */
  service: Text,
  /** `waiting`, `called`, `serving`, `parked`, `done`, `missed` or `left`. */
  state: TicketState,
  /** The window to go to, or where it was served. */
  window: number | null,
  /** The zone of that window, or of those that may call it. */
  zone: Text | null,
  /** How many will probably be called before it. */
  ahead: number,
  /** The wait; null when it is not known or it does not wait. */
  eta: Eta | null,
};

export type Place = {
  /** Code of the zone, such as `A`. */
  zone: string | null,
  /** Its name. */
  name: Text | null,
  /** Its windows, such as `1–4, 7`; empty when not known. */
  windows: string,
};

export type Slip = {
  /** Its number. */
  number: string,
  /** What people read. */
  service: Text,
  /** Where to wait. */
  place: Place,
  /** How many are ahead. */
  ahead: number,
  /** The wait; null when it is not known. */
  eta: Eta | null,
  /** Local time of issue, such as `09:41`. */
  time: string,
  /** It is marked 补打. */
  reprint: boolean,
  /** It was found again after the kiosk had been off. */
  restored: boolean,
  /** The address of the visitor's page. */
  link: string | null,
};

export type BoardLink = "connecting" | "live" | "stale";

export type Spoken = "zh" | "en";

export type BoardCall = {
  /** Tells this call from every other of this board; a recall is another one. */
  key: number,
  /** Number of the ticket. */
  number: string,
  /** The window. */
  window: number,
  /** Name of the class. */
  class: TicketClass,
  /** Called again, and not answered yet. */
  again: boolean,
  /** Called a moment ago: it is to be noticed. */
  fresh: boolean,
  /** It stands in huge letters. */
  large: boolean,
  /** The visitor is at the window. */
  serving: boolean,
};

export type BoardLine = {
  /** Code of the service. */
  service: string,
  /** What people read. */
  name: Text,
  /** How many wait. */
  waiting: number,
  /** Whether a window of the hall serves it now. */
  open: boolean,
};

export type BoardView = {
  /** The zone; none as long as nothing is known of the hall. */
  zone: ZoneView | null,
  /** What the hall is called. */
  hall: Text | null,
  /** How far this is of the present. */
  link: BoardLink,
  /** The hall's time as `08:31`; of the last news where the board is stale. */
  time: string | null,
  /** The hall's date as `2026-11-23`. */
  date: string | null,
  /** Whether tickets are issued now. */
  open: boolean,
  /** Who is called or served, the newest call first. */
  calls: Array<BoardCall>,
  /** The lines of the zone; empty where the board is stale. */
  lines: Array<BoardLine>,
  /** How many wait in all lines of the zone; none where that is not known. */
  waiting: number | null,
  /** The car parks of the hall. */
  lots: Array<LotTile>,
};

export type Saying = {
  /** Its language. */
  language: Spoken,
  /** What is said, as people would write it. */
  text: string,
  /** The clips that say it, in order, such as `zh/please`. */
  clips: Array<string>,
};

export type Announcement = {
  /** Its place among the announcements of this zone; to be reported when it is over. */
  id: number,
  /** Number of the ticket. */
  number: string,
  /** The window. */
  window: number,
  /** The clip before the first sentence. */
  chime: string,
  /** The sentences in order; a call that is said twice has its sentences twice. */
  sayings: Array<Saying>,
  /** Silence before each sentence, in milliseconds. */
  pause_ms: number,
  /** After so many milliseconds it has to be over, whatever the sound card says. */
  limit_ms: number,
  /** After so many milliseconds it is too old to begin. */
  expires_ms: number,
};

export type BoardMessage = { "type": "board.hello",
  /** What program this is. */
  build: string, } | { "type": "board.view",
  /** All of it. */
  view: BoardView, } | { "type": "board.tick" } | { "type": "board.announce",
  /** What. */
  announcement: Announcement, } | { "type": "board.zones",
  /** What the hall is called. */
  hall: Text,
  /** The zones there are. */
  zones: Array<ZoneView>,
};

export type BoardReport = {
  /** Its id. */
  said: number,
};

export type Name = string | Text;

export type TicketLine = { part: TicketPart, size?: number, align?: Align, bold?: boolean, text?: Name, feed?: number };

export type TicketTemplate = { header?: Name, notice?: Name, languages?: ("zh" | "en")[], columns?: number[], date?: "iso" | "chinese" | "day-first", lines?: TicketLine[] };

export type TicketEvent = { type: TicketEventType, seq: number, at: string, data: TicketData };

export type WindowChanged = { type: "window.changed", seq: number, at: string, data: Window };

export type HallConfigured = { type: "hall.configured", seq: number, at: string, data: HallView };

export type DayClosed = { type: "day.closed", seq: number, at: string, data: HallView };

export type ParkingChanged = { type: "parking.changed", seq?: number, at: string, data: Lot };

export type CrowdChanged = { type: "crowd.changed", at: string, data: Crowd };

export type QueueChanged = { type: "queue.changed", at: string, data: Queue };

export type ServerMessage = Hello | Snapshot | Tick | TicketEvent | WindowChanged | HallConfigured | DayClosed | QueueChanged | ParkingChanged | CrowdChanged | SeatChanged | DeviceChanged;
