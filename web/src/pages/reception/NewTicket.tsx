import { useRef, useState } from "preact/hooks";
import { Button } from "../../shared/components/Button";
import { ClassSign } from "../../shared/components/ClassSign";
import { intervalWords } from "../../shared/components/Interval";
import { notify } from "../../shared/components/Notice";
import { type Choice, Picker } from "../../shared/components/Picker";
import type { TicketClass } from "../../shared/generated/protocol";
import { hall } from "../../shared/hall/store";
import { pick, say } from "../../shared/words/words";
import { DocumentField } from "./DocumentField";
import { PrinterChoice } from "./PrinterChoice";
import { issue, printerOf, whyNot } from "./store";

const CLASSES: TicketClass[] = ["normal", "elder", "disabled", "pregnant", "soldier", "appointment", "green"];
/** Reasons at hand for each class that goes before others. */
const REASONS: Partial<Record<TicketClass, string[]>> = {
  elder: ["age"],
  disabled: ["card", "seen"],
  pregnant: ["seen"],
  soldier: ["papers"],
  appointment: ["booked"],
  green: ["urgent", "project", "leader"],
};

/** A ticket for somebody without a card: service, class with its reason, document where the service wants one. */
export function NewTicketForm() {
  const [service, setService] = useState<string | null>(null);
  const [department, setDepartment] = useState("");
  const [kind, setKind] = useState<TicketClass>("normal");
  const [reason, setReason] = useState("");
  const [printer, setPrinter] = useState<string | null>(null);
  // Counts the visitors: whoever comes next finds empty fields and no trace of the last.
  const [visitor, setVisitor] = useState(0);
  const document = useRef<HTMLInputElement>(null);
  const queue = service === null ? undefined : hall.value.queues.get(service)?.queue;
  const why = whyNot.value ?? reasonsWhyNot(service, kind, reason);

  const submit = async () => {
    if (why !== null || service === null) return;
    const person = document.current?.value.trim() ?? "";
    if (queue?.real_name && person === "") {
      notify(say("why-no-document"), "bad");
      document.current?.focus();
      return;
    }
    if (document.current) document.current.value = "";
    const done = await issue({
      service,
      class: kind,
      reason: reason.trim(),
      person,
      printer: printerOf(printer),
    });
    if (!done) return;
    setService(null);
    setKind("normal");
    setReason("");
    setVisitor(visitor + 1);
  };

  return (
    <form
      class="panel new"
      id="new"
      key={visitor}
      aria-labelledby="new-title"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <div class="new-head">
        <h2 id="new-title">{say("new-title")}</h2>
        <label class="unseen" for="department">
          {say("department")}
        </label>
        <select
          id="department"
          class="input"
          value={department}
          onChange={(event) => setDepartment(event.currentTarget.value)}
        >
          <option value="">{say("department-all")}</option>
          {hall.value.hall?.departments?.map(({ code, name }) => (
            <option key={code} value={code}>
              {pick(name)}
            </option>
          ))}
        </select>
      </div>
      <Picker
        label={say("service")}
        hint={say("service-hint")}
        nothing={say("service-nothing")}
        choices={choices(department)}
        chosen={service}
        onPick={setService}
      />
      <fieldset class="classes">
        <legend class="field-label">{say("class")}</legend>
        {CLASSES.map((name) => (
          <label key={name} class="class-choice" data-class={name} data-chosen={kind === name}>
            <input
              type="radio"
              name="class"
              value={name}
              checked={kind === name}
              onChange={() => {
                setKind(name);
                setReason("");
              }}
            />
            <ClassSign of={name} plain />
          </label>
        ))}
      </fieldset>
      {kind !== "normal" && <ReasonField kind={kind} reason={reason} onReason={setReason} />}
      <DocumentField
        id="document"
        label={say(queue?.real_name ? "document-wanted" : "document")}
        input={document}
      />
      <div class="new-foot">
        <PrinterChoice value={printerOf(printer)} onChange={setPrinter} />
        <Button kind="main" id="issue" type="submit" why={why} onClick={() => {}}>
          {say("issue")}
        </Button>
      </div>
      <p class="new-chosen" role="status">
        {queue ? `${pick(queue.name)} · ${say("service-wait", waits(queue))}` : why}
      </p>
    </form>
  );
}

function waits(queue: { waiting: number; eta: Parameters<typeof intervalWords>[0] }) {
  return { waiting: queue.waiting, eta: intervalWords(queue.eta) };
}

function reasonsWhyNot(service: string | null, kind: TicketClass, reason: string): string | null {
  if (service === null) return say("why-no-service");
  if (kind !== "normal" && reason.trim() === "") return say("why-no-reason");
  return null;
}

interface ReasonProps {
  kind: TicketClass;
  reason: string;
  onReason: (reason: string) => void;
}

/** Whoever goes before others does so for a reason, which is kept with the ticket. */
function ReasonField({ kind, reason, onReason }: ReasonProps) {
  return (
    <div class="field">
      <label for="reason">{say("reason")}</label>
      <div class="reason-row">
        {REASONS[kind]?.map((name) => {
          const words = say(`reason-${name}`);
          return (
            <button
              type="button"
              class="tab"
              key={name}
              aria-pressed={reason === words}
              onClick={() => onReason(words)}
            >
              {words}
            </button>
          );
        })}
        <input
          id="reason"
          class="input"
          maxLength={60}
          autocomplete="off"
          placeholder={say("reason-hint")}
          value={reason}
          onInput={(event) => onReason(event.currentTarget.value)}
        />
      </div>
    </div>
  );
}

function choices(department: string): Choice[] {
  const { queues, hall: settings } = hall.value;
  const names = new Map(settings?.departments?.map(({ code, name }) => [code, name]));
  return [...queues.values()]
    .filter(({ queue }) => department === "" || queue.department === department)
    .map(({ queue }) => {
      const of = queue.department === null ? undefined : names.get(queue.department);
      return {
        id: queue.service,
        names: [queue.name.zh, queue.name.en, queue.service, of?.zh ?? "", of?.en ?? ""],
        view: (
          <>
            <span>{pick(queue.name)}</span>
            <small>{say("service-wait", waits(queue))}</small>
          </>
        ),
      };
    });
}
