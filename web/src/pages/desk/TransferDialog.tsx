import { useState } from "preact/hooks";
import { Button } from "../../shared/components/Button";
import { Dialog } from "../../shared/components/Dialog";
import { type Choice, Picker } from "../../shared/components/Picker";
import { Tabs } from "../../shared/components/Tabs";
import { hall } from "../../shared/hall/store";
import { pick, say } from "../../shared/words/words";
import type { Wish } from "./actions";
import { First } from "./Dialogs";
import { closeDialog } from "./doing";
import { mine, number, perform } from "./store";

const TO = ["service", "window"] as const;
type To = (typeof TO)[number];

/** Where the visitor is sent: to another service or to one window, and then a word of confirmation. */
export function TransferDialog() {
  const [to, setTo] = useState<To>("service");
  const [chosen, setChosen] = useState<{ wish: Wish; name: string } | null>(null);
  const ticket = mine.value?.ticket;
  if (!ticket) return null;
  const title = say("transfer-title", { number: ticket.number });
  if (chosen) {
    return (
      <Dialog title={title} onClose={closeDialog} id="transfer" key="confirm">
        <p>{say("transfer-text", { number: ticket.number, to: chosen.name })}</p>
        <div class="dialog-actions">
          <Button onClick={() => setChosen(null)}>{say("transfer-back")}</Button>
          <First
            id="confirm"
            words={say("transfer-do")}
            onClick={() => {
              closeDialog();
              void perform(chosen.wish);
            }}
          />
        </div>
      </Dialog>
    );
  }
  const choices = to === "service" ? services(ticket.service) : windows();
  return (
    <Dialog title={title} onClose={closeDialog} wide id="transfer" key="choose">
      <Tabs
        label={title}
        options={TO.map((id) => ({ id, words: say(`transfer-${id}`) }))}
        chosen={to}
        onChoose={setTo}
      />
      <Picker
        key={to}
        first
        label={say(`transfer-${to}`)}
        hint={say(`transfer-${to}-hint`)}
        nothing={say("nothing-found")}
        choices={choices}
        onPick={(id) => setChosen(chosenOf(to, id))}
      />
    </Dialog>
  );
}

function chosenOf(to: To, id: string): { wish: Wish; name: string } {
  if (to === "window") {
    return { wish: { do: "transfer", window: Number(id) }, name: say("window-name", { window: id }) };
  }
  const queue = hall.peek().queues.get(id)?.queue;
  return { wish: { do: "transfer", service: id }, name: queue ? pick(queue.name) : id };
}

function services(own: string): Choice[] {
  return [...hall.value.queues.values()]
    .filter(({ queue }) => queue.service !== own)
    .map(({ queue }) => ({
      id: queue.service,
      names: [queue.name.zh, queue.name.en, queue.service],
      view: (
        <>
          <span>{pick(queue.name)}</span>
          <small>{say("choice-queue", { waiting: queue.waiting, open: queue.open_windows })}</small>
        </>
      ),
    }));
}

function windows(): Choice[] {
  const { windows: all, hall: settings } = hall.value;
  return (
    [...all.values()]
      // Nobody is sent to where nobody is.
      .filter(({ window, state }) => window !== number && state !== "closed")
      .sort((a, b) => a.window - b.window)
      .map(({ window, zone, state }) => {
        const zoneName = settings?.zones.find(({ code }) => code === zone)?.name;
        return {
          id: String(window),
          names: [String(window), zoneName?.zh ?? "", zoneName?.en ?? ""],
          view: (
            <>
              <span>{say("window-name", { window })}</span>
              <small>
                {zoneName ? pick(zoneName) : zone} · {say(`state-${state}`)}
              </small>
            </>
          ),
        };
      })
  );
}
