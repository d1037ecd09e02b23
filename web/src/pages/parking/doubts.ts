/** Why the numbers of a car park are doubted, each reason once with the counts it is about. */
import type { LotCount, LotDoubt, LotOperation } from "../../shared/generated/protocol";

/** What a count is of: a class of bays or a level. */
export type What = { class: string } | { level: string };

export interface Doubted {
  doubt: LotDoubt;
  of: readonly What[];
  /** It is no matter of course: somebody should look. */
  grave: boolean;
}

export function whatOf(count: Pick<LotCount, "class" | "level">): What {
  return count.level === null ? { class: count.class ?? "ordinary" } : { level: count.level };
}

/** Graver ones first. That cars have passed since the last correction is the usual doubt, and no alarm. */
export function doubtsOf(operation: LotOperation): Doubted[] {
  const found = new Map<string, { doubt: LotDoubt; of: What[] }>();
  for (const count of operation.counts) {
    for (const doubt of count.doubts) {
      const key = JSON.stringify(doubt);
      const known = found.get(key);
      if (known) known.of.push(whatOf(count));
      else found.set(key, { doubt, of: [whatOf(count)] });
    }
  }
  const all = [...found.values()].map((one) => ({ ...one, grave: one.doubt.doubt !== "passages" }));
  return all.sort((a, b) => Number(b.grave) - Number(a.grave));
}
