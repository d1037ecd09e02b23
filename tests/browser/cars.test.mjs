// From the gate to the sign: cars before cameras and over loops, and everybody who is told of them, in the demo with all its programs.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  assertAccessible,
  assertNoSidewaysScroll,
  assertOneScreen,
  launchBrowser,
  screenshot,
  visit,
} from "./support/page.mjs";
import { startDemo } from "./support/program.mjs";

const KIOSK = { width: 1080, height: 1920 };
const BOARD = { width: 1920, height: 1080 };
const DESK = { width: 1366, height: 768 };
const PHONE = { width: 360, height: 640 };
const LIMIT = 60_000;

describe("from the gate to the sign", () => {
  let browser;
  let demo;
  let users;

  before(async () => {
    [browser, demo] = await Promise.all([launchBrowser(), startDemo({ speed: 60 })]);
    ({ users } = await (await fetch(`${demo.url}/demo/doorway.json`)).json());
  });

  after(async () => {
    await browser?.close();
    await demo?.kill();
  });

  async function enter(name, path, size = DESK) {
    const opened = await visit(browser, demo.url, "/favicon.svg", size);
    const { password } = users.find((user) => user.name === name);
    const answer = await opened.page.request.post(`${demo.url}/api/v1/session`, {
      data: { name, password },
      headers: { origin: demo.url },
    });
    assert.ok(answer.ok(), `${name}: ${answer.status()}`);
    await opened.page.goto(demo.url + path);
    return opened;
  }
  const state = async () => (await fetch(`${demo.url}/demo/state`)).json();
  const sign = async (name) => (await state()).bridge.signs.find((sign) => sign.name === name);
  const texts = async (name) => (await sign(name)).areas.map(({ text }) => text).join(" | ");

  /** Asks again until it is so; each look waits for an answer of the demo. */
  async function becomes(what, look, is) {
    const until = performance.now() + LIMIT;
    let now = await look();
    while (!is(now)) {
      assert.ok(performance.now() < until, `${what}: ${JSON.stringify(now)}`);
      now = await look();
    }
    return now;
  }

  it("the signs at the gates say how many places are free, and change as cars come", async () => {
    const first = await becomes(
      "the sign of P1",
      () => texts("p1"),
      (text) => /余位 \d+|约 \d+/.test(text),
    );
    await becomes(
      "another number",
      () => texts("p1"),
      (text) => text !== first && /余位|约|有位/.test(text),
    );
    await becomes(
      "bays for people with a disability for themselves",
      () => texts("p1"),
      (text) => /无障碍/.test(text),
    );
    assert.match(await texts("p2"), /\d/, "digits alone");
  });

  it("a board shows both car parks, and the number changes", async () => {
    for (const language of ["zh", "en"]) {
      const { page, faults, close } = await visit(browser, demo.url, `/board/A?lang=${language}`, BOARD);
      await page.locator(".parking li").nth(1).waitFor();
      const told = () => page.locator(".parking .free").allTextContents();
      const before = JSON.stringify(await told());
      await page.waitForFunction(
        (before) =>
          JSON.stringify([...document.querySelectorAll(".parking .free")].map((it) => it.textContent)) !==
          before,
        before,
        { timeout: LIMIT },
      );
      await assertOneScreen(page);
      await assertAccessible(page);
      await screenshot(page, `cars-board-${language}`);
      assert.deepEqual(faults, []);
      await close();
    }
  });

  it("a kiosk shows the free places", async () => {
    const { page, close } = await visit(browser, demo.url, "/kiosk", KIOSK);
    await page.locator(".parking").first().waitFor();
    assert.match(await page.locator(".parking").first().textContent(), /停车场.*\d/);
    await screenshot(page, "cars-kiosk");
    await close();
  });

  it("a phone shows the free places now and in half an hour", async () => {
    const { page: manager, close: leave } = await enter("manager", "/manage");
    const ticket = await manager.evaluate(async () => {
      const headers = { "content-type": "application/json" };
      const longest = async () => {
        const queues = await (await fetch("/api/v1/queues")).json();
        return queues
          .filter((queue) => !queue.real_name)
          .sort((one, other) => other.waiting - one.waiting)[0];
      };
      // The morning's crowd comes soon.
      let queue = await longest();
      while (queue.waiting < 5) queue = await longest();
      const body = JSON.stringify({ service: queue.service, plate: "浙B·12345" });
      const answer = await fetch("/api/v1/tickets", { method: "POST", headers, body });
      return answer.json();
    });
    assert.ok(ticket.link, JSON.stringify(ticket));
    await leave();
    const path = new URL(ticket.link).pathname;
    for (const language of ["zh", "en"]) {
      const { page, faults, close } = await visit(browser, demo.url, `${path}?lang=${language}`, PHONE);
      await page.locator(".parking").waitFor({ timeout: LIMIT });
      assert.match(await page.locator(".parking").textContent(), /\d/);
      await page.locator(".parking-soon", { hasText: /\d/ }).first().waitFor({ timeout: LIMIT });
      await assertNoSidewaysScroll(page);
      await assertAccessible(page);
      await screenshot(page, `cars-phone-${language}`);
      assert.deepEqual(faults, []);
      assert.ok(!(await page.content()).includes("12345"), "nobody's plate");
      await close();
    }
  });

  it("the manager sees the crowd that is coming, and what to do", async () => {
    for (const language of ["zh", "en"]) {
      const { page, close } = await enter("manager", `/manage?lang=${language}`);
      await page.locator('.crowd[data-known="true"]').waitFor({ timeout: LIMIT });
      const steps = page.locator(".crowd table thead th");
      assert.ok((await steps.count()) >= 7, "from five to forty minutes ahead");
      await page.locator(".crowd-cars", { hasText: /\d/ }).waitFor();
      await assertNoSidewaysScroll(page);
      await assertAccessible(page);
      await screenshot(page, `cars-manage-${language}`);
      await close();
    }
  });

  it("a guard sees counts, lanes and why a number is doubted, counts by hand, and closes the lot", async () => {
    const { page, close } = await enter("guard", "/parking");
    await page.locator('.lot[data-lot="P1"]').waitFor({ timeout: LIMIT });
    await page.locator(".counts tbody tr").first().waitFor();
    await assertAccessible(page);
    await screenshot(page, "cars-parking-zh");
    const told = await page.evaluate(async () => {
      const headers = { "content-type": "application/json" };
      const put = (path, body) =>
        fetch(`/api/v1/parking/lots/P2/${path}`, { method: "PUT", headers, body: JSON.stringify(body) });
      const counted = await (
        await put("count", { occupied: 150, reason: "巡场清点", class: "ordinary" })
      ).json();
      const closed = await (await put("state", { open: false })).json();
      const calls = (await fetch("/api/v1/queues")).status;
      return { counted, closed, calls };
    });
    assert.equal(typeof told.counted.off, "number");
    assert.equal(told.closed.says, "closed");
    assert.equal(told.closed.divert_to.zh, "地下停车场");
    assert.equal(told.calls, 403, "of the hall a guard hears nothing else");
    await becomes(
      "the sign of a closed lot",
      () => texts("p2"),
      (text) => text.includes("--"),
    );
    await close();
  });

  it("a bridge that is gone leaves no number as if it were known, and what it kept is counted when it is back", async () => {
    const { page, close } = await enter("manager", "/manage");
    const entered = () =>
      page.evaluate(async () => {
        const { lanes } = await (await fetch("/api/v1/parking/lots/P1/operation")).json();
        return lanes.find((lane) => lane.lane === "in-1").entered;
      });
    const before = await entered();
    await becomes("cars go on", entered, (now) => now > before);
    const origin = { method: "POST", headers: { origin: demo.url } };
    assert.ok((await fetch(`${demo.url}/demo/programs/bridge/kill`, origin)).ok);
    const killed = await entered();
    assert.ok((await fetch(`${demo.url}/demo/programs/bridge/start`, origin)).ok);
    await becomes("cars go on again", entered, (now) => now > killed);
    await close();
  });
});
