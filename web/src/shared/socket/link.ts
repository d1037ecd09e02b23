/**
 * The link to the hall as a state machine: no socket, no timer, no clock and no randomness here.
 * `session.ts` drives it and does what its effects say.
 */
import type { ServerMessage, VisitChanged } from "../generated/protocol";
import { LONGEST_MS, retryDelay } from "./backoff";

/** Everything that may come over the live stream. */
export type LiveMessage = ServerMessage | VisitChanged;

/** How often a stream is heard of, and what follows from its silence. */
export interface Pace {
  /** Without any message for this long, what is on the screen counts as old. */
  staleMs: number;
  /** A silent socket is given up a little later: half-open connections never close by themselves. */
  giveUpMs: number;
  /** How long a try may take from the request for a ticket to the first message. */
  tryMs: number;
  /** Tries are never further apart than this. */
  longestMs: number;
}

/** Pages of the hall itself: a tick every two seconds, stale after two and a half. */
export const HALL_PACE: Pace = { staleMs: 5000, giveUpMs: 8000, tryMs: 4000, longestMs: LONGEST_MS };
/** Phones: a tick every fifteen seconds; thousands of them must not knock at once. */
export const PHONE_PACE: Pace = { staleMs: 37_500, giveUpMs: 45_000, tryMs: 10_000, longestMs: 20_000 };

export const STALE_MS = HALL_PACE.staleMs;
export const GIVE_UP_MS = HALL_PACE.giveUpMs;
export const TRY_MS = HALL_PACE.tryMs;

export type Phase = "connecting" | "live" | "stale" | "lost";

export interface Link {
  phase: Phase;
  /** Position of the last event or snapshot applied; what we ask to continue from. */
  seq: number | null;
  /** Build of the server when this page first met it. */
  build: string | null;
  /** When the last message came, on the page's own monotonic clock. */
  heardMs: number | null;
  /** Hall time of the last message: what the screen shows is as of then. */
  hallTime: string | null;
  /** Tries since the last message. */
  attempt: number;
  /** When the try under way began, or null between tries. */
  tryingSinceMs: number | null;
}

export type Input =
  | { kind: "start"; nowMs: number }
  | { kind: "retry"; nowMs: number }
  | { kind: "message"; nowMs: number; message: LiveMessage }
  | { kind: "closed"; random: number }
  | { kind: "clock"; nowMs: number };

export type Effect =
  /** Leave any present socket, ask for a connect ticket, open a new one, subscribe from `after`. */
  | { do: "connect"; after: number | null }
  /** Drop the socket; the shell answers with `closed`. */
  | { do: "drop" }
  | { do: "retry-in"; ms: number }
  | { do: "deliver"; message: LiveMessage }
  /** The server was upgraded: this page is an old one. */
  | { do: "reload" };

export interface Step {
  link: Link;
  effects: Effect[];
}

export const START: Link = {
  phase: "connecting",
  seq: null,
  build: null,
  heardMs: null,
  hallTime: null,
  attempt: 0,
  tryingSinceMs: null,
};

export function step(link: Link, input: Input, pace: Pace = HALL_PACE): Step {
  switch (input.kind) {
    case "start":
    case "retry":
      return {
        link: { ...link, tryingSinceMs: input.nowMs },
        effects: [{ do: "connect", after: link.seq }],
      };
    case "closed":
      return {
        link: {
          ...link,
          phase: link.hallTime === null ? "connecting" : "lost",
          attempt: link.attempt + 1,
          tryingSinceMs: null,
        },
        effects: [{ do: "retry-in", ms: retryDelay(link.attempt, input.random, pace.longestMs) }],
      };
    case "clock":
      return onClock(link, input.nowMs, pace);
    case "message":
      return onMessage(link, input.message, input.nowMs);
  }
}

function onClock(link: Link, nowMs: number, pace: Pace): Step {
  if (link.tryingSinceMs !== null) {
    const late = nowMs - link.tryingSinceMs >= pace.tryMs;
    return { link, effects: late ? [{ do: "drop" }] : [] };
  }
  if (link.phase !== "live" && link.phase !== "stale") return { link, effects: [] };
  const silence = nowMs - (link.heardMs ?? nowMs);
  if (silence >= pace.giveUpMs) return { link: { ...link, phase: "stale" }, effects: [{ do: "drop" }] };
  if (silence >= pace.staleMs) return { link: { ...link, phase: "stale" }, effects: [] };
  return { link, effects: [] };
}

function onMessage(link: Link, message: LiveMessage, nowMs: number): Step {
  if (message.type === "hello") {
    const upgraded = link.build !== null && link.build !== message.build;
    return {
      // The hello proves the server, not the data: the phase stays until data comes.
      link: { ...link, build: link.build ?? message.build },
      effects: upgraded ? [{ do: "reload" }] : [],
    };
  }

  const heard: Link = {
    ...link,
    phase: "live",
    heardMs: nowMs,
    hallTime: message.at,
    attempt: 0,
    tryingSinceMs: null,
  };
  switch (message.type) {
    case "snapshot":
      // Even one with a lower position: a restored server starts where its backup ended.
      return { link: { ...heard, seq: message.seq }, effects: [{ do: "deliver", message }] };
    case "tick":
      // A tick proves life but does not move `seq`: events may still be on their way behind it.
      return { link: heard, effects: [{ do: "deliver", message }] };
    case "queue.changed":
    case "seat.changed":
    case "device.changed":
    case "visit.changed":
    case "crowd.changed":
      // States without a position: the newest replaces all before.
      return { link: heard, effects: [{ do: "deliver", message }] };
    case "hall.configured":
    case "day.closed":
      // Everything on the page may be different now: begin again with a snapshot.
      return {
        link: { ...heard, seq: null, tryingSinceMs: nowMs },
        effects: [{ do: "connect", after: null }],
      };
    default:
      // What may be said of a car park also changes while nothing happens there: such a state has no position.
      if (message.seq === undefined) return { link: heard, effects: [{ do: "deliver", message }] };
      if (link.seq !== null && message.seq <= link.seq) return { link: heard, effects: [] };
      return { link: { ...heard, seq: message.seq }, effects: [{ do: "deliver", message }] };
  }
}
