import { render } from "preact";
import { beforeEach, expect, it } from "vitest";
import en from "../../../../locales/en/hall.ftl?raw";
import zh from "../../../../locales/zh-CN/hall.ftl?raw";
import { apply, EMPTY } from "../../shared/hall/state";
import { hall, link } from "../../shared/hall/store";
import { START } from "../../shared/socket/link";
import { event, queue, snapshot, ticket, windowOf } from "../../shared/socket/samples";
import { loadWords } from "../../shared/words/words";
import { HallPage } from "./HallPage";

const WINDOWS = Array.from({ length: 210 }, (_, n) => windowOf({ window: n + 1 }));
const text = (selector: string) => document.querySelector(selector)?.textContent ?? "";
/** Signals reach the DOM a turn later. */
const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

beforeEach(async () => {
  loadWords({ zh, en });
  document.body.innerHTML = '<div id="page"></div>';
  hall.value = apply(EMPTY, snapshot(1, { windows: WINDOWS, queues: [queue({ waiting: 3 })] }));
  link.value = { ...START, phase: "live", hallTime: hall.value.at, heardMs: 0 };
  render(<HallPage />, document.getElementById("page") as HTMLElement);
  await turn();
});

it("shows each window once with its state in words", () => {
  expect(document.querySelectorAll(".cell")).toHaveLength(210);
  expect(text('.cell[data-window="17"]')).toBe("17空闲");
  expect(text("h1")).toBe("鄞州");
  expect(text('[data-figure="waiting"] strong')).toBe("3");
  expect(text("td.estimate")).toContain("不详");
});

it("keeps its rows and cells while thousands of calls pass", async () => {
  const nodes = () => [...document.querySelectorAll(".call, .cell, tbody tr")];
  const before = nodes();
  for (let seq = 2; seq < 2002; seq += 1) {
    const called = ticket({ id: `t${seq}`, number: `A${seq}`, window: (seq % 210) + 1 });
    const window_state = windowOf({ window: (seq % 210) + 1, state: "busy", ticket: called });
    hall.value = apply(hall.value, event(seq, "ticket.called", { ...called, window_state }));
    if (seq % 100 === 0) await turn();
  }
  await turn();
  expect(text(".call:first-child .call-number")).toBe("A2001");
  expect(nodes()).toHaveLength(before.length);
  expect(nodes().every((node, place) => node === before[place])).toBe(true);
}, 30_000);

it("says since when the data is old, and keeps showing it", async () => {
  link.value = { ...link.value, phase: "lost", attempt: 1 };
  await turn();
  expect(text('[role="status"]')).toContain("数据中断 08:31 起");
  expect(document.querySelector(".hall")?.getAttribute("data-old")).toBe("true");
  expect(document.querySelectorAll(".cell")).toHaveLength(210);
  link.value = { ...link.value, phase: "live", attempt: 0 };
  await turn();
  expect(text('[role="status"]')).toBe("");
});
