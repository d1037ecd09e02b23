/** Which key does what at a desk: two layouts, and the clerk's own, remembered by this browser. */
import type { Action } from "./actions";

export type Layout = "functions" | "numpad";
/** Codes of keys (`KeyboardEvent.code`) by action. */
export type Bindings = Readonly<Record<Action, string>>;

export const LAYOUTS: Readonly<Record<Layout, Bindings>> = {
  functions: {
    next: "F1",
    recall: "F2",
    start: "F3",
    miss: "F4",
    pause: "F5",
    transfer: "F6",
    park: "F7",
    resume: "F8",
    finish: "F9",
    return: "F10",
  },
  numpad: {
    next: "NumpadEnter",
    recall: "Numpad1",
    start: "Numpad2",
    miss: "Numpad3",
    pause: "Numpad4",
    transfer: "Numpad5",
    park: "Numpad6",
    resume: "Numpad7",
    finish: "Numpad8",
    return: "Numpad9",
  },
};

/** Do the same as the one key, in every layout, unless the clerk gave them something else to do. */
const ALWAYS_NEXT = ["Space", "Enter"];
/** Keys that belong to the browser or to moving about. */
const NOT_FREE = /^(Escape|Tab|Arrow\w+|Shift\w*|Control\w*|Alt\w*|Meta\w*|CapsLock|F11|F12|)$/;
const STORED = "paihao.keys";

export function actionOf(bindings: Bindings, code: string): Action | null {
  const bound = (Object.keys(bindings) as Action[]).find((action) => bindings[action] === code);
  return bound ?? (ALWAYS_NEXT.includes(code) ? "next" : null);
}

/** Gives `action` the key `code`; whoever had it gets the former one, so that no key does two things. */
export function rebind(bindings: Bindings, action: Action, code: string): Bindings {
  if (!isFree(code)) return bindings;
  const other = (Object.keys(bindings) as Action[]).find((name) => bindings[name] === code);
  const changed = { ...bindings, [action]: code };
  if (other && other !== action) changed[other] = bindings[action];
  return changed;
}

export function isFree(code: string): boolean {
  return !NOT_FREE.test(code);
}

/** The layout these bindings are, or null when they are the clerk's own. */
export function layoutOf(bindings: Bindings): Layout | null {
  const same = (layout: Layout) =>
    (Object.keys(bindings) as Action[]).every((action) => bindings[action] === LAYOUTS[layout][action]);
  return (["functions", "numpad"] as const).find(same) ?? null;
}

/** A key as it is printed on a keyboard. */
export function keyName(code: string): string {
  const names: Record<string, string> = {
    Space: "␣",
    Enter: "↵",
    NumpadEnter: "Num ↵",
    NumpadAdd: "Num +",
    NumpadSubtract: "Num −",
    NumpadMultiply: "Num ×",
    NumpadDivide: "Num ÷",
    NumpadDecimal: "Num .",
  };
  return names[code] ?? code.replace(/^Numpad/, "Num ").replace(/^(Key|Digit)/, "");
}

export function storedBindings(text: string | null): Bindings {
  try {
    const value: unknown = JSON.parse(text ?? "null");
    const actions = Object.keys(LAYOUTS.functions) as Action[];
    const codes = actions.map((action) => (value as Record<string, unknown> | null)?.[action]);
    const whole = codes.every((code) => typeof code === "string" && isFree(code));
    if (whole && new Set(codes).size === actions.length) return value as Bindings;
  } catch {
    // What cannot be read is as good as nothing.
  }
  return LAYOUTS.functions;
}

export function loadBindings(): Bindings {
  try {
    return storedBindings(localStorage.getItem(STORED));
  } catch {
    return LAYOUTS.functions;
  }
}

export function saveBindings(bindings: Bindings): void {
  try {
    localStorage.setItem(STORED, JSON.stringify(bindings));
  } catch {
    // A locked-down browser: they last as long as the page.
  }
}
