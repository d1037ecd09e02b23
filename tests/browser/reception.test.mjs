// Reception: tickets without a card, lost ones, and where a number is.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  assertAccessible,
  assertNoSidewaysScroll,
  assertOneScreen,
  launchBrowser,
  screenshot,
} from "./support/page.mjs";
import { enabled, enter } from "./support/people.mjs";
import { DOCUMENTS, startHall } from "./support/serve.mjs";

describe("reception", () => {
  let browser;
  let hall;
  let services;

  before(async () => {
    [browser, hall] = await Promise.all([
      launchBrowser(),
      startHall({
        users: [
          ["sun", "guide"],
          ["wang", "clerk"],
        ],
      }),
    ]);
    const queues = await hall.api("GET", "/queues");
    services = queues.map(({ service }) => service);
    await hall.api("POST", "/windows/12/open", {});
    await hall.report("k1", "kiosk", [
      { kind: "kiosk", name: "k1", model: "paihao-kiosk", port: "127.0.0.1:8081" },
    ]);
  });

  after(async () => {
    await browser?.close();
    await hall?.stop();
  });

  /** Searches a service and takes it with the keyboard. */
  async function choose(page, code) {
    await page.fill('.new [role="combobox"]', code);
    await page.locator(`[data-choice="${code}"][data-active="true"]`).waitFor();
    await page.press('.new [role="combobox"]', "Enter");
    await page.locator(`[data-choice="${code}"][aria-selected="true"]`).waitFor();
  }

  for (const language of ["zh", "en"]) {
    it(`gives a ticket with a class and its reason, by keyboard: ${language}`, async () => {
      const { page, unexpected, close } = await enter(browser, hall, "sun", `/reception?lang=${language}`);
      await page.locator(".picker-choice").first().waitFor();
      await assertOneScreen(page);
      await assertAccessible(page);
      await choose(page, services[3]);
      await page.check('input[value="green"]');
      assert.equal(
        await page.locator('[data-action="issue"]').getAttribute("aria-disabled"),
        "true",
        "a reason first",
      );
      await page.fill("#reason", "紧急事项");
      await page.fill("#document", DOCUMENTS[0]);
      await page.selectOption(".new .printer-choice select", "");
      await enabled(page, "issue");
      await page.press("#document", "Enter");
      const plate = page.locator(".card-number .plate [aria-hidden]");
      await plate.waitFor();
      const number = await plate.textContent();
      assert.match(number, /^[A-HJ-NP-Z]{1,2}\d{3,}$/);
      await page.locator(".card .qr").waitFor();
      await page.locator('.card .class-sign[data-class="green"]').waitFor();

      // Nothing of the document stays behind.
      const html = await page.content();
      assert.ok(!html.includes(DOCUMENTS[0]) && !html.includes(DOCUMENTS[0].slice(0, 10)));
      assert.deepEqual(
        await page.locator('input[type="password"]').evaluateAll((all) => all.map(({ value }) => value)),
        ["", ""],
      );
      await assertOneScreen(page);
      await assertAccessible(page);
      await screenshot(page, `reception-card-${language}`);

      await page.click('[data-action="leave"]');
      await page.click('[data-dialog="leave"] [data-action="confirm"]');
      await page.locator('.card[data-state="left"]').waitFor();
      assert.deepEqual(unexpected(), []);
      await close();
    });
  }

  it("finds a service by the first letters of its pinyin", async () => {
    const { page, close } = await enter(browser, hall, "sun", "/reception");
    await page.locator(".picker-choice").first().waitFor();
    await page.fill('.new [role="combobox"]', "bdc");
    const names = await page.locator(".new .picker-choice span").allTextContents();
    assert.ok(names.length > 0 && names.every((name) => name.includes("不动产")), names.join());
    await close();
  });

  it("finds a lost number by document, prints it again, and offers the ticket somebody already holds", async () => {
    const held = await hall.issue(services[5], { person: DOCUMENTS[1] });
    const { page, close } = await enter(browser, hall, "sun", "/reception");
    await page.locator(".picker-choice").first().waitFor();
    await page.fill("#find-document", DOCUMENTS[1]);
    await page.press("#find-document", "Enter");
    await page.locator(".card-number", { hasText: held.number }).waitFor();
    await enabled(page, "reprint");
    await page.click('[data-action="reprint"]');
    await page.locator('.card [data-print="printing"]').waitFor();
    assert.equal((await hall.api("GET", `/tickets/${held.id}`)).print.copies, 1);
    await page.click('[data-action="close-card"]');
    await page.locator(".overview").waitFor();

    await choose(page, services[5]);
    await page.fill("#document", DOCUMENTS[1]);
    await enabled(page, "issue");
    await page.click('[data-action="issue"]');
    await page.locator(".notice", { hasText: held.number }).waitFor();
    await page.locator(".card-number", { hasText: held.number }).waitFor();
    await close();
  });

  it("says when a number is not there, and works at 200 %", async () => {
    const { page, close } = await enter(browser, hall, "sun", "/reception?lang=en", {
      size: { width: 683, height: 384 },
    });
    await page.fill("#find-number", "A999");
    await page.press("#find-number", "Enter");
    await page.locator(".notice", { hasText: "no such ticket" }).waitFor();
    await assertNoSidewaysScroll(page);
    await assertAccessible(page);
    await close();
  });

  it("leads those of another role to their own page", async () => {
    const { page, close } = await enter(browser, hall, "wang", "/reception");
    await page.locator('[data-dialog="not-allowed"]').waitFor();
    await assertAccessible(page);
    await page.keyboard.press("Enter");
    await page.waitForURL("**/signin");
    await page.locator("#window").waitFor();
    await close();
  });
});
