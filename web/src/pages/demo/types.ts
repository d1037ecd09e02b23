/** What the demo tells of itself: its programs, and the virtual devices of the bridge as `GET /v1/virtual` lists them. */

export interface Program {
  name: string;
  state: "running" | "down";
  since: string;
}

export type Roll = "ok" | "near-end" | "out";

export interface PrinterPlugs {
  paper: Roll;
  cover_open: boolean;
  power: boolean;
  line: boolean;
  cutter_jam: boolean;
  [more: string]: unknown;
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

export interface Printer {
  name: string;
  model: string;
  plugs: PrinterPlugs;
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

export interface ReaderPlugs {
  line: boolean;
  self_test: boolean;
  slow: boolean;
  [more: string]: unknown;
}

export interface Scanner {
  name: string;
  scans: number;
}

export interface Reader {
  name: string;
  plugs: ReaderPlugs;
  card: number | null;
  deck: DeckCard[];
}

export interface SignPlugs {
  line: boolean;
  power: boolean;
  garbled: boolean;
  [more: string]: unknown;
}

export interface Sign {
  name: string;
  plugs: SignPlugs;
  /** Path of its picture on the bridge. */
  png: string;
}

export interface Virtuals {
  printers: Printer[];
  readers: Reader[];
  scanners?: Scanner[];
  signs?: Sign[];
}

export interface DemoState {
  programs: Program[];
  /** Null while the bridge is down. */
  bridge: Virtuals | null;
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
