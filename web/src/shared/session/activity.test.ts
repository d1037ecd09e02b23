import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { apply, EMPTY } from "../hall/state";
import { hall } from "../hall/store";
import { snapshot } from "../socket/samples";
import { EVERY_MS, watchActivity } from "./activity";

let asked: string[];

beforeEach(() => {
  vi.useFakeTimers({ now: 0, toFake: ["performance", "setTimeout"] });
  asked = [];
  vi.stubGlobal("fetch", async (path: string) => {
    asked.push(path);
    return Response.json({});
  });
  hall.value = apply(EMPTY, snapshot(1));
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("reports a hand on the keys now and then, and nothing while nobody is there", async () => {
  const stop = watchActivity();
  const press = () => dispatchEvent(new KeyboardEvent("keydown"));
  press();
  expect(asked).toEqual([]);
  await vi.advanceTimersByTimeAsync(EVERY_MS * 10);
  expect(asked).toEqual([]);
  press();
  press();
  expect(asked).toEqual(["/api/v1/windows/17"]);
  await vi.advanceTimersByTimeAsync(EVERY_MS);
  press();
  expect(asked).toHaveLength(2);
  stop();
  await vi.advanceTimersByTimeAsync(EVERY_MS);
  press();
  expect(asked).toHaveLength(2);
});
