// One Chromium for a test file, pages that keep an eye on themselves, and waiting for changes without sleeping.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const require = createRequire(new URL("../../../web/package.json", import.meta.url));
const { chromium } = require("playwright-core");
const { AxeBuilder } = require("@axe-core/playwright");

export const SCREENSHOTS = fileURLToPath(new URL("../screenshots/", import.meta.url));

/** `more` are further flags of the browser. */
export function launchBrowser(more = []) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_BIN ?? "/usr/bin/chromium",
    headless: false, // `--headless=new` below asks for the full browser without a screen
    args: [
      "--headless=new",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...more,
    ],
  });
}

/** A fresh visitor. `first` runs in each page before its own scripts. `faults` collects console errors, uncaught errors and requests to other origins. */
export async function visit(browser, origin, path, { width, height }, options = {}, first = null) {
  const context = await browser.newContext({ viewport: { width, height }, ...options });
  if (first) await context.addInitScript(first);
  const page = await context.newPage();
  const faults = [];
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`uncaught: ${error.message}`));
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== origin) faults.push(`third party: ${request.url()}`);
  });
  page.on("websocket", (socket) => {
    if (new URL(socket.url()).host !== new URL(origin).host) faults.push(`third party: ${socket.url()}`);
  });
  await page.goto(origin + path);
  return { page, faults, close: () => context.close() };
}

/** Resolves with the new text as soon as the text under `selector` is another one. */
export function textChange(page, selector, timeoutMs = 20_000) {
  return page.evaluate(
    ([wanted, limit]) =>
      new Promise((resolve, reject) => {
        const read = () => document.querySelector(wanted)?.textContent ?? "";
        const before = read();
        const watch = new MutationObserver(() => {
          if (read() === before) return;
          watch.disconnect();
          resolve(read());
        });
        watch.observe(document.body, { subtree: true, childList: true, characterData: true });
        setTimeout(() => reject(new Error(`${wanted} stays "${before}"`)), limit);
      }),
    [selector, timeoutMs],
  );
}

/** No serious or critical violation of WCAG 2.0 to 2.2, levels A and AA, and of the further rules named. */
export async function assertAccessible(page, further = []) {
  const { violations } = await new AxeBuilder({ page })
    .options({ rules: Object.fromEntries(further.map((rule) => [rule, { enabled: true }])) })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
    .analyze();
  const bad = violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(
      ({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target} ${node.failureSummary}`).slice(0, 3)}`,
    );
  assert.deepEqual(bad, []);
}

/** Nothing sticks out sideways. */
export async function assertNoSidewaysScroll(page) {
  const [content, view] = await page.evaluate(() => {
    const root = document.documentElement;
    return [root.scrollWidth, root.clientWidth];
  });
  assert.ok(content <= view, `content is ${content} px wide in a view of ${view} px`);
}

/** The whole page fits the screen: a director sees the hall without scrolling. */
export async function assertOneScreen(page) {
  const [content, view] = await page.evaluate(() => {
    const root = document.documentElement;
    return [root.scrollHeight, root.clientHeight];
  });
  assert.ok(content <= view, `content is ${content} px high in a view of ${view} px`);
}

export async function screenshot(page, name) {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: `${SCREENSHOTS}${name}.png` });
}
