/** The last half hour of a figure, in samples a minute apart. Kept by the page; the clock is the hall's. */

export const KEPT_MIN = 30;
const SAMPLE_MS = 60_000;

export interface Trend {
  /** Hall time of the newest sample, in ms. */
  atMs: number;
  values: readonly number[];
}

export const NO_TREND: Trend = { atMs: Number.NEGATIVE_INFINITY, values: [] };

/** Takes a value; within the same minute it replaces the sample of that minute. */
export function sample(trend: Trend, value: number, nowMs: number): Trend {
  const minutes = Math.floor((nowMs - trend.atMs) / SAMPLE_MS);
  if (trend.values.length === 0 || minutes >= KEPT_MIN || nowMs < trend.atMs - SAMPLE_MS) {
    return { atMs: nowMs, values: [value] };
  }
  if (minutes < 1) return { ...trend, values: [...trend.values.slice(0, -1), value] };
  // A minute without news is one in which nothing changed.
  const last = trend.values.at(-1) ?? value;
  const still = Array.from({ length: minutes - 1 }, () => last);
  return {
    atMs: trend.atMs + minutes * SAMPLE_MS,
    values: [...trend.values, ...still, value].slice(-KEPT_MIN - 1),
  };
}

/** Waits of the tickets first called in the last half hour. */
export interface Waits {
  entries: readonly { ticket: string; calledMs: number; waitS: number }[];
}

export const NO_WAITS: Waits = { entries: [] };

export function addWait(
  waits: Waits,
  ticket: string,
  issuedMs: number,
  calledMs: number,
  nowMs: number,
): Waits {
  if (waits.entries.some((entry) => entry.ticket === ticket)) return waits;
  const entry = { ticket, calledMs, waitS: Math.max(0, (calledMs - issuedMs) / 1000) };
  const kept = waits.entries.filter(({ calledMs: at }) => at > nowMs - KEPT_MIN * SAMPLE_MS);
  return { entries: [...kept, entry] };
}

/** Mean and 95th percentile in seconds (nearest rank), or null when nobody was called. */
export function summary({ entries }: Waits): { mean: number; p95: number; count: number } | null {
  if (entries.length === 0) return null;
  const sorted = entries.map(({ waitS }) => waitS).sort((a, b) => a - b);
  const mean = sorted.reduce((sum, wait) => sum + wait, 0) / sorted.length;
  const p95 = sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0;
  return { mean, p95, count: sorted.length };
}
