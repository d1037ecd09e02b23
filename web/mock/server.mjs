#!/usr/bin/env node
// The pretend hall over HTTP and WebSocket, with the same words on its command line as the real program:
//   server.mjs demo [--listen ADDR:PORT] [--speed X]
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { WebSocketServer } from "ws";
import { openHall } from "./hall.mjs";

const DIST = fileURLToPath(new URL("../dist/", import.meta.url));
const KEPT = 5000;
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
const HEADERS = {
  "content-security-policy":
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
};

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    listen: { type: "string", default: "127.0.0.1:8080" },
    speed: { type: "string", default: "1" },
  },
});
const speed = Number(values.speed);
const [host, port] = values.listen.split(":");

const events = [];
const clients = new Set();
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
const begun = performance.now();

setInterval(() => hall.advance(startS + ((performance.now() - begun) / 1000) * speed), 100);
setInterval(() => {
  for (const queue of hall.takeDirty()) broadcast({ type: "queue.changed", at: hall.at(), data: queue });
}, 1000);
setInterval(() => broadcast({ type: "tick", seq: hall.seq(), at: hall.at(), open: hall.isOpen() }), 2000);

const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, "http://mock");
  if (request.method === "POST" && pathname === "/api/v1/live/connect") {
    const ticket = randomUUID();
    tickets.add(ticket);
    setTimeout(() => tickets.delete(ticket), 10_000);
    response.writeHead(200, { ...HEADERS, "content-type": "application/json" });
    response.end(JSON.stringify({ connect: ticket }));
    return;
  }
  const path = normalize(pathname === "/" ? "/index.html" : pathname);
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
  if (url.pathname !== "/api/v1/live" || !tickets.delete(url.searchParams.get("connect"))) {
    socket.end("HTTP/1.1 401 Unauthorized\r\n\r\n");
    return;
  }
  sockets.handleUpgrade(request, socket, head, (client) => {
    client.once("message", (data) => welcome(client, JSON.parse(String(data))));
    client.on("close", () => clients.delete(client));
  });
});

function welcome(client, { after }) {
  const send = (message) => client.send(JSON.stringify(message));
  send({ type: "hello", protocol: 1, build: "mock" });
  const known =
    after !== null && after <= hall.seq() && after >= (events[0]?.seq ?? Number.POSITIVE_INFINITY) - 1;
  if (known) {
    for (const event of events) if (event.seq > after) send(event);
    for (const queue of hall.snapshot().queues) send({ type: "queue.changed", at: hall.at(), data: queue });
  } else {
    send({ type: "snapshot", seq: hall.seq(), at: hall.at(), data: hall.snapshot() });
  }
  clients.add(client);
}

server.listen(Number(port), host, () => {
  const { address, port: bound } = server.address();
  process.stdout.write(`listening on http://${address}:${bound}\n`);
});
process.on("SIGTERM", () => process.exit(0));
