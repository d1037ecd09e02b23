// Signing in: who is who, where one was going, and what is said when it goes wrong.
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
import { PASSWORD, startHall } from "./support/serve.mjs";

const SIZES = [
  { width: 1366, height: 768 },
  { width: 360, height: 640 },
];

describe("the sign-in page", () => {
  let browser;
  let hall;

  before(async () => {
    [browser, hall] = await Promise.all([
      launchBrowser(),
      startHall({
        users: [
          ["wang", "clerk"],
          ["li", "manager"],
        ],
      }),
    ]);
  });

  after(async () => {
    await browser?.close();
    await hall?.stop();
  });

  async function signIn(page, name, password) {
    await page.fill("#name", name);
    await page.fill("#password", password);
    await page.keyboard.press("Enter");
  }

  for (const size of SIZES) {
    for (const language of ["zh", "en"]) {
      it(`fits ${size.width} px in ${language} and says what is wrong`, async () => {
        const { page, close } = await visit(browser, hall.url, `/signin?lang=${language}`, size);
        await page.locator("#name").waitFor();
        await assertAccessible(page);
        await assertNoSidewaysScroll(page);
        await assertOneScreen(page);
        // Another name each time: one that is tried often has to wait.
        await signIn(page, `nobody-${language}-${size.width}`, "wrong");
        await page
          .locator("#fault")
          .filter({ hasText: /用户名或密码不对|User name or password is wrong/ })
          .waitFor();
        assert.equal(await page.inputValue("#password"), "", "a password does not stay in the page");
        await assertAccessible(page);
        await screenshot(page, `signin-${language}-${size.width}`);
        await close();
      });
    }
  }

  it("leads back to where one was going, and the session is a cookie no script reads", async () => {
    const { page, close } = await visit(browser, hall.url, "/manage?zone=A", SIZES[0]);
    await page.waitForURL("**/signin?to=*");
    await signIn(page, "li", PASSWORD);
    await page.waitForURL("**/manage?zone=A");
    await page.locator('tr[data-zone="A"][data-chosen="true"]').waitFor();
    assert.equal(await page.evaluate(() => document.cookie), "");
    const stored = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
    assert.ok(!stored.includes(PASSWORD));

    await page.click('[data-action="sign-out"]');
    await page.waitForURL("**/signin");
    await page.locator("#name").waitFor();
    await close();
  });

  it("leads to no other site", async () => {
    for (const to of ["//evil.test/", "https://evil.test/", "/\\evil.test"]) {
      const { page, close } = await visit(
        browser,
        hall.url,
        `/signin?to=${encodeURIComponent(to)}`,
        SIZES[0],
      );
      await signIn(page, "li", PASSWORD);
      await page.waitForURL("**/manage");
      assert.equal(new URL(page.url()).origin, hall.url);
      await close();
    }
  });

  it("asks a clerk without a window of his own where he sits", async () => {
    const { page, close } = await visit(browser, hall.url, "/signin", SIZES[0]);
    await signIn(page, "wang", PASSWORD);
    await page.locator("#window").fill("12");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/desk/12");
    await close();
  });

  it("counts down after too many wrong passwords, and then lets the right one in", async () => {
    await hall.addUser("zhao", "manager");
    const { page, close } = await visit(browser, hall.url, "/signin", SIZES[0]);
    const later = page.locator("#fault").filter({ hasText: "尝试次数过多" });
    const wrong = page.locator("#fault").filter({ hasText: "不对" });
    while (!(await later.isVisible())) {
      await signIn(page, "zhao", "wrong");
      await later.or(wrong).waitFor();
    }
    const button = page.locator('[data-action="sign-in"]');
    assert.match(await button.textContent(), /\d+ 秒后可再试/);
    assert.equal(await button.getAttribute("aria-disabled"), "true");
    await page.waitForFunction(
      () => document.querySelector('[data-action="sign-in"]').getAttribute("aria-disabled") === "false",
      null,
      { timeout: 60_000 },
    );
    await signIn(page, "zhao", PASSWORD);
    await page.waitForURL("**/manage");
    await close();
  });

  it("has the first password changed", async () => {
    const first = await hall.addUser("qian", "manager", { password: null });
    const { page, close } = await visit(browser, hall.url, "/signin", SIZES[0]);
    await signIn(page, "qian", first);
    await page.fill("#new-password", "Fresh-Start-9");
    await page.fill("#new-again", "Fresh-Start-8");
    await page.keyboard.press("Enter");
    await page.locator("#fault").filter({ hasText: "不一样" }).waitFor();
    await page.fill("#new-again", "Fresh-Start-9");
    await assertAccessible(page);
    await screenshot(page, "signin-first");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/manage");
    await close();
  });
});
