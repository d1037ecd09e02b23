import { expect, it } from "vitest";
import { crowd, slot } from "../../shared/parking/samples";
import { adviceOf, curvesOf, FIELD } from "./crowd";

const advice = (windows: number) => ({
  ...{ windows, by: "2026-11-23T09:25:00+08:00" },
  ...{ peak: 96, can_serve: 74, waiting_without: 61 },
});

it("says what to do in one sentence, and when it does not know", () => {
  expect(adviceOf(null)).toEqual({ key: "crowd-unknown" });
  expect(adviceOf(crowd({ slots: [] }))).toEqual({ key: "crowd-unknown" });
  expect(adviceOf(crowd())).toEqual({ key: "crowd-enough" });
  expect(adviceOf(crowd({ advice: advice(0) }))).toEqual({ key: "crowd-enough" });
  expect(adviceOf(crowd({ advice: advice(3) }))).toEqual({ key: "crowd-open", windows: 3, time: "09:25" });
  expect(adviceOf(crowd({ advice: advice(-2) }))).toEqual({ key: "crowd-pause", windows: 2, time: "09:25" });
});

it("draws both curves on one scale that nothing exceeds", () => {
  const curves = curvesOf([slot({ high: 41 }), slot({ can_serve: 47 })]);
  expect(curves.top).toBe(50);
  expect(curves.ticks.map(({ value }) => value)).toEqual([0, 25, 50]);
  const points = (line: string) => line.split(" ").map((point) => point.split(",").map(Number));
  expect(points(curves.expected)).toHaveLength(2);
  expect(points(curves.band)).toHaveLength(4);
  expect(points(curves.canServe)).toHaveLength(4);
  for (const [x = 0, y = 0] of [...points(curves.band), ...points(curves.canServe)]) {
    expect(x).toBeGreaterThanOrEqual(FIELD.left);
    expect(x).toBeLessThanOrEqual(FIELD.width);
    expect(y).toBeGreaterThanOrEqual(FIELD.top);
    expect(y).toBeLessThanOrEqual(FIELD.height - FIELD.bottom);
  }
});
