// LED signs through the real programs: hall, display, bridge, and a virtual card that reads the frames a real one would get.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { programPath, startProgram } from "./support/program.mjs";
import { startHall } from "./support/serve.mjs";

const beside = (name) => join(dirname(programPath()), name);
/** A card takes one refresh a second. */
const SOON_MS = 3_000;
/** Old after ten seconds, and then the card's second for each of its areas. */
const STALE_MS = 16_000;
/** A sign hears again within five seconds, once its driver has found it. */
const AGAIN_MS = 15_000;

describe("LED signs", () => {
  let hall;
  let bridge;
  let display;
  let folder;
  let socket;
  let window;
  let service;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "paihao-signs-"));
    socket = join(folder, "bridge.sock");
    hall = await startHall();
    window = 3;
    service = await hall.serviceOf(window);
    await hall.api("POST", `/windows/${window}/open`, {});
    const settings = join(folder, "bridge.toml");
    writeFileSync(
      settings,
      `socket = "${socket}"\ndata = "${join(folder, "bridge")}"\nvirtual_control = true\n${["w3", "hall"]
        .map(
          (name) =>
            `[[signs]]\nname = "${name}"\nmodel = "onbon-5k"\nport = "virtual"\nwidth = 128\nheight = ${name === "hall" ? 32 : 16}\n`,
        )
        .join("")}`,
    );
    bridge = await startProgram(beside("paihao-bridge"), ["--config", settings]);
    await startDisplay();
  });

  after(async () => {
    await Promise.all([display?.kill(), bridge?.kill()]);
    await hall?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function startDisplay() {
    const settings = join(folder, "display.toml");
    writeFileSync(
      settings,
      `server = "${hall.url}"\ntoken = "${await hall.newToken("board")}"\nlisten = "127.0.0.1:0"\nbridge = "${socket}"\n` +
        `zones = ["A"]\n[[signs]]\nname = "w3"\nwindow = ${window}\n[[signs]]\nname = "hall"\nzone = "A"\nareas = [0, 1]\n`,
    );
    display = await startProgram(process.env.PAIHAO_DISPLAY_BIN ?? beside("paihao-display"), [
      "--config",
      settings,
    ]);
  }

  /** Asks the bridge's virtual control. */
  function ask(method, path, body) {
    return new Promise((resolve, reject) => {
      const asked = request(
        { socketPath: socket, method, path, headers: { "content-type": "application/json", host: "bridge" } },
        (answer) => {
          let text = "";
          answer.on("data", (data) => {
            text += data;
          });
          answer.on("end", () => {
            if (answer.statusCode >= 400)
              reject(new Error(`${method} ${path}: ${answer.statusCode} ${text}`));
            else resolve(text === "" ? null : JSON.parse(text));
          });
        },
      );
      asked.on("error", reject);
      asked.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  async function texts(name) {
    const { signs } = await ask("GET", "/v1/virtual");
    const { areas } = signs.find((sign) => sign.name === name);
    return areas.map(({ text }) => text).filter((text) => text !== "");
  }

  /** Waits until a sign shows exactly these texts; answers with how long it took. */
  async function shows(name, wanted, limitMs) {
    const began = performance.now();
    let seen;
    while (performance.now() - began < limitMs) {
      seen = await texts(name);
      if (JSON.stringify(seen) === JSON.stringify(wanted)) return performance.now() - began;
      // Nobody tells when a sign changes: asked again, not waited for.
      await pause(30);
    }
    assert.fail(
      `${name} shows ${JSON.stringify(seen)} and not ${JSON.stringify(wanted)} after ${limitMs} ms`,
    );
  }

  it("show who is called, at the window and for the zone", async (test) => {
    await shows("w3", ["欢迎光临"], AGAIN_MS);
    const { number } = await hall.issue(service);
    await hall.api("POST", `/windows/${window}/call`, {});
    const took = await shows("w3", [`${number} 请到${window}号窗口`], SOON_MS);
    await shows("hall", [`${number} 请到${window}号窗口`], SOON_MS);
    test.diagnostic(`a call stands on the strip after ${Math.round(took)} ms`);
    await hall.api("POST", `/windows/${window}/start`, {});
    await shows("w3", [`${number} 办理中`], SOON_MS);
    await hall.api("POST", `/windows/${window}/finish`, {});
    await hall.api("POST", `/windows/${window}/pause`, { reason: "午休" });
    await shows("w3", ["暂离"], SOON_MS);
    await hall.api("POST", `/windows/${window}/open`, {});
    await shows("w3", ["欢迎光临"], SOON_MS);
    const { signs } = await ask("GET", "/v1/virtual");
    for (const sign of signs) assert.deepEqual(sign.rejected, [], "the card took every frame");
  });

  it("are right again after a power cut", async () => {
    const { number } = await hall.issue(service);
    await hall.api("POST", `/windows/${window}/call`, {});
    await shows("w3", [`${number} 请到${window}号窗口`], SOON_MS);
    await ask("PUT", "/v1/virtual/signs/w3/plugs", { power: false });
    await shows("w3", [], SOON_MS);
    await ask("PUT", "/v1/virtual/signs/w3/plugs", {});
    await shows("w3", [`${number} 请到${window}号窗口`], AGAIN_MS);
    await hall.api("POST", `/windows/${window}/finish`, {});
  });

  it("never show an old number as new", async () => {
    const { number } = await hall.issue(service);
    await hall.api("POST", `/windows/${window}/call`, {});
    await shows("w3", [`${number} 请到${window}号窗口`], SOON_MS);
    await hall.kill();
    await Promise.all([shows("w3", ["数据中断"], STALE_MS), shows("hall", ["数据中断"], STALE_MS)]);
    await hall.restart();
    await shows("w3", [`${number} 请到${window}号窗口`], AGAIN_MS);
    // Without the program behind it a sign blanks by itself.
    await display.kill();
    await shows("w3", [], 25_000);
    await startDisplay();
    await shows("w3", [`${number} 请到${window}号窗口`], AGAIN_MS);
    await display.kill("SIGTERM");
    await shows("w3", [], SOON_MS);
  });
});
