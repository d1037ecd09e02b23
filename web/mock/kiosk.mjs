#!/usr/bin/env node
// The pretend kiosk: the touch page with a program behind it that has neither server nor devices. `/kiosk?show=NAME` begins
// with one of the screens of `screens` below. For looking at the page, not for testing the program.
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { parse } from "smol-toml";
import { WebSocketServer } from "ws";

const DIST = fileURLToPath(new URL("../dist/", import.meta.url));
const HALL = fileURLToPath(new URL("../../halls/yinzhou.toml", import.meta.url));
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
const { values } = parseArgs({
  options: {
    listen: { type: "string", default: "127.0.0.1:8081" },
    diagonal: { type: "string", default: "21.5" },
    // How many car parks the hall has.
    lots: { type: "string", default: "2" },
  },
});

const file = parse(readFileSync(HALL, "utf8"));
const services = file.services.map((service, n) => ({
  service: service.code,
  name: service.name,
  department: service.department ?? null,
  real_name: service.real_name ?? false,
  waiting: (n * 7) % 23,
  eta: n % 5 === 4 ? null : { low_s: n * 40, median_s: n * 60 + 200, high_s: n * 90 + 400 },
  open_windows: n % 11 === 3 ? 0 : 3,
  issued: (n * 37) % 101,
}));
const bays = (says, free = null) => ({ says, free });
const hall = {
  name: file.hall.name,
  open: true,
  opens: file.hall.open,
  closes: file.hall.close,
  departments: file.departments,
  services,
  lots: [
    {
      ...bays("about", 110),
      disabled: bays("free", 3),
      name: { zh: "北地下停车场", en: "North underground car park" },
    },
    { ...bays("full"), disabled: bays("full"), name: { zh: "南广场停车场", en: "South square car park" } },
    { ...bays("free", 27), disabled: null, name: { zh: "西立体车库", en: "West parking deck" } },
    {
      ...bays("some"),
      disabled: bays("some"),
      name: { zh: "东侧临时停车场", en: "East temporary car park" },
    },
  ]
    .slice(0, Number(values.lots))
    .map((lot, n) => ({ lot: `P${n + 1}`, ...lot })),
};

const place = { zone: "A", name: file.zones[0].name, windows: "1–14, 18" };
const slip = {
  number: "A012",
  service: services[0].name,
  place,
  ahead: 3,
  eta: { low_s: 310, median_s: 480, high_s: 890 },
  time: "09:41",
  reprint: false,
  restored: false,
  link: "http://127.0.0.1:8080/t/6d1f0c3a9b7e4d2f8a5c6b7d8e9f0a1b",
};
const visit = {
  number: "A012",
  service: services[0].name,
  state: "waiting",
  window: null,
  zone: file.zones[0].name,
  ahead: 3,
  eta: slip.eta,
};
const nearby = { zh: "B 区入口右侧", en: "right of the entrance to zone B" };
const screens = {
  welcome: { name: "welcome" },
  "closed-printer": { name: "closed", why: "printer", nearby },
  "closed-server": { name: "closed", why: "server", nearby },
  "closed-hours": { name: "closed", why: "hours", nearby },
  "closed-starting": { name: "closed", why: "starting", nearby },
  help: { name: "help" },
  appointment: { name: "appointment" },
  looking: { name: "looking" },
  visit: { name: "visit", visit },
  "visit-called": { name: "visit", visit: { ...visit, state: "called", window: 7 } },
  code: { name: "code", why: "nothing" },
  "code-appointment": { name: "code", why: "appointment" },
  "code-not-connected": { name: "code", why: "not-connected" },
  services: { name: "services" },
  "need-card": { name: "need-card", service: services[0].name },
  confirm: { name: "confirm", service: services[0].service, elder: null, place },
  "confirm-elder": { name: "confirm", service: services[0].service, elder: true, place },
  issuing: { name: "issuing", service: services[0].name, slow: false },
  "issuing-slow": { name: "issuing", service: services[0].name, slow: true },
  printing: { name: "printing", slip },
  asking: { name: "asking", slip },
  done: { name: "done", slip, seconds: 18 },
  "done-reprint": { name: "done", slip: { ...slip, reprint: true, restored: true }, seconds: 58 },
  "number-only": { name: "number-only", slip, why: "paper-out", again: false },
  "number-only-again": { name: "number-only", slip, why: "paper-out", again: true },
  already: { name: "already", number: "A012", service: services[0].name },
  sorry: { name: "sorry", why: "server-away" },
  "sorry-closed": { name: "sorry", why: "service-closed" },
};

