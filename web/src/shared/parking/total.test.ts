import { expect, it } from "vitest";
import { about, free, lot, word } from "./samples";
import { takenPercent, totalFree } from "./total";

const of = (...all: Parameters<typeof lot>[0][]) => totalFree(all.map((over) => lot(over)));

it("adds what is known, and is about a number as soon as one part is", () => {
  expect(of()).toBeNull();
  expect(of(free(60), free(40))).toEqual({ says: free(100), capacity: 400 });
  expect(of(free(60), about(40))).toEqual({ says: about(100), capacity: 400 });
  expect(of(free(60), word("full"))?.says).toEqual(free(60));
  expect(of(word("full"), word("full"))?.says).toEqual(word("full"));
});

it("makes no number out of what is not known", () => {
  expect(of(free(60), word("unknown"))?.says).toEqual(word("some"));
  expect(of(word("full"), word("some"))?.says).toEqual(word("some"));
  expect(of(word("full"), word("unknown"))?.says).toEqual(word("unknown"));
});

it("leaves closed ones out, unless all are", () => {
  expect(of(word("closed"), free(60))).toEqual({ says: free(60), capacity: 200 });
  expect(of(word("closed"))).toEqual({ says: word("closed"), capacity: 0 });
});

it("says how full they are", () => {
  expect(takenPercent({ says: free(50), capacity: 200 })).toBe(75);
  expect(takenPercent({ says: word("full"), capacity: 200 })).toBe(100);
  expect(takenPercent({ says: word("some"), capacity: 200 })).toBeNull();
});
