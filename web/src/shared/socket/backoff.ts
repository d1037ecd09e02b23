/**
 * How long to wait before try number `attempt` (0 = the first after a loss).
 * It never grows past three seconds: a restarted hall must be right on every screen within five.
 * The jitter keeps two hundred screens from knocking in the same instant.
 */
export const FIRST_MS = 200;
export const LONGEST_MS = 3000;

export function retryDelay(attempt: number, random: number, longestMs = LONGEST_MS): number {
  const ceiling = Math.min(longestMs, FIRST_MS * 2 ** Math.min(attempt, 10) * 2);
  const floor = Math.max(FIRST_MS, ceiling / 2);
  return Math.round(floor + (ceiling - floor) * random);
}
