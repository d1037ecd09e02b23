#!/usr/bin/env node
// The pretend hall over HTTP and WebSocket, with the same words on its command line as the real program:
//   server.mjs demo [--listen ADDR:PORT] [--speed X] [--bridge SOCKET] [--lots N]
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { WebSocketServer } from "ws";
import { boardOf } from "./board.mjs";
import { commands } from "./commands.mjs";
import { demo } from "./demo.mjs";
import { openHall } from "./hall.mjs";
import { openLots } from "./parking.mjs";
import { people } from "./people.mjs";

const DIST = fileURLToPath(new URL("../dist/", import.meta.url));
const KEPT = 5000;
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
const HEADERS = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; " +
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
};
const PAGES = [
  [/^\/$/, "index.html"],
  [/^\/(hall|signin|manage|parking|reception|demo)$/, "$1.html"],
  [/^\/(desk|board)\/[^/]+$/, "$1.html"],
  [/^\/t\/[^/]+$/, "phone.html"],
];

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    listen: { type: "string", default: "127.0.0.1:8080" },
    speed: { type: "string", default: "1" },
    bridge: { type: "string" },
    // How many car parks it has.
    lots: { type: "string", default: "2" },
  },
});
const speed = Number(values.speed);
const [host, port] = values.listen.split(":");

const events = [];
const clients = new Set();
const phones = new Map(); // socket → token
const tickets = new Set();

function emit(message) {
  events.push(message);
  if (events.length > KEPT) events.shift();
  broadcast(message);
}

function broadcast(message) {
  const text = JSON.stringify(message);
  for (const client of clients) client.send(text);
}

const startS = 10 * 3600 + 7 * 60;
const hall = openHall(startS, emit);
const lots = openLots(hall, Number(values.lots), startS, broadcast);
const run = commands(hall, lots);
const staff = people(hall, broadcast);
const toys = demo(hall, values.bridge);
const begun = performance.now();

setInterval(() => {
  const now = startS + ((performance.now() - begun) / 1000) * speed;
  hall.advance(now);
  lots.advance(now);
}, 100);
setInterval(() => {
  for (const queue of hall.takeDirty()) broadcast({ type: "queue.changed", at: hall.at(), data: queue });
  for (const [client, phone] of phones) tellPhone(client, phone);
}, 1000);
const tick = () => ({ type: "tick", seq: hall.seq(), at: hall.at(), open: hall.isOpen() });
setInterval(() => broadcast(tick()), 2000);
setInterval(() => {
  const crowd = lots.crowd();
  if (crowd) broadcast({ type: "crowd.changed", at: hall.at(), data: crowd });
}, 20_000);
setInterval(() => {
  for (const client of phones.keys()) client.send(JSON.stringify(tick()));
}, 15_000);

function tellPhone(client, phone) {
  const data = run.visit(phone.token).body;
  const text = JSON.stringify(data);
  if (text === phone.told) return;
  phone.told = text;
  client.send(JSON.stringify({ type: "visit.changed", at: hall.at(), data }));
}

async function bodyOf(request) {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text === "" ? {} : JSON.parse(text);
}

/** The answer of the API: `{status, body, headers?, type?}`. */
async function api(request, path) {
  const { method } = request;
  const body = method === "GET" ? {} : await bodyOf(request);
  if (method === "POST" && path === "/live/connect") {
    const ticket = randomUUID();
    tickets.add(ticket);
    setTimeout(() => tickets.delete(ticket), 10_000);
    return run.ok({ connect: ticket });
  }
  const [, token, leaves] = /^\/visits\/([^/]+)(\/leave)?$/.exec(path) ?? [];
  if (token) return leaves ? run.leaveVisit(token) : run.visit(token);
  if (path === "/session" && method === "POST") {
    const signed = staff.signIn(body);
    if (!signed.session) {
      return { ...run.problem(signed.status, signed.name, "not signed in"), headers: signed.headers };
    }
    return { ...run.ok(staff.view(signed.session)), headers: { "set-cookie": signed.cookie } };
  }
  const session = staff.of(request);
  if (!session) return run.problem(401, "unauthenticated", "sign in first");
  if (path === "/session") {
    if (method === "GET") return run.ok(staff.view(session));
    staff.signOut(session);
    return { status: 204, body: null };
  }
  if (path.startsWith("/parking/")) {
    const found = lots.answer(method, path, body, session);
    if (found?.body) return found;
    if (found) return run.problem(found.status, found.name, "not done");
  }
  const [, number, what] = /^\/windows\/(\d+)\/([a-z]+)$/.exec(path) ?? [];
  if (what === "seat") return seat(session, method, Number(number), body);
  if (what === "desk") return run.desk(Number(number));
  if (what) {
    if (!staff.sits(session, Number(number))) return run.problem(409, "no-seat", "take the seat first");
    return run.act(Number(number), what, body);
  }
  if (path === "/tickets") return run.issue(body, session.role);
  if (path === "/tickets/find") return run.find(body);
  const [, id, action] = /^\/tickets\/([^/]+)(?:\/([a-z]+))?$/.exec(path) ?? [];
  if (id) return run.ticket(id, action, body);
  if (path === "/devices") return run.ok(toys.devices());
  return run.problem(404, "not-found", "there is no such path");
}

