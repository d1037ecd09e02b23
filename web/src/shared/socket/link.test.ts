import { describe, expect, it } from "vitest";
import type { ServerMessage } from "../generated/protocol";
import { crowd, lot } from "../parking/samples";
import { GIVE_UP_MS, type Input, type Link, STALE_MS, START, step, TRY_MS } from "./link";
import { AT, event, HALL, queue, snapshot, tick } from "./samples";

/** Runs inputs through the machine; the effects of the last one are what matters. */
function run(inputs: Input[], from: Link = START) {
  let last = { link: from, effects: [] as ReturnType<typeof step>["effects"] };
  for (const input of inputs) last = step(last.link, input);
  return last;
}

const hear = (message: ServerMessage, nowMs = 1000): Input => ({ kind: "message", nowMs, message });
const hello = (build: string) => hear({ type: "hello", protocol: 1, build });
const clock = (nowMs: number): Input => ({ kind: "clock", nowMs });
const start: Input = { kind: "start", nowMs: 0 };
const closed: Input = { kind: "closed", random: 0 };

describe("opening", () => {
  it("asks for everything when it knows nothing", () => {
    expect(run([start]).effects).toEqual([{ do: "connect", after: null }]);
  });

  it("is live with the snapshot, not with the hello", () => {
    expect(run([start, hello("b1")]).link.phase).toBe("connecting");
    const { link, effects } = run([start, hello("b1"), hear(snapshot(40))]);
    expect(link).toMatchObject({ phase: "live", seq: 40, hallTime: AT, attempt: 0, heardMs: 1000 });
    expect(effects).toEqual([{ do: "deliver", message: snapshot(40) }]);
  });

  it("gives up a try that brings nothing", () => {
    expect(run([start, clock(TRY_MS - 1)]).effects).toEqual([]);
    expect(run([start, clock(TRY_MS)]).effects).toEqual([{ do: "drop" }]);
    expect(run([start, hello("b1"), clock(TRY_MS)]).effects).toEqual([{ do: "drop" }]);
  });

  it("does not call a page that never was live an interrupted one", () => {
    expect(run([start, closed]).link).toMatchObject({ phase: "connecting", attempt: 1 });
  });
});

describe("events", () => {
  const live = run([start, hello("b1"), hear(snapshot(40))]).link;

  it("delivers what is new and moves on", () => {
    const { link, effects } = run([hear(event(43, "ticket.called"))], live);
    expect(link.seq).toBe(43);
    expect(effects).toEqual([{ do: "deliver", message: event(43, "ticket.called") }]);
  });

  it("ignores what it has, and what came before that", () => {
    for (const seq of [43, 42, 1]) {
      const { link, effects } = run(
        [hear(event(43, "ticket.called")), hear(event(seq, "ticket.missed"))],
        live,
      );
      expect(effects).toEqual([]);
      expect(link.seq).toBe(43);
    }
  });

  it("counts even a duplicate as a sign of life", () => {
    expect(run([hear(event(40, "ticket.called"), 7000)], live).link.heardMs).toBe(7000);
  });

  it("does not let a tick or a queue move the position: events may still be behind it", () => {
    const { link } = run([hear(tick(99)), hear({ type: "queue.changed", at: AT, data: queue() })], live);
    expect(link.seq).toBe(40);
    expect(run([hear(event(41, "ticket.called"))], link).effects).toHaveLength(1);
  });

  it("takes a car park with its position, and without one where nothing has happened there", () => {
    const told = (seq?: number) =>
      hear({ type: "parking.changed", at: AT, data: lot(), ...(seq !== undefined && { seq }) });
    expect(run([told(41)], live)).toMatchObject({ link: { seq: 41 }, effects: [{ do: "deliver" }] });
    expect(run([told(40)], live).effects).toEqual([]);
    expect(run([told()], live)).toMatchObject({ link: { seq: 40 }, effects: [{ do: "deliver" }] });
    expect(run([hear({ type: "crowd.changed", at: AT, data: crowd() })], live)).toMatchObject({
      link: { seq: 40 },
      effects: [{ do: "deliver" }],
    });
  });

  it("takes a snapshot of a lower position: a restored server begins where its backup ended", () => {
    const { link, effects } = run([hear(snapshot(7))], live);
    expect(link.seq).toBe(7);
    expect(effects).toEqual([{ do: "deliver", message: snapshot(7) }]);
  });

  it.each(["hall.configured", "day.closed"] as const)(
    "begins anew after %s, without calling it a loss",
    (type) => {
      const { link, effects } = run([hear({ type, seq: 41, at: AT, data: HALL })], live);
      expect(effects).toEqual([{ do: "connect", after: null }]);
      expect(link).toMatchObject({ phase: "live", seq: null });
    },
  );
});

describe("silence and loss", () => {
  const live = run([start, hello("b1"), hear(snapshot(40), 1000)]).link;

  it("is stale after five seconds without a message, and live again with the next", () => {
    expect(run([clock(1000 + STALE_MS - 1)], live).link.phase).toBe("live");
    const stale = run([clock(1000 + STALE_MS)], live);
    expect(stale.link.phase).toBe("stale");
    expect(stale.effects).toEqual([]);
    expect(run([hear(tick(40), 6500)], stale.link).link.phase).toBe("live");
  });

  it("gives up a socket that stays silent", () => {
    expect(run([clock(1000 + GIVE_UP_MS)], live).effects).toEqual([{ do: "drop" }]);
  });

  it("is lost when the socket closes, keeps the hall time of its data, and tries again", () => {
    const { link, effects } = run([closed], live);
    expect(link).toMatchObject({ phase: "lost", hallTime: AT, seq: 40 });
    expect(effects).toEqual([{ do: "retry-in", ms: 200 }]);
  });

  it("waits longer after each failure, and starts over after a success", () => {
    const failed = run([closed, { kind: "retry", nowMs: 1 }, closed], live);
    expect(failed.effects).toEqual([{ do: "retry-in", ms: 400 }]);
    const back = run([{ kind: "retry", nowMs: 2 }, hello("b1"), hear(tick(40))], failed.link);
    expect(run([closed], back.link).effects).toEqual([{ do: "retry-in", ms: 200 }]);
  });

  it("continues after the last event it has", () => {
    const lost = run([hear(event(58, "ticket.called")), closed], live).link;
    expect(run([{ kind: "retry", nowMs: 1 }], lost).effects).toEqual([{ do: "connect", after: 58 }]);
  });

  it("stays lost until data comes: a hello alone proves nothing about what is shown", () => {
    const again: Input[] = [closed, { kind: "retry", nowMs: 1 }, hello("b1")];
    expect(run(again, live).link.phase).toBe("lost");
    expect(run([...again, hear(event(41, "ticket.called"))], live).link.phase).toBe("live");
  });

  it("reloads when the server was upgraded, and only then", () => {
    const lost = run([closed, { kind: "retry", nowMs: 1 }], live).link;
    expect(run([hello("b1")], lost).effects).toEqual([]);
    expect(run([hello("b2")], lost).effects).toEqual([{ do: "reload" }]);
  });
});
