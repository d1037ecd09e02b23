import { describe, expect, it } from "vitest";
import type { ServerMessage } from "../generated/protocol";
import { crowd, free, lot, word } from "../parking/samples";
import { AT, event, queue, snapshot, tick, ticket, windowOf } from "../socket/samples";
import { etaWords, figures, windowsByZone } from "./figures";
import { apply, CALLS_KEPT, EMPTY, type HallState } from "./state";

const run = (from: HallState, ...messages: ServerMessage[]) => messages.reduce(apply, from);
const later = (seconds: number) => new Date(Date.parse(AT) + seconds * 1000).toISOString();

describe("snapshot", () => {
  it("fills an empty page", () => {
    const state = run(EMPTY, snapshot(40, { calls: [ticket()] }));
    expect(state.hall?.name.zh).toBe("鄞州");
    expect(state.windows.get(17)?.state).toBe("idle");
    expect(state.calls).toMatchObject([{ number: "A012", window: 17, at: AT, seq: null }]);
  });

  it("replaces everything: nothing of the old state remains", () => {
    const before = run(
      EMPTY,
      snapshot(40, {
        windows: [windowOf({ window: 1 }), windowOf({ window: 2 })],
        queues: [queue({ service: "GONE", waiting: 9 })],
        calls: [ticket({ id: "old" })],
      }),
    );
    const state = run(before, snapshot(50, { calls: [] }));
    expect([...state.windows.keys()]).toEqual([17]);
    expect([...state.queues.keys()]).toEqual(["MSA-OPEN"]);
    expect(state.order).toEqual(["MSA-OPEN"]);
    expect(state.calls).toEqual([]);
    expect(figures(state).waiting).toBe(0);
  });
});

describe("car parks", () => {
  it("come with the snapshot, and each is replaced by what is said of it later", () => {
    const lots = [lot(), lot({ uid: "P2", ...free(9) })];
    const state = run(EMPTY, snapshot(40, { lots, crowd: crowd() }));
    expect(state.crowd?.cars).toBe(40);
    const later = run(
      state,
      { type: "parking.changed", at: AT, data: lot({ uid: "P2", ...word("full") }) },
      { type: "parking.changed", at: AT, data: lot({ uid: "P3" }) },
      { type: "crowd.changed", at: AT, data: crowd({ cars: 7 }) },
    );
    expect(later.lots.map(({ uid, says }) => `${uid} ${says}`)).toEqual(["P1 free", "P2 full", "P3 free"]);
    expect(later.crowd?.cars).toBe(7);
    expect(run(later, snapshot(50))).toMatchObject({ lots: [], crowd: null });
  });
});

describe("events", () => {
  const start = run(EMPTY, snapshot(40));

  it("shows a call at its window and on top of the list", () => {
    const window_state = windowOf({ state: "busy", ticket: ticket() });
    const state = run(start, event(41, "ticket.called", { window_state }));
    expect(state.windows.get(17)).toEqual(window_state);
    expect(state.calls).toMatchObject([{ ticket: "t1", number: "A012", window: 17, times: 1, seq: 41 }]);
  });

  it("frees the window when the ticket is finished, and keeps the call as it was made", () => {
    const busy = windowOf({ state: "busy", ticket: ticket() });
    const state = run(
      start,
      event(41, "ticket.called", { window_state: busy }),
      event(42, "ticket.finished", { state: "done", window: null, window_state: windowOf() }),
    );
    expect(state.windows.get(17)).toMatchObject({ state: "idle", ticket: null });
    expect(state.calls[0]?.window).toBe(17);
  });

  it("changes the window at which a ticket was parked before, too", () => {
    const state = run(
      start,
      event(41, "ticket.parked", { window_state: windowOf({ parked: ["A012"] }) }),
      event(42, "ticket.resumed", {
        window_state: windowOf({ window: 18, state: "busy", ticket: ticket() }),
        former_window_state: windowOf({ state: "closed", parked: [] }),
      }),
    );
    expect(state.windows.get(17)).toMatchObject({ state: "closed", parked: [] });
    expect(state.windows.get(18)).toMatchObject({ state: "busy" });
  });

  it("forgets a window that left the settings and is gone with its ticket", () => {
    const state = run(start, event(41, "ticket.finished", { gone_window: 17 }));
    expect(state.windows.has(17)).toBe(false);
  });

  it("moves a recalled ticket up instead of showing it twice", () => {
    const state = run(
      start,
      event(41, "ticket.called"),
      event(42, "ticket.called", { id: "t2", number: "B001", window: 30 }),
      event(43, "ticket.recalled", { calls: 2 }),
    );
    expect(state.calls.map(({ number, times }) => [number, times])).toEqual([
      ["A012", 2],
      ["B001", 1],
    ]);
  });

  it("keeps a fixed number of calls however many come", () => {
    const many = Array.from({ length: 100 }, (_, n) => event(41 + n, "ticket.called", { id: `t${n}` }));
    const state = run(start, ...many);
    expect(state.calls).toHaveLength(CALLS_KEPT);
    expect(state.calls.map(({ seq }) => seq)).toEqual([140, 139, 138, 137, 136, 135, 134, 133]);
  });

  it("leaves windows alone that an event does not speak of", () => {
    const state = run(start, event(41, "ticket.issued", { state: "waiting", window: null }));
    expect(state.windows).toBe(start.windows);
    expect(state.calls).toEqual([]);
  });

  it("does not change the state it was given", () => {
    const frozen = JSON.stringify([...start.windows]);
    run(start, { type: "window.changed", seq: 41, at: AT, data: windowOf({ state: "paused" }) });
    expect(JSON.stringify([...start.windows])).toBe(frozen);
  });
});

