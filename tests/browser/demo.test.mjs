// From the card to the board: the whole hall with its four programs, as whoever runs the demo has it before him.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { launchBrowser, SCREENSHOTS, screenshot, visit } from "./support/page.mjs";
import { startDemo } from "./support/program.mjs";

const KIOSK = { width: 1080, height: 1920 };
const BOARD = { width: 1920, height: 1080 };
const DESK = { width: 1366, height: 768 };
const PHONE = { width: 360, height: 640 };
const WINDOW = 12;

/** Notes in the page what the board really says. */
function listen() {
  window.said = [];
  addEventListener("DOMContentLoaded", () => {
    new MutationObserver(() => {
      const spoken = document.querySelector(".spoken");
      const text = spoken?.textContent;
      if (text && window.said.at(-1)?.id !== spoken.dataset.id)
        window.said.push({ id: spoken.dataset.id, text });
    }).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
  });
}

describe("from the card to the board", () => {
  let browser;
  let demo;
  let zone;
  let service;
  let department;
  let number;
  let phone;

  before(async () => {
    [browser, demo] = await Promise.all([
      launchBrowser(["--autoplay-policy=no-user-gesture-required"]),
      startDemo({ speed: 1, visitors: "none" }),
    ]);
  });

  after(async () => {
    await browser?.close();
    await demo?.kill();
  });

  async function ask(method, path, body) {
    const answer = await fetch(demo.url + path, {
      method,
      headers: { origin: demo.url, "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${await answer.clone().text()}`);
    return answer;
  }
  const lay = (card, fault) =>
    ask("PUT", "/demo/bridge/v1/virtual/readers/k1/card", { card, ...(fault && { fault }) });
  const plug = (plugs) => ask("PUT", "/demo/bridge/v1/virtual/printers/k1/plugs", plugs);
  const state = async () => (await ask("GET", "/demo/state")).json();
  const papers = async () => (await state()).bridge.printers.find(({ name }) => name === "k1").tickets;
  async function screen(page, name) {
    const wanted = page.locator(`.kiosk[data-name="${name}"]`).waitFor({ timeout: 20_000 });
    await wanted.catch(async () => {
      const shown = await page.locator(".kiosk").getAttribute("data-name");
      assert.fail(`the kiosk shows ${shown} instead of ${name}`);
    });
  }
  const key = (page, name) => page.locator(`.touch[data-key="${name}"]`).click();

  /** By its department, and through the pages until it is there. */
  async function choose(page, code) {
    await key(page, "tab-departments");
    await turnTo(page, `department-${department}`);
    await turnTo(page, `service-${code}`);
  }

  async function turnTo(page, name) {
    const found = page.locator(`.touch[data-key="${name}"]`);
    await page.locator('.touch[data-key^="department-"], .touch[data-key^="service-"]').first().waitFor();
    while (!(await found.count()))
      await page.locator('.touch[data-key="page-after"]').click({ timeout: 5000 });
    await found.click();
  }

  it("the doorway leads to every page", async () => {
    const { page, faults, close } = await visit(browser, demo.url, "/", DESK);
    for (const door of ["kiosk", "board", "hall", "desk", "reception", "manage", "demo"]) {
      await page.locator(`.door[data-door="${door}"]`).waitFor();
    }
    await screenshot(page, "doorway-zh");
    await page.goto(`${demo.url}/?lang=en`);
    await page.locator('.door[data-door="kiosk"]').waitFor();
    await screenshot(page, "doorway-en");
    assert.deepEqual(faults, []);
    await close();
  });

  it("a clerk sits down at window 12 through the doorway", async () => {
    const { page, close } = await visit(browser, demo.url, "/", DESK);
    await page.locator('.door[data-door="desk"] button').click();
    await page.waitForURL(`**/desk/${WINDOW}`);
    await page.locator('button[data-action="next"][aria-disabled="false"]').waitFor();
    await page.locator('.desk[data-rested="true"]').waitFor();
    // The first press of the morning opens the window.
    await page.keyboard.press("Space");
    await page.locator('.now[data-state="idle"]').waitFor();
    await screenshot(page, "desk-demo-idle");
    const me = await page.evaluate(async (window) => {
      const answer = await fetch(`/api/v1/windows/${window}`);
      return answer.json();
    }, WINDOW);
    const queues = await page.evaluate(async () => (await fetch("/api/v1/queues")).json());
    zone = me.zone;
    ({ service, department } = queues.find(({ service }) => me.services.includes(service)));
    await close();
  });

  it("card, service, ticket: the paper says what it must, and nobody's name", async () => {
    const { page, close } = await visit(browser, demo.url, "/kiosk", KIOSK);
    await screen(page, "welcome");
    await screenshot(page, "kiosk-demo-welcome");
    await lay(0);
    await screen(page, "services");
    await choose(page, service);
    await screen(page, "confirm");
    await screenshot(page, "kiosk-demo-confirm");
    await key(page, "take");
    await screen(page, "done");
    await screenshot(page, "kiosk-demo-done");
    number = (await page.locator(".slip-number").textContent()).trim();
    assert.match(number, /^[A-Z]{1,2}\d{3,}$/);

    const [paper] = (await papers()).slice(-1);
    assert.ok(paper.complete && !paper.reprint, JSON.stringify(paper));
    const { deck } = (await state()).bridge.readers.find(({ name }) => name === "k1");
    for (const said of [number, "前面", /\d\d:\d\d/, /分钟|时间/]) assert.match(paper.text, new RegExp(said));
    assert.equal(paper.qr.length, 1);
    assert.ok(!paper.text.includes(deck?.[0]?.name ?? "张"), "no name on the paper");
    assert.doesNotMatch(paper.text, /\d{17}[\dX]/);
    phone = new URL(paper.qr[0]);
    const png = await (await ask("GET", `/demo/bridge${paper.png}`)).arrayBuffer();
    assert.deepEqual([...new Uint8Array(png).slice(1, 4)], [0x50, 0x4e, 0x47]);
    writeFileSync(`${SCREENSHOTS}ticket-demo.png`, Buffer.from(png));
    await lay(null);
    await key(page, "finish");
    await screen(page, "welcome");
    assert.ok(!(await page.content()).includes(number), "nothing of the visitor is left");
    await close();
  });

  it("the phone link answers with the visit and nothing else", async () => {
    const { page, faults, close } = await visit(browser, demo.url, phone.pathname, PHONE);
    await page.locator(".visit[data-face]").waitFor();
    assert.ok((await page.locator(".visit").textContent()).includes(number));
    await screenshot(page, "phone-demo");
    assert.deepEqual(faults, []);
    await close();
  });

  it("one key at the desk; the board shows number and window within a second and says them; the phone knows", async () => {
    const board = await visit(browser, demo.url, `/board/${zone}`, BOARD, {}, listen);
    await board.page.locator('.board[data-link="live"]').waitFor();
    const visitor = await visit(browser, demo.url, phone.pathname, PHONE);
    await visitor.page.locator(".visit").waitFor();
    const desk = await visit(browser, demo.url, "/", DESK);
    await desk.page.locator('.door[data-door="desk"] button').click();
    await desk.page.waitForURL(`**/desk/${WINDOW}`);
    await desk.page.locator('button[data-action="next"][aria-disabled="false"]').waitFor();
    await desk.page.locator('.desk[data-rested="true"]').waitFor();
    const shown = board.page.locator(`.large[data-number="${number}"][data-window="${WINDOW}"]`);
    const began = performance.now();
    await desk.page.keyboard.press("Space");
    await shown.waitFor({ timeout: 5000 });
    const took = performance.now() - began;
    assert.ok(took < 1000, `shown after ${took} ms`);
    await desk.page.locator(".now-number", { hasText: number }).waitFor();
    await board.page.waitForFunction((text) => window.said.some((said) => said.text.includes(text)), number, {
      timeout: 15_000,
    });
    const { text } = await board.page.evaluate(() => window.said[0]);
    assert.ok(text.includes(number) && text.includes(`${WINDOW}`), text);
    await visitor.page.locator('.visit[data-face="called"]').waitFor({ timeout: 5000 });
    // A sign's card takes one refresh a second, so it may follow the board by as much.
    const sign = async () =>
      JSON.stringify((await state()).bridge.signs.find(({ name }) => name === "hall").areas);
    const late = performance.now() + 5000;
    for (let shows = await sign(); !shows.includes(number); shows = await sign())
      assert.ok(performance.now() < late, `the sign shows ${shows}`);
    await screenshot(board.page, "board-demo-called");
    await screenshot(desk.page, "desk-demo-called");
    await screenshot(visitor.page, "phone-demo-called");
    await Promise.all([board.close(), visitor.close(), desk.close()]);
  });

  it("paper out in mid-ticket: the number stays on the screen, and one marked ticket comes out afterwards", async () => {
    const before = (await papers()).length;
    const manager = await visit(browser, demo.url, "/", DESK);
    await manager.page.locator('.door[data-door="manage"] button').click();
    await manager.page.waitForURL("**/manage");
    const trouble = (count) =>
      manager.page
        .locator('.tile[data-figure="devices"] strong', { hasText: new RegExp(`^${count}$`) })
        .waitFor();
    await trouble(0);
    const { page, close } = await visit(browser, demo.url, "/kiosk", KIOSK);
    await screen(page, "welcome");
    await plug({ out_after_bytes: 200 });
    await lay(1);
    await screen(page, "services");
    await choose(page, service);
    await screen(page, "confirm");
    await key(page, "take");
    // A printer without paper: nobody is asked whether a ticket came out.
    await screen(page, "number-only");
    const shown = (await page.locator(".slip-number").textContent()).trim();
    await screenshot(page, "kiosk-demo-paper-out");
    // The manager sees the printer and its kiosk, and what is wrong.
    await trouble(2);
    await manager.page.locator('.tile[data-figure="devices"]').click();
    for (const device of ["printer k1", "kiosk k1"])
      await manager.page
        .locator(`[data-device="${device}"][data-trouble="true"]`, { hasText: "缺纸" })
        .waitFor();
    await screenshot(manager.page, "manage-demo-devices");
    await plug({ paper: "ok" });
    await trouble(0);
    await manager.close();
    await page.locator('.touch[data-key="reprint"]').waitFor({ timeout: 20_000 });
    await key(page, "reprint");
    await screen(page, "done");
    const whole = (await papers()).slice(before).filter(({ complete }) => complete);
    assert.equal(whole.length, 1, JSON.stringify(whole.map(({ text }) => text)));
    assert.ok(whole[0].reprint && whole[0].text.includes(shown) && whole[0].text.includes("补打"));
    await lay(null);
    await close();
  });

  it("the server is killed and started at the page of the devices; everything is right again", async () => {
    const board = await visit(browser, demo.url, `/board/${zone}`, BOARD, {}, listen);
    await board.page.locator('.board[data-link="live"]').waitFor();
    const kiosk = await visit(browser, demo.url, "/kiosk", KIOSK);
    const devices = await visit(browser, demo.url, "/demo", DESK);
    await devices.page.locator('[data-program="server"]').waitFor();
    await screenshot(devices.page, "demo-zh");
    await ask("POST", "/demo/programs/server/kill");
    await screen(kiosk.page, "closed");
    await board.page
      .locator('.board[data-link="stale"], .board[data-link="lost"], .board[data-stale="true"]')
      .first()
      .waitFor({ timeout: 20_000 });
    await screenshot(board.page, "board-demo-stale");
    await screenshot(kiosk.page, "kiosk-demo-server-away");
    await ask("POST", "/demo/programs/server/start");
    await board.page.locator('.board[data-link="live"]').waitFor({ timeout: 10_000 });
    await screen(kiosk.page, "welcome");
    assert.deepEqual(await board.page.evaluate(() => window.said), [], "nothing old is said again");
    await Promise.all([board.close(), kiosk.close(), devices.close()]);
  });
});
