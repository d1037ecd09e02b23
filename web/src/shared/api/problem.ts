/** Why a call was not done (RFC 9457), and what a person is told about it. */
import { say } from "../words/words";

export interface Problem {
  /** Stable ending of the type, such as `window-busy`; `unreachable` and `timeout` are the page's own. */
  name: string;
  status: number;
  /** The server's own words, in English. */
  detail: string;
  /** Seconds to wait before the next try, where the server said so. */
  retryAfterS: number | null;
  /** Everything else that the answer said. */
  more: Record<string, unknown>;
}

export const UNREACHABLE: Problem = {
  name: "unreachable",
  status: 0,
  detail: "",
  retryAfterS: null,
  more: {},
};
export const TIMED_OUT: Problem = { name: "timeout", status: 0, detail: "", retryAfterS: null, more: {} };

const KNOWN = new Set([
  "unreachable",
  "timeout",
  "invalid",
  "unauthenticated",
  "not-allowed",
  "not-found",
  "unknown-service",
  "service-closed",
  "window-not-open",
  "window-busy",
  "nothing-to-recall",
  "ticket-not-here",
  "ticket-not-waiting",
  "already-waiting",
  "stale",
  "too-early",
  "too-large",
  "key-reused",
  "too-many",
  "unavailable",
  "storage-full",
  "seat-taken",
  "no-seat",
]);

/** The problem in an answer that is not a success. */
export function problemOf(response: Response, text: string): Problem {
  const more = parsed(text);
  const name = typeof more.type === "string" ? (more.type.split(/[:/]/).pop() ?? "") : "";
  const retry = Number(response.headers.get("retry-after") ?? Number.NaN);
  return {
    name: name || byStatus(response.status),
    status: response.status,
    detail: typeof more.detail === "string" ? more.detail : "",
    retryAfterS: Number.isFinite(retry) ? Math.max(0, Math.ceil(retry)) : null,
    more,
  };
}

/** The problem in the words of the language in force. */
export function problemWords(problem: Problem): string {
  if (!KNOWN.has(problem.name)) return say("problem-other", { status: problem.status || problem.name });
  const ticket = problem.more.ticket as { number?: string } | undefined;
  return say(`problem-${problem.name}`, { number: ticket?.number ?? "" });
}

function byStatus(status: number): string {
  if (status === 401) return "unauthenticated";
  if (status === 403) return "not-allowed";
  if (status === 404) return "not-found";
  if (status === 429) return "too-many";
  // A gateway without its server behind it.
  if (status === 502 || status === 503 || status === 504) return "unavailable";
  return "";
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === "object" ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
