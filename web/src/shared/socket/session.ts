/** Drives `link.ts` with a real socket. One timer serves the whole page. */
import type { Subscribe, SubscribeVisit, Topic } from "../generated/protocol";
import {
  type Effect,
  HALL_PACE,
  type Input,
  type Link,
  type LiveMessage,
  type Pace,
  START,
  step,
} from "./link";

export interface Listener {
  onLink(link: Link, nowMs: number): void;
  onMessage(message: LiveMessage): void;
}

export interface Session {
  stop(): void;
}

/** How a page comes to its socket and what it asks for there. */
export interface Way {
  pace: Pace;
  /** What stands in the address of the socket; throws when the server does not let this page in now. */
  admit(timeoutMs: number): Promise<Record<string, string>>;
  /** The first message. */
  subscribe(after: number | null): Subscribe | SubscribeVisit;
}

/** Boards and the live hall: a single-use connect ticket each time. */
export function withTicket(topics: Topic[]): Way {
  return {
    pace: HALL_PACE,
    admit: async (timeoutMs) => ({ connect: await requestTicket(timeoutMs) }),
    subscribe: (after) => ({ subscribe: topics, after }),
  };
}

export function openSession(topics: Topic[] | Way, listener: Listener): Session {
  const way = Array.isArray(topics) ? withTicket(topics) : topics;
  let link = START;
  let socket: WebSocket | null = null;
  // Answers of an abandoned try are told from those of the present one by its number.
  let current = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;

  const feed = (input: Input) => {
    if (stopped) return;
    const next = step(link, input, way.pace);
    const changed = next.link !== link;
    link = next.link;
    for (const effect of next.effects) perform(effect);
    if (changed || input.kind === "clock") listener.onLink(link, performance.now());
  };

  const perform = (effect: Effect) => {
    switch (effect.do) {
      case "connect":
        drop();
        connect(current, effect.after);
        break;
      case "drop":
        drop();
        feed({ kind: "closed", random: Math.random() });
        break;
      case "retry-in":
        clearTimeout(retry);
        retry = setTimeout(() => feed({ kind: "retry", nowMs: performance.now() }), effect.ms);
        break;
      case "deliver":
        listener.onMessage(effect.message);
        break;
      case "reload":
        location.reload();
        break;
    }
  };

  const drop = () => {
    current += 1;
    socket?.close();
    socket = null;
  };

  const connect = async (mine: number, after: number | null) => {
    try {
      const query = await way.admit(way.pace.tryMs);
      if (mine !== current || stopped) return;
      const opened = new WebSocket(liveUrl(query));
      socket = opened;
      opened.onopen = () => opened.send(JSON.stringify(way.subscribe(after)));
      opened.onmessage = (event) => {
        if (mine !== current) return;
        feed({ kind: "message", nowMs: performance.now(), message: JSON.parse(String(event.data)) });
      };
      opened.onclose = () => {
        if (mine === current) feed({ kind: "closed", random: Math.random() });
      };
    } catch {
      // Refused, unreachable or too slow: all the same to the visitor, and all end in a retry.
      if (mine === current) feed({ kind: "closed", random: Math.random() });
    }
  };

  const clock = setInterval(() => feed({ kind: "clock", nowMs: performance.now() }), 500);
  feed({ kind: "start", nowMs: performance.now() });

  return {
    stop() {
      stopped = true;
      clearInterval(clock);
      clearTimeout(retry);
      drop();
    },
  };
}

async function requestTicket(timeoutMs: number): Promise<string> {
  const answer = await fetch("/api/v1/live/connect", {
    method: "POST",
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (!answer.ok) throw new Error(`connect ticket refused: ${answer.status}`);
  return ((await answer.json()) as { connect: string }).connect;
}

function liveUrl(query: Record<string, string>): string {
  const url = new URL("/api/v1/live", location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
  return url.href;
}
