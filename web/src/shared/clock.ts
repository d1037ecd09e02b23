/** Times without words. The hall's offset is in every time stamp, so no zone is converted here. */

/** `2026-11-23T08:31:02.123+08:00` → `08:31` */
export function hourMinute(at: string): string {
  return at.slice(11, 16);
}

/** `2026-11-23T08:31:02.123+08:00` → `08:31:02` */
export function hourMinuteSecond(at: string): string {
  return at.slice(11, 19);
}

/** A wait in a narrow column: `4:07`, `1:02:09`. */
export function waitClock(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  const two = (n: number) => String(n).padStart(2, "0");
  const minutes = Math.floor(s / 60);
  if (minutes < 60) return `${minutes}:${two(s % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(s % 60)}`;
}

/** Seconds from one time stamp to another, never negative. */
export function secondsBetween(from: string, to: string): number {
  return Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000);
}
