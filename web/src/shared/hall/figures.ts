/** The figures at the head of the page, from the state alone. */
import type { Queue, Window } from "../generated/protocol";
import { type HallState, longestWait } from "./state";

export interface WindowCounts {
  all: number;
  busy: number;
  idle: number;
  paused: number;
  closed: number;
}

export interface Figures {
  waiting: number;
  /** The longest wait of anybody now and the queue it is in; null when nobody waits. */
  longest: { seconds: number; queue: Queue } | null;
  issued: number;
  served: number;
  left: number;
  windows: WindowCounts;
}

export function figures(state: HallState): Figures {
  const result: Figures = {
    waiting: 0,
    longest: null,
    issued: 0,
    served: 0,
    left: 0,
    windows: countWindows(state.windows.values()),
  };
  for (const entry of state.queues.values()) {
    const { queue } = entry;
    result.waiting += queue.waiting;
    result.issued += queue.issued;
    result.served += queue.served;
    result.left += queue.left;
    const seconds = longestWait(entry, state.at ?? entry.at);
    if (queue.waiting > 0 && seconds >= (result.longest?.seconds ?? 0)) result.longest = { seconds, queue };
  }
  return result;
}

/** A `ready` window waits for its next visitor: to a reader of the hall it is idle. */
export function countWindows(windows: Iterable<Window>): WindowCounts {
  const counts: WindowCounts = { all: 0, busy: 0, idle: 0, paused: 0, closed: 0 };
  for (const { state } of windows) {
    counts.all += 1;
    counts[state === "ready" ? "idle" : state] += 1;
  }
  return counts;
}

/** The zones in the hall's order, each with its windows by number. A zone without windows is left out. */
export function windowsByZone(
  zones: readonly string[],
  windows: Iterable<Window>,
): { zone: string; windows: number[] }[] {
  const byZone = new Map<string, number[]>(zones.map((zone) => [zone, []]));
  for (const { zone, window } of windows) {
    const numbers = byZone.get(zone);
    if (numbers) numbers.push(window);
    else byZone.set(zone, [window]);
  }
  return [...byZone]
    .filter(([, numbers]) => numbers.length > 0)
    .map(([zone, numbers]) => ({ zone, windows: numbers.sort((a, b) => a - b) }));
}

export type EtaWords =
  | { key: "eta-unknown" | "eta-none" | "eta-soon" }
  | { key: "eta-about"; high: number }
  | { key: "eta-interval"; low: number; high: number };

/** An estimate as it is said: whole minutes, the interval never narrower than what was given. */
export function etaWords(queue: Pick<Queue, "eta">): EtaWords {
  const { eta } = queue;
  if (eta === null) return { key: "eta-unknown" };
  if (eta.high_s === 0) return { key: "eta-none" };
  if (eta.high_s <= 60) return { key: "eta-soon" };
  const low = Math.floor(eta.low_s / 60);
  const high = Math.ceil(eta.high_s / 60);
  return low === high ? { key: "eta-about", high } : { key: "eta-interval", low, high };
}
