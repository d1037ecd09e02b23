/** What somebody typed as the cars that he counted. */
import type { LotCount } from "../../../shared/generated/protocol";
import { type What, whatOf } from "../doubts";

/** No car park holds more; a slip of the finger may. */
export const MOST = 20_000;

export type Entry =
  | { occupied: number }
  /** Nothing was typed yet. */
  | { fault: null }
  | { fault: "number" | "most" }
  /** All cars cannot be fewer than those that stand on bays of classes of their own. */
  | { fault: "fewer"; others: number };

export function entryOf(text: string, counts: readonly LotCount[], what: What | null): Entry {
  const typed = text.trim();
  if (typed === "") return { fault: null };
  if (!/^\d+$/.test(typed)) return { fault: "number" };
  const occupied = Number(typed);
  if (occupied > MOST) return { fault: "most" };
  const others = what === null ? othersOf(counts) : 0;
  return occupied < others ? { fault: "fewer", others } : { occupied };
}

/** What is known of a count that is about to be corrected. All cars are counted as those on ordinary bays. */
export function countOf(counts: readonly LotCount[], what: What | null): LotCount | undefined {
  const key = keyOf(what ?? { class: "ordinary" });
  return counts.find((count) => keyOf(whatOf(count)) === key);
}

export function keyOf(what: What): string {
  return "class" in what ? `class ${what.class}` : `level ${what.level}`;
}

function othersOf(counts: readonly LotCount[]): number {
  return counts
    .filter((count) => count.level === null && count.class !== "ordinary")
    .reduce((sum, { occupied }) => sum + Math.max(0, occupied), 0);
}
