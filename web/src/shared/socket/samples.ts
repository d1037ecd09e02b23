/** Messages for the tests: complete on the wire's terms, with only what matters spelled out. */
import type {
  HallView,
  Queue,
  Snapshot,
  SnapshotData,
  Tick,
  Ticket,
  TicketData,
  TicketEvent,
  TicketEventType,
  Window,
} from "../generated/protocol";

export const AT = "2026-11-23T08:31:02.123+08:00";

export const HALL: HallView = {
  name: { zh: "鄞州", en: "Yinzhou" },
  business_date: "2026-11-23",
  open: true,
  opens: "08:30",
  closes: "17:00",
  zones: [{ code: "A", name: { zh: "企业", en: "Business" } }],
  departments: [{ code: "MSA", name: { zh: "市场监管局", en: "Market Supervision" } }],
};

export function ticket(over: Partial<Ticket> = {}): Ticket {
  return {
    id: "t1",
    number: "A012",
    service: "MSA-OPEN",
    class: "normal",
    state: "called",
    business_date: "2026-11-23",
    issued_at: "2026-11-23T08:30:00+08:00",
    called_at: AT,
    window: 17,
    ahead: 0,
    eta: null,
    call_id: "c1",
    calls: 1,
    print: { state: "printed", copies: 1 },
    ...over,
  };
}

export function windowOf(over: Partial<Window> = {}): Window {
  return {
    window: 17,
    zone: "A",
    kind: "general",
    state: "idle",
    since: AT,
    clerk: null,
    reason: null,
    ticket: null,
    services: ["MSA-OPEN"],
    parked: [],
    ...over,
  };
}

export function queue(over: Partial<Queue> = {}): Queue {
  return {
    service: "MSA-OPEN",
    name: { zh: "企业设立登记", en: "Company registration" },
    department: "MSA",
    real_name: false,
    waiting: 0,
    longest_wait_s: 0,
    open_windows: 3,
    eta: null,
    issued: 0,
    served: 0,
    left: 0,
    ...over,
  };
}

export function snapshot(seq: number, data: Partial<SnapshotData> = {}): Snapshot {
  return {
    type: "snapshot",
    seq,
    at: AT,
    data: {
      hall: HALL,
      calls: [],
      queues: [queue()],
      windows: [windowOf()],
      lots: [],
      crowd: null,
      ...data,
    },
  };
}

export function event(
  seq: number,
  type: TicketEventType,
  data: Partial<TicketData> = {},
  at = AT,
): TicketEvent {
  return { type, seq, at, data: { ...ticket(), ...data } };
}

export function tick(seq: number, at = AT): Tick {
  return { type: "tick", seq, at, open: true };
}
