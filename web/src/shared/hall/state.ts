/** What the hall page knows, as a pure function of the messages it was given. */

import { secondsBetween } from "../clock";
import type {
  Crowd,
  HallView,
  Lot,
  Queue,
  SnapshotData,
  Ticket,
  TicketEvent,
  Window,
} from "../generated/protocol";
import type { LiveMessage } from "../socket/link";

export const CALLS_KEPT = 8;

/** One call as it was made; what becomes of the ticket later does not change it. */
export interface Call {
  ticket: string;
  number: string;
  window: number;
  service: string;
  at: string;
  times: number;
  /** Hall position, or null when it came with the snapshot and is no news. */
  seq: number | null;
}

/** A queue and the hall time it was true at: waiting goes on between two messages. */
export interface QueueAt {
  queue: Queue;
  at: string;
}

export interface HallState {
  hall: HallView | null;
  /** Hall time of the newest message. */
  at: string | null;
  windows: ReadonlyMap<number, Window>;
  queues: ReadonlyMap<string, QueueAt>;
  /** Service codes, longest wait first as of the last tick: rows do not jump with every event. */
  order: readonly string[];
  calls: readonly Call[];
  /** Car parks in the order of the hall; none where the page does not ask for them. */
  lots: readonly Lot[];
  /** The crowd that is coming; null until something is known. */
  crowd: Crowd | null;
}

export const EMPTY: HallState = {
  hall: null,
  at: null,
  windows: new Map(),
  queues: new Map(),
  order: [],
  calls: [],
  lots: [],
  crowd: null,
};

export function apply(state: HallState, message: LiveMessage): HallState {
  switch (message.type) {
    case "snapshot":
      return fromSnapshot(message.data, message.at);
    case "queue.changed": {
      const queues = new Map(state.queues);
      queues.set(message.data.service, { queue: message.data, at: message.at });
      const order = state.queues.has(message.data.service)
        ? state.order
        : [...state.order, message.data.service];
      return { ...state, at: message.at, queues, order };
    }
    case "tick":
      return onTick(state, message.at, message.open);
    case "window.changed":
      return { ...state, at: message.at, windows: withWindow(state.windows, message.data) };
    case "parking.changed":
      return { ...state, at: message.at, lots: withLot(state.lots, message.data) };
    case "crowd.changed":
      return { ...state, at: message.at, crowd: message.data };
    case "hello":
    case "hall.configured":
    case "day.closed":
    case "seat.changed":
    case "device.changed":
    case "visit.changed":
      // The link begins again with a snapshot; until then what is shown stays. Seats, devices and visits are for the pages that ask for them.
      return state;
    default:
      return onTicket(state, message);
  }
}

/** How long the first in this queue has waited by the hall time `now`. */
export function longestWait({ queue, at }: QueueAt, now: string): number {
  if (queue.waiting === 0) return 0;
  return queue.longest_wait_s + secondsBetween(at, now);
}

function fromSnapshot(data: SnapshotData, at: string): HallState {
  const queues = new Map(data.queues.map((queue) => [queue.service, { queue, at }]));
  const calls = data.calls.flatMap((ticket) => toCall(ticket, ticket.called_at ?? at, null) ?? []);
  return {
    hall: data.hall,
    at,
    windows: new Map(data.windows.map((window) => [window.window, window])),
    queues,
    order: ordered(queues, at),
    calls: calls.slice(0, CALLS_KEPT),
    lots: data.lots,
    crowd: data.crowd,
  };
}

function onTick(state: HallState, at: string, open: boolean): HallState {
  const hall = state.hall && open !== state.hall.open ? { ...state.hall, open } : state.hall;
  return { ...state, hall, at, order: ordered(state.queues, at) };
}

function onTicket(state: HallState, message: TicketEvent): HallState {
  const { data, at, seq, type } = message;
  // The window concerned, and the one at which the ticket was parked before.
  const changed = [data.former_window_state, data.window_state].filter((window) => window !== undefined);
  const windows = changed.reduce(withWindow, without(state.windows, data.gone_window));
  const called = type === "ticket.called" || type === "ticket.recalled";
  const call = called ? toCall(data, at, seq) : null;
  const calls = call
    ? [call, ...state.calls.filter((other) => other.ticket !== call.ticket)].slice(0, CALLS_KEPT)
    : state.calls;
  return { ...state, at, windows, calls };
}

function toCall(ticket: Ticket, at: string, seq: number | null): Call | null {
  if (ticket.window === null) return null;
  return {
    ticket: ticket.id,
    number: ticket.number,
    window: ticket.window,
    service: ticket.service,
    at,
    times: ticket.calls,
    seq,
  };
}

function without(
  windows: ReadonlyMap<number, Window>,
  gone: number | undefined,
): ReadonlyMap<number, Window> {
  if (gone === undefined) return windows;
  const left = new Map(windows);
  left.delete(gone);
  return left;
}

function withWindow(windows: ReadonlyMap<number, Window>, window: Window): Map<number, Window> {
  return new Map(windows).set(window.window, window);
}

function withLot(lots: readonly Lot[], lot: Lot): readonly Lot[] {
  const known = lots.some(({ uid }) => uid === lot.uid);
  return known ? lots.map((other) => (other.uid === lot.uid ? lot : other)) : [...lots, lot];
}

/** Longest wait first; queues without anybody keep the hall's own order at the end. */
function ordered(queues: ReadonlyMap<string, QueueAt>, now: string): string[] {
  const waits = [...queues.values()].map((entry) => ({
    service: entry.queue.service,
    wait: longestWait(entry, now),
  }));
  // The sort is stable, so equal waits keep the order in which the hall sent them.
  return waits.sort((a, b) => b.wait - a.wait).map(({ service }) => service);
}
