// A real server with a real hall file and people in it, in a directory of its own.
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { programPath, startProgram } from "./program.mjs";

const HALL = fileURLToPath(new URL("../../../halls/yinzhou.toml", import.meta.url));
/** A Monday morning in the hall. */
const CLOCK = "2026-11-23T09:00:00+08:00";
/** Of everybody in these tests. */
export const PASSWORD = "Quiet-Morning-7";
/** Numbers of nobody, with right check digits. */
export const DOCUMENTS = ["110101199003070134", "110101198001010010"];

/** Runs a command of the program and answers with what it printed. */
function run(args, input = "") {
  return new Promise((resolve, reject) => {
    const child = execFile(programPath(), args, (error, stdout, stderr) => {
      if (error) reject(new Error(`paihao ${args.join(" ")}: ${stderr || error.message}`));
      else resolve(stdout.trim());
    });
    // A command that reads nothing may have ended before this comes; how it ended is told above.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}

/** Starts the hall. `users` are pairs of name and role. */
export async function startHall({ users = [] } = {}) {
  const data = await mkdtemp(join(tmpdir(), "paihao-browser-"));
  let server = await serve(data, "127.0.0.1:0");
  const newToken = (role) => run(["token", "create", "--data", data, "--role", role]);
  const token = await newToken("manager");
  const hall = {
    data,
    get url() {
      return server.url;
    },
    /** Adds somebody who needs no other password; without one, answers with that of the first sign-in. */
    addUser: (name, role, { password = PASSWORD, more = [] } = {}) =>
      run(
        ["user", "add", "--data", data, "--name", name, "--role", role, ...more].concat(
          password === null ? [] : ["--password-stdin"],
        ),
        password === null ? "" : password,
      ),
    /** A token for a program. */
    newToken,
    /** Says how the devices of a program are, as a program of that role. */
    async report(program, role, devices) {
      const since = "2026-11-23T09:00:00+08:00";
      const answer = await fetch(`${server.url}/api/v1/devices/${program}`, {
        method: "PUT",
        headers: { authorization: `Bearer ${await newToken(role)}`, "content-type": "application/json" },
        body: JSON.stringify({
          devices: devices.map((device) => ({ state: "ready", why: null, since, ...device })),
        }),
      });
      if (!answer.ok) throw new Error(`devices of ${program}: ${answer.status} ${await answer.text()}`);
    },
    /** Asks the API as a manager. */
    async api(method, path, body) {
      const answer = await fetch(`${server.url}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
      return text === "" ? null : JSON.parse(text);
    },
    /** A service that window `number` serves and that asks for nobody's name. */
    async serviceOf(number) {
      const [{ services }, anonymous] = await Promise.all([
        hall.api("GET", `/windows/${number}`),
        anonymousServices(),
      ]);
      const found = services.find((code) => anonymous.has(code));
      if (!found) throw new Error(`window ${number} serves nobody without a name`);
      return found;
    },
    /** Numbers of the windows that have such a service. */
    async windowsForAnybody() {
      const [windows, anonymous] = await Promise.all([hall.api("GET", "/windows"), anonymousServices()]);
      return windows
        .filter(({ services }) => services.some((code) => anonymous.has(code)))
        .map(({ window }) => window);
    },
    issue: (service, more = {}) => hall.api("POST", "/tickets", { service, ...more }),
    kill: () => server.kill(),
    /** Comes back at the same address, with the same data. */
    async restart() {
      server = await serve(data, new URL(server.url).host);
    },
    async stop() {
      await server.kill();
      await rm(data, { recursive: true, force: true });
    },
  };
  async function anonymousServices() {
    const queues = await hall.api("GET", "/queues");
    return new Set(queues.filter(({ real_name }) => !real_name).map(({ service }) => service));
  }
  for (const [name, role] of users) await hall.addUser(name, role);
  return hall;
}

function serve(data, listen) {
  const args = ["serve", "--data", data, "--hall", HALL, "--listen", listen, "--clock", CLOCK];
  return startProgram(programPath(), args);
}
