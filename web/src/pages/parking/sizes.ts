/** The sizes of corrections as bars: above the line more cars stood there than was counted. */
import type { LotCorrection } from "../../shared/generated/protocol";

export const FIELD = { width: 420, height: 120, left: 30, bar: 0.6 } as const;

export interface Bar {
  x: number;
  y: number;
  width: number;
  height: number;
  /** It was off by more than was thought possible. */
  over: boolean;
}

export interface Sizes {
  /** Upper end of the scale; the lower one is as far below nothing. */
  top: number;
  bars: readonly Bar[];
  /** The largest by its size, and how many were over what was thought. */
  largest: number;
  over: number;
}

/** The oldest on the left. */
export function sizesOf(corrections: readonly LotCorrection[]): Sizes {
  const largest = Math.max(0, ...corrections.map(sizeOf));
  const top = Math.max(2, Math.ceil(largest / 2) * 2);
  const middle = FIELD.height / 2;
  const wide = (FIELD.width - FIELD.left) / Math.max(1, corrections.length);
  const bars = [...corrections].reverse().map((correction, place) => {
    // What was right is a hair's breadth, so that it is seen that somebody counted.
    const height = Math.max(1.5, (sizeOf(correction) / top) * (middle - 4));
    return {
      x: FIELD.left + (place + (1 - FIELD.bar) / 2) * wide,
      y: correction.off >= 0 ? middle - height : middle,
      width: wide * FIELD.bar,
      height,
      over: isOver(correction),
    };
  });
  return { top, bars, largest, over: corrections.filter(isOver).length };
}

/** The first count ever corrects nothing. */
export function isFirst({ bound }: LotCorrection): boolean {
  return bound === null;
}

function sizeOf(correction: LotCorrection): number {
  return isFirst(correction) ? 0 : Math.abs(correction.off);
}

export function isOver({ off, bound }: LotCorrection): boolean {
  return bound !== null && Math.abs(off) > bound;
}
