/** Makes a call noticed on a phone that lies on the table: it shakes, and the tab says so. */
import { say } from "../../shared/words/words";
import { heldMinutes, phaseOf } from "./phase";
import { nowMs, visit } from "./store";

let shaken = "";

export function noticeCalls(): void {
  const now = visit.value;
  const phase = now && phaseOf(now);
  if (!now || !phase) {
    document.title = say("phone-title");
    return;
  }
  document.title =
    phase === "called"
      ? `● ${say("go-to", { window: now.window ?? "" })} · ${now.number}`
      : `${now.number} · ${say(`phase-${phase}`)}`;
  // Once for each call; a page that is opened late does not shake for a call that is over.
  const key = phase === "called" ? `${now.number} ${now.called_at} ${now.window}` : "";
  if (key !== "" && key !== shaken && heldMinutes(now, nowMs.peek()) !== 0) {
    navigator.vibrate?.([300, 150, 300, 150, 600]);
  }
  shaken = key;
}
