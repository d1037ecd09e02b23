/**
 * Which calls are news. A call is new from the moment it was painted until `FRESH_MS` later;
 * what was missed while the link was down is shown, but never as new.
 */
export const FRESH_MS = 2500;

export interface Fresh {
  /** Calls after this position are news. */
  after: number;
  /** Newest position of each recent painting, oldest first. */
  painted: readonly { seq: number; atMs: number }[];
}

export const NOTHING_NEW: Fresh = { after: 0, painted: [] };

/** The newest call on the screen is now the one at `seq`. */
export function callPainted(fresh: Fresh, seq: number, nowMs: number, catchingUp: boolean): Fresh {
  if (catchingUp) return { after: seq, painted: [] };
  const last = fresh.painted.at(-1)?.seq ?? fresh.after;
  return seq <= last ? fresh : { ...fresh, painted: [...fresh.painted, { seq, atMs: nowMs }] };
}

/** Lets what has been seen long enough stop being news. */
export function settle(fresh: Fresh, nowMs: number): Fresh {
  const firstNew = fresh.painted.findIndex(({ atMs }) => nowMs - atMs <= FRESH_MS);
  const seen = firstNew === -1 ? fresh.painted.length : firstNew;
  if (seen === 0) return fresh;
  return { after: fresh.painted[seen - 1]?.seq ?? fresh.after, painted: fresh.painted.slice(seen) };
}
