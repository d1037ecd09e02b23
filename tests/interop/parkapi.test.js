// Our list of car parks through the library of ParkAPI v3, and our DATEX II through a parser of XML.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const PAIHAO = process.env.PAIHAO_BIN ?? here("../../target/debug/paihao");
const PYTHON = here(".venv/bin/python");
// Where that library's coordinates end: it takes places in Europe only.
const HALL = `
[hall]
name = "Hall"
time_zone = "Asia/Shanghai"
open = "08:30"
close = "17:00"
[[zones]]
code = "A"
name = "A"
[[services]]
code = "S"
name = "S"
series = "A"
[[windows]]
number = 1
zone = "A"
services = ["S"]
[[lots]]
code = "P1"
name = { zh = "地下停车场", en = "Underground" }
kind = "underground"
capacity = { ordinary = 300, disabled = 10, charging = 20, staff = 5 }
latitude = 50.73
longitude = 7.1
max_height_cm = 210
lanes = [{ code = "in", direction = "in" }]
[[lots]]
code = "P2"
name = "South"
kind = "ground"
capacity = { ordinary = 50 }
latitude = 50.74
longitude = 7.2
`;

let folder;
let server;
let url;
let token;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "paihao-parkapi-"));
  writeFileSync(join(folder, "hall.toml"), HALL);
  const data = join(folder, "data");
  const args = ["serve", "--data", data, "--hall", join(folder, "hall.toml"), "--listen", "127.0.0.1:0"];
  server = spawn(PAIHAO, args, { stdio: ["ignore", "pipe", "ignore"] });
  for await (const line of createInterface({ input: server.stdout })) {
    url = line.match(/http:\S+/)[0];
    break;
  }
  token = execFileSync(PAIHAO, ["token", "create", "--data", data, "--role", "manager"]).toString().trim();
  for (const [lot, body] of [
    ["P1", { occupied: 180, class: "ordinary", reason: "walked round" }],
    ["P1", { occupied: 9, class: "disabled", reason: "walked round" }],
  ]) {
    const answer = await ask(`lots/${lot}/count`, { method: "PUT", body: JSON.stringify(body) });
    assert.equal(answer.status, 200);
  }
});

after(() => {
  server?.kill();
  rmSync(folder, { recursive: true, force: true });
});

function ask(path, more = {}) {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  return fetch(`${url}/api/v1/parking/${path}`, { headers, ...more });
}

test("the library of ParkAPI v3 takes every lot as it is", async () => {
  const text = await (await ask("lots")).text();
  const said = execFileSync(PYTHON, [here("parkapi_end.py")], { input: text }).toString();
  const [first, second] = said.trim().split("\n").map((line) => JSON.parse(line));
  const { updated, ...lot } = first;
  assert.deepEqual(lot, {
    uid: "P1",
    name: "地下停车场",
    type: "UNDERGROUND",
    capacity: 335,
    disabled: 10,
    status: "OPEN",
    free: 120,
    free_disabled: 1,
  });
  assert.match(updated, /\+00:00$/);
  // Nobody has counted there: no number is made up.
  assert.equal(second.status, "UNKNOWN");
  assert.equal(second.free, null);
});

test("DATEX II is XML that says the same", async () => {
  const text = await (await ask("datex2.xml")).text();
  const code = `
import sys
from lxml import etree
tree = etree.fromstring(sys.stdin.buffer.read())
ns = {"d": "http://datex2.eu/schema/2/2_0"}
for status in tree.iterfind(".//d:parkingRecordStatus", ns):
    find = lambda name: status.findtext(".//d:" + name, namespaces=ns)
    print(status.find("d:parkingRecordReference", ns).get("id"), find("parkingNumberOfVacantSpaces"), find("parkingSiteStatus"), find("parkingSiteOpeningStatus"))
`;
  const said = execFileSync(PYTHON, ["-c", code], { input: text }).toString();
  assert.deepEqual(said.trim().split("\n"), ["P1 120 spacesAvailable open", "P2 None unknown unknown"]);
});
