/** Which of its faces the page shows, from the visit alone. */
import type { Visit } from "../../shared/generated/protocol";

export type Phase =
  | "waiting"
  /** A few before it: time to go to the zone. */
  | "near"
  | "called"
  | "serving"
  | "parked"
  | "missed"
  | "done"
  | "left"
  /** It waits, but the hall has closed. */
  | "closed";

/** So few before it that one should be near the windows. */
export const NEAR = 3;

export function phaseOf(visit: Visit): Phase {
  if (visit.state !== "waiting") return visit.state;
  if (!visit.open) return "closed";
  return visit.ahead <= NEAR ? "near" : "waiting";
}

/** Whether the visit can still be given up by its holder. */
export function mayLeave(visit: Visit): boolean {
  return visit.state === "waiting";
}

/**
 * Whole minutes for which a called visitor is still waited for, rounded up: the window never says less time than there
 * is. Null where the hall gives no time, 0 when it is over.
 */
export function heldMinutes(visit: Visit, nowMs: number): number | null {
  if (visit.state !== "called" || visit.called_at === null || visit.held_s === 0) return null;
  const leftMs = Date.parse(visit.called_at) + visit.held_s * 1000 - nowMs;
  return Math.max(0, Math.ceil(leftMs / 60_000));
}
