/** The desk: one window's state, the seat, and what the clerk does. Everything that lasts is the server's; nothing is queued here. */
import { computed, signal } from "@preact/signals";
import { call } from "../../shared/api/call";
import { type Problem, problemWords } from "../../shared/api/problem";
import { notify } from "../../shared/components/Notice";
import type { Desk, Seat } from "../../shared/generated/protocol";
import { hall, link, start } from "../../shared/hall/store";
import { pathAfter } from "../../shared/page";
import { requireSession, session, withCookie } from "../../shared/session/session";
import type { LiveMessage } from "../../shared/socket/link";
import { say } from "../../shared/words/words";
import { type Action, requestOf, type Situation, type Wish, whyNot } from "./actions";
import { loadBindings } from "./keys";

/** How a clerk stands to the seat of this window. */
export type Sitting =
  | { is: "asking" }
  | { is: "mine"; seat: Seat }
  | { is: "taken"; name: string; since: string }
  | { is: "lost"; name: string; since: string }
  | { is: "refused"; problem: Problem };

export const number = Number(pathAfter("/desk/"));
export const sitting = signal<Sitting>({ is: "asking" });
export const sending = signal(false);
export const desk = signal<Desk | null>(null);
export const bindings = signal(loadBindings());
export const mine = computed(() => hall.value.windows.get(number));
/** The hall's time in ms, going on between two messages. */
export const nowMs = signal(0);

export const situation = computed<Situation>(() => ({
  window: mine.value,
  live: link.value.phase === "live",
  seated: sitting.value.is === "mine",
  sending: sending.value,
}));

/** Why an action cannot be done now, in words. */
export function whyWords(action: Action): string | null {
  const why = whyNot(action, situation.value);
  return why && say(`why-${why}`);
}

export async function openDesk(): Promise<void> {
  setInterval(tickClock, 250);
  await requireSession();
  const way = withCookie(["calls", "queues", "windows"]);
  start({ ...way, admit: (timeoutMs) => way.admit(timeoutMs).then(stillSitting) }, hear);
  await takeSeat(false);
}

/** Sits down here; `over`: although somebody else does. */
export async function takeSeat(over: boolean): Promise<void> {
  const answer = await call<Seat>("PUT", `/api/v1/windows/${number}/seat`, {
    body: over ? { take_over: true } : {},
  });
  if (answer.ok && answer.body) {
    sitting.value = { is: "mine", seat: answer.body };
    void refreshDesk();
    return;
  }
  if (answer.ok) return;
  const { problem } = answer;
  const seat = (problem.more.seat ?? {}) as Partial<Seat>;
  sitting.value =
    problem.name === "seat-taken"
      ? { is: "taken", name: seat.name ?? problem.detail, since: seat.since ?? "" }
      : { is: "refused", problem };
}

/** Does it, and says what became of it. While it is under way nothing else is. */
export async function perform(wish: Wish): Promise<boolean> {
  const window = mine.peek();
  if (!window || sending.peek()) return false;
  const request = requestOf(wish, window);
  sending.value = true;
  const answer = await call<{ number?: string }>("POST", request.path, { body: request.body });
  sending.value = false;
  if (answer.ok) {
    notify(doneWords(wish, window.ticket?.number ?? "", answer.body?.number ?? null), "good");
    void refreshDesk();
    return true;
  }
  const elsewhere = wish.do === "transfer" && answer.problem.name === "window-not-open";
  notify(elsewhere ? say("transfer-closed") : problemWords(answer.problem), "bad");
  if (answer.problem.name === "no-seat" || answer.problem.name === "seat-taken") void takeSeat(false);
  return false;
}

function doneWords(wish: Wish, before: string, now: string | null): string {
  switch (wish.do) {
    case "call":
    case "finish-call":
      return now ? say("did-call", { number: now }) : say("did-ready");
    case "call-number":
    case "resume":
      return say("did-call", { number: now ?? wish.number });
    case "open":
      return say("did-open");
    case "pause":
      return say("did-pause", { reason: wish.reason });
    case "close":
      return say("did-close");
    default:
      return say(`did-${wish.do}`, { number: before });
  }
}

/** Goes home: closes the window, gets up, and ends the session. */
export async function leaveDesk(): Promise<boolean> {
  if (mine.peek()?.state !== "closed" && !(await perform({ do: "close" }))) return false;
  await call("DELETE", `/api/v1/windows/${number}/seat`);
  return true;
}

function hear(message: LiveMessage): void {
  if (message.type === "seat.changed" && message.window === number) onSeat(message.seat);
  const concerns = message.type !== "hello" && message.type !== "tick" && message.type !== "seat.changed";
  if (concerns) void refreshDesk();
}

/** After each loss: somebody else may sit here, or the server may not know of us any more. */
function stillSitting<T>(admitted: T): T {
  const sits = sitting.peek();
  const lost = sits.is === "mine" && session.peek()?.seat?.seat !== sits.seat.seat;
  if (lost || sits.is === "refused") void takeSeat(false);
  return admitted;
}

function onSeat(seat: Seat | null): void {
  const sits = sitting.peek();
  if (sits.is !== "mine" || seat?.seat === sits.seat.seat) return;
  sitting.value = { is: "lost", name: seat?.name ?? "", since: seat?.since ?? "" };
}

/** The list beside the window's own state is asked for, at most once in this time. */
const REFRESH_MS = 1200;
let refreshed = Number.NEGATIVE_INFINITY;
let again = false;

async function refreshDesk(): Promise<void> {
  const wait = refreshed + REFRESH_MS - performance.now();
  if (wait > 0) {
    if (again) return;
    again = true;
    setTimeout(() => {
      again = false;
      void refreshDesk();
    }, wait);
    return;
  }
  refreshed = performance.now();
  const answer = await call<Desk>("GET", `/api/v1/windows/${number}/desk`);
  if (answer.ok) desk.value = answer.body;
}

function tickClock(): void {
  const { hallTime, heardMs } = link.peek();
  if (hallTime === null || heardMs === null) return;
  const now = Date.parse(hallTime) + (performance.now() - heardMs);
  // The clock of a hall that is cut off stands still rather than count a time nobody knows.
  if (link.peek().phase === "live") nowMs.value = Math.floor(now / 1000) * 1000;
}
