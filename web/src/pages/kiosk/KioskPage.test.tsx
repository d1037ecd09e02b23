import { render } from "preact";
import { beforeEach, expect, it, vi } from "vitest";
import en from "../../../../locales/en/kiosk.ftl?raw";
import zh from "../../../../locales/zh-CN/kiosk.ftl?raw";
import type { KioskView, KioskVisit, Screen, Slip } from "../../shared/generated/protocol";
import { loadWords } from "../../shared/words/words";
import { NOTHING_CHOSEN } from "./browse";
import { KioskPage } from "./KioskPage";
import { mayPress } from "./lock";
import { browse, connected, hall, press, take, view, waits, wide } from "./store";

const SLIP: Slip = {
  number: "A012",
  service: { zh: "公司设立登记", en: "Company registration" },
  place: { zone: "A", name: { zh: "企业", en: "Business" }, windows: "1–4" },
  ahead: 3,
  eta: { low_s: 310, median_s: 480, high_s: 890 },
  time: "09:41",
  reprint: false,
  restored: false,
  link: "http://127.0.0.1/t/secret",
};

const VISIT: KioskVisit = {
  number: "A012",
  service: SLIP.service,
  state: "waiting",
  window: null,
  zone: { zh: "企业", en: "Business" },
  ahead: 3,
  eta: SLIP.eta,
};

const VIEW: KioskView = {
  screen: 1,
  visit: 1,
  at: "2026-11-23T09:41:07.000+08:00",
  look: { language: "zh", large: false, low: false, contrast: false },
  online: true,
  reader: "ready",
  scanner: "ready",
  printer: "ready",
  printer_why: null,
  card_trouble: null,
  card_on: false,
  card_reading: false,
  person: null,
  idle_s: null,
  diagonal_in: 21.5,
  show: { name: "welcome" },
};

const SERVICE = {
  service: "MSA-OPEN",
  name: SLIP.service,
  department: "MSA",
  real_name: true,
  waiting: 3,
  eta: null,
  open_windows: 2,
  issued: 5,
};

let screen = 1;
const turn = () => new Promise((resolve) => setTimeout(resolve, 0));
const text = (selector: string) => document.querySelector(selector)?.textContent ?? "";
const keys = () =>
  [...document.querySelectorAll<HTMLElement>("[data-key]")].map(({ dataset }) => dataset["key"] ?? "");

async function show(next: Screen, change: Partial<KioskView> = {}) {
  screen += 1;
  take({ type: "view", view: { ...VIEW, screen, ...change, show: next } });
  await turn();
}

beforeEach(async () => {
  loadWords({ zh, en });
  document.body.innerHTML = '<div id="page"></div>';
  HTMLDialogElement.prototype.showModal ??= () => {};
  connected.value = true;
  wide.value = false;
  hall.value = {
    name: { zh: "鄞州", en: "Yinzhou" },
    open: true,
    opens: "08:30",
    closes: "17:00",
    departments: [{ code: "MSA", name: { zh: "市监局", en: "Market" } }],
    services: [SERVICE],
    lots: [],
  };
  view.value = null;
  browse.value = NOTHING_CHOSEN;
  render(<KioskPage />, document.getElementById("page") as HTMLElement);
  await show({ name: "welcome" });
});

it("has everything a visitor may need on its first screen", () => {
  expect(keys()).toEqual(
    expect.arrayContaining(["no-card", "appointment", "large", "language", "help", "contrast", "low"]),
  );
  expect(text("h2")).toBe("请放身份证");
});

it("shows free places where the hall has car parks, and none of the past", async () => {
  expect(document.querySelector(".parking")).toBeNull();
  const said = { says: "about", free: 60 } as const;
  const lot = { lot: "P1", name: { zh: "北", en: "North" }, ...said, disabled: { ...said, free: 2 } };
  hall.value = hall.value && { ...hall.value, lots: [lot] };
  await show({ name: "welcome" });
  const free = () => [...document.querySelectorAll(".parking .free")].map(({ textContent }) => textContent);
  expect(free()).toEqual(["约约 2", "约约 60"]);
  await show({ name: "welcome" }, { online: false });
  expect(free()).toEqual(["—不详", "—不详"]);
});

it("says people waiting, the wait, and what needs a card before anything is chosen", async () => {
  await show({ name: "services" });
  const key = text('[data-key="service-MSA-OPEN"]');
  expect(key).toContain("等候 3 人");
  expect(key).toContain("时间暂不能估计");
  expect(key).toContain("需身份证");
});

it("says the hours of a hall that is closed", async () => {
  if (hall.value) hall.value = { ...hall.value, open: false };
  await show({ name: "services" });
  const key = document.querySelector<HTMLButtonElement>('[data-key="service-MSA-OPEN"]');
  expect(key?.disabled).toBe(true);
  expect(key?.textContent).toContain("08:30–17:00");
});

