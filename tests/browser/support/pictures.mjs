// `make pictures`: a picture of every page for the README, from a demo on a busy morning. Look at them before they are kept.
// With the name of a language it takes them in that language, beside the screenshots of the tests.
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { launchBrowser, SCREENSHOTS } from "./page.mjs";
import { startDemo } from "./program.mjs";

/** The hall is full soon, and a page holds still long enough. */
const SPEED = 40;
/** Tickets after which a morning is busy. */
const BUSY = 900;
const WINDOW = 12;

const language = process.argv[2];
const directory = language
  ? `${SCREENSHOTS}pictures-${language}/`
  : fileURLToPath(new URL("../../../docs/pictures/", import.meta.url));
mkdirSync(directory, { recursive: true });

const [browser, demo] = await Promise.all([
  launchBrowser(["--autoplay-policy=no-user-gesture-required"]),
  startDemo({ speed: SPEED }),
]);
try {
  await take();
} finally {
  await browser.close();
  await demo.kill();
}

async function take() {
  const staff = await open({ width: 1366, height: 768 });
  await goTo(staff, "/");
  await staff.locator('.door[data-door="kiosk"]').waitFor();
  await keep(staff, "doorway");
  await goTo(staff, "/signin");
  await staff.locator("#name").waitFor();
  await keep(staff, "signin");

  await goTo(staff, "/hall");
  await staff.waitForFunction(
    (busy) => {
      const text = document.querySelector('[data-figure="issued"] strong')?.textContent ?? "";
      return Number(text.replace(/\D/g, "")) >= busy;
    },
    BUSY,
    { timeout: 300_000 },
  );
  await keep(staff, "hall");

  // The clerk of window 12 sits down, and a visitor with a card takes a number for him.
  await goTo(staff, "/");
  await staff.locator('.door[data-door="desk"] button').click();
  await staff.waitForURL(`**/desk/${WINDOW}`);
  await goTo(staff, `/desk/${WINDOW}`);
  const next = staff.locator('button[data-action="next"][aria-disabled="false"]');
  await next.waitFor();
  await staff.locator('.desk[data-rested="true"]').waitFor();
  await staff.keyboard.press("Space");
  await staff.locator('.now:not([data-state="closed"])').waitFor();
  const queue = await staff.evaluate(
    async ([window]) => {
      const get = async (path) => (await fetch(`/api/v1${path}`)).json();
      const { services } = await get(`/windows/${window}`);
      return (await get("/queues")).find(({ service }) => services.includes(service));
    },
    [WINDOW],
  );

  const kiosk = await open({ width: 1080, height: 1920 }, 0.4);
  await goTo(kiosk, "/kiosk");
  await screen(kiosk, "welcome");
  if (language === "en") await kiosk.locator('.touch[data-key="language"]').first().click();
  await keep(kiosk, "kiosk-welcome");
  await lay(0);
  await screen(kiosk, "services");
  await keep(kiosk, "kiosk-services");
  await key(kiosk, "tab-departments");
  await turnTo(kiosk, `department-${queue.department}`);
  await turnTo(kiosk, `service-${queue.service}`);
  await screen(kiosk, "confirm");
  await keep(kiosk, "kiosk-confirm");
  await key(kiosk, "take");
  await screen(kiosk, "done");
  await keep(kiosk, "kiosk-done");
  const printer = (await state()).bridge.printers.find(({ name }) => name === "k1");
  const paper = printer.tickets.at(-1);
  const png = await fetch(`${demo.url}/demo/bridge${paper.png}`);
  writeFileSync(`${directory}ticket.png`, Buffer.from(await png.arrayBuffer()));
  await lay(null);

  const phone = await open({ width: 360, height: 640 });
  await goTo(phone, new URL(paper.qr[0]).pathname);
  await phone.locator(".visit").waitFor();
  await keep(phone, "phone");

  const board = await open({ width: 1920, height: 1080 }, 0.7);
  await goTo(board, "/board/A");
  await board.locator('.board[data-link="live"]').waitFor();
  await board.locator(".large").first().waitFor({ timeout: 60_000 });
  await keep(board, "board");

  await staff.bringToFront();
  await staff.locator('.desk[data-rested="true"]').waitFor();
  if (!(await staff.locator(".now-number").count())) await staff.keyboard.press("Space");
  await staff.locator(".now-number").waitFor();
  await keep(staff, "desk");

  for (const [door, waits] of [
    ["reception", ".picker-choice"],
    ["manage", '.tile[data-figure="devices"]:not([data-level="none"])'],
    ["parking", ".counts"],
  ]) {
    const page = await open({ width: 1366, height: 768 });
    await goTo(page, "/");
    // A hall without car parks has no door to them.
    const there = page.locator(`.door[data-door="${door}"]`).waitFor({ timeout: 10_000 });
    if (
      !(await there.then(
        () => true,
        () => false,
      )) &&
      door === "parking"
    )
      continue;
    await page.locator(`.door[data-door="${door}"] button`).click();
    await page.waitForURL(`**/${door}`);
    await goTo(page, `/${door}`);
    await page.locator(waits).first().waitFor();
    await keep(page, door);
  }
  const devices = await open({ width: 1366, height: 768 });
  await goTo(devices, "/demo");
  await devices.locator('[data-program="server"]').waitFor();
  await devices.locator("img").first().waitFor();
  await keep(devices, "demo");
}

async function open(viewport, deviceScaleFactor = 1) {
  return (await browser.newContext({ viewport, deviceScaleFactor })).newPage();
}

async function goTo(page, path) {
  const url = new URL(path, demo.url);
  if (language) url.searchParams.set("lang", language);
  await page.goto(url.href);
}

async function keep(page, name) {
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: `${directory}${name}.png` });
  console.log(`${directory}${name}.png`);
}

function screen(page, name) {
  return page.locator(`.kiosk[data-name="${name}"]`).waitFor({ timeout: 30_000 });
}

function key(page, name) {
  return page.locator(`.touch[data-key="${name}"]`).click();
}

async function turnTo(page, name) {
  const found = page.locator(`.touch[data-key="${name}"]`);
  await page.locator('.touch[data-key^="department-"], .touch[data-key^="service-"]').first().waitFor();
  while (!(await found.count())) await key(page, "page-after");
  await found.click();
}

async function lay(card) {
  const answer = await fetch(`${demo.url}/demo/bridge/v1/virtual/readers/k1/card`, {
    method: "PUT",
    headers: { origin: demo.url, "content-type": "application/json" },
    body: JSON.stringify({ card }),
  });
  if (!answer.ok) throw new Error(`the card: ${answer.status} ${await answer.text()}`);
}

async function state() {
  return (await fetch(`${demo.url}/demo/state`)).json();
}
