/** What may be said of free places. The server decides that; no page makes a number of its own. */
import type { LotForecast, LotSays, LotWord } from "../generated/protocol";
import { type Language, language, sayIn } from "../words/words";

export const UNKNOWN: LotSays = { says: "unknown", free: null };

export const WORDS: Record<Exclude<LotWord, "free">, string> = {
  about: "lot-about",
  some: "lot-some",
  full: "lot-full",
  closed: "lot-closed",
  unknown: "lot-unknown",
};

/** As it may be shown now: over a link that is not live nothing is said, and never an old number. */
export function saidNow({ says, free }: LotSays, live: boolean): LotSays {
  if (!live) return UNKNOWN;
  // A number that did not come is not known.
  if ((says === "free" || says === "about") && free === null) return UNKNOWN;
  return { says, free };
}

/** In one piece, for sentences and lists: `60`, `约 60`, `有位`, `满`, `关闭`, `—`. */
export function freeWords({ says, free }: LotSays, which: Language = language.value): string {
  return says === "free" ? String(free ?? "") : sayIn(which, WORDS[says], { free: free ?? "" });
}

/** Free places to come, as they are said: to fives and tens, and the interval never narrower than what was given. */
export function forecastWords(forecast: LotForecast): string {
  const low = down(forecast.free_low);
  const high = up(forecast.free_high);
  const which = language.value;
  const when = sayIn(which, "soon-in", { minutes: forecast.in_min });
  if (high === 0) return sayIn(which, "soon-full", { when });
  if (low === 0) return sayIn(which, "soon-few", { when, high });
  return low === high
    ? sayIn(which, "soon-about", { when, high })
    : sayIn(which, "soon-between", { when, low, high });
}

/** More digits would promise more than is known. */
function step(free: number): number {
  if (free < 20) return 1;
  return free < 100 ? 5 : 10;
}

function down(free: number): number {
  return Math.floor(free / step(free)) * step(free);
}

function up(free: number): number {
  return Math.ceil(free / step(free)) * step(free);
}
