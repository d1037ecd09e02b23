import { describe, expect, it } from "vitest";
import { ticket, windowOf } from "../../shared/socket/samples";
import { ACTIONS, oneKey, requestOf, type Situation, whyNot } from "./actions";
import { press, QUIET_MS, RESTED } from "./guard";
import { actionOf, keyName, LAYOUTS, layoutOf, rebind, storedBindings } from "./keys";

const called = windowOf({ state: "busy", ticket: ticket() });
const serving = windowOf({ state: "busy", ticket: ticket({ state: "serving" }) });
const at = (over: Partial<Situation>): Situation => ({
  window: windowOf(),
  live: true,
  seated: true,
  sending: false,
  ...over,
});

describe("the guard", () => {
  it("lets one of twenty presses a second through, however long they go on", () => {
    let guard = RESTED;
    let counted = 0;
    for (let at = 0; at < 5000; at += 50) {
      const pressed = press(guard, at, false);
      guard = pressed.guard;
      counted += Number(pressed.counts);
    }
    expect(counted).toBe(1);
    expect(press(guard, 4950 + QUIET_MS, false).counts).toBe(true);
  });

  it("does not count a held key, and takes the next press after a rest", () => {
    expect(press(RESTED, 0, true).counts).toBe(false);
    expect(press({ lastMs: 0 }, QUIET_MS - 1, false).counts).toBe(false);
    expect(press({ lastMs: 0 }, QUIET_MS, false).counts).toBe(true);
  });
});

describe("the one key", () => {
  it("opens, goes on, calls, and finishes with the next call", () => {
    expect(oneKey(windowOf({ state: "closed" }))).toBe("open");
    expect(oneKey(windowOf({ state: "paused" }))).toBe("open");
    expect(oneKey(windowOf({ state: "idle" }))).toBe("call");
    expect(oneKey(windowOf({ state: "ready" }))).toBe("call");
    expect(oneKey(called)).toBe("finish-call");
    expect(oneKey(serving)).toBe("finish-call");
  });

  it("names the ticket the clerk saw", () => {
    expect(requestOf({ do: "finish-call" }, called)).toEqual({
      path: "/api/v1/windows/17/finish",
      body: { call: true, ready: true, ticket: "t1" },
    });
    expect(requestOf({ do: "call" }, windowOf()).body).toEqual({ ready: true });
    expect(requestOf({ do: "transfer", window: 9 }, called).body).toEqual({ window: 9, ticket: "t1" });
    expect(requestOf({ do: "resume", number: "A001" }, windowOf()).body).toEqual({ ticket: "A001" });
  });
});

describe("why not", () => {
  it("says what is in the way of everything at once", () => {
    for (const action of ACTIONS) {
      expect(whyNot(action, at({ live: false }))).toBe("offline");
      expect(whyNot(action, at({ window: undefined }))).toBe("offline");
      expect(whyNot(action, at({ seated: false }))).toBe("no-seat");
      expect(whyNot(action, at({ sending: true }))).toBe("sending");
    }
  });

  it("depends on the ticket", () => {
    expect(whyNot("recall", at({}))).toBe("no-ticket");
    expect(whyNot("recall", at({ window: serving }))).toBeNull();
    expect(whyNot("miss", at({ window: called }))).toBeNull();
    expect(whyNot("miss", at({ window: serving }))).toBe("started");
    expect(whyNot("pause", at({ window: called }))).toBe("busy");
    expect(whyNot("pause", at({}))).toBeNull();
    expect(whyNot("resume", at({}))).toBe("nothing-parked");
    expect(whyNot("resume", at({ window: windowOf({ parked: ["A001"] }) }))).toBeNull();
  });
});

describe("keys", () => {
  it("give every action one key, and no key to two", () => {
    for (const bindings of Object.values(LAYOUTS)) {
      expect(Object.keys(bindings).sort()).toEqual([...ACTIONS].sort());
      expect(new Set(Object.values(bindings)).size).toBe(ACTIONS.length);
    }
    expect(actionOf(LAYOUTS.functions, "F4")).toBe("miss");
    expect(actionOf(LAYOUTS.functions, "Space")).toBe("next");
    expect(actionOf(LAYOUTS.functions, "KeyA")).toBeNull();
  });

  it("change places when one is wanted twice", () => {
    const own = rebind(LAYOUTS.functions, "recall", "F1");
    expect([own.recall, own.next]).toEqual(["F1", "F2"]);
    expect(layoutOf(own)).toBeNull();
    expect(layoutOf(LAYOUTS.numpad)).toBe("numpad");
    expect(rebind(LAYOUTS.functions, "recall", "Escape")).toBe(LAYOUTS.functions);
    expect(actionOf(rebind(LAYOUTS.functions, "miss", "Space"), "Space")).toBe("miss");
  });

  it("are remembered, unless what was stored is no set of keys", () => {
    const own = rebind(LAYOUTS.numpad, "miss", "KeyQ");
    expect(storedBindings(JSON.stringify(own))).toEqual(own);
    for (const text of [null, "", "{", "{}", "[]", JSON.stringify({ ...own, recall: "KeyQ" })])
      expect(storedBindings(text)).toBe(LAYOUTS.functions);
    expect([keyName("NumpadEnter"), keyName("Numpad3"), keyName("KeyQ"), keyName("F8")]).toEqual([
      "Num ↵",
      "Num 3",
      "Q",
      "F8",
    ]);
  });
});
