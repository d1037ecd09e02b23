/** Reception: tickets without a card, lost ones, and where a number is. Nothing personal outlives the request it is for. */
import { computed, signal } from "@preact/signals";
import { type Answer, call } from "../../shared/api/call";
import { problemWords } from "../../shared/api/problem";
import { notify } from "../../shared/components/Notice";
import type { Ticket, TicketClass } from "../../shared/generated/protocol";
import { devices, hearDevices } from "../../shared/hall/devices";
import { hall, link, start } from "../../shared/hall/store";
import { requireSession, withCookie } from "../../shared/session/session";
import type { LiveMessage } from "../../shared/socket/link";
import { say } from "../../shared/words/words";

/** The ticket on the card. */
export const card = signal<Ticket | null>(null);
/** What was found when it was more than one. */
export const found = signal<readonly Ticket[]>([]);
export const sending = signal(false);
/** Kiosks where tickets can be printed, those in order first. */
export const printers = computed<readonly string[]>(() => {
  const kiosks = (devices.value ?? []).filter(({ kind, state }) => kind === "kiosk" && state !== "gone");
  const ranked = kiosks.toSorted((a, b) => Number(a.state !== "ready") - Number(b.state !== "ready"));
  return ranked.map(({ name }) => name);
});

/** Why nothing can be sent now, in words. */
export const whyNot = computed(() => {
  if (link.value.phase !== "live") return say("why-offline");
  return sending.value ? say("sending") : null;
});

export async function openReception(): Promise<void> {
  await requireSession();
  start(withCookie(["calls", "queues", "windows", "devices"]), hear);
}

/** Where a ticket comes out: as chosen (empty for no paper), or at the first kiosk that prints. */
export function printerOf(chosen: string | null): string {
  if (chosen === "" || (chosen !== null && printers.value.includes(chosen))) return chosen;
  return printers.value[0] ?? "";
}

/** The card shows what became of its ticket meanwhile. What the stream does not say, the link above all, stays. */
function hear(message: LiveMessage): void {
  hearDevices(message);
  const shown = card.peek();
  if (!shown || !("data" in message) || !message.type.startsWith("ticket.")) return;
  const data = message.data as Ticket;
  if (data.id === shown.id) card.value = { ...shown, ...data };
}

export interface NewTicket {
  service: string;
  class: TicketClass;
  reason: string;
  /** Number of a document; not kept. */
  person: string;
  printer: string;
}

export async function issue(wanted: NewTicket): Promise<boolean> {
  const body = {
    service: wanted.service,
    class: wanted.class,
    source: "reception",
    ...(wanted.reason !== "" && { reason: wanted.reason }),
    ...(wanted.person !== "" && { person: wanted.person }),
    ...(wanted.printer !== "" && { printer: wanted.printer }),
  };
  const answer = await send<Ticket>("/api/v1/tickets", body);
  if (answer.ok && answer.body) {
    show(answer.body);
    notify(say("did-issue", { number: answer.body.number }), "good");
    return true;
  }
  if (!answer.ok) {
    // Who holds one already is shown it: the next thing he wants is a copy.
    const held = answer.problem.more.ticket as { id?: string; number?: string } | undefined;
    if (answer.problem.name === "already-waiting" && held?.number) await find({ number: held.number });
  }
  return false;
}

export async function find(wanted: { number: string } | { person: string }): Promise<void> {
  const answer = await send<Ticket[]>("/api/v1/tickets/find", wanted);
  if (!answer.ok) {
    // What cannot be a number or a document is none of today's.
    if (answer.problem.name === "invalid" || answer.problem.status === 404)
      notify(say("found-nothing"), "bad");
    return;
  }
  const tickets = answer.body ?? [];
  found.value = tickets.length > 1 ? tickets : [];
  card.value = tickets.length === 1 ? (tickets[0] ?? null) : null;
  if (tickets.length === 0) notify(say("found-nothing"), "bad");
}

export async function reprint(ticket: Ticket, printer: string): Promise<void> {
  const body = printer === "" ? {} : { printer };
  const answer = await send<Ticket>(`/api/v1/tickets/${ticket.id}/reprint`, body);
  if (!answer.ok || !answer.body) return;
  show({ ...ticket, ...answer.body });
  notify(say("did-reprint", { number: ticket.number, printer }), "good");
}

export async function leave(ticket: Ticket): Promise<void> {
  const answer = await send<Ticket>(`/api/v1/tickets/${ticket.id}/leave`, {});
  if (!answer.ok || !answer.body) return;
  show({ ...ticket, ...answer.body });
  notify(say("did-leave", { number: ticket.number }), "good");
}

export function show(ticket: Ticket): void {
  found.value = [];
  card.value = ticket;
}

/** Sends one thing at a time and says what went wrong. */
async function send<T>(path: string, body: unknown): Promise<Answer<T>> {
  sending.value = true;
  const answer = await call<T>("POST", path, { body });
  sending.value = false;
  if (!answer.ok) notify(problemWords(answer.problem), "bad");
  return answer;
}

/** The open windows that may call a ticket, by number. */
export function windowsFor(ticket: Ticket): number[] {
  return [...hall.value.windows.values()]
    .filter(({ state, services }) => state !== "closed" && services.includes(ticket.service))
    .map(({ window }) => window)
    .sort((a, b) => a - b);
}
