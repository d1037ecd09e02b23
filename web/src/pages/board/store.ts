/** Joins socket, screen and sound. One timer serves the whole page. */
import { computed, signal } from "@preact/signals";
import type { Announcement, BoardMessage, BoardReport } from "../../shared/generated/protocol";
import { type Effect, type Input, START, shown, step, TRY_MS } from "./link";
import { createPlayer } from "./player";
import { openSound, type Sound } from "./sound";

export const link = signal(START);
export const view = computed(() => shown(link.value));
/** What is being spoken, or was spoken last. */
export const spoken = signal<{ announcement: Announcement; over: boolean } | null>(null);
/** The browser forbids sound until somebody touches the page. */
export const blocked = signal(false);
/** Code of the zone in the address; empty for the list of zones. */
export const zone = signal("");

let sound: Sound | null = null;

export function unlock(): void {
  sound?.unlock();
  blocked.value = false;
}

export function start(): void {
  zone.value = decodeURIComponent(/^\/board\/([^/]+)/.exec(location.pathname)?.[1] ?? "");
  let socket: WebSocket | null = null;
  // Answers of an abandoned try are told from those of the present one by its number.
  let current = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;

  const player = createPlayer(
    {
      allowed: async () => (await sound?.allowed()) ?? false,
      play: (parts, ended) => sound?.play(parts, ended) ?? (() => {}),
    },
    {
      after(ms, run) {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
    },
    {
      speaking(announcement) {
        spoken.value = { announcement, over: false };
      },
      done(announcement) {
        if (spoken.value?.announcement === announcement) spoken.value = { announcement, over: true };
        origin.get(announcement)?.(announcement.id);
      },
      blocked(is) {
        blocked.value = is;
      },
    },
  );
  /** How to report each announcement: to the socket it came from, and to no later one. */
  const origin = new WeakMap<Announcement, (id: number) => void>();

  const feed = (input: Input) => {
    const next = step(link.peek(), input);
    link.value = next.link;
    for (const effect of next.effects) perform(effect);
  };

  const perform = (effect: Effect) => {
    switch (effect.do) {
      case "connect":
        drop();
        void connect(current, link.peek().attempt > 0);
        break;
      case "drop":
        drop();
        feed({ kind: "closed", random: Math.random() });
        break;
      case "retry-in":
        clearTimeout(retry);
        retry = setTimeout(() => feed({ kind: "retry", nowMs: performance.now() }), effect.ms);
        break;
      case "announce": {
        const mine = socket;
        origin.set(effect.announcement, (id) => {
          if (mine && mine === socket && mine.readyState === WebSocket.OPEN) {
            mine.send(JSON.stringify({ said: id } satisfies BoardReport));
          }
        });
        player.play(effect.announcement);
        break;
      }
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

  const connect = async (mine: number, again: boolean) => {
    try {
      // A program that was started anew lets only pages in that it has served itself: this renews the page's cookie.
      if (again) await fetch(location.pathname, { cache: "no-store", signal: AbortSignal.timeout(TRY_MS) });
      if (mine !== current) return;
      const opened = new WebSocket(address());
      socket = opened;
      opened.onmessage = (event) => {
        if (mine !== current) return;
        feed({
          kind: "message",
          nowMs: performance.now(),
          message: JSON.parse(String(event.data)) as BoardMessage,
        });
      };
      opened.onclose = () => {
        if (mine === current) feed({ kind: "closed", random: Math.random() });
      };
    } catch {
      if (mine === current) feed({ kind: "closed", random: Math.random() });
    }
  };

  setInterval(() => feed({ kind: "clock", nowMs: performance.now() }), 500);
  feed({ kind: "start", nowMs: performance.now() });
  if (zone.peek() !== "") {
    sound = openSound();
    blocked.value = sound.blocked();
    // A context that may begin does so within a moment.
    void sound.allowed().then((allowed) => {
      blocked.value = !allowed;
    });
    void sound.prepare();
  }
}

function address(): string {
  const path = zone.peek() === "" ? "/board/live" : `/board/${encodeURIComponent(zone.peek())}/live`;
  const url = new URL(path, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}
