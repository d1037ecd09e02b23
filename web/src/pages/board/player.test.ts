import { describe, expect, it } from "vitest";
import { createPlayer, type Part, parts } from "./player";
import { announcement } from "./samples";

function stage(allowed = true) {
  const log: string[] = [];
  const plays: { parts: Part[]; ended: () => void }[] = [];
  const timers: { ms: number; run: () => void }[] = [];
  const player = createPlayer(
    {
      allowed: async () => allowed,
      play(parts, ended) {
        plays.push({ parts, ended });
        return () => log.push("stop");
      },
    },
    {
      after(ms, run) {
        timers.push({ ms, run });
        return () => {};
      },
    },
    {
      done: ({ id }) => log.push(`done ${id}`),
      speaking: ({ id }) => log.push(`speaking ${id}`),
      blocked: (blocked) => log.push(blocked ? "blocked" : "free"),
    },
  );
  return { log, plays, timers, player };
}

const settled = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

describe("the player", () => {
  it("says the chime, then each sentence after a pause", () => {
    expect(parts(announcement())).toEqual([
      "chime",
      300,
      "zh/please",
      "zh/A",
      "zh/1",
      300,
      "zh/please",
      "zh/A",
      "zh/1",
    ]);
  });

  it("speaks one at a time, in order", async () => {
    const { log, plays, player } = stage();
    player.play(announcement({ id: 1 }));
    player.play(announcement({ id: 2 }));
    await settled();
    expect(plays.length).toBe(1);
    plays[0]?.ended();
    plays[0]?.ended();
    await settled();
    expect(plays.length).toBe(2);
    expect(log).toEqual(["free", "speaking 1", "stop", "done 1", "free", "speaking 2"]);
  });

  it("goes on when the sound card never ends", async () => {
    const { log, plays, timers, player } = stage();
    player.play(announcement({ id: 1, limit_ms: 5000 }));
    player.play(announcement({ id: 2 }));
    await settled();
    expect(timers[0]?.ms).toBe(5000);
    timers[0]?.run();
    await settled();
    expect(log).toEqual(["free", "speaking 1", "stop", "done 1", "free", "speaking 2"]);
    expect(plays.length).toBe(2);
  });

  it("reports at once when the browser forbids sound", async () => {
    const { log, plays, player } = stage(false);
    player.play(announcement({ id: 7 }));
    await settled();
    expect(log).toEqual(["blocked", "done 7"]);
    expect(plays.length).toBe(0);
  });

  it("leaves out the oldest when too many wait", async () => {
    const { log, player } = stage();
    for (let id = 1; id <= 5; id += 1) player.play(announcement({ id }));
    await settled();
    expect(log).toEqual(["done 2", "free", "speaking 1"]);
  });
});
