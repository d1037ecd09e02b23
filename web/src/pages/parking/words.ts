/** Names and doubts of a car park in words. */
import { hourMinute } from "../../shared/clock";
import type { LotDoubt, LotOperation } from "../../shared/generated/protocol";
import { pick, say } from "../../shared/words/words";
import type { What } from "./doubts";

export function whatName(what: What, { lot }: LotOperation): string {
  if ("class" in what) return say(`bay-${what.class}`);
  const level = lot.levels.find(({ level }) => level === what.level);
  return level ? pick(level.name) : what.level;
}

/** The same in a narrow column. */
export function shortName(what: What, operation: LotOperation): string {
  return "class" in what ? say(`short-${what.class}`) : whatName(what, operation);
}

export function laneName(code: string | null, { lanes }: LotOperation): string {
  const lane = lanes.find(({ lane }) => lane === code);
  return lane?.name ? pick(lane.name) : (code ?? "");
}

/** A doubt as a sentence that says what to think of the number, and what to do. */
export function doubtWords(doubt: LotDoubt, operation: LotOperation): string {
  return say(doubt.until === null ? `doubt-${doubt.doubt}` : `doubt-${doubt.doubt}-over`, {
    lane: laneName(doubt.lane, operation),
    since: doubt.since ? hourMinute(doubt.since) : "",
    until: doubt.until ? hourMinute(doubt.until) : "",
    vehicles: doubt.vehicles ?? 0,
    doubtful: doubt.doubtful ?? 0,
  });
}

/** What a count was off by: `+6` where more cars stood there. */
export function signed(off: number): string {
  return off > 0 ? `+${off}` : off < 0 ? `−${-off}` : "0";
}

/** `2026-11-23T08:31:02+08:00` → `11-23 08:31` */
export function dayMinute(at: string): string {
  return `${at.slice(5, 10)} ${hourMinute(at)}`;
}
