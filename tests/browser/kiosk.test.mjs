// The touch page of a kiosk in a real browser, with its program, a bridge with virtual devices and a real hall.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
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
const WIDE = { width: 1280, height: 800 };
/** A resident, another one, and somebody of more than seventy, in the deck of the virtual reader. */
const RESIDENT = 0;
const OTHER = 1;
const ELDER = 3;
const LIMIT = { timeout: 15_000 };

const screen = (page, name) => page.locator(`.kiosk[data-name="${name}"]`).waitFor(LIMIT);
const key = (page, name) => page.locator(`[data-key="${name}"]`);
const press = (page, name) => key(page, name).click();
const numberOn = (page) => page.locator(".slip-number").textContent();

/** Every key is so large, apart from the others, on the screen, and nothing of its text is cut. */
async function assertKeys(page, smallest) {
  const bad = await page.evaluate((least) => {
    const faults = [];
    const dialog = document.querySelector("dialog[open]");
    const keys = [...(dialog ?? document).querySelectorAll(".touch")].map((button) => ({
      name: button.dataset.key,
      box: button.getBoundingClientRect(),
      cut: button.scrollWidth > button.clientWidth + 1 || button.scrollHeight > button.clientHeight + 2,
    }));
    for (const { name, box, cut } of keys) {
      const { width, height } = box;
      if (Math.min(width, height) < least) faults.push(`${name} is ${width} by ${height}`);
      if (box.left < 0 || box.top < 0 || box.right > innerWidth || box.bottom > innerHeight)
        faults.push(`${name} is off`);
      if (cut) faults.push(`${name} is cut`);
    }
    keys.forEach(({ name, box }, at) => {
      for (const other of keys.slice(at + 1)) {
        const across = Math.max(box.left - other.box.right, other.box.left - box.right);
        const down = Math.max(box.top - other.box.bottom, other.box.top - box.bottom);
        if (Math.max(across, down) < 8) faults.push(`${name} and ${other.name} are too near`);
      }
    });
    return faults;
  }, smallest);
  assert.deepEqual(bad, []);
}

/** K4: measured by the rules of WCAG, and every key is reached by the keypad. */
async function assertGood(page, smallest) {
  await assertKeys(page, smallest);
  await assertNoSidewaysScroll(page);
  await assertAccessible(page);
}

/** Everything on the kiosk's disk, as text. */
function onDisk(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath ?? entry.path, entry.name), "latin1"))
    .join();
}

/** The next ticket that comes out. */
async function printed(kiosk, count) {
  const limit = performance.now() + LIMIT.timeout;
  for (;;) {
    const tickets = await kiosk.tickets();
    if (tickets.length >= count) return tickets[count - 1];
    assert.ok(performance.now() < limit, `only ${tickets.length} tickets came out`);
  }
}

