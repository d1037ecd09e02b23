import type { Eta } from "../generated/protocol";
import { etaWords } from "../hall/figures";
import { say } from "../words/words";

/** An estimate in words: an interval, or that it is not known. */
export function intervalWords(eta: Eta | null): string {
  const { key, ...numbers } = etaWords({ eta });
  return say(key, numbers);
}
