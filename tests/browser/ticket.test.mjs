// The template of tickets: written as parts, drawn as the printer prints it, with what gives way beside it.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { assertAccessible, assertNoSidewaysScroll, launchBrowser, screenshot } from "./support/page.mjs";
import { enter } from "./support/people.mjs";
import { startHall } from "./support/serve.mjs";

describe("the page of the ticket's template", () => {
  let browser;
  let hall;

  before(async () => {
    const users = [
      ["li", "manager"],
      ["an", "admin"],
      ["zhou", "guide"],
    ];
    [browser, hall] = await Promise.all([launchBrowser(), startHall({ users })]);
  });

  after(async () => {
    await browser?.close();
    await hall?.stop();
  });

  const paper = (page, columns) => page.locator(`.slip-figure[data-columns="${columns}"]`);
  const line = (page, part) => page.locator(`.template-lines li[data-part="${part}"]`);

  /** No letter leaves its row, and no row its paper. */
  async function assertOnPaper(page) {
    const beyond = await page.locator(".slip-text").evaluateAll((rows) =>
      rows
        .filter((row) => {
          const { left, right } = row.getBoundingClientRect();
          const cells = [...row.querySelectorAll(".slip-cell")].map((cell) => cell.getBoundingClientRect());
          return cells.some((cell) => cell.left < left - 0.6 || cell.right > right + 0.6);
        })
        .map((row) => row.textContent),
    );
    assert.deepEqual(beyond, []);
  }

  for (const language of ["zh", "en"]) {
    it(`draws what is written, on both papers: ${language}`, async () => {
      const { page, unexpected, close } = await enter(browser, hall, "li", `/manage/ticket?lang=${language}`);
      await paper(page, 48).waitFor();
      await paper(page, 32).waitFor();
      assert.equal(await page.locator(".template-lines li").count(), 17);
      await assertOnPaper(page);
      await assertNoSidewaysScroll(page);
      await assertAccessible(page);
      await screenshot(page, `ticket-plain-${language}-1366`);

      // A notice without its part would not be printed: it is said, and then put right.
      await page.fill('[data-text="notice-zh"]', "请提前备齐材料，听到叫号后到窗口办理");
      await page.fill('[data-text="notice-en"]', "Please have your documents ready");
      await page.locator('.template-refusal[data-reason="notice-unused"]').waitFor();
      assert.equal(await page.locator('[data-action="copy"]').getAttribute("aria-disabled"), "true");
      await page.selectOption('[data-choice="part"]', "notice");
      await page.click('[data-action="add"]');
      await page.locator(".template-refusal").waitFor({ state: "detached" });
      await paper(page, 32).locator(".slip-text", { hasText: "Please have your documents" }).waitFor();
      for (let n = 0; n < 6; n += 1) await line(page, "notice").locator('[data-key="up"]').click();
      await paper(page, 48).locator('.slip-text[data-looked="true"]').first().waitFor();

      // Twice as large it takes two rows on 58 mm, and the page says where the first one ends.
      await line(page, "notice").locator('[data-style="size"]').selectOption("2");
      await paper(page, 32)
        .locator('.slip-notes [data-kind="wrapped"]', { hasText: "Please have" })
        .waitFor();
      await page.fill('[data-text="header-zh"]', "鄞州政务大厅");
      await page.fill('[data-text="header-en"]', "Yinzhou Service Hall");
      await page.selectOption('[data-choice="date"]', "chinese");
      await paper(page, 48).locator(".slip-text", { hasText: "2026年11月23日" }).waitFor();
      await assertOnPaper(page);
      await assertAccessible(page);
      await screenshot(page, `ticket-own-${language}-1366`);

      // What is copied is a section of a hall file; nothing of it is in force.
      await page.click(".template-file summary");
      const toml = await page.locator(".template-toml").textContent();
      assert.match(toml, /\[ticket\]/);
      assert.match(toml, /date = "chinese"/);
      const before = await hall.api("POST", "/ticket-preview", {});
      assert.equal(before.template.header, undefined);
      await page.click('[data-action="again"]');
      await paper(page, 48).locator(".slip-text", { hasText: "宁波市鄞州区政务服务中心" }).waitFor();
      assert.equal(await page.inputValue('[data-text="header-zh"]'), "");
      assert.deepEqual(unexpected(), []);
      await close();
    });
  }

  it("says that a number is wider than the paper", async () => {
    const { page, close } = await enter(browser, hall, "an", "/manage/ticket?lang=zh");
    await line(page, "number").locator('[data-style="size"]').selectOption("8");
    await page.locator(".slip-notes").first().waitFor();
    const series = await hall.api("POST", "/ticket-preview", {
      template: {
        lines: [
          { part: "number", size: 8 },
          { part: "text", text: "好" },
        ],
      },
    });
    const wide = series.refused !== null;
    assert.equal(await page.locator('.template-refusal[data-reason="number-wide"]').count(), wide ? 1 : 0);
    // Without paper, without a number, with a text that is none: each has its words.
    for (const paperOf of [48, 32]) await page.locator(`[data-paper="${paperOf}"]`).uncheck();
    await page.locator('.template-refusal[data-reason="columns"]').waitFor();
    await page.locator('[data-paper="42"]').check();
    await paper(page, 42).waitFor();
    await line(page, "number").locator('[data-key="remove"]').click();
    await page.locator('.template-refusal[data-reason="number-once"]').waitFor();
    await page.click('[data-action="again"]');
    await page.locator(".template-refusal").waitFor({ state: "detached" });
    await page.click('[data-action="add"]');
    await page.locator('.template-refusal[data-reason="text"]').waitFor();
    await page.fill('[data-text="line-17-zh"]', "<b>{ $name }</b>");
    await page.fill('[data-text="line-17-en"]', "&amp; 12345");
    await page.locator(".template-refusal").waitFor({ state: "detached" });
    await paper(page, 48).locator(".slip-text", { hasText: "<b>{ $name }</b>" }).waitFor();
    await screenshot(page, "ticket-text-zh-1366");
    await close();
  });

  it("is reached from the manager's page, and by nobody else", async () => {
    const manager = await enter(browser, hall, "li", "/manage");
    await manager.page.click('a[href="/manage/ticket"]');
    await paper(manager.page, 48).waitFor();
    await manager.close();
    const guide = await enter(browser, hall, "zhou", "/manage");
    await guide.page.locator(".tile").first().waitFor();
    assert.equal(await guide.page.locator('a[href="/manage/ticket"]').count(), 0);
    await guide.page.goto(`${hall.url}/manage/ticket`);
    await guide.page.locator('[data-dialog="not-allowed"]').waitFor();
    assert.equal(await guide.page.locator(".slip").count(), 0);
    await guide.close();
  });

  it("can be read on a phone", async () => {
    const { page, close } = await enter(browser, hall, "li", "/manage/ticket?lang=en", {
      size: { width: 390, height: 844 },
    });
    await paper(page, 32).waitFor();
    await assertNoSidewaysScroll(page);
    await assertAccessible(page);
    await screenshot(page, "ticket-en-390");
    await close();
  });
});
