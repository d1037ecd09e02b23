/** Asks the demo once a second how everything is, and does to its devices what a hand would do. */
import { computed, signal } from "@preact/signals";
import { call } from "../../shared/api/call";
import { problemWords } from "../../shared/api/problem";
import { notify } from "../../shared/components/Notice";
import type { CardFault, DemoState, PaperTicket, Printer, Reader, Sign } from "./types";

const EVERY_MS = 1000;

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

export function watch(): void {
  void ask();
}

async function ask(): Promise<void> {
  const answer = await call<DemoState>("GET", "/demo/state", { open: true, timeoutMs: 3000 });
  fresh.value = answer.ok;
  if (answer.ok && answer.body) {
    state.value = answer.body;
    turn.value += 1;
  }
  setTimeout(() => void ask(), EVERY_MS);
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

export function plugPrinter(printer: Printer, change: object): Promise<void> {
  // What is left out would be put right as well, so everything is said.
  const path = `/v1/virtual/printers/${encodeURIComponent(printer.name)}/plugs`;
  return send("PUT", onBridge(path), { ...printer.plugs, ...change });
}

export function plugReader(reader: Reader, change: object): Promise<void> {
  const path = `/v1/virtual/readers/${encodeURIComponent(reader.name)}/plugs`;
  return send("PUT", onBridge(path), { ...reader.plugs, ...change });
}

export function plugSign(sign: Sign, change: object): Promise<void> {
  const path = `/v1/virtual/signs/${encodeURIComponent(sign.name)}/plugs`;
  return send("PUT", onBridge(path), { ...sign.plugs, ...change });
}

/** Lays a card on a reader, or takes away what lies there. */
export function layCard(reader: string, card: number | null, fault: CardFault | null): Promise<void> {
  const path = `/v1/virtual/readers/${encodeURIComponent(reader)}/card`;
  return send("PUT", onBridge(path), { card, ...(fault && card !== null && { fault }) });
}

/** Holds a code before a scanner. */
export function scan(scanner: string, text: string): Promise<void> {
  const path = `/v1/virtual/scanners/${encodeURIComponent(scanner)}/scan`;
  return send("POST", onBridge(path), { text });
}

async function send(method: "POST" | "PUT", path: string, body?: unknown): Promise<void> {
  const answer = await call(method, path, { body, open: true });
  if (!answer.ok) notify(problemWords(answer.problem), "bad");
}
