import { describe, expect, it } from "vitest";
import type { HallDevice } from "../../shared/generated/protocol";
import { apply, EMPTY } from "../../shared/hall/state";
import { HALL, queue, snapshot, windowOf } from "../../shared/socket/samples";
import { deviceLevel, inTrouble, levelOf } from "./levels";
import { addWait, KEPT_MIN, NO_TREND, NO_WAITS, sample, summary } from "./trend";
import { unserved, zoneOfServices, zoneRows } from "./zones";

const MINUTE = 60_000;

describe("a trend", () => {
  it("has one value a minute and half an hour of them", () => {
    let trend = NO_TREND;
    for (let minute = 0; minute < 100; minute += 1) trend = sample(trend, minute, minute * MINUTE);
    expect(trend.values).toHaveLength(KEPT_MIN + 1);
    expect(trend.values.at(-1)).toBe(99);
    expect(trend.values[0]).toBe(69);
  });

  it("replaces within a minute, fills silence, and begins anew after a long one", () => {
    const one = sample(sample(NO_TREND, 5, 0), 7, 59_000);
    expect(one.values).toEqual([7]);
    expect(sample(one, 9, 3 * MINUTE).values).toEqual([7, 7, 7, 9]);
    expect(sample(one, 9, 31 * MINUTE).values).toEqual([9]);
  });
});

describe("waits", () => {
  it("are those of the last half hour, each ticket once", () => {
    let waits = NO_WAITS;
    for (let n = 1; n <= 100; n += 1) waits = addWait(waits, `t${n}`, 0, n * 1000, n * 1000);
    expect(addWait(waits, "t5", 0, 9999, 9999)).toBe(waits);
    expect(summary(waits)).toEqual({ mean: 50.5, p95: 95, count: 100 });
    const late = addWait(waits, "late", 40 * MINUTE, 41 * MINUTE, 41 * MINUTE);
    expect(summary(late)).toEqual({ mean: 60, p95: 60, count: 1 });
    expect(summary(NO_WAITS)).toBeNull();
  });
});

describe("levels", () => {
  it("begin at their thresholds", () => {
    const limits = { watch: 5, act: 10 };
    expect([4.9, 5, 9.9, 10].map((value) => levelOf(value, limits))).toEqual([
      "good",
      "watch",
      "watch",
      "act",
    ]);
  });

  it("of devices: gone is worse than degraded, and low paper counts", () => {
    const device = (over: Partial<HallDevice>): HallDevice => ({
      program: "bridge",
      ...{ kind: "printer", name: "k1", model: "m", port: "virtual", state: "ready", why: null, since: "" },
      ...over,
    });
    expect(deviceLevel([device({})])).toBe("good");
    expect(deviceLevel([device({}), device({ why: "paper-near-end" })])).toBe("watch");
    expect(deviceLevel([device({ state: "gone", why: "no-answer" })])).toBe("act");
    expect(inTrouble([device({}), device({ state: "degraded", why: "paper-out" })])).toHaveLength(1);
  });
});

describe("zones", () => {
  const state = apply(
    EMPTY,
    snapshot(1, {
      hall: { ...HALL, zones: ["A", "B", "C"].map((code) => ({ code, name: { zh: code, en: code } })) },
      queues: [
        queue({ service: "X", waiting: 4, longest_wait_s: 60 }),
        queue({ service: "Y", waiting: 1, longest_wait_s: 600, open_windows: 0 }),
      ],
      windows: [
        windowOf({ window: 1, zone: "A", services: ["X"] }),
        windowOf({ window: 2, zone: "A", services: ["X", "Y"], state: "closed" }),
        windowOf({ window: 3, zone: "B", services: ["X", "Y"] }),
        windowOf({ window: 4, zone: "B", services: ["Y"] }),
      ],
    }),
  );

  it("have the services most of whose windows are there, and only zones with windows", () => {
    expect(Object.fromEntries(zoneOfServices(state))).toEqual({ X: "A", Y: "B" });
    expect(zoneRows(state)).toMatchObject([
      { zone: "A", waiting: 4, longestS: 60, windows: { all: 2, closed: 1 } },
      { zone: "B", waiting: 1, longestS: 600, windows: { all: 2 } },
    ]);
  });

  it("say where people wait in vain", () => {
    expect(unserved(state)).toEqual(["Y"]);
  });
});
