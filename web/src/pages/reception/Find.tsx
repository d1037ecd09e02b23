import { useRef, useState } from "preact/hooks";
import { hourMinute } from "../../shared/clock";
import { Button } from "../../shared/components/Button";
import { NumberPlate } from "../../shared/components/NumberPlate";
import { hall } from "../../shared/hall/store";
import { pick, say } from "../../shared/words/words";
import { DocumentField } from "./DocumentField";
import { find, found, show, whyNot } from "./store";

/** Where is my number: by the number, or by the document when the paper is lost. */
export function Find() {
  const [number, setNumber] = useState("");
  const document = useRef<HTMLInputElement>(null);
  const why = whyNot.value;

  const submit = () => {
    const person = document.current?.value.trim() ?? "";
    if (document.current) document.current.value = "";
    const wanted = number.trim().toUpperCase();
    if (why !== null || (person === "" && wanted === "")) return;
    void find(person === "" ? { number: wanted } : { person });
    setNumber("");
  };

  return (
    <section class="panel find" aria-labelledby="find-title">
      <h2 id="find-title">{say("find-title")}</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <div class="field">
          <label for="find-number">{say("find-number")}</label>
          <input
            id="find-number"
            class="input"
            autocomplete="off"
            autocapitalize="characters"
            spellcheck={false}
            maxLength={8}
            placeholder="A012"
            value={number}
            onInput={(event) => setNumber(event.currentTarget.value)}
          />
        </div>
        <DocumentField id="find-document" label={say("find-document")} input={document} />
        <Button id="find" type="submit" why={why} onClick={() => {}}>
          {say("find")}
        </Button>
      </form>
      {found.value.length > 0 && (
        <ul class="found" aria-label={say("found")}>
          {found.value.map((ticket) => {
            const queue = hall.value.queues.get(ticket.service)?.queue;
            return (
              <li key={ticket.id}>
                <button type="button" class="button" onClick={() => show(ticket)}>
                  <NumberPlate number={ticket.number} />
                  <span>{queue ? pick(queue.name) : ticket.service}</span>
                  <small>
                    {say(`ticket-${ticket.state}`)} · {hourMinute(ticket.issued_at)}
                  </small>
                </button>
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}
