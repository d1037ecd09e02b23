import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createRefresher, PACE_MS } from "./refresh";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A refresher whose answers take `ms`, and what it asked for so far. */
function stage(ms = 0) {
  const asked: string[] = [];
  const refresher = createRefresher(
    async (lot) => {
      asked.push(lot);
      if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
    },
    () => Date.now(),
  );
  return { asked, wants: refresher.wants };
}

it("asks at once, and for what comes right after it once more at its pace", async () => {
  const { asked, wants } = stage();
  wants("P1");
  expect(asked).toEqual(["P1"]);
  await vi.advanceTimersByTimeAsync(10);
  for (let n = 0; n < 50; n += 1) wants("P1");
  await vi.advanceTimersByTimeAsync(PACE_MS - 20);
  expect(asked).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(20);
  expect(asked).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(10 * PACE_MS);
  expect(asked).toHaveLength(2);
});

it("never has two questions under way, and forgets none", async () => {
  const { asked, wants } = stage(5 * PACE_MS);
  wants("P1");
  await vi.advanceTimersByTimeAsync(PACE_MS);
  wants("P1");
  await vi.advanceTimersByTimeAsync(3 * PACE_MS);
  expect(asked).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(PACE_MS);
  expect(asked).toHaveLength(2);
});

it("looks without waiting at what somebody did himself, and not once more for the same", async () => {
  const { asked, wants } = stage();
  wants("P1");
  await vi.advanceTimersByTimeAsync(10);
  wants("P1");
  wants("P1", true);
  expect(asked).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(10 * PACE_MS);
  expect(asked).toHaveLength(2);
});

it("keeps a pace for each car park", () => {
  const { asked, wants } = stage();
  wants("P1");
  wants("P2");
  expect(asked).toEqual(["P1", "P2"]);
});
