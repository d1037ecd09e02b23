import { expect, it } from "vitest";
import { count } from "../../../shared/parking/samples";
import { countOf, entryOf, MOST } from "./entry";

const COUNTS = [
  count({ off_by: 3 }),
  count({ class: "disabled", occupied: 5, off_by: 1 }),
  count({ class: "charging", occupied: -2 }),
  count({ class: null, level: "B1", occupied: 80, off_by: 4 }),
];

it("takes whole numbers that can be", () => {
  const of = (text: string) => entryOf(text, COUNTS, { class: "disabled" });
  expect(of(" 0 ")).toEqual({ occupied: 0 });
  expect(of("128")).toEqual({ occupied: 128 });
  expect(of("  ")).toEqual({ fault: null });
  for (const text of ["x", "-1", "1.5", "1e3", "１２"]) expect(of(text)).toEqual({ fault: "number" });
  expect(of(String(MOST + 1))).toEqual({ fault: "most" });
});

it("says that all cars cannot be fewer than those on bays of their own", () => {
  expect(entryOf("4", COUNTS, null)).toEqual({ fault: "fewer", others: 5 });
  expect(entryOf("5", COUNTS, null)).toEqual({ occupied: 5 });
  expect(entryOf("4", COUNTS, { level: "B1" })).toEqual({ occupied: 4 });
});

it("knows what a count might have been off by", () => {
  expect(countOf(COUNTS, null)?.off_by).toBe(3);
  expect(countOf(COUNTS, { class: "disabled" })?.off_by).toBe(1);
  expect(countOf(COUNTS, { level: "B1" })?.off_by).toBe(4);
  expect(countOf(COUNTS, { level: "B9" })).toBeUndefined();
});
