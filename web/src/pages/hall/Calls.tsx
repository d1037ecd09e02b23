import { hourMinute } from "../../shared/clock";
import { CALLS_KEPT } from "../../shared/hall/state";
import { fresh, hall } from "../../shared/hall/store";
import { pick, say } from "../../shared/words/words";

/** When calls come faster than they can be read, a list all in colour would say nothing. */
const ROWS_MARKED_NEW = 3;
const ROWS = Array.from({ length: CALLS_KEPT }, (_, row) => row);

/** The latest calls in a fixed pool of rows: a call moves down through the rows, no row is ever made anew. */
export function Calls() {
  const empty = hall.value.hall !== null && hall.value.calls.length === 0;
  return (
    <section class="panel calls" aria-labelledby="calls-title">
      <div class="panel-head">
        <h2 id="calls-title">{say("calls")}</h2>
      </div>
      {empty && <p class="nothing">{say("no-calls")}</p>}
      <ol class="call-rows" aria-labelledby="calls-title">
        {ROWS.map((row) => (
          <CallRow key={row} row={row} />
        ))}
      </ol>
    </section>
  );
}

function CallRow({ row }: { row: number }) {
  const { calls, queues } = hall.value;
  const call = calls[row];
  if (!call) return <li class="call" hidden />;
  const queue = queues.get(call.service)?.queue;
  const isNew = row < ROWS_MARKED_NEW && call.seq !== null && call.seq > fresh.value.after;
  return (
    <li class="call" data-fresh={isNew} data-call={call.ticket}>
      <strong class="call-number">{call.number}</strong>
      <svg class="call-arrow" viewBox="0 0 16 10" aria-hidden="true">
        <path d="M0 5h13M9.5 1.5 13.5 5l-4 3.5" />
      </svg>
      <strong class="call-window">{say("call-window", { window: call.window })}</strong>
      <span class="call-service">
        {call.times > 1 && <em>{say("call-again", { times: call.times })}</em>}
        {queue ? pick(queue.name) : call.service}
      </span>
      <time class="call-time">{hourMinute(call.at)}</time>
    </li>
  );
}
