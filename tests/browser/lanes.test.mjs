// From the loops in the lane to the sign at the gate: edges of a virtual lane in, frames of a virtual card out, through hall, display
// and bridge.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { programBeside, startProgram } from "./support/program.mjs";
import { startHall } from "./support/serve.mjs";

const SOON_MS = 15_000;
describe("a two-loop lane and the sign at the gate", () => {
  let hall;
  let bridge;
  let display;
  let folder;
  let socket;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "paihao-lanes-"));
    socket = join(folder, "bridge.sock");
    hall = await startHall();
    const settings = join(folder, "bridge.toml");
    writeFileSync(
      settings,
      `socket = "${socket}"\ndata = "${join(folder, "bridge")}"\nvirtual_control = true\n` +
        `[server]\nurl = "${hall.url}"\ntoken = "${await hall.newToken("bridge")}"\nname = "bridge"\n` +
        `[[lanes]]\nname = "north"\nport = "virtual"\nlot = "P2"\n` +
        `[[signs]]\nname = "gate"\nmodel = "onbon-5k"\nport = "virtual"\nwidth = 192\nheight = 32\n`,
    );
    bridge = await startProgram(programBeside("bridge"), ["--config", settings]);
    const shown = join(folder, "display.toml");
    writeFileSync(
      shown,
      `server = "${hall.url}"\ntoken = "${await hall.newToken("board")}"\nlisten = "127.0.0.1:0"\nbridge = "${socket}"\n` +
        `[[signs]]\nname = "gate"\nlot = "P2"\nareas = [0, 1]\nshows = ["entry", "disabled"]\ncolumns = 24\n`,
    );
    display = await startProgram(programBeside("display"), ["--config", shown]);
  });

  after(async () => {
    await Promise.all([display?.kill(), bridge?.kill()]);
    await hall?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Asks the bridge's virtual control. */
  function ask(method, path, body) {
    return new Promise((resolve, reject) => {
      const headers = { "content-type": "application/json", host: "bridge" };
      const asked = request({ socketPath: socket, method, path, headers }, (answer) => {
        let text = "";
        answer.on("data", (data) => {
          text += data;
        });
        answer.on("end", () => {
          if (answer.statusCode >= 400) reject(new Error(`${method} ${path}: ${answer.statusCode} ${text}`));
          else resolve(text === "" ? null : JSON.parse(text));
        });
      });
      asked.on("error", reject);
      asked.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  async function shows(wanted) {
    const began = performance.now();
    let seen;
    while (performance.now() - began < SOON_MS) {
      const { signs } = await ask("GET", "/v1/virtual");
      seen = signs.find((sign) => sign.name === "gate").areas.map(({ text }) => text);
      if (JSON.stringify(seen) === JSON.stringify(wanted)) return;
      // Nobody tells when a sign changes: asked again, not waited for.
      await pause(30);
    }
    assert.fail(`the sign shows ${JSON.stringify(seen)} and not ${JSON.stringify(wanted)}`);
  }

  const vehicle = (direction, conduct) =>
    ask("POST", "/v1/virtual/lanes/north/vehicle", { direction, ...(conduct && { conduct }) });
  const count = (occupied, bay) =>
    hall.api("PUT", "/parking/lots/P2/count", { occupied, reason: "walked round", class: bay });

  it("nobody knows before somebody has counted", () => shows(["--", "无障碍 --"]));

  it("each car that passes changes the sign, until it is full and says where to go", async () => {
    await count(158, "ordinary");
    await count(5, "disabled");
    await shows(["余位 2", "无障碍 余位 1"]);
    await vehicle("in");
    await shows(["余位 1", "无障碍 余位 1"]);
    await vehicle("in");
    await shows(["车位已满 请往地下停车场", "无障碍 余位 1"]);
    await vehicle("out");
    await shows(["余位 1", "无障碍 余位 1"]);
    const { signs } = await ask("GET", "/v1/virtual");
    assert.deepEqual(signs[0].rejected, [], "the card took every frame");
  });

  it("what passes while the hall is away is counted once when it is back", async () => {
    await hall.kill();
    await vehicle("out");
    const began = performance.now();
    // On the disk before it is told: the bridge might end as well.
    while ((await ask("GET", "/v1/cameras")).outbox.waiting !== 1) {
      assert.ok(performance.now() - began < SOON_MS, "the passage waits for the hall");
      await pause(30);
    }
    await hall.restart();
    await shows(["余位 2", "无障碍 余位 1"]);
  });
});
