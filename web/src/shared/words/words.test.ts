import { FluentResource } from "@fluent/bundle";
import { beforeEach, describe, expect, it } from "vitest";
import en from "../../../../locales/en/hall.ftl?raw";
import sharedEn from "../../../../locales/en/shared.ftl?raw";
import zh from "../../../../locales/zh-CN/hall.ftl?raw";
import sharedZh from "../../../../locales/zh-CN/shared.ftl?raw";
import { hourMinute, secondsBetween, waitClock } from "../clock";
import { waitWords } from "./time";
import { chooseLanguage, language, loadWords, say, setLanguage } from "./words";

const keys = (source: string) => new FluentResource(source).body.map(({ id }) => id).sort();

beforeEach(() => {
  localStorage.clear();
  loadWords({ zh, en });
});

describe("words", () => {
  it("has the same messages in both languages, each once", () => {
    for (const [one, other] of [
      [en, zh],
      [sharedEn, sharedZh],
    ] as const) {
      expect(keys(one)).toEqual(keys(other));
      expect(new Set(keys(other)).size).toBe(keys(other).length);
      expect(keys(other).length).toBeGreaterThan(20);
    }
  });

  it("begins in Chinese; the address wins over what was stored", () => {
    expect(chooseLanguage("", null)).toBe("zh");
    expect(chooseLanguage("", "en")).toBe("en");
    expect(chooseLanguage("?lang=zh", "en")).toBe("zh");
    expect(chooseLanguage("?lang=en", "zh")).toBe("en");
    expect(chooseLanguage("?lang=fr", "nonsense")).toBe("zh");
  });

  it("switches, remembers, and says so to assistive technology", () => {
    setLanguage("en");
    expect(language.value).toBe("en");
    expect(document.documentElement.lang).toBe("en");
    expect(say("lost-since", { time: "08:41" })).toBe("Data interrupted since 08:41");
    loadWords({ zh, en });
    expect(language.value).toBe("en");
    setLanguage("zh");
    expect(document.documentElement.lang).toBe("zh-CN");
    expect(say("lost-since", { time: "08:41" })).toBe("数据中断 08:41 起");
  });

  it("shows a missing message by its key, never as a blank", () => {
    expect(say("no-such-message")).toBe("no-such-message");
  });
});

describe("times", () => {
  it("reads the hall's own wall clock from the time stamp", () => {
    expect(hourMinute("2026-11-23T08:41:02.123+08:00")).toBe("08:41");
  });

  it("says a wait in minutes", () => {
    expect([0, 59, 60, 599, 3600, 4325].map(waitWords)).toEqual([
      "不足 1 分钟",
      "不足 1 分钟",
      "1 分钟",
      "9 分钟",
      "1 小时 0 分",
      "1 小时 12 分",
    ]);
  });

  it("writes a wait as a clock", () => {
    expect([0, 7, 247, 3729, -5].map(waitClock)).toEqual(["0:00", "0:07", "4:07", "1:02:09", "0:00"]);
  });

  it("never counts backwards", () => {
    expect(secondsBetween("2026-11-23T08:00:00+08:00", "2026-11-23T00:00:30Z")).toBe(30);
    expect(secondsBetween("2026-11-23T08:00:00+08:00", "2026-11-23T07:00:00+08:00")).toBe(0);
  });
});
