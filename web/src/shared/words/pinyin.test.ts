import { expect, it } from "vitest";
import { finds, initials } from "./pinyin";

it("takes the first letter of every syllable", () => {
  expect(initials("公司注册登记")).toBe("gszcdj");
  expect(initials("不动产转移登记")).toBe("bdczydj");
  expect(initials("社保卡（A 类）")).toBe("sbkal");
});

it("finds by words, by letters, and by nothing", () => {
  const names = ["企业设立登记", "Company registration"];
  expect(finds("设立", names)).toBe(true);
  expect(finds("qysl", names)).toBe(true);
  expect(finds("REGIST", names)).toBe(true);
  expect(finds("", names)).toBe(true);
  expect(finds("xyz", names)).toBe(false);
});
