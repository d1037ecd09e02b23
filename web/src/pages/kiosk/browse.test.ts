import { describe, expect, it } from "vitest";
import type { KioskHall, KioskService } from "../../shared/generated/protocol";
import { choicesPerPage, departments, letterKeys, ofDepartment, often, pageOf, search, tabs } from "./browse";

function service(service: string, zh: string, en: string, department: string, issued = 0): KioskService {
  const name = { zh, en };
  return { service, name, department, real_name: false, waiting: 0, eta: null, open_windows: 1, issued };
}

const HALL: KioskHall = {
  name: { zh: "厅", en: "Hall" },
  open: true,
  opens: "08:30",
  closes: "17:00",
  departments: [
    { code: "EMPTY", name: { zh: "无", en: "None" } },
    { code: "TAX", name: { zh: "税务局", en: "Tax" } },
    { code: "MSA", name: { zh: "市监局", en: "Market" } },
  ],
  services: [
    service("A", "公司设立登记", "Company registration", "MSA", 3),
    service("B", "公司变更登记", "Company alteration", "MSA", 9),
    service("C", "个人所得税申报", "Personal income tax return", "TAX"),
    service("D", "税务登记", "Tax registration", "TAX", 3),
  ],
  lots: [],
};
const codes = (found: readonly KioskService[]) => found.map(({ service }) => service).join("");

describe("looking for a service", () => {
  it("shows what is asked for most first, and the order of the hall among equals", () => {
    expect(codes(often(HALL, 6))).toBe("BADC");
    expect(codes(often(HALL, 1))).toBe("BA");
  });

  it("lists the departments that have services", () => {
    expect(departments(HALL).map(({ code, count }) => `${code}${count}`)).toEqual(["TAX2", "MSA2"]);
    expect(codes(ofDepartment(HALL, "TAX"))).toBe("CD");
  });

  it("finds by the first letters of the sounds, from anywhere in the name", () => {
    expect(codes(search(HALL, ["G", "S"], "zh"))).toBe("AB");
    expect(codes(search(HALL, ["D", "J"], "zh"))).toBe("DAB");
    expect(codes(search(HALL, ["G", "S", "B"], "zh"))).toBe("B");
    expect(codes(search(HALL, ["Q"], "zh"))).toBe("");
    expect(codes(search(HALL, [], "zh"))).toBe("");
  });

  it("finds by the first letters of English words", () => {
    expect(codes(search(HALL, ["T", "R"], "en"))).toBe("DC");
  });

  it("takes a large key for any of its letters", () => {
    expect(codes(search(HALL, ["GHI", "PQRS"], "zh"))).toBe("ABC");
  });
});

describe("what fits on a screen", () => {
  const tall = { large: false, low: false, wide: false };
  it("is six at most, four in large letters", () => {
    expect(choicesPerPage(tall, "often")).toBe(6);
    expect(choicesPerPage({ ...tall, large: true }, "often")).toBe(4);
    for (const large of [true, false]) {
      for (const low of [true, false]) {
        for (const wide of [true, false]) {
          for (const tab of tabs({ large, low, wide })) {
            expect(choicesPerPage({ large, low, wide }, tab)).toBeLessThanOrEqual(large ? 4 : 6);
          }
        }
      }
    }
  });

  it("has every letter on its keys", () => {
    for (const large of [true, false]) {
      expect(letterKeys({ ...tall, large }).join("")).toBe("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    }
  });

  it("pages without leaving anything out", () => {
    const all = [1, 2, 3, 4, 5, 6, 7];
    expect(pageOf(all, 0, 6)).toEqual({ items: [1, 2, 3, 4, 5, 6], page: 0, pages: 2 });
    expect(pageOf(all, 1, 6).items).toEqual([7]);
    expect(pageOf(all, 9, 6).page).toBe(1);
    expect(pageOf([], 0, 6)).toEqual({ items: [], page: 0, pages: 1 });
  });
});
