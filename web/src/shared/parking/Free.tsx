import type { LotSays } from "../generated/protocol";
import { type Language, language, sayIn } from "../words/words";
import { saidNow, WORDS } from "./says";

interface Props {
  of: LotSays;
  /** What it says is of the present. */
  live?: boolean;
  /** Another language than that of the page. */
  lang?: Language;
}

/** Free places: a number, 约 a number, a word, or — where nothing is known. */
export function Free({ of, live = true, lang = language.value }: Props) {
  const { says, free } = saidNow(of, live);
  return (
    <span class="free" data-says={says}>
      {says === "about" && <AboutMark lang={lang} />}
      {says === "free" || says === "about" ? (
        <strong>{free}</strong>
      ) : says === "unknown" ? (
        <strong>
          <span aria-hidden="true">—</span>
          <span class="unseen">{sayIn(lang, "lot-not-known")}</span>
        </strong>
      ) : (
        <strong class="free-word">{sayIn(lang, WORDS[says])}</strong>
      )}
    </span>
  );
}

/** 约: read out as a word, whatever the mark is. */
export function AboutMark({ lang = language.value }: { lang?: Language }) {
  return (
    <small class="free-about">
      <span aria-hidden="true">{sayIn(lang, "lot-about-mark")}</span>
      <span class="unseen">{sayIn(lang, "lot-about-spoken")}</span>{" "}
    </small>
  );
}

/** The sign of a car park. */
export function ParkingSign() {
  return (
    <svg class="parking-sign" viewBox="0 0 40 40" aria-hidden="true">
      <rect width="40" height="40" rx="8" />
      <path d="M14.500 32V9h7.500a7 7 0 0 1 0 14h-7.500" />
    </svg>
  );
}

/** The sign of bays for people with a disability. */
export function WheelchairSign() {
  return (
    <svg class="wheelchair" viewBox="0 0 20 20" aria-hidden="true">
      <path d="M9 2.500a1.700 1.700 0 1 1 0 3.400 1.700 1.700 0 0 1 0-3.400zM9 6v6h5l2 5M9 9h4M7 9.500a4.500 4.500 0 1 0 6 6.500" />
    </svg>
  );
}
