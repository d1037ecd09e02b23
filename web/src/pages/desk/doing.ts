/** From a key or a button to a deed: the guard, the reasons why not, and the dialogs that come between. */
import { signal } from "@preact/signals";
import { notify } from "../../shared/components/Notice";
import { type Action, oneKey } from "./actions";
import { press, QUIET_MS, RESTED } from "./guard";
import { actionOf } from "./keys";
import { bindings, mine, perform, whyWords } from "./store";

export type Open = null | "miss" | "pause" | "transfer" | "return" | "resume" | "keys" | "leave";

/** The dialog that is open. */
export const open = signal<Open>(null);

/** A ticket that has just appeared is not finished by the press that called it. */
const TOO_NEW_MS = 800;
/** Whether the next press counts. */
export const rested = signal(true);
let guard = RESTED;
let restedAtMs = Number.NEGATIVE_INFINITY;
let resting: ReturnType<typeof setTimeout> | undefined;
let seenTicket: string | null = null;
let seenSinceMs = Number.NEGATIVE_INFINITY;

/** Notes which ticket the clerk sees. */
export function ticketShown(id: string | null): void {
  if (id === seenTicket) return;
  // What was asked about one ticket is not answered about another.
  if (open.peek() === "miss" || open.peek() === "transfer" || open.peek() === "return") closeDialog();
  seenTicket = id;
  seenSinceMs = performance.now();
  rest(TOO_NEW_MS);
}

function rest(ms: number): void {
  restedAtMs = Math.max(restedAtMs, performance.now() + ms);
  rested.value = false;
  clearTimeout(resting);
  resting = setTimeout(() => {
    rested.value = true;
  }, restedAtMs - performance.now());
}

export function closeDialog(): void {
  open.value = null;
}

/** The clerk wants this. Presses too close together are one. */
export function want(action: Action, repeat = false): void {
  const pressed = press(guard, performance.now(), repeat);
  guard = pressed.guard;
  rest(QUIET_MS);
  if (!pressed.counts || open.peek() !== null) return;
  const why = whyWords(action);
  if (why !== null) {
    notify(why, "bad");
    return;
  }
  begin(action);
}

function begin(action: Action): void {
  const window = mine.peek();
  if (!window) return;
  switch (action) {
    case "next": {
      const tooNew = performance.now() - seenSinceMs < TOO_NEW_MS;
      const does = oneKey(window);
      if (does === "finish-call" && tooNew) return;
      void perform({ do: does });
      return;
    }
    case "miss":
    case "pause":
    case "transfer":
    case "return":
      open.value = action;
      return;
    case "resume": {
      const [only, ...others] = window.parked;
      if (only !== undefined && others.length === 0) void perform({ do: "resume", number: only });
      else open.value = "resume";
      return;
    }
    default:
      void perform({ do: action });
  }
}

/** Listens to the whole page. Keys that mean something to a field or a focused button stay theirs. */
export function listenToKeys(): () => void {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const action = actionOf(bindings.peek(), event.code);
    if (action === null) return;
    const inDialog = open.peek() !== null || document.querySelector("dialog[open]") !== null;
    const functionKey = /^F\d+$/.test(event.code);
    // The browser's own F1, F5 and the like must not happen beside ours, not even behind a dialog.
    if (functionKey) event.preventDefault();
    if (inDialog) return;
    const at = event.target instanceof Element ? event.target : null;
    if (!functionKey && at?.closest("input, textarea, select")) return;
    if ((event.code === "Space" || event.code === "Enter") && at?.closest("button, a, summary")) return;
    event.preventDefault();
    want(action, event.repeat);
  };
  addEventListener("keydown", onKeyDown);
  return () => removeEventListener("keydown", onKeyDown);
}
