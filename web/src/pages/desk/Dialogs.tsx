import { useState } from "preact/hooks";
import { Button } from "../../shared/components/Button";
import { Dialog } from "../../shared/components/Dialog";
import { NumberPlate } from "../../shared/components/NumberPlate";
import { signOut } from "../../shared/session/session";
import { say } from "../../shared/words/words";
import type { Wish } from "./actions";
import { closeDialog, open } from "./doing";
import { KeysDialog } from "./KeysDialog";
import { leaveDesk, mine, perform } from "./store";
import { TransferDialog } from "./TransferDialog";

export function Dialogs() {
  switch (open.value) {
    case "miss":
      return <MissDialog />;
    case "pause":
      return <ReasonDialog wish="pause" reasons={["short", "water", "consult", "fault", "meal"]} />;
    case "return":
      return <ReasonDialog wish="return" reasons={["mistake", "papers", "wrong-window"]} />;
    case "transfer":
      return <TransferDialog />;
    case "resume":
      return <ResumeDialog />;
    case "keys":
      return <KeysDialog />;
    case "leave":
      return <LeaveDialog />;
    case null:
      return null;
  }
}

/** Closes first, so that a second press finds nothing to press. */
function confirm(wish: Wish): void {
  closeDialog();
  void perform(wish);
}

function MissDialog() {
  const ticket = mine.value?.ticket;
  if (!ticket) return null;
  return (
    <Dialog title={say("miss-title", { number: ticket.number })} onClose={closeDialog} id="miss">
      <p>{say("miss-text", { calls: ticket.calls })}</p>
      <div class="dialog-actions">
        <Button onClick={closeDialog}>{say("cancel")}</Button>
        <First kind="danger" id="confirm" words={say("miss-do")} onClick={() => confirm({ do: "miss" })} />
      </div>
    </Dialog>
  );
}

/** The button that Enter presses when a dialog opens; a key that is held down does not press it. */
export function First(props: {
  words: string;
  onClick: () => void;
  kind?: "main" | "danger" | "plain";
  id?: string;
}) {
  return (
    <button
      type="button"
      class="button"
      data-kind={props.kind ?? "main"}
      data-action={props.id}
      data-first
      onKeyDown={(event) => {
        if (event.repeat) event.preventDefault();
      }}
      onClick={props.onClick}
    >
      {props.words}
    </button>
  );
}

/** A list of reasons, one digit each, and a free one. */
function ReasonDialog({ wish, reasons }: { wish: "pause" | "return"; reasons: string[] }) {
  const [own, setOwn] = useState("");
  const send = (reason: string) => confirm({ do: wish, reason });
  const number = mine.value?.ticket?.number ?? "";
  return (
    <Dialog title={say(`${wish}-title`, { number })} onClose={closeDialog} id={wish}>
      <ul
        class="reasons"
        onKeyDown={(event) => {
          const reason = reasons[Number(event.key) - 1];
          if (reason && !event.repeat) send(say(`${wish}-${reason}`));
        }}
      >
        {reasons.map((reason, place) => (
          <li key={reason}>
            <button
              type="button"
              class="button"
              data-first={place === 0 || undefined}
              data-reason={reason}
              onKeyDown={(event) => {
                if (event.repeat && event.key !== "Tab") event.preventDefault();
              }}
              onClick={() => send(say(`${wish}-${reason}`))}
            >
              <kbd class="key">{place + 1}</kbd>
              {say(`${wish}-${reason}`)}
            </button>
          </li>
        ))}
      </ul>
      <form
        class="reason-own"
        onSubmit={(event) => {
          event.preventDefault();
          if (own.trim() !== "") send(own.trim());
        }}
      >
        <div class="field">
          <label for="own-reason">{say("own-reason")}</label>
          <input
            id="own-reason"
            class="input"
            maxLength={60}
            autocomplete="off"
            value={own}
            onInput={(event) => setOwn(event.currentTarget.value)}
          />
        </div>
        <Button type="submit" why={own.trim() === "" ? say("own-reason-hint") : null} onClick={() => {}}>
          {say("confirm-yes")}
        </Button>
      </form>
    </Dialog>
  );
}

function ResumeDialog() {
  const parked = mine.value?.parked ?? [];
  return (
    <Dialog title={say("resume-title")} onClose={closeDialog} id="resume">
      <ul class="reasons">
        {parked.map((number, place) => (
          <li key={number}>
            <button
              type="button"
              class="button"
              data-first={place === 0 || undefined}
              onClick={() => confirm({ do: "resume", number })}
            >
              <NumberPlate number={number} />
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

function LeaveDialog() {
  const busy = mine.value?.ticket ?? null;
  return (
    <Dialog title={say("leave-title")} onClose={closeDialog} id="leave">
      <p>{busy ? say("leave-busy", { number: busy.number }) : say("leave-text")}</p>
      <div class="dialog-actions">
        <Button onClick={closeDialog}>{say("cancel")}</Button>
        {!busy && (
          <First
            id="confirm"
            words={say("leave-do")}
            onClick={() => {
              closeDialog();
              void leaveDesk().then((left) => (left ? signOut() : undefined));
            }}
          />
        )}
      </div>
    </Dialog>
  );
}
