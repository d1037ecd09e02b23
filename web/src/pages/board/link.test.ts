import { describe, expect, it } from "vitest";
import type { BoardMessage, BoardView } from "../../shared/generated/protocol";
import { GIVE_UP_MS, type Input, type Link, OLD_MS, START, type Step, shown, step, TRY_MS } from "./link";
import { announcement, call, view } from "./samples";

function run(inputs: Input[], from: Link = START): Step {
  let last: Step = { link: from, effects: [] };
  for (const input of inputs) last = step(last.link, input);
  return last;
}

const message = (nowMs: number, message: BoardMessage): Input => ({ kind: "message", nowMs, message });
const hello = (nowMs: number, build = "1") => message(nowMs, { type: "board.hello", build });
const viewed = (nowMs: number, over: Partial<BoardView> = {}) =>
  message(nowMs, { type: "board.view", view: view(over) });
const live = run([{ kind: "start", nowMs: 0 }, hello(1), viewed(2)]).link;

describe("the board's link", () => {
  it("shows what it is told", () => {
    expect(shown(live)?.calls[0]?.number).toBe("A001");
    expect(live.old).toBe(false);
  });

  it("marks the screen old after ten seconds without a message, and hides what would mislead", () => {
    expect(run([{ kind: "clock", nowMs: 2 + OLD_MS - 1 }], live).link.old).toBe(false);
    const { link } = run([{ kind: "clock", nowMs: 2 + OLD_MS }], live);
    const old = shown(link);
    expect(old?.link).toBe("stale");
    expect(old?.time).toBe("08:31");
    expect(old?.lines).toEqual([]);
    expect(old?.waiting).toBeNull();
    expect(old?.calls.map(({ number, fresh, large }) => [number, fresh, large])).toEqual([
      ["A001", false, false],
    ]);
  });

  it("a hello alone makes nothing new, a view does", () => {
    const lost = run(
      [
        { kind: "closed", random: 0 },
        { kind: "clock", nowMs: 60_000 },
      ],
      live,
    ).link;
    expect(lost.old).toBe(true);
    const greeted = run(
      [{ kind: "retry", nowMs: 61_000 }, hello(61_100), { kind: "clock", nowMs: 61_200 }],
      lost,
    );
    expect(greeted.link.old).toBe(true);
    expect(run([viewed(61_300)], greeted.link).link.old).toBe(false);
  });

  it("ticks keep it alive", () => {
    const { link } = run([message(9_000, { type: "board.tick" }), { kind: "clock", nowMs: 12_000 }], live);
    expect(link.old).toBe(false);
  });

  it("gives up a silent socket, and a try that takes too long", () => {
    expect(run([{ kind: "clock", nowMs: 2 + GIVE_UP_MS }], live).effects).toEqual([{ do: "drop" }]);
    const trying = run([{ kind: "start", nowMs: 0 }]).link;
    expect(run([{ kind: "clock", nowMs: TRY_MS - 1 }], trying).effects).toEqual([]);
    expect(run([{ kind: "clock", nowMs: TRY_MS }], trying).effects).toEqual([{ do: "drop" }]);
  });

  it("tries again ever more slowly, never later than three seconds", () => {
    let link = live;
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const { link: next, effects } = step(link, { kind: "closed", random: 1 });
      link = next;
      expect(effects[0]?.do === "retry-in" && effects[0].ms <= 3000).toBe(true);
    }
    expect(link.attempt).toBe(20);
  });

  it("passes announcements on and reloads after an upgrade", () => {
    const said = run([message(3, { type: "board.announce", announcement: announcement() })], live);
    expect(said.effects).toEqual([{ do: "announce", announcement: announcement() }]);
    expect(run([hello(4, "2")], live).effects).toEqual([{ do: "reload" }]);
    expect(run([hello(4, "1")], live).effects).toEqual([]);
  });

  it("keeps zones to choose from where there is none", () => {
    const hall = { zh: "大厅", en: "Hall" };
    const { link } = run([message(3, { type: "board.zones", hall, zones: [] })], live);
    expect(link.zones).toEqual({ hall, zones: [] });
    expect(shown(link)).toBeNull();
    expect(call().fresh).toBe(true);
  });
});
