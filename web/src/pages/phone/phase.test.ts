import { expect, it } from "vitest";
import type { Visit } from "../../shared/generated/protocol";
import { heldMinutes, mayLeave, NEAR, phaseOf } from "./phase";

const visit = (over: Partial<Visit>): Visit => ({
  hall: { zh: "厅", en: "Hall" },
  number: "A012",
  service: { zh: "事", en: "Service" },
  state: "waiting",
  business_date: "2026-11-23",
  issued_at: "2026-11-23T08:30:00+08:00",
  called_at: null,
  window: null,
  zone: null,
  ahead: 9,
  eta: null,
  held_s: 180,
  open: true,
  lots: [],
  ...over,
});

it("shows one face for each state", () => {
  expect(phaseOf(visit({}))).toBe("waiting");
  expect(phaseOf(visit({ ahead: NEAR + 1 }))).toBe("waiting");
  expect(phaseOf(visit({ ahead: NEAR }))).toBe("near");
  expect(phaseOf(visit({ ahead: 0 }))).toBe("near");
  expect(phaseOf(visit({ open: false, ahead: 0 }))).toBe("closed");
  expect(phaseOf(visit({ open: false, state: "called" }))).toBe("called");
  for (const state of ["called", "serving", "parked", "missed", "done", "left"] as const) {
    expect(phaseOf(visit({ state }))).toBe(state);
    expect(mayLeave(visit({ state }))).toBe(false);
  }
  expect(mayLeave(visit({}))).toBe(true);
});

it("says how long a called visitor is waited for, and never too little", () => {
  const at = Date.parse("2026-11-23T09:00:00+08:00");
  const called = visit({ state: "called", called_at: "2026-11-23T09:00:00+08:00" });
  expect([0, 59_000, 61_000, 179_000, 180_000, 999_000].map((ms) => heldMinutes(called, at + ms))).toEqual([
    3, 3, 2, 1, 0, 0,
  ]);
  expect(heldMinutes(visit({}), at)).toBeNull();
  expect(heldMinutes({ ...called, held_s: 0 }, at)).toBeNull();
});
