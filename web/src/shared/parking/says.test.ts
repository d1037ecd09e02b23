import { beforeEach, expect, it } from "vitest";
import { loadWords, setLanguage } from "../words/words";
import { about, free, word } from "./samples";
import { forecastWords, freeWords, saidNow } from "./says";

beforeEach(() => {
  loadWords({ zh: "", en: "" });
  setLanguage("zh", false);
});

it("says a number, about a number, a word, or nothing", () => {
  const all = [free(60), free(0), about(120), word("some"), word("full"), word("closed"), word("unknown")];
  expect(all.map((says) => freeWords(says))).toEqual(["60", "0", "约 120", "有位", "满", "关闭", "—"]);
  expect(all.map((says) => freeWords(says, "en"))).toEqual([
    "60",
    "0",
    "about 120",
    "Some",
    "Full",
    "Closed",
    "—",
  ]);
});

it("says nothing over a link that is not live, and no number that did not come", () => {
  for (const says of [free(60), about(120), word("some"), word("full"), word("closed")]) {
    expect(saidNow(says, false)).toEqual(word("unknown"));
    expect(saidNow(says, true)).toEqual(says);
  }
  expect(saidNow({ says: "about", free: null }, true)).toEqual(word("unknown"));
});

it("says what is to come as an interval that is never narrower than what was foreseen", () => {
  const words = (free_low: number, free_high: number) =>
    forecastWords({ in_min: 30, free_low, free: free_low, free_high });
  expect(words(63, 88)).toBe("半小时后约 60–90 个空位");
  expect(words(7, 12)).toBe("半小时后约 7–12 个空位");
  expect(words(60, 60)).toBe("半小时后约 60 个空位");
  expect(words(118, 121)).toBe("半小时后约 110–130 个空位");
  expect(words(0, 22)).toBe("半小时后可能已满，至多约 25 个空位");
  expect(words(0, 0)).toBe("半小时后预计已满");
});