describe("the kiosk", () => {
  let browser;
  let hall;
  let kiosk;
  let anybody;
  let names;

  before(async () => {
    [browser, hall] = await Promise.all([launchBrowser(), startHall()]);
    kiosk = await startKiosk(hall);
    const queues = await hall.api("GET", "/queues");
    anybody = queues.find(({ real_name }) => !real_name);
    names = queues.find(({ real_name }) => real_name);
    // What was taken once stands among what is asked for most.
    await hall.issue(anybody.service);
    await hall.issue(names.service, { person: "110101199003070134" });
  });

  after(async () => {
    await browser?.close();
    await kiosk?.stop();
    await hall?.stop();
  });

  const open = async (size = TALL) => {
    // Whatever the test before has left.
    await Promise.all([kiosk.lay(null), kiosk.printer({})]);
    const opened = await visit(browser, kiosk.url, "/kiosk", size);
    await opened.page.locator(".kiosk[data-screen]").waitFor(LIMIT);
    return opened;
  };

  const idle = async (page) => {
    await kiosk.lay(null);
    await page.locator('.kiosk[data-name="welcome"]').waitFor({ timeout: 40_000 });
  };

  for (const language of ["zh", "en"]) {
    it(`leads from the card to the ticket in three touches: ${language}`, async () => {
      const { page, faults, close } = await open();
      await screen(page, "welcome");
      if (language === "en") await press(page, "language");
      await page.locator(`html[lang="${language === "zh" ? "zh-CN" : "en"}"]`).waitFor();
      for (const name of ["no-card", "appointment", "large", "language", "help"]) {
        assert.ok(await key(page, name).isVisible(), `${name} is on the first screen`);
      }
      await assertGood(page, 81);
      await screenshot(page, `kiosk-${language}-1-welcome`);

      const before = (await kiosk.tickets()).length;
      const card = language === "zh" ? RESIDENT : OTHER;
      await kiosk.lay(card);
      await screen(page, "services");
      assert.match(
        await page.locator(".person").textContent(),
        language === "zh" ? /^样\*.*0013/ : /^李\*.*0022/,
      );
      assert.doesNotMatch(await page.locator("body").textContent(), /样本甲|1990|李样例|1985/);
      assert.ok((await page.locator(".choices .touch").count()) <= 6);
      await assertGood(page, 81);
      await screenshot(page, `kiosk-${language}-2-services`);

      await press(page, `service-${names.service}`);
      await screen(page, "confirm");
      await assertGood(page, 81);
      await screenshot(page, `kiosk-${language}-3-confirm`);

      await press(page, "take");
      await screen(page, "done");
      const number = await numberOn(page);
      await assertGood(page, 81);
      await screenshot(page, `kiosk-${language}-4-done`);
      const ticket = await printed(kiosk, before + 1);
      assert.ok(ticket.complete && !ticket.reprint, "whole and not marked");
      assert.ok(ticket.text.includes(number), ticket.text);
      assert.ok(ticket.text.includes(names.name.zh.slice(0, 4)), ticket.text);
      assert.match(ticket.text, /前面等待 \d+ 人/);
      assert.match(ticket.text, /\d\d:\d\d/);
      assert.match(ticket.qr[0], /\/t\/\w{20,}/);
      assert.doesNotMatch(ticket.text, /样本甲|李样例|0013|0022/);

      await press(page, "finish");
      await screen(page, "welcome");
      assert.doesNotMatch(
        await page.locator("body").textContent(),
        new RegExp(`${number}|样|李\\*|0013|0022`),
      );
      assert.deepEqual(
        await page.evaluate(() => [localStorage.length, sessionStorage.length, history.length <= 2]),
        [0, 0, true],
      );
      await idle(page);
      assert.doesNotMatch(
        onDisk(kiosk.data),
        /110000(19900101001|19850214002)/,
        "nobody's number is on the disk",
      );
      assert.deepEqual(readdirSync(join(kiosk.data, "spool")), [], "nothing is left to do");
      assert.deepEqual(faults, []);
      await close();
    });
  }

  it("offers the ticket that is there already, and marks its reprint", async () => {
    const { page, close } = await open();
    const before = (await kiosk.tickets()).length;
    await kiosk.lay(RESIDENT);
    await screen(page, "services");
    await press(page, `service-${names.service}`);
    await press(page, "take");
    await screen(page, "already");
    const number = await numberOn(page);
    await assertGood(page, 81);
    await screenshot(page, "kiosk-zh-already");
    await press(page, "reprint");
    await screen(page, "done");
    assert.equal(await numberOn(page), number);
    assert.equal(await page.locator(".slip-mark").textContent(), "补打");
    const ticket = await printed(kiosk, before + 1);
    assert.ok(ticket.reprint && ticket.text.includes(number), ticket.text);
    await press(page, "finish");
    await idle(page);
    await close();
  });

  it("serves who has no card, and asks for one where it is needed", async () => {
    const { page, close } = await open();
    await screen(page, "welcome");
    await press(page, "no-card");
    await press(page, `service-${names.service}`);
    await screen(page, "need-card");
    await assertGood(page, 81);
    await screenshot(page, "kiosk-zh-need-card");
    await press(page, "back");
    await press(page, "tab-departments");
    await screenshot(page, "kiosk-zh-departments");
    await assertGood(page, 81);
    await press(page, "tab-search");
    await press(page, "letter-S");
    await assertGood(page, 81);
    await screenshot(page, "kiosk-zh-search");
    await press(page, "tab-often");
    await press(page, `service-${anybody.service}`);
    const before = (await hall.api("GET", "/queues")).find(
      ({ service }) => service === anybody.service,
    ).issued;
    // A double tap: two presses in the same instant.
    await key(page, "take").evaluate((button) => {
      button.click();
      button.click();
    });
    await screen(page, "done");
    const after = (await hall.api("GET", "/queues")).find(
      ({ service }) => service === anybody.service,
    ).issued;
    assert.equal(after, before + 1, "one ticket");
    await press(page, "finish");
    await screen(page, "welcome");
    await close();
  });

  it("lets people of seventy and more choose precedence", async () => {
    const { page, close } = await open();
    await kiosk.lay(ELDER);
    await screen(page, "services");
    await press(page, `service-${names.service}`);
    await key(page, "elder-on").waitFor();
    assert.equal(await key(page, "elder-on").getAttribute("aria-pressed"), "true");
    await screenshot(page, "kiosk-zh-elder");
    const before = (await kiosk.tickets()).length;
    await press(page, "take");
    await screen(page, "done");
    assert.match((await printed(kiosk, before + 1)).text, /优先：70 岁以上/);
    await press(page, "finish");
    await idle(page);
    await close();
  });

  it("shows the number when the paper is out, and leaves service", async () => {
    const { page, close } = await open();
    await screen(page, "welcome");
    await press(page, "no-card");
    await press(page, `service-${anybody.service}`);
    await kiosk.printer({ out_after_lines: 3 });
    await press(page, "take");
    await page.locator('.kiosk[data-name="number-only"]').waitFor({ timeout: 30_000 });
    await screenshot(page, "kiosk-zh-paper-out");
    const number = await numberOn(page);
    assert.match(number, /^[A-HJ-NP-Z]{1,2}\d{3,}$/);
    const millimetres = await page.locator(".slip-number").evaluate((plate) => {
      const perMm = Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--mm"));
      // A capital of these letters is at least seven tenths of their size.
      return (0.7 * Number.parseFloat(getComputedStyle(plate).fontSize)) / perMm;
    });
    assert.ok(millimetres >= 40, `letters of ${millimetres} mm`);
    assert.match(await page.locator(".number").textContent(), /导服台补打/);
    await assertGood(page, 81);
    await press(page, "finish");
    await screen(page, "closed");
    assert.match(await page.locator(".message").textContent(), /暂停服务/);
    await assertGood(page, 81);
    await screenshot(page, "kiosk-zh-closed-printer");
    const lying = (await kiosk.tickets()).length;
    await kiosk.printer({});
    await screen(page, "welcome");
    assert.ok(
      (await kiosk.tickets()).slice(lying).every(({ complete }) => !complete),
      "no backlog comes out of new paper",
    );
    await close();
  });

  it("says so when the server is away, gives no number, and comes back", async () => {
    const { page, close } = await open();
    await screen(page, "welcome");
    await press(page, "no-card");
    await press(page, `service-${anybody.service}`);
    await screen(page, "confirm");
    await hall.kill();
    await page.locator(".banner").waitFor({ timeout: 12_000 });
    assert.ok(await key(page, "take").isDisabled());
    await screenshot(page, "kiosk-zh-offline");
    await press(page, "back");
    await press(page, "back");
    await screen(page, "closed");
    await assertGood(page, 81);
    await screenshot(page, "kiosk-zh-closed-server");
    await hall.restart();
    await page.locator('.kiosk[data-name="welcome"]').waitFor({ timeout: 5_000 });
    await close();
  });

  it("says what is wrong with a card, and takes nobody for somebody else", async () => {
    const { page, close } = await open();
    await screen(page, "welcome");
    await kiosk.lay(RESIDENT, "bad-checksum");
    // Read on a second try, or said in words; never a wrong person.
    await page.locator('.trouble, .kiosk[data-name="services"]').first().waitFor(LIMIT);
    if ((await page.locator(".kiosk").getAttribute("data-name")) === "services") {
      assert.match(await page.locator(".person").textContent(), /0013/);
    }
    await kiosk.lay(null);
    await kiosk.lay(OTHER);
    await page.locator(".person", { hasText: "0022" }).waitFor(LIMIT);
    await press(page, "back");
    await idle(page);
    await close();
  });

  it("fits its other screens and looks, in both languages", async () => {
    for (const [size, small, large] of [
      [TALL, 81, 121.5],
      [WIDE, 55, 82.5],
    ]) {
      const { page, close } = await open(size);
      await screen(page, "welcome");
      await press(page, "large");
      await page.locator('.kiosk[data-large="true"]').waitFor();
      await assertGood(page, large);
      await press(page, "language");
      await page.locator('html[lang="en"]').waitFor();
      await assertGood(page, large);
      await press(page, "no-card");
      await screen(page, "services");
      assert.ok((await page.locator(".choices .touch").count()) <= 4);
      await assertGood(page, large);
      await screenshot(page, `kiosk-en-large-${size.width}`);
      await press(page, `service-${anybody.service}`);
      await screen(page, "confirm");
      await assertGood(page, large);
      await press(page, "large");
      await page.locator('.kiosk[data-large="false"]').waitFor();
      await assertGood(page, small);
      await press(page, "contrast");
      await page.locator('.kiosk[data-contrast="true"]').waitFor();
      await assertGood(page, small);
      if (size === TALL) {
        await press(page, "low");
        await page.locator('.kiosk[data-low="true"]').waitFor();
        await press(page, "back");
        await screen(page, "services");
        const highest = await page.evaluate(() =>
          Math.min(...[...document.querySelectorAll(".touch")].map((key) => key.getBoundingClientRect().top)),
        );
        assert.ok(highest >= 0.4 * size.height, `a key at ${highest}`);
        await assertGood(page, small);
        await screenshot(page, "kiosk-en-low-contrast");
      }
      await press(page, "back");
      if (size === WIDE) await press(page, "back");
      await screen(page, "welcome");
      assert.equal(await page.locator("html").getAttribute("lang"), "zh-CN", "the look goes with the visit");
      await press(page, "help");
      await screen(page, "help");
      await assertGood(page, small);
      await screenshot(page, `kiosk-zh-help-${size.width}`);
      await press(page, "back");
      await screen(page, "welcome");
      await close();
    }
  });

  it("lets nothing lead out", async () => {
    const { page, close } = await open();
    await screen(page, "welcome");
    const stopped = await page.evaluate(() =>
      ["contextmenu", "selectstart", "dragstart"].map(
        (kind) => !document.body.dispatchEvent(new Event(kind, { bubbles: true, cancelable: true })),
      ),
    );
    assert.deepEqual(stopped, [true, true, true]);
    const keys = await page.evaluate(() =>
      [
        { key: "F5" },
        { key: "F11" },
        { key: "l", ctrlKey: true },
        { key: "ArrowLeft", altKey: true },
        { key: "Tab" },
      ].map(
        (held) =>
          !document.body.dispatchEvent(
            new KeyboardEvent("keydown", { ...held, bubbles: true, cancelable: true }),
          ),
      ),
    );
    assert.deepEqual(keys, [true, true, true, true, false]);
    assert.equal(await page.locator("a[href]").count(), 0);
    assert.ok(await page.evaluate(() => getComputedStyle(document.body).userSelect === "none"));
    await close();
  });

  it("prints what the reception asks for", async () => {
    const before = (await kiosk.tickets()).length;
    const { number, id } = await hall.issue(anybody.service, { printer: "k1" });
    const first = await printed(kiosk, before + 1);
    assert.ok(first.text.includes(number) && !first.reprint, first.text);
    await hall.api("POST", `/tickets/${id}/reprint`, { printer: "k1" });
    const again = await printed(kiosk, before + 2);
    assert.ok(again.text.includes(number) && again.reprint, again.text);
  });

  describe("killed", () => {
    for (const failpoint of [
      "visit.spooled",
      "visit.asked",
      "visit.issued",
      "visit.printing",
      "visit.printed",
      "visit.reported",
    ]) {
      it(`at ${failpoint} it ends in one valid number that is known`, async () => {
        await kiosk.kill();
        await kiosk.restart({ PAIHAO_FAILPOINT: failpoint });
        const issued = async () => {
          const queues = await hall.api("GET", "/queues");
          return queues.find(({ service }) => service === anybody.service).issued;
        };
        const before = await issued();
        const lying = (await kiosk.tickets()).length;
        const { page, close } = await open();
        await screen(page, "welcome");
        await press(page, "no-card");
        await press(page, `service-${anybody.service}`);
        await press(page, "take");
        await kiosk.died();
        await kiosk.restart();
        // The page finds its program again by itself; what it shows until then is of before.
        await page.locator(".number", { hasText: "重新启动" }).waitFor({ timeout: 20_000 });
        await page.locator('.kiosk:is([data-name="done"], [data-name="asking"])').waitFor(LIMIT);
        const number = await numberOn(page);
        const papers = (await kiosk.tickets()).slice(lying).filter(({ text }) => text.includes(number));
        const first = papers.filter(({ reprint }) => !reprint);
        assert.equal(first.length, 1, "one paper that is not marked");
        assert.equal(await issued(), before + 1, "one ticket");
        if (failpoint === "visit.issued") await screenshot(page, "kiosk-zh-restored");
        if ((await page.locator(".kiosk").getAttribute("data-name")) === "asking")
          await press(page, "came-out-yes");
        await press(page, "finish");
        await screen(page, "welcome");
        await close();
      });
    }
  });
});

describe("the kiosk and an idle visitor", () => {
  it("asks, counts down, and forgets", async () => {
    const [browser, hall] = await Promise.all([launchBrowser(), startHall()]);
    const kiosk = await startKiosk(hall, { more: ["--idle-s", "2", "--warning-s", "4"] });
    try {
      const { page, close } = await visit(browser, kiosk.url, "/kiosk", TALL);
      await kiosk.lay(RESIDENT);
      await screen(page, "services");
      const dialog = page.getByRole("dialog");
      await dialog.waitFor(LIMIT);
      await assertKeys(page, 81);
      await screenshot(page, "kiosk-zh-idle");
      await press(page, "idle-stay");
      await dialog.waitFor({ state: "detached", ...LIMIT });
      await dialog.waitFor(LIMIT);
      await screen(page, "welcome");
      assert.doesNotMatch(await page.locator("body").textContent(), /样\*|0013/);
      assert.match(await page.locator(".welcome").textContent(), /先拿走上一张证件/);
      await close();
    } finally {
      await browser.close();
      await kiosk.stop();
      await hall.stop();
    }
  });
});
