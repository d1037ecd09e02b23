/** Joins the live session to a page that shows the hall: messages come in at any rate, the screen changes at a calm one. */
import { computed, signal } from "@preact/signals";
import type { Topic } from "../generated/protocol";
import { type Link, type LiveMessage, START } from "../socket/link";
import { openSession, type Way } from "../socket/session";
import { figures } from "./figures";
import { callPainted, NOTHING_NEW, settle } from "./fresh";
import { apply, EMPTY, type HallState } from "./state";

/** A busy hall sends dozens of events a second; nobody reads faster than this. */
const PAINT_MS = 250;

export const hall = signal<HallState>(EMPTY);
export const link = signal<Link>(START);
/** Whole seconds since the last message, or null before the first. */
export const ageSeconds = signal<number | null>(null);
export const fresh = signal(NOTHING_NEW);

export const shownFigures = computed(() => figures(hall.value));
/** The screen shows the present, not the past. */
export const isLive = computed(() => link.value.phase === "live");

/** Begins; what is heard beside the hall's state goes to `also` as it comes. */
export function start(
  way: Topic[] | Way = ["calls", "queues", "windows"],
  also?: (message: LiveMessage) => void,
): void {
  let newest = EMPTY;
  let catchingUp = false;
  let painting: ReturnType<typeof setTimeout> | undefined;

  const paint = () => {
    painting = undefined;
    const seq = newest.calls[0]?.seq ?? null;
    const nowMs = performance.now();
    if (seq !== null) fresh.value = settle(callPainted(fresh.value, seq, nowMs, catchingUp), nowMs);
    hall.value = newest;
  };

  openSession(way, {
    onMessage(message) {
      newest = apply(newest, message);
      also?.(message);
      if (message.type === "snapshot") {
        // Positions may begin anew, and what a snapshot brings is no news.
        fresh.value = NOTHING_NEW;
        paint();
        return;
      }
      if (message.type === "tick" && catchingUp) {
        paint();
        catchingUp = false;
      }
      if (painting === undefined) painting = setTimeout(paint, PAINT_MS);
    },
    onLink(next, nowMs) {
      if (next.phase === "lost") catchingUp = true;
      link.value = next;
      ageSeconds.value = next.heardMs === null ? null : Math.floor((nowMs - next.heardMs) / 1000);
      fresh.value = settle(fresh.value, nowMs);
    },
  });
}
