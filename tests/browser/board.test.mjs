// The board of a zone in a real browser, before a real hall: what it shows, what it says, and what it does not.
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import {
  assertAccessible,
  assertNoSidewaysScroll,
  assertOneScreen,
  launchBrowser,
  screenshot,
  visit,
} from "./support/page.mjs";
import { programPath, startProgram } from "./support/program.mjs";
import { startHall } from "./support/serve.mjs";

const SCREEN = { width: 1920, height: 1080 };
const ZONE = "A";

/** Runs in the page before anything else: notes what is really played, and what is said in words. */
function listen() {
  window.played = [];
  window.said = [];
  const start = AudioBufferSourceNode.prototype.start;
  AudioBufferSourceNode.prototype.start = function (when, ...rest) {
    window.played.push({ from: when, to: when + this.buffer.duration });
    return start.call(this, when, ...rest);
  };
  addEventListener("DOMContentLoaded", () => {
    new MutationObserver(() => {
      const spoken = document.querySelector(".spoken");
      const text = spoken?.textContent;
      const last = window.said.at(-1);
      // A recall has the same text, and a server that was started anew counts anew.
      if (text && (last?.id !== spoken.dataset.id || last.text !== text)) {
        window.said.push({
          id: spoken.dataset.id,
          text,
          clips: spoken.dataset.clips,
          times: spoken.dataset.times,
        });
      }
    }).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
  });
}

/** Runs in the page: a browser that forbids sound until somebody touches the page. Ours, without a screen, never does. */
function forbidSound() {
  let touched = false;
  addEventListener(
    "pointerdown",
    () => {
      touched = true;
    },
    true,
  );
  Object.defineProperty(AudioContext.prototype, "state", { get: () => (touched ? "running" : "suspended") });
  AudioContext.prototype.resume = () => (touched ? Promise.resolve() : new Promise(() => {}));
}

