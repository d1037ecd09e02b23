// Car parks of the pretend hall: cars come and go, and their counts are off by a few. It decides nothing that the product
// would decide this way.
import { stamp } from "./hall.mjs";

const bay = (name) => (name === "disabled" ? "DISABLED" : name === "charging" ? "CHARGING" : "STAFF");
const SECTIONS = [
  {
    ...{ code: "P1", type: "UNDERGROUND", name: { zh: "北地下停车场", en: "North underground car park" } },
    capacity: { ordinary: 380, disabled: 8, charging: 24 },
    taken: { ordinary: 262, disabled: 5, charging: 19 },
    levels: [
      { code: "B1", name: { zh: "地下一层", en: "Level B1" }, capacity: 200, taken: 188 },
      { code: "B2", name: { zh: "地下二层", en: "Level B2" }, capacity: 212, taken: 98 },
    ],
    lanes: [
      { lane: "north-in", name: { zh: "北门入口", en: "North gate, in" }, direction: "in" },
      { lane: "north-out", name: { zh: "北门出口", en: "North gate, out" }, direction: "out" },
      { lane: "east", name: { zh: "东门", en: "East gate" }, direction: null },
      { lane: "ramp", name: null, direction: null },
    ],
    off: 4,
  },
  {
    ...{
      code: "P2",
      type: "OFF_STREET_PARKING_GROUND",
      name: { zh: "南广场停车场", en: "South square car park" },
    },
    capacity: { ordinary: 90, disabled: 4 },
    taken: { ordinary: 61, disabled: 4 },
    levels: [],
    lanes: [{ lane: "south", name: { zh: "南门", en: "South gate" }, direction: null }],
    off: 6,
  },
  {
    ...{ code: "P3", type: "CAR_PARK", name: { zh: "西立体车库", en: "West parking deck" } },
    capacity: { ordinary: 240, visitor: 20 },
    taken: { ordinary: 240, visitor: 8 },
    levels: [],
    lanes: [{ lane: "west", name: { zh: "西门", en: "West gate" }, direction: null }],
    off: 1,
  },
  {
    ...{
      code: "P4",
      type: "OFF_STREET_PARKING_GROUND",
      name: { zh: "东侧临时停车场", en: "East temporary car park" },
    },
    capacity: { ordinary: 60, disabled: 2, staff: 30 },
    taken: { ordinary: 20, disabled: 0, staff: 12 },
    levels: [],
    lanes: [{ lane: "temp", name: { zh: "便门", en: "Side gate" }, direction: null }],
    off: 30,
  },
];
const DAY_S = 86_400;

/** As the product says it, without its fine print. */
function said(open, capacity, taken, off) {
  if (!open) return { says: "closed", free: null };
  if (off === null) return { says: "unknown", free: null };
  const free = Math.min(capacity, Math.max(0, capacity - taken));
  const rounded = free < 20 ? free : free < 100 ? Math.floor(free / 5) * 5 : Math.floor(free / 10) * 10;
  if (off <= Math.max(2, free * 0.03))
    return free === 0 ? { says: "full", free: null } : { says: "free", free };
  if (free > off && off > free * 0.3) return { says: "some", free: null };
  return free === 0 ? { says: "full", free: null } : { says: "about", free: rounded };
}

