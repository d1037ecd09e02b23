/** The crowd that is coming: what to do in one sentence, and the curves as points. */
import { hourMinute } from "../../shared/clock";
import type { Crowd, CrowdSlot } from "../../shared/generated/protocol";

/** Which sentence, with its numbers. Opening comes before everything else; nothing to do is an answer, too. */
export type Advice =
  | { key: "crowd-open" | "crowd-pause"; windows: number; time: string }
  | { key: "crowd-enough" | "crowd-unknown" };

export function adviceOf(crowd: Crowd | null): Advice {
  if (crowd === null || crowd.slots.length === 0) return { key: "crowd-unknown" };
  const { advice } = crowd;
  if (advice === null || advice.windows === 0) return { key: "crowd-enough" };
  const time = hourMinute(advice.by);
  return advice.windows > 0
    ? { key: "crowd-open", windows: advice.windows, time }
    : { key: "crowd-pause", windows: -advice.windows, time };
}

/** The field of the chart, in its own units. */
export const FIELD = { left: 36, right: 8, top: 8, bottom: 22, width: 820, height: 150 } as const;

export interface Curves {
  /** Upper end of the scale: a round number that nothing exceeds. */
  top: number;
  /** Between which most of what comes is expected, as a closed outline. */
  band: string;
  expected: string;
  /** What the open windows can serve: it holds for five minutes, so it goes in steps. */
  canServe: string;
  ticks: { y: number; value: number }[];
  times: { x: number; time: string }[];
}

export function curvesOf(slots: readonly CrowdSlot[]): Curves {
  const top = roundUp(
    Math.max(1, ...slots.flatMap(({ high, expected, can_serve }) => [high, expected, can_serve])),
  );
  const wide = (FIELD.width - FIELD.left - FIELD.right) / Math.max(1, slots.length);
  const edge = (place: number) => FIELD.left + place * wide;
  const y = (value: number) => {
    const share = Math.max(0, value) / top;
    return FIELD.height - FIELD.bottom - share * (FIELD.height - FIELD.top - FIELD.bottom);
  };
  const point = (x: number, value: number) => `${x.toFixed(1)},${y(value).toFixed(1)}`;
  const middle = (of: (slot: CrowdSlot) => number) =>
    slots.map((slot, place) => point(edge(place + 0.5), of(slot)));
  const high = middle((slot) => slot.high);
  const low = middle((slot) => slot.low).reverse();
  return {
    top,
    band: [...high, ...low].join(" "),
    expected: middle((slot) => slot.expected).join(" "),
    canServe: slots
      .flatMap(({ can_serve }, place) => [point(edge(place), can_serve), point(edge(place + 1), can_serve)])
      .join(" "),
    ticks: [0, top / 2, top].map((value) => ({ y: y(value), value })),
    times: slots.map(({ from }, place) => ({ x: edge(place), time: hourMinute(from) })),
  };
}

/** A round number of which the half is round, too. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const steps = power < 10 ? [2, 4, 6, 8, 10] : [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10];
  return (steps.find((times) => times * power >= value) ?? 10) * power;
}
