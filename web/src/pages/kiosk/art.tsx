/** Drawings: lines in the colour of the text around them. */

/** A card on its way to the reader. */
export function CardArt() {
  return (
    <svg class="art art-card" viewBox="0 0 320 250" aria-hidden="true">
      <path
        class="art-reader"
        d="M40 182h240a14 14 0 0 1 14 14v22a14 14 0 0 1-14 14H40a14 14 0 0 1-14-14v-22a14 14 0 0 1 14-14z"
      />
      <path class="art-slot" d="M74 182h172" />
      <g class="art-waves">
        <path d="M132 166a40 40 0 0 1 56 0" />
        <path d="M118 150a60 60 0 0 1 84 0" />
      </g>
      <g class="art-moving">
        <rect class="art-paper" x="76" y="14" width="168" height="106" rx="12" />
        <circle class="art-face" cx="208" cy="54" r="14" />
        <path class="art-face" d="M184 92a24 22 0 0 1 48 0z" />
        <path class="art-line" d="M96 42h62M96 62h46M96 98h82" />
      </g>
    </svg>
  );
}

/** A ticket coming out. */
export function TicketArt() {
  return (
    <svg class="art art-ticket" viewBox="0 0 320 200" aria-hidden="true">
      <path
        class="art-reader"
        d="M40 24h240a16 16 0 0 1 16 16v24a16 16 0 0 1-16 16H40a16 16 0 0 1-16-16V40a16 16 0 0 1 16-16z"
      />
      <g class="art-moving">
        <path
          class="art-paper"
          d="M96 62h128v116l-10.7-8-10.6 8-10.7-8-10.7 8-10.6-8-10.7 8-10.7-8-10.6 8-10.7-8-10.7 8-10.6-8-10.7 8z"
        />
        <path class="art-line" d="M120 130h80M120 146h52" />
        <path class="art-number" d="M120 108h80" />
      </g>
      <path class="art-slot" d="M84 62h152" />
    </svg>
  );
}

type IconName =
  | "back"
  | "card"
  | "clock"
  | "help"
  | "people"
  | "place"
  | "check"
  | "pause"
  | "warn"
  | "calendar"
  | "scan";

const PATHS: Record<IconName, string> = {
  scan: "M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M3 12h18M8 8.500h.01M12 8.500h.01M16 8.500h.01M8 15.500h.01M12 15.500h.01M16 15.500h.01",
  back: "M15 5l-7 7 7 7",
  card: "M3 6h18v12H3zM7 10h5M7 14h4M15.5 10.5a1.5 1.5 0 1 0 3 0 1.5 1.5 0 1 0-3 0M14.5 15a2.5 2 0 0 1 5 0M4 21L20 3",
  clock: "M12 3a9 9 0 1 0 .01 0M12 7v5l3.5 2",
  help: "M12 3a9 9 0 1 0 .01 0M9.2 9.3a2.8 2.8 0 1 1 4.2 2.4c-.9.6-1.4 1.1-1.4 2.1M12 16.9v.2",
  people:
    "M9 4.5a3.2 3.2 0 1 0 .01 0M3 19.5a6 6 0 0 1 12 0M16 5.2a3 3 0 0 1 0 5.7M17.5 13.6a5.4 5.4 0 0 1 3.5 5.9",
  place: "M12 21s7-6.2 7-11.5a7 7 0 1 0-14 0C5 14.8 12 21 12 21zM12 7a2.5 2.5 0 1 0 .01 0",
  check: "M5 12.5l4.5 4.5L19 7.5",
  pause: "M12 3a9 9 0 1 0 .01 0M9.8 8.8v6.400M14.2 8.800v6.4",
  warn: "M12 3.500L22 20.500H2zM12 10v5M12 17.700v.2",
  calendar: "M4 6h16v14H4zM4 10.500h16M8 3.500V8M16 3.500V8M8.5 15l2.3 2.3 4.7-4.6",
};

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
