/** Nothing leads out of the page: no menu, no selection, no dragging, no shortcut. A keypad may still move and press. */

const ALLOWED = new Set(["Tab", "Enter", " ", "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"]);

/** Whether a key of a keyboard or keypad may do what it does. */
export function mayPress(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "altKey" | "metaKey">): boolean {
  return ALLOWED.has(event.key) && !event.ctrlKey && !event.altKey && !event.metaKey;
}

export function lockDown(root: Document): void {
  const stop = (event: Event) => event.preventDefault();
  for (const kind of ["contextmenu", "selectstart", "dragstart", "drop", "dragover", "gesturestart"]) {
    root.addEventListener(kind, stop, { capture: true });
  }
  root.addEventListener("wheel", (event) => event.ctrlKey && event.preventDefault(), {
    capture: true,
    passive: false,
  });
  root.addEventListener("keydown", (event) => mayPress(event) || event.preventDefault(), { capture: true });
  // A middle or a side button opens windows and goes back.
  for (const kind of ["auxclick", "mousedown"]) {
    root.addEventListener(
      kind,
      (event) => {
        if (event instanceof MouseEvent && event.button > 0) event.preventDefault();
      },
      { capture: true },
    );
  }
}
