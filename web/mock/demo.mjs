// The pretend demo: its doorway, its programs and its virtual devices, as `/demo` shows them. With the socket of a real
// bridge the devices are that bridge's.
import { request } from "node:http";
import { USERS } from "./people.mjs";

const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4//8/AwAI/AL+p5qgoAAAAABJRU5ErkJggg==",
  "base64",
);
const TICKET = (number) =>
  `宁波市鄞州区政务服务中心\n${number}\n企业设立登记\n前面 3 人 · 约 5–12 分钟\n2026-11-23 10:07`;
const CARDS = [
  ["张三", "330212199001011234", "resident"],
  ["李秀英", "330203195002022226", "elder-over-70"],
  ["欧阳建国", "330205197803033331", "expired"],
  ["ALEX EXAMPLE", "911330199001010001", "foreigner-2017"],
];

/** Asks a real bridge. */
function ask(socketPath, method, path, body) {
  return new Promise((resolve) => {
    const headers = { host: "bridge", "content-type": "application/json" };
    const asking = request({ socketPath, method, path, headers }, async (answer) => {
      const parts = [];
      for await (const part of answer) parts.push(part);
      const bytes = Buffer.concat(parts);
      const type = answer.headers["content-type"] ?? "application/json";
      resolve({ status: answer.statusCode, type, body: bytes.length === 0 ? null : bytes });
    });
    asking.on("error", () => resolve({ status: 502, body: {} }));
    asking.end(method === "GET" ? undefined : JSON.stringify(body));
  });
}

export function demo(hall, bridge) {
  const programs = ["server", "bridge", "kiosk k1", "kiosk k2", "display"].map((name) => ({
    ...{ name, state: "running", since: hall.at() },
  }));
  const printers = ["k1", "k2"].map((name) => ({
    ...{ name, model: "generic-80", printed: 3, hanging: null, faults: [] },
    plugs: { paper: "ok", cover_open: false, power: true, line: true, cutter_jam: false },
    tickets: ["A188", "A189", "B012"].map((number, n) => ({
      ...{
        n,
        text: TICKET(number),
        qr: ["http://hall.test/t/none"],
        complete: n !== 1,
        cut: true,
        void: false,
      },
      ...{ reprint: n === 2, png: `/v1/virtual/printers/${name}/tickets/${n}.png` },
    })),
  }));
  const readers = ["k1", "k2"].map((name) => ({
    ...{ name, card: null, plugs: { line: true, self_test: true, slow: false } },
    deck: CARDS.map(([holder, number, label], n) => ({
      ...{ n, label, kind: "resident", name: holder, number, birth: "19900101", valid_to: "20350101" },
    })),
  }));
  const blank = { plugs: { line: true, power: true, garbled: false }, areas: [] };
  const signs = [
    { name: "hall", width: 128, height: 32, png: "/v1/virtual/signs/hall.png", ...blank },
    { name: "w12", width: 128, height: 16, png: "/v1/virtual/signs/w12.png", ...blank },
  ];
  const scanners = ["k1", "k2"].map((name) => ({
    name,
    scans: 0,
    plugs: { line: true, terminator: "crlf" },
  }));
  const pad = { display: "003042", beeps: 2, asked: 1, pressing: false };
  const pads = [
    { name: "desks", plugs: { line: true, hears: true, noise: false }, pads: { 12: pad, 13: pad } },
  ];
  const lamps = ["w12", "w13"].map((name, n) => ({ name, lit: n === 0, plugs: { line: true } }));
  const lanes = [
    { name: "north", coming: 0, plugs: { line: true, stuck: null, dead: null, glitches: false } },
  ];
  const gates = [{ name: "north", opened: 0, plugs: { line: true, safety: false, jammed: false } }];
  const played = [{ text: "A188 12", began_ms: 1, end: "said" }];
  const speakers = [{ name: "zone-a", count: 1, played, plugs: { line: true, card: true, voice: true } }];
  const all = { printers, readers, scanners, signs, pads, lamps, lanes, gates, speakers };
  const counts = [{ name: "north", a: false, b: false, passed_in: 4, passed_out: 2, doubtful: 0 }];
  const contacts = [{ name: "north", state: "closed", held: false }];

  const device = (family, { name, plugs }) => {
    const why = plugs.line ? (plugs.paper === "out" ? "paper-out" : null) : "no-answer";
    const state = plugs.line ? (why ? "degraded" : "ready") : "gone";
    // `pads` is the name of one line as well.
    const kind = family === "pads" ? family : family.slice(0, -1);
    return { kind, name, model: "virtual", port: "virtual", state, why, since: hall.at() };
  };
  const devices = () => Object.entries(all).flatMap(([kind, list]) => list.map((one) => device(kind, one)));
  const done = { status: 204, body: null };

  return {
    devices,
    async answer(method, path, body) {
      if (bridge && path.startsWith("/demo/bridge/"))
        return ask(bridge, method, path.slice("/demo/bridge".length), body);
      if (path === "/demo/doorway.json")
        return { status: 200, body: { users: USERS, pages: [], phone: null } };
      const running = programs.find(({ name }) => name === "bridge").state === "running";
      if (path === "/demo/state" && bridge) {
        const paths = ["virtual", "devices", "lanes", "gates"];
        const answers = await Promise.all(paths.map((path) => ask(bridge, "GET", `/v1/${path}`)));
        if (answers.some(({ status }) => status !== 200))
          return { status: 200, body: { programs, bridge: null } };
        const [virtuals, devices, counts, contacts] = answers.map(({ body }) => JSON.parse(body));
        return { status: 200, body: { programs, bridge: { ...virtuals, devices, counts, contacts } } };
      }
      if (path === "/demo/state") {
        const told = running ? { ...all, devices: devices(), counts, contacts } : null;
        return { status: 200, body: { programs, bridge: told } };
      }
      const [, name, what] = /^\/demo\/programs\/([^/]+)\/(kill|start)$/.exec(path) ?? [];
      const program = programs.find((other) => other.name === decodeURIComponent(name ?? ""));
      if (program) {
        Object.assign(program, { state: what === "kill" ? "down" : "running", since: hall.at() });
        return done;
      }
      const [, kind, which, part] =
        /^\/demo\/bridge\/v1\/virtual\/([a-z]+)\/([^/]+)\/(plugs|card)$/.exec(path) ?? [];
      const found = all[kind]?.find((other) => other.name === which);
      if (found && method === "PUT") {
        if (part === "card") found.card = body.card;
        else found.plugs = body;
        return done;
      }
      if (path.endsWith(".png")) return { status: 200, type: "image/png", body: PIXEL };
      return { status: 404, body: {} };
    },
  };
}