function seat(session, method, window, body) {
  if (method === "DELETE") {
    staff.rise(session, window);
    return { status: 204, body: null };
  }
  if (session.role !== "clerk" && session.role !== "manager")
    return run.problem(403, "not-allowed", "this role sits at no window");
  const { taken, seat } = staff.sit(session, window, body.take_over);
  return taken ? run.problem(409, "seat-taken", `${taken.name} sits there`, { seat: taken }) : run.ok(seat);
}

const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, "http://mock");
  const answer = pathname.startsWith("/api/v1/")
    ? await api(request, pathname.slice("/api/v1".length))
    : pathname.startsWith("/demo/")
      ? await toys.answer(request.method, pathname, await bodyOf(request))
      : null;
  if (answer) {
    const { status, body, headers, type = "application/json" } = answer;
    response.writeHead(status, { ...HEADERS, ...headers, "content-type": type, "cache-control": "no-store" });
    return response.end(body === null ? "" : Buffer.isBuffer(body) ? body : JSON.stringify(body));
  }
  const page = PAGES.find(([pattern]) => pattern.test(pathname));
  const path = page ? pathname.replace(...page) : normalize(pathname);
  try {
    const body = await readFile(join(DIST, path));
    response.writeHead(200, {
      ...HEADERS,
      "content-type": TYPES[extname(path)] ?? "application/octet-stream",
    });
    response.end(body);
  } catch {
    response.writeHead(404, HEADERS).end();
  }
});

const sockets = new WebSocketServer({ noServer: true });
server.on("upgrade", (request, socket, head) => {
  const url = new URL(request.url, "http://mock");
  const connect = url.searchParams.get("connect");
  const known = tickets.delete(connect) || staff.of(request) !== undefined;
  const [, zone] = /^\/board\/([^/]+)\/live$/.exec(url.pathname) ?? [];
  if (zone) return sockets.handleUpgrade(request, socket, head, (client) => followBoard(client, zone));
  if (url.pathname !== "/api/v1/live") return socket.end("HTTP/1.1 404 Not Found\r\n\r\n");
  sockets.handleUpgrade(request, socket, head, (client) => {
    client.once("message", (data) => {
      const first = JSON.parse(String(data));
      // Only a phone needs no more than the token it sends.
      if (first.token === undefined && !known) return client.close(1008, "not-allowed");
      welcome(client, first);
    });
    client.on("close", () => {
      clients.delete(client);
      phones.delete(client);
    });
  });
});

/** A board hears all of its view once a second. */
function followBoard(client, zone) {
  const send = (message) => client.send(JSON.stringify(message));
  send({ type: "board.hello", build: "mock" });
  const tell = () => send({ type: "board.view", view: boardOf(hall, lots, zone) });
  tell();
  const telling = setInterval(tell, 1000);
  client.on("close", () => clearInterval(telling));
}

function welcome(client, { after, token }) {
  const send = (message) => client.send(JSON.stringify(message));
  send({ type: "hello", protocol: 1, build: "mock" });
  if (token !== undefined) {
    if (run.visit(token).status !== 200) return client.close(1008, "not-allowed");
    const phone = { token, told: "" };
    phones.set(client, phone);
    tellPhone(client, phone);
    return;
  }
  const known =
    after !== null && after <= hall.seq() && after >= (events[0]?.seq ?? Number.POSITIVE_INFINITY) - 1;
  if (known) {
    for (const event of events) if (event.seq > after) send(event);
    for (const queue of hall.snapshot().queues) send({ type: "queue.changed", at: hall.at(), data: queue });
  } else {
    const data = { ...hall.snapshot(), lots: lots.lots(), crowd: lots.crowd() };
    send({ type: "snapshot", seq: hall.seq(), at: hall.at(), data });
  }
  clients.add(client);
}

server.listen(Number(port), host, () => {
  const { address, port: bound } = server.address();
  process.stdout.write(`listening on http://${address}:${bound}\n`);
});
process.on("SIGTERM", () => process.exit(0));
