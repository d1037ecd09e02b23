import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { loadWords } from "../words/words";
import { call, onSignedOut } from "./call";
import { newKey } from "./key";
import { problemWords } from "./problem";

const sent: { method: string; key: string | null; body: unknown }[] = [];
let answers: (() => Response)[];

const refusal = (status: number, name: string, more = {}, headers = {}) =>
  new Response(JSON.stringify({ type: `urn:paihao:problem:${name}`, status, detail: "why", ...more }), {
    status,
    headers,
  });

beforeEach(() => {
  vi.useFakeTimers();
  loadWords({ zh: "", en: "" });
  sent.length = 0;
  vi.stubGlobal("fetch", async (_path: string, init: RequestInit) => {
    const headers = new Headers(init.headers);
    sent.push({ method: init.method ?? "", key: headers.get("idempotency-key"), body: init.body });
    const answer = answers.shift();
    if (!answer) throw new TypeError("failed to fetch");
    return answer();
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  onSignedOut(() => {});
});

async function run<T>(promise: Promise<T>): Promise<T> {
  await vi.advanceTimersByTimeAsync(5000);
  return promise;
}

describe("call", () => {
  it("gives the answer, and null where there is none", async () => {
    answers = [() => Response.json({ number: "A001" }), () => new Response(null, { status: 204 })];
    expect(await run(call("GET", "/x"))).toEqual({ ok: true, status: 200, body: { number: "A001" } });
    expect(await run(call("POST", "/x"))).toEqual({ ok: true, status: 204, body: null });
    expect(sent.map(({ key }) => key !== null)).toEqual([false, true]);
    expect(sent[1]?.body).toBe("{}");
  });

  it("sends the same wish again with the same key until somebody answers, and then no more", async () => {
    answers = [
      () => {
        throw new TypeError("reset");
      },
      () => new Response("", { status: 503 }),
      () => Response.json({}),
    ];
    expect((await run(call("POST", "/x"))).ok).toBe(true);
    expect(sent).toHaveLength(3);
    expect(new Set(sent.map(({ key }) => key)).size).toBe(1);

    answers = [];
    const failed = await run(call("POST", "/x"));
    expect(failed).toMatchObject({ ok: false, problem: { name: "unreachable", status: 0 } });
    expect(sent).toHaveLength(6);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(sent).toHaveLength(6);
  });

  it("does not repeat what was refused, and says it in words", async () => {
    answers = [() => refusal(409, "already-waiting", { ticket: { id: "1", number: "B007" } })];
    const answer = await run(call("POST", "/x"));
    expect(sent).toHaveLength(1);
    if (answer.ok) throw new Error("refused");
    expect(problemWords(answer.problem)).toContain("B007");
    expect(problemWords({ ...answer.problem, name: "quite-new", status: 418 })).toContain("418");
  });

  it("reads how long to wait", async () => {
    answers = [() => refusal(429, "too-many", {}, { "retry-after": "30" })];
    expect(await run(call("POST", "/x"))).toMatchObject({ problem: { name: "too-many", retryAfterS: 30 } });
  });

  it("leaves for the sign-in page on a 401, unless that is what it asks for", async () => {
    const left = vi.fn();
    onSignedOut(left);
    answers = [() => refusal(401, "unauthenticated"), () => new Response("", { status: 401 })];
    await run(call("GET", "/x", { open: true }));
    expect(left).not.toHaveBeenCalled();
    await run(call("GET", "/x"));
    expect(left).toHaveBeenCalledOnce();
  });
});

it("makes keys that are UUIDs of version 4, each another", () => {
  const keys = Array.from({ length: 100 }, newKey);
  for (const key of keys)
    expect(key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set(keys).size).toBe(100);
});
