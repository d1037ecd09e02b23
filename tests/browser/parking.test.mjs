// Car parks on every page that shows them, before the pretend hall: what is said of free places, and what is not.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { enterMock, startMock } from "./support/mock.mjs";
import {
  assertAccessible,
  assertNoSidewaysScroll,
  assertOneScreen,
  launchBrowser,
  screenshot,
  visit,
} from "./support/page.mjs";

const LANGUAGES = ["zh", "en"];
const DESK = { width: 1366, height: 768 };
const PHONE = { width: 360, height: 640 };
const BOARD = { width: 1920, height: 1080 };
const KIOSK = { width: 1080, height: 1920 };
/** What may be said of free places, in either language. */
const SAID = /^((约|~|about|\s)*\d+|有位|满|关闭|Some|Full|Closed|—(不详|not known))$/;
const FAULTS = /Failed to load resource|WebSocket connection/;

describe("car parks", () => {
  let browser;
  const mocks = [];
  const mock = async (options) => {
    const started = await startMock(options);
    mocks.push(started);
    return started;
  };

  before(async () => {
    browser = await launchBrowser();
  });

  after(async () => {
    await browser?.close();
    for (const started of mocks) await started.kill();
  });

  const saidOn = (page, selector) => page.locator(selector).allTextContents();
  const allSaid = (texts) => texts.length > 0 && texts.every((text) => SAID.test(text.trim()));

  for (const lots of [1, 2, 3, 4]) {
    it(`stand on a board, ${lots} of them, and say nothing of the past`, async () => {
      const hall = await mock({ lots });
      const { page, faults, close } = await visit(browser, hall.url, "/board/A", BOARD);
      await page
        .locator(".parking li")
        .nth(lots - 1)
        .waitFor();
      assert.equal(await page.locator(".parking li").count(), lots);
      assert.ok(allSaid(await saidOn(page, ".parking .free")), "a number or a word");
      await assertOneScreen(page);
      await assertNoSidewaysScroll(page);
      await assertAccessible(page);
      await screenshot(page, `board-parking-${lots}`);
      const cut = await page
        .locator(".parking li")
        .evaluateAll((all) => all.some((row) => row.scrollWidth > row.clientWidth + 1));
      assert.equal(cut, false, "no figure sticks out of its row");

      if (lots === 2 || lots === 3) return close();
      await hall.kill();
      await page.locator('.board[data-link="stale"] .parking').waitFor({ timeout: 20_000 });
      const stale = await saidOn(page, ".parking .free");
      assert.ok(
        stale.every((text) => text.startsWith("—")),
        `${stale}`,
      );
      assert.deepEqual(
        faults.filter((fault) => !FAULTS.test(fault)),
        [],
      );
      await close();
    });
  }

  it("leave nothing on the pages of a hall that has none", async () => {
    const hall = await mock({ lots: 0 });
    const board = await visit(browser, hall.url, "/board/A", BOARD);
    await board.page.locator(".lines li").first().waitFor();
    assert.equal(await board.page.locator(".parking").count(), 0);
    await board.close();
    const manage = await enterMock(browser, hall, "manager", "/manage");
    await manage.page.locator('.tile[data-figure="wait"]').waitFor();
    assert.equal(await manage.page.locator('.tile[data-figure="parking"]').count(), 0);
    assert.equal(await manage.page.locator(".crowd").getAttribute("data-known"), "false");
    await manage.close();
    const parking = await enterMock(browser, hall, "manager", "/parking");
    await parking.page.getByText("[[lots]]").waitFor();
    await parking.close();
    const doorway = await visit(browser, hall.url, "/", DESK);
    await doorway.page.locator('.door[data-door="manage"]').waitFor();
    assert.equal(await doorway.page.locator('.door[data-door="parking"]').count(), 0);
    await doorway.close();
  });

  it("are a small tile on a kiosk, which a lost link empties", async () => {
    const kiosk = await mock({ name: "kiosk" });
    for (const look of ["", " en", " large", " large en", " contrast"]) {
      const { page, close } = await visit(browser, kiosk.url, `/kiosk?show=welcome${look}`, KIOSK);
      await page.locator(".parking li").nth(1).waitFor();
      assert.ok(allSaid(await saidOn(page, ".parking .free")), look);
      const [tile, note] = await Promise.all(
        [".parking", ".welcome-note"].map((part) => page.locator(part).boundingBox()),
      );
      assert.ok(note.y + note.height <= tile.y, `nothing lies over the tile:${look}`);
      await assertOneScreen(page);
      await assertAccessible(page);
      await close();
    }
    const { page, close } = await visit(browser, kiosk.url, "/kiosk?show=welcome offline", KIOSK);
    await page.locator(".parking li").first().waitFor();
    const said = await saidOn(page, ".parking .free");
    assert.ok(
      said.every((text) => text.startsWith("—")),
      `${said}`,
    );
    await close();
  });

  for (const language of LANGUAGES) {
    it(`stand below the number on a phone, with what comes: ${language}`, async () => {
      const hall = await mock({ lots: 2 });
      const staff = await enterMock(browser, hall, "manager", "/hall", DESK);
      await staff.page.locator(".queues, main").first().waitFor();
      const link = await staff.page.evaluate(async () => {
        const send = async (path, body) =>
          (
            await fetch(`/api/v1${path}`, {
              method: "POST",
              headers: { "content-type": "application/json" },
              body: JSON.stringify(body),
            })
          ).json();
        const queue = await new Promise((resolve) => {
          const socket = new WebSocket(`${location.origin.replace("http", "ws")}/api/v1/live`);
          socket.onopen = () => socket.send(JSON.stringify({ subscribe: ["queues"], after: null }));
          socket.onmessage = ({ data }) => {
            const message = JSON.parse(data);
            if (message.type !== "snapshot") return;
            resolve(message.data.queues.toSorted((a, b) => b.waiting - a.waiting)[0]);
            socket.close();
          };
        });
        return (await send("/tickets", { service: queue.service })).link;
      });
      const { page, close } = await visit(browser, hall.url, `${link}?lang=${language}`, PHONE);
      await page.locator(".parking li").nth(1).waitFor();
      assert.ok(allSaid(await saidOn(page, ".parking .free")));
      const soon = await page.locator(".parking-soon").first().textContent();
      assert.match(soon, /半小时后约 \d+–\d+ 个空位|In half an hour about \d+–\d+ free/);
      for (const part of [".visit-number", ".visit-line"]) {
        const { y, height } = await page.locator(part).boundingBox();
        assert.ok(y + height <= PHONE.height * 0.6, `${part} is where it was`);
      }
      await assertNoSidewaysScroll(page);
      await assertOneScreen(page);
      await assertAccessible(page);
      await screenshot(page, `phone-parking-${language}`);
      await close();
      await staff.close();
    });

    it(`are a figure of the manager's, and the crowd has its panel: ${language}`, async () => {
      const hall = await mock({ lots: 3 });
      const { page, close } = await enterMock(browser, hall, "manager", `/manage?lang=${language}`);
      await page.locator('.tile[data-figure="parking"] .free').waitFor();
      assert.equal(await page.locator(".tile").count(), 6, "nobody reads seven");
      await page.locator('.crowd[data-advice="crowd-open"] .crowd-chart').waitFor();
      assert.match(await page.locator(".crowd-advice strong").textContent(), /3.*\d\d:\d\d/);
      assert.equal(await page.locator(".crowd tbody tr").count(), 4, "the chart's figures are a table");
      await assertNoSidewaysScroll(page);
      await assertAccessible(page);
      await screenshot(page, `manage-parking-${language}`);
      await page.click('[data-action="crowd-figures"]');
      await page.locator(".crowd-table").waitFor();
      assert.equal(await page.locator(".crowd-chart").count(), 0);
      await page.click('.tile[data-figure="parking"]');
      await page.locator('[data-dialog="parking"] tr[data-lot="P1"]').waitFor();
      await assertAccessible(page);
      await close();
    });

    for (const size of [DESK, PHONE]) {
      it(`have a page of their operator: ${language}, ${size.width} px`, async () => {
        const hall = await mock({ lots: 4 });
        const opened = await enterMock(browser, hall, "gate", `/parking?lang=${language}`, size);
        const { page, faults, close } = opened;
        await page.locator(".counts tbody tr").nth(4).waitFor();
        assert.equal(await page.locator(".lot-entry").count(), 4);
        await page.locator('[data-doubt="silent"]').waitFor();
        await assertNoSidewaysScroll(page);
        await assertAccessible(page);
        await screenshot(page, `parking-${language}-${size.width}`);

        // Counting: what it was off by is said, and stands in the history.
        const before = await page.locator(".corrections tbody tr").count();
        await page.click('tr[data-what="disabled"] [data-action="count-row"]');
        await page.fill("#count-number", "x");
        await page.locator('#count-number[aria-invalid="true"]').waitFor();
        assert.equal(await page.locator('[data-action="save"]').getAttribute("aria-disabled"), "true");
        await page.fill("#count-number", "7");
        await page.locator(".reasons .tab").first().click();
        await assertAccessible(page);
        await page.click('[data-action="save"]');
        await page.locator('[data-dialog="counted"] .count-off').filter({ hasText: "+2" }).waitFor();
        await page.click('[data-action="done"]');
        await page.waitForFunction(
          (rows) => document.querySelectorAll(".corrections tbody tr").length === rows + 1,
          before,
        );

        // Closing: only after it was said what that means.
        await page.click('[data-action="open-lot"]');
        await page.locator('[data-dialog="close-lot"]').waitFor();
        await assertAccessible(page);
        await page.click('[data-action="confirm"]');
        await page.locator('.lot[data-open="false"] [data-says="closed"]').first().waitFor();
        await page.click('tr[data-lane="east"] [data-action="open-lane"]');
        await page.click('[data-dialog="close-lane"] [data-action="confirm"]');
        await page.locator('tr[data-lane="east"][data-open="false"]').waitFor();

        // A plate leaves nothing behind but where the car is.
        await page.fill("#find-plate", "浙b·8f886");
        await page.click('[data-action="find"]');
        await page.locator(".found").waitFor();
        assert.equal(await page.inputValue("#find-plate"), "");
        assert.doesNotMatch(await page.content(), /8F886/i);
        await page.click('[data-action="forget"]');
        await page.locator(".found").waitFor({ state: "detached" });
        assert.deepEqual(
          faults.filter((fault) => !FAULTS.test(fault)),
          [],
        );
        await close();
      });
    }
  }

  it("want somebody who may: a sign-in first, and one's own page for others", async () => {
    const hall = await mock({ lots: 2 });
    const stranger = await visit(browser, hall.url, "/parking?lot=P2", DESK);
    await stranger.page.waitForURL(`**/signin?to=${encodeURIComponent("/parking?lot=P2")}`);
    await stranger.close();
    const guide = await enterMock(browser, hall, "guide", "/parking");
    await guide.page.locator('[data-dialog="not-allowed"] [data-action="home"]').click();
    await guide.page.waitForURL("**/reception");
    await guide.close();
    // Through the doorway, as whoever works there.
    const { page, close } = await visit(browser, hall.url, "/", DESK);
    await page.locator('.door[data-door="parking"] button').click();
    await page.waitForURL("**/parking");
    await page.locator('.lot-entry[data-lot="P2"]').click();
    await page.locator('.lot[data-lot="P2"]').waitFor();
    await page.reload();
    await page.locator('.lot[data-lot="P2"]').waitFor();
    await close();
  });

  it("keep what they say to themselves when the link is lost", async () => {
    const hall = await mock({ lots: 2 });
    const { page, close } = await enterMock(browser, hall, "manager", "/parking");
    await page.locator(".counts tbody tr").first().waitFor();
    await hall.kill();
    await page.locator(".interruption").waitFor({ timeout: 20_000 });
    const said = await saidOn(page, ".lot-entry .free, .lot-facts [data-kind='sign'] .free, .counts .free");
    assert.ok(
      said.every((text) => text.startsWith("—")),
      `${said}`,
    );
    assert.equal(await page.locator('[data-action="count"]').getAttribute("aria-disabled"), "true");
    await assertAccessible(page);
    await close();
  });
});
