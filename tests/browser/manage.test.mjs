// The manager's page: first figures, zones, and what stands behind them.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { assertAccessible, assertNoSidewaysScroll, launchBrowser, screenshot } from "./support/page.mjs";
import { enter } from "./support/people.mjs";
import { startHall } from "./support/serve.mjs";

describe("the manager's page", () => {
  let browser;
  let hall;
  let service;

  before(async () => {
    [browser, hall] = await Promise.all([launchBrowser(), startHall({ users: [["li", "manager"]] })]);
    service = await hall.serviceOf(12);
    for (const window of [12, 13, 60]) await hall.api("POST", `/windows/${window}/open`, {});
    await hall.api("POST", "/windows/13/pause", { reason: "用餐" });
    for (let n = 0; n < 4; n += 1) await hall.issue(service);
    await hall.api("POST", "/windows/12/call", {});
  });

  after(async () => {
    await browser?.close();
    await hall?.stop();
  });

  const figure = (page, name) => page.locator(`.tile[data-figure="${name}"] strong`);

  for (const language of ["zh", "en"]) {
    it(`shows six figures with their state in words: ${language}`, async () => {
      const { page, unexpected, close } = await enter(browser, hall, "li", `/manage?lang=${language}`);
      await figure(page, "waiting").filter({ hasText: /^3$/ }).waitFor();
      assert.equal(await page.locator(".tile").count(), 6);
      assert.equal(await figure(page, "open").textContent(), "2");
      const levels = await page.locator(".tile .level").allTextContents();
      assert.ok(levels.length >= 5 && levels.every((words) => /正常|留意|处理|Good|Watch|Act/.test(words)));

      // It lives.
      await hall.issue(service);
      await figure(page, "waiting").filter({ hasText: /^4$/ }).waitFor();
      await assertNoSidewaysScroll(page);
      await assertAccessible(page);
      await screenshot(page, `manage-${language}-1366`);
      await hall.api("POST", "/windows/12/finish", { call: true });
      await figure(page, "waiting").filter({ hasText: /^3$/ }).waitFor();
      assert.deepEqual(unexpected(), []);

      // From a figure to a service to its windows: two presses.
      await page.click('.tile[data-figure="longest"]');
      await page.click(`[data-dialog="longest"] [data-service="${service}"] button`);
      await page.locator('[data-dialog="service"] .window-list').waitFor();
      await assertAccessible(page);
      await screenshot(page, `manage-service-${language}`);
      await page.keyboard.press("Escape");
      await page.locator("dialog").waitFor({ state: "detached" });
      await hall.api("POST", "/windows/12/finish", { call: true });
      await hall.issue(service);
      await close();
    });
  }

  it("keeps the chosen zone when one comes back", async () => {
    const { page, close } = await enter(browser, hall, "li", "/manage");
    await page.locator('tr[data-zone="C"] button').click();
    await page.locator('.cell[data-window="1"]').waitFor({ state: "detached" });
    await page.goto(`${hall.url}/hall`);
    await page.goBack();
    await page.locator('tr[data-zone="C"][data-chosen="true"]').waitFor();
    await close();
  });

  it("is a page for a morning's walk with a phone in one hand", async () => {
    const { page, close } = await enter(browser, hall, "li", "/manage?zone=A", {
      size: { width: 360, height: 640 },
    });
    await page.locator('tr[data-zone="A"][data-chosen="true"]').waitFor();
    await assertNoSidewaysScroll(page);
    await assertAccessible(page);
    const heights = await page
      .locator(".row-link")
      .evaluateAll((all) => all.map((row) => row.getBoundingClientRect().height));
    assert.ok(heights.every((height) => height >= 44));
    await screenshot(page, "manage-zh-360");
    await close();
  });
});