describe("the board of a zone", () => {
  let browser;
  let hall;
  let windows;
  let service;

  before(async () => {
    [browser, hall] = await Promise.all([
      launchBrowser(["--autoplay-policy=no-user-gesture-required"]),
      startHall(),
    ]);
    const [all, queues] = await Promise.all([hall.api("GET", "/windows"), hall.api("GET", "/queues")]);
    const mine = all.filter(({ zone }) => zone === ZONE);
    // A matter of this zone that asks for nobody's name.
    service = queues
      .filter(({ real_name }) => !real_name)
      .map(({ service }) => service)
      .find((code) => mine.filter(({ services }) => services.includes(code)).length > 3);
    windows = mine.filter(({ services }) => services.includes(service)).map(({ window }) => window);
    for (const window of windows) await hall.api("POST", `/windows/${window}/open`, {});
  });

  after(async () => {
    await Promise.all([browser?.close(), hall?.stop()]);
  });

  const issue = (more = {}) => hall.issue(service, more);
  const call = (at, ticket) => hall.api("POST", `/windows/${at}/call`, ticket ? { ticket: ticket.id } : {});

  async function board({ path = `/board/${ZONE}`, origin = hall.url, first = listen } = {}) {
    const visited = await visit(browser, origin, path, SCREEN, {}, first);
    await visited.page.locator('.board[data-link="live"]').waitFor();
    return visited;
  }

  const large = (page, number, window) =>
    page.locator(`.large[data-number="${number}"][data-window="${window}"]`);

  // Ends every visit at the windows, so that each story begins with an empty board.
  afterEach(async () => {
    for (const { window, ticket } of await hall.api("GET", "/windows")) {
      if (ticket) await hall.api("POST", `/windows/${window}/finish`, {});
    }
  });

  it("shows number and window within a second of the call, and says them", async () => {
    const { page, faults, close } = await board();
    await page.locator(".stage-notice").waitFor();
    await screenshot(page, "board-idle");
    const ticket = await issue();
    const began = performance.now();
    await call(windows[0]);
    await large(page, ticket.number, windows[0]).waitFor({ timeout: 1000 });
    assert.ok(performance.now() - began < 1000, `shown after ${performance.now() - began} ms`);

    await page.locator('.spoken[data-over="true"]').waitFor({ timeout: 30_000 });
    const [said, played] = await page.evaluate(() => [window.said, window.played]);
    assert.equal(said.length, 1);
    assert.equal(said[0].text, `请${ticket.number}号到${windows[0]}号窗口办理`);
    assert.equal(said[0].times, "2");
    const clips = said[0].clips.split(" ");
    const spelled = [...ticket.number].map((c) => `zh/${c}`);
    assert.deepEqual(clips.slice(0, spelled.length + 2), ["zh/please", ...spelled, "zh/number-to"]);
    assert.equal(played.length, 1 + 2 * clips.length, "a chime, and every clip twice");
    assertNoOverlap(played);

    // On the wall: no scroll bars, no pointer, contrast, letters for ten metres (79 px on a 55-inch screen).
    await assertOneScreen(page);
    await assertNoSidewaysScroll(page);
    await assertAccessible(page, ["color-contrast-enhanced"]);
    assert.equal(await page.evaluate(() => getComputedStyle(document.body).cursor), "none");
    const height = await page.locator(".large-number").evaluate((element) => {
      const canvas = document.createElement("canvas").getContext("2d");
      const { fontWeight, fontSize, fontFamily } = getComputedStyle(element);
      canvas.font = `${fontWeight} ${fontSize} ${fontFamily}`;
      return canvas.measureText("E").actualBoundingBoxAscent;
    });
    assert.ok(height >= 2 * 79, `the newest call stands ${height} px tall`);
    await screenshot(page, "board-call");
    assert.deepEqual(faults, []);
    await close();
  });

  it("shows two calls of one second for five seconds and says both in order without overlap", async () => {
    const { page, close } = await board();
    const tickets = [await issue(), await issue({ class: "green", reason: "指引" })];
    await Promise.all([call(windows[0], tickets[0]), call(windows[1], tickets[1])]);
    const began = performance.now();
    for (const [index, ticket] of tickets.entries())
      await large(page, ticket.number, windows[index]).waitFor();
    await screenshot(page, "board-two");
    await page.locator(".large[data-fresh='true']").nth(1).waitFor({ state: "detached" });
    assert.ok(performance.now() - began >= 5000, "both were news for five seconds");
    await page.waitForFunction(() => window.said.length === 2, null, { timeout: 30_000 });
    await page.locator('.spoken[data-over="true"]').waitFor({ timeout: 30_000 });
    const [said, played] = await page.evaluate(() => [window.said, window.played]);
    for (const ticket of tickets) assert.ok(said.some(({ text }) => text.includes(ticket.number)));
    assertNoOverlap(played);
    await close();
  });

  it("takes a ticket off the board when its visit ends, and says a recall again", async () => {
    const { page, close } = await board();
    const ticket = await issue();
    await call(windows[0]);
    await large(page, ticket.number, windows[0]).waitFor();
    await page.locator('.spoken[data-over="true"]').waitFor({ timeout: 30_000 });
    await hall.api("POST", `/windows/${windows[0]}/recall`, {});
    await page.waitForFunction(() => window.said.length === 2, null, { timeout: 10_000 });
    const said = await page.evaluate(() => window.said);
    assert.equal(said[0].text, said[1].text);
    await hall.api("POST", `/windows/${windows[0]}/miss`, {});
    await large(page, ticket.number, windows[0]).waitFor({ state: "detached" });
    assert.equal(await page.locator(`[data-number="${ticket.number}"]`).count(), 0);
    await close();
  });

  it("keeps a number whole after the thousandth ticket, and a full board on one screen, in both languages", async () => {
    let last = await issue();
    while (last.number.length < 5) last = await issue();
    for (const window of windows.slice(1, 9)) await call(window, await issue());
    const { page, close } = await board();
    const english = await board({ path: `/board/${ZONE}?lang=en` });
    await call(windows[0], last);
    for (const each of [page, english.page]) {
      await large(each, last.number, windows[0]).waitFor();
      const cut = await each
        .locator(".large-number, .row-number, .row-window, .large-window")
        .evaluateAll((all) =>
          all.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent),
        );
      assert.deepEqual(cut, []);
      assert.equal(await each.locator("[data-number]").count(), 8);
      await assertOneScreen(each);
      await assertAccessible(each, ["color-contrast-enhanced"]);
    }
    await screenshot(page, "board-full-zh");
    await screenshot(english.page, "board-full-en");
    await Promise.all([close(), english.close()]);
  });

  it("shows calls where sound is forbidden, and speaks once the page is touched", async () => {
    const { page, close } = await board({ first: `(${forbidSound})(); (${listen})();` });
    const first = await issue();
    await call(windows[0], first);
    await large(page, first.number, windows[0]).waitFor();
    const hint = page.locator(".sound-hint");
    await hint.waitFor();
    assert.deepEqual(await page.evaluate(() => window.played), []);
    await screenshot(page, "board-sound-hint");
    await hint.click();
    await hint.waitFor({ state: "detached" });
    const second = await issue();
    await call(windows[1], second);
    await page.waitForFunction((number) => window.said.at(-1)?.text.includes(number), second.number);
    await close();
  });

  it("says when the data stops, is right again after a restart, and announces nothing old", async () => {
    const { page, close } = await board();
    const before = await issue();
    await call(windows[0], before);
    await page.locator('.spoken[data-over="true"]').waitFor({ timeout: 30_000 });
    await hall.kill();
    await page.locator('.board[data-link="stale"]').waitFor({ timeout: 12_000 });
    assert.match(await page.locator(".stage-title").textContent(), /数据中断 \d\d:\d\d/);
    assert.equal(await page.locator(".large").count(), 0, "no old number looks new");
    assert.equal(
      await page.locator(`.row[data-number="${before.number}"]`).count(),
      1,
      "the last state stays",
    );
    assert.equal(await page.locator(".lines li").count(), 0, "waiting figures are hidden");
    await assertAccessible(page, ["color-contrast-enhanced"]);
    await screenshot(page, "board-stale");

    await hall.restart();
    await page.locator('.board[data-link="live"]').waitFor({ timeout: 5000 });
    await large(page, before.number, windows[0]).waitFor();
    assert.equal(await page.locator(".large[data-fresh='true']").count(), 0, "shown, but not as news");
    const next = await issue();
    await call(windows[1], next);
    await page.waitForFunction((number) => window.said.at(-1)?.text.includes(number), next.number);
    const said = await page.evaluate(() => window.said.map(({ text }) => text));
    assert.equal(said.length, 2, `said: ${said}`);
    await close();
  });

  it("leads from an unknown zone to those there are", async () => {
    const { page, close } = await visit(browser, hall.url, "/board/Q", SCREEN);
    await page.getByText("没有“Q”区").waitFor();
    assert.equal(await page.locator(".zones li").count(), 8);
    await assertAccessible(page);
    await screenshot(page, "board-zones");
    await page.locator(".zones a").first().click();
    await page.locator('.board[data-link="live"]').waitFor();
    await close();
  });

  it("is served beside the board as well, also when the server is away", async () => {
    const display = await startProgram(
      process.env.PAIHAO_DISPLAY_BIN ?? join(dirname(programPath()), "paihao-display"),
      ["--server", hall.url, "--listen", "127.0.0.1:0", "--zone", ZONE],
      { PAIHAO_TOKEN: await hall.newToken("board") },
    );
    const { page, close } = await board({ origin: display.url });
    const ticket = await issue();
    await call(windows[0], ticket);
    await large(page, ticket.number, windows[0]).waitFor({ timeout: 1000 });
    await page.waitForFunction((number) => window.said.at(-1)?.text.includes(number), ticket.number);
    await hall.kill();
    await page.locator('.board[data-link="stale"]').waitFor({ timeout: 15_000 });
    // Loaded anew, the page is there all the same.
    await page.reload();
    await page.locator('.board[data-link="stale"]').waitFor();
    await hall.restart();
    await page.locator('.board[data-link="live"]').waitFor({ timeout: 8000 });
    await large(page, ticket.number, windows[0]).waitFor();
    // The program beside the board is started anew: the page finds it again by itself.
    await display.kill();
    const again = await startProgram(
      process.env.PAIHAO_DISPLAY_BIN ?? join(dirname(programPath()), "paihao-display"),
      ["--server", hall.url, "--listen", display.address, "--zone", ZONE],
      { PAIHAO_TOKEN: await hall.newToken("board") },
    );
    const next = await issue();
    await call(windows[1], next);
    await large(page, next.number, windows[1]).waitFor({ timeout: 10_000 });
    await again.kill("SIGTERM");
    await close();
  });
});

function assertNoOverlap(played) {
  for (let index = 1; index < played.length; index += 1) {
    const [one, next] = [played[index - 1], played[index]];
    assert.ok(next.from >= one.to - 0.001, `a clip begins at ${next.from} before the last ends at ${one.to}`);
  }
}