export function openLots(hall, wanted, startS, tell) {
  let now = startS;
  const at = (before = 0) => stamp(now - before);
  const lots = SECTIONS.slice(0, wanted).map((section, place) => ({
    ...structuredClone(section),
    open: true,
    closed: new Set(), // of levels and lanes
    counted: 7.8 * 3600,
    traffic: section.lanes.map((_, n) => ({
      entered: 190 - 40 * n,
      left: 80 - 7 * n,
      doubtful: (n * 3) % 5,
      seen: n * 40,
    })),
    corrections: Array.from({ length: place === 3 ? 0 : 24 }, (_, n) => ({
      at: stamp(startS - 7200 - n * DAY_S * 0.5 + DAY_S * 0),
      ...{ class: "ordinary", level: null, occupied: 100 + n },
      off: Math.round(9 * Math.sin(n * 1.7) * (1 + n / 12)),
      bound: n % 6 === 5 ? null : 6 + (n % 5),
      ...{ reason: n % 3 ? "清点" : "夜间清零", by: n % 3 ? "gate" : null },
    })),
  }));

  const says = (lot, what, capacity, taken) =>
    said(
      lot.open && !lot.closed.has(what),
      capacity,
      taken,
      lot.off && capacity < 30 ? Math.floor(lot.off / 10) : lot.off,
    );
  const classes = (lot) =>
    Object.entries(lot.capacity).map(([name, capacity]) => ({
      ...{ class: name, capacity },
      ...says(lot, name, capacity, lot.taken[name]),
    }));

  function view(lot) {
    const all = Object.values(lot.capacity).reduce((sum, count) => sum + count, 0);
    const own = says(lot, "ordinary", lot.capacity.ordinary, lot.taken.ordinary);
    const free = lot.capacity.ordinary - lot.taken.ordinary;
    const over = own.says === "full" || own.says === "closed";
    const other = lots.find(
      (next) => next !== lot && next.open && next.taken.ordinary < next.capacity.ordinary,
    );
    return {
      ...{ uid: lot.code, name: lot.name.zh, type: lot.type, purpose: "CAR", lat: null, lon: null },
      ...{ max_height: lot.type === "UNDERGROUND" ? 210 : null, capacity: all, has_realtime_data: true },
      ...{ static_data_updated_at: "2026-11-22T22:00:00Z", realtime_data_updated_at: at() },
      realtime_opening_status: lot.open ? "OPEN" : "CLOSED",
      ...{ realtime_capacity: all, realtime_free_capacity: own.free },
      restrictions: Object.keys(lot.capacity)
        .filter((name) => name !== "ordinary" && name !== "visitor")
        .map((name) => ({
          ...{ type: bay(name), capacity: lot.capacity[name], realtime_capacity: lot.capacity[name] },
          realtime_free_capacity: lot.capacity[name] - lot.taken[name],
        })),
      title: lot.name,
      classes: classes(lot),
      levels: lot.levels.map(({ code, name, capacity, taken }) => ({
        ...{ level: code, name, capacity },
        ...says(lot, code, capacity, taken),
      })),
      divert_to: over && other ? other.name : null,
      forecast: lot.off > 20 ? [] : [15, 30, 60].map((in_min) => forecast(in_min, free)),
      full_at: !over && free < 40 ? at(-3000) : null,
      off_by: lot.off,
      ...own,
    };
  }

  const forecast = (in_min, free) => ({
    in_min,
    free_low: Math.max(0, Math.round(free - in_min)),
    free: Math.max(0, Math.round(free - in_min * 0.5)),
    free_high: Math.max(0, Math.round(free - in_min * 0.2)),
  });

  function doubts(lot, name) {
    const none = { lane: null, since: null, until: null, vehicles: null, doubtful: null };
    if (lot.off === null) return [{ ...none, doubt: "never-counted" }];
    if (name !== "ordinary") return lot.taken[name] < 0 ? [{ ...none, doubt: "below-nothing" }] : [];
    const list = [];
    if (lot.code === "P2") list.push({ ...none, doubt: "blind", lane: "south", since: at(1500) });
    if (lot.code === "P1") {
      list.push({ ...none, doubt: "silent", lane: "east", since: at(4000), until: at(2200), vehicles: 6 });
      list.push({ ...none, doubt: "passages", vehicles: 412, doubtful: 9 });
    }
    if (lot.taken[name] > lot.capacity[name]) list.push({ ...none, doubt: "above-capacity" });
    return list;
  }

  function operation(lot) {
    const counted = { corrected_at: lot.off === null ? null : stamp(lot.counted), off_by: lot.off };
    return {
      lot: view(lot),
      counts: [
        ...classes(lot).map((one) => ({
          ...{
            ...one,
            level: null,
            occupied: lot.taken[one.class],
            likely: lot.taken[one.class],
            ...counted,
          },
          ...{ doubts: doubts(lot, one.class), open: lot.open },
        })),
        ...lot.levels.map(({ code, capacity, taken }) => ({
          ...{ class: null, level: code, capacity, occupied: taken, likely: taken, ...counted },
          ...{ doubts: [], open: lot.open && !lot.closed.has(code), ...says(lot, code, capacity, taken) },
        })),
      ],
      lanes: lot.lanes.map((lane, n) => ({
        ...lane,
        open: !lot.closed.has(lane.lane),
        blind_since: lot.code === "P2" ? at(1500) : null,
        seen_at: lane.lane === "ramp" ? null : at(lot.traffic[n].seen),
        sources: lane.lane === "ramp" ? [] : ["loops", "camera", "gate"].slice(0, (n % 3) + 1),
        ...{ entered: lot.traffic[n].entered, left: lot.traffic[n].left, doubtful: lot.traffic[n].doubtful },
      })),
      corrections: lot.corrections,
      inside: Object.values(lot.taken).reduce((sum, count) => sum + count, 0) - 7,
      stay_s: lot.code === "P4" ? null : 4380,
    };
  }

  const changed = (lot) => tell({ type: "parking.changed", at: at(), data: view(lot) });

  function correct(lot, { occupied, reason, class: name, level }, by) {
    const place = lot.levels.find(({ code }) => code === level);
    const before = place
      ? place.taken
      : name
        ? lot.taken[name]
        : Object.values(lot.taken).reduce((a, b) => a + b);
    const off = occupied - before;
    if (place) place.taken = occupied;
    else lot.taken[name ?? "ordinary"] += off;
    lot.corrections.unshift({
      ...{ at: at(), class: name ?? null, level: level ?? null, occupied, off, bound: lot.off, reason, by },
    });
    Object.assign(lot, { off: 1, counted: now });
    changed(lot);
    return { off, lot: view(lot) };
  }

  /** The answer of the API, or null where there is no such path. */
  function answer(method, path, body, session) {
    const ok = (found) => ({ status: 200, body: found });
    if (path === "/parking/lots") return ok(lots.map(view));
    if (session.role !== "manager" && session.role !== "gate") return { status: 403, name: "not-allowed" };
    if (path === "/parking/vehicles/find") {
      const found = body.plate?.includes("8") && lots[0];
      return ok(found ? [{ lot: found.code, name: found.name, since: at(5000) }] : []);
    }
    const [, code, kind, part, last] =
      /^\/parking\/lots\/([^/]+)(?:\/(levels|lanes)\/([^/]+))?\/(operation|count|state)$/.exec(path) ?? [];
    const lot = lots.find((other) => other.code === code);
    if (!lot) return null;
    if (last === "operation") return ok(operation(lot));
    if (method !== "PUT") return null;
    if (last === "count") return ok(correct(lot, body, session.name));
    if (kind) lot.closed[body.open ? "delete" : "add"](part);
    else lot.open = body.open;
    changed(lot);
    return ok(view(lot));
  }

  function crowd() {
    if (lots.length === 0) return null;
    const from = Math.floor(now / 300) * 300 + 300;
    const slots = Array.from({ length: 8 }, (_, n) => {
      const expected = 62 + 34 * Math.sin((n + 1) / 2.6);
      const can_serve = 74 + (n > 5 ? 4 : 0);
      return {
        ...{ from: stamp(from + n * 300), low: expected * 0.78, expected, high: expected * 1.24, can_serve },
        waiting: Math.max(6, (n + 1) * 9),
      };
    });
    return {
      ...{
        slots,
        cars: 118,
        cars_usual: 84,
        waiting: hall.snapshot().queues.reduce((n, q) => n + q.waiting, 0),
      },
      open_windows: hall.windows.filter(({ state }) => state !== "closed" && state !== "paused").length,
      advice: { windows: 3, by: stamp(from + 600), peak: 96, can_serve: 74, waiting_without: 61 },
    };
  }

  const tile = (live) => (lot) => {
    const { classes: all, title, says: word, free } = view(lot);
    const nothing = { says: "unknown", free: null };
    const disabled = all.find((one) => one.class === "disabled");
    return {
      ...{ lot: lot.code, name: title, ...(live ? { says: word, free } : nothing) },
      disabled: disabled ? (live ? { says: disabled.says, free: disabled.free } : nothing) : null,
    };
  };

  return {
    answer,
    crowd,
    lots: () => lots.map(view),
    tiles: (live = true) => lots.map(tile(live)),
    /** As visitors' pages show them. */
    visits: () =>
      lots.map((lot) => {
        const { forecast: all } = view(lot);
        const { lot: _, ...shown } = tile(true)(lot);
        return { ...shown, in_30: all.find(({ in_min }) => in_min === 30) ?? null };
      }),
    /** Some cars come and some go. */
    advance(until) {
      if (until - now < 4) return;
      now = until;
      for (const lot of lots) {
        if (!lot.open || Math.random() < 0.4) continue;
        const n = Math.floor(Math.random() * lot.traffic.length);
        const comes =
          lot.lanes[n].direction === "in" || (lot.lanes[n].direction === null && Math.random() < 0.5);
        const { ordinary } = lot.taken;
        if (comes ? ordinary >= lot.capacity.ordinary : ordinary < 12) continue;
        lot.taken.ordinary += comes ? 1 : -1;
        lot.traffic[n][comes ? "entered" : "left"] += 1;
        lot.traffic[n].seen = 0;
        for (const [place, traffic] of lot.traffic.entries()) if (place !== n) traffic.seen += 4;
        changed(lot);
      }
    },
  };
}
