import { secondsBetween, waitClock } from "../../shared/clock";
import { ClassSign } from "../../shared/components/ClassSign";
import { NumberPlate } from "../../shared/components/NumberPlate";
import type { Ticket, Window } from "../../shared/generated/protocol";
import { StateSign, shownState } from "../../shared/hall/StateSign";
import { hall } from "../../shared/hall/store";
import { waitWords } from "../../shared/words/time";
import { pick, say } from "../../shared/words/words";
import { mine, nowMs } from "./store";

/** The ticket at this window, or what the window is doing instead. */
export function Current() {
  const window = mine.value;
  const state = window ? shownState(window) : "closed";
  return (
    <section class="panel now" data-state={state} aria-labelledby="now-title">
      <h2 id="now-title" class="now-state">
        <StateSign state={state} />
        {window ? say(`state-${state}`) : say("loading")}
        {window && (
          <span class="now-time">
            <span class="unseen">{say("time-running")} </span>
            {waitClock(running(window))}
          </span>
        )}
      </h2>
      {window?.ticket ? <AtWindow ticket={window.ticket} /> : window && <Nobody window={window} />}
    </section>
  );
}

function running(window: Window): number {
  return (nowMs.value - Date.parse(window.since)) / 1000;
}

function AtWindow({ ticket }: { ticket: Ticket }) {
  const queue = hall.value.queues.get(ticket.service)?.queue;
  const waited = secondsBetween(ticket.issued_at, ticket.called_at ?? ticket.issued_at);
  return (
    <>
      <p class="now-number" aria-live="polite">
        <NumberPlate number={ticket.number} size="huge" />
      </p>
      <p class="now-service">{queue ? pick(queue.name) : ticket.service}</p>
      <p class="now-facts">
        <ClassSign of={ticket.class} plain />
        <span>{say("calls-so-far", { calls: ticket.calls })}</span>
        <span>{say("had-waited", { wait: waitWords(waited) })}</span>
      </p>
    </>
  );
}

function Nobody({ window }: { window: Window }) {
  return (
    <>
      <p class="now-empty" aria-live="polite">
        {window.state === "paused" && window.reason ? window.reason : say(`now-${window.state}`)}
      </p>
      <p class="now-service">{say(`now-${window.state}-hint`)}</p>
    </>
  );
}
