import { useState } from "preact/hooks";
import { problemWords } from "../../shared/api/problem";
import { hourMinute } from "../../shared/clock";
import { Button } from "../../shared/components/Button";
import { Dialog } from "../../shared/components/Dialog";
import { homeOf, session, signOut } from "../../shared/session/session";
import { say } from "../../shared/words/words";
import { First } from "./Dialogs";
import { number, sitting, takeSeat } from "./store";

/** Nothing can be done at a window without its seat: who has it, since when, and how to get it. */
export function SeatDialog() {
  const [taking, setTaking] = useState(false);
  const sits = sitting.value;
  if (sits.is === "mine" || sits.is === "asking") return null;
  const over = sits.is !== "refused";
  const take = async () => {
    if (taking) return;
    setTaking(true);
    await takeSeat(over);
    setTaking(false);
  };
  const who = over ? { window: number, name: sits.name, time: hourMinute(sits.since) } : { window: number };
  const takeKey = sits.is === "taken" ? "seat-take-over" : "seat-take";
  const words = taking ? say("sending") : say(takeKey);
  const title = sits.is === "lost" && sits.name === "" ? "ended" : sits.is;
  return (
    <Dialog title={say(`seat-${title}-title`, who)} id="seat" key={sits.is}>
      <p>{sits.is === "refused" ? problemWords(sits.problem) : say(`seat-${title}-text`, who)}</p>
      <div class="dialog-actions">
        <Button kind="quiet" id="sign-out" onClick={() => void signOut()}>
          {say("sign-out")}
        </Button>
        {sits.is === "refused" && session.value && <Home />}
        <First id="take" words={words} onClick={() => void take()} />
      </div>
    </Dialog>
  );
}

/** Whose place is elsewhere is led there. */
function Home() {
  const to = session.value ? homeOf(session.value) : "/signin";
  if (to.startsWith("/desk/")) {
    return <Button onClick={() => location.assign(to)}>{say("seat-own-window")}</Button>;
  }
  return <Button onClick={() => location.assign(to)}>{say("to-my-page")}</Button>;
}
