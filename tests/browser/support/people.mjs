// Somebody who has signed in, at a page of his own.
import { visit } from "./page.mjs";
import { PASSWORD } from "./serve.mjs";

/** What pages at work may say: refusals are answers, and a server that is away cannot be reached. */
const EXPECTED = /Failed to load resource|WebSocket connection/;

/** Opens `path` as `name`, signed in through the API as the sign-in page does it. */
export async function enter(browser, hall, name, path, { size = { width: 1366, height: 768 } } = {}) {
  const opened = await visit(browser, hall.url, "/favicon.svg", size);
  const answer = await opened.page.request.post(`${hall.url}/api/v1/session`, {
    data: { name, password: PASSWORD },
    headers: { origin: hall.url },
  });
  if (!answer.ok()) throw new Error(`${name} cannot sign in: ${answer.status()} ${await answer.text()}`);
  await opened.page.goto(hall.url + path);
  return { ...opened, unexpected: () => opened.faults.filter((fault) => !EXPECTED.test(fault)) };
}

/** Resolves when a button can be pressed. */
export function enabled(page, action) {
  return page.waitForFunction(
    (name) => {
      const button = document.querySelector(`button[data-action="${name}"]`);
      return button !== null && button.getAttribute("aria-disabled") === "false";
    },
    action,
    { timeout: 10_000 },
  );
}

/** Resolves when the keys of a desk have rested, so that the next press counts. */
export function rested(page) {
  return page.locator('.desk[data-rested="true"]').waitFor();
}
