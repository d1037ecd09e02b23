// The clerk's desk: a morning by keyboard alone, and everything that must not go wrong on the way.
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import {
  assertAccessible,
  assertNoSidewaysScroll,
  assertOneScreen,
  launchBrowser,
  screenshot,
  visit,
} from "./support/page.mjs";
import { enabled, enter, rested } from "./support/people.mjs";
import { PASSWORD, startHall } from "./support/serve.mjs";

/** Each test has a window of its own, so that none finds what another left. */
let next = 0;

describe("the clerk's desk", () => {
  let browser;
  let hall;
  let windows;
  let window;
  let service;

  before(async () => {
    const users = [
      ["wang", "clerk"],
      ["zhou", "clerk"],
    ];
    [browser, hall] = await Promise.all([launchBrowser(), startHall({ users })]);
  });

  beforeEach(async () => {
    windows ??= await hall.windowsForAnybody();
    window = windows[next];
    next += 1;
    service = await hall.serviceOf(window);
    // Nobody of an earlier test waits.
    for (const number of windows.slice(0, next - 1)) {
      const { state, ticket } = await hall.api("GET", `/windows/${number}`);
      if (ticket) await hall.api("POST", `/windows/${number}/finish`, {});
      if (state !== "closed") await hall.api("POST", `/windows/${number}/close`, {});
    }
    await hall.api("POST", `/windows/${window}/open`, {});
    while (await hall.api("POST", `/windows/${window}/call`, {})) {
      await hall.api("POST", `/windows/${window}/finish`, {});
    }
    await hall.api("POST", `/windows/${window}/close`, {});
  });

  after(async () => {
    await browser?.close();
    await hall?.stop();
  });

  const state = (page, name) => page.locator(`.now[data-state="${name}"]`).waitFor();
  const shows = (page, number) => page.locator(".now-number", { hasText: number }).waitFor();
  const at = (number = window) => hall.api("GET", `/windows/${number}`);
  const ticketState = async (ticket) => (await hall.api("GET", `/tickets/${ticket.id}`)).state;

  async function press(page, key) {
    await enabled(page, "next");
    await rested(page);
    await page.keyboard.press(key);
  }

  it("a morning by keyboard alone, in one key each", async () => {
    const { page, faults, close } = await visit(browser, hall.url, `/desk/${window}`, {
      width: 1366,
      height: 768,
    });
    await page.waitForURL("**/signin?to=*");
    await page.locator("#name").waitFor();
    await page.keyboard.type("wang");
    await page.keyboard.press("Tab");
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press("Enter");
    await page.waitForURL(`**/desk/${window}`);
    await enabled(page, "next");

    await page.keyboard.press("Space");
    await state(page, "idle");
    await press(page, "F1");
    await state(page, "ready");

    // Who comes while the window is ready is called at once.
    const one = await hall.issue(service);
    await shows(page, one.number);
    await screenshot(page, "desk-called-zh");
    await press(page, "F2");
    await page.locator(".now-facts", { hasText: "第 2 次呼叫" }).waitFor();
    await press(page, "F3");
    await state(page, "busy");

    const [two, three, four] = [
      await hall.issue(service),
      await hall.issue(service),
      await hall.issue(service),
    ];
    await page.locator('[data-figure="waiting"] strong', { hasText: "3" }).waitFor();
    await page.locator('[data-side="next"]', { hasText: two.number }).waitFor();
    await screenshot(page, "desk-serving-zh");

    // The one key: finish and call.
    await press(page, "Enter");
    await shows(page, two.number);
    assert.equal(await ticketState(one), "done");

    // Did not come: two keys, and it stands in the list of the missed.
    await press(page, "F4");
    await page.locator('[data-dialog="miss"]').waitFor();
    await press(page, "Enter");
    await state(page, "idle");
    await page.locator('[data-side="missed"] li', { hasText: two.number }).waitFor();
    assert.equal(await ticketState(two), "missed");

    await press(page, "Space");
    await shows(page, three.number);
    await press(page, "F7");
    await page.locator('[data-side="parked"] li', { hasText: three.number }).waitFor();
    await press(page, "F8");
    await shows(page, three.number);

    // To another window, chosen and confirmed without a mouse.
    await hall.api("POST", "/windows/210/open", {});
    await press(page, "F6");
    await page.locator('[data-dialog="transfer"] [role="combobox"]').waitFor();
    await screenshot(page, "desk-transfer-zh");
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Enter");
    await page.locator('[data-tab="window"][aria-pressed="true"]').waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.type("210");
    await page.keyboard.press("Enter");
    await page.locator('[data-action="confirm"]').waitFor();
    await page.keyboard.press("Enter");
    await state(page, "idle");
    assert.equal((await hall.api("GET", `/tickets/${three.id}`)).window, 210);
    await hall.api("POST", "/windows/210/call", {});
    await hall.api("POST", "/windows/210/finish", {});
    await hall.api("POST", "/windows/210/close", {});

    await press(page, "F5");
    await page.locator('[data-dialog="pause"]').waitFor();
    await page.keyboard.press("2");
    await state(page, "paused");
    assert.equal((await at()).reason, "喝水、如厕");
    await press(page, "Space");
    await state(page, "idle");

    await press(page, "Space");
    await shows(page, four.number);
    await press(page, "F10");
    await page.locator('[data-dialog="return"]').waitFor();
    await page.keyboard.press("1");
    await state(page, "idle");
    await press(page, "Space");
    await shows(page, four.number);
    await press(page, "F9");
    await state(page, "idle");
    assert.equal(await ticketState(four), "done");

    await assertOneScreen(page);
    await assertAccessible(page);
    assert.deepEqual(
      faults.filter((fault) => !fault.includes("Failed to load resource")),
      [],
    );
    await close();
  });

  it("takes a storm of presses and a held key for one action", async () => {
    const { page, close } = await enter(browser, hall, "wang", `/desk/${window}`);
    await enabled(page, "next");
    await page.keyboard.press("Space");
    await state(page, "idle");
    const tickets = [];
    for (let n = 0; n < 4; n += 1) tickets.push(await hall.issue(service));
    await page.locator('[data-figure="waiting"] strong', { hasText: "4" }).waitFor();

    await rested(page);
    for (let n = 0; n < 20; n += 1) await page.keyboard.press("Space");
    await shows(page, tickets[0].number);
    await rested(page);
    // A key that is held down sends a press after the other.
    for (let n = 0; n < 20; n += 1) await page.keyboard.down("F1");
    await page.keyboard.up("F1");
    await shows(page, tickets[1].number);
    await rested(page);

    const states = await Promise.all(tickets.map(ticketState));
    assert.deepEqual(states, ["done", "called", "waiting", "waiting"]);
    await close();
  });

  it("has one seat: the second is told who sits there, the first that somebody took over", async () => {
    const first = await enter(browser, hall, "wang", `/desk/${window}`);
    await enabled(first.page, "next");
    const second = await enter(browser, hall, "zhou", `/desk/${window}?lang=en`);
    const dialog = second.page.locator('[data-dialog="seat"]');
    await dialog.filter({ hasText: "wang" }).waitFor();
    await assertAccessible(second.page);
    await screenshot(second.page, "desk-seat-taken-en");
    await second.page.keyboard.press("Enter");
    await enabled(second.page, "next");

    await first.page.locator('[data-dialog="seat"]', { hasText: "zhou" }).waitFor();
    await screenshot(first.page, "desk-seat-lost-zh");
    await first.page.keyboard.press("F1");
    await rested(first.page);
    assert.equal((await at()).state, "closed", "who has lost the seat can do nothing");
    await second.page.keyboard.press("F1");
    await state(second.page, "idle");
    assert.deepEqual([...first.unexpected(), ...second.unexpected()], []);
    await first.close();
    await second.close();
  });

  it("shows a loss within five seconds, queues nothing, and has its ticket back after a restart", async () => {
    const { page, close } = await enter(browser, hall, "wang", `/desk/${window}`);
    await enabled(page, "next");
    await page.keyboard.press("Space");
    await state(page, "idle");
    const ticket = await hall.issue(service);
    await press(page, "Space");
    await shows(page, ticket.number);

    await page.reload();
    await shows(page, ticket.number);
    await enabled(page, "recall");

    await hall.kill();
    await page.locator(".interruption").waitFor({ timeout: 5000 });
    await page.locator(".deeds-why", { hasText: "与服务器的连接中断" }).waitFor();
    assert.equal(await page.locator('[data-action="recall"]').getAttribute("aria-disabled"), "true");
    await rested(page);
    await page.keyboard.press("F2");
    await page.locator(".notice", { hasText: "连接中断" }).waitFor();
    await assertAccessible(page);
    await screenshot(page, "desk-interrupted-zh");

    await hall.restart();
    await page.locator('.desk[data-phase="live"]').waitFor({ timeout: 5000 });
    await shows(page, ticket.number);
    await enabled(page, "recall");
    const { calls } = await hall.api("GET", `/tickets/${ticket.id}`);
    assert.equal(calls, 1, "what was pressed while the server was away is not done later");
    await press(page, "F2");
    await page.locator(".now-facts", { hasText: "第 2 次呼叫" }).waitFor();
    await close();
  });

  it("has a second layout and keys of one's own, and remembers them", async () => {
    const { page, close } = await enter(browser, hall, "wang", `/desk/${window}?lang=en`);
    await enabled(page, "next");
    await page.click('[data-action="keys"]');
    await page.click('[data-tab="numpad"]');
    await page.click('[data-bind="pause"]');
    await page.keyboard.press("KeyP");
    await page.locator('[data-bind="pause"][aria-pressed="false"]', { hasText: /^P / }).waitFor();
    await assertAccessible(page);
    await screenshot(page, "desk-keys-en");
    await page.keyboard.press("Escape");
    await page.reload();
    await enabled(page, "next");
    assert.match(await page.locator('button[data-action="recall"] .key').textContent(), /Num 1/);
    await page.keyboard.press("NumpadEnter");
    await state(page, "idle");
    await press(page, "KeyP");
    await page.locator('[data-dialog="pause"]').waitFor();
    await close();
  });

  it("says in its title that somebody waits, and nothing of who", async () => {
    const { page, close } = await enter(browser, hall, "wang", `/desk/${window}`);
    await enabled(page, "next");
    await page.keyboard.press("Space");
    await state(page, "idle");
    await hall.issue(service);
    await page.waitForFunction(() => document.title.startsWith("● 1 人等候"));
    await close();
  });

  for (const [language, width, height] of [
    ["zh", 1366, 768],
    ["en", 1366, 768],
    // The same screen at 200 %.
    ["en", 683, 384],
  ]) {
    it(`fits ${width} × ${height} in ${language}`, async () => {
      const { page, close } = await enter(browser, hall, "wang", `/desk/${window}?lang=${language}`, {
        size: { width, height },
      });
      await enabled(page, "next");
      await page.keyboard.press("Space");
      await state(page, "idle");
      await hall.issue(service, { class: "elder" });
      await press(page, "Space");
      await page.locator(".now-number").waitFor();
      await assertNoSidewaysScroll(page);
      if (height > 700) await assertOneScreen(page);
      await assertAccessible(page);
      await screenshot(page, `desk-${language}-${width}`);
      await close();
    });
  }
});