it("masks the visitor, and forgets him with the visit", async () => {
  await show({ name: "services" }, { person: { name: "张*", last4: "123X", expired: false } });
  browse.value = { tab: "search", department: null, page: 1, typed: ["G"] };
  expect(text(".person")).toBe("张*尾号 123X");
  await show(
    { name: "done", slip: SLIP, seconds: 20 },
    { person: { name: "张*", last4: "123X", expired: false } },
  );
  expect(text(".slip-number")).toBe("A012");
  await show({ name: "welcome" }, { visit: 2 });
  expect(document.body.textContent).not.toMatch(/张|123X|A012|公司/);
  expect(browse.value).toEqual(NOTHING_CHOSEN);
  expect(localStorage.length + sessionStorage.length).toBe(0);
});

it("takes one press a screen", async () => {
  await show({ name: "confirm", service: "MSA-OPEN", elder: null, place: SLIP.place });
  press({ key: "take" });
  await turn();
  expect(waits.value).toBe(true);
  expect(document.querySelector<HTMLButtonElement>('[data-key="take"]')?.disabled).toBe(true);
  await show({ name: "issuing", service: SLIP.service, slow: false });
  expect(waits.value).toBe(false);
});

it("frees its keys when a press went nowhere", async () => {
  vi.useFakeTimers();
  press({ key: "no-card" });
  vi.advanceTimersByTime(2000);
  vi.useRealTimers();
  await turn();
  expect(waits.value).toBe(false);
});

it("shows a number without paper with the way to it", async () => {
  await show({ name: "number-only", slip: SLIP, why: "paper-out", again: false });
  expect(text(".number")).toContain("请到导服台补打");
  expect(text(".trouble")).toBe("打印机缺纸");
  expect(document.querySelector(".qr")).not.toBeNull();
  expect(keys()).not.toContain("reprint");
});

it("says where a scanned number is, and whither once it is called", async () => {
  await show({ name: "visit", visit: VISIT });
  expect(text(".slip-number")).toBe("A012");
  expect(text(".slip-facts")).toContain("前面还有 3 人");
  await show({ name: "visit", visit: { ...VISIT, state: "called", window: 7 } });
  expect(text(".slip-facts")).toBe("请到 7 号窗口");
});

it("says that a card is being read and that one has expired", async () => {
  await show({ name: "welcome" }, { card_on: true, card_reading: true });
  expect(text(".reading")).toContain("别拿走");
  await show({ name: "services" }, { person: { name: "张*", last4: "123X", expired: true } });
  expect(text(".person-expired")).not.toBe("");
});

it("marks a reprint", async () => {
  await show({ name: "done", slip: { ...SLIP, reprint: true }, seconds: 20 });
  expect(text(".slip-mark")).toBe("补打");
});

it("speaks the language of the visit, and keeps it no longer", async () => {
  await show({ name: "welcome" }, { look: { ...VIEW.look, language: "en" } });
  expect(text("h2")).toBe("Lay your ID card here");
  expect(document.documentElement.lang).toBe("en");
  await show({ name: "welcome" }, { visit: 2 });
  expect(document.documentElement.lang).toBe("zh-CN");
});

it("has a spoken text on every screen", async () => {
  const place = SLIP.place;
  const screens: Screen[] = [
    { name: "welcome" },
    { name: "closed", why: "printer", nearby: null },
    { name: "help" },
    { name: "appointment" },
    { name: "looking" },
    ...(["waiting", "called", "serving", "parked", "done", "missed", "left"] as const).map(
      (state): Screen => ({ name: "visit", visit: { ...VISIT, state, window: 7 } }),
    ),
    ...(
      ["unreadable", "nothing", "no-visit", "appointment", "not-connected", "unknown", "away"] as const
    ).map((why): Screen => ({ name: "code", why })),
    { name: "services" },
    { name: "need-card", service: SLIP.service },
    { name: "confirm", service: "MSA-OPEN", elder: true, place },
    { name: "issuing", service: SLIP.service, slow: true },
    { name: "printing", slip: SLIP },
    { name: "asking", slip: SLIP },
    { name: "done", slip: SLIP, seconds: 3 },
    { name: "number-only", slip: SLIP, why: null, again: true },
    { name: "already", number: "A012", service: SLIP.service },
    { name: "sorry", why: "server-away" },
  ];
  for (const next of screens) {
    for (const language of ["zh", "en"] as const) {
      await show(next, { look: { ...VIEW.look, language } });
      expect(text('p.unseen[role="status"]').length, next.name).toBeGreaterThan(4);
      expect(document.body.textContent, next.name).not.toMatch(
        /\b[a-z]+-[a-z]+(-[a-z]+)*-detail\b|\{|undefined/,
      );
    }
  }
});

it("lets a keypad move and press, and nothing lead out", () => {
  const key = (key: string, held = {}) =>
    mayPress({ key, ctrlKey: false, altKey: false, metaKey: false, ...held });
  expect(["Tab", "Enter", " ", "ArrowLeft"].every((name) => key(name))).toBe(true);
  expect(["F11", "F5", "Escape", "Backspace", "a"].some((name) => key(name))).toBe(false);
  expect(key("Tab", { altKey: true }) || key("Enter", { ctrlKey: true })).toBe(false);
});
