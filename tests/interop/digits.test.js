// pymodbus at the other end of a module of digits, in both directions: our driver writes to its module, and it writes to ours.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const DIGITS = process.env.DIGITS_BOARD ?? here("../../target/debug/examples/digits-board");
const PYTHON = here(".venv/bin/python");

/** A program that says lines of JSON, and takes some. */
class Program {
  #said = [];
  #waiting = [];

  constructor(...command) {
    this.process = spawn(command[0], command.slice(1), { stdio: ["pipe", "pipe", "inherit"] });
    createInterface({ input: this.process.stdout }).on("line", (line) => {
      const waits = this.#waiting.shift();
      if (waits) waits(JSON.parse(line));
      else this.#said.push(JSON.parse(line));
    });
  }

  /** The next thing it says. */
  async next() {
    return this.#said.shift() ?? new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** The next thing it says that is such a one. */
  async until(is) {
    for (;;) {
      const said = await this.next();
      if (is(said)) return said;
    }
  }

  tell(what) {
    this.process.stdin.write(`${JSON.stringify(what)}\n`);
  }

  async end() {
    this.process.stdin.end();
    if (this.process.exitCode === null) await once(this.process, "exit");
  }
}

const letters = (text) => [...text].map((_, at) => at).filter((at) => at % 2 === 0)
  .map((at) => text.charCodeAt(at) * 256 + text.charCodeAt(at + 1));

let module;
let ours;
before(async () => {
  module = new Program(PYTHON, here("modbus_end.py"), "module");
  const { port } = await module.next();
  ours = new Program(DIGITS, "driver", `127.0.0.1:${port}`);
});
after(async () => {
  await ours.end();
  await module.end();
});

const wrote = (address, values) => (said) =>
  said.address === address && JSON.stringify(said.values) === JSON.stringify(values);

test("our driver writes what pymodbus takes for a number and for letters", async () => {
  // Nothing of before: blank, again and again.
  await module.until(wrote(0x70, letters("    ")));
  await ours.until((said) => said.event?.startsWith("Health") && said.event.includes("Ready"));
  for (const [show, address, values] of [
    ["余位 23", 0, [23]],
    ["-7", 0, [0x10000 - 7]],
    ["已满", 0x70, letters("FULL")],
    ["", 0x70, letters("    ")],
    ["A042", 0, [42]],
  ]) {
    ours.tell({ show });
    const said = await module.until(wrote(address, values));
    assert.equal(said.unit, 1);
    assert.equal(said.function, address === 0 ? 6 : 16);
    await ours.until((told) => told.event === "Shown { area: 0 }");
  }
});

test("an exception of pymodbus is understood", async () => {
  // Five letters need a register more than its module has.
  const small = new Program(PYTHON, here("modbus_end.py"), "module", "1");
  const { port } = await small.next();
  const driver = new Program(DIGITS, "driver", `127.0.0.1:${port}`);
  driver.tell({ show: "满" });
  assert.deepEqual(await small.until((said) => said.refused !== undefined), { refused: 2 });
  await driver.until((told) => told.event === "Refused { area: 0, why: Device(2) }");
  await driver.end();
  await small.end();
});

test("what pymodbus writes our virtual module shows, and it understands our exceptions", async () => {
  const board = new Program(DIGITS, "module");
  const { listening } = await board.next();
  const host = new Program(PYTHON, here("modbus_end.py"), "host", "127.0.0.1", listening.split(":")[1]);
  assert.deepEqual(await host.next(), {
    number: 0,
    negative: 0,
    point: 0,
    letters: 0,
    "too large": 3,
    "no register": 2,
    "no function": 1,
  });
  for (const text of ["1234", "  -7", "FULL"]) assert.deepEqual(await board.next(), { text });
  await host.end();
  await board.end();
});
