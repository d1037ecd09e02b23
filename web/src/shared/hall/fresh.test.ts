import { expect, it } from "vitest";
import { callPainted, FRESH_MS, NOTHING_NEW, settle } from "./fresh";

const isNew = (seq: number, fresh: typeof NOTHING_NEW) => seq > fresh.after;

it("a call is news for a while, and then no more", () => {
  const painted = callPainted(NOTHING_NEW, 41, 1000, false);
  expect(isNew(41, settle(painted, 1000 + FRESH_MS))).toBe(true);
  expect(isNew(41, settle(painted, 1001 + FRESH_MS))).toBe(false);
});

it("each call has its own time", () => {
  const two = callPainted(callPainted(NOTHING_NEW, 41, 1000, false), 45, 3000, false);
  const later = settle(two, 4000);
  expect(isNew(41, later)).toBe(false);
  expect(isNew(45, later)).toBe(true);
  expect(settle(later, 9000)).toEqual({ after: 45, painted: [] });
});

it("painting the same call again does not make it newer", () => {
  const once = callPainted(NOTHING_NEW, 41, 1000, false);
  expect(callPainted(once, 41, 3000, false)).toBe(once);
  const seen = settle(once, 5000);
  expect(callPainted(seen, 41, 6000, false)).toBe(seen);
});

it("what was missed while the link was down is never announced as new", () => {
  const caughtUp = callPainted(callPainted(NOTHING_NEW, 41, 1000, false), 60, 9000, true);
  expect(isNew(60, caughtUp)).toBe(false);
  expect(isNew(61, callPainted(caughtUp, 61, 9100, false))).toBe(true);
});
