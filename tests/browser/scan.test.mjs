// Codes before the scanner of a kiosk, in a real browser, with its program, a bridge with virtual devices and a real hall.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startKiosk } from "./support/kiosk.mjs";
import {
  assertAccessible,
  assertNoSidewaysScroll,
  launchBrowser,
  screenshot,
  visit,
} from "./support/page.mjs";
import { startHall } from "./support/serve.mjs";

const TALL = { width: 1080, height: 1920 };
const LIMIT = { timeout: 15_000 };
/** An expired card in the deck of the virtual reader. */
const EXPIRED = 4;
const OTHER_HALL = "https://another.invalid/t/6d1f0c3a9b7e4d2f8a5c6b7d8e9f0a1b";
const OPAQUE = "9f8e7d6c5b4a39281706f5e4d3c2b1a0QQ==";

const screen = (page, name) => page.locator(`.kiosk[data-name="${name}"]`).waitFor(LIMIT);
const press = (page, name) => page.locator(`[data-key="${name}"]`).click();

describe("a code before the kiosk's scanner", () => {
  let browser;
  let hall;
  let kiosk;
  let ticket;

  before(async () => {
    [browser, hall] = await Promise.all([launchBrowser(), startHall()]);
    kiosk = await startKiosk(hall, { more: ["--scanner", "front"] });
    const queues = await hall.api("GET", "/queues");
    ticket = await hall.issue(queues.find(({ real_name }) => !real_name).service);
  });

  after(async () => {
    await browser?.close();
    await kiosk?.stop();
    await hall?.stop();
  });

  const open = async (language) => {
    const opened = await visit(browser, kiosk.url, "/kiosk", TALL);
    await screen(opened.page, "welcome");
    if (language === "en") await press(opened.page, "language");
    await opened.page.locator(`html[lang="${language === "en" ? "en" : "zh-CN"}"]`).waitFor(LIMIT);
    return opened;
  };

  const good = async (page, name) => {
    await assertNoSidewaysScroll(page);
    await assertAccessible(page);
    await screenshot(page, name);
  };

  for (const language of ["zh", "en"]) {
    it(`shows where the number of a ticket is, and nothing of it afterwards: ${language}`, async () => {
      const { page, faults, close } = await open(language);
      await page.locator(".welcome-scan").waitFor(LIMIT);
      await good(page, `scan-${language}-1-welcome`);
      await kiosk.scan(ticket.link);
      await screen(page, "visit");
      assert.equal(await page.locator(".slip-number").textContent(), ticket.number);
      const facts = await page.locator(".slip-facts").textContent();
      assert.match(facts, language === "zh" ? /下一个就是您/ : /You are next/);
      await good(page, `scan-${language}-2-visit`);
      await press(page, "back");
      await screen(page, "welcome");
      assert.ok(!(await page.content()).includes(ticket.number));
      assert.ok(!(await page.content()).includes(ticket.link.slice(-32)));
      assert.deepEqual(faults, []);
      await close();
    });

    it(`says honestly what other codes are: ${language}`, async () => {
      const { page, faults, close } = await open(language);
      for (const [why, text] of [
        ["nothing", OTHER_HALL],
        ["nothing", "javascript:document.title='taken'"],
        ["appointment", "PHA12425GABC1234002M"],
        ["not-connected", OPAQUE],
        ["no-visit", `${ticket.link.slice(0, -32)}00000000000000000000000000000000`],
        ["unreadable", "A\u0000B"],
      ]) {
        await kiosk.scan(text);
        await page.locator(`.message[data-why="${why}"]`).waitFor(LIMIT);
        assert.ok(!(await page.content()).includes(text), `${why}: the code is not on the page`);
        await good(page, `scan-${language}-3-${why}`);
      }
      assert.notEqual(await page.title(), "taken");
      await press(page, "back");
      await screen(page, "welcome");
      assert.deepEqual(faults, []);
      await close();
    });
  }

  it("leaves whoever is choosing where he was", async () => {
    const { page, close } = await open("zh");
    await press(page, "no-card");
    await screen(page, "services");
    await kiosk.scan("6901234567892");
    await screen(page, "code");
    await press(page, "back");
    await screen(page, "services");
    await page.locator('[data-key="back"]').click();
    await close();
  });

  it("asks to leave the card while it is read, and says that it has expired", async () => {
    const { page, close } = await open("zh");
    await kiosk.reader({ slow: true });
    await kiosk.lay(EXPIRED);
    await page.locator(".reading").waitFor(LIMIT);
    await good(page, "scan-zh-4-reading");
    await screen(page, "services");
    await page.locator(".person-expired").waitFor(LIMIT);
    await good(page, "scan-zh-5-expired");
    await Promise.all([kiosk.reader({}), kiosk.lay(null)]);
    await close();
  });
});
