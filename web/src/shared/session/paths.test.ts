import { expect, it } from "vitest";
import { ownPath, signInPath } from "./paths";

const at = (to: string | null) => ownPath(to, "/manage", "http://hall.test");

it("leads back to own pages", () => {
  expect(at("/desk/12")).toBe("/desk/12");
  expect(at("/desk/12?lang=en#x")).toBe("/desk/12?lang=en#x");
  expect(at(decodeURIComponent(signInPath("/desk/12?lang=en").split("to=")[1] ?? ""))).toBe(
    "/desk/12?lang=en",
  );
});

it("leads nowhere else", () => {
  for (const to of [
    null,
    "",
    "desk/12",
    "//evil.test",
    "/\\evil.test",
    "/\\/evil.test",
    "https://evil.test/",
    "javascript:alert(1)",
    "/\t/evil.test",
    "\t//evil.test",
  ])
    expect(at(to)).toBe("/manage");
});
