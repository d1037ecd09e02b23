/** What a clerk can do, when, and what is sent for it. No clock, no network. */
import type { Window } from "../../shared/generated/protocol";

export const ACTIONS = [
  "next",
  "recall",
  "start",
  "miss",
  "pause",
  "transfer",
  "park",
  "resume",
  "finish",
  "return",
] as const;
export type Action = (typeof ACTIONS)[number];

/** What is done at once, and what first opens a dialog. */
export type Wish =
  | { do: "open" | "call" | "finish-call" | "recall" | "start" | "miss" | "park" | "finish" | "close" }
  | { do: "call-number" | "resume"; number: string }
  | { do: "pause" | "return"; reason: string }
  | { do: "transfer"; service: string }
  | { do: "transfer"; window: number };

/** What the page knows of itself when a key is pressed. */
export interface Situation {
  window: Window | undefined;
  live: boolean;
  seated: boolean;
  sending: boolean;
}

export type Why =
  | "offline"
  | "no-seat"
  | "sending"
  | "no-ticket"
  | "busy"
  | "started"
  | "nothing-parked"
  | "closed"
  | "paused";

/** Why an action cannot be done now, or null when it can. */
export function whyNot(action: Action, { window, live, seated, sending }: Situation): Why | null {
  if (!live || !window) return "offline";
  if (!seated) return "no-seat";
  if (sending) return "sending";
  if (action === "next") return null;
  const { state, ticket } = window;
  switch (action) {
    case "recall":
    case "transfer":
    case "park":
    case "finish":
    case "return":
      return ticket ? null : "no-ticket";
    case "start":
    case "miss":
      if (!ticket) return "no-ticket";
      return ticket.state === "called" ? null : "started";
    case "pause":
      if (ticket) return "busy";
      if (state === "paused") return "paused";
      return state === "closed" ? "closed" : null;
    case "resume":
      if (ticket) return "busy";
      if (state === "closed") return "closed";
      return window.parked.length > 0 ? null : "nothing-parked";
  }
}

/** What the one key does now. */
export function oneKey(window: Window): "open" | "call" | "finish-call" {
  if (window.state === "closed" || window.state === "paused") return "open";
  return window.ticket ? "finish-call" : "call";
}

export interface Request {
  path: string;
  body: unknown;
}

/** Every wish names the ticket the clerk saw: if another one is there by then, the server says so and does nothing. */
export function requestOf(wish: Wish, window: Window): Request {
  const ticket = window.ticket ? { ticket: window.ticket.id } : {};
  const at = (action: string, body: object = {}) => ({
    path: `/api/v1/windows/${window.window}/${action}`,
    body,
  });
  switch (wish.do) {
    case "open":
    case "close":
      return at(wish.do);
    case "call":
      return at("call", { ready: true });
    case "call-number":
      return at("call", { ticket: wish.number });
    case "finish-call":
      return at("finish", { call: true, ready: true, ...ticket });
    case "resume":
      return at("resume", { ticket: wish.number });
    case "pause":
      return at("pause", { reason: wish.reason });
    case "return":
      return at("return", { reason: wish.reason, ...ticket });
    case "transfer":
      return at("transfer", {
        ...("service" in wish ? { service: wish.service } : { window: wish.window }),
        ...ticket,
      });
    default:
      return at(wish.do, ticket);
  }
}
