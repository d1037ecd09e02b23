import { expect, it } from "vitest";
import { FIRST_MS, LONGEST_MS, retryDelay } from "./backoff";

it("tries again soon after the first loss", () => {
  expect(retryDelay(0, 0)).toBe(200);
  expect(retryDelay(0, 1)).toBe(400);
});

it("grows, and never past what a restarted hall allows", () => {
  const latest = [0, 1, 2, 3, 4, 50, 5000].map((attempt) => retryDelay(attempt, 1));
  expect(latest).toEqual([400, 800, 1600, 3000, 3000, 3000, 3000]);
  for (const attempt of [0, 1, 2, 3, 10, 1000]) {
    for (const random of [0, 0.3, 0.999]) {
      expect(retryDelay(attempt, random)).toBeGreaterThanOrEqual(FIRST_MS);
      expect(retryDelay(attempt, random)).toBeLessThanOrEqual(LONGEST_MS);
    }
  }
});

it("spreads many screens over the delay", () => {
  expect(retryDelay(3, 0)).toBe(1500);
  expect(retryDelay(3, 0.5)).toBe(2250);
});
