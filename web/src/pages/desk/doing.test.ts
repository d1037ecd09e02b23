import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { apply, EMPTY } from "../../shared/hall/state";
import { hall, link } from "../../shared/hall/store";
import { START } from "../../shared/socket/link";
import { snapshot, ticket, windowOf } from "../../shared/socket/samples";
import { loadWords } from "../../shared/words/words";

const sent: { path: string; body: unknown }[] = [];

/** The page's modules read its address when they are loaded. */
async function desk() {
  history.replaceState(null, "", "/desk/17");
  return { ...(await import("./doing")), ...(await import("./store")) };
}

function atWindow(id: string | null): void {
  const now = id === null ? windowOf() : windowOf({ state: "busy", ticket: ticket({ id, number: id }) });
  hall.value = apply(EMPTY, snapshot(1, { windows: [now] }));
  link.value = { ...START, phase: "live" };
}

beforeEach(async () => {
  vi.useFakeTimers({ now: 10_000, toFake: ["performance", "setTimeout", "clearTimeout"] });
  loadWords({ zh: "", en: "" });
  sent.length = 0;
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    if (init.method !== "GET") sent.push({ path, body: JSON.parse(String(init.body)) });
    return Response.json({});
  });
  const { sitting, open } = await desk();
  open.value = null;
  sitting.value = { is: "mine", seat: { window: 17, seat: "s", name: "wang", since: "" } };
  await vi.advanceTimersByTimeAsync(5000);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("does not answer about one ticket what was asked about another", async () => {
  const { open, ticketShown, want } = await desk();
  atWindow("A001");
  ticketShown("A001");
  await vi.advanceTimersByTimeAsync(1000);
  want("miss");
  expect(open.value).toBe("miss");
  atWindow("A002");
  ticketShown("A002");
  expect(open.value).toBeNull();
  expect(sent).toEqual([]);
});

it("does not finish a ticket with the press that called it, but with the next one", async () => {
  const { ticketShown, want } = await desk();
  atWindow("A003");
  ticketShown("A003");
  await vi.advanceTimersByTimeAsync(400);
  want("next");
  await vi.advanceTimersByTimeAsync(1000);
  expect(sent).toEqual([]);
  want("next");
  await vi.advanceTimersByTimeAsync(10);
  expect(sent).toEqual([
    { path: "/api/v1/windows/17/finish", body: { call: true, ready: true, ticket: "A003" } },
  ]);
});

it("sends nothing while the link is down, and nothing later", async () => {
  const { want } = await desk();
  atWindow("A004");
  link.value = { ...link.value, phase: "lost" };
  want("recall");
  await vi.advanceTimersByTimeAsync(1000);
  link.value = { ...link.value, phase: "live" };
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sent).toEqual([]);
});
