/** The manager's page: the hall's state, and what the page itself remembers of the last half hour. */
import { computed, signal } from "@preact/signals";
import type { Ticket } from "../../shared/generated/protocol";
import { devices, hearDevices } from "../../shared/hall/devices";
import { hall, shownFigures, start } from "../../shared/hall/store";
import { totalFree } from "../../shared/parking/total";
import { requireSession, withCookie } from "../../shared/session/session";
import type { LiveMessage } from "../../shared/socket/link";
import { addWait, NO_TREND, NO_WAITS, sample, summary, type Trend } from "./trend";
import { zoneOfServices } from "./zones";

export const FIGURES = ["waiting", "longest", "open", "wait", "left", "parking", "devices"] as const;
export type FigureName = (typeof FIGURES)[number];

export const trends = signal<Readonly<Record<FigureName, Trend>>>({
  waiting: NO_TREND,
  longest: NO_TREND,
  open: NO_TREND,
  wait: NO_TREND,
  left: NO_TREND,
  parking: NO_TREND,
  devices: NO_TREND,
});
export const waits = signal(NO_WAITS);
/** The zone looked at; null for the whole hall. In the address, so that going back finds it again. */
export const zone = signal<string | null>(new URLSearchParams(location.search).get("zone"));
/** What is open over the page. */
export const detail = signal<null | { service: string } | { figure: FigureName }>(null);

export const waited = computed(() => summary(waits.value));

/** The services of the chosen zone, longest wait first. */
export const services = computed(() => {
  const home = zoneOfServices(hall.value);
  return hall.value.order.filter((code) => zone.value === null || home.get(code) === zone.value);
});

export async function openManage(): Promise<void> {
  await requireSession();
  start(withCookie(["calls", "queues", "windows", "parking", "devices"]), hear);
}

export function chooseZone(code: string | null): void {
  zone.value = code;
  const url = new URL(location.href);
  if (code === null) url.searchParams.delete("zone");
  else url.searchParams.set("zone", code);
  history.replaceState(null, "", url);
}

function hear(message: LiveMessage): void {
  hearDevices(message);
  if (message.type === "snapshot") {
    const now = Date.parse(message.at);
    waits.value = message.data.calls.reduce((all, ticket) => add(all, ticket, now), waits.peek());
  }
  if (message.type === "ticket.called") waits.value = add(waits.peek(), message.data, Date.parse(message.at));
  if (message.type === "tick" || message.type === "snapshot") takeSamples(Date.parse(message.at));
}

function add(all: typeof NO_WAITS, ticket: Ticket, nowMs: number): typeof NO_WAITS {
  if (ticket.called_at === null) return all;
  return addWait(all, ticket.id, Date.parse(ticket.issued_at), Date.parse(ticket.called_at), nowMs);
}

function takeSamples(nowMs: number): void {
  if (hall.peek().hall === null) return;
  const { waiting, longest, left, windows } = shownFigures.peek();
  const values: Record<FigureName, number | null> = {
    waiting,
    longest: (longest?.seconds ?? 0) / 60,
    open: windows.busy + windows.idle,
    wait: (waited.peek()?.p95 ?? 0) / 60,
    left,
    // A sum that is not known is no sample.
    parking: totalFree(hall.peek().lots)?.says.free ?? null,
    devices: (devices.peek() ?? []).filter(({ state }) => state !== "ready").length,
  };
  const before = trends.peek();
  const after = FIGURES.map((name) => {
    const value = values[name];
    return [name, value === null ? before[name] : sample(before[name], value, nowMs)];
  });
  trends.value = Object.fromEntries(after);
}