describe("queues", () => {
  const start = run(
    EMPTY,
    snapshot(40, {
      queues: [
        queue({ service: "A", waiting: 2, longest_wait_s: 60, issued: 10, served: 7, left: 1 }),
        queue({ service: "B", waiting: 0, issued: 5, served: 5 }),
        queue({ service: "C", waiting: 1, longest_wait_s: 300, issued: 3, served: 2 }),
      ],
    }),
  );

  it("puts the longest wait first and empty queues last", () => {
    expect(start.order).toEqual(["C", "A", "B"]);
  });

  it("replaces a changed queue at once but the order only with the next tick", () => {
    const changed = run(start, {
      type: "queue.changed",
      at: AT,
      data: queue({ service: "B", waiting: 4, longest_wait_s: 900 }),
    });
    expect(changed.queues.get("B")?.queue.waiting).toBe(4);
    expect(changed.order).toEqual(["C", "A", "B"]);
    expect(run(changed, tick(40)).order).toEqual(["B", "C", "A"]);
  });

  it("lets a wait grow between two messages about its queue", () => {
    expect(figures(run(start, tick(40, later(30)))).longest).toMatchObject({ seconds: 330 });
  });

  it("adds up the hall", () => {
    expect(figures(start)).toMatchObject({ waiting: 3, issued: 18, served: 14, left: 1 });
    expect(figures(EMPTY)).toMatchObject({ waiting: 0, longest: null });
  });
});

describe("what is said", () => {
  it("counts a window that waits for its next visitor as idle", () => {
    const states = ["busy", "ready", "idle", "paused", "closed", "busy"] as const;
    const windows = states.map((state, n) => windowOf({ window: n + 1, state }));
    const counts = figures(run(EMPTY, snapshot(1, { windows }))).windows;
    expect(counts).toEqual({ all: 6, busy: 2, idle: 2, paused: 1, closed: 1 });
  });

  it("puts windows under their zones, by number, zones in the hall's order", () => {
    const windows = [windowOf({ window: 9, zone: "B" }), windowOf({ window: 10 }), windowOf({ window: 2 })];
    expect(windowsByZone(["A", "B", "C"], windows)).toEqual([
      { zone: "A", windows: [2, 10] },
      { zone: "B", windows: [9] },
    ]);
  });

  it("says an estimate as an interval, and that it does not know", () => {
    const said = (low_s: number, high_s: number) =>
      etaWords(queue({ eta: { low_s, median_s: (low_s + high_s) / 2, high_s } }));
    expect(etaWords(queue({ eta: null }))).toEqual({ key: "eta-unknown" });
    expect(said(0, 0)).toEqual({ key: "eta-none" });
    expect(said(10, 60)).toEqual({ key: "eta-soon" });
    expect(said(250, 530)).toEqual({ key: "eta-interval", low: 4, high: 9 });
    expect(said(240, 240)).toEqual({ key: "eta-about", high: 4 });
  });
});
