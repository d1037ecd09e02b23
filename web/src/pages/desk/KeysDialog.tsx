import { useLayoutEffect, useState } from "preact/hooks";
import { Dialog } from "../../shared/components/Dialog";
import { Tabs } from "../../shared/components/Tabs";
import { say } from "../../shared/words/words";
import { ACTIONS, type Action } from "./actions";
import { canRemind, remind } from "./badge";
import { First } from "./Dialogs";
import { closeDialog } from "./doing";
import { type Bindings, isFree, keyName, LAYOUTS, type Layout, layoutOf, rebind, saveBindings } from "./keys";
import { bindings } from "./store";

function choose(next: Bindings): void {
  bindings.value = next;
  saveBindings(next);
}

/** The two layouts, every key, and a way to change each: press the button, then the key. */
export function KeysDialog() {
  const [waiting, setWaiting] = useState<Action | null>(null);
  const [asked, setAsked] = useState(0);
  const own = layoutOf(bindings.value);

  // Before the next key can come, not after the next painting.
  useLayoutEffect(() => {
    if (waiting === null) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === "Tab") return;
      event.preventDefault();
      event.stopPropagation();
      if (event.key !== "Escape") {
        if (!isFree(event.code)) return;
        choose(rebind(bindings.peek(), waiting, event.code));
      }
      setWaiting(null);
    };
    addEventListener("keydown", onKeyDown, true);
    return () => removeEventListener("keydown", onKeyDown, true);
  }, [waiting]);

  return (
    <Dialog title={say("keys-title")} onClose={closeDialog} wide id="keys">
      <Tabs
        label={say("keys-layout")}
        options={(Object.keys(LAYOUTS) as Layout[]).map((id) => ({ id, words: say(`keys-${id}`) }))}
        chosen={own}
        onChoose={(layout) => choose(LAYOUTS[layout])}
      />
      {own === null && <p class="field-hint">{say("keys-own")}</p>}
      <p class="field-hint">{say("keys-hint")}</p>
      <ul class="keys-list">
        {ACTIONS.map((action) => (
          <li key={action}>
            <span>{action === "next" ? say("action-next") : say(`action-${action}`)}</span>
            <button
              type="button"
              class="button keys-change"
              data-bind={action}
              aria-pressed={waiting === action}
              onClick={() => setWaiting(action)}
            >
              {waiting === action ? say("keys-press") : keyName(bindings.value[action])}
              <span class="unseen"> {say("keys-change")}</span>
            </button>
          </li>
        ))}
      </ul>
      <div class="dialog-actions">
        {canRemind(asked) && (
          <button type="button" class="button" onClick={() => void remind().then(() => setAsked(asked + 1))}>
            {say("remind-me")}
          </button>
        )}
        <First words={say("keys-done")} onClick={closeDialog} />
      </div>
    </Dialog>
  );
}
