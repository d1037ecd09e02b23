// A kiosk with its bridge before a real hall: virtual devices, real bytes.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { programBeside, startProgram } from "./program.mjs";

/** Starts both. `more` are further flags of the kiosk. */
export async function startKiosk(hall, { name = "k1", more = [] } = {}) {
  const dir = await mkdtemp(join(tmpdir(), "paihao-kiosk-"));
  const socket = join(dir, "bridge.sock");
  const settings = join(dir, "bridge.toml");
  const quoted = JSON.stringify;
  const bridgeData = join(dir, "bridge");
  await mkdir(bridgeData);
  await writeFile(
    settings,
    `socket = ${quoted(socket)}\ndata = ${quoted(bridgeData)}\nvirtual_control = true\n` +
      `[[printers]]\nname = "front"\nmodel = "generic-80"\nport = "virtual"\n` +
      `[[readers]]\nname = "front"\nmodel = "sam-v"\nport = "virtual"\n` +
      `[[scanners]]\nname = "front"\nmodel = "serial"\nport = "virtual"\n`,
  );
  const token = await hall.newToken("kiosk");
  const bridge = await startProgram(programBeside("bridge"), ["--config", settings]);
  const start = (listen, env = {}) =>
    startProgram(
      programBeside("kiosk"),
      ["--server", hall.url, "--name", name, "--bridge", socket, "--data", join(dir, "kiosk")].concat([
        "--listen",
        listen,
        ...more,
      ]),
      { PAIHAO_TOKEN: token, ...env },
    );
  let program = await start("127.0.0.1:0");
  const ask = (method, path, body) => askUnix(socket, method, path, body);
  return {
    get url() {
      return program.url;
    },
    data: join(dir, "kiosk"),
    /** Lays a card of the deck on the reader; null takes it away. */
    lay: (card, fault) => ask("PUT", "/v1/virtual/readers/front/card", { card, ...(fault && { fault }) }),
    /** Holds a code before the scanner. */
    scan: (text) => ask("POST", "/v1/virtual/scanners/front/scan", { text }),
    /** Plugs of the reader. */
    reader: (plugs) => ask("PUT", "/v1/virtual/readers/front/plugs", plugs),
    /** Plugs of the printer; what is left out is as it should be. */
    printer: (plugs) => ask("PUT", "/v1/virtual/printers/front/plugs", plugs),
    /** What lies in the tray, the newest last. */
    tickets: () => ask("GET", "/v1/virtual/printers/front/tickets"),
    /** Ends the program as a power cut does. */
    kill: () => program.kill(),
    /** Waits for it to end by itself. */
    died: () => program.exited,
    /** Starts it again at the same address. */
    async restart(env = {}) {
      program = await start(program.address, env);
    },
    async stop() {
      await program.kill();
      await bridge.kill();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function askUnix(socketPath, method, path, body) {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? "" : JSON.stringify(body);
    const headers = {
      host: "localhost",
      "content-type": "application/json",
      "content-length": Buffer.byteLength(text),
    };
    const asked = request({ socketPath, method, path, headers }, (answer) => {
      let said = "";
      answer.setEncoding("utf8");
      answer.on("data", (data) => {
        said += data;
      });
      answer.on("end", () => {
        if (answer.statusCode >= 300) reject(new Error(`${method} ${path}: ${answer.statusCode} ${said}`));
        else resolve(said === "" ? null : JSON.parse(said));
      });
    });
    asked.on("error", reject);
    asked.end(text);
  });
}
