/**
 * One way to the HTTP API for every page: JSON both ways, one key for one wish however often it is sent, a limit on the
 * waiting, and every failure as words a person can act on. It never queues: a call either has its answer or has failed.
 */
import { newKey } from "./key";
import { type Problem, problemOf, TIMED_OUT, UNREACHABLE } from "./problem";

export type Method = "GET" | "POST" | "PUT" | "DELETE";

export interface Options {
  /** Sent as JSON. */
  body?: unknown;
  /** Names the wish; made anew when absent. Give it to send the same wish again. */
  key?: string;
  /** Longest waiting for one try. */
  timeoutMs?: number;
  /** A 401 is an answer like others, and no reason to leave for the sign-in page. */
  open?: boolean;
}

/** `body` is null where the answer has none (204). */
export type Answer<T> = { ok: true; status: number; body: T | null } | { ok: false; problem: Problem };

/** Pauses before the second and the third try, in milliseconds. Together with the tries they stay below a clerk's patience. */
const PAUSES_MS = [250, 800];
const TIMEOUT_MS = 4000;

let signedOut: () => void = () => {};

/** Says what happens when the server does not know us any more. */
export function onSignedOut(leave: () => void): void {
  signedOut = leave;
}

/** Sends a request, again with the same key while nobody answers, and gives the answer or the problem. */
export async function call<T>(method: Method, path: string, options: Options = {}): Promise<Answer<T>> {
  const init = request(method, options);
  let problem: Problem = UNREACHABLE;
  for (let attempt = 0; attempt <= PAUSES_MS.length; attempt += 1) {
    const pause = PAUSES_MS[attempt - 1];
    if (pause !== undefined) await new Promise((resolve) => setTimeout(resolve, pause));
    const answer = await once<T>(path, init, options.timeoutMs ?? TIMEOUT_MS);
    if (answer.ok) return answer;
    problem = answer.problem;
    // A slow server is not made faster by asking again, and one that answered has answered.
    if (problem.name !== "unreachable" && problem.name !== "unavailable") break;
  }
  if (problem.name === "unauthenticated" && !options.open) signedOut();
  return { ok: false, problem };
}

function request(method: Method, { body, key }: Options): RequestInit {
  const headers = new Headers({ accept: "application/json" });
  if (method !== "GET") headers.set("idempotency-key", key ?? newKey());
  const init: RequestInit = { method, headers, credentials: "same-origin", cache: "no-store" };
  // Every request that changes something says that it is JSON, which a form of another site cannot.
  if (method !== "GET") headers.set("content-type", "application/json");
  if (body !== undefined) init.body = JSON.stringify(body);
  else if (method === "POST" || method === "PUT") init.body = "{}";
  return init;
}

async function once<T>(path: string, init: RequestInit, timeoutMs: number): Promise<Answer<T>> {
  try {
    const response = await fetch(path, { ...init, signal: AbortSignal.timeout(timeoutMs) });
    const text = await response.text();
    if (!response.ok) return { ok: false, problem: problemOf(response, text) };
    return { ok: true, status: response.status, body: text === "" ? null : (JSON.parse(text) as T) };
  } catch (error) {
    const late = error instanceof DOMException && error.name === "TimeoutError";
    return { ok: false, problem: late ? TIMED_OUT : UNREACHABLE };
  }
}
