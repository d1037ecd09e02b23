/** When a figure is as it should be, when somebody should look, and when somebody should act. */
import type { HallDevice } from "../../shared/generated/protocol";

export type Level = "good" | "watch" | "act";

/** From which value on to look, and from which on to act. */
export interface Threshold {
  watch: number;
  act: number;
}

/** Proposals to be agreed with each hall; the page says them beside the figure. */
export const THRESHOLDS = {
  /** People waiting for each open window. */
  perWindow: { watch: 3, act: 6 },
  /** The longest wait, in minutes. */
  longestMin: { watch: 20, act: 40 },
  /** What 95 of 100 waited less than, in minutes. */
  waitMin: { watch: 15, act: 30 },
  /** Of a hundred tickets, those who left. */
  leftPercent: { watch: 5, act: 10 },
  /** Of a hundred open windows, the paused. */
  pausedPercent: { watch: 10, act: 25 },
  /** Of a hundred ordinary bays, the taken. */
  takenPercent: { watch: 85, act: 95 },
} as const satisfies Record<string, Threshold>;

export function levelOf(value: number, { watch, act }: Threshold): Level {
  if (value >= act) return "act";
  return value >= watch ? "watch" : "good";
}

/** What is gone needs hands; what is only degraded needs an eye. */
export function deviceLevel(devices: readonly HallDevice[]): Level {
  if (devices.some(({ state }) => state === "gone")) return "act";
  return devices.some(({ state, why }) => state === "degraded" || why !== null) ? "watch" : "good";
}

export function inTrouble(devices: readonly HallDevice[]): HallDevice[] {
  return devices.filter(({ state, why }) => state !== "ready" || why !== null);
}
