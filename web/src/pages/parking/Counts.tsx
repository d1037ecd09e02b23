import { hourMinute } from "../../shared/clock";
import { Button } from "../../shared/components/Button";
import type { LotCount, LotOperation } from "../../shared/generated/protocol";
import { isLive } from "../../shared/hall/store";
import { Free } from "../../shared/parking/Free";
import { say } from "../../shared/words/words";
import { whatOf } from "./doubts";
import { over, whyNot } from "./store";
import { shortName } from "./words";

/** Every class and level: what is counted, how far it may be off, and what is said of it. */
export function Counts({ operation }: { operation: LotOperation }) {
  return (
    <section class="panel" aria-labelledby="counts-title">
      <div class="panel-head">
        <h3 id="counts-title">{say("counts")}</h3>
      </div>
      <table class="counts">
        <thead>
          <tr>
            <th scope="col">{say("bays")}</th>
            <th scope="col" class="count">
              {say("by-count")}
            </th>
            <th scope="col" class="count">
              {say("off-by")}
            </th>
            <th scope="col" class="count narrow">
              {say("corrected")}
            </th>
            <th scope="col" class="count">
              {say("is-said")}
            </th>
            <th scope="col" class="count">
              <span class="unseen">{say("actions")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {operation.counts.map((count) => (
            <Row key={`${count.class} ${count.level}`} count={count} operation={operation} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Row({ count, operation }: { count: LotCount; operation: LotOperation }) {
  const what = whatOf(count);
  const name = shortName(what, operation);
  const strange = count.occupied < 0 || count.occupied > count.capacity;
  const closed = operation.lot.says === "closed";
  return (
    <tr data-what={count.class ?? count.level} data-open={count.open}>
      <th scope="row">{name}</th>
      <td class="count" data-strange={strange}>
        {count.occupied}
        <small> / {count.capacity}</small>
      </td>
      <td class="count">{count.off_by === null ? "–" : offWords(count)}</td>
      <td class="count narrow">{count.corrected_at ? hourMinute(count.corrected_at) : say("never")}</td>
      <td class="count">
        <Free of={count} live={isLive.value} />
      </td>
      <td class="row-actions">
        <Button
          kind="quiet"
          id="count-row"
          why={whyNot.value}
          onClick={() => (over.value = { count: what, was: null, bound: null })}
        >
          {say("count-short")}
          <span class="unseen"> {name}</span>
        </Button>
        {"level" in what && (
          <Button
            kind="quiet"
            id="open-level"
            why={whyNot.value ?? (closed ? say("why-lot-closed") : null)}
            onClick={() => (over.value = { part: what, open: !count.open })}
          >
            {say(count.open ? "close-short" : "open-short")}
            <span class="unseen"> {name}</span>
          </Button>
        )}
      </td>
    </tr>
  );
}

/** How far the count may be off; around what is likely, where blind lanes have let cars pass. */
function offWords({ occupied, likely, off_by }: LotCount): string {
  return likely === occupied ? `± ${off_by}` : `${likely} ± ${off_by}`;
}
