/** Asks the demo again and again how everything is, and does to its devices what a hand would do. */
import { computed, signal } from "@preact/signals";
import { call } from "../../shared/api/call";
import { problemWords } from "../../shared/api/problem";
import { notify } from "../../shared/components/Notice";
import { FAMILIES, type Family } from "./devices/families";
import type { CardFault, DemoState, PaperTicket, Plugged } from "./types";

/** Not a multiple of a lamp's blinking, or it would seem dark for as long as it blinks. */
const EVERY_MS = 700;

export const state = signal<DemoState | null>(null);
/** The last question was answered. */
export const fresh = signal(false);
/** Counts the answers, so that pictures that change are loaded again. */
export const turn = signal(0);
/** The ticket that is shown large. */
export const shown = signal<Paper | null>(null);

export interface Paper {
  printer: string;
  ticket: PaperTicket;
}

/** Every paper of every printer, newest first; the printers take turns, as nobody knows which was first. */
export const papers = computed<Paper[]>(() => {
  const all = (state.value?.bridge?.printers ?? []).map(({ name, tickets }) =>
    [...tickets].reverse().map((ticket) => ({ printer: name, ticket })),
  );
  const longest = Math.max(0, ...all.map(({ length }) => length));
  return Array.from({ length: longest }, (_, at) => all.flatMap((list) => list[at] ?? [])).flat();
});

let next = 0;

export function watch(): void {
  void ask();
}

async function ask(): Promise<void> {
  clearTimeout(next);
  const answer = await call<DemoState>("GET", "/demo/state", { open: true, timeoutMs: 3000 });
  fresh.value = answer.ok;
  if (answer.ok && answer.body) {
    state.value = answer.body;
    turn.value += 1;
  }
  clearTimeout(next);
  next = window.setTimeout(() => void ask(), EVERY_MS);
}

/** Path of something of the bridge, as the demo passes it on. */
export function onBridge(path: string): string {
  return `/demo/bridge${path}`;
}

/** Address of the picture of a paper. Another text at the same place is another picture. */
export function pictureOf({ ticket }: Paper): string {
  let sum = 0;
  for (const sign of ticket.text) sum = (sum * 31 + (sign.codePointAt(0) ?? 0)) >>> 0;
  return `${onBridge(ticket.png)}?v=${sum}`;
}

export function switchProgram(name: string, on: boolean): Promise<void> {
  return send("POST", `/demo/programs/${encodeURIComponent(name)}/${on ? "start" : "kill"}`);
}

/** Pulls and puts back plugs of a device. */
export function plug(family: Family, device: Plugged, change: object): Promise<void> {
  // What is left out would be put right as well, so everything is said.
  return send("PUT", virtual(family, device.name, "plugs"), { ...device.plugs, ...change });
}

/** Lays a card on a reader, or takes away what lies there. */
export function layCard(reader: string, card: number | null, fault: CardFault | null): Promise<void> {
  return send("PUT", virtual("reader", reader, "card"), { card, ...(fault && card !== null && { fault }) });
}

/** Holds a code before a scanner. */
export function scan(scanner: string, text: string): Promise<void> {
  return send("POST", virtual("scanner", scanner, "scan"), { text });
}

/** Presses a key of a call pad, with what was typed before it. */
export function pressKey(line: string, address: string, key: string, number: number | null): Promise<void> {
  return send("POST", virtual("pads", line, `${address}/keys`), { key, ...(number !== null && { number }) });
}

/** Presses a key of a rating pad. */
export function rate(line: string, address: string, key: number): Promise<void> {
  return send("POST", virtual("pads", line, `${address}/keys`), { rate: key });
}

/** Switches the pads of a line off and on. */
export function restartPads(line: string): Promise<void> {
  return send("POST", virtual("pads", line, "restart"));
}

/** Sends a vehicle over a lane. */
export function sendVehicle(
  lane: string,
  vehicle: { direction: string; kind: string; conduct: string },
): Promise<void> {
  return send("POST", virtual("lane", lane, "vehicle"), vehicle);
}

/** Tells the gate itself, as whoever minds the car park would: opens, closes or stops it. */
export function moveGate(gate: string, move: string): Promise<void> {
  return send("POST", onBridge(`/v1/gates/${encodeURIComponent(gate)}/${move}`));
}

/** Holds it open for as long as the bridge does when this is said once, or lets it go. */
export function holdGate(gate: string, on: boolean): Promise<void> {
  return send("PUT", onBridge(`/v1/gates/${encodeURIComponent(gate)}/hold-open`), { on });
}

/** Where a virtual device is handled. */
function virtual(family: Family, name: string, what: string): string {
  return onBridge(`/v1/virtual/${FAMILIES[family].path}/${encodeURIComponent(name)}/${what}`);
}

async function send(method: "POST" | "PUT", path: string, body?: unknown): Promise<void> {
  const answer = await call(method, path, { body, open: true });
  if (!answer.ok) notify(problemWords(answer.problem), "bad");
  // Whoever pressed looks at once.
  void ask();
}
