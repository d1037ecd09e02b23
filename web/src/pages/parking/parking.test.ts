import { beforeEach, describe, expect, it } from "vitest";
import en from "../../../../locales/en/parking.ftl?raw";
import zh from "../../../../locales/zh-CN/parking.ftl?raw";
import type { LotCorrection, LotDoubt, LotOperation } from "../../shared/generated/protocol";
import { count, lot } from "../../shared/parking/samples";
import { loadWords, setLanguage } from "../../shared/words/words";
import { doubtsOf } from "./doubts";
import { FIELD, isOver, sizesOf } from "./sizes";
import { dayMinute, doubtWords, shortName, signed, whatName } from "./words";

const AT = "2026-11-23T08:31:02+08:00";

function doubt(kind: LotDoubt["doubt"], over: Partial<LotDoubt> = {}): LotDoubt {
  return { doubt: kind, lane: null, since: null, until: null, vehicles: null, doubtful: null, ...over };
}

function operation(over: Partial<LotOperation> = {}): LotOperation {
  const name = { zh: "地下一层", en: "Level B1" };
  return {
    lot: lot({ levels: [{ level: "B1", name, capacity: 20, says: "free", free: 3 }] }),
    counts: [count(), count({ class: null, level: "B1" })],
    lanes: [
      {
        ...{ lane: "north", name: { zh: "北门", en: "North gate" }, direction: "in", open: true },
        ...{ blind_since: null, seen_at: AT, sources: ["loops"], entered: 9, left: 0, doubtful: 0 },
      },
    ],
    corrections: [],
    inside: 3,
    stay_s: null,
    ...over,
  };
}

function correction(off: number, bound: number | null = 6): LotCorrection {
  return { at: AT, class: "ordinary", level: null, occupied: 9, off, bound, reason: "r", by: "gate" };
}

beforeEach(() => {
  loadWords({ zh, en });
  setLanguage("zh", false);
});

describe("doubts", () => {
  it("stand once with all the counts they are about, the graver first", () => {
    const passages = doubt("passages", { vehicles: 9, doubtful: 1 });
    const blind = doubt("blind", { lane: "north", since: AT });
    const counts = [
      count({ doubts: [passages, blind] }),
      count({ class: null, level: "B1", doubts: [blind] }),
    ];
    expect(doubtsOf(operation({ counts }))).toEqual([
      { doubt: blind, of: [{ class: "ordinary" }, { level: "B1" }], grave: true },
      { doubt: passages, of: [{ class: "ordinary" }], grave: false },
    ]);
    expect(doubtsOf(operation())).toEqual([]);
  });

  it("are sentences in every language, with lane, time and vehicles", () => {
    const silent = doubt("silent", { lane: "north", since: AT, vehicles: 6 });
    const all: LotDoubt[] = [
      doubt("never-counted"),
      doubt("below-nothing"),
      doubt("above-capacity"),
      doubt("blind", { lane: "north", since: AT }),
      silent,
      { ...silent, until: "2026-11-23T09:10:00+08:00" },
      doubt("passages", { vehicles: 412, doubtful: 9 }),
    ];
    for (const language of ["zh", "en"] as const) {
      setLanguage(language, false);
      for (const one of all) expect(doubtWords(one, operation())).not.toMatch(/^doubt-|\{|undefined/);
    }
    expect(doubtWords(silent, operation())).toMatch(/North gate since 08:31.*about 6/);
    setLanguage("zh", false);
    expect(doubtWords({ ...silent, until: AT }, operation())).toContain("北门 08:31 至 08:31");
    expect(doubtWords(doubt("blind", { lane: "gone", since: AT }), operation())).toContain("gone");
  });
});

it("names classes and levels, sizes and days", () => {
  expect(whatName({ class: "disabled" }, operation())).toBe("无障碍车位");
  expect(shortName({ class: "disabled" }, operation())).toBe("无障碍");
  expect(shortName({ level: "B1" }, operation())).toBe("地下一层");
  expect(whatName({ level: "B9" }, operation())).toBe("B9");
  expect([6, 0, -6].map(signed)).toEqual(["+6", "0", "−6"]);
  expect(dayMinute(AT)).toBe("11-23 08:31");
});

describe("sizes of corrections", () => {
  it("stand around nothing, the newest on the right, within the field", () => {
    const { bars, top, largest, over } = sizesOf([correction(-9), correction(4), correction(0, null)]);
    expect({ top, largest, over }).toEqual({ top: 10, largest: 9, over: 1 });
    const middle = FIELD.height / 2;
    const [oldest, , newest] = bars;
    expect(oldest?.height).toBeGreaterThan(0);
    expect(newest?.y).toBe(middle);
    expect(newest?.over).toBe(true);
    for (const { x, y, width, height } of bars) {
      expect(x).toBeGreaterThanOrEqual(FIELD.left);
      expect(x + width).toBeLessThanOrEqual(FIELD.width);
      expect(y).toBeGreaterThanOrEqual(0);
      expect(y + height).toBeLessThanOrEqual(FIELD.height);
    }
    expect(sizesOf([])).toEqual({ top: 2, bars: [], largest: 0, over: 0 });
  });

  it("are over what was expected only where that was known", () => {
    expect([correction(6), correction(7), correction(-7), correction(99, null)].map(isOver)).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
});
