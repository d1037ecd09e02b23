import { expect, it } from "vitest";
import { written } from "./spoken";

it("writes what was said in Chinese, once and with how often", () => {
  const call = "qing3 A ling2 yao1 liu4 hao4 dao4 yi1 bai3 er4 shi2 hao4 chuang1 kou3 ban4 li3";
  expect(written(`${call} / ${call}`)).toEqual([{ sentence: "请A零幺六号到一百二十号窗口办理", times: 2 }]);
});

it("leaves English as it is, and says both languages apart", () => {
  const both = "qing3 A yi1 hao4 / ticket A one / qing3 A yi1 hao4 / ticket A one";
  expect(written(both)).toEqual([
    { sentence: "请A一号", times: 2 },
    { sentence: "ticket A one", times: 2 },
  ]);
});
