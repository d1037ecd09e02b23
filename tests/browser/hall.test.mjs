// The live hall page in a real browser, fed by a whole demo hall.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  assertAccessible,
  assertNoSidewaysScroll,
  assertOneScreen,
  launchBrowser,
  screenshot,
  textChange,
  visit,
} from "./support/page.mjs";
import { startDemo } from "./support/program.mjs";

const NAME = { zh: "宁波市鄞州区政务服务中心", en: "Yinzhou District Government Service Centre" };
const WINDOWS = 210;
const VIEWS = [
  { name: "zh-1366", path: "/hall", language: "zh", width: 1366, height: 768 },
  { name: "zh-1920", path: "/hall", language: "zh", width: 1920, height: 1080 },
  { name: "en-1366", path: "/hall?lang=en", language: "en", width: 1366, height: 768 },
  { name: "zh-360", path: "/hall", language: "zh", width: 360, height: 640 },
];

describe("the live hall page", () => {
  let browser;
  let demo;

  before(async () => {
    [browser, demo] = await Promise.all([launchBrowser(), startDemo()]);
  });

  after(async () => {
    await browser?.close();
    await demo?.kill();
  });

  for (const view of VIEWS) {
    it(`shows the hall living: ${view.name}`, async () => {
      const { page, faults, close } = await visit(browser, demo.url, view.path, view);
      await page.locator('.cell[data-window="210"]').waitFor();

      assert.ok((await page.locator("h1").textContent()).includes(NAME[view.language]));
      assert.equal(await page.locator("html").getAttribute("lang"), view.language === "zh" ? "zh-CN" : "en");
      assert.equal(await page.locator(".cell").count(), WINDOWS);
      const numbers = await page.locator(".cell-window").allTextContents();
      assert.equal(new Set(numbers).size, WINDOWS, "each window once");

      // It lives: a call comes in, the figures and the clock move.
      await Promise.all([
        textChange(page, ".call:first-child"),
        textChange(page, '[data-figure="issued"] .figure-value'),
        textChange(page, '[data-figure="served"] .figure-value'),
        textChange(page, ".head-clock time"),
      ]);
      const window = view.language === "zh" ? /^\d{1,3}号窗口$/ : /^Window \d{1,3}$/;
      assert.match(
        await page.locator(".call:first-child .call-number").textContent(),
        /^[A-HJ-NP-Z]{1,2}\d{3,}$/,
      );
      assert.match(await page.locator(".call:first-child .call-window").textContent(), window);

      // The four states of the windows add up.
      const counts = await page.locator(".figure-windows dd").allTextContents();
      assert.equal(
        counts.map(Number).reduce((sum, count) => sum + count, 0),
        WINDOWS,
      );

      await assertNoSidewaysScroll(page);
      if (view.width >= 1366) await assertOneScreen(page);
      await assertAccessible(page);
      await screenshot(page, `hall-${view.name}`);
      assert.deepEqual(faults, []);
      await close();
    });
  }

  it("tells every state apart without colour", async () => {
    const { page, close } = await visit(browser, demo.url, "/hall", VIEWS[0]);
    await page.locator('.cell[data-window="210"]').waitFor();
    const cells = await page.locator(".cell").evaluateAll((all) =>
      all.map((cell) => ({
        state: cell.dataset.state,
        sign: cell.querySelector(".sign path").getAttribute("d"),
        text: cell.textContent,
      })),
    );
    const signs = new Map(cells.map(({ state, sign }) => [state, sign]));
    assert.equal(new Set(signs.values()).size, signs.size, "each state has its own sign");
    for (const { text } of cells) assert.match(text, /办理中|呼叫中|空闲|候叫|暂停|关闭/);
    await close();
  });

  it("keeps the chosen language", async () => {
    const { page, close } = await visit(browser, demo.url, "/hall", VIEWS[0]);
    await page.getByRole("button", { name: "English" }).click();
    await page.getByRole("heading", { name: "Latest calls" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Latest calls" }).waitFor();
    assert.equal(await page.locator("html").getAttribute("lang"), "en");
    await close();
  });

  it("says when the data stops and is right again within five seconds of a restart", async () => {
    const { page, close } = await visit(browser, demo.url, "/hall", VIEWS[0]);
    await page.locator('.cell[data-window="210"]').waitFor();
    await textChange(page, ".call:first-child");

    await demo.program("server", "kill");
    const banner = page.getByRole("status");
    await banner.getByText(/数据中断 \d\d:\d\d 起/).waitFor({ timeout: 6000 });
    assert.equal(await page.locator(".cell").count(), WINDOWS, "the last state stays");
    assert.equal(await page.locator(".hall").getAttribute("data-old"), "true");
    await assertOneScreen(page);
    await assertAccessible(page);
    await screenshot(page, "hall-interrupted");

    await demo.program("server", "start");
    await page.locator('.hall[data-phase="live"]').waitFor({ timeout: 5000 });
    await textChange(page, '[data-figure="issued"] .figure-value');
    assert.equal(await banner.textContent(), "");
    await close();
  });
});
