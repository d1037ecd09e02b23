import { useState } from "preact/hooks";
import { Button } from "../../../shared/components/Button";
import { Dialog } from "../../../shared/components/Dialog";
import { Tabs } from "../../../shared/components/Tabs";
import type { LotCorrected, LotCount, LotOperation } from "../../../shared/generated/protocol";
import { say } from "../../../shared/words/words";
import { type What, whatOf } from "../doubts";
import { correct, type Over, over, whyNot } from "../store";
import { signed, whatName } from "../words";
import { countOf, type Entry, entryOf, keyOf, MOST } from "./entry";

const REASONS = ["round", "wrong", "fault", "start"] as const;
const close = () => {
  over.value = null;
};

type Shown = Extract<Over, { count: unknown }>;

/** Somebody has counted the cars: of what, how many, why. Then it says what the count had been off by. */
export function CountDialog({ operation, shown }: { operation: LotOperation; shown: Shown }) {
  if (shown.was) return <Done operation={operation} shown={shown} was={shown.was} />;
  return <Ask operation={operation} shown={shown} />;
}

function Ask({ operation, shown }: { operation: LotOperation; shown: Shown }) {
  const [what, setWhat] = useState<What | null>(shown.count);
  const [text, setText] = useState("");
  const [reason, setReason] = useState("");
  const { counts, lot } = operation;
  const entry = entryOf(text, counts, what);
  const fault = "fault" in entry && entry.fault !== null ? faultWords(entry) : null;
  const missing =
    "fault" in entry ? (fault ?? say("why-number")) : reason.trim() === "" ? say("why-reason") : null;
  const save = async () => {
    if ("fault" in entry || missing !== null) return;
    // As it was before: the answer says what it was off by, and by then the page may know the count after it.
    const bound = countOf(counts, what)?.off_by ?? null;
    const was = await correct(lot.uid, what, entry.occupied, reason.trim());
    if (was) over.value = { count: what, was, bound };
  };
  return (
    <Dialog title={say("count-title")} onClose={close} id="count">
      <form
        class="count-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (whyNot.value === null) void save();
        }}
      >
        <Tabs
          label={say("count-what")}
          options={[
            { id: "", words: say("count-all") },
            ...counts.map((count) => ({
              id: keyOf(whatOf(count)),
              words: whatName(whatOf(count), operation),
            })),
          ]}
          chosen={what === null ? "" : keyOf(what)}
          onChoose={(key) => setWhat(counts.map(whatOf).find((other) => keyOf(other) === key) ?? null)}
        />
        {what === null && <p class="field-hint">{say("count-all-means")}</p>}
        <div class="field">
          <label for="count-number">{say("count-number")}</label>
          <input
            id="count-number"
            class="input count-number"
            inputMode="numeric"
            autocomplete="off"
            maxLength={5}
            data-first
            aria-invalid={fault !== null}
            aria-describedby="count-hint"
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
          <p id="count-hint" class={fault === null ? "field-hint" : "field-fault"}>
            {fault ?? hint(counts, what)}
          </p>
        </div>
        <div class="field">
          <label for="count-reason">{say("count-reason")}</label>
          <div class="reasons">
            {REASONS.map((name) => {
              const words = say(`reason-${name}`);
              return (
                <button
                  type="button"
                  class="tab"
                  key={name}
                  aria-pressed={reason === words}
                  onClick={() => setReason(words)}
                >
                  {words}
                </button>
              );
            })}
          </div>
          <input
            id="count-reason"
            class="input"
            autocomplete="off"
            maxLength={80}
            value={reason}
            onInput={(event) => setReason(event.currentTarget.value)}
          />
        </div>
        <div class="dialog-actions">
          <Button id="cancel" onClick={close}>
            {say("cancel")}
          </Button>
          <Button kind="main" id="save" type="submit" why={whyNot.value ?? missing} onClick={() => {}}>
            {say("count-save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Done({ operation, shown, was }: { operation: LotOperation; shown: Shown; was: LotCorrected }) {
  const { count, bound } = shown;
  const over = bound !== null && Math.abs(was.off) > bound;
  const name = count === null ? say("count-all") : whatName(count, operation);
  return (
    <Dialog title={say("count-done", { name })} onClose={close} id="counted">
      <p class="count-off" data-over={over}>
        {signed(was.off)}
      </p>
      <p>
        {say(was.off === 0 ? "off-none" : was.off > 0 ? "off-more" : "off-fewer", {
          count: Math.abs(was.off),
        })}
      </p>
      {bound !== null && <p class="field-hint">{say(over ? "off-over" : "off-within", { bound })}</p>}
      <div class="dialog-actions">
        <Button kind="main" id="done" first onClick={close}>
          {say("done")}
        </Button>
      </div>
    </Dialog>
  );
}

function faultWords(entry: Extract<Entry, { fault: unknown }>): string {
  if (entry.fault === "fewer") return say("fault-fewer", { others: entry.others });
  return entry.fault === "most" ? say("fault-most", { most: MOST }) : say("why-number");
}

function hint(counts: readonly LotCount[], what: What | null): string {
  const of = what === null ? counts.filter(({ level }) => level === null) : [countOf(counts, what)];
  const sum = (field: "occupied" | "capacity") =>
    of.reduce((total, count) => total + (count?.[field] ?? 0), 0);
  return say("count-hint", { occupied: sum("occupied"), capacity: sum("capacity") });
}
