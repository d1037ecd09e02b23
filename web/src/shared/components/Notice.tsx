import { signal } from "@preact/signals";

export type Tone = "good" | "bad" | "plain";

interface Shown {
  words: string;
  tone: Tone;
  /** Tells two notices of the same words apart. */
  turn: number;
}

const shown = signal<Shown | null>(null);
let turns = 0;
let clear: ReturnType<typeof setTimeout> | undefined;

/** Shows one line at the foot of the page, and has it read out. What went wrong stays longer. */
export function notify(words: string, tone: Tone = "plain"): void {
  clearTimeout(clear);
  turns += 1;
  shown.value = { words, tone, turn: turns };
  clear = setTimeout(clearNotice, tone === "bad" ? 10_000 : 5000);
}

export function clearNotice(): void {
  clearTimeout(clear);
  shown.value = null;
}

const SIGNS: Record<Tone, string> = {
  good: "M4 10.5 8 14.5 16 5.5",
  bad: "M10 4.5v7M10 15v.5",
  plain: "M10 9v6M10 5v.5",
};

/** The place of the notices: a region that stays, so that readers announce what comes into it. */
export function Notice() {
  const notice = shown.value;
  return (
    <div role="status" aria-live="polite" class="notice-region">
      {notice && (
        <p class="notice" data-tone={notice.tone} key={notice.turn}>
          <svg viewBox="0 0 20 20" aria-hidden="true">
            <path d={SIGNS[notice.tone]} />
          </svg>
          {notice.words}
        </p>
      )}
    </div>
  );
}
