/** What the demo tells of itself: its programs, and the virtual devices of the bridge as `GET /v1/virtual` lists them. */
import type { DeviceKind, DeviceState, Trouble } from "../../shared/generated/protocol";

export interface Program {
  name: string;
  state: "running" | "down";
  since: string;
}

/** Plugs by their names: what is plugged in and what goes wrong. */
export type Plugs = Record<string, unknown>;

/** What every virtual device has. */
export interface Plugged {
  name: string;
  plugs: Plugs;
}

export interface PaperTicket {
  /** Its place, from 0; none while it hangs in the printer. */
  n: number | null;
  text: string;
  qr: string[];
  complete: boolean;
  cut: boolean;
  void: boolean;
  reprint: boolean;
  /** Path on the bridge. */
  png: string;
}

export interface Printer extends Plugged {
  printed: number;
  tickets: PaperTicket[];
  hanging: PaperTicket | null;
  faults: string[];
}

export interface DeckCard {
  n: number;
  label: string;
  kind: string;
  name: string;
  number: string;
  birth: string;
  valid_to: string | null;
}

export interface Reader extends Plugged {
  card: number | null;
  deck: DeckCard[];
}

export interface Scanner extends Plugged {
  scans: number;
}

export interface Sign extends Plugged {
  width: number;
  height: number;
  /** What stands in each of its areas; a row of dots a line on a sign of dots. */
  areas: { area: number; text: string }[];
  /** Path of its picture on the bridge. */
  png: string;
}

export interface Speaker extends Plugged {
  /** What it said, the newest last. */
  played: { text: string; began_ms: number; end: "under" | "said" | "broken" }[];
  count: number;
}

export interface Pad {
  /** Six places, `-` for an empty one. */
  display: string;
  beeps: number;
  asked: number;
  /** Something was pressed that nobody has answered yet. */
  pressing: boolean;
}

/** A line of call pads and rating pads. */
export interface Pads extends Plugged {
  /** By address. */
  pads: Record<string, Pad>;
}

export interface Lane extends Plugged {
  /** Changes of its loops that vehicles under way will still make. */
  coming: number;
}

export interface Gate extends Plugged {
  /** How far it is open, from 0 to 1. */
  opened: number;
}

export interface Lamp extends Plugged {
  lit: boolean;
}

/** How a device is, as its owner in the bridge finds it. */
export interface DeviceNow {
  kind: DeviceKind;
  name: string;
  model: string;
  state: DeviceState;
  why: Trouble | null;
}

/** What a lane has counted. */
export interface Count {
  name: string;
  /** Something is over the loop towards the street. */
  a: boolean;
  /** … and over the other one. */
  b: boolean;
  passed_in: number;
  passed_out: number;
  doubtful: number;
}

/** What a gate's contacts say. */
export interface Contacts {
  name: string;
  state: "unknown" | "open" | "closed";
  held: boolean;
}

export interface Bridge {
  printers: Printer[];
  readers: Reader[];
  scanners: Scanner[];
  signs: Sign[];
  speakers: Speaker[];
  lanes: Lane[];
  gates: Gate[];
  lamps: Lamp[];
  pads: Pads[];
  devices: DeviceNow[];
  counts: Count[];
  contacts: Contacts[];
}

export interface DemoState {
  programs: Program[];
  /** Null while the bridge is down. */
  bridge: Bridge | null;
}

/** What can go wrong while a card is read. */
export const CARD_FAULTS = [
  "taken-away",
  "taken-away-silent",
  "bad-checksum",
  "split",
  "garbage",
  "slow",
  "not-trusted",
  "unknown-card",
] as const;
export type CardFault = (typeof CARD_FAULTS)[number];

/** Keys of a call pad, as they lie on it. */
export const PAD_KEYS = [
  "call",
  "recall",
  "give-up",
  "park",
  "resume",
  "transfer",
  "evaluate",
  "pause",
] as const;
/** What the four keys of a rating pad mean, the best first. */
export const RATINGS = [5, 4, 3, 2] as const;

export const DIRECTIONS = ["in", "out"] as const;
export const VEHICLES = ["car", "van", "truck", "bus", "trailer", "motorcycle"] as const;
export const CONDUCTS = ["passes", "stops", "tailgates", "reverses", "shuffles", "pulls-out"] as const;
export const GATE_MOVES = ["open", "close", "stop"] as const;
