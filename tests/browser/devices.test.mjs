// The page of the demo's devices: a plug of every family is pulled and put back there, and the keys of a call pad lead the hall.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  assertAccessible,
  assertNoSidewaysScroll,
  launchBrowser,
  screenshot,
  visit,
} from "./support/page.mjs";
import { startDemo } from "./support/program.mjs";

const LAPTOP = { width: 1366, height: 768 };
const DESKTOP = { width: 1920, height: 1080 };
const WINDOW = 12;
/** A device is found to be gone, or back, within this; what a speaker lacks is looked for twice a minute. */
const LIMIT = { timeout: 45_000 };
/** Looks of the page after which the same key of a pad counts again: more than 1.5 s. */
const LOOKS = 4;
/** Of the demo's deck: a person has one ticket of a service at a time. */
const PEOPLE = ["110000199001010013", "110000198502140022"];

describe("the devices of the demo", () => {
  let browser;
  let demo;
  let devices;
  let manager;
  let number;

  before(async () => {
    [browser, demo] = await Promise.all([launchBrowser(), startDemo({ speed: 1, visitors: "none" })]);
    devices = await visit(browser, demo.url, "/demo", LAPTOP);
    manager = await visit(browser, demo.url, "/", LAPTOP);
    await manager.page.locator('.door[data-door="manage"] button').click();
    await manager.page.waitForURL("**/manage");
  });

  after(async () => {
    await browser?.close();
    await demo?.kill();
  });

  const panel = (device) => devices.page.locator(`.device[data-device="${device}"]`);
  const pad = () => devices.page.locator(`[data-pad="${WINDOW}"]`);

  /** A press that follows another too closely is the same one to the hall, so a few looks of the page are waited for. */
  async function press(key) {
    for (let look = 0; look < LOOKS; look += 1)
      await devices.page.waitForResponse((answer) => answer.url().endsWith("/demo/state"));
    await pad().locator(`[data-key="${key}"]`).click();
  }

  /** The panel says this of its device: its state, and why. */
  async function says(device, state, why) {
    const { page } = devices;
    const reason = why ? `[data-why="${why}"]` : ":not([data-why])";
    const wanted = page.locator(`.device[data-device="${device}"][data-state="${state}"]${reason}`);
    await wanted.waitFor(LIMIT).catch(async () => {
      const shown = await panel(device).evaluate(({ dataset }) => JSON.stringify(dataset));
      assert.fail(`${device} shows ${shown} instead of ${state} ${why}`);
    });
  }

  async function turn(device, plug, on) {
    const found = panel(device).locator(`[data-switch="${device} ${plug}"]`);
    // It stands among the rarer faults.
    if (!(await found.isVisible())) await panel(device).locator("summary").click();
    await found.click();
    await panel(device).locator(`[data-switch="${device} ${plug}"][aria-checked="${on}"]`).waitFor();
  }

  /** Asks the hall's server as its manager. */
  async function hall(method, path, body) {
    const answer = await manager.page.evaluate(
      async ([method, path, body]) => {
        const headers = { "content-type": "application/json" };
        const answer = await fetch(`/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
        return { ok: answer.ok, text: await answer.text() };
      },
      [method, path, body],
    );
    assert.ok(answer.ok, `${method} ${path}: ${answer.text}`);
    return answer.text === "" ? null : JSON.parse(answer.text);
  }
  const window = () => hall("GET", `/windows/${WINDOW}`);

  /** Asks the server again until it is so; each look waits for an answer of the server. */
  async function becomes(what, is) {
    const until = performance.now() + 15_000;
    let now = await window();
    while (!is(now)) {
      assert.ok(performance.now() < until, `${what}: ${JSON.stringify(now)}`);
      now = await window();
    }
    return now;
  }

  /** A new number for the window. */
  async function take() {
    const { services } = await window();
    const body = { service: services[0], person: PEOPLE.shift() };
    return hall("POST", "/tickets", body);
  }

  const display = (text) => pad().locator(`.pad-display[data-display="${text}"]`).waitFor(LIMIT);
  const digits = (ticket) => ticket.replace(/\D/g, "").slice(-3).padStart(3, "0");

  it("shows every family, ready, without sideways scrolling, in both languages", async () => {
    for (const device of [
      "printer k1",
      "reader k1",
      "scanner k1",
      "sign hall",
      "sign w12",
      "pads desks",
      "lamp w12",
      "speaker zone-a",
      "lane north",
      "gate north",
    ])
      await says(device, "ready");
    await assertAccessible(devices.page);
    for (const language of ["zh", "en"]) {
      for (const view of [LAPTOP, DESKTOP]) {
        const { page, faults, close } = await visit(browser, demo.url, `/demo?lang=${language}`, view);
        await page.locator('.device[data-device="gate north"]').waitFor();
        await assertNoSidewaysScroll(page);
        await screenshot(page, `devices-${language}-${view.width}`);
        assert.deepEqual(faults, []);
        await close();
      }
    }
  });

  for (const [device, plug, state, why] of [
    ["printer k1", "line", "gone", "no-answer"],
    ["printer k2", "cover_open", "degraded", "cover-open"],
    ["reader k1", "line", "gone", "no-answer"],
    ["reader k1", "self_test", "degraded", "fault"],
    ["sign hall", "power", "gone", "no-answer"],
    ["lane north", "line", "gone", "no-answer"],
    ["gate north", "line", "gone", "no-answer"],
    ["gate north", "safety", "ready", "blocked"],
    ["lamp w12", "line", "gone", "no-answer"],
    ["speaker zone-a", "line", "gone", "no-answer"],
  ]) {
    it(`${device}: ${plug} is pulled and put back`, async () => {
      await turn(device, plug, false);
      await says(device, state, why);
      await turn(device, plug, true);
      await says(device, "ready");
    });
  }

  it("a chain of MAX7219 tells nobody that it is cut off, and the page says so", async () => {
    await turn("sign w12", "line", false);
    await panel("sign w12")
      .and(devices.page.locator('[data-unnoticed="true"][data-state="ready"]'))
      .waitFor();
    await turn("sign w12", "line", true);
    await panel("sign w12").and(devices.page.locator('[data-unnoticed="false"]')).waitFor();
  });

  it("a scanner that is spoilt is noticed by its codes, and is well with the first good one", async () => {
    const scan = async (count) => {
      await panel("scanner k1").locator("input").fill("x");
      await panel("scanner k1").locator('button[type="submit"]').click();
      await panel("scanner k1").locator("small", { hasText: count }).waitFor();
    };
    await turn("scanner k1", "garbage", false);
    for (let count = 1; (await panel("scanner k1").getAttribute("data-state")) !== "degraded"; count += 1) {
      assert.ok(count < 20, "never noticed");
      await scan(`${count}`);
    }
    await says("scanner k1", "degraded", "garbled");
    await turn("scanner k1", "garbage", true);
    await panel("scanner k1").locator('button[type="submit"]').click();
    await says("scanner k1", "ready");
  });

  it("noise on the line of the pads is noticed by their keys, and forgotten after a while", async () => {
    await turn("pads desks", "noise", false);
    for (let count = 0; (await panel("pads desks").getAttribute("data-state")) !== "degraded"; count += 1) {
      assert.ok(count < 60, "never noticed");
      // Leads nowhere: the window is closed.
      await press("recall");
    }
    await says("pads desks", "degraded", "garbled");
    await turn("pads desks", "noise", true);
    await says("pads desks", "ready");
  });

  it("the pad opens its window and calls: pad, sign, lamp and speaker show it", async () => {
    const said = await panel("speaker zone-a").locator(".heard li").count();
    assert.equal((await window()).state, "closed");
    await press("pause");
    await becomes("the window is open", ({ state }) => state === "idle");
    await display("000---");
    ({ number } = await take());
    await display("001---");
    await press("call");
    const { ticket } = await becomes("the ticket is called", ({ ticket }) => ticket?.number === number);
    assert.equal(ticket.state, "called");
    await display(`---${digits(number)}`);
    await panel("lamp w12").locator('.lamp[data-lit="true"]').waitFor(LIMIT);
    await panel("sign hall").locator(`.sign-picture[data-text*="${number}"]`).waitFor(LIMIT);
    await panel("sign w12").locator('.sign-picture:not([data-text=""])').waitFor(LIMIT);
    await panel("speaker zone-a").locator(".heard li").nth(said).waitFor(LIMIT);
    await panel("speaker zone-a").locator(".heard li", { hasText: "号到十二号窗口办理 ×2" }).waitFor();
    await panel("speaker zone-a").locator('.heard li[data-end="said"]').first().waitFor(LIMIT);
    await devices.page.evaluate(() => scrollTo(0, 0));
    await screenshot(devices.page, "devices-called");
  });

  it("recall, park, resume, transfer, pause: each key does at the window what its name says", async () => {
    await press("recall");
    await becomes("it is called again", ({ ticket }) => ticket?.calls === 2);
    await press("park");
    await becomes("it is put aside", ({ ticket, parked }) => !ticket && parked.length === 1);
    await display("000---");
    await press("resume");
    await becomes("it is back", ({ ticket }) => ticket?.number === number);
    await display(`---${digits(number)}`);
    await pad().locator("input").fill("1");
    await press("transfer");
    await becomes("it went elsewhere", ({ ticket, parked }) => !ticket && parked.length === 0);
    await press("pause");
    await becomes("the window is paused", ({ state }) => state === "paused");
    await press("pause");
    await becomes("the window is open again", ({ state }) => state !== "paused");
  });

  it("a visitor who was served is asked, and rates", async () => {
    const { number: next } = await take();
    await press("call");
    await becomes("the next is called", ({ ticket }) => ticket?.number === next);
    await display(`---${digits(next)}`);
    const asked = () => pad().getAttribute("data-asked").then(Number);
    const before = await asked();
    await press("evaluate");
    await pad()
      .and(devices.page.locator(`[data-asked="${before + 1}"]`))
      .waitFor(LIMIT);
    const rated = devices.page.waitForResponse((answer) => answer.url().endsWith("/keys"));
    await pad().locator('[data-rate="0"]').click();
    assert.equal((await rated).status(), 204);
    await pad().locator('.pad-display[data-pressing="false"]').waitFor();
  });

  it("vehicles are counted, and the gate does what it is told", async () => {
    const send = () => panel("lane north").locator('[data-send="north"]').click();
    const count = (name, value) =>
      panel("lane north").locator(`[data-count="${name}"][data-value="${value}"]`).waitFor(LIMIT);
    await send();
    await count("in", 1);
    await panel("lane north").locator('[data-choice="direction"]').selectOption("out");
    await send();
    await count("out", 1);
    const gate = (what) => panel("gate north").locator(`[data-gate="${what}"]`).click();
    const is = (state) => panel("gate north").locator(`.gate[data-state="${state}"]`).waitFor(LIMIT);
    await is("closed");
    await gate("open");
    await is("open");
    await gate("close");
    await is("closed");
    await screenshot(devices.page, "devices-gate");
    assert.deepEqual(devices.faults, []);
  });

  it("without its bridge the page says so, and shows everything again when it is back", async () => {
    await demo.program("bridge", "kill");
    await devices.page.locator(".demo-body > .demo-nothing").waitFor();
    await demo.program("bridge", "start");
    await says("pads desks", "ready");
  });
});
