import type { ComponentChildren } from "preact";
import { hourMinute } from "../../shared/clock";
import { Button } from "../../shared/components/Button";
import type { LotOperation } from "../../shared/generated/protocol";
import { isLive } from "../../shared/hall/store";
import { Free } from "../../shared/parking/Free";
import { forecastWords } from "../../shared/parking/says";
import { waitWords } from "../../shared/words/time";
import { pick, say } from "../../shared/words/words";
import { Corrections } from "./Corrections";
import { Counts } from "./Counts";
import { doubtsOf } from "./doubts";
import { Lanes } from "./Lanes";
import { over, whyNot } from "./store";
import { doubtWords, whatName } from "./words";

/** All of one car park. */
export function LotPanel({ operation }: { operation: LotOperation }) {
  const { lot } = operation;
  const open = lot.says !== "closed";
  return (
    <article class="lot" id="lot" data-lot={lot.uid} data-open={open}>
      <section class="panel lot-head" aria-labelledby="lot-title">
        <div class="lot-title">
          <h2 id="lot-title">{pick(lot.title)}</h2>
          <Button
            kind="main"
            id="count"
            why={whyNot.value}
            onClick={() => (over.value = { count: null, was: null, bound: null })}
          >
            {say("count-do")}
          </Button>
          <Button
            kind={open ? "danger" : "plain"}
            id="open-lot"
            why={whyNot.value}
            onClick={() => (over.value = { part: { lot: true }, open: !open })}
          >
            {say(open ? "close-lot" : "open-lot")}
          </Button>
        </div>
        <Facts operation={operation} />
        <Doubts operation={operation} />
      </section>
      <div class="lot-tables">
        <Counts operation={operation} />
        <Lanes operation={operation} />
      </div>
      <Corrections operation={operation} />
    </article>
  );
}

function Facts({ operation }: { operation: LotOperation }) {
  const { lot, inside, stay_s, counts } = operation;
  const ordinary = counts.find((count) => count.class === "ordinary");
  const live = isLive.value;
  const soon = lot.forecast.find(({ in_min }) => in_min === 30);
  return (
    <dl class="lot-facts">
      <Fact name={say("sign-says")} kind="sign">
        <Free of={lot} live={live} />
        {lot.divert_to && live && <small>{say("sign-divert", { lot: pick(lot.divert_to) })}</small>}
      </Fact>
      <Fact name={say("by-count")}>
        {ordinary?.occupied ?? 0}
        <small> / {ordinary?.capacity ?? 0}</small>
      </Fact>
      <Fact name={say("off-by")}>{lot.off_by === null ? say("lot-not-known") : `± ${lot.off_by}`}</Fact>
      <Fact name={say("corrected")}>
        {ordinary?.corrected_at ? hourMinute(ordinary.corrected_at) : say("never")}
      </Fact>
      <Fact name={say("inside")}>{inside}</Fact>
      <Fact name={say("stay")} kind="words">
        {stay_s === null ? say("lot-not-known") : waitWords(stay_s)}
      </Fact>
      <Fact name={say("soon")} kind="words">
        {live && lot.full_at
          ? say("soon-full-at", { time: hourMinute(lot.full_at) })
          : live && soon
            ? forecastWords(soon)
            : say("lot-not-known")}
      </Fact>
    </dl>
  );
}

function Fact({ name, kind, children }: { name: string; kind?: string; children: ComponentChildren }) {
  return (
    <div data-kind={kind}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Doubts({ operation }: { operation: LotOperation }) {
  const doubts = doubtsOf(operation);
  if (doubts.length === 0) return <p class="doubt-none">{say("doubt-none")}</p>;
  return (
    <ul class="doubts" aria-label={say("doubts")}>
      {doubts.map(({ doubt, of, grave }) => (
        <li key={JSON.stringify(doubt)} data-grave={grave} data-doubt={doubt.doubt}>
          <svg viewBox="0 0 20 20" aria-hidden="true">
            <path
              d={grave ? "M10 3 18 17H2zM10 8v4M10 14.500v.5" : "M10 3a7 7 0 1 0 .001 0zM10 9v5M10 6v.5"}
            />
          </svg>
          <p>
            {doubtWords(doubt, operation)}
            <small> {of.map((what) => whatName(what, operation)).join(say("list-comma"))}</small>
          </p>
        </li>
      ))}
    </ul>
  );
}
