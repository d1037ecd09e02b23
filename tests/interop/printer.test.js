// Other people's programs at the other end: what they send our virtual printer reads, what it answers they understand, and
// what we send they would have sent. Both ends are real programs on a real port.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { after, before, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";

import { PNG } from "pngjs";
import receiptio from "receiptio";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const PRINTER = process.env.VIRTUAL_PRINTER ?? here("../../target/debug/examples/virtual-printer");
const PYTHON = here(".venv/bin/python");
const PLAIN = {};
// receiptio knows port 9100 alone: an address of our own, so that nobody else's printer is there.
const HOST = `127.91.${process.pid % 250}.1`;
const PORT = 9100;

/** The virtual printer: its papers in the order they come, its plugs. */
class Printer {
  papers = [];
  #waiting = [];

  constructor(model) {
    this.process = spawn(PRINTER, [model, `${HOST}:${PORT}`], { stdio: ["pipe", "pipe", "inherit"] });
    this.lines = createInterface({ input: this.process.stdout });
  }

  async start() {
    const [first] = await once(this.lines, "line");
    assert.equal(first, `listening on tcp://${HOST}:${PORT}`);
    this.lines.on("line", (line) => {
      const said = JSON.parse(line);
      (said.plugs ? this.#waiting : this.papers).push(said);
      this.process.emit("said");
    });
  }

  async plugs(plugs) {
    this.#waiting.length = 0;
    this.process.stdin.write(`${JSON.stringify(plugs)}\n`);
    while (this.#waiting.length === 0) await once(this.process, "said");
  }

  /** The next paper that comes out. */
  async paper() {
    while (this.papers.length === 0) await once(this.process, "said");
    return this.papers.shift();
  }

  async stop() {
    this.process.stdin.end();
    await once(this.process, "exit");
  }
}

function python(input, ...args) {
  const done = spawnSync(PYTHON, [here("other_end.py"), ...args], { input: JSON.stringify(input), timeout: 60_000 });
  assert.equal(done.status, 0, String(done.stderr));
  return done.stdout;
}

/** The same without waiting for it in one piece: the printer's lines are read meanwhile. */
async function pythonBeside(...args) {
  const child = spawn(PYTHON, [here("other_end.py"), ...args], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout.on("data", (data) => {
    said += data;
  });
  const [status] = await once(child, "close");
  assert.equal(status, 0);
  return said;
}

let printer;
before(async () => {
  printer = new Printer("generic-80");
  await printer.start();
});
after(() => printer.stop());
beforeEach(() => printer.plugs(PLAIN));

// It first asks in the language of another maker's printers whether one is there.
const ASKED = "unknown: [1B, 06]";
const faults = (paper) => paper.faults.filter((fault) => fault !== ASKED);
const receipt = (text, options = "") => receiptio.print(text, `-d ${HOST} ${options}`);

test("python-escpos: text, QR code, pictures and the cut are read", async () => {
  await pythonBeside("print", HOST, PORT);
  const paper = await printer.paper();
  assert.deepEqual(faults(paper), []);
  assert.ok(paper.complete && paper.cut);
  const [number, latin, chinese] = paper.lines;
  assert.deepEqual(number, { text: "A042", align: 1, across: 2, down: 2, bold: true });
  assert.equal(latin.text, "Café ── Latin text");
  assert.equal(chinese.text, "前面还有 3 位");
  assert.deepEqual(paper.qr, ["https://a.invalid/1"]);
  // Raster, graphics and column images: the same diagonal.
  assert.ok(paper.pictures.length >= 3);
  for (const picture of paper.pictures.slice(0, 2)) assert.deepEqual(picture, { width: 64, rows: 40, black: 40 });
  assert.equal(paper.pictures.slice(2).reduce((sum, picture) => sum + picture.black, 0), 40);
});

test("python-escpos: what the printer says of itself", async () => {
  const status = async () => JSON.parse(await pythonBeside("status", HOST, PORT));
  assert.deepEqual(await status(), { online: true, paper: 2 });
  await printer.plugs({ paper: "near-end" });
  assert.deepEqual(await status(), { online: true, paper: 1 });
  await printer.plugs({ paper: "out" });
  assert.deepEqual(await status(), { online: false, paper: 0 });
  await printer.plugs({ cover_open: true });
  assert.equal((await status()).online, false);
});

test("receiptio prints and gets its confirmation", async () => {
  const text = "^^^A042\n\n前面还有 3 位\n\n{code:https://a.invalid/1;option:qrcode,6,m}\n\n-\n\n服务 | 社会保险\n\n=\n";
  assert.equal(await receipt(text, "-l zh-hans"), "success");
  const paper = await printer.paper();
  assert.deepEqual(faults(paper), []);
  assert.ok(paper.complete);
  assert.match(paper.text, /A042/);
  assert.match(paper.text, /前面还有 3 位/);
  assert.match(paper.text, /服务 +社会保险/);
  assert.match(paper.text, /─{48}/);
  // For a printer that it does not know it draws the QR code: 25 modules of 6 dots.
  assert.deepEqual(
    paper.pictures.map(({ width, rows }) => [width, rows]),
    [[152, 150]],
  );
});

test("receiptio sends a picture", async () => {
  // A black square of 8 by 8 dots.
  const square = new PNG({ width: 8, height: 8 });
  square.data.forEach((_, at) => {
    square.data[at] = at % 4 === 3 ? 255 : 0;
  });
  assert.equal(await receipt(`{image:${PNG.sync.write(square).toString("base64")}}\n=\n`), "success");
  const paper = await printer.paper();
  assert.deepEqual(faults(paper), []);
  assert.deepEqual(paper.pictures.map((picture) => picture.black), [64]);
});

test("receiptio understands the printer's troubles", async () => {
  assert.equal(await receipt("", "-q"), "online");
  await printer.plugs({ paper: "out" });
  assert.equal(await receipt("", "-q"), "paperempty");
  assert.equal(await receipt("A042\n"), "paperempty");
  await printer.plugs({ cover_open: true });
  assert.equal(await receipt("", "-q"), "coveropen");
  assert.equal(await receipt("A042\n"), "coveropen");
});

test("receiptio hears of paper that ends in mid-ticket", async () => {
  await printer.plugs({ out_after_lines: 2 });
  assert.equal(await receipt("one\n\ntwo\n\nthree\n\nfour\n\n=\n"), "paperempty");
  // The rest stands in the buffer and comes out with the new roll, as from a real one: two halves, none of them valid.
  await printer.plugs(PLAIN);
  assert.equal((await printer.paper()).complete, false);
  assert.equal((await printer.paper()).complete, false);
});

test("what we send, python-escpos would have sent", () => {
  const page = {
    lines: [
      { type: "text", text: "鄞州区政务服务中心", size: 2, align: "center" },
      { type: "text", text: "A042", size: 6, align: "center", bold: true },
      { type: "feed", lines: 2 },
      { type: "text", text: "前面还有 3 位，约等 8 分钟" },
      { type: "text", text: "right", align: "right", size: 8 },
      { type: "qr", data: "https://hall.invalid/t/k3Jx9qT2mB7wLr5eYv8a" },
    ],
  };
  const ours = spawnSync(PRINTER, ["bytes", "generic-80"], { input: JSON.stringify(page) });
  assert.equal(ours.status, 0, String(ours.stderr));
  // python-escpos has no word for Chinese mode.
  const [begin, chinese] = [Buffer.from("1b40", "hex"), Buffer.from("1c26", "hex")];
  assert.deepEqual(ours.stdout.subarray(0, 4), Buffer.concat([begin, chinese]));
  const module = ours.stdout[ours.stdout.indexOf(Buffer.from("1d286b03003143", "hex")) + 7];
  const theirs = python(
    { lines: page.lines.map((line) => (line.type === "qr" ? { ...line, module } : line)) },
    "bytes",
  );
  assert.equal(
    Buffer.concat([begin, ours.stdout.subarray(4)]).toString("hex"),
    theirs.toString("hex"),
  );
});
