// Starts the program under test and knows where it listens. `PAIHAO_BIN` names another program,
// for example the pretend hall `web/mock/server.mjs`.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const built = ["release", "debug"].map((profile) =>
  fileURLToPath(new URL(`../../../target/${profile}/paihao`, import.meta.url)),
);

export function programPath() {
  const path = process.env.PAIHAO_BIN ?? built.find(existsSync);
  if (!path) throw new Error("no paihao program: build it, or name one in PAIHAO_BIN");
  return path;
}

/** Another program of the same build: `kiosk` → `paihao-kiosk`; `PAIHAO_KIOSK_BIN` names another one. */
export function programBeside(name) {
  return process.env[`PAIHAO_${name.toUpperCase()}_BIN`] ?? join(dirname(programPath()), `paihao-${name}`);
}

/** Starts a demo hall and answers once it listens: with a crowd, or for its visitors in the browser alone. */
export async function startDemo({ speed = 60, visitors = "crowd" } = {}) {
  const args = ["demo", "--listen", "127.0.0.1:0", "--speed", String(speed), "--visitors", visitors];
  const demo = await startProgram(programPath(), args);
  return {
    ...demo,
    /** Kills or starts one of its programs. */
    async program(name, what) {
      const answer = await fetch(`${demo.url}/demo/programs/${name}/${what}`, {
        method: "POST",
        headers: { origin: demo.url },
      });
      if (!answer.ok) throw new Error(`${what} ${name}: ${answer.status} ${await answer.text()}`);
    },
    /** In order, so that its programs end with it. */
    kill: () => demo.kill("SIGTERM"),
  };
}

/** Starts a program and answers once it says where it listens. */
export async function startProgram(path, args, env = {}) {
  const child = spawn(path, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } });
  let stderr = "";
  child.stderr.on("data", (data) => {
    stderr = (stderr + data).slice(-4000);
  });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const url = await new Promise((resolve, reject) => {
    child.once("error", reject);
    exited.then((code) => reject(new Error(`${path} ${args[0]} ended with ${code}\n${stderr}`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      const [, found] = /^listening on (\S+)/.exec(line) ?? [];
      if (found) resolve(found.replace(/\/$/, ""));
    });
  });
  return {
    url,
    address: URL.canParse(url) ? new URL(url).host : url,
    /** Resolves with its exit status. */
    exited,
    async kill(signal = "SIGKILL") {
      child.kill(signal);
      await exited;
    },
  };
}
