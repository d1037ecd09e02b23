// The pretend hall of `web/mock/`, for what a page shows of states that a real hall comes to by luck or after hours.
import { fileURLToPath } from "node:url";
import { visit } from "./page.mjs";
import { startProgram } from "./program.mjs";

const path = (name) => fileURLToPath(new URL(`../../../web/mock/${name}`, import.meta.url));

/** Starts it with so many car parks. */
export function startMock({ lots = 2, name = "server" } = {}) {
  const args = [path(`${name}.mjs`), ...(name === "server" ? ["demo"] : [])];
  return startProgram(process.execPath, [...args, "--listen", "127.0.0.1:0", "--lots", String(lots)]);
}

/** Opens `path` as one of its people. */
export async function enterMock(browser, mock, name, path, size = { width: 1366, height: 768 }) {
  const opened = await visit(browser, mock.url, "/favicon.svg", size);
  const answer = await opened.page.request.post(`${mock.url}/api/v1/session`, {
    data: { name, password: "paihao" },
  });
  if (!answer.ok()) throw new Error(`${name} cannot sign in: ${answer.status()}`);
  await opened.page.goto(mock.url + path);
  return opened;
}
