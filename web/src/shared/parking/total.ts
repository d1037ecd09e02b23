/** All car parks in one figure, for those who steer the hall. */
import type { Lot, LotSays } from "../generated/protocol";

export interface Total {
  /** What may be said of the ordinary bays of all of them. */
  says: LotSays;
  /** Ordinary bays that vehicles may use. */
  capacity: number;
}

/** Null where the hall has no car park. */
export function totalFree(lots: readonly Lot[]): Total | null {
  if (lots.length === 0) return null;
  const open = lots.filter(({ says }) => says !== "closed");
  const capacity = open.reduce((sum, lot) => sum + ordinary(lot), 0);
  const total = (says: LotSays["says"], free: number | null = null): Total => ({
    says: { says, free },
    capacity,
  });
  if (open.length === 0) return total("closed");
  const free = open.reduce((sum, lot) => sum + (lot.free ?? 0), 0);
  // A sum with an unknown part is no number: at best there are some.
  if (open.some(({ says }) => says === "unknown" || says === "some")) {
    return total(free > 0 || open.some(({ says }) => says === "some") ? "some" : "unknown");
  }
  if (free === 0) return total("full");
  return total(open.some(({ says }) => says === "about") ? "about" : "free", free);
}

/** Of a hundred bays, those that are taken; null when nobody knows. */
export function takenPercent({ says, capacity }: Total): number | null {
  if (says.says === "full" || says.says === "closed") return 100;
  return says.free === null || capacity === 0 ? null : 100 - (says.free / capacity) * 100;
}

function ordinary(lot: Lot): number {
  return lot.classes.find((bays) => bays.class === "ordinary")?.capacity ?? 0;
}
