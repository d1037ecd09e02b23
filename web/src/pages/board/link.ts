/**
 * The board's link to whoever makes its views, as a state machine: no socket, no timer, no clock and no randomness here.
 * `store.ts` drives it and does what its effects say. The views are finished; the one thing that the page finds out for
 * itself is that none come any more.
 */
import type { Announcement, BoardMessage, BoardView, Text, ZoneView } from "../../shared/generated/protocol";
import { retryDelay } from "../../shared/socket/backoff";

/** Without any message for this long, what is on the screen counts as old. */
export const OLD_MS = 10_000;
/** A silent socket is given up earlier: half-open connections never close by themselves. */
export const GIVE_UP_MS = 7_000;
/** How long a try may take until the first message. */
export const TRY_MS = 4_000;

export interface Link {
  /** What was shown last. */
  view: BoardView | null;
  /** There is no such zone (or none was asked for): these there are. */
  zones: { hall: Text; zones: ZoneView[] } | null;
  /** What is on the screen is of the past. */
  old: boolean;
  /** Build of the program when this page first met it. */
  build: string | null;
  /** When the last message came. */
  heardMs: number | null;
  /** Tries since the last message. */
  attempt: number;
  /** When the try under way began. */
  tryingSinceMs: number | null;
  /** The socket is open. */
  open: boolean;
}

export type Input =
  | { kind: "start"; nowMs: number }
  | { kind: "retry"; nowMs: number }
  | { kind: "message"; nowMs: number; message: BoardMessage }
  | { kind: "closed"; random: number }
  | { kind: "clock"; nowMs: number };

export type Effect =
  | { do: "connect" }
  /** Drop the socket; the shell answers with `closed`. */
  | { do: "drop" }
  | { do: "retry-in"; ms: number }
  | { do: "announce"; announcement: Announcement }
  /** The program was upgraded: this page is an old one. */
  | { do: "reload" };

export interface Step {
  link: Link;
  effects: Effect[];
}

export const START: Link = {
  view: null,
  zones: null,
  old: false,
  build: null,
  heardMs: null,
  attempt: 0,
  tryingSinceMs: null,
  open: false,
};

export function step(link: Link, input: Input): Step {
  switch (input.kind) {
    case "start":
    case "retry":
      return { link: { ...link, tryingSinceMs: input.nowMs }, effects: [{ do: "connect" }] };
    case "closed":
      return {
        link: { ...link, open: false, attempt: link.attempt + 1, tryingSinceMs: null },
        effects: [{ do: "retry-in", ms: retryDelay(link.attempt, input.random) }],
      };
    case "clock":
      return onClock(link, input.nowMs);
    case "message":
      return onMessage(link, input.message, input.nowMs);
  }
}

function onClock(link: Link, nowMs: number): Step {
  const silence = nowMs - (link.heardMs ?? nowMs);
  const old = link.view !== null && silence >= OLD_MS;
  const next = old === link.old ? link : { ...link, old };
  const late = link.tryingSinceMs !== null && nowMs - link.tryingSinceMs >= TRY_MS;
  const silent = link.open && silence >= GIVE_UP_MS;
  return { link: next, effects: late || silent ? [{ do: "drop" }] : [] };
}

function onMessage(link: Link, message: BoardMessage, nowMs: number): Step {
  const heard: Link = { ...link, open: true, heardMs: nowMs, attempt: 0, tryingSinceMs: null };
  switch (message.type) {
    case "board.hello": {
      const upgraded = link.build !== null && link.build !== message.build;
      // The hello proves the program, not the data: the screen stays old until a view comes.
      return {
        link: { ...heard, heardMs: link.heardMs, build: link.build ?? message.build },
        effects: upgraded ? [{ do: "reload" }] : [],
      };
    }
    case "board.view":
      return { link: { ...heard, old: false, view: message.view, zones: null }, effects: [] };
    case "board.tick":
      return { link: heard, effects: [] };
    case "board.announce":
      return { link: heard, effects: [{ do: "announce", announcement: message.announcement }] };
    case "board.zones":
      return {
        link: { ...heard, view: null, old: false, zones: { hall: message.hall, zones: message.zones } },
        effects: [],
      };
  }
}

/** What is on the screen: the last view, and once it is old nothing of it looks like news. */
export function shown(link: Link): BoardView | null {
  if (!link.view || !link.old) return link.view;
  const calls = link.view.calls.map((call) => ({ ...call, fresh: false, large: false }));
  return { ...link.view, link: "stale", calls, lines: [], waiting: null };
}
