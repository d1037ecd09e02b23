import { useState } from "preact/hooks";
import { waitClock } from "../../shared/clock";
import { Button } from "../../shared/components/Button";
import { ClassSign } from "../../shared/components/ClassSign";
import { Figure, Sized } from "../../shared/components/Figure";
import { NumberPlate } from "../../shared/components/NumberPlate";
import type { Ticket } from "../../shared/generated/protocol";
import { longestWait, type QueueAt } from "../../shared/hall/state";
import { hall } from "../../shared/hall/store";
import { waitWords } from "../../shared/words/time";
import { pick, say } from "../../shared/words/words";
import { whyNot } from "./actions";
import { desk, mine, perform, situation } from "./store";

/** What waits for this window, and what it has put aside. */
export function Side() {
  const { queues, at } = hall.value;
  const waits = (entry: QueueAt) => longestWait(entry, at ?? entry.at);
  // Where somebody waits comes first; the sort is stable, so the rest keeps the hall's order.
  const own = (mine.value?.services ?? [])
    .flatMap((code) => queues.get(code) ?? [])
    .sort((a, b) => waits(b) - waits(a));
  const waiting = own.reduce((sum, { queue }) => sum + queue.waiting, 0);
  const longest = Math.max(0, ...own.map(waits));
  return (
    <aside class="side" aria-label={say("side")}>
      <div class="side-figures">
        <Figure id="waiting" title={say("waiting-for-me")} unit={say("unit-people", { count: waiting })}>
          {waiting}
        </Figure>
        <Figure id="longest" title={say("longest-wait")}>
          {waiting > 0 ? <Sized words={waitWords(longest)} /> : "—"}
        </Figure>
      </div>
      <Next />
      <List
        id="parked"
        title={say("parked")}
        nothing={say("nothing-parked")}
        tickets={desk.value?.parked ?? []}
        deed={say("resume-it")}
        onPick={(number) => void perform({ do: "resume", number })}
      />
      <List
        id="missed"
        title={say("missed")}
        nothing={say("nothing-missed")}
        tickets={desk.value?.missed ?? []}
        deed={say("call-again")}
        onPick={(number) => void perform({ do: "call-number", number })}
      />
      <ByNumber />
      <Services entries={own} waits={waits} />
    </aside>
  );
}

function Next() {
  const next = desk.value?.next ?? null;
  const queue = next && hall.value.queues.get(next.service)?.queue;
  // Who was called a moment ago is next no more, whatever the server said before.
  const called = next?.number === situation.value.window?.ticket?.number;
  return (
    <section class="panel side-next" aria-label={say("next")} data-side="next">
      <h2>{say("next")}</h2>
      {next && called ? (
        <p class="side-nothing">…</p>
      ) : next ? (
        <p>
          <NumberPlate number={next.number} />
          <ClassSign of={next.class} plain />
          <span class="side-service">{queue ? pick(queue.name) : next.service}</span>
        </p>
      ) : (
        <p class="side-nothing">{say("nobody-next")}</p>
      )}
    </section>
  );
}

/** Why no ticket can be called to this window now, in words, or null when one can. */
function whyNoCall(): string | null {
  const now = situation.value;
  const why = whyNot("next", now);
  if (why) return say(`why-${why}`);
  if (now.window?.ticket) return say("why-busy");
  return now.window?.state === "closed" ? say("why-closed") : null;
}

interface ListProps {
  id: string;
  title: string;
  nothing: string;
  tickets: readonly Ticket[];
  deed: string;
  onPick: (number: string) => void;
}

function List({ id, title, nothing, tickets, deed, onPick }: ListProps) {
  const why = whyNoCall();
  return (
    <section class="panel side-list" aria-label={title} data-side={id}>
      <h2>
        {title}
        <span>{tickets.length}</span>
      </h2>
      {tickets.length === 0 && <p class="side-nothing">{nothing}</p>}
      <ul>
        {tickets.map((ticket) => {
          const queue = hall.value.queues.get(ticket.service)?.queue;
          return (
            <li key={ticket.id}>
              <NumberPlate number={ticket.number} />
              <span class="side-service">{queue ? pick(queue.name) : ticket.service}</span>
              <Button why={why} onClick={() => onPick(ticket.number)}>
                {deed}
                <span class="unseen"> {ticket.number}</span>
              </Button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** Any number of today: a missed one from elsewhere, or one the director sends. */
function ByNumber() {
  const [wanted, setWanted] = useState("");
  const number = wanted.trim().toUpperCase();
  const fits = /^[A-HJ-NP-Z]{1,2}\d{3,6}$/.test(number);
  const why = whyNoCall() ?? (fits ? null : say("by-number-hint"));
  return (
    <form
      class="panel side-number"
      onSubmit={(event) => {
        event.preventDefault();
        if (why !== null) return;
        void perform({ do: "call-number", number }).then((done) => done && setWanted(""));
      }}
    >
      <label for="by-number">{say("by-number")}</label>
      <input
        id="by-number"
        class="input"
        autocomplete="off"
        autocapitalize="characters"
        spellcheck={false}
        maxLength={8}
        placeholder="A012"
        value={wanted}
        onInput={(event) => setWanted(event.currentTarget.value)}
      />
      <Button type="submit" id="by-number" why={why} onClick={() => {}}>
        {say("by-number-do")}
      </Button>
    </form>
  );
}

function Services({ entries, waits }: { entries: QueueAt[]; waits: (entry: QueueAt) => number }) {
  return (
    <div class="panel side-services">
      <h2>
        {say("my-services")}
        <span>{entries.length}</span>
      </h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section class="side-scroll" tabIndex={0} aria-label={say("my-services")}>
        <table>
          <thead>
            <tr>
              <th scope="col">{say("service")}</th>
              <th scope="col" class="count">
                {say("waiting")}
              </th>
              <th scope="col" class="count">
                {say("longest")}
              </th>
            </tr>
          </thead>
          <tbody>
            {entries.map((entry) => (
              <tr key={entry.queue.service} data-nobody={entry.queue.waiting === 0}>
                <th scope="row">{pick(entry.queue.name)}</th>
                <td class="count">{entry.queue.waiting}</td>
                <td class="count">{entry.queue.waiting > 0 ? waitClock(waits(entry)) : "–"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}
