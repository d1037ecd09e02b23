// A pretend hall for work on the pages without the Rust server: random arrivals, clerks who call the longest
// waiting. It speaks the live protocol; it decides nothing that the product would decide this way.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { parse } from "smol-toml";

const FILE = new URL("../../halls/yinzhou.toml", import.meta.url);
const DATE = "2026-11-23";
const OPEN_S = 8.5 * 3600;
const CLOSE_S = 17 * 3600;
const LOAD = 0.99;

export function stamp(seconds) {
  const at = new Date(Date.parse(`${DATE}T00:00:00Z`) + Math.round(seconds * 1000)).toISOString();
  return at.replace("Z", "+08:00");
}

export function openHall(startS, emit) {
  const file = parse(readFileSync(FILE, "utf8"));
  let now = OPEN_S - 600;
  let seq = 0;
  let muted = true;
  const series = new Map();
  const calls = [];
  const dirty = new Set();
  const agenda = []; // { at, run }
  // Windows at which a person sits: no pretended clerk acts there.
  const held = new Set();
  const tickets = new Map();

  const services = new Map(
    file.services.map((service) => [
      service.code,
      { ...service, rate: 0, line: [], issued: 0, served: 0, left: 0, pace: 1 },
    ]),
  );
  const windows = file.windows.flatMap(({ number, numbers, zone, kind, services: codes }) => {
    const [first, last] = numbers ? numbers.split("-").map(Number) : [number, number];
    return Array.from({ length: last - first + 1 }, (_, i) => ({
      ...{ window: first + i, zone, kind, state: "idle", since: stamp(now), clerk: null, reason: null },
      ...{ ticket: null, services: codes, parked: [] },
    }));
  });
  for (const window of windows) {
    if (Math.random() < 0.05) window.state = "closed";
    else for (const code of window.services) services.get(code).rate += LOAD / window.services.length;
  }
  for (const service of services.values()) service.rate /= service.expected_service_s + 50;

  const later = (seconds, run) => agenda.push({ at: now + seconds, run });
  const copy = (value) => structuredClone(value);

  function event(type, data, window) {
    seq += 1;
    if (muted) return;
    const state = window && { window_state: copy(window) };
    emit({ seq, type, at: stamp(now), data: { ...copy(data), ...state } });
  }

  function set(window, state, reason = null) {
    Object.assign(window, { state, reason, since: stamp(now) });
  }

  function issue(service, wish = {}) {
    const count = (series.get(service.series) ?? 0) + 1;
    series.set(service.series, count);
    const ticket = {
      ...{ id: randomUUID(), number: `${service.series}${String(count).padStart(3, "0")}` },
      ...{
        service: service.code,
        class: wish.class ?? (Math.random() < 0.06 ? "elder" : "normal"),
        state: "waiting",
      },
      ...{ business_date: DATE, issued_at: stamp(now), called_at: null, window: null },
      ...{ ahead: service.line.length, eta: eta(service), call_id: null, calls: 0 },
      print: { state: wish.printer ? "printing" : "printed", copies: 0 },
    };
    tickets.set(ticket.id, ticket);
    service.line.push({ ticket, arrived: now });
    service.issued += 1;
    dirty.add(service.code);
    event("ticket.issued", ticket);
    const free = windows.find((w) => w.state === "ready" && w.services.includes(service.code));
    if (free) callNext(free, true);
    return ticket;
  }

  function nextFor(window) {
    let best = null;
    for (const code of window.services) {
      const head = services.get(code).line[0];
      if (head && (!best || head.arrived < best.arrived)) best = head;
    }
    return best?.ticket ?? null;
  }

  function callNext(window, asked = false) {
    if (held.has(window.window) && !asked) return;
    if (window.state !== "idle" && window.state !== "ready") return;
    if (!asked && Math.random() < 0.006) return pause(window);
    const ticket = nextFor(window);
    if (!ticket) return set(window, "ready");
    callTicket(window, ticket);
  }

  function callTicket(window, ticket) {
    const service = services.get(ticket.service);
    service.line = service.line.filter((entry) => entry.ticket !== ticket);
    dirty.add(service.code);
    Object.assign(ticket, { state: "called", window: window.window, called_at: stamp(now) });
    Object.assign(ticket, { call_id: randomUUID(), calls: 1, ahead: 0, eta: null });
    window.ticket = ticket;
    set(window, "busy");
    remember(ticket);
    event("ticket.called", { ...ticket, why: { rule: "longest-wait" } }, window);
    if (!held.has(window.window)) later(15 + Math.random() * 45, () => arrive(window, service));
  }

  function arrive(window, service) {
    const { ticket } = window;
    if (!ticket || held.has(window.window)) return;
    if (Math.random() < 0.08 && ticket.calls < 3) {
      ticket.calls += 1;
      remember(ticket);
      event("ticket.recalled", ticket, window);
      return later(30, () => arrive(window, service));
    }
    if (ticket.calls === 3) return leave(window, service, "missed");
    ticket.state = "serving";
    event("ticket.started", ticket, window);
    const spread = 0.35 + Math.random() * 0.9 - Math.log(1 - Math.random()) * 0.2;
    return later(service.expected_service_s * spread, () => leave(window, service, "finished"));
  }

  function leave(window, service, end) {
    const { ticket } = window;
    if (!ticket) return;
    ticket.state = end === "finished" ? "done" : "missed";
    if (end === "finished") service.served += 1;
    dirty.add(service.code);
    window.ticket = null;
    set(window, "idle");
    event(`ticket.${end}`, ticket, window);
    later(2 + Math.random() * 10, () => callNext(window));
  }

  function pause(window) {
    set(window, "paused", "短暂离开");
    event("window.changed", window);
    later(300 + Math.random() * 900, () => {
      set(window, "idle");
      event("window.changed", window);
      callNext(window);
    });
  }

  function remember(ticket) {
    const before = calls.findIndex(({ id }) => id === ticket.id);
    if (before >= 0) calls.splice(before, 1);
    calls.unshift(copy(ticket));
    calls.length = Math.min(calls.length, 20);
  }

  const staffed = (code) => windows.filter((w) => w.services.includes(code) && w.state !== "closed");

  function eta(service) {
    const open = staffed(service.code).filter((w) => w.state !== "paused");
    if (open.length === 0 || service.served < 2) return null;
    const free = service.line.length === 0 && open.some((w) => w.state === "ready" || w.state === "idle");
    const oldest = service.line[0] ? now - service.line[0].arrived : 0;
    const median = free ? 0 : oldest * 0.7 + 60 + (service.expected_service_s / open.length) * 0.6;
    const [low, high] = [Math.round(median * 0.6), Math.round(median * 1.45)];
    return { low_s: low, median_s: Math.round(median), high_s: high };
  }

  function queue(code) {
    const { name, department, real_name, line, issued, served, left, ...service } = services.get(code);
    return {
      ...{ service: code, name, department, real_name, waiting: line.length },
      longest_wait_s: line[0] ? Math.round(now - line[0].arrived) : 0,
      open_windows: staffed(code).filter((w) => w.state !== "paused").length,
      eta: eta({ ...service, line, served }),
      ...{ issued, served, left },
    };
  }

  const isOpen = () => now >= OPEN_S && now < CLOSE_S;

  function advance(until) {
    while (now < until) {
      now = Math.min(until, now + 1);
      agenda.sort((a, b) => a.at - b.at);
      while (agenda[0]?.at <= now) agenda.shift().run();
      if (!isOpen()) continue;
      for (const service of services.values()) if (Math.random() < service.rate) issue(service);
    }
  }

  for (const window of windows)
    if (window.state === "idle") later(Math.random() * 900, () => callNext(window));
  advance(startS);
  muted = false;

  return {
    advance,
    seq: () => seq,
    at: () => stamp(now),
    isOpen,
    queue,
    // For the commands of people, in `commands.mjs`.
    ...{ windows, services, tickets, held, event, set, issue, callNext, callTicket, nextFor, leave, eta },
    name: file.hall.name,
    zones: file.zones,
    touch: (code) => dirty.add(code),
    takeDirty() {
      const codes = [...dirty];
      dirty.clear();
      return codes.map(queue);
    },
    snapshot: () => ({
      hall: {
        name: file.hall.name,
        business_date: DATE,
        open: isOpen(),
        opens: file.hall.open,
        closes: file.hall.close,
        zones: file.zones,
        departments: file.departments,
      },
      calls: copy(calls),
      queues: [...services.keys()].map(queue),
      windows: copy(windows),
    }),
  };
}
