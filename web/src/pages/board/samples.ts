/** Messages for the tests: whole, with only what matters spelled out. */
import type { Announcement, BoardCall, BoardView } from "../../shared/generated/protocol";

export function call(over: Partial<BoardCall> = {}): BoardCall {
  return {
    key: 1,
    number: "A001",
    window: 12,
    class: "normal",
    again: false,
    fresh: true,
    large: true,
    serving: false,
    ...over,
  };
}

export function view(over: Partial<BoardView> = {}): BoardView {
  return {
    zone: { code: "A", name: { zh: "企业", en: "Business" } },
    hall: { zh: "鄞州", en: "Yinzhou" },
    link: "live",
    time: "08:31",
    date: "2026-11-23",
    open: true,
    calls: [call()],
    lines: [{ service: "S", name: { zh: "设立", en: "Registration" }, waiting: 3, open: true }],
    waiting: 3,
    lots: [],
    ...over,
  };
}

export function announcement(over: Partial<Announcement> = {}): Announcement {
  const saying = {
    language: "zh" as const,
    text: "请A1号到2号窗口办理",
    clips: ["zh/please", "zh/A", "zh/1"],
  };
  return {
    id: 1,
    number: "A1",
    window: 2,
    chime: "chime",
    sayings: [saying, saying],
    pause_ms: 300,
    limit_ms: 9000,
    expires_ms: 60000,
    ...over,
  };
}
