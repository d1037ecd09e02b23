import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { ServerMessage } from "../generated/protocol";
import type { Link, LiveMessage } from "./link";
import { AT, event, HALL, snapshot, tick } from "./samples";
import { openSession, type Session } from "./session";

class FakeSocket {
  static all: FakeSocket[] = [];
  sent: string[] = [];
  closed = false;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  readonly url: string;

  constructor(url: string) {
    this.url = url;
    FakeSocket.all.push(this);
  }
  send(text: string) {
    this.sent.push(text);
  }
  close() {
    this.closed = true;
  }
  say(message: ServerMessage) {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

const HELLO: ServerMessage = { type: "hello", protocol: 1, build: "b1" };
let tickets: number;
let delivered: LiveMessage[];
let link: Link;
let session: Session;

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  FakeSocket.all = [];
  tickets = 0;
  delivered = [];
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.stubGlobal("fetch", async () => Response.json({ connect: `ticket-${++tickets}` }));
  session = openSession(["calls", "windows"], {
    onLink: (next) => {
      link = next;
    },
    onMessage: (message) => delivered.push(message),
  });
});

afterEach(() => {
  session.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** The newest socket, opened. */
async function opened(): Promise<FakeSocket> {
  await vi.advanceTimersByTimeAsync(0);
  const socket = FakeSocket.all.at(-1);
  if (!socket) throw new Error("no socket");
  socket.onopen?.();
  return socket;
}

it("spends a ticket on each socket and subscribes", async () => {
  const socket = await opened();
  expect(new URL(socket.url).pathname).toBe("/api/v1/live");
  expect(new URL(socket.url).protocol).toMatch(/^wss?:$/);
  expect(new URL(socket.url).searchParams.get("connect")).toBe("ticket-1");
  expect(socket.sent).toEqual(['{"subscribe":["calls","windows"],"after":null}']);
});

it("comes back after a loss with a new ticket and the last position", async () => {
  const first = await opened();
  first.say(HELLO);
  first.say(snapshot(40));
  first.say(event(41, "ticket.called"));
  first.onclose?.();
  expect(link.phase).toBe("lost");

  await vi.advanceTimersByTimeAsync(400);
  const second = await opened();
  expect(FakeSocket.all).toHaveLength(2);
  expect(new URL(second.url).searchParams.get("connect")).toBe("ticket-2");
  expect(JSON.parse(second.sent[0] ?? "")).toMatchObject({ after: 41 });

  second.say(HELLO);
  second.say(event(41, "ticket.called"));
  second.say(event(42, "ticket.started"));
  expect(link.phase).toBe("live");
  expect(delivered.map((message) => ("seq" in message ? message.seq : message.type))).toEqual([40, 41, 42]);
});

it("keeps knocking while the server refuses, never more than three seconds apart", async () => {
  vi.stubGlobal("fetch", async () => {
    tickets += 1;
    return new Response("", { status: 503 });
  });
  const socket = await opened();
  socket.onclose?.();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(tickets).toBeGreaterThan(20);
  expect(FakeSocket.all).toHaveLength(1);
});

it("leaves a silent socket and does not listen to it any more", async () => {
  const silent = await opened();
  silent.say(HELLO);
  silent.say(snapshot(40));
  await vi.advanceTimersByTimeAsync(5500);
  expect(link.phase).toBe("stale");
  await vi.advanceTimersByTimeAsync(3000);
  expect(silent.closed).toBe(true);

  silent.say(event(41, "ticket.called"));
  silent.onclose?.();
  const second = await opened();
  second.say(HELLO);
  second.say(tick(40));
  expect(delivered.map(({ type }) => type)).toEqual(["snapshot", "tick"]);
  expect(link.phase).toBe("live");
});

it("asks for a new snapshot after the hall was configured, on one socket at a time", async () => {
  const first = await opened();
  first.say(HELLO);
  first.say(snapshot(40));
  first.say({ type: "hall.configured", seq: 41, at: AT, data: HALL });
  expect(first.closed).toBe(true);
  const second = await opened();
  expect(JSON.parse(second.sent[0] ?? "")).toMatchObject({ after: null });
  expect(link.phase).toBe("live");
});
