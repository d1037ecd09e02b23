import type { Phase } from "../socket/link";
import { say } from "../words/words";

/** The hall ticks every two seconds: up to that age is the normal state. */
const FRESH_S = 2;

interface Props {
  phase: Phase;
  ageSeconds: number | null;
}

/** Whether the page is live and how old what it shows is; the sign differs in shape, not in colour alone. */
export function LinkState({ phase, ageSeconds }: Props) {
  return (
    <p class="link-state" data-phase={phase}>
      <span class="link-sign" aria-hidden="true" />
      <span>{say(`link-${phase}`)}</span>
      {ageSeconds !== null && (phase === "live" || ageSeconds > FRESH_S) && (
        <span class="link-age">{ageWords(ageSeconds)}</span>
      )}
    </p>
  );
}

function ageWords(seconds: number): string {
  if (seconds >= 60) return say("data-age-minutes", { minutes: Math.floor(seconds / 60) });
  return say("data-age", { seconds: seconds <= FRESH_S ? 0 : seconds });
}
