import { Button } from "../../shared/components/Button";
import { say } from "../../shared/words/words";
import { ACTIONS, oneKey } from "./actions";
import { want } from "./doing";
import { keyName } from "./keys";
import { bindings, mine, sending, whyWords } from "./store";

/** Every deed with the key that does it. A button that can do nothing now says why. */
export function Actions() {
  const window = mine.value;
  const keys = bindings.value;
  const does = window?.state === "paused" ? "continue" : window ? oneKey(window) : "call";
  return (
    <section class="deeds" aria-label={say("deeds")}>
      <Button
        kind="main"
        id="next"
        keyName={`${keyName(keys.next)} / ␣`}
        why={whyWords("next")}
        onClick={() => want("next")}
      >
        {sending.value ? say("sending") : say(`one-${does}`)}
      </Button>
      <div class="deeds-grid">
        {ACTIONS.filter((action) => action !== "next").map((action) => (
          <Button
            key={action}
            id={action}
            kind={action === "miss" || action === "return" ? "danger" : "plain"}
            keyName={keyName(keys[action])}
            why={whyWords(action)}
            onClick={() => want(action)}
          >
            {say(`action-${action}`)}
          </Button>
        ))}
      </div>
      <Reason />
    </section>
  );
}

/** Why nothing can be pressed at all, where that is so: once in words, not on every button alone. */
function Reason() {
  const why = sending.value ? null : whyWords("next");
  return (
    <p class="deeds-why" role="status">
      {why}
    </p>
  );
}