const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, "http://mock");
  try {
    if (pathname === "/kiosk") {
      const html = await readFile(join(DIST, "kiosk.html"), "utf8");
      const token = searchParams.get("show") ?? "welcome";
      response.writeHead(200, { "content-type": "text/html" });
      response.end(
        html.replace("<head>", `<head><meta name="page-token" content="${encodeURIComponent(token)}">`),
      );
      return;
    }
    const body = await readFile(join(DIST, normalize(pathname)));
    response.writeHead(200, { "content-type": TYPES[extname(pathname)] ?? "application/octet-stream" });
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
});

new WebSocketServer({ server, path: "/kiosk/live" }).on("connection", (socket) => {
  const view = {
    screen: 1,
    visit: 1,
    at: "2026-11-23T09:41:07.000+08:00",
    look: { language: "zh", large: false, low: false, contrast: false },
    online: true,
    reader: "ready",
    scanner: "ready",
    printer: "ready",
    printer_why: null,
    card_trouble: null,
    card_on: false,
    card_reading: false,
    person: null,
    idle_s: null,
    diagonal_in: Number(values.diagonal),
    show: screens.welcome,
  };
  const send = () => socket.send(JSON.stringify({ type: "view", view }));
  const go = (show) => {
    view.screen += 1;
    view.show = show;
  };
  const press = (key) => {
    switch (key.key) {
      case "language":
        view.look.language = key.language;
        break;
      case "large":
      case "low":
      case "contrast":
        view.look[key.key] = key.on;
        break;
      case "elder":
        view.show = { ...view.show, elder: key.on };
        break;
      case "no-card":
        go(screens.services);
        break;
      case "service":
        go({ ...screens.confirm, service: key.service });
        break;
      case "take":
      case "reprint":
        go(screens.issuing);
        setTimeout(() => {
          go(screens.printing);
          send();
        }, 700);
        setTimeout(() => {
          go({ ...screens.done, slip: { ...slip, reprint: key.key === "reprint" } });
          send();
        }, 2500);
        break;
      case "help":
      case "appointment":
        go(screens[key.key]);
        break;
      case "stay":
        view.idle_s = null;
        break;
      default:
        view.visit += 1;
        view.idle_s = null;
        view.person = null;
        go(screens.welcome);
    }
    send();
  };
  socket.on("message", (data) => {
    const message = JSON.parse(String(data));
    if (message.type === "hello") {
      const [name, ...options] = decodeURIComponent(message.token).split(" ");
      view.show = screens[name] ?? screens.welcome;
      if (options.includes("en")) view.look.language = "en";
      for (const look of ["large", "low", "contrast"]) view.look[look] = options.includes(look);
      if (options.includes("person")) view.person = { name: "张*", last4: "123X" };
      if (options.includes("idle")) view.idle_s = 24;
      if (options.includes("offline")) view.online = false;
      if (options.includes("card")) view.card_on = true;
      if (options.includes("trouble")) view.card_trouble = "moved";
      if (options.includes("noreader")) view.reader = "gone";
      socket.send(JSON.stringify({ type: "hall", hall }));
      send();
    } else if (message.type === "press" && message.screen === view.screen) {
      press(message.press);
    }
  });
});

const [host, port] = values.listen.split(":");
server.listen(Number(port), host, () => {
  process.stdout.write(`listening on http://${host}:${server.address().port}\n`);
});
process.on("SIGTERM", () => process.exit(0));
