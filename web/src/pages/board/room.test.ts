import { expect, it } from "vitest";
import type { BoardLine } from "../../shared/generated/protocol";
import { shownLines } from "./room";

const line = (service: string, waiting: number, open = true): BoardLine => ({
  service,
  name: { zh: service, en: service },
  waiting,
  open,
});

it("keeps the lines where people wait, in their order", () => {
  const lines = [line("a", 0, false), line("b", 3), line("c", 0), line("d", 9), line("e", 1, false)];
  const names = (room: number) =>
    shownLines(lines, room)
      .map(({ service }) => service)
      .join("");
  expect(names(9)).toBe("abcde");
  expect(names(4)).toBe("bcde");
  expect(names(3)).toBe("bde");
  expect(names(1)).toBe("d");
});
