/**
 * One press, one action. A key that is held, a stuck key, a nervous finger and a double click all come as presses close
 * together: the first counts, and the next one only after the keys have been quiet for a moment.
 */

/** Presses closer together than this are one. */
export const QUIET_MS = 300;

export interface Guard {
  lastMs: number;
}

export const RESTED: Guard = { lastMs: Number.NEGATIVE_INFINITY };

export interface Pressed {
  guard: Guard;
  /** Whether this press counts. */
  counts: boolean;
}

/** A press at `nowMs`; `repeat` when the key was held down. */
export function press(guard: Guard, nowMs: number, repeat: boolean): Pressed {
  const counts = !repeat && nowMs - guard.lastMs >= QUIET_MS;
  // A press that does not count still disturbs the quiet, or a storm would let one through every third of a second.
  return { guard: { lastMs: nowMs }, counts };
}
