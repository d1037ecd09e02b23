/** The car parks for their operator. A plate that is looked for is sent once and kept nowhere. */
import { computed, effect, signal } from "@preact/signals";
import { type Answer, call } from "../../shared/api/call";
import { problemWords } from "../../shared/api/problem";
import { notify } from "../../shared/components/Notice";
import type { Lot, LotCorrected, LotOperation, VehicleFound } from "../../shared/generated/protocol";
import { hall, isLive, start } from "../../shared/hall/store";
import { requireSession, withCookie } from "../../shared/session/session";
import type { LiveMessage } from "../../shared/socket/link";
import { say } from "../../shared/words/words";
import type { What } from "./doubts";
import { createRefresher } from "./refresh";

/** What was found stays so long for who stands there, and then goes by itself. */
const FOUND_MS = 60_000;

/** What may be closed and opened: all of it, a level, or a lane. */
export type Part = { lot: true } | { level: string } | { lane: string };

/** What is open over the page. `was` is what was off, once that is known. */
export type Over =
  | { count: What | null; was: LotCorrected | null; bound: number | null }
  | { part: Part; open: boolean };

export const operations = signal<ReadonlyMap<string, LotOperation>>(new Map());
/** Code of the car park looked at, as the address says; the first one where it says none. */
const wanted = signal<string | null>(new URLSearchParams(location.search).get("lot"));
export const chosen = computed(() => {
  const { lots } = hall.value;
  return lots.find(({ uid }) => uid === wanted.value) ?? lots[0] ?? null;
});
export const over = signal<Over | null>(null);
export const sending = signal(false);
/** Null before anything was looked for. */
export const found = signal<readonly VehicleFound[] | null>(null);

/** Why nothing can be done now, in words. */
export const whyNot = computed(() => {
  if (!isLive.value) return say("why-offline");
  return sending.value ? say("sending") : null;
});

const refresher = createRefresher(look);

export async function openParking(): Promise<void> {
  await requireSession();
  start(withCookie(["parking"]), hear);
  // What was missed while the link was down is not told again, as far as it had no position.
  effect(() => {
    if (isLive.value) for (const { uid } of hall.peek().lots) refresher.wants(uid);
  });
}

export function choose(lot: string): void {
  wanted.value = lot;
  const url = new URL(location.href);
  url.searchParams.set("lot", lot);
  history.replaceState(null, "", url);
}

function hear(message: LiveMessage): void {
  if (message.type === "snapshot") for (const { uid } of message.data.lots) refresher.wants(uid);
  if (message.type === "parking.changed") refresher.wants(message.data.uid);
}

async function look(lot: string): Promise<void> {
  const answer = await call<LotOperation>("GET", `${path(lot)}/operation`);
  // What was known stays where the server cannot be asked; the page says that it is old.
  if (answer.ok && answer.body) operations.value = new Map(operations.peek()).set(lot, answer.body);
}

/** Corrects a count; null is all cars of the lot. Answers whether it was done. */
export async function correct(
  lot: string,
  what: What | null,
  occupied: number,
  reason: string,
): Promise<LotCorrected | null> {
  const answer = await put<LotCorrected>(`${path(lot)}/count`, { occupied, reason, ...what });
  if (!answer.ok) return null;
  refresher.wants(lot, true);
  return answer.body;
}

/** Opens or closes. */
export async function setOpen(lot: string, part: Part, open: boolean): Promise<boolean> {
  const below =
    "level" in part
      ? `/levels/${encodeURIComponent(part.level)}`
      : "lane" in part
        ? `/lanes/${encodeURIComponent(part.lane)}`
        : "";
  const answer = await put<Lot>(`${path(lot)}${below}/state`, { open });
  if (answer.ok) refresher.wants(lot, true);
  return answer.ok;
}

let forget: ReturnType<typeof setTimeout> | undefined;

/** Where a car is. */
export async function find(plate: string): Promise<void> {
  clearFound();
  sending.value = true;
  const answer = await call<VehicleFound[]>("POST", "/api/v1/parking/vehicles/find", { body: { plate } });
  sending.value = false;
  if (!answer.ok) return notify(problemWords(answer.problem), "bad");
  found.value = answer.body ?? [];
  forget = setTimeout(clearFound, FOUND_MS);
}

export function clearFound(): void {
  clearTimeout(forget);
  found.value = null;
}

function path(lot: string): string {
  return `/api/v1/parking/lots/${encodeURIComponent(lot)}`;
}

/** Sends one thing at a time and says what went wrong. */
async function put<T>(to: string, body: unknown): Promise<Answer<T>> {
  sending.value = true;
  const answer = await call<T>("PUT", to, { body });
  sending.value = false;
  if (!answer.ok) notify(problemWords(answer.problem), "bad");
  return answer;
}
