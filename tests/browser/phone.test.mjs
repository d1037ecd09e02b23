// The visitor's phone: the whole way of a number, on the smallest screen.
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
import { startHall } from "./support/serve.mjs";

const PHONE = { width: 360, height: 640 };
const WINDOW = 12;

describe("the visitor's phone", () => {
  let browser;
  let hall;
  let service;

  before(async () => {
    [browser, hall] = await Promise.all([launchBrowser(), startHall()]);
    service = await hall.serviceOf(WINDOW);
    await hall.api("POST", `/windows/${WINDOW}/open`, {});
  });

  after(async () => {
    await browser?.close();
    await hall?.stop();
  });

  const path = (ticket) => new URL(ticket.link, hall.url).pathname;
  const face = (page, name) => page.locator(`.visit[data-face="${name}"]`).waitFor();
  const act = (action, body = {}) => hall.api("POST", `/windows/${WINDOW}/${action}`, body);

  async function looksRight(page, name) {
    await assertNoSidewaysScroll(page);
    await assertOneScreen(page);
    await assertAccessible(page);
    await screenshot(page, `phone-${name}`);
  }

  for (const language of ["zh", "en"]) {
    it(`follows a number from the queue to the end: ${language}`, async () => {
      const before = [];
      for (let n = 0; n < 5; n += 1) before.push(await hall.issue(service));
      const ticket = await hall.issue(service);
      const { page, faults, close } = await visit(
        browser,
        hall.url,
        `${path(ticket)}?lang=${language}`,
        PHONE,
      );
      await page.locator('.phone[data-phase="live"]').waitFor();
      await face(page, "waiting");
      assert.equal(await page.locator(".visit-number .plate [aria-hidden]").textContent(), ticket.number);
      assert.match(await page.locator(".visit-line dd").first().textContent(), /^5/);
      assert.match(await page.locator("[data-updated]").textContent(), /^\d\d:\d\d$/);
      await looksRight(page, `waiting-${language}`);

      for (let n = 0; n < 2; n += 1) {
        await act("call");
        await act("finish");
      }
      await face(page, "near");
      await looksRight(page, `near-${language}`);

      for (let n = 0; n < 3; n += 1) {
        await act("call");
        await act("finish");
      }
      await act("call");
      await face(page, "called");
      await page.locator(".visit-window", { hasText: String(WINDOW) }).waitFor();
      assert.ok((await page.title()).startsWith("●"));
      await looksRight(page, `called-${language}`);

      await act("miss");
      await face(page, "missed");
      await looksRight(page, `missed-${language}`);
      await act("call", { ticket: ticket.number });
      await face(page, "called");
      await act("start");
      await face(page, "serving");
      await act("park");
      await face(page, "parked");
      await act("resume", { ticket: ticket.number });
      await act("finish");
      await face(page, "done");
      await looksRight(page, `done-${language}`);
      assert.deepEqual(faults, [], "nothing is loaded from elsewhere, nothing goes wrong");
      await close();
    });
  }

  it("lets its holder leave the queue, after asking", async () => {
    const ticket = await hall.issue(service);
    const { page, close } = await visit(browser, hall.url, path(ticket), PHONE);
    await page.locator('[data-action="leave"]').click();
    await page.locator('[data-dialog="leave"]').waitFor();
    await assertAccessible(page);
    await page.click('[data-action="stay"]');
    await face(page, "near");
    await page.click('[data-action="leave"]');
    await page.click('[data-action="confirm"]');
    await face(page, "left");
    assert.equal((await hall.api("GET", `/tickets/${ticket.id}`)).state, "left");
    await close();
  });

  it("knows nothing of anybody but the number, and no link but its own", async () => {
    const ticket = await hall.issue(service);
    const answer = await (await fetch(`${hall.url}/api/v1/visits/${path(ticket).split("/").pop()}`)).json();
    for (const key of ["id", "person", "link", "class", "name"]) assert.ok(!(key in answer), key);
    const { page, close } = await visit(browser, hall.url, "/t/AAAAAAAAAAAAAAAAAAAAAA?lang=en", PHONE);
    await face(page, "unknown");
    await assertAccessible(page);
    await screenshot(page, "phone-unknown-en");
    await close();
  });

  it("keeps the number and says that it is old while the server is away", async () => {
    const ticket = await hall.issue(service);
    const { page, close } = await visit(browser, hall.url, path(ticket), PHONE);
    await page.locator('.phone[data-phase="live"]').waitFor();
    await hall.kill();
    await page.locator(".interruption").waitFor({ timeout: 6000 });
    assert.equal(await page.locator(".visit-number .plate [aria-hidden]").textContent(), ticket.number);
    await screenshot(page, "phone-interrupted-zh");
    await hall.restart();
    await page.locator('.phone[data-phase="live"]').waitFor({ timeout: 30_000 });
    await close();
  });

  it("has large text that is remembered, and targets a thumb meets", async () => {
    const ticket = await hall.issue(service);
    const { page, close } = await visit(browser, hall.url, path(ticket), PHONE);
    await page.locator('.phone[data-phase="live"]').waitFor();
    const size = () =>
      page.locator(".visit-advice").evaluate((at) => Number.parseFloat(getComputedStyle(at).fontSize));
    const plain = await size();
    await page.click('[data-action="elder"]');
    assert.ok((await size()) >= plain * 1.2);
    await page.reload();
    await page.locator('html[data-elder="true"]').waitFor();
    await page.locator(".visit").waitFor();
    await assertNoSidewaysScroll(page);
    const boxes = await page
      .locator("button")
      .evaluateAll((all) =>
        all
          .map((button) => button.getBoundingClientRect())
          .map(({ width, height }) => Math.min(width, height)),
      );
    assert.ok(
      boxes.every((least) => least >= 44),
      boxes.join(),
    );
    await screenshot(page, "phone-elder-zh");
    await close();
  });
});
